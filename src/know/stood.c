/* How the zone stood at one of its answers: does it still publish the address, do its servers disagree, and is the server that gave it
 * still one of them? */
#include "know/know.h"

#include <string.h>

#include "base/name.h"

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

static const struct zone_server *
server_in(const struct zone_rec *z, const struct addr *server)
{
	for (unsigned i = 0; i < z->nservers; i++)
		if (addr_eq(&z->servers[i].addr, server))
			return &z->servers[i];
	return NULL;
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

/* The zone publishes the address if no server has stopped; or if this one had, and gives it again: what the others say is then no proof that it
 * does not (a change taken back and made again, one view of several, machines behind one address). */
static enum zone_word
still(const struct zone_rec *z, const struct addr *server)
{
	const struct zone_server *own = server_in(z, server);

	if (z->first_without == TM_NONE || (own != NULL && own->without != TM_NONE && own->with > own->without))
		return SAID_YES;
	return SAID_NO;
}

static enum zone_word
split(const struct know *k, const struct zone_rec *z, uint32_t zone, const struct addr *server)
{
	const struct ns_set *parent = delegation_set(&k->delegations, zone, NS_PARENT, NULL);
	const struct zone_server *own = server_in(z, server);

	if (own != NULL && own->without != TM_NONE)
		return SAID_UNKNOWN;	/* it does not agree with itself */
	for (unsigned i = 0; i < z->nservers; i++)
		if (z->servers[i].without != TM_NONE && !addr_eq(&z->servers[i].addr, server))
			return SAID_YES;
	return all_said(k, z, parent != NULL ? parent : delegation_set(&k->delegations, zone, NS_CHILD, server)) ? SAID_NO : SAID_UNKNOWN;
}

/* What is known of another record that led to a retired address: did this server, or any, stop to answer it? */
static enum zone_word
moved_by(const struct zone_rec *r, const struct addr *server)
{
	if (r == NULL || !zone_had(r))
		return SAID_NO;
	for (unsigned i = 0; i < r->nservers; i++)
		if (addr_eq(&r->servers[i].addr, server) && r->servers[i].without > r->servers[i].with)
			return SAID_YES;
	return r->first_without != TM_NONE ? SAID_MAYBE : r->with_after != TM_NONE ? SAID_NO : SAID_UNKNOWN;
}

/* Of the words on several records, the one that weighs most. */
static enum zone_word
heavier(enum zone_word a, enum zone_word b)
{
	static const uint8_t weight[] = { [SAID_NO] = 0, [SAID_UNKNOWN] = 1, [SAID_MAYBE] = 2, [SAID_YES] = 3 };

	return weight[a] > weight[b] ? a : b;
}

static enum zone_word
name_moved(const struct know *k, uint32_t name, const struct zone_rec *but, const struct addr *server)
{
	const struct name_entry *n = names_at(&k->names, name);
	enum zone_word word = SAID_NO;

	for (unsigned i = 0; i < n->naddr; i++) {
		for (enum zone_by by = ZONE_ADDRESS; by < ZONE_BYS; by++) {
			const struct zone_rec *r = zone_find(&k->zones, name, by, &n->addr[i]);

			if (r != but)
				word = heavier(word, moved_by(r, server));
		}
	}
	return word;
}

/* "www" before a name and the name itself are one site to those who move it.  An entry without a name means every name: then each is
 * a record of its own. */
static uint32_t
sibling(const struct know *k, const struct zone_rec *z)
{
	static const uint8_t www[] = "\3www";
	const uint8_t *wire = names_at(&k->names, z->key.name)->wire;
	uint8_t with[DNS_NAME_MAX + sizeof(www)];

	if (!z->named)
		return NAME_NONE;
	if (memcmp(wire, www, 4) == 0)
		return names_find(&k->names, dns_name_hash(wire + 4, k->names.seed));
	memcpy(with, www, 4);
	memcpy(with + 4, wire, name_len(wire));
	return name_len(wire) + 4 <= DNS_NAME_MAX ? names_find(&k->names, dns_name_hash(with, k->names.seed)) : NAME_NONE;
}

/* Names whose MX, SRV or SVCB record still leads here: of those the zone had moved an address, and not the host that gives the service. */
static enum zone_word
services_moved(const struct know *k, const struct zone_rec *z, const struct addr *server)
{
	const struct name_entry *n = names_at(&k->names, z->key.name);
	enum zone_word word = SAID_NO;

	for (unsigned i = 0; i < n->nlead; i++) {
		const struct zone_rec *r = n->lead[i].listed ? zone_find(&k->zones, n->lead[i].name, ZONE_SERVICE, &z->key.addr) : NULL;

		if (r != NULL && zone_moved(r) == SAID_NO)
			word = heavier(word, name_moved(k, n->lead[i].name, r, server));
	}
	return word;
}

static enum zone_word
part(const struct know *k, const struct zone_rec *z, const struct addr *server)
{
	uint32_t other = sibling(k, z);
	enum zone_word word = heavier(name_moved(k, z->key.name, z, server), services_moved(k, z, server));

	return other != NAME_NONE ? heavier(word, name_moved(k, other, z, server)) : word;
}

struct zone_stood
know_stood(const struct know *k, uint32_t name, enum zone_by by, const struct addr *a, const struct addr *server)
{
	const struct zone_rec *z = zone_find(&k->zones, name, by, a);
	struct zone_stood s = { SAID_UNKNOWN, SAID_UNKNOWN, SAID_UNKNOWN, SAID_UNKNOWN };
	uint32_t zone;

	if (z == NULL)
		return s;
	zone = delegation_zone(&k->names, names_at(&k->names, name)->wire);
	s.still = (uint8_t)still(z, server);
	s.split = (uint8_t)split(k, z, zone, server);
	s.part = (uint8_t)part(k, z, server);
	s.left = s.part == SAID_YES ? SAID_NO : zone != NAME_NONE ? (uint8_t)left(k, z, zone, server) : SAID_UNKNOWN;
	return s;
}
