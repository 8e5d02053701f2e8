#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static void
says_what_it_was_told(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(err_set(&e, ST_ESYNTAX, "%s:%d: no", "x.csv", 7), ST_ESYNTAX);
	assert_int_equal(e.code, ST_ESYNTAX);
	assert_string_equal(e.text, "x.csv:7: no");
}

static void
too_long_a_text_is_cut(void **state)
{
	char longer[2 * sizeof(((struct err *)0)->text)];
	struct err e;

	(void)state;
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	err_set(&e, ST_EIO, "%s", longer);
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
}

static void
exit_codes_are_the_contract(void **state)
{
	(void)state;
	assert_int_equal(err_exit(ST_OK), 0);
	assert_int_equal(err_exit(ST_ESYNTAX), 2);
	assert_int_equal(err_exit(ST_EFORMAT), 2);
	assert_int_equal(err_exit(ST_ELIMIT), 2);
	assert_int_equal(err_exit(ST_EIO), 3);
	assert_int_equal(err_exit(ST_ENOMEM), 3);
	assert_int_equal(err_exit(ST_EBUSY), 3);
}

/* A path that somebody chose is unusable input; a disk that fails is not. */
static void
a_path_is_the_users(void **state)
{
	(void)state;
	assert_int_equal(err_exit(err_path(ENOENT)), 2);
	assert_int_equal(err_exit(err_path(EACCES)), 2);
	assert_int_equal(err_exit(err_path(EROFS)), 2);
	assert_int_equal(err_exit(err_path(ENOSPC)), 3);
	assert_int_equal(err_exit(err_path(EIO)), 3);
	assert_int_equal(err_exit(err_path(EMFILE)), 3);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_it_was_told),
		cmocka_unit_test(too_long_a_text_is_cut),
		cmocka_unit_test(exit_codes_are_the_contract),
		cmocka_unit_test(a_path_is_the_users),
	};

	return cmocka_run_group_tests_name("base/err", tests, NULL, NULL);
}
