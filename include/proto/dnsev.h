/* proto/dnsev.h - one DNS message, whatever carried it: who told whom what.
 *
 * Every transport ends here (UDP, TCP, DoT, DoH, DoQ); from here on nobody asks how it came. */
#ifndef PROTO_DNSEV_H
#define PROTO_DNSEV_H

#include "packet/pkt.h"
#include "proto/dnsmsg.h"

enum dns_way { DNS_UDP, DNS_TCP, DNS_DOT, DNS_DOH, DNS_DOQ, DNS_WAYS };
const char *dns_way_name(enum dns_way w);

struct dns_event {
	usec_t t;			/* of the packet that completed it */
	struct addr client, server;	/* a response goes from server to client */
	uint16_t cport, sport;
	uint32_t scope;
	struct sender from;		/* out of a stream: without its TTL */
	enum dns_way way;
	uint32_t ttl_less;		/* seconds to take off every TTL: HTTP Age (RFC 8484 5.1) */
	uint32_t ttl_cap;		/* no TTL counts for more: HTTP max-age; UINT32_MAX if none */
	const uint8_t *msg;
	uint32_t wire, have;
	const struct frame *frame;	/* the packet that completed it; NULL where there is none */
	const struct dns_walk *walk;	/* NULL: not walked yet */
	uint32_t hint;			/* the id that its client (of a question) or set of records (of an answer) has perhaps in its table */
};

/* Where decoders hand messages over. */
struct dns_sink { void (*message)(void *ctx, const struct dns_event *ev); void *ctx; };

#endif
