#include "app/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/print.h"
#include "base/esc.h"

#define PROGRESS_STEP 1000000

void
progress_show(struct progress *p, struct order *o, const struct block *b)
{
	const struct capture_facts *f;
	uint32_t source;

	p->packets += b->n;
	if (!p->on || b->n == 0 || p->packets < p->next)
		return;
	p->next = p->packets + PROGRESS_STEP;
	p->shown = true;
	source = b->recs[b->n - 1].source;
	f = capture_facts(order_source(o, source)->capture);
	fprintf(stderr, "\r%" PRIu64 " million packets, file %u of %zu", p->packets / 1000000, source + 1, order_count(o));
	if (f->total > 0)
		fprintf(stderr, ", %3.0f %%", 100.0 * (double)f->done / (double)f->total);
	fprintf(stderr, "\033[K");
}

void
progress_end(struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r\033[K");
}

void
summary_holds(struct store *st, const struct options *opt)
{
	struct store_holds h;
	struct err err;
	char first[TM_TEXT], last[TM_TEXT];

	if (store_holds(st, &h, &err) < 0 || h.runs == 0)
		return;
	fprintf(stderr, "staletap: %s holds %" PRId64 " run%s of sensor %s, %s to %s\n", opt->db, h.runs, h.runs == 1 ? "" : "s",
	        h.sensors, tm_human(h.first, first), tm_human(h.last, last));
}

static void
print_counts(const struct source *s)
{
	char first[TM_TEXT], last[TM_TEXT];
	struct buf file = { 0 };

	esc_term(&file, s->row.file, strlen(s->row.file));
	fprintf(stderr, "%s: packets %" PRIu64 ", %s to %s\n", buf_cstr(&file), s->packets, tm_human(s->first, first), tm_human(s->last, last));
	buf_free(&file);
	for (int w = 0; w < DNS_WAYS; w++)
		if (s->dns.queries[w] + s->dns.answers[w] > 0)
			fprintf(stderr, "  dns %s: queries %" PRIu64 ", responses %" PRIu64 "\n", dns_way_name((enum dns_way)w),
			        s->dns.queries[w], s->dns.answers[w]);
	fprintf(stderr, "  answer records: A %" PRIu64 ", AAAA %" PRIu64 ", CNAME %" PRIu64 "; malformed messages %" PRIu64 "\n", s->dns.a,
	        s->dns.aaaa, s->dns.cname, s->dns.malformed);
	fprintf(stderr, "  connections: TCP %" PRIu64 ", QUIC %" PRIu64 "; sessions of encrypted DNS %" PRIu64 "\n", s->flows, s->quic, s->sealed);
	for (int i = 1; i < WHY_COUNT; i++)
		if (s->why.n[i] > 0)
			fprintf(stderr, "  not used: %s %" PRIu64 "\n", why_name((enum why)i), s->why.n[i]);
}

void
summary_verbose(const struct engine *e)
{
	double all = engine_cpu_seconds();

	for (uint32_t i = 0; i < e->nsources; i++)
		if (!e->sources[i].past)
			print_counts(&e->sources[i]);
	fprintf(stderr, "answer sets decoded %" PRIu64 "; connections not settled %" PRIu32 "\n", e->memo.decoded, e->judge.conns.n);
	if (e->keep_all)
		fprintf(stderr, "history: %" PRIu64 " answers and connections, %" PRIu64 " entries; cpu %.3f s\n", e->past.events, e->past.entries,
		        e->past.seconds);
	fprintf(stderr, "cpu: analysis %.3f s, storing %.3f s, rows %" PRIu64 "\n", all - e->store_seconds, e->store_seconds, e->rows);
}

int
summary_findings(const struct engine *e, int *status, struct err *err)
{
	const struct policy policy = print_policy(e->opt);
	const struct report_opts what = { .run = e->run, .since = TM_NONE, .until = TM_NONE, .policy = &policy };
	const struct format *format = format_find(e->opt->format);
	struct reader *rd = NULL;
	struct out o = print_out();
	int rc;

	if (format == NULL && e->opt->fail_on == NULL)
		return 0;
	rc = reader_open(e->opt->db, &rd, err);
	if (rc == 0 && format != NULL)
		rc = format->findings(rd, &what, &o, err);
	if (rc == 0)
		rc = out_end(&o, err);
	if (rc == 0)
		rc = print_fail_on(rd, e->opt, &what, status, err);
	buf_free(&o.buf);
	reader_close(rd);
	return rc;
}
