#include "judge/facts_int.h"

#define UPSTREAM_RECENT (60 * TM_SEC)	/* resolvers rest half a minute after a failure before they ask anew (RFC 8767 5) */
#define UPSTREAM_WAITED TM_SEC		/* 1.8 s before a stale answer in RFC 8767 5 */
#define UPSTREAM_GIVEN_UP (10 * TM_SEC)

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

/* Without the resolver's own questions: a TTL above the zone's is a floor if it counts down; one that does not may be the mark of a
 * stale answer. */
static void
floor_fact(struct facts *f, const struct served *s, uint32_t zone)
{
	if (s->max_ttl <= zone + 1)
		f->no |= B(R_FLOOR);
	else if (s->expiries.full > zone + 1)
		f->yes |= B(R_FLOOR);
}

/* What this one answer was, by those before and after it: of an entry that counts down, or of a row that should and does not. */
static void
count_fact(struct facts *f, const struct served *s, usec_t t, uint32_t ttl)
{
	const struct instant *i = expiry_find(&s->expiries, t, ttl);
	const struct streak *row = &s->expiries.streak;

	if (i != NULL && instant_counts(i))
		fact_set(f, B(R_COUNTS), true);
	else if (row->stuck > 0 && row->ttl == ttl && t >= row->first && t <= row->last)
		fact_set(f, B(R_COUNTS), false);
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
	if (own != NULL && own->asked != TM_NONE)
		up_failing_fact(own, s, told->t, f);
	else if (up != NULL && up->answers > 0 && up->queries > 0)	/* its questions cross this link, and none was about this */
		f->no |= B(UP_FAILING);
	if (f->yes & B(UP_FAILING))
		f->no |= B(REFRESHED);		/* it had asked before it answered */
}

struct facts
server_facts(const struct know *k, const struct told *told, const struct addr *a)
{
	const struct served *s = told->server != SERVER_NONE ? served_find(&k->resolvers, told->server, told->path[0], a) : NULL;
	struct facts f = { 0 };
	uint32_t ttl = 0;

	if (told->aa && !told->ra) {		/* the client asks the zone itself */
		f.no |= B(R_FLOOR) | B(R_STALE) | B(R_EXPIRED) | B(UP_FAILING);
		stood_facts(told->stood, &f);
		return f;
	}
	upstream_facts(k, told, s, a, &f);
	/* What ran out, while the zone answers, may have been fetched again unseen: then the zone's state of today stands for it. */
	if (s != NULL && s->fetched != TM_NONE && ((f.no & B(R_EXPIRED)) || (f.yes & B(UP_FAILING))))
		stood_facts(s->fetched_stood, &f);
	else
		zone_facts(k, told, a, &f);
	if (s != NULL)
		count_fact(&f, s, told->t, told->ttl);
	if (s != NULL && (s->floor_seen || s->obeyed))
		fact_set(&f, B(R_FLOOR), s->floor_seen);
	else if (s != NULL && (ttl = zone_ttl(zone_find(&k->zones, told->path[0], a))) > 0)
		floor_fact(&f, s, ttl);
	if (s != NULL)
		fact_set(&f, B(R_STALE), s->stale_said);
	return f;
}

void
floor_by_list(struct facts *f, const struct served *s, const struct legit *l)
{
	if (s != NULL && !((f->yes | f->no) & B(R_FLOOR)) && l->basis == LEGIT_LIST && l->until != TM_NONE)
		floor_fact(f, s, l->ttl);
}

const struct served *
served_of_hint(const struct know *k, const struct hint *h, const struct addr *a)
{
	return h->server != SERVER_NONE ? served_find(&k->resolvers, h->server, h->path[0], a) : NULL;
}

/* An optimistic resolver answers first and asks afterwards, and whether a TTL counts down shows at the next answer: that is known
 * only later. */
void
server_facts_late(const struct know *k, const struct hint *h, const struct addr *a, struct facts *f)
{
	const struct served *s = served_of_hint(k, h, a);

	if (s == NULL)
		return;
	if (s->refreshed == h->t)
		f->yes |= B(REFRESHED);
	count_fact(f, s, h->t, h->ttl);
}
