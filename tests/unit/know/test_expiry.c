#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "know/expiry.h"

/* Answers as (seconds, TTL); what each is, a letter each: First Again Back afteR aHead Stuck Other. */
struct said { double t; uint32_t ttl; };

static const char letters[] = { [EXPIRY_FIRST] = 'F', [EXPIRY_AGAIN] = 'A', [EXPIRY_BACK] = 'B', [EXPIRY_AFTER] = 'R',
	[EXPIRY_AHEAD] = 'H', [EXPIRY_STUCK] = 'S', [EXPIRY_OTHER] = 'O' };

static struct expiries
heard(const struct said *a, size_t n, const char *want)
{
	struct expiries x = { 0 };
	char got[64] = "";

	for (size_t i = 0; i < n; i++)
		got[i] = letters[expiry_add(&x, (usec_t)(a[i].t * 1e6), a[i].ttl)];
	assert_string_equal(got, want);
	return x;
}
#define HEARD(want, ...) heard((const struct said[]){ __VA_ARGS__ }, sizeof((const struct said[]){ __VA_ARGS__ }) / sizeof(struct said), want)

static bool
counts(const struct expiries *x, double t, uint32_t ttl)
{
	const struct instant *i = expiry_find(x, (usec_t)(t * 1e6), ttl);

	return i != NULL && instant_counts(i);
}

/* pcaps/ttl-floor, gateway, as tshark reads it: a floor of 40 s, and Unbound's rounding. */
static void
an_entry_that_counts_down(void **state)
{
	struct expiries x = HEARD("FAAAAAAAAA", { 576.508512, 40 }, { 577.009052, 39 }, { 579.501134, 37 }, { 580.517410, 36 }, { 586.800705, 30 },
	                          { 595.511, 21 }, { 596.500484, 20 }, { 604.501566, 12 }, { 610.518732, 6 }, { 612.50058, 4 });

	(void)state;
	assert_int_equal(x.n, 1);
	assert_int_equal(x.full, 40);
	assert_true(counts(&x, 596.500484, 20));
	assert_false(expiry_stamped(&x));
	assert_false(expiry_constant(&x));
	assert_int_equal(expiry_caches(&x), 1);
}

/* pcaps/serve-stale, gateway: 8 s, then 30 s on every answer. */
static void
a_stale_answer_is_stamped_anew_each_time(void **state)
{
	struct expiries x = HEARD("FAARSSSSSS", { 576.53543, 8 }, { 578.593488, 6 }, { 583.504589, 1 }, { 606.308416, 30 }, { 608.300939, 30 },
	                          { 612.316406, 30 }, { 616.310496, 30 }, { 620.316402, 30 }, { 628.306089, 30 }, { 632.336440, 30 });

	(void)state;
	assert_int_equal(x.full, 8);
	assert_true(expiry_stamped(&x));
	assert_false(expiry_constant(&x));
	assert_true(counts(&x, 578.593488, 6));
	assert_false(counts(&x, 612.316406, 30));
}

/* pcaps/still-published, gateway: each time it has run out it is fetched again. */
static void
fetched_again_after_it_ran_out(void **state)
{
	struct expiries x = HEARD("FAAAARAAARAA", { 79.501923, 10 }, { 80.007740, 9 }, { 80.503988, 9 }, { 81.514788, 8 }, { 86.800613, 3 },
	                          { 97.504702, 10 }, { 99.501255, 8 }, { 100.511765, 7 }, { 104.500876, 3 }, { 111.501601, 10 },
	                          { 114.517328, 7 }, { 118.503343, 3 });

	(void)state;
	assert_int_equal(x.n, 3);
	assert_int_equal(x.full, 10);
	assert_int_equal(expiry_caches(&x), 1);
	assert_false(expiry_stamped(&x));
}

static void
a_pool_alternates_between_instants(void **state)
{
	struct expiries x = HEARD("FOBBBB", { 0, 300 }, { 10, 250 }, { 20, 280 }, { 30, 230 }, { 40, 260 }, { 50, 210 });

	(void)state;
	assert_int_equal(expiry_caches(&x), 2);
	assert_true(counts(&x, 40, 260));
	assert_true(counts(&x, 50, 210));
}

