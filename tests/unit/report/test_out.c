#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "report/out.h"

static void
words_are_wrapped(void **state)
{
	struct out o = { 0 };
	char *line;

	(void)state;
	out_str(&o, "12345");
	out_wrap(&o, 3, 5, "  aa  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cc d");
	/* 5 + 2 + 1 + 72 = 80: just fits; what follows begins the next line */
	line = strchr(buf_cstr(&o.buf), '\n');
	assert_non_null(line);
	assert_int_equal(line - buf_cstr(&o.buf), 80);
	assert_string_equal(line, "\n   cc d\n");
	buf_free(&o.buf);
	buf_clear(&o.buf);
	out_wrap(&o, 2, 60, "until 2026-01-01 00:00:00; then 2026-01-01 is a day");	/* 77 would do for the date alone */
	assert_string_equal(buf_cstr(&o.buf), "until\n  2026-01-01 00:00:00; then 2026-01-01 is a day\n");
	buf_clear(&o.buf);
	out_wrap(&o, 2, 2, "");
	assert_string_equal(buf_cstr(&o.buf), "\n");
	buf_free(&o.buf);
}

static void
texts_are_escaped_and_cut(void **state)
{
	struct out o = { 0 };
	char text[300];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	out_term(&o, NULL);
	out_term(&o, "\x1b]0;");
	out_term(&o, text);
	assert_int_equal(o.buf.len, 1 + 7 + 200 + 3);
	assert_memory_equal(buf_cstr(&o.buf), "-\\x1b]0;xx", 10);
	buf_clear(&o.buf);
	out_wrap(&o, 0, 0, "a\x1b[2Jb");
	assert_string_equal(buf_cstr(&o.buf), "a\\x1b[2Jb\n");
	buf_free(&o.buf);
}

static void
times_are_to_the_second(void **state)
{
	struct out o = { 0 };

	(void)state;
	out_time(&o, TM_NONE);
	out_time(&o, INT64_C(1767225600999999));
	assert_string_equal(buf_cstr(&o.buf), "-2026-01-01 00:00:00");
	buf_free(&o.buf);
}

static void
colour_only_where_asked_for(void **state)
{
	struct out o = { 0 };

	(void)state;
	out_color(&o, OUT_RED);
	out_color(&o, OUT_PLAIN);
	assert_int_equal(o.buf.len, 0);
	o.color = true;
	out_color(&o, OUT_RED);
	out_color(&o, OUT_PLAIN);
	assert_string_equal(buf_cstr(&o.buf), "\033[31m\033[0m");
	buf_free(&o.buf);
}

static void
no_memory_is_told(void **state)
{
	struct out o = { .buf = { .failed = true } };
	struct err err = { 0 };

	(void)state;
	out_str(&o, "lost");
	out_more(&o);
	assert_int_equal(out_end(&o, &err), ST_ENOMEM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_wrapped),
		cmocka_unit_test(texts_are_escaped_and_cut),
		cmocka_unit_test(times_are_to_the_second),
		cmocka_unit_test(colour_only_where_asked_for),
		cmocka_unit_test(no_memory_is_told),
	};

	return cmocka_run_group_tests_name("report/out", tests, NULL, NULL);
}
