/* know/way_int.h - how the records of one answer lead from the name asked to an address. */
#ifndef KNOW_WAY_INT_H
#define KNOW_WAY_INT_H

#include "know/know.h"

#define WAY_HOPS 16		/* a longer row of aliases is a loop, or nobody follows it */

struct way {
	uint32_t path[LEDGER_PATH];	/* the names from the one asked to the owner of the address; of a long way the first and the last */
	uint32_t own[LEDGER_PATH];	/* the TTL of the record that leads on from each */
	uint8_t n;
	enum zone_by by;		/* that first record's kind */
	uint32_t ttl;			/* the least of all */
};

/* By the CNAMEs of the same answer (RFC 1034 3.6.2).  False if nothing leads there: such a record tells nobody anything. */
bool way_find(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set, const struct dns_rr *rr, struct way *way);
/* The name asked, and those that the aliases of the answer lead to from there. */
struct way_steps { const uint8_t *at[WAY_HOPS]; unsigned n; };
void way_steps(const struct dns_set *set, struct way_steps *out);
bool way_steps_have(const struct way_steps *s, const uint8_t *name);
/* The TTL of one record as delivered, less the age and the cap that its transport gives. */
uint32_t way_ttl(const struct dns_walk *w, const struct dns_rr *rr, const struct dns_event *ev);
/* Where the aliases of an answer end: at a name that the answer says more about, or that somebody else has to be asked for. */
struct way_end { const uint8_t *first, *name; uint32_t ttl; bool whole; };	/* first: the first alias, NULL if there is none; ttl: its */
struct way_end way_end(const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set);

#endif
