/* store/rows.h - what is written at a flush, as plain rows.
 *
 * The store knows nothing of packets and tables: whoever flushes fills these in.  Texts are UTF-8 or escaped ASCII,
 * NULL where not known; numbers that are not known are -1, times TM_NONE: all three become NULL in SQL. */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/tm.h"
#include "judge/cause.h"
#include "judge/standing.h"

enum finding_kind { KIND_CONNECTION, KIND_ANSWER, KIND_RESOLVER, KIND_ZONE };
const char *kind_name(enum finding_kind k);

#define FINDING_ID 17		/* 16 hexadecimal digits and a 0 */

struct row_finding {			/* key: id.  Absolute values: the row is replaced */
	const char *id;
	enum finding_kind kind;
	const char *mode;		/* F1 ... F8 */
	enum severity severity;
	enum finding_state state;
	int64_t returned;
	enum cause cause;
	enum confidence confidence;
	uint32_t could_also_be, extended_by;	/* CAUSE_BIT() */
	const char *client, *scope, *name, *chain, *listed, *deprecated_ip, *proto;
	int port;
	int64_t listing;		/* the list entry, from store_listing() */
	usec_t legit_until;
	const char *legit_basis;
	usec_t first_seen, last_seen, drains_by;
	usec_t longest;			/* the most covered time between two contacts */
	usec_t resolves;		/* by silence, if nobody comes any more; TM_NONE: it is not open */
	int64_t connections, draining, stale, held;
	int64_t by_cause[CAUSE_COUNT];	/* 0 where there was none */
	int64_t established, refused, timed_out, unreachable, unseen;
	int64_t bytes_to, bytes_from;
	const char *reused, *server_name, *resolver, *dns_transport;
	int64_t answers;
};

struct row_flow {			/* key: id */
	int64_t id;
	const char *finding;		/* its id; NULL: named by no finding (yet) */
	usec_t started, ended, last_data;
	const char *client, *server, *proto, *name, *server_name, *outcome;
	int client_port, port;
	int stale;			/* 1 stale, 0 draining, -1 neither (opened before) */
	enum cause cause;
	enum confidence confidence;
	int64_t gap_us;			/* from the last answer that holds the address to the connection; INT64_MIN: none */
	int64_t bytes_to, bytes_from;
	uint64_t tag;			/* TCP initial sequence number: tells the connection to another sensor */
	uint32_t could_also_be;		/* CAUSE_BIT() */
	uint64_t yes, no, doubt;	/* the facts the verdict rests on (judge/rule.h) */
};

struct row_frame {			/* key: id; a packet kept because a verdict rests on it */
	int64_t id, source;
	usec_t t;
	uint64_t number, offset;
	int link;
	uint32_t wire;
	const void *bytes;
	size_t have;
};

struct row_evidence {			/* key: finding, seq */
	const char *finding;
	int seq;
	usec_t at;
	const char *role;		/* "answer", "replacement", "query", "zone", "syn", "outcome", "data" ... */
	const char *what;		/* one line for a person */
	const char *server;
	int64_t ttl;
	usec_t expires;
	int64_t frame;			/* row_frame.id, or -1 */
	int64_t flow;			/* row_flow.id, or -1 */
};

struct row_answer {			/* added to what is there: count, first, last, smallest and largest TTL */
	const char *name, *type, *data, *server, *server_role;
	int64_t ttl_min, ttl_max, count;
	usec_t first, last;
	int64_t after_legit;		/* of these, answers that were stale; -1: its data is no listed address */
};

struct row_resolver {			/* key: sensor, server, scope; replaced */
	const char *server, *scope, *role;
	int64_t clients, answers, after_legit, ttl_floor, ttl_cap, stale_ttl, optimistic, prefetch, caches, upstreams, samples;
	usec_t last_after;
};

struct row_habit {			/* key: sensor, client, scope; replaced */
	const char *client, *scope;
	int64_t samples, beyond;	/* know/habit.h */
	usec_t longest, soonest, wall;	/* microseconds long; TM_NONE: not known */
};

struct row_client { const char *prefix, *label, *owner, *site, *host, *role; };	/* NULL: not given, but for the prefix */

struct row_listing {
	const char *listed, *name, *clients, *replacement, *owner, *ticket, *note;
	usec_t deprecated_at, reinstated_at;
	int64_t ttl;
};

/* Why an entry is unproven, in the run's words and in a report's. */
#define ENTRY_NO_SIGHT "no client on its way to the address was seen here before it was retired"
struct row_deprecated {			/* key: listing; what is known of an entry at the end of the data */
	int64_t listing;
	const char *state;		/* contacted draining clean unproven */
	const char *why;		/* for unproven: one line */
	usec_t legit_until;
	const char *legit_basis;
	int64_t clients_open, clients_draining;
	int seen_before;		/* 0, 1 or -1: who goes there is seen here */
	usec_t last_connection, last_stale_answer;
	int64_t unattributed;
	double covered;			/* share of the period, 0..1; negative: not known */
	int64_t grace;			/* --grace, microseconds */
};

struct row_forecast { int64_t listing; usec_t made, at; double low, expected, high; };	/* key: the first three; clients left */

struct row_used {			/* key: listing, client, scope; joined with what is there: later times win */
	int64_t listing;
	const char *client, *scope, *server;	/* server: who gave the answer that runs longest */
	usec_t before;			/* it connected, or was told the address, before that was retired: the last time that is known */
	usec_t told, expires;		/* the last answer with an address of the entry; when the one that runs longest runs out */
	usec_t other;			/* since that answer it was told something else; TM_NONE: it was not */
	usec_t open;			/* its oldest connection from before that is still open, used since or not; TM_NONE */
};

struct row_waiver {			/* key: id */
	int64_t id;
	const char *finding, *address, *client, *name, *reason, *owner, *approved_by;
	usec_t expires;
};

struct row_waivable {			/* of a finding, what waivers look at */
	const char *id, *address, *client, *name, *listed_name;
};

struct row_coverage {			/* key: source, link; replaced */
	int64_t source;
	const char *link;		/* "eth0", "Ethernet" */
	usec_t started, ended;
	int64_t packets, lost;
	const char *unread;		/* JSON object reason -> count */
	int64_t queries, answers;	/* DNS messages over all transports */
	int64_t one_sided, encrypted;	/* queries or answers without the other; sessions */
	const char *seen;		/* "client-dns:both upstream:none flows:both" */
	const char *reason;		/* why it ended or what narrowed it: "filter: udp", "cut" */
};

struct row_source {			/* key: id */
	int64_t id, run;
	const char *sensor, *file;
	unsigned char head[32];		/* SHA-256 of its first 64 KiB, uncompressed */
	uint64_t head_len;
	uint64_t packets, bytes;	/* read so far: the next run goes on there */
	usec_t first_seen, last_seen;
	int whole;			/* read to its end */
};

#endif
