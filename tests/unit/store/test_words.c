#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "store/words_int.h"

/* A cache may forget, but what it tells is right; and it stays inside its bound. */
static void
never_wrong_and_never_too_large(void **state)
{
	struct words w;
	char text[32];
	int n;

	(void)state;
	words_init(&w, 200000);
	for (int round = 0; round < 3; round++)
		for (int i = 1; i <= 20000; i++) {
			int64_t id;

			n = snprintf(text, sizeof(text), "host%d", i);
			id = words_get(&w, text, (size_t)n);
			assert_true(id == 0 || id == i);
			if (id == 0)
				words_put(&w, text, (size_t)n, i);
			assert_int_equal(words_get(&w, text, (size_t)n), i);
			assert_true(w.cap + ((size_t)w.mask + 1) * sizeof(*w.slots) <= 200000);
		}
	words_free(&w);
}

static void
remembers_while_it_fits(void **state)
{
	struct words w;
	int forgotten = 0;

	(void)state;
	words_init(&w, 1 << 20);
	assert_int_equal(words_get(&w, "a", 1), 0);
	for (int i = 0; i < 5000; i++)
		words_put(&w, &i, sizeof(i), i + 1);
	for (int i = 0; i < 5000; i++)
		forgotten += words_get(&w, &i, sizeof(i)) != i + 1;
	assert_in_range(forgotten, 0, 25);			/* those that found no room near */
	assert_int_equal(words_get(&w, "\0\0\0", 3), 0);	/* the beginning of one is another */
	words_clear(&w);
	assert_int_equal(words_get(&w, &(int){ 1 }, sizeof(int)), 0);
	words_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_wrong_and_never_too_large),
		cmocka_unit_test(remembers_while_it_fits),
	};

	return cmocka_run_group_tests_name("store/words", tests, NULL, NULL);
}
