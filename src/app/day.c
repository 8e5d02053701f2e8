#include "app/day.h"

#define DAY (24 * 3600 * TM_SEC)
#define DAYS_MOST 31		/* of silence in a row are closed one by one; the rest at once */

usec_t
day_end(const struct options *opt, usec_t t)
{
	return (tm_floor(t - opt->day_start, DAY) + 1) * DAY + opt->day_start;
}

/* The first day is the one in which an earlier run ended, if there was one. */
static void
begin_days(struct engine *e, usec_t t)
{
	if (e->day_end == TM_NONE)
		e->day_end = day_end(e->opt, e->know.now != TM_NONE ? e->know.now : t);
}

uint32_t
day_left(struct engine *e, const struct rec *recs, uint32_t n)
{
	uint32_t i = 0;

	begin_days(e, recs[0].ts_ns / 1000);
	if (recs[n - 1].ts_ns / 1000 < e->day_end)
		return n;
	while (i < n && recs[i].ts_ns / 1000 < e->day_end)
		i++;
	return i;
}

/* The day under way is over: everything is judged and stored as of its end. */
static int
day_over(struct engine *e, struct err *err)
{
	int rc;

	if (e->know.now < e->day_end)
		e->know.now = e->day_end;
	rc = engine_flush_noted(e, err);
	e->day_end += DAY;
	return rc;
}

int
day_reach(struct engine *e, usec_t t, struct err *err)
{
	int rc = 0;

	begin_days(e, t);
	while (rc == 0 && t >= e->day_end) {
		rc = day_over(e, err);
		if (t - e->day_end > DAYS_MOST * DAY)
			e->day_end = day_end(e->opt, t) - DAYS_MOST * DAY;
	}
	return rc;
}

void
day_note(struct engine *e)
{
	usec_t now = e->know.now, begin, sum;

	if (now == TM_NONE)
		return;
	begin_days(e, now);
	begin = e->day_end - DAY;
	sum = spans_within(&e->covered, begin, now);
	store_day(e->store, now, tm_floor(begin - e->opt->day_start, DAY), now > begin ? (double)sum / (double)(now - begin) : 1);
}
