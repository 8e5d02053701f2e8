/* report/trend.h - what changed in the period of a report: a row a word. */
#ifndef REPORT_TREND_H
#define REPORT_TREND_H

#include "report/format.h"

/* new: first seen in the period, and open or draining at its end.  open: so at its end, and not new.  drained: never stale, and over in
 * it.  resolved: stale once, and silent long enough by its end.  returned: was resolved, and is open again.  withdrawn: from
 * the list.  waived: open at its end, and somebody answers for it. */
#define TREND_TABLE(X) X(NEW, "new") X(OPEN, "open") X(DRAINED, "drained") X(RESOLVED, "resolved") X(RETURNED, "returned") \
	X(WITHDRAWN, "withdrawn") X(WAIVED, "waived")
enum trend {
#define TREND_ENUM(id, text) TREND_##id,
	TREND_TABLE(TREND_ENUM)
#undef TREND_ENUM
	TREND_COUNT
};
const char *trend_name(enum trend t);

/* Findings by what became of them, in the period and in the one of equal length before it (-1: there is no such data).  0 or ST_*. */
struct trend_counts { int64_t now[TREND_COUNT], before[TREND_COUNT]; };
int trend_counts(struct reader *rd, const struct report_opts *opts, struct trend_counts *out, struct err *err);

#endif
