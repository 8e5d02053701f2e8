/* app/period.h - the period that a report is about. */
#ifndef APP_PERIOD_H
#define APP_PERIOD_H

#include "app/options.h"
#include "store/book.h"

/* From --since, --until, --day, --week and --as-of, for data from `first` to `end` (TM_NONE: there is none).  Days begin at --day-start; a week
 * on Monday.  Without a date: the last day (week) that the data has something of and reaches the end of, else
 * the one in which it ends.
 * 0, or ST_ESYNTAX where two of them contradict each other. */
int period_of(const struct options *opt, usec_t first, usec_t end, struct book_opts *out, struct err *err);

#endif
