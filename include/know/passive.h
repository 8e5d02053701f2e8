/* know/passive.h - passive DNS: which server answered which record, how often, from when to when, with which TTLs.
 *
 * Answers are counted by (server, set of records), so that one answer is one look-up however many records it has; what has
 * gathered is handed on record by record when it is drained.
 * Bound     At most `max` entries and PASSIVE_TTLS TTLs: passive_full() then wants a drain.
 * Order     Drained in the order of first sight. */
#ifndef KNOW_PASSIVE_H
#define KNOW_PASSIVE_H

#include "base/tm.h"
#include "know/memo.h"

#define PASSIVE_TTLS (1u << 20)

struct passive_key { uint64_t set, server; };
struct passive_entry {
	struct entry e;
	struct passive_key key;
	struct memo_set *set;		/* held */
	uint64_t n, stale;		/* stale: delivered after legit until, with a retired address */
	usec_t first, last;
	uint32_t ttls;			/* index of its smallest and largest TTLs, a pair for each record */
};
struct ttl_range { uint32_t min, max; };
struct passive { struct table t; struct ttl_range *ttls; uint32_t nttls; };

bool passive_init(struct passive *p, uint32_t max, uint64_t seed);
void passive_free(struct passive *p);
static inline bool
passive_full(const struct passive *p)
{
	return p->t.n >= p->t.max || p->nttls + DNS_RRS_MAX > PASSIVE_TTLS;
}
/* Count an answer; not to be called when full.  NULL without memory. */
struct passive_entry *passive_count(struct passive *p, struct memo_set *set, uint32_t server, const struct dns_walk *w, usec_t t, uint32_t ttl_less);
/* Hand everything on, and begin anew. */
void passive_drain(struct passive *p, void (*each)(void *ctx, const struct passive_entry *e, const struct ttl_range *ttls), void *ctx);

#endif
