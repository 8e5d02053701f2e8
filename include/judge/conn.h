/* judge/conn.h - connections to listed addresses, each with what was known when it opened.
 *
 * Owner     The table owns them.
 * Bound     Never more than `max`.  One is settled when its flow has ended and CONN_LATE has passed since it opened: what becomes known
 *           afterwards does not change its verdict any more.  At the bound the oldest is settled early, and counted.
 * Order     By opening. */
#ifndef JUDGE_CONN_H
#define JUDGE_CONN_H

#include "judge/rule.h"
#include "know/know.h"
#include "packet/flow.h"

#define CONN_LATE (3600 * TM_SEC)
#define CONN_HORIZON (60 * TM_SEC)	/* how long stubs and browsers are known to hold on (FIELD 3.5) */
#define CONN_QUIC 200			/* proto: UDP that speaks QUIC */

enum conn_hello { HELLO_UNREAD, HELLO_NAMED, HELLO_NAMELESS /* none, or an address */ };

struct hint {				/* a name that may have led here, as things stood when the connection opened */
	uint32_t path[LEDGER_PATH];
	uint8_t npath, way, by;
	bool heard;			/* the client was told the address for it */
	usec_t t, expiry;		/* the answer that counts; TM_NONE if none */
	uint32_t ttl, server;
	struct origin from;		/* whom it comes from */
	usec_t other, asked, answered, waits, failed, deaf;
	uint64_t kept, kept_other;
	struct facts facts;		/* about the zone and the resolver */
	struct lead lead;		/* what had led the client to the name; n 0: nothing */
};

enum conn_race { RACE_OPEN, RACE_NONE, RACE_LOST };	/* judge/race_int.h */

struct conn {
	struct entry e;
	uint64_t flow;			/* its id: the key */
	uint32_t flow_at;		/* its place in the flow table, until it ended */
	struct addr client, server;
	struct addr who;		/* what is known of the client is known of this one (know/machine.h), or of another address of its network card */
	struct sender from;		/* of its first packet */
	bool lent;			/* who is what the network card says (judge/sibling.c) */
	usec_t since;			/* of who (know/client.h), then */
	uint32_t scope;
	uint16_t cport, port;
	uint8_t proto;			/* IPP_TCP, IPP_UDP, CONN_QUIC */
	bool opening_seen;
	bool lossy;			/* packets were missing when it opened */
	bool recalled;			/* from kept history: what that cannot tell is not known */
	bool ended;
	bool shown;			/* the last look found it a contact */
	bool vip;			/* it was on its way to another address before */
	bool referred;			/* somebody had sent the client the address */
	uint8_t hello;			/* enum conn_hello */
	uint8_t outcome;		/* enum flow_outcome */
	usec_t t, last, last_data;
	usec_t begin;			/* since when there was data without a gap, and the client had its address */
	uint32_t isn;
	bool to_seen;			/* its client's side is seen here */
	bool stray;			/* all there is of it is the server's answer to a SYN, where SYNs are seen */
	bool background;		/* of a scanner, or stray: set before it is judged */
	uint8_t race;			/* enum conn_race */
	uint16_t rival_port;		/* of the client, towards rival; 0: none */
	struct addr rival;		/* another server, to whose same port it opened a connection almost at the same time */
	uint64_t bytes_to, bytes_from;
	uint32_t sni;			/* the server name it sent (know/names.h); NAME_NONE if not seen */
	uint8_t nhints;
	struct hint hints[LEDGER_NAMES];
	uint64_t kept_first, kept_last;
};

/* The client was told the address, but not for the name that it sent: just before it connected, or earlier. */
enum by_other { OTHER_NOT, OTHER_JUST, OTHER_EARLIER };

/* What is to be said of a connection, as far as is known now. */
struct finding_of {
	const struct dep_entry *entry;	/* NULL: no finding */
	const struct dep_entry *before;	/* the entry, of a connection that was over before it was retired */
	const struct hint *hint;	/* what the verdict rests on; NULL if nothing led here */
	struct facts facts;
	struct verdict verdict;
	struct legit legit;
	bool held, draining;		/* neither: stale */
	bool background;		/* no client's: not stale, and in no total; draining is set too */
	bool lossy;			/* of an answer: packets were missing then */
	bool unattributed;		/* named by nothing, and other names live on the address: counted, no more */
	enum by_other by_other;		/* hint is of another name */
	bool by_lead;			/* the entry is for a name that led to those of the hint (know/service.h) */
	struct lead lead;		/* of an answer: what had led its client to the name */
	uint32_t name;			/* that led here; NAME_NONE if not known */
};

/* Fill in what is known when the connection opens. */
void conn_open(struct conn *c, struct know *k, const struct flow *f, const struct frame *frame);
/* Where the network card turns out to be several machines', the client is known by its own address alone again. */
void conn_check(struct conn *c, struct know *k);
void conn_free(struct conn *c, struct know *k);		/* lets go of its packets */
struct finding_of conn_judge(const struct conn *c, const struct know *k);
/* What is known of a stale answer alone at once: o->entry and o->legit are given, facts and lossy filled in. */
void answer_judge(struct finding_of *o, const struct told_event *t, const struct know *k);

/* The verdict if packets are hidden or missing: what was not seen is in doubt. */
struct verdict doubted(struct facts *f, const struct legit *l);

#endif
