#include "know/delegation.h"

#include <string.h>

#include "base/name.h"

bool
delegation_init(struct delegations *d, uint32_t max, uint64_t seed)
{
	return table_init(&d->sets, sizeof(struct ns_set), sizeof(struct ns_set_key), max, seed) &&
	       table_init(&d->hosts, sizeof(struct ns_host), sizeof(struct ns_host_key), max, seed);
}

void
delegation_free(struct delegations *d)
{
	table_free(&d->sets);
	table_free(&d->hosts);
}

/* ---- the addresses of servers ---- */

static void
host_is_at(struct delegations *d, uint32_t name, const struct addr *a, usec_t t)
{
	struct ns_host_key key = { .name = name, .v6 = !addr_is_v4(a) };
	bool fresh;
	struct ns_host *h = table_get(&d->hosts, &key, &fresh);

	if (h == NULL)
		return;
	if (h->t != t) {		/* a newer set of addresses replaces the one before */
		h->n = 0;
		h->more = false;
	}
	h->t = t;
	for (unsigned i = 0; i < h->n; i++)
		if (addr_eq(&h->addr[i], a))
			return;
	if (h->n < NS_ADDRS)
		h->addr[h->n++] = *a;
	else
		h->more = true;
}

static void
learn_hosts(struct delegations *d, const struct names *names, const struct dns_event *ev, const struct dns_set *set)
{
	struct addr a;

	for (uint32_t i = 0; i < set->nrr; i++) {
		uint32_t name;

		if (!dns_rr_addr(&set->rr[i], &a))
			continue;
		name = names_find(names, dns_name_hash(set->rr[i].owner, names->seed));
		if (name != NAME_NONE && names_at(names, name)->server)
			host_is_at(d, name, &a, ev->t);
	}
}

/* ---- the sets ---- */

static bool
said_by(const struct dns_walk *w, const struct dns_set *set, enum ns_by *by)
{
	*by = w->flags & DNS_RA ? NS_CACHE : w->flags & DNS_AA ? NS_CHILD : NS_PARENT;
	return *by != NS_PARENT || set->nanswer == 0;
}

static bool
holds(const uint8_t *zone, const uint8_t *name)
{
	return name_eq(name, zone) || name_below(name, zone);
}

static struct ns_set *
set_of(struct delegations *d, struct names *names, const struct dns_event *ev, const uint8_t *zone, enum ns_by by)
{
	struct ns_set_key key = { .zone = names_add(names, zone), .by = by };
	struct ns_set *s;
	bool fresh;

	if (by == NS_CHILD)
		key.server = ev->server;
	s = key.zone != NAME_NONE ? table_get(&d->sets, &key, &fresh) : NULL;
	if (s != NULL)
		names_at(names, key.zone)->zone = true;
	if (s != NULL && s->t != ev->t) {
		s->n = 0;
		s->more = false;
		s->t = ev->t;
	}
	return s;
}

static void
add_host(struct ns_set *s, uint32_t name)
{
	for (unsigned i = 0; i < s->n; i++)
		if (s->host[i] == name)
			return;
	if (s->n < NS_MAX && name != NAME_NONE)
		s->host[s->n++] = name;
	else
		s->more = true;
}

void
delegation_learn(struct delegations *d, struct names *names, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set)
{
	enum ns_by by;
	bool known = said_by(w, set, &by);

	for (uint32_t i = 0; known && i < set->nrr; i++) {
		const struct dns_rr *rr = &set->rr[i];
		const uint8_t *host = rr->type == DNS_NS && rr->section != DNS_ADDITIONAL ? dns_rr_target(rr) : NULL;
		struct ns_set *s;
		uint32_t name;

		if (host == NULL || set->qname == NULL || rr->owner[0] == 0 || !holds(rr->owner, set->qname))
			continue;
		s = set_of(d, names, ev, rr->owner, by);
		name = s != NULL ? names_add(names, host) : NAME_NONE;
		if (name != NAME_NONE)
			names_at(names, name)->server = true;
		if (s != NULL)
			add_host(s, name);
	}
	learn_hosts(d, names, ev, set);
}

/* ---- what follows ---- */

const struct ns_set *
delegation_set(const struct delegations *d, uint32_t zone, enum ns_by by, const struct addr *server)
{
	struct ns_set_key key = { .zone = zone, .by = by };

	if (by == NS_CHILD)
		key.server = *server;
	return table_find(&d->sets, &key);
}

uint32_t
delegation_zone(const struct names *names, const uint8_t *name)
{
	for (; *name != 0; name += *name + 1) {
		uint32_t id = names_find(names, dns_name_hash(name, names->seed));

		if (id != NAME_NONE && names_at(names, id)->zone)
			return id;
	}
	return NAME_NONE;
}

const struct ns_host *
delegation_host(const struct delegations *d, uint32_t name, bool v6)
{
	struct ns_host_key key = { .name = name, .v6 = v6 };

	return table_find(&d->hosts, &key);
}

static bool
host_at(const struct ns_host *h, const struct addr *a)
{
	for (unsigned i = 0; h != NULL && i < h->n; i++)
		if (addr_eq(&h->addr[i], a))
			return true;
	return false;
}

enum ns_member
delegation_member(const struct delegations *d, const struct ns_set *set, const struct addr *server)
{
	enum ns_member is = set->more || set->n == 0 ? NS_UNSURE : NS_OUT;

	for (unsigned i = 0; i < set->n; i++) {
		const struct ns_host *h = delegation_host(d, set->host[i], !addr_is_v4(server));

		if (host_at(h, server))
			return NS_IN;
		if (h == NULL || h->more)
			is = NS_UNSURE;
	}
	return is;
}

bool
delegation_has(const struct delegations *d, const struct names *names, const uint8_t *name, const struct addr *server)
{
	uint32_t zone = delegation_zone(names, name);

	for (enum ns_by by = NS_PARENT; zone != NAME_NONE && by <= NS_CACHE; by++) {
		const struct ns_set *set = delegation_set(d, zone, by, server);

		if (set != NULL && delegation_member(d, set, server) == NS_IN)
			return true;
	}
	return false;
}
