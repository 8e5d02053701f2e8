#include "app/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/state_int.h"

#define STATE_VERSION 23
#define STATE_LAYOUT (WHY_COUNT << 16 | CAUSE_COUNT << 8 | FACT_COUNT)	/* what arrays and bits depend on */

/* ---- save ---- */

static void
put(struct engine *e, int kind, struct buf *b)
{
	if (b->failed)
		err_set(&e->err, ST_ENOMEM, "out of memory while storing; try a smaller --memory");
	else
		store_state_put(e->store, kind, 0, b->p, b->len);
	buf_clear(b);
}

static void
save_names(struct engine *e, struct buf *b)
{
	const struct names *n = &e->know.names;

	buf_u32(b, n->t.n);
	for (uint32_t i = 0; i < n->t.n; i++) {
		const struct name_entry *ne = names_at(n, i);

		buf_u8(b, ne->len);
		buf_put(b, ne->wire, ne->len);
		buf_u8(b, (uint8_t)(ne->zone | ne->server << 1));
		buf_u8(b, ne->naddr);
		buf_put(b, ne->addr, ne->naddr * sizeof(ne->addr[0]));
		buf_u8(b, ne->nlead);
		for (unsigned j = 0; j < ne->nlead; j++) {
			buf_u32(b, ne->lead[j].name);
			buf_u16(b, ne->lead[j].type);
			buf_u8(b, ne->lead[j].listed);
		}
	}
	put(e, ST_NAMES, b);
}

/* Packets kept know their capture by its index in this run; the next run has other captures. */
static void
save_kept(struct engine *e, struct buf *b)
{
	struct kept_table *t = &e->know.kept;

	buf_u32(b, t->t.n);
	for (const struct kept *k = table_oldest(&t->t); k != NULL; k = table_newer(&t->t, k)) {
		struct kept one = *k;

		one.key.source = (uint32_t)e->sources[k->key.source].id;
		pack(b, state_kept_fields, &one);
	}
	put(e, ST_KEPT, b);
}

static void
save_seen(struct engine *e, struct buf *b)
{
	for (size_t i = 0; i < deplist_count(e->list); i++) {
		const struct dep_seen *s = &e->judge.seen[i];

		buf_u64(b, (uint64_t)e->listing[i]);
		buf_u8(b, (uint8_t)(s->told | s->reached << 1 | s->half << 2));
		buf_u64(b, (uint64_t)s->last_connection);
		buf_u64(b, (uint64_t)s->last_stale_answer);
		buf_u64(b, s->unattributed);
	}
	put(e, ST_SEEN, b);
}

static void
save_sources(struct engine *e, struct buf *b)
{
	for (uint32_t i = 0; i < e->nsources; i++) {
		const struct source *s = &e->sources[i];

		if (s->past || s->fresh == 0)
			continue;
		pack(b, state_source_fields, s);
		store_state_put(e->store, ST_SOURCE, s->id, b->p, b->len);
		buf_clear(b);
	}
}

void
state_save(struct engine *e)
{
	const struct query_table *q = &e->know.queries;
	const struct head head = { .version = STATE_VERSION, .layout = STATE_LAYOUT, .both_ways = e->flows.both_ways, .saw_syn = e->flows.saw_syn, .begin = e->know.begin, .now = e->know.now,
		.last_packet = e->last_packet, .lossy = e->judge.lossy, .last_flow = e->flows.last_id, .last_kept = e->know.kept.last_id,
		.asked = q->asked, .repeated = q->repeated, .answered = q->answered, .unanswered = q->unanswered, .unasked = q->unasked, .loss = e->know.loss,
		.clocks = e->copies.clocks, .zone = e->know.resolvers.seen.zone };
	struct table_state tables[STATE_TABLES];
	struct buf b = { 0 };

	for (struct finding *f = table_oldest(&e->judge.findings); f != NULL; f = table_newer(&e->judge.findings, f))
		f->listing = e->listing[deplist_index(e->list, f->entry)];
	pack(&b, state_head_fields, &head);
	put(e, ST_HEAD, &b);
	save_names(e, &b);
	save_kept(e, &b);
	save_seen(e, &b);
	save_sources(e, &b);
	state_tables(e, tables);
	for (int i = 0; i < STATE_TABLES; i++) {
		pack_table(&b, tables[i].fields, tables[i].table);
		put(e, tables[i].kind, &b);
	}
	buf_free(&b);
}

