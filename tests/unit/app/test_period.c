#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/period.h"

static usec_t
at(const char *text)
{
	usec_t t = TM_NONE;

	if (text != NULL && !tm_parse(text, &t))
		fail_msg("%s", text);
	return t;
}

/* The moments are date(1)'s; 2026-03-01 is a Sunday. */
static void
days_and_weeks(void **state)
{
	static const struct { const char *day, *week, *as_of, *first, *end; int start_hour; const char *since, *until; } cases[] = {
		{ "2026-03-01", NULL, NULL, NULL, NULL, 0, "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z" },
		{ "2026-03-01", NULL, NULL, NULL, NULL, 6, "2026-03-01T06:00:00Z", "2026-03-02T06:00:00Z" },
		{ NULL, "2026-03-01", NULL, NULL, NULL, 0, "2026-02-23T00:00:00Z", "2026-03-02T00:00:00Z" },
		{ NULL, "2026-03-02", NULL, NULL, NULL, 0, "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z" },
		{ NULL, "2026-03-02", NULL, NULL, NULL, 6, "2026-03-02T06:00:00Z", "2026-03-09T06:00:00Z" },
		/* without a date: the last whole one, the one that ends with the data, the only one there is */
		{ "", NULL, NULL, "2026-03-01T00:00:00Z", "2026-03-04T08:00:00Z", 0, "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z" },
		{ "", NULL, NULL, "2026-03-01T00:00:00Z", "2026-03-03T23:59:30Z", 0, "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z" },
		{ "", NULL, NULL, "2026-03-04T07:00:00Z", "2026-03-04T08:00:00Z", 0, "2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z" },
		{ NULL, "", NULL, "2026-02-01T00:00:00Z", "2026-03-04T08:00:00Z", 0, "2026-02-23T00:00:00Z", "2026-03-02T00:00:00Z" },
		/* as it stood then */
		{ "", NULL, "2026-03-03T12:00:00Z", "2026-03-01T00:00:00Z", "2026-03-04T08:00:00Z", 0, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z" },
		{ NULL, NULL, "2026-03-03T12:00:00Z", "2026-03-01T00:00:00Z", "2026-03-04T08:00:00Z", 0, NULL, "2026-03-03T12:00:00Z" },
		{ NULL, NULL, NULL, "2026-03-01T00:00:00Z", "2026-03-04T08:00:00Z", 0, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char day[16], week[16];
		struct options opt = { .since = TM_NONE, .until = TM_NONE, .as_of = at(cases[i].as_of), .day_start = cases[i].start_hour * 3600 * TM_SEC };
		struct book_opts out = { 0 };
		struct err err = { 0 };

		if (cases[i].day != NULL)
			opt.day = strcpy(day, cases[i].day);
		if (cases[i].week != NULL)
			opt.week = strcpy(week, cases[i].week);
		if (period_of(&opt, at(cases[i].first), at(cases[i].end), &out, &err) != 0)
			fail_msg("case %zu: %s", i, err.text);
		if (out.since != at(cases[i].since) || out.until != at(cases[i].until))
			fail_msg("case %zu: %lld to %lld", i, (long long)out.since, (long long)out.until);
	}
}

static void
what_contradicts_itself_is_refused(void **state)
{
	char date[] = "2026-03-01", none[] = "";
	const struct options cases[] = {
		{ .day = date, .week = date, .since = TM_NONE, .until = TM_NONE, .as_of = TM_NONE },
		{ .day = date, .since = 0, .until = TM_NONE, .as_of = TM_NONE },
		{ .since = 10, .until = 10, .as_of = TM_NONE },
		{ .since = 10, .until = TM_NONE, .as_of = 5 },
		{ .day = none, .since = TM_NONE, .until = TM_NONE, .as_of = TM_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct book_opts out = { 0 };
		struct err err = { 0 };

		if (period_of(&cases[i], TM_NONE, TM_NONE, &out, &err) != ST_ESYNTAX || err.text[0] == '\0')
			fail_msg("case %zu was taken", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_and_weeks),
		cmocka_unit_test(what_contradicts_itself_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
