/* The arithmetic of the forecast, against numbers worked out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/forecast.h"

#define S TM_SEC
#define CLOSE(got, want) do { if (fabs((got) - (want)) > 0.001) fail_msg("%s is %f, not %f", #got, (double)(got), (double)(want)); } while (0)

static void
is(const struct forecast_in *in, usec_t at, double low, double expected, double high)
{
	struct forecast_point p = forecast_at(in, at);

	assert_int_equal(p.at, at);
	CLOSE(p.low, low);
	CLOSE(p.expected, expected);
	CLOSE(p.high, high);
}

/* Until its own answer has run out for sure, then in a line to where nobody can have told it again. */
static void
ends_by_arithmetic(void **state)
{
	const struct forecast_client c = { FORECAST_ENDS, 10 * S, 20 * S };
	const usec_t none_late[] = { 0, 0, 0, 0 };
	struct forecast_in in = { .now = 0, .legit = 20 * S, .client = &c, .n = 1 };

	(void)state;
	is(&in, 5 * S, 1, 1, 1);
	is(&in, 10 * S, 0, 1, 1);
	is(&in, 15 * S, 0, 0.5, 1);
	is(&in, 20 * S, 0, 0, 1);		/* nobody's end was measured: it may stay */
	in.tail = none_late;
	in.ntail = 4;
	is(&in, 15 * S, 0, 0.5, 1);
}

/* One of four came 10 s late: a quarter is still expected for that long, and then nobody. */
static void
then_the_measured_tail(void **state)
{
	const struct forecast_client c = { FORECAST_ENDS, 10 * S, 20 * S };
	const usec_t tail[] = { 0, 0, 0, 10 * S };
	struct forecast_in in = { .now = 0, .legit = 20 * S, .client = &c, .n = 1, .tail = tail, .ntail = 4 };

	(void)state;
	is(&in, 9 * S, 1, 1, 1);
	is(&in, 15 * S, 0, 0.625, 1);		/* half way from 1 to 0.25 */
	is(&in, 20 * S, 0, 0.25, 1);
	is(&in, 29 * S, 0, 0.25, 1);
	is(&in, 30 * S, 0, 0, 1);
}

/* Of 100 clients; none of four that ended came late.  Wilson: (z2/2n + z*sqrt(z2/4n2)) / (1 + z2/n) = 0.9604/1.9604 = 0.48990 with z = 1.96; so
 * many, and 1.96 deviations of them: 48.990 + 1.96*sqrt(100*0.48990*0.51010) = 58.788. */
static void
few_measured_hide_much(void **state)
{
	const usec_t tail[] = { 0, 0, 0, 0 };
	struct forecast_client c[100];
	struct forecast_in in = { .now = 0, .legit = 20 * S, .client = c, .n = 100, .tail = tail, .ntail = 4 };

	(void)state;
	for (int i = 0; i < 100; i++)
		c[i] = (struct forecast_client){ FORECAST_ENDS, 10 * S, 20 * S };
	is(&in, 15 * S, 0, 50, 100);
	is(&in, 20 * S, 0, 0, 58.788);
}

/* 400 measured, 100 of them late.  Wilson: p = 0.25, z2/n = 0.009604: (0.25 + 0.004802 + 1.96*sqrt(0.25*0.75/400 + 0.009604/1600)) / 1.009604
 * = (0.254802 + 1.96*0.0217885) / 1.009604 = 0.294677; of 100: 29.468 + 1.96*sqrt(100*0.294677*0.705323) = 38.404. */
static void
many_measured_hide_little(void **state)
{
	struct forecast_client c[100];
	usec_t tail[400] = { 0 };
	struct forecast_in in = { .now = 0, .legit = 20 * S, .client = c, .n = 100, .tail = tail, .ntail = 400 };

	(void)state;
	for (int i = 300; i < 400; i++)
		tail[i] = 50 * S;
	for (int i = 0; i < 100; i++)
		c[i] = (struct forecast_client){ FORECAST_ENDS, 10 * S, 20 * S };
	is(&in, 20 * S, 0, 25, 38.404);
}

/* Those that do not end by themselves are a floor; those that may be told again are in no expectation, but in the interval. */
static void
floor_and_ceiling(void **state)
{
	const struct forecast_client c[] = { { FORECAST_STAYS, 0, 0 }, { FORECAST_MAY_RETURN, 0, 20 * S } };
	const struct forecast_in in = { .now = 0, .legit = 20 * S, .client = c, .n = 2 };

	(void)state;
	is(&in, 0, 1, 1, 2);
	is(&in, 19 * S, 1, 1, 2);
	is(&in, 20 * S, 1, 1, 1);
	is(&in, 1000000 * S, 1, 1, 1);
}

/* 10 s past legit until: of four measured, two came later than that, of which one is over after 20 s. */
static void
past_every_ttl_goes_by_the_tail(void **state)
{
	const struct forecast_client c = { FORECAST_UNKNOWN, 0, 0 };
	const usec_t tail[] = { 0, 5 * S, 20 * S, 40 * S };
	struct forecast_in in = { .now = 0, .legit = -10 * S, .client = &c, .n = 1, .tail = tail, .ntail = 4 };

	(void)state;
	is(&in, 0, 0, 1, 1);
	is(&in, 9 * S, 0, 1, 1);
	is(&in, 15 * S, 0, 0.5, 1);
	is(&in, 30 * S, 0, 0, 1);
	in.ntail = 2;				/* none has come as far: flat */
	is(&in, 1000 * S, 0, 1, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_by_arithmetic),
		cmocka_unit_test(then_the_measured_tail),
		cmocka_unit_test(few_measured_hide_much),
		cmocka_unit_test(many_measured_hide_little),
		cmocka_unit_test(floor_and_ceiling),
		cmocka_unit_test(past_every_ttl_goes_by_the_tail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
