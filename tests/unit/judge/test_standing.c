#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "judge/standing.h"

#define HOUR (3600 * TM_SEC)
#define DAY (24 * HOUR)

struct fixture { struct spans always; struct standing s; };

static int
setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ 0 };
	spans_add(&f.always, 0, 400 * DAY);
	standing_clear(&f.s);
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	spans_free(&((struct fixture *)*state)->always);
	return 0;
}

static void
never_stale_is_draining_then_resolved(void **state)
{
	struct fixture *f = *state;

	standing_contact(&f->s, DAY, false, &f->always, DAY);
	assert_int_equal(standing_at(&f->s, DAY + HOUR, DAY + 2 * HOUR, &f->always, DAY), STATE_DRAINING);
	assert_int_equal(standing_at(&f->s, DAY + 3 * HOUR, DAY + 2 * HOUR, &f->always, DAY), STATE_RESOLVED);
}

static void
stale_is_open_until_a_covered_day_is_silent(void **state)
{
	struct fixture *f = *state;

	standing_contact(&f->s, DAY, true, &f->always, DAY);
	assert_int_equal(standing_at(&f->s, 2 * DAY, TM_NONE, &f->always, DAY), STATE_OPEN);
	assert_int_equal(standing_at(&f->s, 2 * DAY + 1, TM_NONE, &f->always, DAY), STATE_RESOLVED);
}

static void
a_gap_in_coverage_resolves_nothing(void **state)
{
	struct fixture *f = *state;
	struct spans holes = { 0 };

	assert_true(spans_add(&holes, 0, DAY + HOUR) && spans_add(&holes, 10 * DAY, 12 * DAY));
	standing_contact(&f->s, DAY, true, &holes, DAY);
	assert_int_equal(standing_at(&f->s, 10 * DAY + 23 * HOUR, TM_NONE, &holes, DAY), STATE_OPEN);
	assert_int_equal(standing_at(&f->s, 10 * DAY + 23 * HOUR + 1, TM_NONE, &holes, DAY), STATE_RESOLVED);
	assert_int_equal(standing_resolves(&f->s, 10 * DAY + 22 * HOUR, &holes, DAY), 10 * DAY + 23 * HOUR);
	spans_free(&holes);
}

/* Once a week: after the second contact a week of silence is its habit. */
static void
a_weekly_client_returns_once(void **state)
{
	struct fixture *f = *state;

	for (int week = 0; week < 4; week++)
		standing_contact(&f->s, week * 7 * DAY, true, &f->always, DAY);
	assert_int_equal(f->s.returned, 1);
	assert_int_equal(f->s.longest, 7 * DAY);
	assert_int_equal(standing_at(&f->s, 27 * DAY, TM_NONE, &f->always, DAY), STATE_OPEN);
	assert_int_equal(standing_at(&f->s, 36 * DAY, TM_NONE, &f->always, DAY), STATE_RESOLVED);
}

static void
an_older_contact_only_makes_it_stale(void **state)
{
	struct fixture *f = *state;

	standing_contact(&f->s, 3 * DAY, false, &f->always, DAY);
	standing_contact(&f->s, DAY, true, &f->always, DAY);
	assert_int_equal(f->s.last, 3 * DAY);
	assert_int_equal(f->s.longest, 0);
	assert_int_equal(standing_at(&f->s, 3 * DAY, DAY, &f->always, DAY), STATE_OPEN);
}

/* Open for a week: no pause in it, whatever came before. */
static void
what_was_open_all_the_time_is_no_silence(void **state)
{
	struct fixture *f = *state;

	standing_contact(&f->s, 3 * DAY, true, &f->always, DAY);
	standing_held(&f->s, 2 * DAY, 10 * DAY, true, &f->always, DAY);
	standing_contact(&f->s, 10 * DAY + HOUR, true, &f->always, DAY);
	assert_int_equal(f->s.returned, 0);
	assert_int_equal(f->s.longest, HOUR);
	standing_held(&f->s, 2 * DAY, 12 * DAY, false, &f->always, DAY);
	assert_int_equal(f->s.last, 12 * DAY);
	assert_int_equal(f->s.last_stale, 10 * DAY + HOUR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(never_stale_is_draining_then_resolved, setup, teardown),
		cmocka_unit_test_setup_teardown(stale_is_open_until_a_covered_day_is_silent, setup, teardown),
		cmocka_unit_test_setup_teardown(a_gap_in_coverage_resolves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_weekly_client_returns_once, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_open_all_the_time_is_no_silence, setup, teardown),
		cmocka_unit_test_setup_teardown(an_older_contact_only_makes_it_stale, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
