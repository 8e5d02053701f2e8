/* know/resolver.h - DNS servers, and what each handed out for a retired address.
 *
 * Bound     At most `max` servers, and `max` (server, name, address); beyond it nothing is learned of a new one. */
#ifndef KNOW_RESOLVER_H
#define KNOW_RESOLVER_H

#include "base/addr.h"
#include "base/table.h"
#include "base/tm.h"
#include "know/expiry.h"
#include "know/profile.h"
#include "know/zone.h"

#define SERVER_NONE UINT32_MAX

struct server_key { struct addr addr; uint64_t scope; };
struct server {
	struct entry e;
	struct server_key key;
	uint64_t answers, with_ra, with_aa;
	uint32_t once_stale;		/* times that it handed out what had run out, and then at once something fresh */
	bool asks_resolvers;		/* it asks other resolvers for what it hands out */
	bool iterates;			/* it asks the zones itself, without RD: a resolver (RFC 1035 4.3.1) */
	uint32_t host;			/* its number in the kept history; 0: not there yet */
	struct profile profile;
};
const char *server_role(const struct server *s);	/* "authoritative", "resolver", "forwarder" */

/* Where an answer comes from: of one that a forwarder passed on, its expiry instant unchanged, the answer of the resolver above it. */
struct origin {
	usec_t t;
	uint32_t ttl, server;
	bool aa;
};
#define SERVED_FED 4
struct fed { usec_t expiry; struct origin by; };

struct served_key { struct addr addr; uint32_t server, name; };
struct served {
	struct entry e;
	struct served_key key;
	uint64_t n;			/* answers that hold the address */
	usec_t first, last;
	uint32_t max_ttl;		/* as delivered */
	bool after;			/* the last came when all before it had run out */
	struct expiries expiries;
	usec_t then_fresh;		/* the answer (its time) with the address that came when all had run out, the next being fresh; TM_NONE */
	bool stale_said;		/* one came with extended error 3, stale answer (RFC 8914) */
	/* as a client of the zone, or of another resolver: what it was told itself */
	struct fed fed[SERVED_FED];	/* the last answers of other resolvers, the newest first */
	uint8_t nfed;
	usec_t fetched, fetched_expiry;	/* its last answer with the address, by either; TM_NONE if none was seen */
	uint32_t fetched_ttl;
	bool floor_seen;		/* just after it had fetched it, it handed out a larger TTL than it had got */
	bool obeyed;			/* just after it had fetched it, it handed out no larger one */
	uint64_t n_asked;		/* n, when it last asked the zone for the name */
	usec_t refreshed;		/* the answer (its time) after which it asked the zone, its entry having run out; TM_NONE */
	struct zone_stood fetched_stood;	/* how the zone stood then */
};

struct resolver_table {
	struct table servers, served;
	struct profiles seen;
	const struct server *latest;	/* asked for last: nearly always the one asked for next */
};

bool resolver_init(struct resolver_table *r, uint32_t max, uint64_t seed);
void resolver_free(struct resolver_table *r);
uint32_t server_other(struct resolver_table *r, const struct addr *a, uint32_t scope);	/* server_get() of another than the latest */
uint32_t server_find(const struct resolver_table *r, const struct addr *a, uint32_t scope);
struct served *served_find(const struct resolver_table *r, uint32_t server, uint32_t name, const struct addr *a);
struct served *served_get(struct resolver_table *r, uint32_t server, uint32_t name, const struct addr *a);
/* It handed the address out at t with this TTL. */
void served_answer(struct served *s, usec_t t, uint32_t ttl, int ede);
/* It was told the address itself at t: by the zone, or by another resolver. */
void served_fetched(struct served *s, usec_t t, uint32_t ttl, struct zone_stood stood);
void served_fed(struct served *s, usec_t expiry, const struct origin *by);
/* Where an answer of its with this expiry instant comes from, if another resolver gave it; else NULL. */
const struct origin *served_origin(const struct served *s, usec_t expiry);
/* It answered the name at t with something else; T is when the address was retired (TM_NONE: before the data). */
void served_other(struct resolver_table *r, struct served *s, usec_t t, usec_t T);
/* It asked the zone for the name. */
void served_asks(struct served *s, usec_t t);

static inline struct server *
server_at(const struct resolver_table *r, uint32_t id)
{
	return table_at(&r->servers, id);
}

/* The server with this address, made if new; SERVER_NONE at the bound. */
static inline uint32_t
server_get(struct resolver_table *r, const struct addr *a, uint32_t scope)
{
	const struct server *s = r->latest;

	return s != NULL && s->key.scope == scope && addr_eq(&s->key.addr, a) ? s->e.id : server_other(r, a, scope);
}

#endif
