/* A TCP connection, a packet at a time: handshake, a request, its answer in segments, the end. */
#ifndef GEN_FLOW_H
#define GEN_FLOW_H

#include <stdint.h>

#include "rnd.h"
#include "wire.h"

enum flow_kind { FLOW_HTTPS, FLOW_HTTP, FLOW_REFUSED, FLOW_SILENT };

struct flow {
	struct ends ends;		/* from the client */
	enum flow_kind kind;
	int step;			/* enum in flow.c */
	uint32_t seq[2];		/* next: the client's, the server's */
	uint32_t segments;		/* of the answer, still to come */
	uint32_t owed;			/* segments not yet acknowledged */
	unsigned tries;			/* SYNs sent without an answer */
	uint64_t not_before;		/* packet time of the next packet */
	char host[64];			/* asked for in the request */
};

/* Begin; `f->ends`, `f->kind`, `f->segments` and `f->host` are set. */
void flow_begin(struct flow *f, struct rnd *r);
/* Write the next packet, if it is due.  Returns 1 while there is more to come, 0 after the last. */
int  flow_step(struct flow *f, struct out *o, struct rnd *r);

#endif
