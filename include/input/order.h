/* input/order.h - several captures as one stream of packets in time.
 *
 * Sources are sorted by their first packets' times, then by name: the order on the command line does not matter.  Those that overlap
 * are merged by packet time, on ties the first source first; the others follow each other.  Inside a source packets stay as they are,
 * also where its clock jumps: a single time far ahead does not hold up the packets after it.
 *
 * Owner     The caller owns the blocks, see input/block.h.
 * Bound     At most ORDER_OPEN sources at a time, a block for each that overlaps; a file is opened when the merge reaches its first packet.
 * Hot path  While one source is alone its blocks are handed on as they are; packets that are merged are copied once. */
#ifndef INPUT_ORDER_H
#define INPUT_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "input/block.h"
#include "input/capture.h"

#define ORDER_OPEN 128

struct order;

struct order_source {
	int64_t first_ns;		/* of its first packet; INT64_MIN if it has none */
	struct capture *capture;	/* the order's, for capture_facts(); a regular file rests but for its turn */
};

/* Look at the first packets of all of them.  secrets may be NULL, see capture_secrets(); it may be called from here on.
 * On success *out is the caller's, to be freed with order_close().  Returns 0, or what capture_open() and capture_block() return. */
int order_open(char *const *path, size_t n, capture_secrets_fn *secrets, void *ctx, struct order **out, struct err *err);
void order_close(struct order *o);		/* NULL is welcome */

/* Sources in their order; rec.source is the index. */
size_t order_count(const struct order *o);
const struct order_source *order_source(const struct order *o, size_t i);

/* Do not hand out packets of source i up to this number.  Before the first order_block() only. */
void order_skip(struct order *o, size_t i, uint64_t number);

/* Fill b with the next packets of all.  Returns how many (> 0), 0 at the end of all, what capture_open() and
 * capture_block() return, or ST_ELIMIT if more than ORDER_OPEN sources overlap. */
int order_block(struct order *o, struct block *b, struct err *err);

#endif
