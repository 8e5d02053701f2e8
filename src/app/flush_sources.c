#include "app/flush_int.h"

#include <stdio.h>

#include "base/json.h"

#define MINUTE (60 * TM_SEC)

/* Of this run, and with something new to say.  Without a packet a capture begins as any other does, and is not kept. */
static bool
any_source(const struct source *s)
{
	return !s->past && (s->fresh > 0 || s->live);
}

/* What this place can see, from what it saw: both directions, one, or none. */
static const char *
seen_text(const struct engine *e, char buf[80])
{
	uint64_t ra = 0, aa = 0;
	const char *client, *up, *flows;

	for (const struct server *s = table_oldest(&e->know.resolvers.servers); s != NULL; s = table_newer(&e->know.resolvers.servers, s)) {
		ra += s->with_ra;
		aa += s->with_ra == 0 ? s->with_aa : 0;
	}
	client = ra > 0 ? (e->know.queries.answered > 0 ? "both" : "one") : aa == 0 && e->know.queries.asked > 0 ? "one" : "none";
	up = aa > 0 ? (e->know.queries.answered > 0 ? "both" : "one") : "none";
	flows = e->flows.last_id == 0 ? "none" : e->flows.both_ways ? "both" : "one";
	snprintf(buf, 80, "client-dns:%s upstream:%s flows:%s", client, up, flows);
	return buf;
}

static void
unread_json(const struct why_counts *w, const struct why_counts *less, struct buf *out)
{
	struct json j;

	json_begin(&j, out);
	json_object(&j);
	for (int i = 1; i < WHY_COUNT; i++) {
		uint64_t n = w->n[i] - (less != NULL ? less->n[i] : 0);

		if (n == 0)
			continue;
		json_key(&j, why_name((enum why)i));
		json_uint(&j, n);
	}
	json_end(&j);
}

/* Why it ended early, and what narrowed it. */
static const char *
reason_text(const struct engine *e, const struct source *s, struct buf *out)
{
	if (s->reason != NULL)
		buf_str(out, s->reason);
	if (e->filter != NULL)
		buf_fmt(out, "%sfilter: %s", out->len > 0 ? "; " : "", e->opt->filter);
	if (copy_apart(&e->copies) > 0)
		buf_fmt(out, "%sclocks %lld ms apart", out->len > 0 ? "; " : "", (long long)copy_apart(&e->copies) / 1000);
	return out->len > 0 ? buf_cstr(out) : NULL;
}

static void
write_source(struct engine *e, uint32_t i, const struct row_source *about)
{
	struct source *s = &e->sources[i];
	char seen[80];
	struct buf unread = { 0 }, reason = { 0 };
	struct row_source row = *about;
	struct row_coverage cov = { .link = s->link, .started = s->first, .ended = s->last, .packets = (int64_t)s->packets,
		.lost = (int64_t)s->lost, .encrypted = (int64_t)s->sealed };

	row.id = s->id;
	row.packets = s->packets;
	row.bytes = s->bytes;
	row.first_seen = s->first;
	row.last_seen = s->last;
	s->id = store_source(e->store, &row);
	unread_json(&s->why, NULL, &unread);
	for (int w = 0; w < DNS_WAYS; w++) {
		cov.queries += (int64_t)s->dns.queries[w];
		cov.answers += (int64_t)s->dns.answers[w];
	}
	cov.source = s->id;
	cov.unread = buf_cstr(&unread);
	cov.one_sided = (int64_t)(e->know.queries.unanswered + e->know.queries.unasked);
	cov.seen = seen_text(e, seen);
	cov.reason = reason_text(e, s, &reason);
	store_coverage(e->store, &cov);
	buf_free(&unread);
	buf_free(&reason);
}

/* What a live source has come to, all in all. */
static struct minute
total(const struct engine *e, const struct source *s)
{
	struct minute m = { .packets = s->packets, .lost = s->lost, .sealed = s->sealed, .why = s->why,
		.one_sided = e->know.queries.unanswered + e->know.queries.unasked };

	for (int w = 0; w < DNS_WAYS; w++) {
		m.queries += s->dns.queries[w];
		m.answers += s->dns.answers[w];
	}
	return m;
}

/* A row a minute: how much was seen, lost and not read in it.  The minute under way is written as it stands. */
static void
write_minute(struct engine *e, struct source *s)
{
	const struct minute *was = &s->minute;
	struct minute is = total(e, s);
	struct buf unread = { 0 }, reason = { 0 };
	char seen[80];
	const struct row_coverage row = { .source = s->id, .link = s->link, .started = was->began, .ended = s->last,
		.packets = (int64_t)(is.packets - was->packets), .lost = (int64_t)(is.lost - was->lost),
		.queries = (int64_t)(is.queries - was->queries), .answers = (int64_t)(is.answers - was->answers),
		.one_sided = (int64_t)(is.one_sided - was->one_sided), .encrypted = (int64_t)(is.sealed - was->sealed),
		.unread = (unread_json(&is.why, &was->why, &unread), buf_cstr(&unread)), .seen = seen_text(e, seen),
		.reason = reason_text(e, s, &reason) };

	store_minute(e->store, &row);
	if (s->last - was->began >= MINUTE) {
		is.began = s->last;
		s->minute = is;
		s->reason = NULL;
	}
	buf_free(&unread);
	buf_free(&reason);
}

static void
write_counters(struct engine *e, const struct source *s)
{
	char name[40];

	for (int w = 0; w < DNS_WAYS; w++) {
		snprintf(name, sizeof(name), "dns_%s_queries", dns_way_name((enum dns_way)w));
		store_counter(e->store, s->id, name, (int64_t)s->dns.queries[w]);
		snprintf(name, sizeof(name), "dns_%s_responses", dns_way_name((enum dns_way)w));
		store_counter(e->store, s->id, name, (int64_t)s->dns.answers[w]);
	}
	store_counter(e->store, s->id, "answer_a", (int64_t)s->dns.a);
	store_counter(e->store, s->id, "answer_aaaa", (int64_t)s->dns.aaaa);
	store_counter(e->store, s->id, "answer_cname", (int64_t)s->dns.cname);
	store_counter(e->store, s->id, "dns_malformed", (int64_t)s->dns.malformed);
	store_counter(e->store, s->id, "tcp_connections", (int64_t)s->flows);
	store_counter(e->store, s->id, "quic_connections", (int64_t)s->quic);
}

void
flush_sources(struct engine *e)
{
	for (uint32_t i = 0; i < e->nsources; i++) {
		if (!any_source(&e->sources[i]))
			continue;
		write_source(e, i, &e->sources[i].row);
		if (e->sources[i].live && e->sources[i].minute.began != TM_NONE)
			write_minute(e, &e->sources[i]);
		write_counters(e, &e->sources[i]);
	}
}
