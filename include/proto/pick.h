/* proto/pick.h - which decoder for which flow: TCP connections from their packets to DNS messages.
 *
 * A connection is followed from its SYN until its first bytes say that nobody here reads it.
 *
 * Owner     What a sink is given is valid during the call.
 * Bound     limits.bytes for all that is kept, and limits.streams connections; see packet/stream.h.
 * Order     Messages come as they are complete, most with the packet that completed them.  One that waited behind a hole has the time
 *           at which it was seen, at most limits.hole and limits.idle before that of the packet that made it come, and no frame.
 * Hot path  pick_wants() is for every TCP packet, pick_tcp() for those it wants. */
#ifndef PROTO_PICK_H
#define PROTO_PICK_H

#include "packet/stream.h"
#include "proto/dnsev.h"

struct pick_limits {
	uint32_t streams;	/* connections at once, at most 65535 */
	size_t bytes;		/* for all together */
	usec_t hole, idle;	/* as in packet/stream.h; idle is for UDP too */
};

struct pick_sinks { struct dns_sink dns; };

struct pick;

/* NULL if there is no memory.  Copies its arguments, but for the counts. */
struct pick *pick_new(const struct pick_limits *limits, const struct pick_sinks *sinks, struct why_counts *why, uint64_t seed);
void pick_free(struct pick *k);		/* NULL is welcome; nothing more is handed out */

/* One TCP packet that is no fragment. */
void pick_tcp(struct pick *k, const struct pkt *p, const struct frame *f);
/* Time has come to `now` (packet time). */
void pick_tick(struct pick *k, usec_t now);
/* The capture has ended: hand out what waits behind holes. */
void pick_flush(struct pick *k);

const struct stream_gate *pick_gate(const struct pick *k);
size_t pick_bytes(const struct pick *k);

enum { PORT_DNS = 53, PORT_MDNS = 5353, PORT_LLMNR = 5355 };

static inline bool
pick_port(uint16_t port)
{
	return port == PORT_DNS || port == PORT_MDNS || port == PORT_LLMNR;
}

/* Whether pick_tcp() has any use for this TCP packet: it opens a connection, belongs to one that is followed, or may begin
 * something that is read. */
static inline bool
pick_wants(const struct stream_gate *g, const struct pkt *p)
{
	if ((p->tcp_flags & TCP_SYN) != 0 || stream_followed(g, p))
		return true;
	return p->pay_wire > 0 && (pick_port(p->sport) || pick_port(p->dport));
}

#endif
