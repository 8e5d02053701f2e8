/* report/trend.h - what changed in the period of a report: a row a word. */
#ifndef REPORT_TREND_H
#define REPORT_TREND_H

#include "report/format.h"
#include "store/book.h"

/* TREND_* (store/book.h).  new: first seen in the period, and open or draining at its end.  open: so at its end, and not new.  drained:
 * never stale, and over in it.  resolved: stale once, and silent long enough by its end.  returned: was resolved, and is open again.
 * withdrawn: from the list.  Besides, waived: open at its end, and somebody answers for it. */

/* Findings by what became of them, in the period and in the one of equal length before it (-1: there is no such data).  0 or ST_*. */
struct trend_counts { int64_t now[TREND_COUNT], before[TREND_COUNT], waived; };
int trend_counts(struct reader *rd, struct trend_counts *out, struct err *err);
/* A line of it, and lines for what the databases contradict each other in, behind the verdict. */
int trend_text(struct reader *rd, struct out *o, struct err *err);

#endif
