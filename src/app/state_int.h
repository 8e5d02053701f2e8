/* app/state_int.h - what is kept of each table (state_fields.c), for state.c. */
#ifndef APP_STATE_INT_H
#define APP_STATE_INT_H

#include "app/engine.h"
#include "base/pack.h"

enum { ST_HEAD = 1, ST_NAMES, ST_QUERIES, ST_CLIENTS, ST_SERVERS, ST_SERVED, ST_ZONES, ST_LEDGER, ST_KEPT, ST_FLOWS, ST_CONNS, ST_FINDINGS, ST_SEEN, ST_SOURCE, ST_HOSTS, ST_NS_SETS, ST_NS_HOSTS, ST_REFERRALS, ST_SCANS, ST_HABITS, ST_PROFILES, ST_SERVICES, ST_NICS };

/* Single numbers. */
struct head {
	uint32_t version, layout, both_ways, saw_syn, lossy;
	usec_t begin, now, last_packet;
	uint64_t last_flow, last_kept, asked, repeated, answered, unanswered, unasked;
	struct loss loss;
	struct copy_clocks clocks;
	struct sample zone;		/* of zones' names */
};
struct table_state { int kind; const struct pack_field *fields; struct table *table; };
#define STATE_TABLES 18

extern const struct pack_field state_head_fields[], state_kept_fields[], state_source_fields[];
/* The tables that are kept as they are, with the description of their entries. */
void state_tables(struct engine *e, struct table_state out[STATE_TABLES]);

#endif
