#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/pack.h"

struct pair { uint32_t a; uint8_t small; };
struct item { struct entry e; uint64_t key; int64_t when; struct pair pairs[3]; uint16_t port; uint8_t raw[5]; uint32_t not_kept; };

static const struct pack_field pair_fields[] = { PACK32(struct pair, a), PACK8(struct pair, small, 4), PACK_END };
static const struct pack_field item_fields[] = { PACK64(struct item, key), PACK64(struct item, when),
	PACKSUB(struct item, pairs, 3, pair_fields), PACK16(struct item, port), PACKRAW(struct item, raw), PACK_END };

static void
fill(struct table *t, uint64_t n)
{
	for (uint64_t k = 0; k < n; k++) {
		struct item *it = table_add(t, &k);

		it->when = -(int64_t)k;
		it->pairs[2] = (struct pair){ .a = 7, .small = (uint8_t)(k % 5) };
		it->port = (uint16_t)(k * 3);
		memcpy(it->raw, "abcde", 5);
		it->not_kept = 9;
	}
}

static void
comes_back_in_its_order(void **state)
{
	struct table a, b;
	struct buf bytes = { 0 };
	struct cur c;
	uint64_t k = 3, want[] = { 0, 1, 2, 4, 3 };
	struct item *it;
	int i = 0;

	(void)state;
	assert_true(table_init(&a, sizeof(struct item), 8, 100, 1));
	assert_true(table_init(&b, sizeof(struct item), 8, 100, 2));
	fill(&a, 5);
	table_touch(&a, table_find(&a, &k));
	pack_table(&bytes, item_fields, &a);
	/* 4 bytes of count, and 8 + 8 + 3 * 5 + 2 + 5 an entry */
	assert_int_equal(bytes.len, 4 + 5 * 38);
	c = cur_make(bytes.p, bytes.len, bytes.len);
	assert_true(unpack_table(&c, item_fields, &b));
	for (it = table_oldest(&b); it != NULL; it = table_newer(&b, it)) {
		assert_int_equal(it->key, want[i]);
		assert_int_equal(it->when, -(int64_t)want[i]);
		assert_int_equal(it->pairs[2].a, 7);
		assert_int_equal(it->pairs[2].small, want[i] % 5);
		assert_int_equal(it->port, want[i] * 3);
		assert_memory_equal(it->raw, "abcde", 5);
		assert_int_equal(it->not_kept, 0);
		i++;
	}
	assert_int_equal(i, 5);
	table_free(&a);
	table_free(&b);
	buf_free(&bytes);
}

static void
what_is_cut_or_beyond_its_bound_is_refused(void **state)
{
	struct table a, b;
	struct buf bytes = { 0 };
	struct cur c;

	(void)state;
	assert_true(table_init(&a, sizeof(struct item), 8, 100, 1));
	fill(&a, 2);
	pack_table(&bytes, item_fields, &a);
	for (size_t n = 0; n < bytes.len; n++) {
		assert_true(table_init(&b, sizeof(struct item), 8, 100, 2));
		c = cur_make(bytes.p, n, n);
		assert_false(unpack_table(&c, item_fields, &b));
		table_free(&b);
	}
	bytes.p[4 + 16 + 4] = 5;		/* pairs[0].small, at most 4 */
	assert_true(table_init(&b, sizeof(struct item), 8, 100, 2));
	c = cur_make(bytes.p, bytes.len, bytes.len);
	assert_false(unpack_table(&c, item_fields, &b));
	table_free(&b);
	bytes.p[4 + 16 + 4] = 4;
	memcpy(bytes.p + 4 + 38, bytes.p + 4, 38);	/* the same key twice */
	assert_true(table_init(&b, sizeof(struct item), 8, 100, 2));
	c = cur_make(bytes.p, bytes.len, bytes.len);
	assert_false(unpack_table(&c, item_fields, &b));
	table_free(&b);
	table_free(&a);
	buf_free(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_in_its_order),
		cmocka_unit_test(what_is_cut_or_beyond_its_bound_is_refused),
	};

	return cmocka_run_group_tests_name("base/pack", tests, NULL, NULL);
}
