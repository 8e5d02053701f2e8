#include "app/flush_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
		.last_data = c->last_data,
		.client = addr_text(&c->client, client), .server = addr_text(&c->server, server), .proto = proto_name(c->proto),
		.name = name_or_null(e, o->name, name), .server_name = name_or_null(e, c->sni, sni),
		.outcome = flow_outcome_name(c->outcome), .client_port = c->recalled ? -1 : c->cport, .port = c->port,
		.stale = o->held || o->background ? -1 : !o->draining, .cause = o->verdict.cause, .confidence = o->verdict.confidence,
		.could_also_be = o->verdict.could_be, .gap_us = o->hint != NULL && o->hint->heard ? c->t - o->hint->t : INT64_MIN, .bytes_to = c->recalled ? -1 : (int64_t)c->bytes_to,
		.bytes_from = c->recalled ? -1 : (int64_t)c->bytes_from, .tag = c->isn, .yes = o->facts.yes, .no = o->facts.no, .doubt = o->facts.doubt };

	store_flow(e->store, &row);
	e->rows++;
}

static enum finding_state
state_of(const struct engine *e, const struct finding *f, const struct tally *t, const struct speaker *s)
{
	usec_t now = e->know.now, until = s->legit.until != TM_NONE ? s->legit.until + e->know.grace : TM_NONE;

	if (f->entry->reinstated_at != TM_NONE && now >= f->entry->reinstated_at)
		return STATE_WITHDRAWN;
	return standing_at(&t->standing, now, until, &e->covered, e->opt->resolve_after);
}

static enum severity
severity_of(const struct finding *f, const struct tally *t, const struct speaker *s)
{
	enum severity worst;

	if (f->key.kind >= FINDING_RESOLVER)
		return cause_severity(s->verdict.cause);
	if (f->key.kind == FINDING_ANSWER)
		return SEV_LOW;
	if (t->stale > 0) {
		worst = cause_severity(s->verdict.cause);
		for (int i = 0; i < CAUSE_COUNT; i++)
			if ((s->verdict.extended & CAUSE_BIT(i)) && cause_severity((enum cause)i) > worst)
				worst = cause_severity((enum cause)i);
		return worst;
	}
	return t->held > 0 ? SEV_MEDIUM : SEV_INFO;
}

/* The names on the way, each as it was asked for; behind one that is no alias the type of its record that leads on. */
static void
chain_text(const struct engine *e, const struct speaker *s, struct buf *out)
{
	char name[NAME_TEXT], type[16];

	for (unsigned i = 0; i < s->lead.n; i++) {
		buf_fmt(out, "%s%s", i > 0 ? " " : "", name_text(names_at(&e->know.names, s->lead.path[i])->wire, name));
		if (s->lead.type[i] != DNS_CNAME)
			buf_fmt(out, "/%s", dns_type_text(s->lead.type[i], type));
	}
	for (unsigned i = 0; s->npath + s->lead.n > 1 && i < s->npath; i++)
		buf_fmt(out, "%s%s", out->len > 0 ? " " : "", name_text(names_at(&e->know.names, s->path[i])->wire, name));
}

static const char *
server_or_null(const struct engine *e, uint32_t id, char *buf)
{
	return id != SERVER_NONE ? addr_text(&server_at(&e->know.resolvers, id)->key.addr, buf) : NULL;
}

