#include "report/ready_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/esc.h"
#include "report/report_int.h"

#define MIN_LONG (3600 * TM_SEC)	/* a connection that lasts so long outlives a change */
#define BEYOND (60 * TM_SEC)		/* what stubs and browsers hold on for */
#define ADDRS 32

struct happened { usec_t t; struct page_event e; bool met; };
struct answer { char *name; struct addr addr[ADDRS]; unsigned naddr; uint16_t type; uint64_t n; };
struct past {
	struct reader *rd;
	struct hosts hosts;
	struct answer *said;		/* by id */
	uint32_t nsaid;
	struct happened *at;
	size_t n, cap;
	uint8_t *dns_seen;		/* by host: it was told something */
	usec_t now;
	bool failed;
};

/* ---- reading all that is kept ---- */

/* The name asked, and the addresses in the answer section; the message has its names written out. */
static void
read_message(struct answer *a, const uint8_t *m, size_t n)
{
	size_t at = 12;

	if (n < 12)
		return;
	for (unsigned i = 0; i <= ((unsigned)m[6] << 8 | m[7]); i++) {
		size_t len;

		while (at < n && m[at] != 0)
			at += m[at] + 1u;
		at += 5;
		if (i == 0)
			continue;
		if (at + 6 > n)
			return;
		len = (size_t)m[at + 4] << 8 | m[at + 5];
		if (at + 6 + len > n || a->naddr == ADDRS)
			return;
		if (m[at - 4] == 0 && m[at - 3] == 1 && len == 4)
			a->addr[a->naddr++] = addr_v4(m + at + 6);
		else if (m[at - 4] == 0 && m[at - 3] == 28 && len == 16)
			a->addr[a->naddr++] = addr_v6(m + at + 6);
		at += 6 + len;
	}
}

static int
read_said(struct past *p, struct err *err)
{
	struct rows r;
	int64_t most = 0;
	size_t n;

	rows_open(&r, p->rd, "SELECT max(id) FROM said");
	if (rows_next(&r))
		most = rows_int(&r, 0, 0);
	if (rows_close(&r, err) < 0)
		return err->code;
	p->said = most >= 0 && most < INT32_MAX ? calloc((size_t)most + 1, sizeof(*p->said)) : NULL;
	if (p->said == NULL)
		return err_set(err, ST_ENOMEM, "out of memory for the kept history");
	p->nsaid = (uint32_t)most + 1;
	rows_open(&r, p->rd, "SELECT id,name,type,body FROM said WHERE id>0 ORDER BY id");
	while (rows_next(&r)) {
		struct answer *a = &p->said[rows_int(&r, 0, 0)];
		const void *body = rows_blob(&r, 3, &n);

		a->name = rows_text(&r, 1) != NULL ? strdup(rows_text(&r, 1)) : NULL;
		a->type = (uint16_t)rows_int(&r, 2, 0);
		if (body != NULL)
			read_message(a, body, n);
	}
	return rows_close(&r, err);
}

static void
add(struct past *p, usec_t t, const struct page_event *e, bool met)
{
	if (e->key[0] >= (met ? p->hosts.n : p->nsaid) || e->key[2] >= p->hosts.n || (!met && e->key[1] >= p->hosts.n))
		return;
	if (p->n == p->cap) {
		size_t cap = p->cap > 0 ? 2 * p->cap : 1024;
		struct happened *grown = realloc(p->at, cap * sizeof(*grown));

		p->failed |= grown == NULL;
		if (grown == NULL)
			return;
		p->at = grown;
		p->cap = cap;
	}
	if (!met) {
		p->dns_seen[e->key[2]] = 1;
		p->said[e->key[0]].n += 1 + e->more;
	}
	p->at[p->n++] = (struct happened){ t, *e, met };
}

static void
take_told(void *ctx, int64_t hour, const struct page_event *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(ctx, hour * PAGE_HOUR + e[i].at * PAGE_UNIT, &e[i], false);
}

