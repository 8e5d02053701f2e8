/* The names that there are, and what a resolver's cache holds of them.
 *
 * Names are numbers.  The first ones are the retired hosts; then come ordinary ones, and new ones are made, or old ones
 * get other addresses, just as often as the wanted share of answer sets never seen before asks for. */
#ifndef GEN_ZONE_H
#define GEN_ZONE_H

#include <stdint.h>

#include "dns.h"
#include "rnd.h"

enum { RETIRED = 8, RETIRED_TTL = 300 };

struct entry {			/* of one name and type */
	uint64_t expires;	/* packet time; 0 = never fetched */
	uint32_t version;	/* how often its content changed */
	uint8_t answered;	/* this version has been in a response */
};

struct zone {
	struct entry *entries;	/* two a name: A, AAAA */
	uint32_t names, room;
	uint64_t retired_at;	/* T: from then on the retired hosts' names hold the replacement */
	uint32_t new_ppm;	/* wanted: new answer sets in a million responses */
	uint64_t responses, sets;
};

/* -1 if there is no memory. */
int zone_init(struct zone *z, uint64_t retired_at, uint32_t new_ppm);
void zone_free(struct zone *z);

/* The number of a name that this client asks for next; -1 if there is no memory. */
int32_t zone_pick(struct zone *z, struct rnd *r, uint32_t client);

struct entry *zone_entry(struct zone *z, uint32_t name, uint16_t type);
/* Fetch from the zone's server: the entry is as the zone is now. */
void zone_fetch(struct zone *z, uint32_t name, uint16_t type, uint64_t now);
/* What the entry holds. */
void zone_set(const struct zone *z, uint32_t name, uint16_t type, struct record_set *set);
/* A response with it was delivered. */
void zone_answered(struct zone *z, uint32_t name, uint16_t type);

/* The addresses before and after, 192.0.2.10 and up, 198.51.100.10 and up. */
uint32_t zone_old(uint32_t name);
uint32_t zone_new(uint32_t name);

#endif
