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

static void
what_is_looked_for_ahead_is_found_near(void **state)
{
	struct table t;
	struct item *it;
	uint32_t hash;

	(void)state;
	assert_true(table_init(&t, sizeof(struct item), 8, 1000, 7));
	for (uint64_t k = 0; k < 1000; k += 2)
		assert_non_null(table_add(&t, &k));
	for (uint64_t k = 0; k < 1000; k++) {
		hash = table_hash(&t, &k, sizeof(k));
		table_ahead(&t, hash);
		it = table_if_any(&t, table_near(&t, hash, sizeof(*it)));
		if (k % 2 == 0)
			assert_true(it != NULL && it->key == k);
		else
			assert_true(it == NULL || it->key != k);
	}
	table_free(&t);
}

/* Keys that differ in one bit only, of every size that the look-up knows by itself and of others. */
static void
a_key_counts_to_its_last_bit(void **state)
{
	static const size_t sizes[] = { 8, 16, 24, 32, 40, 48, 56 };
	struct { struct entry e; uint64_t key[7]; uint32_t value; } *it;

	(void)state;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		uint64_t key[7] = { 0 };
		struct table t;
		bool fresh;

		assert_true(table_init(&t, sizeof(*it), sizes[s], 1000, 5));
		for (uint32_t bit = 0; bit < sizes[s] * 8; bit++) {
			key[bit / 64] = UINT64_C(1) << bit % 64;
			assert_null(table_find(&t, key));
			it = table_get(&t, key, &fresh);
			assert_non_null(it);
			assert_true(fresh);
			it->value = bit;
			key[bit / 64] = 0;
		}
		assert_int_equal(t.n, sizes[s] * 8);
		for (uint32_t bit = 0; bit < sizes[s] * 8; bit++) {
			key[bit / 64] = UINT64_C(1) << bit % 64;
			it = table_get(&t, key, &fresh);
			assert_false(fresh);
			assert_int_equal(it->value, bit);
			assert_ptr_equal(table_find(&t, key), it);
			key[bit / 64] = 0;
		}
		table_free(&t);
	}
}

static void
gets_nothing_new_at_its_bound(void **state)
{
	uint64_t k = 1;
	struct table t;
	bool fresh;

	(void)state;
	assert_true(table_init(&t, sizeof(struct item), 8, 1, 5));
	assert_non_null(table_get(&t, &k, &fresh));
	k = 2;
	assert_null(table_get(&t, &k, &fresh));
	k = 1;
	assert_non_null(table_get(&t, &k, &fresh));
	assert_false(fresh);
	table_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_by_key_and_gone_when_removed),
		cmocka_unit_test(keeps_the_order_of_last_use_whatever_the_seed),
		cmocka_unit_test(never_above_its_bound_and_entries_stay_where_they_are),
		cmocka_unit_test(what_is_looked_for_ahead_is_found_near),
		cmocka_unit_test(a_key_counts_to_its_last_bit),
		cmocka_unit_test(gets_nothing_new_at_its_bound),
	};

	return cmocka_run_group_tests_name("base/table", tests, NULL, NULL);
}
