#include "app/flush.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/entries.h"
#include "base/json.h"

#define RESOLVE_AFTER (24 * 3600 * TM_SEC)

/* ---- passive DNS ---- */

static void
write_answer(void *ctx, const struct passive_entry *p, const struct ttl_range *ttls)
{
	struct engine *e = ctx;
	const struct server *server = server_at(&e->know.resolvers, p->key.server);
	const struct dns_set *set = p->set->set;
	char addr[ADDR_TEXT], name[NAME_TEXT], type[16];
	struct buf data = { 0 };

	for (uint32_t i = 0; i < set->nanswer; i++) {
		const struct dns_rr *rr = &set->rr[i];
		struct row_answer row = { .name = name_text(rr->owner, name), .type = dns_type_text(rr->type, type),
			.server = addr_text(&server->key.addr, addr), .server_role = server_role(server), .ttl_min = ttls[i].min,
			.ttl_max = ttls[i].max, .count = (int64_t)p->n, .first = p->first, .last = p->last, .legit_until = TM_NONE };
		struct addr a;

		buf_clear(&data);
		dns_rr_text(rr, &data);
		row.data = buf_cstr(&data);
		if (dns_rr_addr(rr, &a) && watch_find(e->watch, &a) >= 0)
			row.after_legit = (int64_t)p->stale;
		store_answer(e->store, &row);
		e->rows++;
	}
	buf_free(&data);
}

void
flush_answers(struct engine *e)
{
	passive_drain(&e->passive, write_answer, e);
}

/* ---- connections ---- */

static const char *
name_or_null(const struct engine *e, uint32_t id, char *buf)
{
	return id != NAME_NONE ? name_text(names_at(&e->know.names, id)->wire, buf) : NULL;
}

static void
write_flow(struct engine *e, const struct conn *c, const struct finding_of *o, const struct finding *f)
{
	char client[ADDR_TEXT], server[ADDR_TEXT], name[NAME_TEXT], sni[NAME_TEXT];
	const struct row_flow row = { .id = (int64_t)c->flow, .finding = f->id, .started = c->t, .ended = c->ended ? c->last : TM_NONE,
		.client = addr_text(&c->client, client), .server = addr_text(&c->server, server), .proto = proto_name(c->proto),
		.name = name_or_null(e, o->name, name), .server_name = name_or_null(e, c->sni, sni),
		.outcome = flow_outcome_name(c->outcome), .client_port = c->cport, .port = c->port,
		.stale = o->held ? -1 : !o->draining, .cause = o->verdict.cause, .confidence = o->verdict.confidence,
		.gap_us = o->hint != NULL && o->hint->heard ? c->t - o->hint->t : INT64_MIN, .bytes_to = (int64_t)c->bytes_to,
		.bytes_from = (int64_t)c->bytes_from, .tag = c->isn, .yes = o->facts.yes, .no = o->facts.no, .doubt = o->facts.doubt };

	store_flow(e->store, &row);
	e->rows++;
}

/* ---- findings ---- */

static enum finding_state
state_of(const struct engine *e, const struct finding *f, const struct tally *t, const struct speaker *s)
{
	usec_t now = e->know.now;
	bool past = s->legit.until == TM_NONE || now > s->legit.until + e->know.grace;

	if (f->entry->reinstated_at != TM_NONE && now >= f->entry->reinstated_at)
		return STATE_WITHDRAWN;
	if (t->last_stale == TM_NONE && t->stale == 0)
		return past ? STATE_RESOLVED : STATE_DRAINING;
	return now - t->last > RESOLVE_AFTER ? STATE_RESOLVED : STATE_OPEN;
}

static enum severity
severity_of(const struct finding *f, const struct tally *t, const struct speaker *s)
{
	if (f->key.kind != 0)
		return SEV_LOW;
	if (t->stale > 0)
		return cause_severity(s->verdict.cause);
	return t->held > 0 ? SEV_MEDIUM : SEV_INFO;
}

static void
chain_text(const struct engine *e, const struct speaker *s, struct buf *out)
{
	char name[NAME_TEXT];

	for (unsigned i = 0; s->npath > 1 && i < s->npath; i++)
		buf_fmt(out, "%s%s", i > 0 ? " " : "", name_text(names_at(&e->know.names, s->path[i])->wire, name));
}

static const char *
server_or_null(const struct engine *e, uint32_t id, char *buf)
{
	return id != SERVER_NONE ? addr_text(&server_at(&e->know.resolvers, id)->key.addr, buf) : NULL;
}

