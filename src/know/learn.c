#include "know/learn_int.h"
#include "know/way_int.h"

#include "base/name.h"

#define ANSWERED_SOON TM_SEC		/* a resolver that gives up waits longer (RFC 8767 5) */

static struct query_key
question_of(const struct dns_event *ev, uint16_t id)
{
	return query_key(&ev->client, &ev->server, ev->scope, ev->cport, id);
}

/* A question or answer about an IPv4 address is of type A, and of AAAA about an IPv6 address (or the address in a NAT64 prefix). */
static bool
type_concerns(uint16_t qtype, const struct addr *a)
{
	return qtype == DNS_ANY || qtype == (addr_is_v4(a) ? DNS_A : DNS_AAAA);
}

/* As if the address that stands for the client's machine had asked. */
static inline const struct dns_event *
of_machine(const struct know *k, const struct dns_event *ev, struct dns_event *copy)
{
	if (k->machines == NULL || k->machines->labels == NULL)
		return ev;
	*copy = *ev;
	copy->client = *machine_of(k->machines, &ev->client);
	return copy;
}

static usec_t
since_of(const struct know *k, const struct client *c)
{
	return c == NULL || k->recalled ? TM_NONE : c->since;
}

void
know_query(struct know *k, const struct dns_event *from_wire, const struct dns_walk *w)
{
	struct dns_event copy;
	const struct dns_event *ev = of_machine(k, from_wire, &copy);
	struct query_key key = question_of(ev, w->id);
	struct client *c = client_again(&k->clients, ev->hint, &ev->client, ev->scope);
	const struct name_entry *n;
	struct ledger_question q;
	uint32_t name, server;

	query_ask(&k->queries, &key, c != NULL ? c->e.id : TABLE_NIL, ev->t);
	if (c != NULL) {
		if (memcmp(&c->link.from, &ev->from, sizeof(ev->from)) != 0)
			know_sender(k, c, &from_wire->client, &ev->from, false, ev->t);
		c->queries++;
		c->last_query = ev->t;
		if (c->first_query == TM_NONE)
			c->first_query = ev->t;
	}
	name = names_find(&k->names, w->qhash);
	if (name == NAME_NONE)
		return;
	if (c != NULL && memcmp(c->link.nic, ev->from.mac, 6) != 0)
		know_sender(k, c, &from_wire->client, &ev->from, true, ev->t);
	n = names_at(&k->names, name);
	server = server_find(&k->resolvers, &ev->client, ev->scope);
	q = (struct ledger_question){ .client = ev->client, .server = *machine_of(k->machines, &ev->server), .scope = ev->scope, .name = name,
		.number = (uint32_t)ev->cport << 16 | w->id, .t = ev->t };
	q.audible = know_audible(k, &q.client, &q.server, ev->scope);
	k->ledger.since = since_of(k, c);
	for (unsigned i = 0; i < n->naddr; i++) {
		struct served *s;

		if (!type_concerns(w->qtype, &n->addr[i]))
			continue;
		q.addr = n->addr[i];
		ledger_asked(&k->ledger, &q);
		s = server != SERVER_NONE ? served_find(&k->resolvers, server, name, &n->addr[i]) : NULL;
		if (s != NULL)
			served_asks(s, ev->t);
	}
}

/* An answer of a server of the zone.  One that recurses too is it where the zone's servers were named, and it is among them. */
bool
learn_from_zone(const struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set)
{
	if (!(w->flags & DNS_AA) || set->qname == NULL)
		return false;
	return !(w->flags & DNS_RA) || delegation_has(&k->delegations, &k->names, set->qname, &ev->server);
}

static const struct dep_entry no_entry = { .deprecated_at = INT64_MAX };	/* listed for other names only: never retired for this one */

const struct dep_entry *
learn_entry(const struct know *k, const struct addr *a, const struct addr *client, const uint32_t *path, unsigned npath, usec_t t)
{
	const struct dep_entry *d = know_entry(k, a, client, path, npath, t);
	const struct name_entry *n = names_at(&k->names, path[0]);

	for (unsigned i = 0; d == NULL && i < n->nlead; i++)
		d = n->lead[i].listed ? know_entry(k, a, client, &n->lead[i].name, 1, t) : NULL;
	return d != NULL ? d : &no_entry;
}

