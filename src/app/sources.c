#include "app/sources.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Of a capture that can be opened again its head is read apart, for the order lets go of it between blocks. */
static int
look_up(struct store *store, const char *sensor, const struct capture *c, struct source_known *known, struct err *err)
{
	const struct capture_facts *f = capture_facts(c);
	struct capture *again = NULL;
	const uint8_t *head;
	size_t n;
	int rc;

	if (f->regular) {
		rc = capture_open(f->path, &again, err);
		if (rc < 0)
			return rc;
		c = again;
	}
	head = capture_head(c, &n);
	rc = store_source_find(store, sensor, head, n, known, err);
	capture_close(again);
	return rc;
}

static void
name_link(struct source *s, const struct capture_facts *f)
{
	const char *type;

	if (f->n_ifaces == 0)
		return;
	type = pcap_datalink_val_to_name(filter_dlt(f->ifaces[0].link));
	snprintf(s->link, sizeof(s->link), "%s", f->ifaces[0].name[0] != '\0' ? f->ifaces[0].name : type != NULL ? type : "?");
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

static int
attach(struct engine *e, struct order *order, uint32_t i, const struct row_run *run, struct err *err)
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
		return 0;
	if (e->opt->verbose >= 0)
		say_differences(f->shown, &known, run);
	s->known = known.row.packets;
	order_skip(order, i, known.row.packets);
	return 0;
}

int
sources_attach(struct engine *e, struct order *order, const struct row_run *run, struct err *err)
{
	for (uint32_t i = 0; i < e->nsources; i++) {
		int rc = attach(e, order, i, run, err);

		if (rc < 0)
			return rc;
	}
	return 0;
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

void
sources_finish(struct engine *e, struct order *order)
{
	for (uint32_t i = 0; i < e->nsources; i++) {
		const struct capture_facts *f = capture_facts(order_source(order, i)->capture);
		struct source *s = &e->sources[i];

		s->bytes = f->offset;
		s->lost = f->lost;
		s->row.whole = 1;
		if (f->end != CAPTURE_WHOLE) {
			s->reason = f->end == CAPTURE_CUT ? "cut" : "damaged";
			fprintf(stderr, "staletap: %s\n", f->warning);
		}
		say_unread(s, f->shown);
		if (s->known > 0 && s->fresh == 0 && e->opt->verbose >= 0)
			fprintf(stderr, "staletap: %s: skipped, its %llu packets are in the database already\n", f->shown,
			        (unsigned long long)s->known);
	}
}
