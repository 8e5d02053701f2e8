/* store/book.h - what a report is made of: one or several databases, as of the end of a period, in a private database of the same tables.
 *
 * A book is read like any database (store/read.h) and goes away when it is closed.  It holds what reports read: findings with their
 * connections and evidence, lists, coverage, resolvers, waivers; of the answers only those with a listed address; kept history where it is asked for,
 * each sensor's for itself.
 *
 * Several databases are taken in the order in which their data ends: what a later one says of a list entry holds, and a remark says
 * where they differ.  A connection that two sensors saw (same ports and initial sequence number, begun within a minute) counts
 * once, with the verdict of the best confidence; findings are counted anew from their connections.
 *
 * A period [since, until): connections in it count; what begins after it is not there; a finding without contact in it stays if it
 * is open or draining at its end, or ended in it.  Of answers the first, the last and their number are kept: where some of them may lie outside
 * of the period a remark says so.  States are those of its end, verdicts what is known today; with as_of
 * those that stood then, and a remark says of which findings that is not known.
 *
 * Besides the tables of a database:
 *	period(since_us, until_us, first_us, last_us, now_us, covered, databases)	one row; now: the end of the data, or of the period
 *	trend(finding_id, now, before)		enum report/trend.h's words; before: in the period of equal length before
 *	sees(listing_id, sensor_id)		sensors that saw an entry's address, or an answer with it, before it was retired
 *	moment(us)				the view of that name: period.now_us
 *	remark(text)				where databases contradict each other, or something is not known
 *
 * Bound     Memory: 64 MiB of page cache, the rest is in a temporary file. */
#ifndef STORE_BOOK_H
#define STORE_BOOK_H

#include <stdbool.h>

#include "know/waivers.h"
#include "store/read.h"

struct book_opts {
	usec_t since, until;		/* TM_NONE: from the first, to the last of the data */
	usec_t as_of;			/* verdicts of then, as far as they are known; no earlier than until.  TM_NONE: of today */
	usec_t day_start;		/* after midnight UTC */
	usec_t resolve_after;		/* judge/standing.h */
	double min_coverage;		/* share of the period, 0..1: with less an entry is unproven */
	struct waivers *waivers;	/* in place of those in the databases; NULL: these hold.  Beginnings of ids are completed */
	const char *waivers_path;	/* for messages */
	bool history;			/* kept history too: what was open where a database ends before the others is no longer */
};

/* Both return 0 or as reader_open(); ST_ESYNTAX also where no path is given.  Two names of one file count once. */

/* When the data of all of them begins and ends; TM_NONE: there is none. */
int book_span(const char *const *paths, size_t n, usec_t *first, usec_t *end, struct err *err);
/* On failure *out is NULL. */
int book_open(const char *const *paths, size_t n, const struct book_opts *opts, struct reader **out, struct err *err);

/* TREND_*: what became of a finding in a period; 0: nothing that is told. */
#define TREND_TABLE(X) X(NEW, "new") X(OPEN, "open") X(DRAINED, "drained") X(RESOLVED, "resolved") X(RETURNED, "returned") \
	X(WITHDRAWN, "withdrawn")
enum trend {
	TREND_NONE,
#define TREND_ENUM(id, text) TREND_##id,
	TREND_TABLE(TREND_ENUM)
#undef TREND_ENUM
	TREND_COUNT
};
const char *trend_name(enum trend t);	/* NULL for TREND_NONE */

#endif
