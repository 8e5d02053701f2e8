/* proto/dnstcp.h - DNS messages in one direction of a TCP connection (RFC 1035 4.2.2, RFC 7766): two bytes of length each.
 *
 * From the start of a connection every message is where the lengths say.  A hole inside one message costs that message alone,
 * for its end is known; after a larger one, and where a connection is joined in its middle, a message is looked for at the beginning
 * of each segment (proto/dnslook.h).
 *
 * Bound     It holds no bytes: the stream keeps those of the message that is not complete yet, at most 65537. */
#ifndef PROTO_DNSTCP_H
#define PROTO_DNSTCP_H

#include "proto/dnslook.h"

enum dnstcp_sync { DNSTCP_LOST, DNSTCP_FOUND /* until a message does not look like one */, DNSTCP_SURE };

struct dnstcp {			/* one direction */
	enum dnstcp_sync sync;
	uint32_t skip;		/* of a message given up, so many bytes are still to come */
	uint32_t first;		/* while lost: the first segment of those that wait, if there are two */
};

/* A message of `wire` bytes, the first `have` of them here. */
typedef void dnstcp_fn(void *ctx, const uint8_t *msg, uint32_t wire, uint32_t have);

/* from_start: the next byte is the first of the connection. */
static inline struct dnstcp
dnstcp_make(bool from_start)
{
	return (struct dnstcp){ .sync = from_start ? DNSTCP_SURE : DNSTCP_LOST };
}

/* The next n bytes, those that were not taken before first.  Hands out the messages that are complete; returns how many bytes are taken. */
size_t dnstcp_data(struct dnstcp *d, const uint8_t *p, size_t n, enum dns_side side, dnstcp_fn *fn, void *ctx);
/* `lost` bytes are missing behind the n that were left.  Of a message that has begun, what is here is handed out. */
void dnstcp_gap(struct dnstcp *d, const uint8_t *p, size_t n, uint32_t lost, dnstcp_fn *fn, void *ctx);

#endif
