#include "judge/facts_int.h"

static void
said_fact(struct facts *f, uint64_t bit, uint8_t said)
{
	if (said != SAID_UNKNOWN)
		fact_set(f, bit, said != SAID_NO);
	if (said == SAID_MAYBE)
		f->doubt |= bit;
}

void
stood_facts(struct zone_stood s, struct facts *f)
{
	said_fact(f, B(ZONE_STILL), s.still);
	said_fact(f, B(ZONE_SPLIT), s.split);
	said_fact(f, B(ZONE_LEFT), s.left);
	said_fact(f, B(ZONE_PART), s.part);
}

/* Whether the resolver's own questions to the zones cross this link: then it was not seen to fetch the address because it did not. */
static bool
upstream_seen(const struct know *k, const struct told *told)
{
	const struct server *r = told->server != SERVER_NONE ? server_at(&k->resolvers, told->server) : NULL;
	const struct client *up = r != NULL ? client_find(&k->clients, &r->key.addr, r->key.scope) : NULL;

	return up != NULL && up->answers > 0;
}

/* Who the resolver has it from was not seen.  A server of the zone that gives the address today may be where. */
void
zone_facts(const struct know *k, const struct told *told, const struct addr *a, struct facts *f)
{
	const struct zone_rec *z = zone_find(&k->zones, told->path[0], told->by, a);
	struct zone_stood s = { SAID_NO, SAID_NO, SAID_NO, SAID_NO };

	if (z == NULL || (z->with_after == TM_NONE && z->first_without == TM_NONE))
		return;
	if (z->with_after != TM_NONE)
		s = know_stood(k, told->path[0], told->by, a, &z->with_server);
	if ((z->with_after != TM_NONE && told->t > z->with_after + z->ttl_after * TM_SEC + k->grace) ||
	    (z->with_after == TM_NONE && !upstream_seen(k, told)))
		s.split = s.left = s.part = SAID_UNKNOWN;
	stood_facts(s, f);
	f->doubt |= f->yes & (B(ZONE_SPLIT) | B(ZONE_LEFT) | B(ZONE_PART));	/* or it has it from another */
}
