#include "app/day.h"

#include "report/forecast.h"

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

#define HOURS 24
#define DAYS 7
#define KEPT (400 * DAY)	/* forecasts that were made longer ago are forgotten */

static void
store_points(struct engine *e, int64_t listing, const struct forecast_point *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		store_forecast(e->store, &(struct row_forecast){ listing, e->know.now, p[i].at, p[i].low, p[i].expected, p[i].high });
	e->rows += n;
}

/* What is expected of the coming day, hour by hour, and of the week, where somebody is left. */
static int
foresee(struct engine *e, struct err *err)
{
	struct forecast_point point[HOURS + DAYS];
	usec_t when[HOURS + DAYS];
	struct reader *rd;
	int rc = store_reader(e->store, &rd, err);

	for (int i = 0; i < HOURS + DAYS; i++)
		when[i] = e->know.now + (i < HOURS ? i * (DAY / HOURS) : (i - HOURS + 1) * DAY);
	for (size_t i = 0; rc == 0 && i < deplist_count(e->list); i++) {
		const struct dep_entry *d = deplist_at(e->list, i);
		size_t n = d->deprecated_at == TM_NONE || d->deprecated_at <= e->know.now ? HOURS + DAYS : 0;

		if (n > 0)
			rc = forecast_when(rd, e->listing[i], e->know.now, when, &n, point, err);
		store_points(e, e->listing[i], point, n);
	}
	store_forecast_drop(e->store, e->know.now - KEPT);
	reader_close(rd);
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
	if (now >= e->day_end && e->err.code == 0)
		foresee(e, &e->err);
	store_day(e->store, now, tm_floor(begin - e->opt->day_start, DAY), now > begin ? (double)sum / (double)(now - begin) : 1);
}
