/* How many different pairs of numbers there were: the clients and the names they were told about, which is what a
 * ledger has to remember. */
#ifndef GEN_PAIRS_H
#define GEN_PAIRS_H

#include <stddef.h>
#include <stdint.h>

struct pairs {
	uint64_t *slots;	/* open addressing; 0 = empty */
	size_t room, count;
};

/* Add one; returns 0, or -1 if there is no memory. */
int  pairs_add(struct pairs *p, uint32_t a, uint32_t b);
void pairs_free(struct pairs *p);

#endif
