#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void
numbers_are_big_endian(void **state)
{
	static const uint8_t want[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	struct buf b = { 0 };

	(void)state;
	buf_u8(&b, 0x01);
	buf_u16(&b, 0x0203);
	buf_u32(&b, 0x04050607);
	buf_u64(&b, UINT64_C(0x08090a0b0c0d0e0f));
	assert_int_equal(b.len, sizeof(want));
	assert_memory_equal(b.p, want, sizeof(want));
	buf_free(&b);
}

static void
text_grows(void **state)
{
	struct buf b = { 0 };
	char want[2001] = "";

	(void)state;
	assert_string_equal(buf_cstr(&b), "");
	for (int i = 0; i < 1000; i++) {
		buf_str(&b, "ab");
		memcpy(want + 2 * i, "ab", 2);
		assert_int_equal(strlen(buf_cstr(&b)), b.len);
	}
	assert_string_equal(buf_cstr(&b), want);
	buf_clear(&b);
	assert_string_equal(buf_cstr(&b), "");
	buf_free(&b);
	assert_null(b.p);
	buf_str(&b, "again");
	assert_string_equal(buf_cstr(&b), "again");
	buf_free(&b);
}

/* Every length around the first block of memory, so that the formatted text meets its end at each place. */
static void
fmt_at_the_end_of_the_block(void **state)
{
	char pad[200], want[256];
	struct buf b = { 0 };

	(void)state;
	memset(pad, 'x', sizeof(pad));
	for (size_t n = 0; n < sizeof(pad); n++) {
		buf_put(&b, pad, n);
		buf_fmt(&b, "%d-%s", 12345, "tail");
		memcpy(want, pad, n);
		memcpy(want + n, "12345-tail", sizeof("12345-tail"));
		assert_string_equal(buf_cstr(&b), want);
		buf_free(&b);
		buf_fmt(&b, "%.*s", (int)n, pad);
		assert_int_equal(b.len, n);
		assert_memory_equal(b.p, pad, n);
		buf_free(&b);
	}
}

static void
a_failure_sticks(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_str(&b, "kept");
	buf_put(&b, "", SIZE_MAX);
	assert_true(b.failed);
	buf_str(&b, "lost");
	buf_fmt(&b, "%d", 1);
	assert_int_equal(b.len, 4);
	assert_string_equal(buf_cstr(&b), "");
	buf_clear(&b);
	buf_str(&b, "fresh");
	assert_string_equal(buf_cstr(&b), "fresh");
	buf_free(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_big_endian),
		cmocka_unit_test(text_grows),
		cmocka_unit_test(fmt_at_the_end_of_the_block),
		cmocka_unit_test(a_failure_sticks),
	};

	return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}
