#include "judge/facts_int.h"

#define UPSTREAM_RECENT (60 * TM_SEC)	/* resolvers rest half a minute after a failure before they ask anew (RFC 8767 5) */
#define UPSTREAM_WAITED TM_SEC		/* 1.8 s before a stale answer in RFC 8767 5 */
#define UPSTREAM_GIVEN_UP (10 * TM_SEC)
#define STALE_WAITED (3 * TM_SEC / 2)	/* 1.8 s in RFC 8767 5, Unbound and Technitium; Knot takes 3 to 4 s */
#define STALE_GIVEN_UP (6 * TM_SEC)
#define CACHE_SPEED (TM_SEC / 2)

/* The largest TTL that the zone was seen to give the record; 0: not seen. */
static uint32_t
zone_ttl(const struct zone_rec *z)
{
	uint32_t ttl = z != NULL ? z->ttl_after : 0;

	for (int i = 0; z != NULL && i < z->nttls; i++)
		if (z->ttls[i].ttl > ttl)
			ttl = z->ttls[i].ttl;
	return ttl;
}

/* Without the resolver's own questions: a TTL above the zone's is a floor if it counts down, or if it is no more than what other names show
 * to be this resolver's; one that does not may be the mark of a stale answer. */
static void
floor_fact(const struct know *k, struct facts *f, const struct served *s, uint32_t zone)
{
	int64_t known = profile_known(&server_at(&k->resolvers, s->key.server)->profile).floor;

	if (s->max_ttl <= zone + 1)
		f->no |= B(R_FLOOR);
	else if (s->expiries.full > zone + 1 || s->max_ttl <= known + 1)
		f->yes |= B(R_FLOOR);
}

/* One question without an answer may be an answer that we missed; but then the resolver had not waited with its own. */
static void
up_failing_fact(const struct told *own, const struct served *s, usec_t t, struct facts *f)
{
	usec_t since = t - own->asked;
	bool waited = since >= UPSTREAM_WAITED && since < UPSTREAM_GIVEN_UP && s != NULL && s->last == t && s->n == s->n_asked + 1;

	if (own->unanswered == 0 || since >= UPSTREAM_RECENT)
		f->no |= B(UP_FAILING);
	else if (own->unanswered > 1 || waited)
		f->yes |= B(UP_FAILING);
}

/* How long the client waited for this answer. */
static void
wait_fact(const struct told *told, struct facts *f)
{
	usec_t waited = told->asked != TM_NONE && told->asked <= told->t ? told->t - told->asked : TM_NONE;

	if (waited >= STALE_WAITED && waited < STALE_GIVEN_UP)
		f->yes |= B(R_WAITED);
	else if (waited != TM_NONE && waited < CACHE_SPEED)
		f->no |= B(R_WAITED);
}

/* It asks the zones here, and did not for this name in all the time in which it handed the address out. */
static bool
asks_nobody(const struct client *up, const struct served *s)
{
	return up != NULL && up->queries > 0 && up->answers > 0 && s != NULL && s->last - s->first > 2 * s->max_ttl * TM_SEC && up->last_query >= s->first;
}

/* What the resolver's own questions show, where they cross this link: whether its entry had run out when it answered, and
 * whether the zone answered it. */
static void
upstream_facts(const struct know *k, const struct told *told, const struct served *s, const struct addr *a, struct facts *f)
{
	const struct server *r = told->server != SERVER_NONE ? server_at(&k->resolvers, told->server) : NULL;
	const struct client *up = r != NULL ? client_find(&k->clients, &r->key.addr, r->key.scope) : NULL;
	const struct ledger_entry *l = r != NULL ? ledger_find(&k->ledger, &r->key.addr, r->key.scope, a) : NULL;
	const struct told *own = l != NULL ? ledger_name(l, told->path[0]) : NULL;

	if (s != NULL && s->fetched != TM_NONE)
		fact_set(f, B(R_EXPIRED), told->t > s->fetched_expiry + k->grace);
	fact_set(f, B(UP_SEEN), (own != NULL && own->asked != TM_NONE) || (s != NULL && s->fetched != TM_NONE));
	if ((f->yes & B(UP_SEEN)) || asks_nobody(up, s))
		fact_set(f, B(ASKS_NOBODY), !(f->yes & B(UP_SEEN)));
	if (own != NULL && own->asked != TM_NONE)
		up_failing_fact(own, s, told->t, f);
	else if (up != NULL && up->answers > 0 && up->queries > 0)	/* its questions cross this link, and none was about this */
		f->no |= B(UP_FAILING);
	if (f->yes & B(UP_FAILING))
		f->no |= B(REFRESHED);		/* it had asked before it answered */
	if (f->yes & B(ASKS_NOBODY))
		f->no |= B(UP_FAILING) | B(REFRESHED) | B(R_EXPIRED) | B(R_FLOOR);
}

