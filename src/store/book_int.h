/* store/book_int.h - what the files that make a book share. */
#ifndef STORE_BOOK_INT_H
#define STORE_BOOK_INT_H

#include "base/spans.h"
#include "store/book.h"
#include "store/store_int.h"

#define BOOK_GAP (60 * TM_SEC)		/* a hole between captures that is none (DESIGN section 1, coverage) */
#define BOOK_PART ((int64_t)1 << 40)	/* rows of the n-th database keep their numbers, plus n times this */

struct book {
	sqlite3 *db;
	const struct book_opts *opts;
	usec_t first, last;		/* of the data; TM_NONE if there is none */
	usec_t from, now;		/* of the period, cut to nothing: from TM_NONE if there is no data and no period */
	usec_t end;			/* of what is gathered; known before it is */
	struct spans covered;		/* by all sensors */
};

/* Copy one database, whose place among them is `part`.  An SQLite code. */
int book_gather(struct book *b, const char *uri, int64_t part, const char *shown);
/* Its kept history, while it is attached as `src`.  An SQLite code. */
int book_past(struct book *b, int64_t part);
/* Connections that were copied twice, or seen twice, are one.  An SQLite code. */
int book_join(struct book *b);
/* Findings: counted anew, their states, what became of them; those that are not of the period go.  An SQLite code. */
int book_count(struct book *b);
/* Answers of the period, as far as they are known.  An SQLite code. */
int book_answers(struct book *b);
/* Of `as_of` the verdicts that stood then.  An SQLite code. */
int book_then(struct book *b);
/* The state of each list entry.  An SQLite code. */
int book_entries(struct book *b);

/* The report's own waivers.  An SQLite code; *failed: ST_*, with err set, where they are at fault. */
int book_waive(struct book *b, int *failed, struct err *err);

/* The coverage of the sensors that a question gives ids of (parameter ?1), into *out. */
int book_coverage(struct book *b, const char *which, int64_t parameter, struct spans *out);

#endif
