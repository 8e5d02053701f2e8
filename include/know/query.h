/* know/query.h - questions that wait for their answer.
 *
 * Matching them tells what was asked and never answered, what was answered unasked (a hole in what we see), and who is a
 * client of whom.
 * Bound     At most `max`; the oldest goes first.  One waits QUERY_WAIT. */
#ifndef KNOW_QUERY_H
#define KNOW_QUERY_H

#include "base/addr.h"
#include "base/table.h"
#include "base/tm.h"
#include "base/why.h"

#define QUERY_WAIT (30 * TM_SEC)

struct query_key { struct addr client, server; uint64_t which; };	/* which: scope, the client's port, id */
struct query { struct entry e; struct query_key key; usec_t t; uint32_t client; };	/* client: where know/client.h had it */
struct query_table {
	struct table t;
	struct why_counts *counts;
	uint64_t asked, repeated, answered, unanswered, unasked;	/* unanswered: waited too long; unasked: answers without a question */
};

static inline struct query_key
query_key(const struct addr *client, const struct addr *server, uint32_t scope, uint16_t port, uint16_t id)
{
	return (struct query_key){ *client, *server, (uint64_t)scope << 32 | (uint32_t)port << 16 | id };
}

bool query_init(struct query_table *q, uint32_t max, struct why_counts *counts, uint64_t seed);
void query_free(struct query_table *q);
void query_ask(struct query_table *q, const struct query_key *k, uint32_t client, usec_t now);
/* When this answer was asked for; TM_NONE if no question waits for it, and *client is left alone. */
usec_t query_answer(struct query_table *q, const struct query_key *k, uint32_t *client);
void query_tick(struct query_table *q, usec_t now);

#endif
