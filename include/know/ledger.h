/* know/ledger.h - what each client was told about a retired address: for which names, by whom, when, for how long, and
 * what it was told instead since.
 *
 * Bound     At most `max` (client, address); the longest unused goes first, and is counted.  LEDGER_NAMES names each, the one told
 *           longest ago makes room. */
#ifndef KNOW_LEDGER_H
#define KNOW_LEDGER_H

#include "base/addr.h"
#include "base/table.h"
#include "base/tm.h"
#include "know/kept.h"
#include "know/resolver.h"
#include "know/zone.h"

#define LEDGER_NAMES 4
#define LEDGER_PATH 4
#define LEDGER_WAIT (5 * TM_SEC)	/* a question without an answer for longer was lost, or its answer was */

struct told {				/* about one name asked */
	uint32_t path[LEDGER_PATH];	/* the name asked, and the aliases that led to the address (know/names.h) */
	uint8_t npath;
	uint8_t way;			/* enum dns_way */
	uint8_t by;			/* enum zone_by: what led from the name asked */
	bool aa, ra;
	bool authority;			/* a server of the zone told it itself */
	struct zone_stood stood;	/* then: how the zone stood */
	uint32_t n;			/* answers that held it */
	usec_t first, last;		/* of them */
	usec_t t, expiry;		/* of the one that ran longest, or, where that has run out, the last */
	uint32_t ttl;			/* as delivered, the least over the path */
	uint32_t server;		/* who delivered it (know/resolver.h) */
	struct origin from;		/* who it comes from */
	uint64_t kept;			/* that packet */
	usec_t other;			/* last time it was told anything else for this name; TM_NONE if never */
	uint64_t kept_other;
	usec_t asked;			/* last time it asked for this name; TM_NONE if not seen */
	usec_t answered;		/* last answer of any content */
	uint32_t unanswered;		/* questions since */
	usec_t waits;			/* the first of them; TM_NONE */
	usec_t failed;			/* last time the answer was that it cannot be answered; TM_NONE if never */
	usec_t beyond;			/* the answer (its time) that a connection used long after it ran out, not having asked again; TM_NONE */
	usec_t together;		/* the last question that a connection left with, on an answer that had run out; TM_NONE */
	bool awaited;			/* its answer is not seen yet */
	uint32_t n_together, n_apart;	/* such questions, answered; connections on an answer that had run out, and no question under way */
	uint32_t question;		/* port and id of the last question: seen again when it is answered, it is a copy */
	usec_t unheard, unheard_last;	/* the last row of questions of which no answer was seen; TM_NONE */
	usec_t deaf;			/* the last question to a server of which no answer to this client is ever seen; TM_NONE */
	struct addr deaf_to;
};
struct ledger_key { struct addr client, addr; uint32_t scope, zero; };
struct ledger_entry {
	struct entry e;
	struct ledger_key key;
	uint32_t n;
	usec_t since;			/* of its client (know/client.h): since when the address is this machine's */
	struct told told[LEDGER_NAMES];
};
struct ledger {
	struct table t;
	struct kept_table *kept;
	struct why_counts *counts;
	usec_t since;			/* to be set before a client is told or asks: its own; what was told before was told another machine, and goes */
};

bool ledger_init(struct ledger *l, uint32_t max, struct kept_table *kept, struct why_counts *counts, uint64_t seed);
void ledger_free(struct ledger *l);
struct ledger_entry *ledger_find(const struct ledger *l, const struct addr *client, uint32_t scope, const struct addr *a);

/* What it was told about one name, or NULL. */
const struct told *ledger_name(const struct ledger_entry *e, uint32_t name);

struct ledger_answer {
	struct addr client, addr;
	uint32_t scope, server, ttl;
	struct origin from;
	const uint32_t *path;
	uint8_t npath, way, by;
	bool aa, ra, authority;
	struct zone_stood stood;
	usec_t t;
	const struct frame *frame;
};
/* The client was told the address. NULL without memory. */
struct told *ledger_told(struct ledger *l, const struct ledger_answer *a);
/* The client was told something else for this name. */
void ledger_told_other(struct ledger *l, const struct addr *client, uint32_t scope, const struct addr *a, uint32_t name,
                       usec_t t, const struct frame *frame);
/* The server says that it cannot answer. */
void ledger_failed(struct ledger *l, const struct addr *client, uint32_t scope, const struct addr *a, uint32_t name, usec_t t);
/* The same in an answer about service bindings: that says nothing to whom an address record told it. */
void ledger_hint_other(struct ledger *l, const struct addr *client, uint32_t scope, const struct addr *a, uint32_t name,
                       usec_t t, const struct frame *frame);
/* An answer that leads on to another name, of which it says nothing. */
void ledger_answered(struct ledger *l, const struct addr *client, uint32_t scope, const struct addr *a, uint32_t name, usec_t t);
struct ledger_question {
	struct addr client, addr, server;
	uint32_t scope, name, number;	/* number: its port and id */
	bool audible;			/* answers of this server to this client are seen here */
	usec_t t;
};
/* The client asks for a name that leads to the address. */
void ledger_asked(struct ledger *l, const struct ledger_question *q);
/* Whether an answer was seen to the question that was asked then. */
bool told_heard_back(const struct told *t, usec_t asked);

#endif
