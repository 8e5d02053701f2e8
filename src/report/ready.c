#include "report/ready_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/esc.h"
#include "report/ready_past_int.h"
#include "report/report_int.h"

#define MIN_LONG (3600 * TM_SEC)	/* a connection that lasts so long outlives a change */
#define BEYOND (60 * TM_SEC)		/* what stubs and browsers hold on for */

struct target { const char *name; struct addr addr[PAST_ADDRS]; unsigned naddr; };

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
	for (size_t i = p->n; i-- > 0 && t->naddr < PAST_ADDRS; ) {
		const struct past_event *h = &p->at[i];
		const struct past_answer *a = &p->said[h->met ? 0 : h->e.key[0]];

		if (h->met || a->name == NULL || strcmp(a->name, t->name) != 0 || h->t + h->e.value * TM_SEC < p->now - 24 * PAGE_HOUR)
			continue;
		for (unsigned j = 0; j < a->naddr && t->naddr < PAST_ADDRS; j++)
			if (!holds(t, &a->addr[j]))
				t->addr[t->naddr++] = a->addr[j];
	}
}

static bool
tells(const struct target *t, const struct past_answer *a)
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
note_told(struct ready_of *r, const struct past_event *h)
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
note_met(struct ready_of *r, const struct past_event *h)
{
	struct ready_client *c = &r->clients[h->e.key[2]];
	bool open = h->e.value == PAST_OPEN;
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
		const struct past_event *h = &p->at[i];

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
	const struct past_answer *const *x = a, *const *y = b;
	int c = strcmp((*x)->name, (*y)->name);

	return c != 0 ? c : (*x)->n > (*y)->n ? -1 : (*x)->n < (*y)->n;
}

/* Every name that leads to an address, once; by name. */
static int
every_name(const struct past *p, bool json, struct out *o, uint64_t *stale, struct err *err)
{
	const struct past_answer **of = calloc((size_t)p->nsaid + 1, sizeof(const struct past_answer *));
	size_t n = 0, done = 0;
	int rc = of != NULL ? 0 : err_set(err, ST_ENOMEM, "out of memory");

	for (uint32_t i = 0; rc == 0 && i < p->nsaid; i++)
		if (p->said[i].name != NULL && p->said[i].naddr > 0)
			of[n++] = &p->said[i];
	if (n > 0)
		qsort(of, n, sizeof(const struct past_answer *), by_use);
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
	struct past p;
	int rc = ready_past_read(rd, &p, err);

	*stale = 0;
	if (rc == 0 && p.n == 0)
		rc = err_set(err, ST_ESYNTAX, "%s: keeps no history; replay into it with --history all", reader_shown(rd));
	if (rc == 0)
		rc = seen_each(rd, json ? seen_json : seen_text, o, err);
	if (rc == 0)
		rc = what != NULL ? asked_for(&p, what, json, o, stale, err) : every_name(&p, json, o, stale, err);
	ready_past_free(&p);
	return rc;
}
