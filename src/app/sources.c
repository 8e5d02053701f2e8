#include "app/sources.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/esc.h"

#define OVERLAP TM_SEC

/* For the link types that the captures announce, so that a wrong one is refused before anything is read. */
static int
make_filter(const struct options *opt, const struct order *order, struct filter **filter, struct err *err)
{
	int rc = filter_new(opt->filter, filter, err);

	for (size_t i = 0; rc == 0 && i < order_count(order); i++) {
		const struct capture_facts *f = capture_facts(order_source(order, i)->capture);

		for (size_t j = 0; rc == 0 && j < f->n_ifaces; j++)
			rc = filter_link(*filter, f->ifaces[j].link, err);
	}
	return rc == 0 ? filter_check(*filter, err) : rc;
}

int
sources_open(const struct options *opt, struct order **order, struct files *files, struct filter **filter, struct err *err)
{
	int rc;

	*order = NULL;
	*filter = NULL;
	rc = files_expand(opt->args.v, opt->args.n, files, err);
	if (rc == 0)
		rc = order_open(files->path, files->n, NULL, NULL, order, err);
	if (rc == 0 && opt->filter != NULL)
		rc = make_filter(opt, *order, filter, err);
	return rc;
}

/* The first bytes of a capture.  Of one that can be opened again they are read apart: the order lets go of it between blocks. */
struct head { struct capture *again; const uint8_t *p; size_t n; };

static int
head_open(const struct capture *c, struct head *h, struct err *err)
{
	const struct capture_facts *f = capture_facts(c);
	int rc = 0;

	h->again = NULL;
	if (f->regular)
		rc = capture_open(f->path, &h->again, err);
	if (rc == 0)
		h->p = capture_head(h->again != NULL ? h->again : c, &h->n);
	return rc;
}

static int
look_up(struct store *store, const char *sensor, const struct capture *c, struct source_known *known, struct err *err)
{
	struct head h;
	int rc = head_open(c, &h, err);

	if (rc < 0)
		return rc;
	rc = store_source_find(store, sensor, h.p, h.n, known, err);
	capture_close(h.again);
	return rc;
}

static void
name_link(struct source *s, const struct capture_facts *f)
{
	const char *name;

	if (f->n_ifaces == 0)
		return;
	name = f->ifaces[0].name[0] != '\0' ? f->ifaces[0].name : pcap_datalink_val_to_name(filter_dlt(f->ifaces[0].link));
	if (name != NULL)
		snprintf(s->link, sizeof(s->link), "%s", name);
	else
		snprintf(s->link, sizeof(s->link), "link type %u", f->ifaces[0].link);
}

/* What was read before is not judged anew. */
static void
say_differences(const char *file, const struct source_known *known, const struct row_run *run)
{
	const char *what = NULL;

	if (known->lists_sha256 != NULL && strcmp(known->lists_sha256, run->lists_sha256) != 0)
		what = "another list";
	else if (known->options != NULL && strcmp(known->options, run->options) != 0)
		what = "other options";
	if (what != NULL)
		fprintf(stderr, "staletap: %s: was read with %s; what it held is not judged anew: replay all captures into a new database\n",
		        file, what);
}

/* What was judged rests on what came before it: that cannot be added afterwards.  Clocks of captures that follow each other may overlap a
 * little. */
static int
not_late(const struct engine *e, const struct order_source *s, usec_t end, struct err *err)
{
	char first[TM_TEXT], last[TM_TEXT], sensor[ESC_SHORT];

	if (end == TM_NONE || s->first_ns == INT64_MIN || s->first_ns / 1000 >= end - OVERLAP)
		return 0;
	return err_set(err, ST_EFORMAT, "%s: begins %s, but %s holds what sensor %s saw until %s; replay all captures together into a new "
	               "database", capture_facts(s->capture)->shown, tm_human(s->first_ns / 1000, first), e->opt->db,
	               esc_short(e->opt->sensor, sensor), tm_human(end, last));
}

static int
attach(struct engine *e, struct order *order, uint32_t i, const struct row_run *run, usec_t end, struct err *err)
{
	const struct capture *c = order_source(order, i)->capture;
	const struct capture_facts *f = capture_facts(c);
	struct source *s = &e->sources[i];
	struct source_known known;
	int rc;

	rc = look_up(e->store, e->opt->sensor, c, &known, err);
	if (rc < 0)
		return rc;
	s->row = known.row;
	s->row.run = -1;
	s->row.sensor = e->opt->sensor;
	s->row.file = f->path;
	s->id = known.row.id;
	name_link(s, f);
	if (rc == 0)
		return not_late(e, order_source(order, i), end, err);
	if (e->opt->verbose >= 0)
		say_differences(f->shown, &known, run);
	s->known = known.row.packets;
	order_skip(order, i, known.row.packets);
	return 0;
}

