#include "know/know.h"

#include "base/name.h"

static struct query_key
question_of(const struct dns_event *ev, uint16_t id)
{
	return (struct query_key){ .client = ev->client, .server = ev->server, .scope = ev->scope, .port = ev->cport, .id = id };
}

/* A question or answer about an IPv4 address is of type A, and of AAAA about an IPv6 address (or the address in a NAT64 prefix). */
static bool
type_concerns(uint16_t qtype, const struct addr *a)
{
	return qtype == DNS_ANY || qtype == (addr_is_v4(a) ? DNS_A : DNS_AAAA);
}

void
know_query(struct know *k, const struct dns_event *ev, const struct dns_walk *w)
{
	struct query_key key = question_of(ev, w->id);
	struct client *c = client_get(&k->clients, &ev->client, ev->scope);
	const struct name_entry *n;
	uint32_t name, server;

	query_ask(&k->queries, &key, c != NULL ? c->e.id : TABLE_NIL, ev->t);
	if (c != NULL) {
		c->queries++;
		c->last_query = ev->t;
		if (c->first_query == TM_NONE)
			c->first_query = ev->t;
	}
	name = names_find(&k->names, w->qhash);
	if (name == NAME_NONE)
		return;
	n = names_at(&k->names, name);
	server = server_find(&k->resolvers, &ev->client, ev->scope);
	for (unsigned i = 0; i < n->naddr; i++) {
		struct served *s;

		if (!type_concerns(w->qtype, &n->addr[i]))
			continue;
		ledger_asked(&k->ledger, &ev->client, ev->scope, &n->addr[i], name, ev->t);
		s = server != SERVER_NONE ? served_find(&k->resolvers, server, name, &n->addr[i]) : NULL;
		if (s != NULL)
			served_asks(s, ev->t);
	}
}

static uint32_t
ttl_of(const struct dns_walk *w, const struct dns_rr *rr, const struct dns_event *ev)
{
	for (uint32_t i = 0; i < w->nrr; i++) {
		if (w->rr[i].tag == rr->tag) {
			uint32_t ttl = w->rr[i].ttl < ev->ttl_cap ? w->rr[i].ttl : ev->ttl_cap;

			return ttl > ev->ttl_less ? ttl - ev->ttl_less : 0;
		}
	}
	return 0;
}

struct way_there { uint32_t path[LEDGER_PATH]; uint8_t n; uint32_t ttl; };

static const struct dns_rr *
alias_of(const struct dns_set *set, const uint8_t *owner)
{
	for (uint32_t i = 0; i < set->nrr; i++)
		if (set->rr[i].section == DNS_ANSWER && set->rr[i].type == DNS_CNAME && name_eq(set->rr[i].owner, owner))
			return &set->rr[i];
	return NULL;
}

static void
step(struct know *k, struct way_there *way, const uint8_t *name)
{
	uint32_t id = names_add(&k->names, name);

	if (id == NAME_NONE)
		return;
	way->path[way->n < LEDGER_PATH ? way->n : LEDGER_PATH - 1] = id;
	if (way->n < LEDGER_PATH)
		way->n++;
}

/* The names from the one asked to the owner of this record, by the CNAMEs of the same answer (RFC 1034 3.6.2), and the least
 * TTL on the way.  Of a long way the first names and the last are kept.  False if nothing leads there: such a record tells nobody
 * anything. */
static bool
find_way(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set,
         const struct dns_rr *rr, struct way_there *way)
{
	const uint8_t *at = set->qname;

	way->n = 0;
	way->ttl = ttl_of(w, rr, ev);
	for (int hop = 0; hop < 16 && at != NULL; hop++) {
		const struct dns_rr *alias;
		uint32_t ttl;

		step(k, way, at);
		if (name_eq(at, rr->owner))
			return way->n > 0;
		alias = alias_of(set, at);
		if (alias == NULL)
			return false;
		ttl = ttl_of(w, alias, ev);
		if (ttl < way->ttl)
			way->ttl = ttl;
		at = dns_rr_target(alias);
	}
	return false;
}

static usec_t
deprecated_at(const struct know *k, const struct addr *a, const struct addr *client, const uint32_t *path, unsigned npath, usec_t t)
{
	const struct dep_entry *d = know_entry(k, a, client, path, npath, t);

	return d != NULL ? d->deprecated_at : INT64_MAX;	/* listed for other names only: never retired for this one */
}