/* DESIGN section 7: which failure mode it is; NULL where none applies. */
static const char *
mode_of(enum cause c)
{
	switch (c) {
	case CAUSE_SERVERS_DISAGREE:
		return "F2";
	case CAUSE_PARTIAL_UPDATE:
		return "F5";
	case CAUSE_STILL_PUBLISHED:
	case CAUSE_OPENED_BEFORE:
	case CAUSE_HARD_CODED:
	case CAUSE_REFERRAL:
	case CAUSE_ENCRYPTED_DNS:
	case CAUSE_TRANSLATION:
	case CAUSE_SCAN:
	case CAUSE_DNS_NOT_SEEN:
	case CAUSE_BEFORE_CAPTURE:
	case CAUSE_AMBIGUOUS:
		return NULL;
	default:
		return "F1";
	}
}

static void
write_finding(struct engine *e, const struct finding *f, const struct tally *t, const struct speaker *s)
{
	char client[ADDR_TEXT], addr[ADDR_TEXT], scope[SCOPE_TEXT], name[NAME_TEXT], sni[NAME_TEXT], listed[NAME_TEXT], server[ADDR_TEXT];
	bool conn = f->key.kind == 0;
	struct buf chain = { 0 };
	struct row_finding row = { .id = f->id, .kind = conn ? KIND_CONNECTION : KIND_ANSWER, .mode = mode_of(s->verdict.cause), .severity = severity_of(f, t, s),
		.state = state_of(e, f, t, s), .cause = s->verdict.cause, .confidence = s->verdict.confidence,
		.could_also_be = s->verdict.could_be, .client = addr_text(&f->key.client, client), .listed = dep_entry_listed(f->entry, listed),
		.deprecated_ip = addr_text(&f->key.addr, addr), .proto = proto_name(f->key.proto), .port = conn ? f->key.port : -1,
		.listing = e->listing[deplist_index(e->list, f->entry)], .legit_until = s->legit.until,
		.legit_basis = legit_basis_name(s->legit.basis), .first_seen = t->first, .last_seen = t->last,
		.connections = (int64_t)t->connections, .draining = (int64_t)t->draining, .stale = (int64_t)t->stale, .held = (int64_t)t->held,
		.established = (int64_t)t->outcome[OUT_ESTABLISHED], .refused = (int64_t)t->outcome[OUT_REFUSED],
		.timed_out = (int64_t)t->outcome[OUT_TIMED_OUT], .unreachable = (int64_t)t->outcome[OUT_UNREACHABLE],
		.unseen = (int64_t)t->outcome[OUT_UNSEEN], .bytes_to = conn ? (int64_t)t->bytes_to : -1,
		.bytes_from = conn ? (int64_t)t->bytes_from : -1, .answers = conn ? -1 : (int64_t)t->answers };

	row.scope = f->key.scope != 0 ? scope_text(f->key.scope, scope) : NULL;
	row.name = name_or_null(e, s->name, name);
	row.server_name = name_or_null(e, s->sni, sni);
	row.resolver = server_or_null(e, s->server, server);
	row.dns_transport = s->server != SERVER_NONE ? dns_way_name(s->way) : NULL;
	row.drains_by = cause_severity(s->verdict.cause) == SEV_INFO || s->verdict.cause == CAUSE_STUB_OVERRUN ? t->drains_by : TM_NONE;
	for (int i = 0; i < CAUSE_COUNT; i++)
		row.by_cause[i] = (int64_t)t->by_cause[i];
	chain_text(e, s, &chain);
	row.chain = chain.len > 0 ? buf_cstr(&chain) : NULL;
	store_finding(e->store, &row);
	buf_free(&chain);
	e->rows++;
}

/* What a packet shows, in words around the name and the address. */
static const struct { const char *role, *before, *verb; } roles[] = {
	[EV_ANSWER] = { "answer", "the client is told:", "is" },
	[EV_OTHER] = { "replacement", "the client is told:", "is no longer" },
	[EV_ZONE_BEFORE] = { "zone-before", "the zone says before the change:", "is" },
	[EV_ZONE_WITH] = { "zone-with", "the zone still says after the change:", "is" },
	[EV_ZONE_WITHOUT] = { "zone-without", "the zone says:", "is no longer" },
	[EV_OPENING] = { "opening", "the connection opens:", "to" },
	[EV_END] = { "end", "the last packet of the connection:", "to" },
};