/* ---- load ---- */

/* Names that may come later: each is one of them all. */
static bool
load_leads(struct names *n, uint32_t id, uint32_t count, struct cur *c)
{
	for (unsigned left = cur_u8(c); left > 0; left--) {
		struct name_lead by = { .name = cur_u32(c) };

		by.type = cur_u16(c);
		by.listed = cur_u8(c) != 0;
		if (by.name >= count)
			return false;
		names_led_by(n, id, by);
	}
	return cur_ok(c);
}

static bool
load_names(struct engine *e, struct cur *c)
{
	struct names *n = &e->know.names;
	uint32_t count = cur_u32(c);

	table_clear(&n->t);		/* the others refer to names by their old ids; those of today's list come behind them */
	for (uint32_t i = 0; i < count; i++) {
		uint8_t len = cur_u8(c), wire[NAME_WIRE], is, naddr;
		const uint8_t *p = cur_take(c, len);
		uint32_t id;

		if (p == NULL || name_fold(p, len, wire) != len)
			return false;
		id = names_add(n, wire);
		is = cur_u8(c);
		naddr = cur_u8(c);
		p = cur_take(c, naddr * sizeof(struct addr));
		if (id != i || p == NULL)
			return false;
		names_at(n, id)->zone = is & 1;
		names_at(n, id)->server = is >> 1 & 1;
		for (unsigned j = 0; j < naddr; j++) {
			struct addr a = addr_v6(p + j * sizeof(a));

			names_leads_to(n, id, &a);
		}
		if (!load_leads(n, id, count, c))
			return false;
	}
	know_listed_names(&e->know);
	return cur_ok(c);
}

/* The source with this id: one of this run, or one of an earlier run, which gets a place behind them. */
static uint32_t
source_index(struct engine *e, int64_t id)
{
	struct source *more;

	for (uint32_t i = 0; i < e->nsources; i++)
		if (e->sources[i].id == id)
			return i;
	more = realloc(e->sources, (e->nsources + 2) * sizeof(*more));
	if (more == NULL)
		return 0;
	e->sources = more;
	memset(&more[e->nsources], 0, sizeof(*more));
	more[e->nsources].id = id;
	more[e->nsources].past = true;
	more[e->nsources].first = more[e->nsources].last = TM_NONE;
	return e->nsources++;
}

static bool
load_kept(struct engine *e, struct cur *c)
{
	uint32_t n = cur_u32(c);

	for (uint32_t i = 0; i < n; i++) {
		struct kept one = { 0 };

		if (!unpack(c, state_kept_fields, &one))
			return false;
		one.key.source = source_index(e, one.key.source);
		if (!kept_restore(&e->know.kept, &one))
			return false;
	}
	return cur_ok(c);
}

static bool
load_seen(struct engine *e, struct cur *c)
{
	while (cur_left(c) > 0) {
		int64_t listing = (int64_t)cur_u64(c);
		uint8_t before = cur_u8(c);
		struct dep_seen s = { .told = before & 1, .reached = before >> 1 & 1, .half = before >> 2 & 1 };

		s.last_connection = (usec_t)cur_u64(c);
		s.last_stale_answer = (usec_t)cur_u64(c);
		s.unattributed = cur_u64(c);
		for (size_t i = 0; cur_ok(c) && i < deplist_count(e->list); i++)
			if (e->listing[i] == listing)
				e->judge.seen[i] = s;
	}
	return cur_ok(c);
}

