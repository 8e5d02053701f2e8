/* packet/frag.h - IP datagrams put together again (RFC 791 3.2, RFC 8200 4.5, RFC 5722).
 *
 * Owner     The table owns its bytes; a datagram handed out is valid until the next call.
 * Bound     At most limits.bytes of fragments (with what their keeping costs), limits.datagrams at once, FRAG_PIECES and
 *           64 KiB a datagram; at the bound the oldest goes, and is counted.  A datagram waits at most limits.age after
 *           its first fragment.
 * Order     Fragments come in any order.  An exact copy is ignored, also one of a datagram that was complete less than
 *           10 ms ago (mirrors deliver both).  Any other overlap, and ends that contradict each other, drop the datagram
 *           with all that still comes of it: what a receiver would see cannot be told.
 * Counts    Fragments, not datagrams: each that waits (WHY_FRAG_WAIT) or is a copy (WHY_COPY), and each that was given
 *           up and why. */
#ifndef PACKET_FRAG_H
#define PACKET_FRAG_H

#include <stddef.h>

#include "packet/pkt.h"

#define FRAG_PIECES 128		/* 64 KiB in fragments of a 576-byte link are 119 */

struct frag_limits { size_t bytes; uint32_t datagrams; usec_t age; };
struct frag_table;

/* A datagram's payload, for decode_payload(): captured, and as its fragments promise. */
struct datagram { const uint8_t *pay; uint32_t have, wire; uint8_t proto; };

/* NULL without memory.  `counts` is the caller's and outlives the table. */
struct frag_table *frag_new(const struct frag_limits *limits, struct why_counts *counts);
void frag_free(struct frag_table *t);

/* One fragment (p->frag).  True if it completes its datagram, then *out is set; false: it waits, or was refused and
 * counted.  A tunnel inside a datagram may hold a fragment again: p->pay may lie in the datagram handed out before. */
bool frag_add(struct frag_table *t, const struct pkt *p, usec_t now, struct datagram *out);
/* Time has come to `now`: let go of what waited too long. */
void frag_tick(struct frag_table *t, usec_t now);
/* Bytes of fragments held now: never more than limits.bytes. */
size_t frag_bytes(const struct frag_table *t);

#endif