static void
fetched_ahead_of_time_is_no_pool(void **state)
{
	struct expiries x = HEARD("FAHAH", { 0, 300 }, { 100, 200 }, { 280, 300 }, { 300, 280 }, { 555, 300 });

	(void)state;
	assert_int_equal(expiry_caches(&x), 1);
	assert_false(expiry_constant(&x));
}

/* A purge that worked: an earlier instant than the one that still runs. */
static void
a_flush_is_another_instant(void **state)
{
	struct expiries x = HEARD("FAO", { 0, 3600 }, { 100, 3500 }, { 200, 300 });

	(void)state;
	assert_int_equal(expiry_caches(&x), 1);
}

static void
local_data_never_counts_down(void **state)
{
	struct expiries x = HEARD("FSSSSSS", { 0, 60 }, { 20, 60 }, { 40, 60 }, { 60, 60 }, { 80, 60 }, { 100, 60 }, { 121, 60 });
	struct expiries zero = HEARD("FSSSS", { 0, 0 }, { 20, 0 }, { 40, 0 }, { 60, 0 }, { 80, 0 });
	struct expiries rare = HEARD("FRRRRR", { 0, 60 }, { 120, 60 }, { 240, 60 }, { 360, 60 }, { 480, 60 }, { 600, 60 });
	struct expiries brief = HEARD("FSSSSS", { 0, 60 }, { 20, 60 }, { 40, 60 }, { 60, 60 }, { 80, 60 }, { 100, 60 });

	(void)state;
	assert_true(expiry_constant(&x));
	assert_true(expiry_constant(&zero));
	assert_false(expiry_constant(&rare));		/* asked so seldom, a cache fetches each time */
	assert_false(expiry_constant(&brief));
	assert_false(expiry_stamped(&x));
}

static void
two_fed_by_one_share_instants(void **state)
{
	struct expiries a = HEARD("FR", { 0, 300 }, { 350, 250 }), b = HEARD("FR", { 40, 260 }, { 370, 230 });
	struct expiries c = HEARD("FR", { 0, 300 }, { 350, 250 }), d = HEARD("FR", { 40, 300 }, { 370, 300 });

	(void)state;
	assert_int_equal(expiry_shared(&a, &b), 2);
	assert_int_equal(expiry_shared(&a, &c), 0);	/* asked at the same moments: each may have fetched for itself */
	assert_int_equal(expiry_shared(&a, &d), 0);
}

static void
passed_on_by_another_it_counts_down(void **state)
{
	struct expiries x = HEARD("F", { 0, 40 });

	(void)state;
	assert_int_equal(x.full, 0);
	expiry_passed_on(&x, 10 * TM_SEC, 30);
	expiry_passed_on(&x, 12 * TM_SEC, 300);		/* no instant of its own */
	assert_int_equal(x.full, 40);
	assert_int_equal(x.n, 1);
	assert_true(counts(&x, 0, 40));
}

static void
the_longest_unseen_makes_room(void **state)
{
	struct expiries x = { 0 };

	(void)state;
	for (int i = 0; i < 20; i++)
		expiry_add(&x, i * 100 * TM_SEC, 10);
	assert_int_equal(x.n, EXPIRY_MAX);
	assert_null(expiry_find(&x, 0, 10));
	assert_non_null(expiry_find(&x, 1900 * TM_SEC, 10));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_that_counts_down),
		cmocka_unit_test(a_stale_answer_is_stamped_anew_each_time),
		cmocka_unit_test(fetched_again_after_it_ran_out),
		cmocka_unit_test(a_pool_alternates_between_instants),
		cmocka_unit_test(fetched_ahead_of_time_is_no_pool),
		cmocka_unit_test(a_flush_is_another_instant),
		cmocka_unit_test(local_data_never_counts_down),
		cmocka_unit_test(two_fed_by_one_share_instants),
		cmocka_unit_test(passed_on_by_another_it_counts_down),
		cmocka_unit_test(the_longest_unseen_makes_room),
	};

	return cmocka_run_group_tests_name("know/expiry", tests, NULL, NULL);
}
