#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/tm.h"

static void
check_parse(const char *text, usec_t want)
{
	usec_t t = 1;

	if (!tm_parse(text, &t))
		fail_msg("%s was refused", text);
	if (t != want)
		fail_msg("%s gave %lld, not %lld", text, (long long)t, (long long)want);
}

/* The examples of RFC 3339 5.8; the seconds are date(1)'s. */
static void
examples_of_rfc3339(void **state)
{
	(void)state;
	check_parse("1985-04-12T23:20:50.52Z", 482196050520000);
	check_parse("1996-12-19T16:39:57-08:00", 851042397000000);
	check_parse("1990-12-31T23:59:60Z", 662688000000000);
	check_parse("1990-12-31T15:59:60-08:00", 662688000000000);
	check_parse("1937-01-01T12:00:27.87+00:20", -1041337172130000);
}

static void
forms_that_are_allowed(void **state)
{
	(void)state;
	check_parse("1985-04-12t23:20:50.52z", 482196050520000);
	check_parse("1985-04-12 23:20:50.520000999Z", 482196050520000);
	check_parse("1985-04-12T23:20:50.000001Z", 482196050000001);
	check_parse("1970-01-01T00:00:00-00:00", 0);
	check_parse("1970-01-01T23:59:00+23:59", 0);
	check_parse("1990-12-31T23:59:60.75Z", 662688000000000);
}

static void
leap_years(void **state)
{
	usec_t t;

	(void)state;
	check_parse("2000-02-29T12:00:00Z", 951825600000000);
	check_parse("2024-02-29T00:00:00Z", 1709164800000000);
	assert_false(tm_parse("1900-02-29T00:00:00Z", &t));
	assert_false(tm_parse("2023-02-29T00:00:00Z", &t));
	assert_false(tm_parse("2024-02-30T00:00:00Z", &t));
}

static void
bad_text_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "2026", "2026-03-01", "2026-03-01Z", "2026-03-01T02:00Z", "2026-03-01T02:00:00", "2026-03-01 02:00:00.5",
		"2026-00-01T02:00:00Z", "2026-13-01T02:00:00Z", "2026-03-00T02:00:00Z", "2026-03-32T02:00:00Z",
		"2026-04-31T02:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T02:60:00Z", "2026-03-01T02:00:61Z",
		"2026-03-01T02:00:60Z", "2026-03-01T23:59:60Z", "2026-02-28T23:59:60+01:00", "2026-03-01T02:00:00.Z",
		"2026-03-01T02:00:00,5Z", "2026-03-01T02:00:00+0100", "2026-03-01T02:00:00+01", "2026-03-01T02:00:00+24:00",
		"2026-03-01T02:00:00+01:60", "2026-03-01T02:00:00ZZ", "2026-03-01T02:00:00Z ", " 2026-03-01T02:00:00Z",
		"26-03-01T02:00:00Z", "2026-3-1T02:00:00Z", "+2026-03-01T02:00:00Z", "2026/03/01T02:00:00Z", "2026-03-01_02:00:00Z",
		"2026-03-01T-2:00:00Z", "1772330400",
	};
	usec_t t;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (tm_parse(bad[i], &t))
			fail_msg("\"%s\" was taken as a time", bad[i]);
}

static void
a_missing_offset_is_told_apart(void **state)
{
	(void)state;
	assert_true(tm_lacks_offset("2026-03-01 02:00:00"));
	assert_true(tm_lacks_offset("2026-03-01T02:00:00.25"));
	assert_false(tm_lacks_offset("2026-03-01T02:00:00Z"));
	assert_false(tm_lacks_offset("2026-03-01T02:00:00+1"));
	assert_false(tm_lacks_offset("2026-03-01"));
	assert_false(tm_lacks_offset("2026-02-30T02:00:00"));
}

static void
text_sorts_and_reads_back(void **state)
{
	static const usec_t moments[] = {
		0, -1, 1, 482196050520000, -1041337172130000, 951825600000000, 951782400000000, 951868800000000,
		-62167219200000000, 253402300799999999,
	};
	char text[TM_TEXT];
	usec_t back;

	(void)state;
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		assert_true(tm_parse(tm_text(moments[i], text), &back));
		assert_true(back == moments[i]);
	}
	assert_string_equal(tm_text(482196050520000, text), "1985-04-12T23:20:50.520000Z");
	assert_string_equal(tm_text(-1, text), "1969-12-31T23:59:59.999999Z");
	assert_string_equal(tm_text(-62167219200000000, text), "0000-01-01T00:00:00.000000Z");
	assert_string_equal(tm_text(253402300799999999, text), "9999-12-31T23:59:59.999999Z");
	assert_string_equal(tm_text(TM_NONE, text), "");
}

/* Every day of 800 years by counting, so that the formula is held against the calendar itself. */
static void
every_day_in_turn(void **state)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	usec_t t = 0;

	(void)state;
	for (int year = 1970; year < 2770; year++) {
		bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

		for (int month = 1; month <= 12; month++)
			for (int day = 1; day <= length[month - 1] + (month == 2 && leap); day++) {
				char want[TM_TEXT], text[TM_TEXT];

				snprintf(want, sizeof(want), "%04d-%02d-%02dT00:00:00.000000Z", year, month, day);
				assert_string_equal(tm_text(t, text), want);
				check_parse(want, t);
				t += 86400 * TM_SEC;
			}
	}
}

static void
text_for_people(void **state)
{
	char text[TM_TEXT];

	(void)state;
	assert_string_equal(tm_human(482196050520000, text), "1985-04-12 23:20:50.520");
	assert_string_equal(tm_human(482196050000000, text), "1985-04-12 23:20:50");
	assert_string_equal(tm_human(482196050000999, text), "1985-04-12 23:20:50");
	assert_string_equal(tm_human(TM_NONE, text), "");
}

static void
no_moment_overflows(void **state)
{
	char text[TM_TEXT];

	(void)state;
	assert_string_equal(tm_text(INT64_MAX, text), "294247-01-10T04:00:54.775807Z");
	assert_string_equal(tm_text(INT64_MIN + 1, text), "-290308-12-21T19:59:05.224193Z");
	assert_string_equal(tm_human(INT64_MIN + 1, text), "-290308-12-21 19:59:05.224");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_of_rfc3339),
		cmocka_unit_test(forms_that_are_allowed),
		cmocka_unit_test(leap_years),
		cmocka_unit_test(bad_text_is_refused),
		cmocka_unit_test(a_missing_offset_is_told_apart),
		cmocka_unit_test(text_sorts_and_reads_back),
		cmocka_unit_test(every_day_in_turn),
		cmocka_unit_test(text_for_people),
		cmocka_unit_test(no_moment_overflows),
	};

	return cmocka_run_group_tests_name("base/tm", tests, NULL, NULL);
}
