#include "app/period.h"

#include <stdio.h>

#define DAY (24 * 3600 * TM_SEC)
#define WEEK (7 * DAY)
#define A_MONDAY (4 * DAY)		/* 1970-01-05 */

/* The last span of this length, counted from `zero`, that ends by `end`; the one with `end` in it if none that could hold data does. */
static usec_t
begin_of(usec_t t, usec_t length, usec_t zero)
{
	return tm_floor(t - zero, length) * length + zero;
}

/* A day's date at noon is in it, whenever it begins. */
static bool
date_of(const char *text, usec_t day_start, usec_t *out)
{
	char whole[40];

	snprintf(whole, sizeof(whole), "%.10sT00:00:00Z", text);
	if (!tm_parse(whole, out))
		return false;
	*out += day_start;
	return true;
}

int
period_of(const struct options *opt, usec_t data_end, struct book_opts *out, struct err *err)
{
	const char *date = opt->day != NULL ? opt->day : opt->week;
	usec_t length = opt->day != NULL ? DAY : WEEK, zero = opt->day_start + (opt->day != NULL ? 0 : A_MONDAY), t;

	out->since = opt->since;
	out->until = opt->until;
	if ((opt->day != NULL) + (opt->week != NULL) + (opt->since != TM_NONE || opt->until != TM_NONE) > 1)
		return err_set(err, ST_ESYNTAX, "--day, --week and --since/--until each say which period: give one of them");
	if (opt->as_of != TM_NONE && data_end != TM_NONE && opt->as_of < data_end)
		data_end = opt->as_of;
	if (date != NULL) {
		if (*date == '\0' && data_end == TM_NONE)
			return err_set(err, ST_ESYNTAX, "--%s: there is no data, so no last one: give a date", opt->day != NULL ? "day" : "week");
		if (*date == '\0')	/* the data reaches its end by the last packet before it: what goes on into the next is whole */
			t = begin_of(data_end, length, zero) - (begin_of(data_end + 60 * TM_SEC, length, zero) == begin_of(data_end, length, zero) ? length : 0);
		else if (!date_of(date, opt->day_start, &t))
			return err_set(err, ST_ESYNTAX, "\"%.20s\" is no date", date);
		out->since = begin_of(t, length, zero);
		out->until = out->since + length;
	}
	if (opt->as_of != TM_NONE && (out->until == TM_NONE || opt->as_of < out->until))
		out->until = opt->as_of;
	if (out->since != TM_NONE && out->until != TM_NONE && out->until <= out->since)
		return err_set(err, ST_ESYNTAX, "the period ends before it begins: give --until, or --as-of, a later time than --since");
	return 0;
}