/* The TTLs of the records further on are learned from what names them first: until T, where nothing is judged by it. */
static void
learn_way(struct know *k, const struct way *way, const struct addr *a, usec_t t)
{
	for (unsigned i = 1; i < way->n; i++) {
		struct zone_rec *z = zone_get(&k->zones, way->path[i], i + 1 < way->n ? ZONE_ALIAS : ZONE_ADDRESS, a);

		if (z == NULL)
			return;
		zone_ttl_was(z, t, way->own[i]);
		if (i + 1 < way->n)
			z->next = way->path[i + 1];
	}
}

/* An authority told a resolver (or any other host) the address.  Gives how the zone stood. */
static struct zone_stood
learn_zone(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct way *way, const struct addr *a,
           const struct dep_entry *d)
{
	struct zone_rec *z = zone_get(&k->zones, way->path[0], way->by, a);
	struct zone_stood stood = { SAID_UNKNOWN, SAID_UNKNOWN, SAID_UNKNOWN, SAID_UNKNOWN };
	bool after = d->deprecated_at == TM_NONE || ev->t > d->deprecated_at;
	uint32_t fetcher;
	struct served *s;
	uint64_t *kept;

	if (z == NULL)
		return stood;
	if (way->n > 1 && z->next == NAME_NONE)
		z->next = way->path[1];
	if (way->n > 1 && after)
		zone_said_next(z, ev->t, z->next == way->path[1]);
	if (!after)
		learn_way(k, way, a, ev->t);
	z->named = d->name_len > 0;
	zone_said(z, ev->t, way->own[0], &ev->server, d->deprecated_at);
	kept = after ? &z->kept_with : &z->kept_before;
	stood = after ? know_stood(k, way->path[0], way->by, a, &ev->server) : ZONE_STOOD_RIGHT;
	kept_drop(&k->kept, *kept);
	*kept = kept_add(&k->kept, ev->frame, KEPT_BYTES);
	fetcher = server_get(&k->resolvers, &ev->client, ev->scope);
	if (fetcher != SERVER_NONE && !(w->flags & DNS_RD))
		server_at(&k->resolvers, fetcher)->iterates = true;
	s = fetcher != SERVER_NONE ? served_get(&k->resolvers, fetcher, way->path[0], a) : NULL;
	if (s == NULL)
		return stood;
	served_fetched(s, ev->t, way->ttl, stood);
	return stood;
}

/* A resolver that has just asked, and answers, has its answer: where we did not see it, it was lost on its way to us. */
static void
note_missed(struct know *k, uint32_t server, uint32_t name, const struct addr *a, usec_t t)
{
	const struct server_key *who = &server_at(&k->resolvers, server)->key;
	const struct ledger_entry *l = ledger_find(&k->ledger, &who->addr, who->scope, a);
	const struct told *own = l != NULL ? ledger_name(l, name) : NULL;

	if (own != NULL && own->waits != TM_NONE && t > own->waits && t - own->waits < ANSWERED_SOON)
		know_exchange(k, own->waits, false);
}

static const struct zone_stood not_seen = { SAID_UNKNOWN, SAID_UNKNOWN, SAID_UNKNOWN, SAID_UNKNOWN };

/* A server that hands the address out for the first time may have been told it before, when it was only a client. */
static void
was_client(struct know *k, struct served *s)
{
	struct server *r = server_at(&k->resolvers, s->key.server);
	const struct ledger_entry *l = ledger_find(&k->ledger, &r->key.addr, r->key.scope, &s->key.addr);
	const struct told *own = l != NULL ? ledger_name(l, s->key.name) : NULL;

	if (s->nfed > 0 || own == NULL || own->n == 0 || !own->ra)
		return;
	served_fetched(s, own->t, own->ttl, not_seen);
	served_fed(s, own->expiry, &own->from);
	r->asks_resolvers = true;
}

