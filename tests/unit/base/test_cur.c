#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cur.h"

static const uint8_t bytes[8] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };

/* What a reader of n bytes does with n-1, n and n+1 of them, promised or captured. */
#define CHECK_READER(read, n, value) do {					\
	struct cur c_;								\
										\
	c_ = cur_make(bytes, (n) - 1, (n) - 1);					\
	assert_int_equal(read(&c_), 0);						\
	assert_int_equal(c_.st, CUR_BAD);					\
	assert_int_equal(cur_left(&c_), 0);					\
	c_ = cur_make(bytes, (n), (n) - 1);					\
	assert_int_equal(read(&c_), 0);						\
	assert_int_equal(c_.st, CUR_CUT);					\
	assert_int_equal(cur_left(&c_), 0);					\
	c_ = cur_make(bytes, (n), (n));						\
	assert_true(read(&c_) == (value));					\
	assert_true(cur_ok(&c_) && cur_left(&c_) == 0);				\
	c_ = cur_make(bytes, (n) + 1, (n));					\
	assert_true(read(&c_) == (value));					\
	assert_true(cur_ok(&c_) && cur_left(&c_) == 1 && c_.p == bytes + (n));	\
} while (0)

static void
readers_at_their_border(void **state)
{
	(void)state;
	CHECK_READER(cur_u8, 1, 0x11);
	CHECK_READER(cur_u16, 2, 0x1122);
	CHECK_READER(cur_u24, 3, 0x112233);
	CHECK_READER(cur_u32, 4, 0x11223344);
}

static void
u64_at_its_border(void **state)
{
	struct cur c;

	(void)state;
	c = cur_make(bytes, 7, 7);
	cur_u64(&c);
	assert_int_equal(c.st, CUR_BAD);
	c = cur_make(bytes, 8, 7);
	cur_u64(&c);
	assert_int_equal(c.st, CUR_CUT);
	c = cur_make(bytes, 8, 8);
	assert_true(cur_u64(&c) == UINT64_C(0x1122334455667788));
	assert_true(cur_ok(&c) && cur_left(&c) == 0);
}

static void
take_and_skip_at_their_border(void **state)
{
	struct cur c;

	(void)state;
	for (size_t n = 1; n < 8; n++) {
		c = cur_make(bytes, n - 1, 8);
		assert_null(cur_take(&c, n));
		assert_int_equal(c.st, CUR_BAD);
		c = cur_make(bytes, 8, n - 1);
		cur_skip(&c, n);
		assert_int_equal(c.st, CUR_CUT);
		c = cur_make(bytes, 8, n);
		assert_ptr_equal(cur_take(&c, n), bytes);
		assert_int_equal(cur_left(&c), 8 - n);
	}
	c = cur_make(bytes, 8, 8);
	assert_null(cur_take(&c, SIZE_MAX));
	assert_int_equal(c.st, CUR_BAD);
}

static void
the_first_failure_sticks(void **state)
{
	struct cur c = cur_make(bytes, 8, 2), part;

	(void)state;
	assert_int_equal(cur_u32(&c), 0);
	assert_int_equal(c.st, CUR_CUT);
	assert_int_equal(cur_u8(&c), 0);	/* although two bytes are there */
	cur_skip(&c, 100);
	assert_int_equal(c.st, CUR_CUT);	/* not BAD: the first one */
	assert_ptr_equal(c.p, bytes);
	part = cur_part(&c, 1);
	assert_int_equal(part.st, CUR_CUT);
	assert_int_equal(cur_left(&part), 0);
}

static void
captured_is_never_more_than_promised(void **state)
{
	struct cur c = cur_make(bytes, 2, 8);

	(void)state;
	assert_int_equal(cur_u24(&c), 0);
	assert_int_equal(c.st, CUR_BAD);
}

static void
part_cannot_reach_the_rest(void **state)
{
	struct cur c = cur_make(bytes, 8, 8), part = cur_part(&c, 3);

	(void)state;
	assert_int_equal(cur_left(&part), 3);
	assert_int_equal(cur_left(&c), 5);
	assert_int_equal(cur_u8(&c), 0x44);
	assert_int_equal(cur_u24(&part), 0x112233);
	assert_int_equal(cur_u8(&part), 0);
	assert_int_equal(part.st, CUR_BAD);
	assert_true(cur_ok(&c));
}

static void
part_at_its_border(void **state)
{
	struct cur c, part;

	(void)state;
	c = cur_make(bytes, 4, 4);
	part = cur_part(&c, 5);
	assert_int_equal(c.st, CUR_BAD);
	assert_int_equal(part.st, CUR_BAD);
	c = cur_make(bytes, 4, 4);
	part = cur_part(&c, 4);
	assert_true(cur_ok(&c) && cur_ok(&part));
	assert_int_equal(cur_left(&c), 0);
	assert_int_equal(cur_u32(&part), 0x11223344);
}

/* The snap length ends inside the part: what is there can be read, then both say CUT. */
static void
part_cut_by_the_capture(void **state)
{
	struct cur c = cur_make(bytes, 8, 3), part = cur_part(&c, 4);

	(void)state;
	assert_true(cur_ok(&c) && cur_ok(&part));
	assert_int_equal(cur_left(&part), 4);
	assert_int_equal(cur_u24(&part), 0x112233);
	assert_int_equal(cur_u8(&part), 0);
	assert_int_equal(part.st, CUR_CUT);
	assert_int_equal(cur_left(&c), 4);
	assert_int_equal(cur_u8(&c), 0);
	assert_int_equal(c.st, CUR_CUT);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_at_their_border),
		cmocka_unit_test(u64_at_its_border),
		cmocka_unit_test(take_and_skip_at_their_border),
		cmocka_unit_test(the_first_failure_sticks),
		cmocka_unit_test(captured_is_never_more_than_promised),
		cmocka_unit_test(part_cannot_reach_the_rest),
		cmocka_unit_test(part_at_its_border),
		cmocka_unit_test(part_cut_by_the_capture),
	};

	return cmocka_run_group_tests_name("base/cur", tests, NULL, NULL);
}
