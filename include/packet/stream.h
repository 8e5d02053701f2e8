/* packet/stream.h - the bytes of TCP connections, in order (RFC 9293 3.4).
 *
 * A tap is no end of the connection: segments come out of order, twice, overlapping, cut by the snap length, or never; one
 * direction may be missing, and the beginning.  What can be put in order is handed to the reader as it comes; what is
 * missing is announced, so that the reader can find its feet again.
 *
 * Owner     The table owns its streams.  One handed out is valid until it is closed, or the next call of stream_open(),
 *           stream_packet(), stream_tick() or stream_flush().
 * Bound     limits.streams connections; limits.side bytes held for one direction, limits.bytes for all together, readers' own
 *           included.  At a bound the longest idle one goes, counted as STREAM_EVICTED if bytes or a reader's state went with it.
 * Order     The first byte seen of each sequence number wins; bytes that differ are counted as STREAM_OVERLAP, as far as
 *           the first are still here.
 * Hot path  stream_followed() is some shifts and one load.  Bytes in order are not copied but for what the reader leaves. */
#ifndef PACKET_STREAM_H
#define PACKET_STREAM_H

#include <stddef.h>
#include <string.h>

#include "base/table.h"
#include "packet/pkt.h"

struct stream_limits {
	uint32_t streams;	/* connections at once, at most 65535 */
	size_t bytes, side;
	usec_t hole;		/* how long to wait for a missing segment where nobody acknowledges */
	usec_t idle;		/* a connection without packets for so long is let go of */
};

struct stream_key { struct addr addr[2]; uint16_t port[2]; uint32_t scope; };	/* the lower address and port first */

struct stream_seg;
struct stream_dir {			/* what one side sent */
	uint32_t start, next;		/* sequence numbers: of its first byte here; of the next byte for the reader */
	uint32_t acked;			/* the other side has so much */
	uint32_t fin_at;
	bool open, from_start, has_ack, fin, done;	/* from_start: no byte since its SYN is missing so far */
	uint8_t smac[6];		/* its Ethernet address, of the newest packet */
	uint32_t gap_lo, gap_hi;	/* the newest hole given up */
	usec_t t, hole_t;		/* of the newest byte handed out; the hole waits since */
	struct stream_seg *head, *tail;	/* behind a hole, by sequence number, none overlapping */
	uint8_t *buf;			/* handed out, not taken yet: buf[off..off+len) */
	uint32_t off, len, cap;
	size_t held;			/* bytes behind the hole, and what keeping them takes */
};

struct stream {				/* one connection */
	struct entry e;
	struct stream_key key;		/* sides are 0 and 1, as in the key */
	usec_t last;			/* its newest packet */
	int8_t opener;			/* the side that sent the SYN; -1: not seen */
	bool closed;			/* over; kept so that late copies of its segments do not begin another */
	bool resting;			/* its reader has seen enough: packets are not followed */
	uint8_t kind;			/* the reader's, like the next two */
	void *reader;
	size_t charged;			/* set by stream_charge() */
	struct stream_dir dir[2];
};

/* When bytes were seen, and in which packet; frame is NULL where that is no longer known (they waited behind a hole). */
struct stream_at { usec_t t; const struct frame *frame; };

struct stream_sink {
	void *ctx;
	/* The next n > 0 bytes of a side.  Returns how many are taken; the rest is kept and comes again, with more behind it.  Except
	 * where bytes were left, p is the beginning of a segment. */
	size_t (*data)(void *ctx, struct stream *s, int side, const uint8_t *p, size_t n, const struct stream_at *at);
	/* So many bytes are missing here.  The n bytes at p are those that were left, for the last time; 0 lost: the bound was reached
	 * while the reader left more and more.  at: of the newest byte before the hole. */
	void (*gap)(void *ctx, struct stream *s, int side, const uint8_t *p, size_t n, uint32_t lost, const struct stream_at *at);
	/* This side has sent its last byte. */
	void (*fin)(void *ctx, struct stream *s, int side, const struct stream_at *at);
	/* The connection is over or was let go of: s->reader is to be freed.  Once for each that has one. */
	void (*closed)(void *ctx, struct stream *s);
};

struct stream_gate { uint16_t *following; };	/* how many followed streams have this hash */
#define STREAM_GATE_BITS 14

struct stream_table;

/* NULL if there is no memory.  Copies its arguments, but for the counts. */
struct stream_table *stream_new(const struct stream_limits *limits, const struct stream_sink *sink, struct why_counts *counts,
    uint64_t seed);
void stream_free(struct stream_table *t);	/* NULL is welcome; nothing more is handed out but `closed` */

/* The key of a packet with ports, and which side sent it. */
int stream_key_of(const struct pkt *p, struct stream_key *k);
/* The stream of a TCP packet and the side that sent it, or NULL.  stream_open() makes it if need be; NULL: no memory. */
struct stream *stream_find(struct stream_table *t, const struct pkt *p, int *side);
struct stream *stream_open(struct stream_table *t, const struct pkt *p, usec_t now, int *side);
/* One packet of it: bytes in order go to the sink.  A SYN of another connection between the same ports begins anew. */
void stream_packet(struct stream_table *t, struct stream *s, int side, const struct pkt *p, const struct frame *f);

/* For the sink: nothing more of this stream is wanted now.  Its next packet, if stream_wake() is called first, is read like that
 * of a connection joined in the middle. */
void stream_rest(struct stream_table *t, struct stream *s);
void stream_wake(struct stream_table *t, struct stream *s);
/* For the sink: the reader's state now takes so many bytes. */
void stream_charge(struct stream_table *t, struct stream *s, size_t bytes);

/* Time has come to `now` (packet time): let go of what is idle, and first hand out what it has behind holes. */
void stream_tick(struct stream_table *t, usec_t now);
/* The capture has ended: hand out everything that waits behind holes. */
void stream_flush(struct stream_table *t);

const struct stream_gate *stream_gate(const struct stream_table *t);
size_t stream_bytes(const struct stream_table *t);	/* held now, in all */
uint32_t stream_count(const struct stream_table *t);	/* connections, closed and resting ones too */

/* The same for both directions. */
static inline uint32_t
stream_gate_hash(const struct addr *a, const struct addr *b, uint16_t aport, uint16_t bport)
{
	uint32_t x, y;

	memcpy(&x, a->b + 12, 4);
	memcpy(&y, b->b + 12, 4);
	return ((x ^ y) + (uint32_t)(aport ^ bport) * 0x10001u) * 0x9e3779b1u >> (32 - STREAM_GATE_BITS);
}

/* False: no stream that is followed; true: perhaps one is. */
static inline bool
stream_followed(const struct stream_gate *g, const struct pkt *p)
{
	return g->following[stream_gate_hash(&p->src, &p->dst, p->sport, p->dport)] != 0;
}

#endif