static bool
good_path(const struct engine *e, const uint32_t *path, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (path[i] >= e->know.names.t.n)
			return false;
	return true;
}

static bool
good_name(const struct engine *e, uint32_t id)
{
	return id == NAME_NONE || id < e->know.names.t.n;
}

static bool
good_server(const struct engine *e, uint32_t id)
{
	return id == SERVER_NONE || id < e->know.resolvers.servers.n;
}

static bool
good_ledger(const struct engine *e)
{
	const struct ledger_entry *l;

	for (l = table_oldest(&e->know.ledger.t); l != NULL; l = table_newer(&e->know.ledger.t, l))
		for (uint32_t i = 0; i < l->n; i++)
			if (l->told[i].npath == 0 || !good_path(e, l->told[i].path, l->told[i].npath) ||
			    (l->told[i].n > 0 && (!good_server(e, l->told[i].server) || !good_server(e, l->told[i].from.server))))
				return false;
	return true;
}

static bool
good_served(const struct engine *e)
{
	const struct served *s;

	for (s = table_oldest(&e->know.resolvers.served); s != NULL; s = table_newer(&e->know.resolvers.served, s)) {
		if (s->key.server >= e->know.resolvers.servers.n || s->key.name >= e->know.names.t.n)
			return false;
		for (unsigned i = 0; i < s->nfed; i++)
			if (!good_server(e, s->fed[i].by.server))
				return false;
	}
	return true;
}

/* A sample has as many entries as it says; of those that it would not take any more it may still have some. */
static bool
good_profiles(const struct engine *e)
{
	const struct resolver_table *r = &e->know.resolvers;
	uint64_t n = r->seen.zone.n;

	for (const struct client *c = table_oldest(&e->know.clients.t); c != NULL; c = table_newer(&e->know.clients.t, c)) {
		if (c->as_server > r->servers.n)
			return false;
	}
	for (const struct server *s = table_oldest(&r->servers); s != NULL; s = table_newer(&r->servers, s)) {
		n += s->profile.sample.n;
		for (unsigned i = 0; i < s->profile.nup; i++)
			if (s->profile.up[i] >= r->servers.n)
				return false;
	}
	for (const struct seen *x = table_oldest(&r->seen.t); x != NULL; x = table_newer(&r->seen.t, x), n--)
		if (!good_server(e, x->key.server) || n == 0)
			return false;
	return n == 0;
}

static bool
good_zones(const struct engine *e)
{
	const struct zone_rec *z;

	for (z = table_oldest(&e->know.zones.t); z != NULL; z = table_newer(&e->know.zones.t, z))
		if (z->key.name >= e->know.names.t.n || !good_name(e, z->next))
			return false;
	return true;
}

static bool
good_delegations(const struct engine *e)
{
	const struct delegations *d = &e->know.delegations;

	for (const struct ns_set *s = table_oldest(&d->sets); s != NULL; s = table_newer(&d->sets, s))
		if (s->key.zone >= e->know.names.t.n || !good_path(e, s->host, s->n))
			return false;
	return true;
}

static bool
good_services(const struct engine *e)
{
	for (const struct service *s = table_oldest(&e->know.services.t); s != NULL; s = table_newer(&e->know.services.t, s)) {
		if (s->key.name >= e->know.names.t.n)
			return false;
		for (unsigned i = 0; i < s->n; i++)
			if (s->to[i].name >= e->know.names.t.n)
				return false;
	}
	return true;
}

static bool
good_conn(const struct engine *e, const struct conn *c)
{
	bool ok = good_name(e, c->sni);

	for (unsigned i = 0; i < c->nhints; i++)
		ok = ok && c->hints[i].npath > 0 && good_path(e, c->hints[i].path, c->hints[i].npath) && good_path(e, c->hints[i].lead.path, c->hints[i].lead.n) &&
		     (!c->hints[i].heard || (good_server(e, c->hints[i].server) && good_server(e, c->hints[i].from.server)));
	return ok;
}

