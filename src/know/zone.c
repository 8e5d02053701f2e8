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
zone_find(const struct zone_table *z, uint32_t name, enum zone_by by, const struct addr *a)
{
	struct zone_key k = { .addr = *a, .name = name, .by = by };

	return table_find(&z->t, &k);
}

struct zone_rec *
zone_get(struct zone_table *z, uint32_t name, enum zone_by by, const struct addr *a)
{
	struct zone_key k = { .addr = *a, .name = name, .by = by };
	bool fresh;
	struct zone_rec *r = table_get(&z->t, &k, &fresh);

	if (r == NULL || !fresh)
		return r;
	r->next = UINT32_MAX;
	r->T = r->same = r->moved = r->with_after = r->without_after = r->first_without = r->other_before = TM_NONE;
	r->resolver_expiry = r->seen_before = r->last_told = TM_NONE;
	return r;
}

static bool
after(usec_t t, usec_t deprecated_at)
{
	return deprecated_at == TM_NONE || t > deprecated_at;
}

/* Each with the time it was seen in; the oldest makes room. */
void
zone_ttl_was(struct zone_rec *r, usec_t t, uint32_t ttl)
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
		zone_ttl_was(r, t, ttl);
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

void
zone_said_next(struct zone_rec *r, usec_t t, bool same)
{
	if (same)
		r->same = t;
	else
		r->moved = t;
}

bool
zone_had(const struct zone_rec *r)
{
	return r->nttls > 0 || r->seen_before != TM_NONE || r->resolver_expiry != TM_NONE;
}

enum zone_word
zone_moved(const struct zone_rec *r)
{
	usec_t no = r->key.by == ZONE_ALIAS || r->key.by == ZONE_SERVICE ? r->same : r->with_after;
	usec_t yes = r->key.by == ZONE_ALIAS || r->key.by == ZONE_SERVICE ? r->moved : r->first_without;

	return yes != TM_NONE ? SAID_YES : no != TM_NONE ? SAID_NO : SAID_UNKNOWN;
}
