/* proto/pick.h - which decoder for which flow: TCP and QUIC connections from their packets to DNS messages and server names.
 *
 * A connection is followed from its SYN until its first bytes say that nobody here reads it, or that the rest is sealed; one joined in
 * the middle from a packet on that begins like something that is read.
 *
 * Owner     What a sink is given is valid during the call.
 * Bound     limits.bytes for all that is kept of TCP and a quarter of it for QUIC, limits.streams TCP connections and half as many
 *           of QUIC; see packet/stream.h, proto/quic.h.
 * Order     Messages come as they are complete, most with the packet that completed them.  One that waited behind a hole has the time
 *           at which it was seen, at most limits.hole and limits.idle before that of the packet that made it come, and no frame.
 * Hot path  pick_wants() and pick_wants_udp() are for every packet, pick_tcp() and pick_udp() for those they want. */
#ifndef PROTO_PICK_H
#define PROTO_PICK_H

#include "packet/stream.h"
#include "proto/dnsev.h"
#include "proto/quic.h"

struct pick_limits {
	uint32_t streams;	/* connections at once, at most 65535 */
	size_t bytes;		/* for all together */
	usec_t hole, idle;	/* as in packet/stream.h; idle is for UDP too */
};

enum hello_way { HELLO_TLS, HELLO_QUIC, HELLO_HTTP /* clear; version 1.1 or 2 */, HELLO_WAYS };

struct hello {			/* a client says which server it wants */
	usec_t t;
	struct addr client, server;
	uint16_t cport, sport;
	uint32_t scope;
	enum hello_way way;
	const char *name;	/* lower case; NULL if it sent none.  From the network: escape it */
	const uint8_t *alpn;	/* protocols it offers, a byte of length before each; NULL if none */
	uint16_t alpn_len;
	uint32_t version;	/* the highest of TLS it offers, as in proto/tlsrec.h */
	bool ech;		/* the name may stand for another (encrypted client hello, or a mock one) */
	const struct frame *frame;
};

/* A client talks to a DNS server, and what they say cannot be read: DoT (port 853, or ALPN), DoH (a server known for nothing
 * else), DoQ.  Comes with the session's hello and then, where packets show that it goes on, once in SEALED_AGAIN. */
struct sealed {
	usec_t t;
	struct addr client, server;
	uint16_t sport;
	uint32_t scope;
	uint8_t smac[6];	/* the client's, 0 where only the server is seen */
	enum dns_way way;
};
#define SEALED_AGAIN (60 * TM_SEC)

struct pick_sinks {
	struct dns_sink dns;
	void (*hello)(void *ctx, const struct hello *h);		/* this and the next three may be NULL; ctx is theirs */
	/* A QUIC connection begins, or is met: way, version (of QUIC) and the addresses.  Its hello, if it can be read, comes behind; who is
	 * the client is a guess until then. */
	void (*quic)(void *ctx, const struct hello *flow);
	void (*sealed)(void *ctx, const struct sealed *x);
	void (*sealed_answer)(void *ctx, const struct sealed *x);	/* over TCP: each packet in which the server says something */
	void *ctx;
};

struct pick_counts {
	uint64_t hellos[HELLO_WAYS];	/* sessions of which the client's first message was seen; of HTTP: hosts named, one after the other */
	uint64_t named[HELLO_WAYS];	/* of these, with a name */
	uint64_t tls_answers;		/* sessions of which the server's was */
	uint64_t quic_conns;
	uint64_t sealed[DNS_WAYS];	/* sessions of sealed DNS */
};

struct pick;

/* NULL if there is no memory.  Copies its arguments, but for the counts. */
struct pick *pick_new(const struct pick_limits *limits, const struct pick_sinks *sinks, struct why_counts *why, uint64_t seed);
void pick_free(struct pick *k);		/* NULL is welcome; nothing more is handed out */

/* One TCP packet, or UDP datagram, that is no fragment. */
void pick_tcp(struct pick *k, const struct pkt *p, const struct frame *f);
void pick_udp(struct pick *k, const struct pkt *p, const struct frame *f);
/* Time has come to `now` (packet time). */
void pick_tick(struct pick *k, usec_t now);
/* The capture has ended: hand out what waits behind holes. */
void pick_flush(struct pick *k);

const struct stream_gate *pick_gate(const struct pick *k);
const struct pick_counts *pick_counts(const struct pick *k);
size_t pick_bytes(const struct pick *k);

enum { PORT_DNS = 53, PORT_SEALED_DNS = 853, PORT_MDNS = 5353, PORT_LLMNR = 5355 };

static inline bool
pick_port(uint16_t port)
{
	return port == PORT_DNS || port == PORT_SEALED_DNS || port == PORT_MDNS || port == PORT_LLMNR;
}

/* Whether these bytes may begin something that is read: a TLS handshake, an HTTP request or response, a frame of HTTP/2. */
static inline bool
pick_begins(const uint8_t *p, uint32_t n)
{
	if (n < 6)
		return false;
	if (p[0] >= 'A' && p[0] <= 'Z')
		return p[1] >= 'A' && p[1] <= 'Z' && p[2] >= 'A' && p[2] <= 'Z' && strchr("GPHODC", p[0]) != NULL;
	return (p[0] == 22 && p[1] == 3) || (n >= 9 && p[0] == 0 && p[1] <= 0x40 && p[3] <= 9 && p[5] == 0);
}

/* Whether pick_tcp() has any use for this TCP packet: it opens a connection, belongs to one that is followed, or may begin
 * something that is read. */
static inline bool
pick_wants(const struct stream_gate *g, const struct pkt *p)
{
	if ((p->tcp_flags & TCP_SYN) != 0 || stream_followed(g, p))
		return true;
	return p->pay_wire > 0 && (pick_port(p->sport) || pick_port(p->dport) || pick_begins(p->pay, p->pay_have));
}

/* Whether pick_udp() has any use for this UDP datagram: it may be QUIC. */
static inline bool
pick_wants_udp(const struct pkt *p)
{
	if (p->sport == PORT_SEALED_DNS || p->dport == PORT_SEALED_DNS)
		return true;
	return !pick_port(p->sport) && !pick_port(p->dport) && quic_begins(p->pay, p->pay_have);
}

#endif