/* The client of this answer hands out answers itself. */
static void
feed(struct know *k, const struct dns_event *ev, const struct way *way, const struct addr *a, const struct origin *from)
{
	uint32_t id = server_find(&k->resolvers, &ev->client, ev->scope);
	struct served *s = id != SERVER_NONE && server_at(&k->resolvers, id)->with_ra > 0 ? served_get(&k->resolvers, id, way->path[0], a) : NULL;

	if (s == NULL)
		return;
	served_fetched(s, ev->t, way->ttl, not_seen);
	served_fed(s, ev->t + way->ttl * TM_SEC, from);
	server_at(&k->resolvers, id)->asks_resolvers = true;
}

/* A TTL that the resolver may have put on by itself says nothing of the zone's. */
static bool
stretched(const struct know *k, uint32_t server, uint32_t ttl)
{
	return server != SERVER_NONE && ttl <= profile_known(&server_at(&k->resolvers, server)->profile).floor + 1;
}

/* A resolver told somebody the address.  Gives where it comes from. */
static struct origin
learn_resolver(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct way *way,
               const struct addr *a, uint32_t server, usec_t T)
{
	struct zone_rec *z = zone_get(&k->zones, way->path[0], way->by, a);
	struct served *s = server != SERVER_NONE ? served_get(&k->resolvers, server, way->path[0], a) : NULL;
	usec_t expiry = ev->t + way->ttl * TM_SEC;
	struct origin from = { .t = ev->t, .ttl = way->ttl, .server = server, .aa = (w->flags & DNS_AA) != 0 };
	const struct origin *above;
	struct served *source;

	if (s != NULL) {
		note_missed(k, server, way->path[0], a, ev->t);
		if (s->n == 0)
			was_client(k, s);
		above = served_origin(s, expiry);
		if (above != NULL) {
			from = *above;
			source = from.server != SERVER_NONE ? served_find(&k->resolvers, from.server, way->path[0], a) : NULL;
			if (source != NULL)
				expiry_passed_on(&source->expiries, ev->t, way->ttl);
		}
		served_answer(s, ev->t, way->ttl, w->ede);
	}
	feed(k, ev, way, a, &from);
	if (z == NULL)
		return from;
	if (way->n > 1 && z->next == NAME_NONE)
		z->next = way->path[1];
	if (T != TM_NONE && ev->t <= T && expiry > z->resolver_expiry && !stretched(k, from.server, way->ttl))
		z->resolver_expiry = expiry;
	return from;
}

static void
lead_to(struct know *k, uint32_t name, const struct addr *a)
{
	if (names_at(&k->names, name)->naddr == 0)
		names_add_above(&k->names, names_at(&k->names, name)->wire);
	names_leads_to(&k->names, name, a);
}

/* Somebody is told a listed address, by this way. */
static void
learn_told(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct way *way, const struct addr *a, uint32_t server, struct ledger_answer *la)
{
	struct told_event told = { .ev = ev, .addr = *a, .server = server, .ttl = way->ttl, .authority = la->authority };
	const struct dep_entry *d = learn_entry(k, a, &ev->client, way->path, way->n, ev->t);
	struct zone_rec *z;

	la->from = (struct origin){ .t = ev->t, .ttl = way->ttl, .server = server, .aa = la->authority };
	if (la->authority)
		la->stood = learn_zone(k, ev, w, way, a, d);
	else if (la->ra || !la->aa)
		la->from = learn_resolver(k, ev, w, way, a, server, d->deprecated_at);
	z = zone_get(&k->zones, way->path[0], way->by, a);
	if (z != NULL) {
		z->last_told = ev->t;
		if (d->deprecated_at != TM_NONE && ev->t <= d->deprecated_at)
			z->seen_before = ev->t;
	}
	la->path = way->path;
	la->npath = way->n;
	la->by = (uint8_t)way->by;
	la->ttl = way->ttl;
	told.told = ledger_told(&k->ledger, la);
	if (told.told != NULL && k->sink.told != NULL)
		k->sink.told(k->sink.ctx, &told);
}

static struct ledger_answer
answer_of(const struct dns_event *ev, const struct dns_walk *w, const struct addr *a, uint32_t server)
{
	return (struct ledger_answer){ .client = ev->client, .addr = *a, .scope = ev->scope, .server = server, .way = (uint8_t)ev->way,
		.aa = (w->flags & DNS_AA) != 0, .ra = (w->flags & DNS_RA) != 0, .t = ev->t, .frame = ev->frame };
}