/* Whether one of two begins with all that is known of the other: then *less holds no more than that.  1, 0 or ST_*. */
static int
same_capture(const struct capture *a, const struct capture *b, const struct capture **less, struct err *err)
{
	const struct capture_facts *fa = capture_facts(a), *fb = capture_facts(b);
	struct head x, y;
	int rc = head_open(a, &x, err);

	if (rc < 0)
		return rc;
	rc = head_open(b, &y, err);
	if (rc == 0) {
		rc = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n) == 0;
		*less = x.n < y.n || (x.n == y.n && strcmp(fa->packing, fb->packing) == 0 && fa->total < fb->total) ? a : b;
		capture_close(y.again);
	}
	capture_close(x.again);
	return rc;
}

/* The same capture given twice is read once, and of one that has grown the longer. */
static int
leave_out_copy(struct engine *e, struct order *order, uint32_t i, uint32_t j, struct err *err)
{
	const struct capture *a = order_source(order, i)->capture, *b = order_source(order, j)->capture, *less = NULL;
	int rc = e->sources[i].past || e->sources[j].past ? 0 : same_capture(a, b, &less, err);

	if (rc <= 0)
		return rc;
	e->sources[less == a ? i : j].past = true;
	order_skip(order, less == a ? i : j, UINT64_MAX);
	fprintf(stderr, "staletap: %s: skipped, it is the same capture as %s\n", capture_facts(less)->shown,
	        capture_facts(less == a ? b : a)->shown);
	return 0;
}

static int
leave_out_copies(struct engine *e, struct order *order, struct err *err)
{
	uint32_t n = (uint32_t)order_count(order);
	int rc = 0;

	for (uint32_t i = 0; i < n; i++) {
		int64_t first = order_source(order, i)->first_ns;

		for (uint32_t j = i + 1; rc == 0 && first != INT64_MIN && j < n && order_source(order, j)->first_ns == first; j++)
			rc = leave_out_copy(e, order, i, j, err);
	}
	return rc;
}

int
sources_attach(struct engine *e, struct order *order, const struct row_run *run, struct err *err)
{
	usec_t end;
	int rc = store_sensor_end(e->store, e->opt->sensor, &end, err);

	if (rc == 0)
		rc = leave_out_copies(e, order, err);
	for (uint32_t i = 0; rc >= 0 && i < e->nsources; i++)
		rc = e->sources[i].past ? 0 : attach(e, order, i, run, end, err);
	return rc < 0 ? rc : 0;
}

/* Of other packets some are always not of use; of a link type all. */
static void
say_unread(const struct source *s, const char *file)
{
	uint64_t n = s->why.n[WHY_LINK_UNKNOWN] + s->why.n[WHY_DOT11];

	if (n > 0 && s->fresh > 0)
		fprintf(stderr, "staletap: %s: %llu of its %llu packets are of a link type that is not read (%s); capture on Ethernet, IP or \"any\"\n",
		        file, (unsigned long long)n, (unsigned long long)s->packets, s->link);
}

static void
say_clocks(const struct engine *e)
{
	if (e->nsources > 1 && copy_apart(&e->copies) > 0)
		fprintf(stderr, "staletap: the clocks of the captures are %lld ms apart: what rests on the order of packets so near to each other is in "
		        "doubt\n", (long long)copy_apart(&e->copies) / 1000);
}

void
sources_finish(struct engine *e, struct order *order)
{
	for (uint32_t i = 0; i < order_count(order); i++) {
		const struct capture_facts *f = capture_facts(order_source(order, i)->capture);
		struct source *s = &e->sources[i];

		if (s->past)
			continue;
		s->bytes = f->offset;
		s->lost = f->lost;
		s->row.whole = 1;
		if (f->end != CAPTURE_WHOLE) {
			s->reason = f->end == CAPTURE_CUT ? "cut" : "damaged";
			fprintf(stderr, "staletap: %s\n", f->warning);
		}
		say_unread(s, f->shown);
		if (f->packets == 0 && e->opt->verbose >= 0)
			fprintf(stderr, "staletap: %s: holds no packet\n", f->shown);
		if (s->known > 0 && s->fresh == 0 && e->opt->verbose >= 0)
			fprintf(stderr, "staletap: %s: skipped, its %llu packets are in the database already\n", f->shown,
			        (unsigned long long)s->known);
	}
	say_clocks(e);
}