static int
by_time(const void *a, const void *b)
{
	const struct evidence *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static void
write_evidence(struct engine *e, const struct finding *f, const struct speaker *s)
{
	struct evidence list[EVIDENCE_MAX];
	char server[ADDR_TEXT], name[NAME_TEXT], addr[ADDR_TEXT], client[ADDR_TEXT], what[NAME_TEXT + 200];
	const char *about = s->name != NAME_NONE ? name_or_null(e, s->name, name) : "the name";

	addr_text(&f->key.addr, addr);
	addr_text(&f->key.client, client);
	memcpy(list, s->evidence, s->nevidence * sizeof(*list));
	qsort(list, s->nevidence, sizeof(*list), by_time);
	store_evidence_clear(e->store, f->id);
	for (unsigned i = 0; i < s->nevidence; i++) {
		const struct evidence *v = &list[i];
		bool flow = v->role == EV_OPENING || v->role == EV_END;
		const struct row_evidence row = { .finding = f->id, .seq = (int)i + 1, .at = v->at, .role = roles[v->role].role,
			.what = what, .server = server_or_null(e, v->server, server), .ttl = v->ttl, .expires = v->expiry,
			.frame = v->kept != KEPT_NONE ? (int64_t)v->kept : -1, .flow = -1 };

		snprintf(what, sizeof(what), "%s %s %s %s", roles[v->role].before, flow ? client : about, roles[v->role].verb, addr);
		store_evidence(e->store, &row);
		e->rows++;
	}
}

/* ---- everything ---- */

void
flush_settled(void *ctx, const struct conn *c, const struct finding_of *o, struct finding *f)
{
	struct engine *e = ctx;

	if (!f->stored)
		write_finding(e, f, &f->settled, &f->speaker);
	f->stored = true;
	write_flow(e, c, o, f);
}

/* The row of a connection leads to that of its finding, which is written in full after all connections. */
static void
see_conn(void *ctx, const struct conn *c, const struct finding_of *o, struct finding *f)
{
	const struct entries *x = ctx;

	if (!f->stored)
		write_finding(x->engine, f, &f->all, &f->voice);
	f->stored = true;
	write_flow(x->engine, c, o, f);
}

static void
see_finding(void *ctx, const struct finding *f, const struct tally *t, const struct speaker *s)
{
	struct entries *x = ctx;
	struct engine *e = x->engine;

	write_finding(e, f, t, s);
	write_evidence(e, f, s);
	entries_finding(x, f, state_of(e, f, t, s), s);
}

static void
see_entries(void *ctx, const struct dep_seen *seen)
{
	struct entries *x = ctx;

	entries_write(x, seen);
}

static void
write_kept(struct engine *e)
{
	struct kept_table *t = &e->know.kept;

	for (size_t i = 0; i < t->ngone; i++)
		store_frame_drop(e->store, (int64_t)t->gone[i]);
	t->ngone = 0;
	for (struct kept *k = table_oldest(&t->t); k != NULL; k = table_newer(&t->t, k)) {
		const struct row_frame row = { .id = (int64_t)k->id, .source = e->sources[k->key.source].id, .t = k->t, .number = k->key.number,
			.offset = k->offset, .link = k->link, .wire = k->wire, .bytes = k->bytes, .have = k->have };

		if (k->written)
			continue;
		store_frame(e->store, &row);
		kept_written(t, k);
		e->rows++;
	}
}

/* Of this run, and with something new to say.  Without a packet a capture begins as any other does, and is not kept. */
static bool
any_source(const struct source *s)
{
	return !s->past && s->fresh > 0;
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
unread_json(const struct why_counts *w, struct buf *out)
{
	struct json j;

	json_begin(&j, out);
	json_object(&j);
	for (int i = 1; i < WHY_COUNT; i++) {
		if (w->n[i] == 0)
			continue;
		json_key(&j, why_name((enum why)i));
		json_uint(&j, w->n[i]);
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
	unread_json(&s->why, &unread);
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
flush_all(struct engine *e)
{
	struct entries x;
	const struct judge_view view = { see_conn, see_finding, see_entries, &x };

	for (uint32_t i = 0; i < e->nsources; i++) {
		if (!any_source(&e->sources[i]))
			continue;
		write_source(e, i, &e->sources[i].row);
		write_counters(e, &e->sources[i]);
	}
	flush_answers(e);
	write_kept(e);
	if (!entries_init(&x, e) || !judge_look(&e->judge, &view))
		err_set(&e->err, ST_ENOMEM, "out of memory while storing; try a smaller --memory");
	entries_free(&x);
}
