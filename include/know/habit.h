/* know/habit.h - how long a client goes on with an answer, over all the names that it asks for.
 *
 * A cache of its own shows where a connection uses an answer that has run out and the client asks for the name again later: how old
 * answers are at most when they are used, and at least when it asks anew.  Where the first is never more than the second over many
 * names, all of them are kept for the same time: a wall.
 *
 * Bound     A sample of clients: the first HABIT_CLIENTS that are heard of, and in the place of the oldest of them those that were told a
 *           listed address.  HABIT_RECENT addresses each, the one told longest ago makes room.
 * Hot path  habit_connects() is one look-up for each connection, habit_told() some more for the answers of a sampled client. */
#ifndef KNOW_HABIT_H
#define KNOW_HABIT_H

#include "base/table.h"
#include "base/tm.h"
#include "know/client.h"
#include "proto/dnsmsg.h"

#define HABIT_CLIENTS 256
#define HABIT_RECENT 32
#define HABIT_ENOUGH 20			/* observations before a habit is one */

struct habit_told {
	struct addr addr;
	uint64_t name;			/* its hash, the same in each run */
	usec_t told, expiry;
	usec_t used;			/* last connection; TM_NONE if none */
};
struct habit {
	struct entry e;
	struct client_key key;
	uint8_t n;
	uint32_t samples;		/* names asked for again of which an answer was used after it had run out */
	uint32_t beyond;		/* answers used long after, the name not asked again */
	usec_t longest;			/* the greatest age of an answer in use */
	usec_t soonest;			/* the least at which such a name was asked for again */
	struct habit_told of[HABIT_RECENT];
};
struct habit_table { struct table t; usec_t grace; };

bool habit_init(struct habit_table *h, usec_t grace, uint64_t seed);
void habit_free(struct habit_table *h);
/* The client's, NULL if it is not in the sample.  keep: it is of interest, and shall be. */
struct habit *habit_of(struct habit_table *h, const struct client_key *client, bool keep);
const struct habit *habit_find(const struct habit_table *h, const struct addr *client, uint32_t scope);
/* Behind the address is another machine now. */
void habit_forget(struct habit_table *h, const struct client_key *client);
/* It was told these addresses at t, for so many seconds. */
void habit_told(struct habit *h, const struct dns_set *set, usec_t t, uint32_t ttl, usec_t grace);
/* It connects. */
void habit_connects(struct habit_table *h, const struct addr *client, uint32_t scope, const struct addr *server, usec_t t);
/* After how long it asks again, over enough observations that agree; TM_NONE if that is not known. */
usec_t habit_wall(const struct habit *h);

#endif