/* Whether what it says with AA is the zone's: by the zone's servers as named, else, if others speak for the zone here, it is its own. */
static void
own_fact(const struct know *k, const struct zone_rec *z, const struct told *told, struct facts *f)
{
	uint32_t zone = delegation_zone(&k->names, names_at(&k->names, told->path[0])->wire);
	const struct ns_set *set = zone != NAME_NONE ? delegation_set(&k->delegations, zone, NS_PARENT, NULL) : NULL;
	enum ns_member member = NS_UNSURE;
	bool spoken = z != NULL && (z->nttls > 0 || z->with_after != TM_NONE || z->without_after != TM_NONE);

	if (set != NULL && told->server != SERVER_NONE)
		member = delegation_member(&k->delegations, set, &server_at(&k->resolvers, told->server)->key.addr);
	fact_set(f, B(R_AA), told->aa && told->ra);
	if (told->aa && (!told->ra || told->authority || member == NS_IN))
		f->yes |= B(R_OWN);
	else if (!told->aa || member == NS_OUT || spoken)
		f->no |= B(R_OWN);
}

/* What a forwarder only passed on, as the resolver above it told it. */
static struct told
at_origin(const struct told *t)
{
	struct told o = *t;

	if (t->from.server == t->server)
		return o;
	o.server = t->from.server;
	o.t = t->from.t;
	o.ttl = t->from.ttl;
	o.aa = t->from.aa;
	o.asked = TM_NONE;
	return o;
}

struct facts
server_facts(const struct know *k, const struct told *as_told, const struct addr *a)
{
	const struct told origin = at_origin(as_told), *told = &origin;
	const struct served *s = told->server != SERVER_NONE ? served_find(&k->resolvers, told->server, told->path[0], a) : NULL;
	const struct zone_rec *z = zone_find(&k->zones, told->path[0], told->by, a);
	struct facts f = { 0 };
	uint32_t ttl = 0;

	own_fact(k, z, told, &f);
	if (f.yes & B(R_OWN)) {		/* the client asks the zone itself */
		f.no |= B(R_FLOOR) | B(R_STALE) | B(R_EXPIRED) | B(UP_FAILING) | B(UP_SEEN) | B(ASKS_NOBODY) | B(R_CONSTANT) |
			B(R_STAMPED) | B(R_WAITED) | B(R_THEN_FRESH) | B(REFETCHED);
		if (told->authority)
			stood_facts(told->stood, &f);
		else
			zone_facts(k, told, a, &f);
		return f;
	}
	upstream_facts(k, told, s, a, &f);
	wait_fact(told, &f);
	/* What ran out, while the zone answers, may have been fetched again unseen: then the zone's state of today stands for it. */
	if (s != NULL && s->fetched != TM_NONE && ((f.no & B(R_EXPIRED)) || (f.yes & B(UP_FAILING))))
		stood_facts(s->fetched_stood, &f);
	else if ((f.yes & B(ASKS_NOBODY)) && (f.no & B(R_OWN)))
		stood_facts(ZONE_STOOD_RIGHT, &f);	/* it never was fetched */
	else
		zone_facts(k, told, a, &f);
	if (s != NULL && (s->floor_seen || s->obeyed))
		fact_set(&f, B(R_FLOOR), s->floor_seen);
	else if (s != NULL && !(f.no & B(R_FLOOR)) && (ttl = zone_ttl(z)) > 0)
		floor_fact(k, &f, s, ttl);
	if (s != NULL)
		fact_set(&f, B(R_STALE), s->stale_said);
	return f;
}

void
floor_by_list(const struct know *k, struct facts *f, const struct served *s, const struct legit *l)
{
	if (s != NULL && !((f->yes | f->no) & B(R_FLOOR)) && l->basis == LEGIT_LIST && l->until != TM_NONE)
		floor_fact(k, f, s, l->ttl);
}

const struct served *
served_of(const struct know *k, const struct origin *from, uint32_t name, const struct addr *a)
{
	return from->server != SERVER_NONE ? served_find(&k->resolvers, from->server, name, a) : NULL;
}

void
server_facts_late(const struct know *k, const struct served *s, const struct origin *from, usec_t T, struct facts *f)
{
	const struct instant *i;
	const struct zone_rec *z;

	if (s == NULL)
		return;
	if (s->refreshed == from->t)
		f->yes |= B(REFRESHED);
	cache_facts(server_at(&k->resolvers, from->server), s, from->t, from->ttl, T, f);
	z = zone_find(&k->zones, s->key.name, ZONE_ADDRESS, &s->key.addr);
	if (z == NULL)
		z = zone_find(&k->zones, s->key.name, ZONE_ALIAS, &s->key.addr);
	i = expiry_find(&s->expiries, from->t, from->ttl);
	/* fetched before the change: what the zone says since is not the reason, unless its TTL then was another than we think */
	if (z != NULL && z->nttls > 0 && i != NULL && instant_counts(i) && T != TM_NONE && i->first <= T)
		f->no |= (B(ZONE_STILL) | B(ZONE_SPLIT) | B(ZONE_LEFT) | B(ZONE_PART)) & ~f->yes;
}
