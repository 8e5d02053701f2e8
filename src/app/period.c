#include "app/period.h"

#include <stdio.h>

#define DAY (24 * 3600 * TM_SEC)
#define WEEK (7 * DAY)
#define A_MONDAY (4 * DAY)		/* 1970-01-05 */

#define NEARLY (60 * TM_SEC)		/* the data reaches the end of a day by its last packet before it */

static usec_t
begin_of(usec_t t, usec_t length, usec_t zero)
{
	return tm_floor(t - zero, length) * length + zero;
}

/* The last one that is over, if there is something of it; else that of the end. */
static usec_t
last_whole(usec_t first, usec_t end, usec_t length, usec_t zero)
{
	usec_t over = begin_of(end + NEARLY, length, zero) - length;

	return over + length > first ? over : begin_of(end, length, zero);
}

/* When that day begins. */
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
period_of(const struct options *opt, usec_t first, usec_t end, struct book_opts *out, struct err *err)
{
	const char *date = opt->day != NULL ? opt->day : opt->week;
	usec_t length = opt->day != NULL ? DAY : WEEK, zero = opt->day_start + (opt->day != NULL ? 0 : A_MONDAY), t;

	out->since = opt->since;
	out->until = opt->until;
	if ((opt->day != NULL) + (opt->week != NULL) + (opt->since != TM_NONE || opt->until != TM_NONE) > 1)
		return err_set(err, ST_ESYNTAX, "--day, --week and --since/--until each say which period: give one of them");
	if (opt->as_of != TM_NONE && end != TM_NONE && opt->as_of < end)
		end = opt->as_of;
	if (date != NULL) {
		if (*date == '\0' && end == TM_NONE)
			return err_set(err, ST_ESYNTAX, "--%s: there is no data, so no last one: give a date", opt->day != NULL ? "day" : "week");
		if (*date == '\0')
			t = last_whole(first, end, length, zero);
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
