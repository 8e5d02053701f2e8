/* proto/h2.h - DNS messages out of a clear HTTP/2 connection (RFC 9113, RFC 7541), from outside.
 *
 * The frames are walked here; only header blocks go through a library.  Nobody is asked anything, so that a connection may be
 * joined in its middle, have holes, or show one side alone: then frames are found again at the beginning of a segment, bodies
 * are known by their looks, and a header field that refers to what came before is taken as unknown until the table is full of what was
 * seen since.
 *
 * Bound     H2_STREAMS streams at once, at the bound the longest idle goes, counted as H2_LIMIT if it had a part of a message; bodies of
 *           DOH_MAX bytes; header blocks of H2_BLOCK_MAX; tables of 64 KiB. */
#ifndef PROTO_H2_H
#define PROTO_H2_H

#include "base/why.h"
#include "proto/doh.h"

#define H2_STREAMS 256
#define H2_BLOCK_MAX ((size_t)128 << 10)

struct h2;

struct h2 *h2_new(struct why_counts *why);	/* NULL: no memory */
void h2_free(struct h2 *h);

/* Whether n bytes could begin a connection (its preface), or, at the beginning of a segment, be frames of one: 1 yes, 0 no, -1 too few
 * to say. */
int h2_begins(const uint8_t *p, size_t n);
int h2_goes_on(const uint8_t *p, size_t n);

/* The next n bytes of a side, those that were left before first.  from_start: nothing is missing before them.  Returns how many are taken. */
size_t h2_data(struct h2 *h, int side, const uint8_t *p, size_t n, bool from_start, const struct http_sink *sink);
/* `lost` bytes are missing behind the n that were left. */
void h2_gap(struct h2 *h, int side, size_t n, uint32_t lost, const struct http_sink *sink);
size_t h2_bytes(const struct h2 *h);		/* what it takes, about */

#endif
