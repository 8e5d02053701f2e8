/* proto/hpack_int.h - header blocks of one direction of HTTP/2 (RFC 7541), through nghttp2's decompressor.
 *
 * A block may refer to fields of blocks before it, by their distance.  Where those were not seen the table is filled with as many
 * placeholders as a table of 4096 bytes can have fields: new fields push them out just as they push the unseen ones out at the
 * sender, at the same distances, so that a field read is always the right one or a placeholder, never another. */
#ifndef PROTO_HPACK_INT_H
#define PROTO_HPACK_INT_H

#include <nghttp2/nghttp2.h>

#include "proto/doh.h"

struct hpack {
	nghttp2_hd_inflater *inf;	/* made at the first block */
	bool joined;			/* blocks before were not seen */
	unsigned failed;		/* blocks that could not be read */
};

/* Read a block into h, which has been begun; placeholders make it `lost`.  False if that fails; what the table holds is then not known. */
bool hpack_block(struct hpack *k, const uint8_t *p, size_t n, struct doh_head *h);
/* A block was missed. */
void hpack_forget(struct hpack *k);
size_t hpack_bytes(const struct hpack *k);

#endif