static void
take_met(void *ctx, int64_t hour, const struct page_event *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(ctx, hour * PAGE_HOUR + e[i].at * PAGE_UNIT, &e[i], true);
}

/* What is open: marked by a length that no other has. */
static void
take_live(void *ctx, int64_t hour, const struct page_event *e, size_t n)
{
	(void)hour;
	for (size_t i = 0; i < n; i++) {
		struct page_event open = e[i];

		open.value = UINT32_MAX;
		add(ctx, e[i].value * TM_SEC, &open, true);
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct happened *x = a, *y = b;

	return x->t != y->t ? (x->t < y->t ? -1 : 1) : x->met != y->met ? (x->met ? 1 : -1) : page_order(&x->e, &y->e);
}

static int
read_past(struct past *p, struct err *err)
{
	struct rows r;
	int rc = history_hosts(p->rd, &p->hosts, err);

	if (rc == 0)
		rc = read_said(p, err);
	if (rc < 0)
		return rc;
	p->dns_seen = calloc((size_t)p->hosts.n + 1, 1);
	if (p->dns_seen == NULL)
		return err_set(err, ST_ENOMEM, "out of memory for the kept history");
	rc = history_pages(p->rd, PAGE_TOLD, take_told, p, err);
	if (rc == 0)
		rc = history_pages(p->rd, PAGE_MET, take_met, p, err);
	if (rc == 0)
		rc = history_pages(p->rd, PAGE_LIVE, take_live, p, err);
	if (rc == 0 && p->failed)
		rc = err_set(err, ST_ENOMEM, "out of memory for the kept history");
	if (rc < 0)
		return rc;
	if (p->n > 0)
		qsort(p->at, p->n, sizeof(*p->at), by_time);
	rows_open(&r, p->rd, "SELECT max(last_us) FROM source");
	p->now = rows_next(&r) ? rows_time(&r, 0) : TM_NONE;
	return rows_close(&r, err);
}

static void
past_free(struct past *p)
{
	for (uint32_t i = 0; i < p->nsaid; i++)
		free(p->said[i].name);
	free(p->said);
	free(p->hosts.at);
	free(p->at);
	free(p->dns_seen);
}

/* ---- one name or address ---- */

struct target { const char *name; struct addr addr[ADDRS]; unsigned naddr; };

static bool
holds(const struct target *t, const struct addr *a)
{
	for (unsigned i = 0; i < t->naddr; i++)
		if (addr_eq(&t->addr[i], a))
			return true;
	return false;
}

/* Of a name the addresses that it still leads to: answers that ran in the last day. */
static void
find_addresses(struct target *t, const struct past *p)
{
	for (size_t i = p->n; i-- > 0 && t->naddr < ADDRS; ) {
		const struct happened *h = &p->at[i];
		const struct answer *a = &p->said[h->met ? 0 : h->e.key[0]];

		if (h->met || a->name == NULL || strcmp(a->name, t->name) != 0 || h->t + h->e.value * TM_SEC < p->now - 24 * PAGE_HOUR)
			continue;
		for (unsigned j = 0; j < a->naddr && t->naddr < ADDRS; j++)
			if (!holds(t, &a->addr[j]))
				t->addr[t->naddr++] = a->addr[j];
	}
}

static bool
tells(const struct target *t, const struct answer *a)
{
	if (t->name != NULL && (a->name == NULL || strcmp(a->name, t->name) != 0))
		return false;
	for (unsigned i = 0; i < a->naddr; i++)
		if (holds(t, &a->addr[i]))
			return true;
	return false;
}

static void
note_ttl(struct ready_of *r, usec_t t, uint32_t ttl, bool zone)
{
	if (zone && !r->zone_seen) {		/* what resolvers said no longer counts */
		r->ttl = r->long_ttl = -1;
		r->long_last = TM_NONE;
		r->zone_seen = true;
	}
	if (zone != r->zone_seen)
		return;
	if (!zone && ttl < r->ttl)
		return;				/* counts down */
	if (r->ttl > ttl && r->ttl >= r->long_ttl)
		r->long_ttl = r->ttl;
	r->ttl = ttl;
	if (r->long_ttl < 0 || ttl >= r->long_ttl)
		r->long_last = t;
}

static void
note_told(struct ready_of *r, const struct happened *h)
{
	struct ready_client *c = &r->clients[h->e.key[2]];
	struct ready_server *s = &r->servers[h->e.key[1]];
	usec_t expiry = h->t + h->e.value * TM_SEC;
	bool zone = (h->e.flags & PAGE_AA) && !(h->e.flags & PAGE_RA);

	c->told = h->t;
	c->expiry = expiry;
	s->expiry = expiry > s->expiry ? expiry : s->expiry;
	s->ttl = h->e.value > s->ttl ? h->e.value : s->ttl;
	s->zone = zone;
	note_ttl(r, h->t, h->e.value, zone);
	if (expiry >= r->now && expiry > r->live)
		r->live = expiry;
}

static void
note_met(struct ready_of *r, const struct happened *h)
{
	struct ready_client *c = &r->clients[h->e.key[2]];
	bool open = h->e.value == UINT32_MAX;
	usec_t lasted = open ? r->now - h->t : h->e.value * PAGE_UNIT;

	c->met = h->t;
	c->connections += 1 + h->e.more;
	c->open |= open;
	c->lasted = lasted > c->lasted ? lasted : c->lasted;
	if (c->told != TM_NONE && h->t - c->expiry > c->beyond)
		c->beyond = h->t - c->expiry;
}

bool
ready_stretches(const struct ready_of *r, const struct ready_server *s)
{
	return r->zone_seen && !s->zone && s->expiry != TM_NONE && s->ttl > (r->long_ttl > r->ttl ? r->long_ttl : r->ttl) + 1;
}

enum ready_why
ready_why(const struct ready_of *r, const struct ready_client *c, bool dns_seen)
{
	if (c->met == TM_NONE)
		return READY_FINE;
	if (c->told == TM_NONE)
		return dns_seen ? READY_NEVER_ASKS : READY_HIDDEN;
	if (c->beyond > BEYOND)
		return READY_KEEPS;
	return c->open || (c->lasted > MIN_LONG && r->now - c->met < 24 * PAGE_HOUR + c->lasted) ? READY_LONG_LIVED : READY_FINE;
}

const char *
ready_why_name(enum ready_why w)
{
	static const char *const names[READY_WHYS] = { "fine", "long-lived", "keeps", "never-asks", "hidden" };

	return names[w];
}

/* All about one target; false: no memory. */
static bool
look(struct ready_of *r, const struct target *t, const struct past *p)
{
	uint32_t most = 0;

	r->clients = calloc((size_t)p->hosts.n + 1, sizeof(*r->clients));
	r->servers = calloc((size_t)p->hosts.n + 1, sizeof(*r->servers));
	if (r->clients == NULL || r->servers == NULL)
		return false;
	for (uint32_t i = 0; i < p->hosts.n; i++) {
		r->clients[i].told = r->clients[i].expiry = r->clients[i].met = TM_NONE;
		r->servers[i].expiry = TM_NONE;
	}
	for (size_t i = 0; i < p->n; i++) {
		const struct happened *h = &p->at[i];

		if (h->met ? holds(t, &p->hosts.at[h->e.key[0]].addr) : tells(t, &p->said[h->e.key[0]]))
			(h->met ? note_met : note_told)(r, h);
	}
	for (uint32_t i = 0; i < p->hosts.n; i++) {
		enum ready_why why = ready_why(r, &r->clients[i], p->dns_seen[i]);

		r->nclients += r->clients[i].met != TM_NONE;
		r->why[why] += why != READY_FINE;
		if (ready_stretches(r, &r->servers[i]) && r->servers[i].ttl > most)
			most = r->servers[i].ttl;
	}
	if (r->ttl >= 0 && most < r->ttl)
		most = (uint32_t)r->ttl;
	r->safe = r->now + most * TM_SEC > r->live ? r->now + most * TM_SEC : r->live;
	return true;
}

static int
one(const struct past *p, struct target *t, const char *shown, bool json, struct out *o, uint64_t *stale, struct err *err)
{
	struct ready_of r = { .now = p->now, .hosts = &p->hosts, .ttl = -1, .long_ttl = -1, .long_last = TM_NONE, .live = TM_NONE };
	bool ok = look(&r, t, p);

	strncpy(r.name, shown, sizeof(r.name) - 1);
	if (ok)
		(json ? ready_json : ready_text)(o, &r, p->dns_seen);
	for (int w = READY_FINE + 1; w < READY_WHYS; w++)
		*stale += r.why[w];
	free(r.clients);
	free(r.servers);
	out_more(o);
	return ok ? 0 : err_set(err, ST_ENOMEM, "out of memory");
}

static int
by_use(const void *a, const void *b)
{
	const struct answer *const *x = a, *const *y = b;
	int c = strcmp((*x)->name, (*y)->name);

	return c != 0 ? c : (*x)->n > (*y)->n ? -1 : (*x)->n < (*y)->n;
}

/* Every name that leads to an address, once; by name. */
static int
every_name(const struct past *p, bool json, struct out *o, uint64_t *stale, struct err *err)
{
	const struct answer **of = calloc((size_t)p->nsaid + 1, sizeof(const struct answer *));
	size_t n = 0, done = 0;
	int rc = of != NULL ? 0 : err_set(err, ST_ENOMEM, "out of memory");

	for (uint32_t i = 0; rc == 0 && i < p->nsaid; i++)
		if (p->said[i].name != NULL && p->said[i].naddr > 0)
			of[n++] = &p->said[i];
	if (n > 0)
		qsort(of, n, sizeof(const struct answer *), by_use);
	for (size_t i = 0; rc == 0 && i < n && done < READY_NAMES; i++) {
		struct target t = { .name = of[i]->name };

		if (i > 0 && strcmp(of[i]->name, of[i - 1]->name) == 0)
			continue;
		find_addresses(&t, p);
		done += t.naddr > 0;
		if (t.naddr > 0)
			rc = one(p, &t, t.name, json, o, stale, err);
	}
	free(of);
	return rc;
}

static int
asked_for(const struct past *p, const char *what, bool json, struct out *o, uint64_t *stale, struct err *err)
{
	char name[NAME_TEXT], shown[ESC_SHORT];
	uint8_t wire[NAME_WIRE];
	struct target t = { 0 };
	const char *fault;

	if (addr_parse(what, &t.addr[0])) {
		t.naddr = 1;
		return one(p, &t, addr_text(&t.addr[0], name), json, o, stale, err);
	}
	if (name_parse(what, wire, &fault) == 0)
		return err_set(err, ST_ESYNTAX, "%s: no address, and as a name it %s", esc_short(what, shown), fault);
	t.name = name_text(wire, name);
	find_addresses(&t, p);
	return one(p, &t, name, json, o, stale, err);
}

int
ready(struct reader *rd, const char *what, bool json, struct out *o, uint64_t *stale, struct err *err)
{
	struct past p = { .rd = rd };
	int rc = read_past(&p, err);

	*stale = 0;
	if (rc == 0 && p.n == 0)
		rc = err_set(err, ST_ESYNTAX, "%s: keeps no history; replay into it with --history all", reader_shown(rd));
	if (rc == 0 && !json)
		rc = seen_each(rd, seen_text, o, err);
	if (rc == 0)
		rc = what != NULL ? asked_for(&p, what, json, o, stale, err) : every_name(&p, json, o, stale, err);
	past_free(&p);
	return rc;
}