/* One record of the answer gives somebody a listed address. */
static void
learn_address(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set,
              const struct dns_rr *rr, struct addr addr, uint32_t server)
{
	struct ledger_answer la;
	struct way way;

	if (watch_find(k->watch, &addr) < 0 || !way_find(k, ev, w, set, rr, &way))
		return;
	for (unsigned i = 0; i < way.n; i++)
		lead_to(k, way.path[i], &addr);
	learn_leads_to(k, ev, way.path[0], &addr);
	la = answer_of(ev, w, &addr, server);
	la.authority = learn_from_zone(k, ev, w, set);
	learn_told(k, ev, w, &way, &addr, server, &la);
}

void
learn_extra(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_rr *rr, struct addr addr, uint32_t server)
{
	struct ledger_answer la = answer_of(ev, w, &addr, server);
	struct way way = { .n = 1, .by = ZONE_ADDRESS, .ttl = way_ttl(w, rr, ev) };

	if (watch_find(k->watch, &addr) < 0)
		return;
	way.path[0] = names_add(&k->names, rr->owner);
	way.own[0] = way.ttl;
	if (way.path[0] == NAME_NONE)
		return;
	lead_to(k, way.path[0], &addr);
	learn_leads_to(k, ev, way.path[0], &addr);
	learn_told(k, ev, w, &way, &addr, server, &la);
}

void
learn_zone_other(struct know *k, const struct dns_event *ev, struct zone_rec *z, const struct dep_entry *d)
{
	zone_said_other(z, ev->t, &ev->server, d->deprecated_at);
	if (z->without_after != ev->t)
		return;
	kept_drop(&k->kept, z->kept_without);
	z->kept_without = kept_add(&k->kept, ev->frame, KEPT_BYTES);
}

/* The zone answers the name as an alias of this one. */
static void
learn_alias(struct know *k, const struct dns_event *ev, uint32_t name, const struct way_end *end, const struct addr *a)
{
	const struct dep_entry *d = learn_entry(k, a, &ev->client, &name, 1, ev->t);
	bool after = d->deprecated_at == TM_NONE || ev->t > d->deprecated_at;
	uint32_t target = names_add(&k->names, end->first);
	struct zone_rec *z = zone_find(&k->zones, name, ZONE_ALIAS, a);

	if (z == NULL && target != NAME_NONE && (!after || names_has(&k->names, target, a)))
		z = zone_get(&k->zones, name, ZONE_ALIAS, a);
	if (z == NULL)
		return;
	if (!after || z->next == NAME_NONE)
		z->next = target;
	if (!after)
		zone_ttl_was(z, ev->t, end->ttl);
	else
		zone_said_next(z, ev->t, z->next == target);
	if (z->next != target)
		learn_zone_other(k, ev, z, d);
}

/* The answer to a name that matters holds something else than one of the listed addresses it is known to lead to. */
static void
learn_other(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set, uint32_t name, const struct addr *a, uint32_t server)
{
	const struct way_end end = way_end(ev, w, set);
	bool authority = learn_from_zone(k, ev, w, set);
	struct zone_rec *alias = zone_find(&k->zones, name, ZONE_ALIAS, a), *z;
	const struct dep_entry *d = learn_entry(k, a, &ev->client, &name, 1, ev->t);
	struct served *s = server != SERVER_NONE ? served_find(&k->resolvers, server, name, a) : NULL;

	if (end.whole)
		ledger_told_other(&k->ledger, &ev->client, ev->scope, a, name, ev->t, ev->frame);
	else
		ledger_answered(&k->ledger, &ev->client, ev->scope, a, name, ev->t);
	if (end.whole && s != NULL)
		served_other(&k->resolvers, s, ev->t, d->deprecated_at);
	if (!authority)
		return;
	if (end.first != NULL)
		learn_alias(k, ev, name, &end, a);
	if (!end.whole)
		return;
	if (alias != NULL)
		learn_zone_other(k, ev, alias, d);
	z = alias == NULL ? zone_get(&k->zones, name, ZONE_ADDRESS, a) : zone_find(&k->zones, name, ZONE_ADDRESS, a);
	if (z != NULL)
		learn_zone_other(k, ev, z, d);
}

