/* packet/frag.h - IP datagrams put together again (RFC 791 3.2, RFC 8200 4.5, RFC 5722).
 *
 * Owner     The table owns its bytes; a datagram handed out is valid until the next call.
 * Bound     At most limits.bytes of fragments and limits.datagrams at once, 64 KiB a datagram; at the bound the oldest
 *           goes, and is counted.  A datagram waits at most limits.age.
 * Order     Fragments come in any order.  Overlaps: an exact copy is ignored, anything else drops the datagram and
 *           counts it (what a receiver would see cannot be told). */
#ifndef PACKET_FRAG_H
#define PACKET_FRAG_H

#include <stddef.h>

#include "packet/pkt.h"

struct frag_limits { size_t bytes; uint32_t datagrams; usec_t age; };
struct frag_table;

struct frag_table *frag_new(const struct frag_limits *limits, struct why_counts *counts);
void frag_free(struct frag_table *t);

/* One fragment (p->frag).  True if it completes its datagram: *whole then has p's addresses and the whole payload,
 * ready for decode_payload(); false: it waits, or was refused and counted. */
bool frag_add(struct frag_table *t, const struct pkt *p, usec_t now, uint8_t *proto, const uint8_t **pay, uint32_t *len);
/* Time has come to `now`: let go of what waited too long. */
void frag_tick(struct frag_table *t, usec_t now);

#endif
