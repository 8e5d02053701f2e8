/* store/write.h - the database, for the one that writes it.
 *
 * A flush is one transaction: store_begin(), rows, store_commit().  After kill -9 or on a full disk the file opens
 * clean and holds every flush that was committed, and nothing of the one that was not.
 *
 * Failure   Inside a flush the first failure sticks: later rows do nothing, functions that give an id give -1, and
 *           store_commit() rolls back and says what went wrong.  So rows need no check of their own.  What was rolled
 *           back is not stored: who adds (store_answer) keeps its counts until the commit has succeeded.
 * Order     store_run() before any row of a new database (every row carries the run's sensor); a finding before the flows
 *           and evidence that name it; a source before its frames and coverage.
 * Bound     `memory` bytes, about half of it SQLite's page cache, half the ids of words seen.
 * Texts     Are copied; NULL and -1 and TM_NONE become NULL (store/rows.h). */
#ifndef STORE_WRITE_H
#define STORE_WRITE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/spans.h"
#include "store/rows.h"

struct store;

/* Open path for writing, making it if it is not there (mode 0640; kept so for -wal and -shm).  One writer at a time, for as
 * long as it is open.  On failure *out is NULL and the file is as it was.
 * Returns 0, ST_ESYNTAX (not there, not permitted), ST_EFORMAT (not ours, or from a newer version), ST_EBUSY (another writer), ST_EIO
 * or ST_ENOMEM. */
int store_open(const char *path, size_t memory, struct store **out, struct err *err);
void store_close(struct store *st);	/* rolls back a flush that is open; NULL is fine */

int store_begin(struct store *st, struct err *err);
int store_commit(struct store *st, struct err *err);

/* What the database holds already: the line a run begins with. */
struct store_holds {
	int64_t runs, sources, findings;
	usec_t first, last;		/* the period covered; TM_NONE if there is none */
	char sensors[256];		/* their names, by a space */
};
int store_holds(struct store *st, struct store_holds *out, struct err *err);

/* A run: gives its id, and its sensor to all rows that follow. */
struct row_run { const char *version, *options, *lists_sha256, *sensor; };
int64_t store_run(struct store *st, const struct row_run *r);

/* Replaced by id.  A finding's sensors are those whose runs moved its last_seen, its connections or its answers. */
void store_finding(struct store *st, const struct row_finding *f);
/* The highest ids that flows and packets have: who does not know where it stood goes on behind them.  0 or ST_*. */
int store_last_ids(struct store *st, uint64_t *flow, uint64_t *frame, struct err *err);
/* Replaced by id. */
void store_flow(struct store *st, const struct row_flow *f);
void store_flow_drop(struct store *st, int64_t id);
/* With all that belongs to it, but its flows: these are to be gone, or another finding's, before. */
void store_finding_drop(struct store *st, const char *finding);
/* A kept packet: inserted, or replaced by id.  Dropping one leaves its evidence rows, without the packet. */
void store_frame(struct store *st, const struct row_frame *f);
void store_frame_drop(struct store *st, int64_t id);
/* A finding's evidence is replaced as a whole: clear, then add. */
void store_evidence_clear(struct store *st, const char *finding);
void store_evidence(struct store *st, const struct row_evidence *e);
/* How things stand on this day (since the epoch, from whenever days begin) at `now`: a row for each finding whose state, severity, cause,
 * confidence or counts have changed since the last one, and the totals of each list entry; covered: the share of the day. */
void store_day(struct store *st, usec_t now, int64_t day, double covered);

/* Added to what is there for this sensor, name, type, data and server.
 * Hot path: about a microsecond each. */
void store_answer(struct store *st, const struct row_answer *a);

/* What is known of a server's ways with TTLs, replaced by sensor, address and scope. */
void store_resolver(struct store *st, const struct row_resolver *r);

/* How long a client goes on with an answer, replaced by sensor, address and scope. */
void store_habit(struct store *st, const struct row_habit *h);

