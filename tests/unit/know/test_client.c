#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "know/client.h"

static struct addr
host(unsigned i)
{
	const uint8_t a[4] = { 10, 0, 0, (uint8_t)i };

	return addr_v4(a);
}

static struct client *
heard(struct client_table *c, unsigned i)
{
	struct addr a = host(i);

	return client_get(c, &a, 0);
}

static bool
known(const struct client_table *c, unsigned i)
{
	struct addr a = host(i);

	return client_find(c, &a, 0) != NULL;
}

static void
a_new_one_was_never_heard_before(void **state)
{
	struct why_counts counts = { 0 };
	struct client_table c;
	const struct client *one;

	(void)state;
	assert_true(client_init(&c, 2, &counts, 3));
	one = heard(&c, 1);
	assert_int_equal(one->queries, 0);
	assert_int_equal(one->first_query, TM_NONE);
	assert_int_equal(one->last_answer, TM_NONE);
	assert_ptr_equal(heard(&c, 1), one);
	client_free(&c);
}

/* Who spoke again stays, whoever came first; each that goes is counted. */
static void
the_silent_one_goes(void **state)
{
	struct why_counts counts = { 0 };
	struct client_table c;

	(void)state;
	assert_true(client_init(&c, 3, &counts, 3));
	for (unsigned i = 1; i <= 3; i++)
		assert_non_null(heard(&c, i));
	assert_non_null(heard(&c, 1));
	assert_non_null(heard(&c, 4));
	assert_true(known(&c, 1) && known(&c, 3) && known(&c, 4));
	assert_false(known(&c, 2));
	assert_int_equal(counts.n[WHY_EVICTED_LEDGER], 1);
	/* having been passed over once, he must speak again to stay */
	assert_non_null(heard(&c, 5));
	assert_non_null(heard(&c, 4));
	assert_non_null(heard(&c, 6));
	assert_true(known(&c, 4) && known(&c, 5) && known(&c, 6));
	assert_int_equal(counts.n[WHY_EVICTED_LEDGER], 3);
	client_free(&c);
}

static void
all_speak_and_one_still_goes(void **state)
{
	struct why_counts counts = { 0 };
	struct client_table c;

	(void)state;
	assert_true(client_init(&c, 3, &counts, 3));
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 1; i <= 3; i++)
			assert_non_null(heard(&c, i));
	assert_non_null(heard(&c, 4));
	assert_false(known(&c, 1));
	assert_int_equal(c.t.n, 3);
	client_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_one_was_never_heard_before),
		cmocka_unit_test(the_silent_one_goes),
		cmocka_unit_test(all_speak_and_one_still_goes),
	};

	return cmocka_run_group_tests_name("know/client", tests, NULL, NULL);
}
