/* input/block.h - packets as captured, a block at a time.
 *
 * A block is the unit of work: whoever reads fills one, whoever decodes empties it.
 *
 * Owner     The caller owns the block and what it holds; the packets in it stay valid until it is filled again or freed,
 *           whatever becomes of the source.  Two threads with a block each may take turns at one source.
 * Bound     At most BLOCK_RECS packets and BLOCK_BYTES bytes, but that one packet larger than that still fits. */
#ifndef INPUT_BLOCK_H
#define INPUT_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define BLOCK_BYTES ((size_t)256 << 10)
#define BLOCK_RECS 4096u

struct rec {				/* one packet as captured */
	int64_t ts_ns;			/* nanoseconds since the epoch, as the source says; times beyond the type are its limits */
	uint64_t number;		/* in its source, from 1 */
	uint64_t offset;		/* of its record or block, in the uncompressed file; live 0 */
	const uint8_t *data;		/* caplen bytes */
	uint32_t caplen, wirelen;	/* captured, on the wire; caplen <= wirelen */
	uint32_t source;		/* which file or interface of several; 0 where there is but one */
	uint16_t link;			/* LINKTYPE_ value */
	uint16_t iface;			/* index into the source's interfaces, counted over all sections; classic pcap 0 */
};

struct block {
	struct rec *recs;
	uint32_t n;			/* packets in recs */
	uint8_t *bytes;			/* where most of their data lies */
	size_t size;
};

/* An empty block; 0 or ST_ENOMEM. */
int block_init(struct block *b, struct err *err);
void block_free(struct block *b);

#endif
