/* report/ready_past_int.h - all of a kept history (store/history.h) in memory, in order of time: who was told what, who connected where.
 *
 * What two sensors, or two databases of a book, hold of the same ends and moment is one: events have neither ports nor sequence numbers, so
 * the n-th that one saw within two seconds is the n-th of the other. */
#ifndef REPORT_READY_PAST_INT_H
#define REPORT_READY_PAST_INT_H

#include "store/history.h"

#define PAST_ADDRS 32
#define PAST_OPEN UINT32_MAX	/* a connection's length: it was open when the data ended */

struct past_answer { char *name; struct addr addr[PAST_ADDRS]; unsigned naddr; uint16_t type; uint64_t n; };
struct past_event { usec_t t; uint64_t from; struct page_event e; bool met; };	/* from: sensor and database */
struct past {
	struct hosts hosts;
	struct past_answer *said;	/* by id, below nsaid */
	uint32_t nsaid;
	struct past_event *at;		/* by time; its ids are of hosts and answers */
	size_t n, cap;
	uint8_t *dns_seen;		/* by host: it was told something */
	usec_t now;			/* the end of the data */
	bool failed;
};

/* 0 or ST_*; ready_past_free() in any case. */
int ready_past_read(struct reader *rd, struct past *out, struct err *err);
void ready_past_free(struct past *p);

#endif
