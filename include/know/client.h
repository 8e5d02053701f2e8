/* know/client.h - what can be seen of each host that asks: whether its DNS crosses this link, both ways, or sealed.
 *
 * Bound     At most `max` hosts; one that was not heard of for long goes, and is counted. */
#ifndef KNOW_CLIENT_H
#define KNOW_CLIENT_H

#include "base/addr.h"
#include "base/table.h"
#include "base/tm.h"
#include "base/why.h"
#include "know/loss.h"
#include "packet/pkt.h"

#define CLIENT_SERVERS 4

struct client_key { struct addr addr; uint64_t scope; };
struct client_link {				/* bytes alone, for they are stored as they are */
	struct sender from;			/* of its last question */
	uint8_t nic[6];				/* the network card that it was last seen behind when it did something of interest (know/nic.h); 0: none that says anything */
	uint8_t flaps;				/* it is behind two in turn: neither says anything */
	uint8_t began;				/* it was seen to take up its address before it did anything else */
};
struct client {
	struct entry e;
	struct client_key key;
	uint64_t queries, answers;
	struct loss loss;			/* of its answers: whether the question was seen */
	usec_t first_query, last_query, last_answer;	/* TM_NONE: never */
	uint32_t as_server;			/* it answers others too: its id + 1 (know/resolver.h); 0: it does not */
	uint32_t by[CLIENT_SERVERS];		/* servers that it was told by, with RA: their ids + 1 */
	bool sampled;				/* its habits are learned (know/habit.h) */
	bool heard;				/* since it was added, or passed over when another had to go */
	bool running;				/* it did something */
	struct client_link link;
	/* up to here what questions and answers touch */
	uint32_t host;				/* its number in the kept history; 0: not there yet */
	usec_t last_sealed;			/* its last sign of DoT, DoH or DoQ */
	usec_t sealed_answer;			/* the last packet of such a server to it */
	uint32_t untold, untold_timed;		/* connections to listed addresses of which no answer was read; that began right after such a packet */
	usec_t since;				/* before, the address was another machine's; TM_NONE: not seen */
	usec_t came;				/* the last time it took up its address: it started, woke, or came from another network; TM_NONE: not seen */
};
#define CLIENT_BUSY offsetof(struct client, host)
struct client_table { struct table t; struct why_counts *counts; };

bool client_init(struct client_table *c, uint32_t max, struct why_counts *counts, uint64_t seed);
void client_free(struct client_table *c);
struct client *client_find(const struct client_table *c, const struct addr *a, uint32_t scope);	/* NULL: never heard of */
struct client *client_get(struct client_table *c, const struct addr *a, uint32_t scope);		/* made if new; NULL: no memory */
/* It takes up its address now (packet/begin.h). */
void client_came(struct client_table *c, const struct addr *a, uint32_t scope, usec_t t);
/* The same of a client who is likely to have this id. */
struct client *client_again(struct client_table *c, uint32_t id, const struct addr *a, uint32_t scope);

#endif
