/* The clients that do not notice: each asks for a retired host before T and connects to it, asks again after the old
 * answer has run out and is told the replacement, and still connects to the old address, a known number of times. */
#ifndef GEN_RETIRED_H
#define GEN_RETIRED_H

#include <stdint.h>
#include <stdio.h>

#include "visit.h"

enum { RETIRED_CLIENTS = 20 };

struct planned {
	uint64_t at;			/* packet time */
	uint32_t client;		/* 0 .. RETIRED_CLIENTS - 1 */
	enum ask ask;
	int connect;
	enum flow_kind kind;
};

struct seen {				/* of one client; its address is RETIRED_CLIENT + its number */
	uint32_t before, connections, established, refused, timed_out;
	uint64_t first, last;		/* connection after T, packet time */
};

struct retired {
	struct planned *plan;		/* by time */
	uint32_t planned, begun;
	struct visit *visits;		/* of the plan, in its order */
	uint32_t done;			/* all before this one are over */
	struct seen seen[RETIRED_CLIENTS];
};

/* Plan for a capture from `start` for `duration` microseconds with `connections` after T, which is at one quarter.
 * -1 if there is no memory. */
int  retired_plan(struct retired *p, uint64_t start, uint64_t duration, uint32_t connections);
/* Write what is due, one packet at most. */
void retired_step(struct retired *p, struct world *w);
/* All that was planned is done. */
int  retired_over(const struct retired *p);
/* The list for staletap, and the clients as JSON. */
void retired_list(FILE *f, uint64_t retired_at);
void retired_truth(const struct retired *p, FILE *f);
void retired_free(struct retired *p);

#endif
