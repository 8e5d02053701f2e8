#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/table.h"

struct item { struct entry e; uint64_t key; uint32_t value; };

static void
found_by_key_and_gone_when_removed(void **state)
{
	struct table t;
	uint64_t k;
	struct item *it;

	(void)state;
	assert_true(table_init(&t, sizeof(struct item), 8, 100000, 7));
	for (k = 0; k < 5000; k++) {
		it = table_add(&t, &k);
		assert_non_null(it);
		it->value = (uint32_t)k * 3;
	}
	for (k = 0; k < 5000; k += 2)
		table_remove(&t, table_find(&t, &k));
	for (k = 0; k < 5000; k++) {
		it = table_find(&t, &k);
		if (k % 2 == 0) {
			assert_null(it);
		} else {
			assert_non_null(it);
			assert_int_equal(it->value, k * 3);
		}
	}
	assert_int_equal(t.n, 2500);
	table_free(&t);
}

static void
keeps_the_order_of_last_use_whatever_the_seed(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct table t;
		uint64_t k, want[] = { 1, 3, 4, 0, 2 };
		struct item *it;
		int i = 0;

		assert_true(table_init(&t, sizeof(struct item), 8, 10, seed));
		for (k = 0; k < 5; k++)
			assert_non_null(table_add(&t, &k));
		k = 0;
		table_touch(&t, table_find(&t, &k));
		k = 2;
		table_touch(&t, table_find(&t, &k));
		table_touch(&t, table_find(&t, &k));
		for (it = table_oldest(&t); it != NULL; it = table_newer(&t, it))
			assert_int_equal(it->key, want[i++]);
		assert_int_equal(i, 5);
		table_free(&t);
	}
}

static void
never_above_its_bound_and_entries_stay_where_they_are(void **state)
{
	struct table t;
	uint64_t k;
	struct item *first, *it;

	(void)state;
	assert_true(table_init(&t, sizeof(struct item), 8, 1000, 1));
	k = 0;
	first = table_add(&t, &k);
	for (k = 1; k < 1000; k++)
		assert_non_null(table_add(&t, &k));
	assert_null(table_add(&t, &k));
	k = 0;
	assert_ptr_equal(table_find(&t, &k), first);
	for (k = 1000; k < 50000; k++) {
		table_remove(&t, table_oldest(&t));
		it = table_add(&t, &k);
		assert_non_null(it);
		assert_int_equal(it->value, 0);
		it->value = 9;
	}
	assert_int_equal(t.n, 1000);
	assert_true(t.made <= 1000);
	it = table_oldest(&t);
	assert_int_equal(it->key, 49000);
	table_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_by_key_and_gone_when_removed),
		cmocka_unit_test(keeps_the_order_of_last_use_whatever_the_seed),
		cmocka_unit_test(never_above_its_bound_and_entries_stay_where_they_are),
	};

	return cmocka_run_group_tests_name("base/table", tests, NULL, NULL);
}
