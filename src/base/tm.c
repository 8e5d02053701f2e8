#include "base/tm.h"

#include <stdio.h>
#include <string.h>

#define TM_DAY ((int64_t)86400)

struct civil { int64_t year; int month, day, hour, minute, second; };

/* Days from 1970-01-01 to the day of c in the proleptic Gregorian calendar.  The year begins in March here, so that the
 * leap day is its last; 400 years have 146097 days. */
static int64_t
days_of(const struct civil *c)
{
	int64_t year = c->month > 2 ? c->year : c->year - 1;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t in_era = year - era * 400;
	int64_t in_year = (153 * (c->month > 2 ? c->month - 3 : c->month + 9) + 2) / 5 + c->day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

/* The reverse, for any moment. */
static struct civil
civil_of(int64_t second)
{
	int64_t day = second / TM_DAY - (second % TM_DAY < 0), of_day = second - day * TM_DAY;
	int64_t era, in_era, year, in_year, month;

	day += 719468;
	era = (day >= 0 ? day : day - 146096) / 146097;
	in_era = day - era * 146097;
	year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	in_year = in_era - (365 * year + year / 4 - year / 100);
	month = (5 * in_year + 2) / 153;
	return (struct civil){
		.year = year + era * 400 + (month >= 10),
		.month = (int)(month < 10 ? month + 3 : month - 9),
		.day = (int)(in_year - (153 * month + 2) / 5 + 1),
		.hour = (int)(of_day / 3600), .minute = (int)(of_day / 60 % 60), .second = (int)(of_day % 60),
	};
}

static int
days_in_month(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* n digits; moves *p behind them.  -1 if there are fewer. */
static int
digits(const char **p, int n)
{
	int v = 0;

	for (; n > 0; n--, (*p)++) {
		if (**p < '0' || **p > '9')
			return -1;
		v = v * 10 + (**p - '0');
	}
	return v;
}

static bool
take(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

/* "2026-03-01T02:00:00"; a second of 60 is let through. */
static bool
parse_civil(const char **p, struct civil *c)
{
	c->year = digits(p, 4);
	if (c->year < 0 || !take(p, '-'))
		return false;
	c->month = digits(p, 2);
	if (c->month < 1 || c->month > 12 || !take(p, '-'))
		return false;
	c->day = digits(p, 2);
	if (c->day < 1 || c->day > days_in_month(c->year, c->month))
		return false;
	if (!take(p, 'T') && !take(p, 't') && !take(p, ' '))
		return false;
	c->hour = digits(p, 2);
	if (c->hour < 0 || c->hour > 23 || !take(p, ':'))
		return false;
	c->minute = digits(p, 2);
	if (c->minute < 0 || c->minute > 59 || !take(p, ':'))
		return false;
	c->second = digits(p, 2);
	return c->second >= 0 && c->second <= 60;
}

/* ".5": at least one digit; those behind the sixth are dropped. */
static bool
parse_fraction(const char **p, int64_t *usec)
{
	int64_t unit = TM_SEC / 10;

	*usec = 0;
	if (!take(p, '.'))
		return true;
	if (**p < '0' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; (*p)++, unit /= 10)
		*usec += (**p - '0') * unit;
	return true;
}

/* "Z" or "+01:00": seconds east of UTC. */
static bool
parse_offset(const char **p, int64_t *east)
{
	bool west;
	int hour, minute;

	*east = 0;
	if (take(p, 'Z') || take(p, 'z'))
		return true;
	west = take(p, '-');
	if (!west && !take(p, '+'))
		return false;
	hour = digits(p, 2);
	if (hour < 0 || hour > 23 || !take(p, ':'))
		return false;
	minute = digits(p, 2);
	if (minute < 0 || minute > 59)
		return false;
	*east = (west ? -60 : 60) * (hour * 60 + minute);
	return true;
}

bool
tm_parse(const char *text, usec_t *out)
{
	struct civil c, utc;
	int64_t second, usec, east;

	if (!parse_civil(&text, &c) || !parse_fraction(&text, &usec) || !parse_offset(&text, &east) || *text != '\0')
		return false;
	second = days_of(&c) * TM_DAY + c.hour * 3600 + c.minute * 60 + c.second - east;
	if (c.second == 60) {	/* leap seconds end a month in UTC; elsewhere it is a mistake */
		utc = civil_of(second);
		if (utc.day != 1 || second % TM_DAY != 0)
			return false;
		usec = 0;
	}
	*out = second * TM_SEC + usec;
	return true;
}

bool
tm_lacks_offset(const char *text)
{
	struct civil c;
	int64_t usec;

	return parse_civil(&text, &c) && parse_fraction(&text, &usec) && *text == '\0';
}

/* t as seconds and the microseconds after them, also before 1970. */
static int64_t
split(usec_t t, int64_t *usec)
{
	bool before = t % TM_SEC < 0;

	*usec = t % TM_SEC + (before ? TM_SEC : 0);
	return t / TM_SEC - before;
}

char *
tm_text(usec_t t, char *buf)
{
	struct civil c;
	int64_t usec;

	buf[0] = '\0';
	if (t == TM_NONE)
		return buf;
	c = civil_of(split(t, &usec));
	snprintf(buf, TM_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", (int)c.year, c.month, c.day, c.hour, c.minute, c.second,
	         (int)usec);
	return buf;
}

char *
tm_human(usec_t t, char *buf)
{
	struct civil c;
	int64_t usec;
	size_t n;

	buf[0] = '\0';
	if (t == TM_NONE)
		return buf;
	c = civil_of(split(t, &usec));
	snprintf(buf, TM_TEXT, "%04d-%02d-%02d %02d:%02d:%02d", (int)c.year, c.month, c.day, c.hour, c.minute, c.second);
	if (usec >= 1000) {
		n = strlen(buf);
		snprintf(buf + n, TM_TEXT - n, ".%03d", (int)(usec / 1000));
	}
	return buf;
}
