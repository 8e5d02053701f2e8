/* know/expiry.h - the expiry instants of what one server hands out for one name.
 *
 * The instant, time of the answer + TTL as delivered, is the statistic that tells caches apart (FIELD section 3.1): an entry that counts
 * down keeps it, whoever passes it on; several that alternate are several caches behind one address; one that moves with the
 * answers, at the same TTL each time, is no cache's.
 * TTLs are whole seconds, so instants within EXPIRY_NEAR are one, and an answer shows only after EXPIRY_STEP that its TTL counts down, or
 * that it does not.
 * Bound     EXPIRY_MAX instants, the longest unseen makes room. */
#ifndef KNOW_EXPIRY_H
#define KNOW_EXPIRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/tm.h"

#define EXPIRY_MAX 8
#define EXPIRY_NEAR (3 * TM_SEC / 2)
#define EXPIRY_STEP (2 * TM_SEC)

struct instant {
	usec_t at;		/* as its first answer said */
	usec_t first, last;	/* of its answers */
	uint32_t ttl;		/* of the first */
	uint32_t n;
};
struct streak {			/* the latest answers in a row that all came with one TTL */
	usec_t first, last;
	uint32_t ttl, n;
	uint32_t stuck;		/* how many of them should have counted down, the one before still running, and did not */
};
struct expiries {
	struct instant of[EXPIRY_MAX];
	uint8_t n;
	uint64_t answers;
	uint32_t full;		/* the largest TTL at the first answer of an instant that counted down; 0: none did */
	struct streak streak;
};

/* What an answer is, to those before it. */
enum expiry_how {
	EXPIRY_FIRST,		/* there was none */
	EXPIRY_AGAIN,		/* an instant known already: it counts down, or the answer comes too soon to tell */
	EXPIRY_BACK,		/* the same, but of another instant than the answer before: several caches answer here */
	EXPIRY_AFTER,		/* all that were known had run out */
	EXPIRY_AHEAD,		/* a later one, just before the one before would have run out: fetched ahead of time */
	EXPIRY_STUCK,		/* the TTL of the one before, though it should have counted down */
	EXPIRY_OTHER		/* another instant, while one still runs: another cache, a flush */
};
enum expiry_how expiry_add(struct expiries *x, usec_t t, uint32_t ttl);
/* A forwarder passed on what it has from there: that counts down too. */
void expiry_passed_on(struct expiries *x, usec_t t, uint32_t ttl);

/* The instant of an answer at t with this TTL; NULL if it is not, or no longer, known. */
const struct instant *expiry_find(const struct expiries *x, usec_t t, uint32_t ttl);
/* Two of its answers show it. */
static inline bool
instant_counts(const struct instant *i)
{
	return i->last - i->first >= EXPIRY_STEP;
}
/* The same short or long TTL again and again, where an entry counted down before: put on by the server itself, as on stale answers. */
bool expiry_stamped(const struct expiries *x);
/* Never anything but the same TTL, for more than twice as long as it: nothing that was fetched. */
bool expiry_constant(const struct expiries *x);
/* When the entries before this one had all run out, so that it was fetched no sooner; TM_NONE if that cannot be told: there were none, or
 * several caches answer.  It was fetched no later than its first answer. */
usec_t expiry_before(const struct expiries *x, const struct instant *i);
/* How many caches answered in turn: instants that run at t, or ran last, of which each was seen twice. */
unsigned expiry_caches(const struct expiries *x);
/* Instants that both hand out, and that one of them did not begin with: fed by one cache above them. */
unsigned expiry_shared(const struct expiries *x, const struct expiries *y);

#endif
