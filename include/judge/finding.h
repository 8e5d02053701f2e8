/* judge/finding.h - verdicts, grouped: one finding for each (kind, client, address, port, protocol, name of the list entry).
 *
 * A finding counts what is settled; what is not is judged again at each look (judge/judge.h) and added for that look, so that later
 * knowledge changes verdicts and never counts twice. */
#ifndef JUDGE_FINDING_H
#define JUDGE_FINDING_H

#include "judge/conn.h"
#include "judge/standing.h"

#define EVIDENCE_MAX 16

enum ev_role { EV_ANSWER, EV_OTHER, EV_ZONE_BEFORE, EV_ZONE_WITH, EV_ZONE_WITHOUT, EV_OPENING, EV_END, EV_LEAD };
struct evidence {
	enum ev_role role;
	usec_t at;
	uint64_t kept;
	uint32_t server;		/* know/resolver.h; SERVER_NONE */
	int64_t ttl;			/* -1 */
	usec_t expiry;			/* TM_NONE */
};

struct tally {
	uint64_t connections, draining, stale, held, answers;
	uint64_t going_on;		/* of those held: not seen to end */
	uint64_t by_cause[CAUSE_COUNT], outcome[OUT_COUNT];
	uint64_t bytes_to, bytes_from;
	usec_t first;
	struct standing standing;	/* with the last contact */
	usec_t drains_by;		/* the latest instant at which it ends by itself; TM_NONE: none known */
};

/* What the finding says: of the latest stale connection (or answer), else of the latest. */
struct speaker {
	usec_t t;			/* TM_NONE: nobody yet */
	bool stale;
	bool lossy;			/* of an answer: packets were missing when it came */
	bool recalled;			/* from kept history */
	struct origin from;		/* of an answer: whom it comes from */
	struct verdict verdict;
	struct facts facts;
	struct legit legit;
	uint32_t name, sni, server;
	uint32_t path[LEDGER_PATH];
	uint8_t npath, way, by;
	struct lead lead;
	uint8_t nevidence;
	struct evidence evidence[EVIDENCE_MAX];
};

enum { FINDING_CONNECTION, FINDING_ANSWER, FINDING_RESOLVER, FINDING_ZONE };
struct finding_key {			/* of a resolver or zone without a client */
	struct addr client, addr;
	uint64_t entry_name;		/* hash of the list entry's name; 0 if it has none */
	uint32_t scope;
	uint16_t port;
	uint8_t proto, kind;		/* FINDING_CONNECTION ... */
};
struct finding {
	struct entry e;
	struct finding_key key;
	char id[17];
	const struct dep_entry *entry;
	int64_t listing;		/* the entry's id in the database, while it is stored */
	struct tally settled;
	struct speaker speaker;		/* among the settled; of answers the last one, which the next settles */
	bool shown;			/* of answers: one at least was no resolver's fetch from the zone */
	bool stored;			/* the database has a row of it */
	struct tally all;		/* during a look: the settled and the others */
	struct speaker voice;		/* during a look */
};

/* When silence counts, and how much of it resolves a finding. */
struct silence { const struct spans *covered; usec_t resolve_after; };

/* A client with this verdict stops by itself, when an answer has run out. */
bool verdict_ends(const struct verdict *v);
void tally_clear(struct tally *t);
/* One connection's part in its finding. */
void tally_conn(struct tally *t, const struct conn *c, const struct finding_of *o, const struct silence *s);
/* Whether a verdict at t speaks for the finding rather than the one that did. */
bool speaks(const struct speaker *s, usec_t t, bool stale);
void speaker_conn(struct speaker *s, const struct conn *c, const struct finding_of *o, const struct know *k);
/* An answer that speaks, judged. */
void tally_answer(struct tally *t, const struct speaker *a, const struct silence *s);
/* The verdict on the answer that speaks, by what is known now. */
void answer_judge_late(struct speaker *s, const struct finding *f, const struct know *k);
void speaker_answer(struct speaker *s, const struct told_event *t, const struct finding_of *o, const struct know *k);
/* Let the evidence be kept as long as the speaker is (hold), or not any more (drop). */
void speaker_hold(struct speaker *s, struct kept_table *k);
void speaker_drop(struct speaker *s, struct kept_table *k);
void finding_id(const struct finding_key *k, const struct dep_entry *d, char id[17]);
const char *proto_name(uint8_t proto);		/* "tcp", "udp", "quic"; NULL for none */

#endif
