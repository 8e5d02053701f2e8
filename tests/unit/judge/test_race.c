/* A connection that its client gave up for another (RFC 8305 5): which it may have been, by what became of its flow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "judge/race_int.h"

static void
one_syn_without_answer_may_be_given_up(void **state)
{
	struct flow f = { .key.proto = IPP_TCP, .syn = true, .syns = 1 };

	(void)state;
	assert_true(race_abandoned(&f));
	f.syns = 2;			/* wanted all the same */
	assert_false(race_abandoned(&f));
	f.syns = 1;
	f.refused = true;		/* the server gave up */
	assert_false(race_abandoned(&f));
	f.refused = false;
	f.unreachable = true;		/* the network did */
	assert_false(race_abandoned(&f));
}

static void
an_answered_one_only_if_it_was_not_taken_up(void **state)
{
	struct flow f = { .key.proto = IPP_TCP, .syn = true, .synack = true, .syns = 1 };

	(void)state;
	assert_true(race_abandoned(&f));
	f.reset = true;
	assert_true(race_abandoned(&f));
	f.went_on = true;		/* opened ahead, and not needed */
	assert_false(race_abandoned(&f));
	f = (struct flow){ .key.proto = IPP_UDP, .syns = 1 };
	assert_false(race_abandoned(&f));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_syn_without_answer_may_be_given_up),
		cmocka_unit_test(an_answered_one_only_if_it_was_not_taken_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
