/* Time on a drawing: ticks at round moments of UTC. */
#include <stdio.h>
#include <string.h>

#include "report/svg_int.h"

#define MIN (60 * TM_SEC)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)
#define TICK 64			/* units from one to the next, at least */

static const usec_t steps[] = { TM_SEC, 2 * TM_SEC, 5 * TM_SEC, 10 * TM_SEC, 15 * TM_SEC, 30 * TM_SEC, MIN, 2 * MIN, 5 * MIN, 10 * MIN,
	15 * MIN, 30 * MIN, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 364 * DAY,
	3640 * DAY, 36400 * DAY, 364000 * DAY };

struct svg_axis
svg_axis(int left, int right)
{
	return (struct svg_axis){ TM_NONE, TM_NONE, left, right };
}

void
svg_axis_add(struct svg_axis *a, usec_t t)
{
	if (t == TM_NONE)
		return;
	if (a->from == TM_NONE || t < a->from)
		a->from = t;
	if (a->to == TM_NONE || t > a->to)
		a->to = t;
}

void
svg_axis_fit(struct svg_axis *a, usec_t least)
{
	usec_t swap = a->from, more;

	if (a->from == TM_NONE)
		a->from = a->to != TM_NONE ? a->to : 0;
	if (a->to == TM_NONE)
		a->to = a->from;
	if (a->from > a->to) {
		a->from = a->to;
		a->to = swap;
	}
	if (a->to - a->from < least) {
		more = least - (a->to - a->from);
		a->from -= more / 2;
		a->to += more - more / 2;
	}
}

int
svg_x(const struct svg_axis *a, usec_t t)
{
	if (t <= a->from)
		return a->left;
	if (t >= a->to)
		return a->right;
	return a->left + (int)((double)(t - a->from) / (double)(a->to - a->from) * (a->right - a->left) + 0.5);
}

static usec_t
step_of(const struct svg_axis *a)
{
	size_t n = sizeof(steps) / sizeof(steps[0]);
	int most = (a->right - a->left) / TICK;

	for (size_t i = 0; i < n; i++)
		if ((a->to - a->from) / steps[i] < most)
			return steps[i];
	return steps[n - 1];
}

/* The first tick at or after t; weeks begin on a Monday. */
static usec_t
first_tick(usec_t t, usec_t step)
{
	const usec_t monday = 4 * DAY;

	if (step < 7 * DAY)
		return tm_floor(t + step - 1, step) * step;
	return tm_floor(t - monday + step - 1, step) * step + monday;
}

/* "2026-03-01" -> "1 Mar" */
static void
put_day(const char *date, char *text)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int month = (date[5] - '0') * 10 + date[6] - '0', day = (date[8] - '0') * 10 + date[9] - '0';

	snprintf(text, TM_TEXT, "%d %.3s", day, months + 3 * (month - 1));
}

static void
put_tick(struct svg *s, usec_t t, usec_t step, int x, int y)
{
	char full[TM_TEXT], text[TM_TEXT];
	bool midnight = t - tm_floor(t, DAY) * DAY == 0;
	struct svg_place at = { x, y, SVG_MIDDLE };

	tm_human(t, full);
	if (step >= 364 * DAY)
		snprintf(text, sizeof(text), "%.7s", full);
	else if (step >= DAY || midnight)
		put_day(full, text);
	else
		snprintf(text, sizeof(text), "%.*s", step < MIN ? 8 : 5, full + 11);
	(void)svg_label(s, &at, 1, midnight && step < DAY ? NULL : "m", text, 12);
}

void
svg_axis_put(struct svg *s, const struct svg_axis *a, int top, int bottom)
{
	usec_t step = step_of(a), first = first_tick(a->from, step);
	char full[TM_TEXT];

	svg_path(s, "g");
	for (usec_t t = first; t <= a->to; t += step)
		svg_put(s, "M%d %dV%d", svg_x(a, t), top, bottom);
	svg_path_end(s);
	svg_put(s, "<path class=\"x\" d=\"M%d %dH%d\"/>", a->left, bottom, a->right);
	tm_human(a->from, full);
	full[10] = '\0';
	strcat(full, " UTC");
	svg_text(s, (struct svg_place){ 0, bottom + 15, SVG_START }, "m", full, 16);
	for (usec_t t = first; t <= a->to; t += step)
		put_tick(s, t, step, svg_x(a, t), bottom + 15);
}

char *
svg_moment(const struct svg_axis *a, usec_t t, char text[TM_TEXT])
{
	char full[TM_TEXT];
	bool seconds = a->to - a->from < 6 * HOUR, today = tm_floor(a->from, DAY) == tm_floor(a->to, DAY) && tm_floor(t, DAY) == tm_floor(a->to, DAY);

	tm_human(t, full);
	full[seconds ? 19 : 16] = '\0';
	snprintf(text, TM_TEXT, "%s", full + (today ? 11 : 0));
	return text;
}

char *
svg_span(usec_t span, char text[TM_TEXT])
{
	static const struct { usec_t unit; const char *name; } units[] = { { DAY, "d" }, { HOUR, "h" }, { MIN, "min" }, { TM_SEC, "s" }, { 1000, "ms" } };
	size_t i = 0, n = sizeof(units) / sizeof(units[0]);
	usec_t tenths;

	while (i + 1 < n && span < units[i].unit)
		i++;
	tenths = span / (units[i].unit / 10);
	if (tenths % 10 == 0 || tenths >= 100)
		snprintf(text, TM_TEXT, "%lld %s", (long long)(tenths / 10), units[i].name);
	else
		snprintf(text, TM_TEXT, "%lld.%lld %s", (long long)(tenths / 10), (long long)(tenths % 10), units[i].name);
	return text;
}

int
svg_y(int64_t n, int64_t most, int top, int bottom)
{
	return bottom - (int)((double)n / (double)most * (bottom - top) + 0.5);
}

/* 1, 2, 5, 10, 20 ...: the first of which at most four make `most`. */
static int64_t
number_step(int64_t most)
{
	static const int next[] = { 1, 2, 5 };
	int64_t ten = 1;

	for (int i = 0; ; i = (i + 1) % 3) {
		if (most / next[i] / ten < 4 || ten >= INT64_MAX / 100)
			return next[i] * ten;
		if (i == 2)
			ten *= 10;
	}
}

int64_t
svg_scale_put(struct svg *s, int64_t most, int left, int right, int top, int bottom)
{
	int64_t step = number_step(most > 1 ? most : 1), full = ((most > 1 ? most : 1) + step - 1) / step * step;
	char text[TM_TEXT];

	svg_path(s, "g");
	for (int64_t n = step; n <= full; n += step)
		svg_put(s, "M%d %dH%d", left, svg_y(n, full, top, bottom), right);
	svg_path_end(s);
	for (int64_t n = 0; n <= full; n += step) {
		snprintf(text, sizeof(text), "%lld", (long long)n);
		svg_text(s, (struct svg_place){ left - 6, svg_y(n, full, top, bottom) + 4, SVG_END }, "m", text, 12);
	}
	return full;
}
