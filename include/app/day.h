/* app/day.h - days of packet time, which begin at --day-start: what stands when one is over is stored, as of its end. */
#ifndef APP_DAY_H
#define APP_DAY_H

#include "app/engine.h"

/* When the day that t lies in is over. */
usec_t day_end(const struct options *opt, usec_t t);
/* How many of these n > 0 packets come before the day under way is over: nothing of the next one is to be known when it is closed. */
uint32_t day_left(struct engine *e, const struct rec *recs, uint32_t n);
/* Time comes to t, and nothing of t is taken in yet: days that are over by then are closed, one after the other.  0 or ST_*. */
int day_reach(struct engine *e, usec_t t, struct err *err);
/* In a flush: a row of history for each finding that has changed, and the totals, of the day under way, as they stand now. */
void day_note(struct engine *e);

#endif