/* A connection whose flow still lives leads to it again. */
static bool
relink_conns(struct engine *e)
{
	for (const struct conn *c = table_oldest(&e->judge.conns); c != NULL; c = table_newer(&e->judge.conns, c))
		if (!good_conn(e, c))
			return false;
	for (struct flow *f = table_oldest(&e->flows.t); f != NULL; f = table_newer(&e->flows.t, f)) {
		struct conn *c = f->watched ? table_find(&e->judge.conns, &f->id) : NULL;

		f->user = TABLE_NIL;
		if (c == NULL)
			continue;
		c->flow_at = f->e.id;
		c->ended = c->ended || f->end != FLOW_LIVE;
	}
	for (struct conn *c = table_oldest(&e->judge.conns); c != NULL; c = table_newer(&e->judge.conns, c)) {
		const struct flow *f = c->ended ? NULL : c->flow_at < e->flows.t.made ? table_at(&e->flows.t, c->flow_at) : NULL;

		if (f == NULL || f->id != c->flow)
			c->ended = true;
	}
	return true;
}

/* Findings whose entry is no longer listed stay in the database as they are. */
static bool
relink_findings(struct engine *e)
{
	struct finding *next;

	for (struct finding *f = table_oldest(&e->judge.findings); f != NULL; f = next) {
		next = table_newer(&e->judge.findings, f);
		f->id[sizeof(f->id) - 1] = '\0';
		for (size_t i = 0; f->entry == NULL && i < deplist_count(e->list); i++)
			if (e->listing[i] == f->listing)
				f->entry = deplist_at(e->list, i);
		f->voice.t = TM_NONE;
		if (f->entry == NULL) {
			table_remove(&e->judge.findings, f);
			continue;
		}
		if (f->speaker.t == TM_NONE)		/* nothing is settled yet */
			continue;
		if (!good_name(e, f->speaker.name) || !good_name(e, f->speaker.sni) || !good_server(e, f->speaker.server) ||
		    !good_path(e, f->speaker.path, f->speaker.npath) || !good_path(e, f->speaker.lead.path, f->speaker.lead.n))
			return false;
		if (f->key.kind != 0 && !good_server(e, f->speaker.from.server))
			return false;
		for (unsigned i = 0; i < f->speaker.nevidence; i++)
			if (!good_server(e, f->speaker.evidence[i].server))
				return false;
	}
	return true;
}

/* Which cards are shared is known from all who speak. */
static void
mark_nics(struct engine *e)
{
	for (const struct client *c = table_oldest(&e->know.clients.t); c != NULL; c = table_newer(&e->know.clients.t, c))
		if (c->link.from.ttl != 0)
			nic_mark(&e->know.nics, &c->link.from, c->key.scope, &c->key.addr);
}

static bool
load_head(struct engine *e, struct cur *c)
{
	struct head h;
	struct cur first = *c;
	struct query_table *q = &e->know.queries;

	/* the first two, wherever the others stand */
	if (cur_u32(&first) != STATE_VERSION || cur_u32(&first) != STATE_LAYOUT) {
		e->state_foreign = true;
		return false;
	}
	if (!unpack(c, state_head_fields, &h))
		return false;
	e->flows.saw_syn = h.saw_syn != 0;
	e->flows.both_ways = h.both_ways != 0;
	e->flows.last_id = h.last_flow;
	e->know.begin = h.begin;
	e->know.now = h.now;
	e->know.kept.last_id = h.last_kept;
	e->last_packet = h.last_packet;
	e->judge.lossy = h.lossy != 0;
	q->asked = h.asked;
	q->repeated = h.repeated;
	q->answered = h.answered;
	q->unanswered = h.unanswered;
	q->unasked = h.unasked;
	e->know.loss = h.loss;
	e->copies.clocks = h.clocks;
	e->know.resolvers.seen.zone = h.zone;
	return true;
}

