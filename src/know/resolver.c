#include "know/resolver.h"

#include <string.h>

#define REFRESH_SOON (5 * TM_SEC)

bool
resolver_init(struct resolver_table *r, uint32_t max, uint64_t seed)
{
	r->latest = NULL;
	return table_init(&r->servers, sizeof(struct server), sizeof(struct server_key), max, seed) &&
	       table_init(&r->served, sizeof(struct served), sizeof(struct served_key), max, seed) && profiles_init(&r->seen, seed);
}

void
resolver_free(struct resolver_table *r)
{
	table_free(&r->servers);
	table_free(&r->served);
	profiles_free(&r->seen);
}

uint32_t
server_find(const struct resolver_table *r, const struct addr *a, uint32_t scope)
{
	struct server_key k = { .addr = *a, .scope = scope };
	const struct server *s = table_find(&r->servers, &k);

	return s != NULL ? s->e.id : SERVER_NONE;
}

uint32_t
server_other(struct resolver_table *r, const struct addr *a, uint32_t scope)
{
	struct server_key k = { .addr = *a, .scope = scope };
	bool fresh;
	struct server *s = table_get(&r->servers, &k, &fresh);

	if (s != NULL && fresh)
		profile_begin(&s->profile);
	r->latest = s;
	return s != NULL ? s->e.id : SERVER_NONE;
}

const char *
server_role(const struct server *s)
{
	if (s->with_ra == 0 && s->with_aa > 0)
		return "authoritative";
	return (s->asks_resolvers || s->profile.nup > 0) && !s->iterates && !s->profile.iterates ? "forwarder" : "resolver";
}

struct served *
served_find(const struct resolver_table *r, uint32_t server, uint32_t name, const struct addr *a)
{
	struct served_key k = { .addr = *a, .server = server, .name = name };

	return table_find(&r->served, &k);
}

struct served *
served_get(struct resolver_table *r, uint32_t server, uint32_t name, const struct addr *a)
{
	struct served_key k = { .addr = *a, .server = server, .name = name };
	struct served *s = table_find(&r->served, &k);

	if (s != NULL)
		return s;
	s = table_add(&r->served, &k);
	if (s != NULL)
		s->first = s->last = s->then_fresh = s->fetched = s->fetched_expiry = s->refreshed = TM_NONE;
	return s;
}

void
served_answer(struct served *s, usec_t t, uint32_t ttl, int ede)
{
	if (s->n++ == 0)
		s->first = t;
	s->last = t;
	s->after = expiry_add(&s->expiries, t, ttl) == EXPIRY_AFTER;
	if (ttl > s->max_ttl)
		s->max_ttl = ttl;
	if (ede == 3)
		s->stale_said = true;
	if (s->fetched != TM_NONE && t <= s->fetched_expiry)
		*(ttl > s->fetched_ttl + 1 ? &s->floor_seen : &s->obeyed) = true;
}

void
served_fetched(struct served *s, usec_t t, uint32_t ttl, struct zone_stood stood)
{
	s->fetched = t;
	s->fetched_ttl = ttl;
	s->fetched_expiry = t + ttl * TM_SEC;
	s->fetched_stood = stood;
}

void
served_fed(struct served *s, usec_t expiry, const struct origin *by)
{
	memmove(&s->fed[1], &s->fed[0], (SERVED_FED - 1) * sizeof(s->fed[0]));
	s->fed[0].expiry = expiry;
	s->fed[0].by = *by;
	s->nfed += s->nfed < SERVED_FED;
}

const struct origin *
served_origin(const struct served *s, usec_t expiry)
{
	for (unsigned i = 0; i < s->nfed; i++)
		if (s->fed[i].expiry - expiry <= EXPIRY_NEAR && expiry - s->fed[i].expiry <= EXPIRY_NEAR)
			return &s->fed[i].by;
	return NULL;
}

/* Its last answer with the address came when all that it ever handed out had run out.  It was no fresh one either if its TTL was short of
 * what the name has, or if it still ran when the server knew better. */
void
served_other(struct resolver_table *r, struct served *s, usec_t t, usec_t T)
{
	uint32_t ttl = s->expiries.streak.ttl;

	if (!s->after || s->then_fresh == s->last || (T != TM_NONE && s->last <= T))
		return;
	if (ttl + 1 >= s->max_ttl && t >= s->last + ttl * TM_SEC)
		return;
	s->then_fresh = s->last;
	server_at(r, s->key.server)->once_stale++;
}

void
served_asks(struct served *s, usec_t t)
{
	s->n_asked = s->n;
	if (s->n > 0 && s->fetched != TM_NONE && s->last > s->fetched_expiry && t - s->last < REFRESH_SOON)
		s->refreshed = s->last;
}