/* The same of a hint: where one led to the address, or nobody asks for it. */
static void
learn_other_hint(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set, uint32_t name, const struct addr *a)
{
	struct zone_rec *z = zone_find(&k->zones, name, ZONE_HINT, a);

	if (z == NULL)
		return;
	ledger_hint_other(&k->ledger, &ev->client, ev->scope, a, name, ev->t, ev->frame);
	if (learn_from_zone(k, ev, w, set))
		learn_zone_other(k, ev, z, learn_entry(k, a, &ev->client, &name, 1, ev->t));
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
learn_others(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set, uint32_t name, uint32_t server)
{
	for (unsigned i = 0; i < names_at(&k->names, name)->naddr; i++) {
		struct addr a = names_at(&k->names, name)->addr[i];

		if (set_has(set, &a))
			continue;
		if (type_concerns(w->qtype, &a))
			learn_other(k, ev, w, set, name, &a, server);
		else if (w->qtype == DNS_HTTPS || w->qtype == DNS_SVCB)
			learn_other_hint(k, ev, w, set, name, &a);
	}
}

static bool
asks_service(uint16_t qtype)
{
	return qtype == DNS_MX || qtype == DNS_SRV || qtype == DNS_SVCB || qtype == DNS_HTTPS;
}

static void
learn_content(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct memo_set *ms, uint32_t server)
{
	const struct dns_set *set = ms->set;
	uint32_t name = names_find(&k->names, w->qhash);
	struct addr a;

	k->ledger.since = since_of(k, k->asker);
	if (ms->leads || (name != NAME_NONE && asks_service(w->qtype)))
		learn_services(k, ev, w, ms, server);
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
	if (name != NAME_NONE)
		learn_others(k, ev, w, set, name, server);
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

static void
learn_habit(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct memo_set *ms, struct client *c)
{
	struct habit *h = habit_of(&k->habits, &c->key, ms->listed);
	uint32_t ttl = UINT32_MAX;

	c->sampled = h != NULL;
	for (uint32_t i = 0; i < w->nrr; i++)
		ttl = w->rr[i].ttl < ttl ? w->rr[i].ttl : ttl;
	if (h != NULL && w->nrr > 0)
		habit_told(h, ms->set, ev->t, ttl < ev->ttl_cap ? ttl : ev->ttl_cap, k->grace);
}

uint32_t
know_answer(struct know *k, const struct dns_event *from_wire, const struct dns_walk *w, const struct memo_set *ms)
{
	struct dns_event copy;
	const struct dns_event *ev = of_machine(k, from_wire, &copy);
	struct query_key key = question_of(ev, w->id);
	uint32_t who = TABLE_NIL;
	bool asked = query_answer(&k->queries, &key, &who) != TM_NONE;
	struct client *c = client_again(&k->clients, who, &ev->client, ev->scope);
	uint32_t home = k->copies != NULL ? copy_home(k->copies, &ev->server, ev->scope) : ev->scope;	/* ev->scope is the client's */
	uint32_t server = server_get(&k->resolvers, machine_of(k->machines, &ev->server), home);

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
		if (c != NULL && !k->recalled)
			learn_profile(k, ev, w, ms, c, s);
	}
	/* NOERROR and NXDOMAIN tell something; a refusal, a failure or a cut answer does not */
	if (w->rcode != 0 && w->rcode != 3)
		learn_failure(k, ev, w);
	if ((w->rcode != 0 && w->rcode != 3) || (w->flags & DNS_TC))
		return server;
	if (ms != NULL && c != NULL && (w->flags & DNS_RA) && (c->sampled || ms->listed || k->habits.t.n < HABIT_CLIENTS))
		learn_habit(k, ev, w, ms, c);
	if (ms != NULL && (ms->listed || ms->leads || names_maybe(&k->names, w->qhash)))
		learn_content(k, ev, w, ms, server);
	return server;
}
