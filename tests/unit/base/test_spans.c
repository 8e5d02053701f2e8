#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/spans.h"

static void
what_overlaps_counts_once(void **state)
{
	struct spans s = { 0 };

	(void)state;
	assert_true(spans_add(&s, 100, 200));
	assert_true(spans_add(&s, 150, 250));
	assert_true(spans_add(&s, 400, 500));
	assert_int_equal(s.n, 2);
	assert_int_equal(spans_within(&s, 0, 1000), 250);
	assert_int_equal(spans_within(&s, 240, 410), 20);
	assert_int_equal(spans_within(&s, 250, 400), 0);
	spans_free(&s);
}

static void
near_ones_are_joined(void **state)
{
	struct spans s = { .join = 60 };

	(void)state;
	assert_true(spans_add(&s, 0, 100) && spans_add(&s, 160, 200) && spans_add(&s, 261, 300));
	assert_int_equal(s.n, 2);
	assert_int_equal(spans_within(&s, 0, 300), 239);
	spans_free(&s);
}

static void
times_that_are_none_add_nothing(void **state)
{
	struct spans s = { 0 };

	(void)state;
	assert_true(spans_add(&s, TM_NONE, 5) && spans_add(&s, 5, TM_NONE) && spans_add(&s, 9, 8));
	assert_int_equal(s.n, 0);
	assert_int_equal(spans_within(&s, 0, 10), 0);
	spans_free(&s);
}

/* Beside an array of seconds. */
static void
any_order_gives_the_same(void **state)
{
	enum { LENGTH = 500 };
	unsigned char there[LENGTH];

	(void)state;
	srand(4);
	for (int round = 0; round < 200; round++) {
		struct spans s = { 0 };

		for (int i = 0; i < LENGTH; i++)
			there[i] = 0;
		for (int n = rand() % 40; n > 0; n--) {
			int from = rand() % LENGTH, to = from + rand() % 40;

			to = to < LENGTH ? to : LENGTH;
			assert_true(spans_add(&s, from, to));
			for (int i = from; i < to; i++)
				there[i] = 1;
		}
		for (int i = 0; i < 50; i++) {
			int from = rand() % LENGTH, to = from + rand() % (LENGTH - from), sum = 0;

			for (int k = from; k < to; k++)
				sum += there[k];
			assert_int_equal(spans_within(&s, from, to), sum);
		}
		for (size_t i = 1; i < s.n; i++)
			assert_true(s.v[i - 1].to < s.v[i].from);
		spans_free(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_overlaps_counts_once),
		cmocka_unit_test(near_ones_are_joined),
		cmocka_unit_test(times_that_are_none_add_nothing),
		cmocka_unit_test(any_order_gives_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
