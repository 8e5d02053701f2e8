/* What a client does at one go: it asks for a name (A, perhaps AAAA too), then perhaps connects.
 * Each step writes one packet; many visits go on at once, so their packets mix. */
#ifndef GEN_VISIT_H
#define GEN_VISIT_H

#include <stdint.h>

#include "flow.h"
#include "zone.h"

/* What the file holds.  Kept by the writer of the packets, not by reading them back. */
struct truth {
	uint64_t queries, responses;		/* all servers, resolver to authority too */
	uint64_t a, aaaa, cname;		/* records in answer sections */
	uint64_t flows;				/* TCP connections begun */
};

struct world {
	struct out out;
	struct rnd rnd;
	struct zone zone;
	struct truth truth;
	int sees_upstream;			/* the resolver's own queries cross this link */
};

enum ask { ASK_NOTHING, ASK_A, ASK_BOTH };

struct visit {
	int stage;				/* enum in visit.c; 0 = over */
	uint32_t client;			/* its address */
	uint32_t name;
	enum ask ask;
	int connect;				/* 1: to flow.ends.dst, or where that is 0 to the first address told */
	uint16_t type;				/* asked for now */
	uint16_t id, port, upstream_id, upstream_port;
	struct flow flow;			/* kind and segments are set by the caller */
};

void visit_begin(struct world *w, struct visit *v);
int  visit_busy(const struct visit *v);
/* Write the visit's next packet, if it is due. */
void visit_step(struct world *w, struct visit *v);

#endif
