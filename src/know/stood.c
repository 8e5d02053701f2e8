/* How the zone stood at one of its answers: does it still publish the address, do its servers disagree, and is the server that gave it
 * still one of them? */
#include "know/know.h"

/* What the latest word of a server that has the new data says: it knows the zone's servers better than the parent, which may lag. */
static enum ns_member
by_others(const struct know *k, const struct zone_rec *z, uint32_t zone, const struct addr *server)
{
	const struct ns_set *best = NULL;

	for (unsigned i = 0; i < z->nservers; i++) {
		const struct zone_server *s = &z->servers[i];
		const struct ns_set *set;

		if (s->without == TM_NONE || s->with > s->without || addr_eq(&s->addr, server))
			continue;
		set = delegation_set(&k->delegations, zone, NS_CHILD, &s->addr);
		if (set != NULL && (best == NULL || set->t > best->t))
			best = set;
	}
	return best != NULL ? delegation_member(&k->delegations, best, server) : NS_UNSURE;
}

/* What the old server says of itself counts for nothing: it does not know better (a resolver that asks it keeps it for ever). */
static enum zone_word
left(const struct know *k, const struct zone_rec *z, uint32_t zone, const struct addr *server)
{
	enum ns_member is = by_others(k, z, zone, server);
	const struct ns_set *parent = delegation_set(&k->delegations, zone, NS_PARENT, NULL);

	if (is == NS_UNSURE && parent != NULL && parent->t > z->T)
		is = delegation_member(&k->delegations, parent, server);
	return is == NS_OUT ? SAID_YES : is == NS_IN ? SAID_NO : SAID_UNKNOWN;
}

static bool
has_said(const struct know *k, const struct zone_rec *z, uint32_t host)
{
	for (uint32_t v6 = 0; v6 < 2; v6++) {
		const struct ns_host *h = delegation_host(&k->delegations, host, v6 != 0);

		for (unsigned i = 0; h != NULL && i < h->n; i++)
			for (unsigned j = 0; j < z->nservers; j++)
				if (z->servers[j].with != TM_NONE && addr_eq(&h->addr[i], &z->servers[j].addr))
					return true;
	}
	return false;
}

/* Every server of the zone was heard to give the address after T. */
static bool
all_said(const struct know *k, const struct zone_rec *z, const struct ns_set *set)
{
	bool all = set != NULL && !set->more && set->n > 0;

	for (unsigned i = 0; all && i < set->n; i++)
		all = has_said(k, z, set->host[i]);
	return all;
}

static enum zone_word
split(const struct know *k, const struct zone_rec *z, uint32_t zone, const struct addr *server)
{
	const struct ns_set *parent = delegation_set(&k->delegations, zone, NS_PARENT, NULL);

	for (unsigned i = 0; i < z->nservers; i++)
		if (z->servers[i].without != TM_NONE && !addr_eq(&z->servers[i].addr, server))
			return SAID_YES;
	return all_said(k, z, parent != NULL ? parent : delegation_set(&k->delegations, zone, NS_CHILD, server)) ? SAID_NO : SAID_UNKNOWN;
}

struct zone_stood
know_stood(const struct know *k, uint32_t name, const struct addr *a, const struct addr *server)
{
	const struct zone_rec *z = zone_find(&k->zones, name, a);
	struct zone_stood s = { SAID_UNKNOWN, SAID_UNKNOWN, SAID_UNKNOWN };
	uint32_t zone;

	if (z == NULL)
		return s;
	zone = delegation_zone(&k->names, names_at(&k->names, name)->wire);
	s.still = z->first_without == TM_NONE ? SAID_YES : SAID_NO;
	s.split = (uint8_t)split(k, z, zone, server);
	s.left = zone != NAME_NONE ? (uint8_t)left(k, z, zone, server) : SAID_UNKNOWN;
	return s;
}