/* An authority told a resolver (or any other host) the address.  Gives how the zone stood. */
static struct zone_stood
learn_zone(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct way_there *way, const struct addr *a, usec_t T)
{
	struct zone_rec *z = zone_get(&k->zones, way->path[0], a);
	struct zone_stood stood = { SAID_UNKNOWN, SAID_UNKNOWN, SAID_UNKNOWN };
	uint32_t fetcher;
	struct served *s;
	uint64_t *kept;

	if (z == NULL)
		return stood;
	zone_said(z, ev->t, way->ttl, &ev->server, T);
	kept = T == TM_NONE || ev->t > T ? &z->kept_with : &z->kept_before;
	stood = T == TM_NONE || ev->t > T ? know_stood(k, way->path[0], a, &ev->server) : ZONE_STOOD_RIGHT;
	kept_drop(&k->kept, *kept);
	*kept = kept_add(&k->kept, ev->frame, KEPT_BYTES);
	fetcher = server_get(&k->resolvers, &ev->client, ev->scope);
	if (fetcher != SERVER_NONE && !(w->flags & DNS_RD))
		server_at(&k->resolvers, fetcher)->iterates = true;
	s = fetcher != SERVER_NONE ? served_get(&k->resolvers, fetcher, way->path[0], a) : NULL;
	if (s == NULL)
		return stood;
	s->fetched = ev->t;
	s->fetched_ttl = way->ttl;
	s->fetched_expiry = ev->t + way->ttl * TM_SEC;
	s->fetched_stood = stood;
	return stood;
}

static void
learn_resolver(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct way_there *way,
               const struct addr *a, uint32_t server, usec_t T)
{
	struct zone_rec *z = zone_get(&k->zones, way->path[0], a);
	struct served *s = server != SERVER_NONE ? served_get(&k->resolvers, server, way->path[0], a) : NULL;
	usec_t expiry = ev->t + way->ttl * TM_SEC;

	if (s != NULL)
		served_answer(s, ev->t, way->ttl, w->ede);
	if (z != NULL && T != TM_NONE && ev->t <= T && expiry > z->resolver_expiry)
		z->resolver_expiry = expiry;
}

static void
lead_to(struct know *k, uint32_t name, const struct addr *a)
{
	if (names_at(&k->names, name)->naddr == 0)
		names_add_above(&k->names, names_at(&k->names, name)->wire);
	names_leads_to(&k->names, name, a);
}

/* One record of the answer gives somebody a listed address. */
static void
learn_address(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set,
              const struct dns_rr *rr, struct addr addr, uint32_t server)
{
	const struct addr *a = &addr;
	bool authority = (w->flags & DNS_AA) && !(w->flags & DNS_RA);
	struct ledger_answer la = { .client = ev->client, .addr = *a, .scope = ev->scope, .server = server, .way = (uint8_t)ev->way,
		.aa = (w->flags & DNS_AA) != 0, .ra = (w->flags & DNS_RA) != 0, .t = ev->t, .frame = ev->frame };
	struct told_event told = { .ev = ev, .addr = *a, .server = server, .authority = authority };
	struct way_there way;
	struct zone_rec *z;
	usec_t T;

	if (watch_find(k->watch, a) < 0 || !find_way(k, ev, w, set, rr, &way))
		return;
	for (unsigned i = 0; i < way.n; i++)
		lead_to(k, way.path[i], a);
	T = deprecated_at(k, a, &ev->client, way.path, way.n, ev->t);
	if (authority)
		la.stood = learn_zone(k, ev, w, &way, a, T);
	else
		learn_resolver(k, ev, w, &way, a, server, T);
	z = zone_get(&k->zones, way.path[0], a);
	if (z != NULL) {
		z->last_told = ev->t;
		if (T != TM_NONE && ev->t <= T)
			z->seen_before = ev->t;
	}
	la.path = way.path;
	la.npath = way.n;
	la.ttl = told.ttl = way.ttl;
	told.told = ledger_told(&k->ledger, &la);
	if (told.told != NULL && k->sink.told != NULL)
		k->sink.told(k->sink.ctx, &told);
}

