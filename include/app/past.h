/* app/past.h - what was answered and who connected where, gathered for the kept history (store/history.h).
 *
 * An answer costs the writing of a few numbers; an hour's events are sorted and packed when the hour is over, at a flush, or
 * when there is no more room for them.
 * Bound     `max` events at a time; then they are stored early, nothing is lost. */
#ifndef APP_PAST_H
#define APP_PAST_H

#include "know/client.h"
#include "know/memo.h"
#include "packet/flow.h"
#include "proto/dnsev.h"
#include "store/history.h"

struct past_met { int64_t hour; struct page_event e; };
struct past {
	struct page_event *told, *spare;
	size_t n, cap, max;
	struct past_met *met;
	size_t nmet, met_cap;
	int64_t hour;			/* of told[], since 1970 */
	int64_t first_day, last_day;	/* whose connections have changed; first > last: none */
	uint64_t events, entries;	/* gathered; in the pages written */
	double seconds;			/* CPU spent on it */
	bool failed;			/* no memory */
};

struct engine;

void past_init(struct past *p, size_t max);
void past_free(struct past *p);
/* An answer was delivered.  Hot path of --history all. */
void past_told(struct engine *e, const struct dns_event *ev, const struct dns_walk *w, struct memo_set *s, struct client *c, uint32_t server);
/* A flow has ended, or (at the end of the data) still lives. */
void past_met(struct engine *e, const struct flow *f);
/* Store what has gathered. */
void past_drain(struct engine *e);
/* The data ends here, for now: what is open, and the days' numbers; forget what is older than is to be kept. */
void past_end(struct engine *e);

#endif
