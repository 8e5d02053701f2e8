#include "know/know.h"

#include <string.h>

#include "base/name.h"

#define DOUBT (3600 * TM_SEC)		/* as long as verdicts may still change */
#define REFERRALS 4096
#define NIC_QUIET (60 * TM_SEC)		/* an address that passes to another machine falls silent for so long, or that one is seen to take it up */

/* A listed name leads to its listed address from the start, so that what is answered instead is known too. */
static void
listed_name(struct know *k, const struct dep_entry *d)
{
	uint32_t id;

	k->wide = k->wide || (d->name_len > 0 && (!d->has_addr || d->wildcard || d->prefix.len != 128));
	if (!d->has_addr || d->name_len == 0 || d->wildcard || d->prefix.len != 128)
		return;
	id = names_add(&k->names, d->name);
	if (id == NAME_NONE)
		return;
	names_leads_to(&k->names, id, &d->prefix.addr);
	names_add_above(&k->names, d->name);
}

void
know_listed_names(struct know *k)
{
	for (size_t i = 0; i < deplist_count(k->list); i++)
		listed_name(k, deplist_at(k->list, i));
}

bool
know_init(struct know *k, const struct know_limits *m, const struct deplist *list, const struct watch *watch, usec_t grace,
          struct why_counts *counts, uint64_t seed)
{
	bool ok;

	memset(k, 0, sizeof(*k));
	k->list = list;
	k->watch = watch;
	k->counts = counts;
	k->begin = k->now = k->doubted_until = TM_NONE;
	k->grace = grace;
	ok = names_init(&k->names, m->names, seed);
	ok = query_init(&k->queries, m->queries, counts, seed) && ok;	/* each of them, so that know_free() finds all of them */
	ok = client_init(&k->clients, m->clients, counts, seed) && ok;
	ok = resolver_init(&k->resolvers, m->servers, seed) && ok;
	ok = zone_init(&k->zones, m->names, seed) && ok;
	ok = delegation_init(&k->delegations, m->names, seed) && ok;
	ok = habit_init(&k->habits, grace, seed) && ok;
	ok = service_init(&k->services, &k->kept, counts, seed) && ok;
	ok = nic_init(&k->nics, seed) && ok;
	ok = referral_init(&k->referrals, REFERRALS, seed) && ok;
	ok = kept_init(&k->kept, m->kept, seed) && ok;
	ok = ledger_init(&k->ledger, m->ledger, &k->kept, counts, seed) && ok;
	if (ok)
		know_listed_names(k);
	return ok;
}

void
know_free(struct know *k)
{
	names_free(&k->names);
	query_free(&k->queries);
	client_free(&k->clients);
	resolver_free(&k->resolvers);
	zone_free(&k->zones);
	delegation_free(&k->delegations);
	ledger_free(&k->ledger);
	kept_free(&k->kept);
	referral_free(&k->referrals);
	habit_free(&k->habits);
	service_free(&k->services);
	nic_free(&k->nics);
}

/* A machine with two cards at work shows its address behind both, one after the other. */
static bool
flaps(const struct client *c, usec_t t)
{
	return c->last_query != TM_NONE && t - c->last_query < NIC_QUIET && c->came < c->last_query;
}

static void
passes(struct know *k, struct client *c, usec_t t)
{
	c->since = c->came = t;
	c->link.began = true;
	c->running = false;
	c->untold = c->untold_timed = 0;
	c->sealed_answer = TM_NONE;
	habit_forget(&k->habits, &c->key);
}

