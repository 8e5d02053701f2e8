#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/watch.h"

static struct addr
addr(const char *text)
{
	struct addr a;

	if (!addr_parse(text, &a))
		fail_msg("%s is no address", text);
	return a;
}

static struct watch *
watch(const char *const *text)
{
	struct prefix p[32];
	struct watch *w;
	uint32_t n = 0;

	for (; *text != NULL; text++)
		if (!prefix_parse(*text, &p[n++]))
			fail_msg("%s is no prefix", *text);
	w = watch_new(p, n);
	assert_non_null(w);
	return w;
}
#define WATCH(...) watch((const char *const[]){ __VA_ARGS__, NULL })

static void
check(const struct watch *w, const char *text, int want)
{
	struct addr a = addr(text);

	if (watch_find(w, &a) != want)
		fail_msg("%s: %d, not %d", text, watch_find(w, &a), want);
	if (want >= 0 && !watch_maybe(w, &a))
		fail_msg("%s: the filter denies it", text);
	assert_true(watch_has(w, &a) == (want >= 0));
}

static void
empty_has_nothing(void **state)
{
	struct watch *w = watch_new(NULL, 0);
	struct addr a = addr("192.0.2.1");

	(void)state;
	assert_false(watch_maybe(w, &a));
	check(w, "192.0.2.1", -1);
	check(w, "::", -1);
	watch_free(w);
}

static void
most_specific_wins(void **state)
{
	struct watch *w = WATCH("192.0.2.0/24", "192.0.2.10", "192.0.0.0/16", "192.0.2.10", "192.0.2.8/29");

	(void)state;
	check(w, "192.0.2.10", 1);
	check(w, "192.0.2.11", 4);
	check(w, "192.0.2.16", 0);
	check(w, "192.0.255.1", 2);
	check(w, "192.1.0.0", -1);
	assert_int_equal(watch_wider(w, 1), 4);
	assert_int_equal(watch_wider(w, 4), 0);
	assert_int_equal(watch_wider(w, 0), 2);
	assert_int_equal(watch_wider(w, 2), -1);
	watch_free(w);
}

static void
ipv6_prefixes(void **state)
{
	struct watch *w = WATCH("2001:db8::/32", "2001:db8:1::/48", "2001:db8:1::1", "fc00::/7", "2002::/16", "2a00:1200::/24",
	                        "2001:db8:1:8000::/49");

	(void)state;
	check(w, "2001:db8::", 0);
	check(w, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 0);
	check(w, "2001:db8:1::2", 1);
	check(w, "2001:db8:1:8000::", 6);
	check(w, "2001:db8:1::1", 2);
	check(w, "fdff::1", 3);
	check(w, "2002:c000:201::", 4);
	check(w, "2a00:12ff::1", 5);
	check(w, "2a00:1300::1", -1);
	check(w, "2001:db9::", -1);
	check(w, "192.0.2.1", -1);
	watch_free(w);
}

/* Every coarse beginning of a short prefix must be marked. */
static void
filter_lets_all_of_a_prefix_through(void **state)
{
	static const char *const lists[][2] = {
		{ "0.0.0.0/0", NULL }, { "10.0.0.0/8", NULL }, { "128.0.0.0/1", NULL }, { "172.16.0.0/12", NULL },
		{ "172.16.0.0/15", NULL }, { "172.16.0.0/16", NULL }, { "172.16.128.0/17", NULL }, { "172.16.3.4/31", NULL },
		{ "::/0", NULL }, { "2000::/3", NULL }, { "2001::/16", NULL }, { "2001:db8::/31", NULL }, { "2001:db8::/33", NULL },
		{ "0:0:1::/48", NULL }, { "::/96", NULL }, { "64:ff9b::/96", NULL }, { "2001:db8::/127", NULL },
	};
	uint64_t random = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct watch *w = watch(lists[i]);
		struct prefix p;

		prefix_parse(lists[i][0], &p);
		for (int k = 0; k < 20000; k++) {
			struct addr a = p.addr;

			for (unsigned bit = p.len; bit < 128; bit++) {
				random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
				a.b[bit / 8] |= (uint8_t)((random >> 63) << (7 - bit % 8));
			}
			if (!watch_has(w, &a))
				fail_msg("an address of %s is not found", lists[i][0]);
		}
		watch_free(w);
	}
}

static void
nat64_counts_as_ipv4(void **state)
{
	struct watch *w = WATCH("192.0.2.10", "198.51.100.0/24", "64:ff9b::c633:6407");

	(void)state;
	check(w, "64:ff9b::192.0.2.10", 0);
	check(w, "64:ff9b::198.51.100.9", 1);
	check(w, "64:ff9b::198.51.100.7", 2);
	check(w, "198.51.100.7", 1);
	check(w, "64:ff9b::192.0.2.11", -1);
	check(w, "64:ff9b:1::192.0.2.10", -1);
	watch_free(w);
	w = WATCH("192.0.2.10");
	check(w, "64:ff9b::192.0.2.10", 0);
	watch_free(w);
}

/* IPv4 lies inside ::/80 only as we store it. */
static void
ipv6_prefixes_hold_no_ipv4(void **state)
{
	struct watch *w = WATCH("::/0", "::/80", "0.0.0.0/0");

	(void)state;
	check(w, "192.0.2.1", 2);
	check(w, "::1", 1);
	assert_int_equal(watch_wider(w, 1), 0);
	assert_int_equal(watch_wider(w, 2), -1);
	watch_free(w);
}

/* The same answers as asking each prefix in turn, and a filter that keeps most others out. */
static void
same_as_asking_each(void **state)
{
	static struct prefix p[3000];
	struct watch *w;
	uint64_t random = 7;
	int maybe = 0;

	(void)state;
	for (uint32_t i = 0; i < 3000; i++) {
		uint8_t b[4];
		struct addr a;

		random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
		b[0] = 10;
		b[1] = (uint8_t)(random >> 62);
		b[2] = (uint8_t)(random >> 40);
		b[3] = (uint8_t)(random >> 48);
		a = addr_v4(b);
		p[i] = (struct prefix){ a, (uint8_t)(i % 10 == 0 ? 120 : i % 10 == 1 ? 125 : 128) };
		for (unsigned bit = p[i].len; bit < 128; bit++)
			p[i].addr.b[bit / 8] &= (uint8_t)~(0x80 >> bit % 8);
	}
	w = watch_new(p, 3000);
	assert_non_null(w);
	for (uint32_t v = 0; v < 4 << 16; v += 3) {
		uint8_t b[4] = { 10, (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };
		struct addr a = addr_v4(b);
		int32_t best = -1;

		for (int32_t i = 0; v % 97 == 0 && i < 3000; i++)
			if (prefix_has(&p[i], &a) && (best < 0 || p[i].len > p[best].len))
				best = i;
		if (v % 97 == 0)
			assert_int_equal(watch_find(w, &a), best);
		b[0] = 11;
		a = addr_v4(b);
		assert_int_equal(watch_find(w, &a), -1);
		maybe += watch_maybe(w, &a);
	}
	assert_true(maybe < (4 << 16) / 3 / 20);	/* under 5 % */
	watch_free(w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_has_nothing),
		cmocka_unit_test(most_specific_wins),
		cmocka_unit_test(ipv6_prefixes),
		cmocka_unit_test(filter_lets_all_of_a_prefix_through),
		cmocka_unit_test(nat64_counts_as_ipv4),
		cmocka_unit_test(ipv6_prefixes_hold_no_ipv4),
		cmocka_unit_test(same_as_asking_each),
	};

	return cmocka_run_group_tests_name("base/watch", tests, NULL, NULL);
}
