/* app/extract.h - the first of two steps: captured packets to events.
 *
 * Nothing is shared and nothing remembered between packets, so that blocks could be extracted side by side; everything with a memory is in
 * the second step (app/engine.h), which takes the events in file order. */
#ifndef APP_EXTRACT_H
#define APP_EXTRACT_H

#include "app/filter.h"
#include "base/watch.h"
#include "input/block.h"
#include "packet/decode.h"
#include "proto/dnsmsg.h"

#define EXTRACT_BATCH 64		/* what is known of so many stays in the processor's first caches */
#define EXTRACT_TAGS (EXTRACT_BATCH * 16 + DNS_RRS_MAX)

enum event_kind {
	EVENT_DNS,		/* a message over UDP, walked */
	EVENT_TCP,		/* opens or ends a flow, belongs to a listed address, or has payload */
	EVENT_UDP,		/* from or to a listed address, or QUIC perhaps */
	EVENT_ICMP,		/* an error about another packet */
	EVENT_FRAGMENT,
	EVENT_BEGINS,		/* somebody takes up the address pkt.dst */
	EVENT_SKIP		/* not used; why says the reason */
};

struct event {
	struct frame frame;
	struct pkt pkt;
	uint8_t kind;		/* enum event_kind */
	uint8_t why;		/* enum why, of EVENT_SKIP */
	bool watched;		/* one end is a listed address */
	bool dns;		/* of EVENT_DNS: header and question could be read; walk is set */
	struct copy_slot *slot;	/* where its copy would be; NULL: not looked for yet */
	uint32_t hint;		/* as in struct dns_event */
	struct dns_walk walk;	/* walk.rr is in the batch */
};

struct batch { struct event events[EXTRACT_BATCH]; uint32_t n; struct dns_tag tags[EXTRACT_TAGS]; };

/* Events of those of recs[0..n) that the filter wants (NULL: all), as far as they are of one source and the batch has room; returns
 * how many records were used (at least one). */
uint32_t extract(struct batch *b, const struct rec *recs, uint32_t n, const struct filter *filter, const struct watch *w, uint64_t seed);
/* What a decoded packet is to us: fills in the event whose frame and pkt are set.  tags has room for DNS_RRS_MAX.  False if it is nothing. */
bool extract_packet(struct event *ev, const struct watch *w, uint64_t seed, struct dns_tag *tags);

#endif