void
know_sender(struct know *k, struct client *c, const struct addr *a, const struct sender *from, bool interest, usec_t t)
{
	static const uint8_t none[6] = { 0 };
	const struct nic *nic;

	if (from->ttl == 0 || !addr_eq(a, &c->key.addr))
		return;
	c->link.from = *from;
	if (!interest && memcmp(c->link.nic, none, 6) == 0) {
		nic_mark(&k->nics, from, c->key.scope, a);
		return;
	}
	nic = nic_seen(&k->nics, from, c->key.scope, a, t);
	if (nic == NULL || c->link.flaps || memcmp(c->link.nic, from->mac, 6) == 0)
		return;
	if (nic_find(&k->nics, c->link.nic, c->key.scope) != NULL) {
		c->link.flaps = flaps(c, t);
		if (!c->link.flaps)
			passes(k, c, t);
	}
	memcpy(c->link.nic, c->link.flaps ? none : from->mac, 6);
}

void
know_tick(struct know *k, usec_t now)
{
	k->now = now;
	query_tick(&k->queries, now);
}

void
know_exchange(struct know *k, usec_t t, bool whole)
{
	if (whole || t - k->begin > KNOW_EARLY)
		loss_note(&k->loss, whole);
}

void
know_dropped(struct know *k, usec_t now, uint64_t lost, uint64_t of)
{
	if (lost > 0 && lost * LOSS_SHARE >= of)
		k->doubted_until = now + DOUBT;
}

bool
know_missing(const struct know *k)
{
	return loss_matters(&k->loss) || k->now < k->doubted_until;
}

bool
know_lossy(const struct know *k, const struct addr *client, uint32_t scope)
{
	const struct client *c = client_find(&k->clients, client, scope);

	return know_missing(k) || (c != NULL && loss_matters(&c->loss));
}

bool
know_audible(const struct know *k, const struct addr *client, const struct addr *server, uint32_t scope)
{
	const struct client *c = client_find(&k->clients, client, scope);
	uint32_t id = server_find(&k->resolvers, server, k->copies != NULL ? copy_home(k->copies, server, scope) : scope);
	unsigned i = 0;

	if (id == SERVER_NONE || c == NULL)
		return false;
	while (i < CLIENT_SERVERS && c->by[i] != 0 && c->by[i] != id + 1)
		i++;
	return i == CLIENT_SERVERS || c->by[i] != 0 || server_at(&k->resolvers, id)->with_ra == 0;
}

enum client_role
know_role(const struct know *k, const struct addr *a)
{
	const struct label *l = k->labels != NULL ? labels_find(k->labels, a) : NULL;

	return l != NULL ? l->role : ROLE_NONE;
}

bool
know_hands_on(const struct know *k, const struct addr *a, uint32_t scope)
{
	enum client_role role = know_role(k, a);
	uint32_t id = server_find(&k->resolvers, a, scope);

	return role == ROLE_FORWARDER || role == ROLE_RESOLVER || (id != SERVER_NONE && server_at(&k->resolvers, id)->with_ra > 0);
}

const char *
know_server_role(const struct know *k, const struct server *s)
{
	enum client_role role = know_role(k, &s->key.addr);

	return role == ROLE_FORWARDER ? "forwarder" : role == ROLE_RESOLVER ? "resolver" : server_role(s);
}

static bool
applies(const struct know *k, const struct dep_entry *d, const struct addr *client, const uint32_t *path, unsigned npath)
{
	if (!dep_entry_for_client(d, client))
		return false;
	if (d->name_len == 0)
		return true;
	for (unsigned i = 0; i < npath; i++)
		if (dep_entry_names(d, names_at(&k->names, path[i])->wire))
			return true;
	return false;
}

static bool
holds_at(const struct dep_entry *d, usec_t t)
{
	return (d->deprecated_at == TM_NONE || t >= d->deprecated_at) && (d->reinstated_at == TM_NONE || t < d->reinstated_at);
}

const struct dep_entry *
know_entry(const struct know *k, const struct addr *a, const struct addr *client, const uint32_t *path, unsigned npath, usec_t t)
{
	const struct dep_entry *d, *best = NULL;

	for (size_t i = 0; (d = deplist_match(k->list, a, i)) != NULL; i++) {
		if (!applies(k, d, client, path, npath))
			continue;
		if (holds_at(d, t))
			return d;
		if (best == NULL)
			best = d;
	}
	return best;
}
