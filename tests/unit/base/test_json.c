#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"

static void
commas_by_themselves(void **state)
{
	struct buf b = { 0 };
	struct json j;

	(void)state;
	json_begin(&j, &b);
	json_object(&j);
	json_key(&j, "a");
	json_int(&j, INT64_MIN);
	json_key(&j, "b");
	json_array(&j);
	json_uint(&j, UINT64_MAX);
	json_array(&j);
	json_end(&j);
	json_object(&j);
	json_end(&j);
	json_bool(&j, true);
	json_bool(&j, false);
	json_end(&j);
	json_key(&j, "c");
	json_object(&j);
	json_key(&j, "d");
	json_null(&j);
	json_end(&j);
	json_key(&j, "e");
	json_str(&j, NULL);
	json_key(&j, "f");
	json_str(&j, "a\"b\\c\n");
	json_key(&j, "g");
	json_strn(&j, "x\0y", 3);
	json_end(&j);
	assert_string_equal(buf_cstr(&b), "{\"a\":-9223372036854775808,\"b\":[18446744073709551615,[],{},true,false],"
	                                  "\"c\":{\"d\":null},\"e\":null,\"f\":\"a\\\"b\\\\c\\n\",\"g\":\"x\\u0000y\"}");
	buf_free(&b);
}

static void
one_value_a_line(void **state)
{
	struct buf b = { 0 };
	struct json j;

	(void)state;
	json_begin(&j, &b);
	for (int i = 0; i < 2; i++) {
		json_object(&j);
		json_end(&j);
		buf_u8(&b, '\n');
	}
	assert_string_equal(buf_cstr(&b), "{}\n{}\n");
	buf_free(&b);
}

/* 64 levels, arrays and objects in turn: each is closed by its own bracket. */
static void
as_deep_as_it_goes(void **state)
{
	struct buf b = { 0 };
	struct json j;

	(void)state;
	json_begin(&j, &b);
	for (int i = 0; i < JSON_DEPTH; i += 2) {
		json_array(&j);
		json_object(&j);
		json_key(&j, "k");
	}
	json_int(&j, 1);
	for (int i = 0; i < JSON_DEPTH; i++)
		json_end(&j);
	buf_cstr(&b);
	assert_int_equal(b.len, 32 * 6 + 1 + 64);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(b.p[b.len - 64 + i], i % 2 == 0 ? '}' : ']');
	buf_free(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_by_themselves),
		cmocka_unit_test(one_value_a_line),
		cmocka_unit_test(as_deep_as_it_goes),
	};

	return cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
}
