/* know/profile.h - how each resolver treats TTLs, learned from all names that it answers, listed or not.
 *
 * What a resolver got itself (its own questions, where they cross this link) or what the zone gives (authoritative answers to anybody) beside
 * what it hands out shows a floor and a cap; how its expiry instants move (know/expiry.h) shows a pool of caches, fetching ahead of time
 * and the TTL that it puts on stale answers.  One answer shows little: a value counts only where PROFILE_ENOUGH names agree on it, at
 * different moments, or the resolver's own answers show it twice; and only as long as nothing speaks against it.
 *
 * Bound     A sample: PROFILE_NAMES names of each server and PROFILE_ZONE of the zones, those whose hash ends in enough zero bits, so that which
 *           they are does not depend on what came first; PROFILE_MAX pairs of server and name in all, the longest unused makes room.
 *           PROFILE_UPS servers that it asks.
 * Hot path  A compare for an answer whose name is not in the sample.
 * Only answers without aliases are looked at: an alias's TTL is another record's. */
#ifndef KNOW_PROFILE_H
#define KNOW_PROFILE_H

#include "base/table.h"
#include "base/tm.h"
#include "know/expiry.h"

#define PROFILE_NAMES 32
#define PROFILE_ZONE 512
#define PROFILE_MAX 4096
#define PROFILE_ENOUGH 3
#define PROFILE_UPS 8

struct resolver_table;

/* Names whose hash has none of these bits; n of them are kept. */
struct sample { uint32_t mask, n; };
/* A value that several names show; every one that shows another takes one away, and at none that is the value. */
struct vote { uint32_t value, names, times; usec_t last; };

struct profile {			/* of a server */
	struct sample sample;
	struct vote floor, cap, stale;
	uint32_t own_floor, own_cap;	/* how many times its own answers showed it */
	uint32_t stale_said;		/* answers that say themselves that they are stale */
	uint32_t least, most;		/* the smallest TTL that it handed on as it had got it (UINT32_MAX: none), the largest of all */
	uint32_t ahead;			/* entries fetched anew while they ran, just before their end */
	uint32_t once_fresh;		/* a short TTL on what had run out, and a fresh entry next */
	uint32_t asked_after;		/* it answered with what had run out, and asked then */
	uint32_t asked_before;		/* its entry had run out, and it asked before it answered */
	uint32_t caches;		/* that answer in turn; 0: no entry was seen to count down */
	uint32_t other;			/* entries that came while another ran, for no reason seen */
	uint32_t clients;		/* told with RA; one that asks more than CLIENT_SERVERS servers counts for the first of them */
	uint32_t up[PROFILE_UPS];	/* servers with RA that it asks (know/resolver.h) */
	uint8_t nup;
	bool iterates;			/* it asks zones itself */
	uint64_t samples;		/* answers that were looked at */
	uint64_t after_legit;		/* answers with a retired address after legit until */
	usec_t last_after;		/* TM_NONE */
};

struct seen_key { uint64_t name; uint32_t server, zero; };	/* server: know/resolver.h, or SERVER_NONE for what the zones say */
struct seen {
	struct entry e;
	struct seen_key key;
	struct expiries x;		/* of what it handed out */
	usec_t fetched, fetched_expiry;	/* its own answer; TM_NONE */
	uint32_t fetched_ttl;
	uint32_t ttl_min, ttl_max;	/* as the zone gives it */
	uint32_t floor, cap;		/* the value + 1 that this name showed; 0: none */
	usec_t run_out;			/* its last answer came when all before it had run out, with less than the full TTL; TM_NONE */
	uint32_t run_out_ttl;
};
struct profiles { struct table t; struct sample zone; };

/* What is known, PROFILE_UNKNOWN where nothing is. */
#define PROFILE_UNKNOWN (-1)
struct policy_known { int64_t floor, cap, stale, optimistic, prefetch, caches; };

bool profiles_init(struct profiles *p, uint64_t seed);
void profiles_free(struct profiles *p);
void profile_begin(struct profile *p);			/* of a new server */

static inline bool
sample_has(const struct sample *s, uint64_t name)
{
	return (name & s->mask) == 0;
}
/* The server handed a name of its sample out at t with this TTL. */
void profile_told(struct resolver_table *r, uint32_t server, uint64_t name, usec_t t, uint32_t ttl);
/* It was told the name itself. */
void profile_fetched(struct resolver_table *r, uint32_t server, uint64_t name, usec_t t, uint32_t ttl);
/* A server of the zone gave it. */
void profile_zone(struct resolver_table *r, uint64_t name, uint32_t ttl);
/* An answer that says itself that it is stale (RFC 8914 code 3). */
void profile_stale(struct profile *p, usec_t t, uint32_t ttl);
void profile_asks(struct profile *p, uint32_t up);	/* another server with RA */
struct policy_known profile_known(const struct profile *p);

#endif
