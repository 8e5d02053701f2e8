/* know/memo.h - sets of records seen before, so that only new ones are decoded.
 *
 * Owner     The memo owns the sets; one is valid until the next memo_get().
 * Bound     Never more than `max` sets, nor more than `bytes` of them; one not used for long goes.  Losing one costs a decode, no more.
 * Hot path  One look-up for a set seen before. */
#ifndef KNOW_MEMO_H
#define KNOW_MEMO_H

#include "base/table.h"
#include "base/watch.h"
#include "proto/dnsmsg.h"

struct memo_set {
	struct entry e;
	uint64_t hash;
	struct dns_set *set;
	uint64_t question;		/* a hash of it, the same in each run */
	uint32_t bytes;
	uint32_t holders;		/* others that lead here: not to be forgotten */
	uint32_t said;			/* its number in the kept history; 0: not there yet */
	uint16_t nanswer, na, naaaa, ncname;	/* records of the answer section; of which A, AAAA, CNAME */
	bool ns : 1;			/* it names servers of a zone */
	bool listed : 1;		/* an address in its answer section is listed, or one beside it of a name that it leads to */
	bool leads : 1;			/* it leads on to other names (know/service.h) */
	bool plain : 1;			/* all its answer is what was asked for: no alias */
	bool used : 1;			/* since it was decoded, or passed over when another had to go */
};
_Static_assert(sizeof(struct memo_set) == 64, "a set seen before touches one line");
struct memo {
	struct table t;
	size_t bytes, max_bytes;
	const struct watch *watch;
	uint64_t seed;
	uint64_t decoded;		/* how often ldns was asked */
};

bool memo_init(struct memo *m, uint32_t max, size_t max_bytes, const struct watch *watch, uint64_t seed);
void memo_free(struct memo *m);
/* The set of this message, decoded now or before; it may be the one with the id `hint`.  NULL without memory, or if all that could go is held. */
struct memo_set *memo_get(struct memo *m, uint32_t hint, const uint8_t *msg, size_t wire, size_t have, const struct dns_walk *w);

#endif
