/* proto/quic.h - QUIC connections and the ClientHello in their first packets (RFC 9000, 9001, 9369), without keys.
 *
 * Initial packets are sealed with keys that follow from a connection id they carry themselves, so that anyone on the path can open them; only
 * packets after those are sealed.  A connection is known from its first long-header packet.  Of versions that are not read
 * (Google's own, drafts before 29, what comes later) the connections are counted.
 *
 * Bound     limits.connections, at the bound the longest idle goes; QUIC_HELLO_MAX bytes of hello for each, and limits.bytes for all. */
#ifndef PROTO_QUIC_H
#define PROTO_QUIC_H

#include "packet/pkt.h"
#include "proto/tlsrec.h"

#define QUIC_HELLO_MAX ((size_t)16 << 10)

struct quic_limits { uint32_t connections; size_t bytes; usec_t idle; };

struct quic_conn {			/* as seen so far */
	struct addr client, server;
	uint16_t cport, sport;
	uint32_t scope, version;
	uint8_t smac[6];		/* the client's; 0 if only the server was seen */
	uint8_t mark;			/* this and the next are the reader's own, 0 at first */
	usec_t mark_t;
};

struct quic_sink {
	void *ctx;
	/* A connection begins, or is met.  Who is the client is certain if the hello follows, else guessed by the lower port. */
	void (*opened)(void *ctx, struct quic_conn *c, const struct frame *f);
	void (*hello)(void *ctx, struct quic_conn *c, const struct tls_hello *h, const struct frame *f);
	void (*goes_on)(void *ctx, struct quic_conn *c, const struct frame *f);		/* any later datagram that is given */
};

struct quic_table;

struct quic_table *quic_new(const struct quic_limits *limits, const struct quic_sink *sink, struct why_counts *why, uint64_t seed);
void quic_free(struct quic_table *t);
/* A UDP datagram: one that is not QUIC changes nothing. */
void quic_datagram(struct quic_table *t, const struct pkt *p, const struct frame *f);
void quic_tick(struct quic_table *t, usec_t now);
size_t quic_bytes(const struct quic_table *t);

/* Whether a datagram may be one that quic_datagram() has a use for: a long header of a version that is seen in practice, or Google's. */
static inline bool
quic_begins(const uint8_t *p, uint32_t n)
{
	uint32_t v;

	if (n < 12)
		return false;
	if ((p[0] & 0x80) == 0)
		return (p[0] & 0x09) == 0x09 && p[9] == 'Q' && p[10] == '0';
	v = (uint32_t)p[1] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 8 | p[4];
	if ((p[0] & 0x40) == 0)
		return v == 0;			/* a server's list of versions */
	return v <= 1 || v == 0x6b3343cf || (v > 0xff000000 && v <= 0xff000022) || v >> 8 == 0xfaceb0 || v >> 16 == 0x5130 ||
	    v >> 16 == 0x5430 || (v & 0x0f0f0f0f) == 0x0a0a0a0a;
}

#endif
