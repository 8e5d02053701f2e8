#include "know/zone.h"

#include <string.h>

bool
zone_init(struct zone_table *z, uint32_t max, uint64_t seed)
{
	return table_init(&z->t, sizeof(struct zone_rec), sizeof(struct zone_key), max, seed);
}

void
zone_free(struct zone_table *z)
{
	table_free(&z->t);
}

struct zone_rec *
zone_find(const struct zone_table *z, uint32_t name, const struct addr *a)
{
	struct zone_key k = { .addr = *a, .name = name };

	return table_find(&z->t, &k);
}

struct zone_rec *
zone_get(struct zone_table *z, uint32_t name, const struct addr *a)
{
	struct zone_rec *r = zone_find(z, name, a);
	struct zone_key k = { .addr = *a, .name = name };

	if (r != NULL)
		return r;
	r = table_add(&z->t, &k);
	if (r != NULL)
		r->with_after = r->without_after = r->first_without = r->other_before = r->resolver_expiry = r->seen_before = r->last_told = TM_NONE;
	return r;
}

static bool
after(usec_t t, usec_t deprecated_at)
{
	return deprecated_at == TM_NONE || t > deprecated_at;
}

/* Keep each TTL with the time it was seen in; the oldest makes room. */
static void
note_ttl(struct zone_rec *r, usec_t t, uint32_t ttl)
{
	if (r->nttls > 0 && r->ttls[r->nttls - 1].ttl == ttl) {
		r->ttls[r->nttls - 1].last = t;
		return;
	}
	if (r->nttls == ZONE_TTLS) {
		memmove(&r->ttls[0], &r->ttls[1], (ZONE_TTLS - 1) * sizeof(r->ttls[0]));
		r->nttls--;
	}
	r->ttls[r->nttls].since = r->ttls[r->nttls].last = t;
	r->ttls[r->nttls++].ttl = ttl;
}

static struct zone_server *
server_of(struct zone_rec *r, const struct addr *server)
{
	for (unsigned i = 0; i < r->nservers; i++)
		if (addr_eq(&r->servers[i].addr, server))
			return &r->servers[i];
	if (r->nservers == ZONE_SERVERS) {	/* the first one makes room */
		memmove(&r->servers[0], &r->servers[1], (ZONE_SERVERS - 1) * sizeof(r->servers[0]));
		r->nservers--;
	}
	r->servers[r->nservers] = (struct zone_server){ .addr = *server, .with = TM_NONE, .without = TM_NONE };
	return &r->servers[r->nservers++];
}

void
zone_said(struct zone_rec *r, usec_t t, uint32_t ttl, const struct addr *server, usec_t deprecated_at)
{
	if (!after(t, deprecated_at)) {
		note_ttl(r, t, ttl);
		r->other_before = TM_NONE;
		return;
	}
	server_of(r, server)->with = t;
	r->T = deprecated_at;
	r->with_after = t;
	r->with_server = *server;
	r->ttl_after = ttl;
}

void
zone_said_other(struct zone_rec *r, usec_t t, const struct addr *server, usec_t deprecated_at)
{
	if (!after(t, deprecated_at)) {
		if (r->other_before == TM_NONE)
			r->other_before = t;
		return;
	}
	if (r->first_without == TM_NONE)
		r->first_without = t;
	server_of(r, server)->without = t;
	r->T = deprecated_at;
	r->without_after = t;
	r->without_server = *server;
}

const char *
legit_basis_name(enum legit_basis b)
{
	static const char *const names[] = { "authoritative", "list", "resolver", "assumed" };

	return names[b];
}

struct legit
zone_legit(const struct zone_rec *r, usec_t deprecated_at, int64_t list_ttl)
{
	struct legit l = { .until = TM_NONE, .basis = LEGIT_LIST };

	if (deprecated_at == TM_NONE)
		return l;
	if (r != NULL && r->nttls > 0) {
		l.basis = LEGIT_AUTHORITATIVE;
		l.ttl = r->ttls[r->nttls - 1].ttl;
		l.until = deprecated_at + l.ttl * TM_SEC;
		for (int i = 0; i + 1 < r->nttls; i++) {	/* lowered at some time before ttls[i+1] was first seen */
			usec_t e = r->ttls[i + 1].since + r->ttls[i].ttl * TM_SEC;

			if (r->ttls[i].ttl > r->ttls[i + 1].ttl && e > l.until)
				l.until = e;
		}
	} else if (list_ttl >= 0) {
		l.ttl = (uint32_t)list_ttl;
		l.until = deprecated_at + list_ttl * TM_SEC;
	} else if (r != NULL && r->resolver_expiry != TM_NONE) {
		l.basis = LEGIT_RESOLVER;
		l.until = r->resolver_expiry > deprecated_at ? r->resolver_expiry : deprecated_at;
		l.ttl = (uint32_t)((l.until - deprecated_at) / TM_SEC);
	} else {
		l.basis = LEGIT_ASSUMED;
		l.ttl = LEGIT_ASSUMED_TTL;
		l.until = deprecated_at + LEGIT_ASSUMED_TTL * TM_SEC;
	}
	return l;
}
