/* judge/judge.h - takes connections and answers in, gives findings out.
 *
 * Owner     Holds connections that are not settled yet, and all findings.
 * Bound     limits.conns connections; findings grow with distinct facts only.
 * Order     Findings in the order of their first settled or looked-at contact. */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include "judge/finding.h"

struct judge_limits {
	uint32_t conns, findings;
	usec_t since, until;		/* connections opened in [since, until) are judged; TM_NONE: no such end */
	struct silence silence;		/* its spans are the caller's, and grow */
};

/* What is known of a list entry beyond its findings. */
/* Until it was retired: an answer with it; a packet of a client to it; a connection to it, of which only the server's side is seen. */
struct dep_seen { bool told, reached, half; usec_t last_connection, last_stale_answer; uint64_t unattributed; };

/* A connection is settled: nothing that comes changes its verdict. */
struct judge_sink {
	void (*settled)(void *ctx, const struct conn *c, const struct finding_of *o, struct finding *f);
	void (*no_contact)(void *ctx, const struct conn *c);	/* after all, though an earlier look showed it as one */
	void (*before)(void *ctx, const struct conn *c, const struct dep_entry *d);	/* over before d was retired; at each look, and when settled */
	void *ctx;
};

struct judge {
	struct know *know;
	struct flow_table *flows;
	struct judge_sink sink;
	struct table conns, findings;
	usec_t since, until;
	struct silence silence;
	struct table openings;		/* by server and initial sequence number: a flow's copy behind a translation is no second client */
	struct table scans;		/* who may be a scanner */
	struct why_counts *counts;
	bool lossy;			/* packets were missing at the last tick */
	struct dep_seen *seen;		/* by index in the list */
};

bool judge_init(struct judge *j, const struct judge_limits *limits, struct know *k, struct flow_table *flows,
                const struct judge_sink *sink, struct why_counts *counts, uint64_t seed);
void judge_free(struct judge *j);

void judge_opened(struct judge *j, struct flow *f, const struct frame *frame);
void judge_other(struct judge *j, const struct flow *f);	/* one to an address that is not listed */
void judge_ended(struct judge *j, const struct flow *f);
/* What it asked the server for: this name, or none. */
void judge_named(struct judge *j, const struct flow *f, const uint8_t *name, enum conn_hello hello, bool quic);
bool judge_told(struct judge *j, const struct told_event *t);	/* true: a stale answer */
void judge_tick(struct judge *j, usec_t now);

/* Look at everything as it stands: each connection not settled, then each finding with the settled and the others together. */
struct judge_view {
	void (*conn)(void *ctx, const struct conn *c, const struct finding_of *o, struct finding *f);
	void (*no_finding)(void *ctx, struct finding *f);	/* none of its contacts is left; behind all connections */
	void (*finding)(void *ctx, const struct finding *f, const struct tally *all, const struct speaker *s);
	void (*entries)(void *ctx, const struct dep_seen *seen);	/* last; by index in the list */
	void *ctx;
};
bool judge_look(struct judge *j, const struct judge_view *v);	/* false: no memory */

#endif