/* The list.  An entry is known by address, name, clients and time; the rest is replaced.  What is stored stays until it
 * is withdrawn.  store_listing() gives the id. */
/* What the user says of a client; texts may be NULL. */
void store_label(struct store *st, const char *client, const char *label, const char *owner, const char *site);
/* What clients.csv says, a row each: of the last run that was given one.  The first row of a prefix holds. */
void store_clients_clear(struct store *st);
void store_client(struct store *st, const struct row_client *c);
int64_t store_listing(struct store *st, const struct row_listing *l);
void store_listing_withdraw(struct store *st, int64_t id);
/* Its findings are withdrawn until they are stored again, and their connections go. */
void store_listing_findings_withdraw(struct store *st, int64_t id);
/* The entries that hold, in the order they were first stored; the row is valid during the call.  each() returns 0 to go on,
 * anything else ends the walk and is returned.  Else 0 or ST_*. */
int store_listings(struct store *st, int (*each)(void *ctx, int64_t id, const struct row_listing *l), void *ctx,
    struct err *err);
void store_deprecated(struct store *st, const struct row_deprecated *d);
/* What was expected of an entry at a moment; and forget what was made before. */
void store_forecast(struct store *st, const struct row_forecast *f);
void store_forecast_drop(struct store *st, usec_t before);
/* Who was led to an entry's addresses, before and after it was retired. */
void store_used(struct store *st, const struct row_used *u);
/* No connection from before is open any more, but for those that are stored after this. */
void store_used_closed(struct store *st);

/* Waivers, and which findings each fits: all are written anew. */
void store_waivers_clear(struct store *st);
void store_waiver(struct store *st, const struct row_waiver *w);
void store_waived(struct store *st, int64_t finding, int64_t waiver);
/* By id; each() as in store_listings(). */
int store_waivers(struct store *st, int (*each)(void *ctx, const struct row_waiver *w), void *ctx, struct err *err);
/* Every finding; the row is valid during the call. */
void store_waivables(struct store *st, void (*each)(void *ctx, int64_t finding, const struct row_waivable *r), void *ctx);
/* The first finding whose id begins so into id; how many do: 0, 1, or 2 for more. */
int store_finding_like(struct store *st, const char *begin, char id[FINDING_ID]);

/* A capture is known by its sensor and the first 64 KiB of its uncompressed bytes; a shorter one also after it has grown.
 * Look for the one that begins with head.  Returns 1 and *out (its texts are valid until the next call), 0 if it is
 * not known (out->row.head and head_len are those of head, the id is -1), or ST_*. */
#define STORE_HEAD 65536
struct source_known {
	struct row_source row;
	const char *lists_sha256, *options, *version;	/* of the run that read it last */
};
int store_source_find(struct store *st, const char *sensor, const void *head, size_t n, struct source_known *out,
    struct err *err);
/* When the last packet of this sensor was, in all captures: into *out, TM_NONE if there is none.  Returns 0 or ST_*. */
int store_sensor_end(struct store *st, const char *sensor, usec_t *out, struct err *err);
/* Add when some sensor was there, over all runs: captures from their first packet to their last, interfaces by the minute.
 * Returns 0 or ST_*. */
int store_spans(struct store *st, struct spans *out, struct err *err);
/* Insert (id -1) or replace by id; gives the id. */
int64_t store_source(struct store *st, const struct row_source *s);
void store_coverage(struct store *st, const struct row_coverage *c);
/* Of a live source: a part of its time, known by when it started; v_coverage shows these instead. */
void store_minute(struct store *st, const struct row_coverage *c);
/* A number by name for a source: the value, not an increment. */
void store_counter(struct store *st, int64_t source, const char *name, int64_t n);

/* What the next run needs of the engine's tables: a blob a shard of a kind. */
void store_state_put(struct store *st, int kind, int64_t shard, const void *p, size_t n);
/* Replaces what is in out.  Returns 1, 0 if there is none, or ST_*. */
int store_state_get(struct store *st, int kind, int64_t shard, struct buf *out, struct err *err);

#endif
