#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "judge/decide.h"

#define C(x) CAUSE_BIT(CAUSE_##x)

static void
two_causes_want_an_observation(void **state)
{
	(void)state;
	assert_non_null(strstr(decide_text(C(STUB_OVERRUN) | C(APP_CACHE), 0), "asks again within a minute"));
	assert_null(decide_text(C(STUB_OVERRUN) | C(APP_CACHE), 1));
	assert_non_null(strstr(decide_text(C(APP_CACHE) | C(HARD_CODED), 0), "restart"));
	assert_non_null(strstr(decide_text(C(ENCRYPTED_DNS) | C(HARD_CODED) | C(APP_CACHE), 1), "over encrypted DNS has logged"));
	assert_non_null(strstr(decide_text(C(TTL_FLOOR) | C(RESOLVER_OVERRUN), 0), "upstream side"));
	assert_non_null(strstr(decide_text(C(STILL_PUBLISHED) | C(SERVE_STALE) | C(DNS_NOT_SEEN), 1), "upstream side"));
}

static void
one_alone_wants_none(void **state)
{
	(void)state;
	assert_null(decide_text(0, 0));
	for (int c = 0; c < CAUSE_COUNT; c++)
		assert_null(decide_text(CAUSE_BIT(c), 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_causes_want_an_observation),
		cmocka_unit_test(one_alone_wants_none),
	};

	return cmocka_run_group_tests_name("judge/decide", tests, NULL, NULL);
}