/* The answer to a name that matters holds something else than one of the listed addresses it is known to lead to. */
static void
learn_other(struct know *k, const struct dns_event *ev, const struct dns_walk *w, uint32_t name, const struct addr *a, uint32_t server)
{
	usec_t T = deprecated_at(k, a, &ev->client, &name, 1, ev->t);
	struct served *s = server != SERVER_NONE ? served_find(&k->resolvers, server, name, a) : NULL;
	struct zone_rec *z;

	ledger_told_other(&k->ledger, &ev->client, ev->scope, a, name, ev->t, ev->frame);
	if (s != NULL)
		served_other(&k->resolvers, s, ev->t, T);
	if (!(w->flags & DNS_AA) || (w->flags & DNS_RA))
		return;
	z = zone_get(&k->zones, name, a);
	if (z == NULL)
		return;
	zone_said_other(z, ev->t, &ev->server, T);
	if (z->without_after == ev->t) {
		kept_drop(&k->kept, z->kept_without);
		z->kept_without = kept_add(&k->kept, ev->frame, KEPT_BYTES);
	}
}

static bool
set_has(const struct dns_set *set, const struct addr *a)
{
	struct addr b;

	for (uint32_t i = 0; i < set->nrr; i++) {
		if (set->rr[i].section != DNS_ANSWER)
			continue;
		if (dns_rr_addr(&set->rr[i], &b) && (b = addr_meant(&b), addr_eq(&b, a)))
			return true;
		for (unsigned j = 0; dns_rr_hint(&set->rr[i], j, &b); j++)
			if (addr_eq(&b, a))
				return true;
	}
	return false;
}

static void
learn_content(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct memo_set *ms, uint32_t server)
{
	const struct dns_set *set = ms->set;
	uint32_t name = names_find(&k->names, w->qhash);
	struct addr a;

	if (name != NAME_NONE && (ms->ns || names_at(&k->names, name)->server))
		delegation_learn(&k->delegations, &k->names, ev, w, set);
	for (uint32_t i = 0; ms->listed && i < set->nrr; i++) {
		const struct dns_rr *rr = &set->rr[i];

		if (rr->section != DNS_ANSWER)
			continue;
		if (dns_rr_addr(rr, &a))
			learn_address(k, ev, w, set, rr, addr_meant(&a), server);
		for (unsigned j = 0; dns_rr_hint(rr, j, &a); j++)
			learn_address(k, ev, w, set, rr, addr_meant(&a), server);
	}
	if (name == NAME_NONE)
		return;
	for (unsigned i = 0; i < names_at(&k->names, name)->naddr; i++) {
		a = names_at(&k->names, name)->addr[i];
		if (type_concerns(w->qtype, &a) && !set_has(set, &a))
			learn_other(k, ev, w, name, &a, server);
	}
}

static void
learn_failure(struct know *k, const struct dns_event *ev, const struct dns_walk *w)
{
	uint32_t name = names_find(&k->names, w->qhash);

	for (unsigned i = 0; name != NAME_NONE && i < names_at(&k->names, name)->naddr; i++) {
		const struct addr *a = &names_at(&k->names, name)->addr[i];

		if (type_concerns(w->qtype, a))
			ledger_failed(&k->ledger, &ev->client, ev->scope, a, name, ev->t);
	}
}

uint32_t
know_answer(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct memo_set *ms)
{
	struct query_key key = question_of(ev, w->id);
	uint32_t who = TABLE_NIL;
	bool asked = query_answer(&k->queries, &key, &who) != TM_NONE;
	struct client *c = client_again(&k->clients, who, &ev->client, ev->scope);
	uint32_t home = k->copies != NULL ? copy_home(k->copies, &ev->server, ev->scope) : ev->scope;	/* ev->scope is the client's */
	uint32_t server = server_get(&k->resolvers, &ev->server, home);

	k->asker = c;
	if (c != NULL) {
		c->answers++;
		c->last_answer = ev->t;
		if (asked || ev->t - k->begin > KNOW_EARLY)
			loss_note(&c->loss, asked);
	}
	know_exchange(k, ev->t, asked);
	if (server != SERVER_NONE) {
		struct server *s = server_at(&k->resolvers, server);

		s->answers++;
		s->with_ra += (w->flags & DNS_RA) != 0;
		s->with_aa += (w->flags & DNS_AA) != 0;
	}
	/* NOERROR and NXDOMAIN tell something; a refusal, a failure or a cut answer does not */
	if (w->rcode != 0 && w->rcode != 3)
		learn_failure(k, ev, w);
	if ((w->rcode != 0 && w->rcode != 3) || (w->flags & DNS_TC))
		return server;
	if (ms != NULL && (ms->listed || names_maybe(&k->names, w->qhash)))
		learn_content(k, ev, w, ms, server);
	return server;
}
