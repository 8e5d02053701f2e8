/* know/zone.h - what the zone itself said about a name and a retired address, record by record.
 *
 * Only answers with AA from a server of the zone count, and AA speaks for the first owner name (RFC 1035 4.1.1), which is
 * the name asked.
 * Bound     At most `max` triples of name, kind of record and address; ZONE_SERVERS servers of each, the first known makes room. */
#ifndef KNOW_ZONE_H
#define KNOW_ZONE_H

#include "base/addr.h"
#include "base/table.h"
#include "base/tm.h"

#define ZONE_TTLS 4		/* TTLs a record had before it was retired, the last of them */
#define ZONE_SERVERS 6

/* What leads from the name: its A or AAAA record, a hint of its HTTPS or SVCB record, an alias, a service (MX, SRV) on another host. */
enum zone_by { ZONE_ADDRESS, ZONE_HINT, ZONE_ALIAS, ZONE_SERVICE, ZONE_BYS };

struct zone_key { struct addr addr; uint32_t name, by; };	/* name: know/names.h */
struct zone_server { struct addr addr; usec_t with, without; };	/* its last answers after T that hold the address, that do not; or TM_NONE */
struct zone_rec {
	struct entry e;
	struct zone_key key;
	struct { usec_t since, last; uint32_t ttl; } ttls[ZONE_TTLS];	/* of this record, before T, by authority; oldest first */
	uint8_t nttls;
	bool named;			/* the list names it; else every name is meant */
	uint8_t nservers;
	struct zone_server servers[ZONE_SERVERS];
	usec_t T;			/* as it was at the last answer after it */
	uint32_t next;			/* where an alias or service leads; NAME_NONE */
	usec_t same, moved;		/* after T it led there still, led elsewhere; TM_NONE if not seen */
	usec_t with_after, without_after;	/* the last answers after T that hold it, that do not; TM_NONE if none */
	usec_t first_without;		/* the first after T that does not */
	usec_t other_before;		/* since when before T it was not answered any more; TM_NONE if it was */
	struct addr with_server, without_server;
	uint64_t kept_before, kept_with, kept_without;	/* know/kept.h */
	usec_t resolver_expiry;		/* the latest expiry instant a resolver handed out before T */
	usec_t seen_before;		/* last time anybody was told it before T; TM_NONE if never */
	usec_t last_told;		/* last time anybody was told it at all */
	uint32_t ttl_after;		/* of this record by authority after T, while it still leads to the address; 0 if none */
};
struct zone_table { struct table t; };

bool zone_init(struct zone_table *z, uint32_t max, uint64_t seed);
void zone_free(struct zone_table *z);
struct zone_rec *zone_find(const struct zone_table *z, uint32_t name, enum zone_by by, const struct addr *a);
struct zone_rec *zone_get(struct zone_table *z, uint32_t name, enum zone_by by, const struct addr *a);	/* made if new; NULL at the bound */

/* The record's TTL at t, up to T. */
void zone_ttl_was(struct zone_rec *r, usec_t t, uint32_t ttl);
/* An authoritative answer that holds the address, delivered at t with this TTL of its first record; deprecated_at as in the list (TM_NONE:
 * before the data). */
void zone_said(struct zone_rec *r, usec_t t, uint32_t ttl, const struct addr *server, usec_t deprecated_at);
/* One that does not. */
void zone_said_other(struct zone_rec *r, usec_t t, const struct addr *server, usec_t deprecated_at);
/* One after T in which the alias leads to the same name as before, or does not. */
void zone_said_next(struct zone_rec *r, usec_t t, bool same);

enum zone_word { SAID_UNKNOWN, SAID_NO, SAID_YES, SAID_MAYBE };
bool zone_had(const struct zone_rec *r);			/* it led to the address before T */
enum zone_word zone_moved(const struct zone_rec *r);		/* the record itself was changed after T */

/* What is known of how the zone stood when one of its servers gave the address: SAID_UNKNOWN where it was not seen. */
struct zone_stood {
	uint8_t still;		/* nobody had stopped to answer it */
	uint8_t split;		/* another server had */
	uint8_t left;		/* that server had left the delegation */
	uint8_t part;		/* another record that led to the address had been moved */
};
#define ZONE_STOOD_RIGHT ((struct zone_stood){ SAID_NO, SAID_NO, SAID_NO, SAID_NO })	/* it was given up to T */

enum legit_basis { LEGIT_AUTHORITATIVE, LEGIT_LIST, LEGIT_RESOLVER, LEGIT_ASSUMED };
#define LEGIT_ASSUMED_TTL 86400
const char *legit_basis_name(enum legit_basis b);

struct legit { usec_t until; enum legit_basis basis; uint32_t ttl; };	/* ttl: in force at T */
/* Where nothing was seen; list_ttl < 0 if the list has none.  Retired before the data begins (TM_NONE): until is TM_NONE, everything is past it. */
struct legit legit_by_list(usec_t deprecated_at, int64_t list_ttl);

#endif