static int
load_sources(struct engine *e, struct buf *b, struct err *err)
{
	for (uint32_t i = 0; i < e->nsources; i++) {
		struct source *s = &e->sources[i];
		struct cur c;
		int rc = 0;

		if (!s->past && s->id > 0)
			rc = store_state_get(e->store, ST_SOURCE, s->id, b, err);
		c = cur_make(b->p, b->len, b->len);
		if (rc < 0 || (rc > 0 && !unpack(&c, state_source_fields, s)))
			return rc < 0 ? rc : ST_EFORMAT;
	}
	return 0;
}

/* One kind: 1 it was there and is good, 0 it was not there, or ST_*. */
static int
get(struct engine *e, int kind, struct buf *b, struct cur *c, struct err *err)
{
	int rc;

	buf_clear(b);
	rc = store_state_get(e->store, kind, 0, b, err);
	*c = cur_make(b->p, b->len, b->len);
	return rc;
}

static int
load(struct engine *e, struct buf *b, struct err *err)
{
	const struct { int kind; bool (*take)(struct engine *e, struct cur *c); } first[] = {
		{ ST_HEAD, load_head }, { ST_NAMES, load_names }, { ST_KEPT, load_kept }, { ST_SEEN, load_seen },
	};
	struct table_state tables[STATE_TABLES];
	struct cur c;
	int rc;

	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
		rc = get(e, first[i].kind, b, &c, err);
		if (rc <= 0)
			return rc;
		if (!first[i].take(e, &c))
			return ST_EFORMAT;
	}
	state_tables(e, tables);
	for (int i = 0; i < STATE_TABLES; i++) {
		rc = get(e, tables[i].kind, b, &c, err);
		if (rc < 0)
			return rc;
		if (rc == 0 || !unpack_table(&c, tables[i].fields, tables[i].table))
			return ST_EFORMAT;
	}
	if (!good_ledger(e) || !good_served(e) || !good_profiles(e) || !good_zones(e) || !good_delegations(e) || !good_services(e) || !relink_conns(e) || !relink_findings(e))
		return ST_EFORMAT;
	mark_nics(e);
	return load_sources(e, b, err);
}

int
state_load(struct engine *e, struct err *err)
{
	struct buf b = { 0 };
	int rc;

	*err = (struct err){ 0 };
	rc = load(e, &b, err);
	buf_free(&b);
	if (e->state_foreign) {
		fprintf(stderr, "staletap: %s: was written by another version; what was under way when it ended is forgotten\n", e->opt->db);
		return store_last_ids(e->store, &e->flows.last_id, &e->know.kept.last_id, err);
	}
	if (rc < 0 && err->code == 0)
		err_set(err, ST_EFORMAT, "%s: what it keeps for the next run is damaged; its findings can still be read, new captures "
		        "go into a new database", e->opt->db);
	return rc < 0 ? rc : 0;
}

int
state_hosts(struct engine *e, struct err *err)
{
	struct table_state tables[STATE_TABLES];
	struct buf b = { 0 };
	struct cur c;
	int rc = 0;

	state_tables(e, tables);
	for (int i = 0; i < STATE_TABLES && rc >= 0; i++) {
		if (tables[i].kind != ST_CLIENTS)
			continue;
		rc = e->state_foreign ? 0 : get(e, tables[i].kind, &b, &c, err);
		if (rc <= 0)
			continue;
		table_clear(tables[i].table);
		if (!unpack_table(&c, tables[i].fields, tables[i].table))
			rc = err_set(err, ST_EFORMAT, "%s: what it keeps of hosts is damaged", e->opt->db);
	}
	buf_free(&b);
	return rc < 0 ? rc : 0;
}