/* DESIGN section 7: which failure mode it is; NULL where none applies. */
static const char *
mode_of(const struct speaker *s)
{
	switch (s->verdict.cause) {
	case CAUSE_SERVERS_DISAGREE:
	case CAUSE_OLD_DELEGATION:
		return "F2";
	case CAUSE_PARTIAL_UPDATE:
		return s->by == ZONE_ALIAS ? "F3" : "F5";
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
	bool conn = f->key.kind == FINDING_CONNECTION;
	const struct label *l;
	struct buf chain = { 0 };
	struct row_finding row = { .id = f->id, .kind = (enum finding_kind)f->key.kind, .mode = mode_of(s), .severity = severity_of(f, t, s),
		.state = state_of(e, f, t, s), .cause = s->verdict.cause, .confidence = s->verdict.confidence,
		.could_also_be = s->verdict.could_be, .extended_by = s->verdict.extended, .client = f->key.kind < FINDING_RESOLVER ? addr_text(&f->key.client, client) : NULL, .listed = dep_entry_listed(f->entry, listed),
		.deprecated_ip = addr_text(&f->key.addr, addr), .proto = proto_name(f->key.proto), .port = conn ? f->key.port : -1,
		.listing = e->listing[deplist_index(e->list, f->entry)], .legit_until = s->legit.until,
		.legit_basis = legit_basis_name(s->legit.basis), .first_seen = t->first, .last_seen = t->standing.last,
		.longest = t->standing.longest, .returned = t->standing.returned,
		.connections = (int64_t)t->connections, .draining = (int64_t)t->draining, .stale = (int64_t)t->stale, .held = (int64_t)t->held,
		.established = (int64_t)t->outcome[OUT_ESTABLISHED], .refused = (int64_t)t->outcome[OUT_REFUSED],
		.timed_out = (int64_t)t->outcome[OUT_TIMED_OUT], .unreachable = (int64_t)t->outcome[OUT_UNREACHABLE],
		.unseen = (int64_t)t->outcome[OUT_UNSEEN], .bytes_to = conn && !s->recalled ? (int64_t)t->bytes_to : -1,
		.bytes_from = conn && !s->recalled ? (int64_t)t->bytes_from : -1, .answers = conn ? -1 : (int64_t)t->answers };

	row.scope = f->key.scope != 0 ? scope_text(f->key.scope, scope) : NULL;
	row.name = name_or_null(e, s->name, name);
	row.server_name = name_or_null(e, s->sni, sni);
	row.resolver = server_or_null(e, s->server, server);
	row.dns_transport = s->server != SERVER_NONE ? dns_way_name(s->way) : NULL;
	/* a connection from before is over when it is closed */
	row.drains_by = verdict_ends(&s->verdict) || (s->verdict.cause == CAUSE_OPENED_BEFORE && t->going_on == 0) ? t->drains_by : TM_NONE;
	row.resolves = row.state == STATE_OPEN ? standing_resolves(&t->standing, e->know.now, &e->covered, e->opt->resolve_after) : TM_NONE;
	for (int i = 0; i < CAUSE_COUNT; i++)
		row.by_cause[i] = (int64_t)t->by_cause[i];
	chain_text(e, s, &chain);
	row.chain = chain.len > 0 ? buf_cstr(&chain) : NULL;
	store_finding(e->store, &row);
	if (e->labels != NULL && (l = labels_find(e->labels, &f->key.client)) != NULL)
		store_label(e->store, client, l->label, l->owner, l->site);
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
	[EV_LEAD] = { "lead", "the client is told:", "leads to" },
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
	char server[ADDR_TEXT], name[NAME_TEXT], led[NAME_TEXT], addr[ADDR_TEXT], client[ADDR_TEXT], what[2 * NAME_TEXT + 200];
	uint32_t asked = s->lead.n > 0 ? s->path[0] : s->name;
	const char *about = asked != NAME_NONE ? name_or_null(e, asked, name) : "the name";

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

		snprintf(what, sizeof(what), "%s %s %s %s", roles[v->role].before, flow ? client : v->role == EV_LEAD ? name_or_null(e, s->lead.path[0], led) : about,
		         roles[v->role].verb, v->role == EV_LEAD ? about : addr);
		store_evidence(e->store, &row);
		e->rows++;
	}
}

void
flush_settled(void *ctx, const struct conn *c, const struct finding_of *o, struct finding *f)
{
	struct engine *e = ctx;

	if (!f->stored)
		write_finding(e, f, &f->settled, &f->speaker);
	f->stored = true;
	write_flow(e, c, o, f);
}

void
flush_no_contact(void *ctx, const struct conn *c)
{
	struct engine *e = ctx;

	store_flow_drop(e->store, (int64_t)c->flow);
}

/* The row of a connection leads to that of its finding, which is written in full after all connections. */
void
see_conn(void *ctx, const struct conn *c, const struct finding_of *o, struct finding *f)
{
	const struct entries *x = ctx;

	if (!f->stored)
		write_finding(x->engine, f, &f->all, &f->voice);
	f->stored = true;
	write_flow(x->engine, c, o, f);
}

void
see_no_finding(void *ctx, struct finding *f)
{
	const struct entries *x = ctx;

	if (f->stored)
		store_finding_drop(x->engine->store, f->id);
	f->stored = false;
}

void
see_finding(void *ctx, const struct finding *f, const struct tally *t, const struct speaker *s)
{
	struct entries *x = ctx;
	struct engine *e = x->engine;

	write_finding(e, f, t, s);
	write_evidence(e, f, s);
	entries_finding(x, f, state_of(e, f, t, s), s);
}

void
see_entries(void *ctx, const struct dep_seen *seen)
{
	struct entries *x = ctx;

	entries_write(x, seen);
}
