#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/addr.h"

static void
check_text(const char *in, const char *out)
{
	char text[ADDR_TEXT];
	struct addr a;

	if (!addr_parse(in, &a))
		fail_msg("%s was refused", in);
	assert_string_equal(addr_text(&a, text), out);
}

/* The examples of RFC 5952 section 2 and 4, and the rules of 4.2.2 and 4.2.3 at the ends of the address. */
static void
text_is_rfc5952(void **state)
{
	static const char *const cases[][2] = {
		{ "2001:0db8::0001", "2001:db8::1" },
		{ "2001:db8:0:0:0:0:2:1", "2001:db8::2:1" },
		{ "2001:db8::0:1", "2001:db8::1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:00A0", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:a0" },
		{ "2001:db8:aaaa:bbbb:cccc:dddd::1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1" },
		{ "::", "::" }, { "::1", "::1" }, { "1::", "1::" }, { "0:1::", "0:1::" },
		{ "1:0:0:2:3:4:0:0", "1::2:3:4:0:0" },
		{ "::ffff:192.0.2.1", "192.0.2.1" }, { "192.0.2.1", "192.0.2.1" },
		{ "0.0.0.0", "0.0.0.0" }, { "255.255.255.255", "255.255.255.255" },
		{ "64:ff9b::c000:201", "64:ff9b::c000:201" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_text(cases[i][0], cases[i][1]);
}

static void
longest_text_fits(void **state)
{
	char text[ADDR_TEXT];
	struct prefix p;

	(void)state;
	assert_true(prefix_parse("1111:2222:3333:4444:5555:6666:7777:8888", &p));
	assert_string_equal(prefix_text(&p, text), "1111:2222:3333:4444:5555:6666:7777:8888");
	assert_true(prefix_parse("1111:2222:3333:4444:5555:6666:7777:8888/127", &p));
	assert_string_equal(prefix_text(&p, text), "1111:2222:3333:4444:5555:6666:7777:8888/127");
}

static void
both_families_are_one_key(void **state)
{
	static const uint8_t v4[4] = { 192, 0, 2, 1 };
	static const uint8_t v6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
	struct addr a, b;

	(void)state;
	a = addr_v4(v4);
	assert_true(addr_is_v4(&a));
	assert_true(addr_parse("::ffff:c000:201", &b) && addr_eq(&a, &b));
	b = addr_v6(v6);
	assert_false(addr_is_v4(&b));
	assert_true(addr_parse("2001:db8::1", &a) && addr_eq(&a, &b));
}

static void
bad_text_is_refused(void **state)
{
	static const char *const bad[] = {
		"", " ", "192.0.2", "192.0.2.1.", "192.0.2.256", "192.0.2.01", " 192.0.2.1", "192.0.2.1 ", "2001:db8:::1",
		"2001:db8::1%eth0", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "[::1]", "a", "192.0.2.1/32",
	};
	static const char *const bad_prefix[] = {
		"192.0.2.0/", "192.0.2.0/33", "192.0.2.1/24", "192.0.2.0/024", "192.0.2.0/-1", "192.0.2.0/+24", "192.0.2.0/ 24",
		"192.0.2.0/24 ", "192.0.2.0/24/24", "/24", "::/129", "2001:db8::1/32", "::/1280", "10.0.0.1/8", "/",
		"1111:2222:3333:4444:5555:6666:7777:8888:1111:2222:3333/8",
	};
	struct prefix p;
	struct addr a;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (addr_parse(bad[i], &a))
			fail_msg("\"%s\" was taken as an address", bad[i]);
	for (size_t i = 0; i < sizeof(bad_prefix) / sizeof(bad_prefix[0]); i++)
		if (prefix_parse(bad_prefix[i], &p))
			fail_msg("\"%s\" was taken as a prefix", bad_prefix[i]);
}

static void
check_prefix(const char *prefix, const char *inside, const char *outside)
{
	char text[ADDR_TEXT];
	struct prefix p;
	struct addr a;

	assert_true(prefix_parse(prefix, &p));
	assert_string_equal(prefix_text(&p, text), prefix);
	assert_true(addr_parse(inside, &a));
	if (!prefix_has(&p, &a))
		fail_msg("%s is not in %s", inside, prefix);
	assert_true(addr_parse(outside, &a));
	if (prefix_has(&p, &a))
		fail_msg("%s is in %s", outside, prefix);
}

static void
prefixes_hold_their_own(void **state)
{
	(void)state;
	check_prefix("192.0.2.0/24", "192.0.2.255", "192.0.3.0");
	check_prefix("192.0.2.0/25", "192.0.2.127", "192.0.2.128");
	check_prefix("192.0.2.128/25", "192.0.2.128", "192.0.2.127");
	check_prefix("192.0.2.1", "192.0.2.1", "192.0.2.0");
	check_prefix("0.0.0.0/0", "255.255.255.255", "::1");
	check_prefix("128.0.0.0/1", "128.0.0.0", "127.255.255.255");
	check_prefix("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::");
	check_prefix("2001:db8:8000::/33", "2001:db8:8000::1", "2001:db8:7fff::");
	check_prefix("2001:db8::4/126", "2001:db8::7", "2001:db8::8");
	check_prefix("2001:db8::4/127", "2001:db8::5", "2001:db8::6");
}

/* IPv4 lies inside ::/80 only as we store it. */
static void
ipv6_prefixes_hold_no_ipv4(void **state)
{
	(void)state;
	check_prefix("::/0", "2001:db8::1", "192.0.2.1");
	check_prefix("::/80", "::1", "192.0.2.1");
}

/* RFC 6052 2.4: 192.0.2.33 under the well-known prefix. */
static void
nat64_is_unwrapped(void **state)
{
	char text[ADDR_TEXT];
	struct addr a, v4;

	(void)state;
	assert_true(addr_parse("64:ff9b::192.0.2.33", &a));
	assert_true(addr_nat64(&a, &v4));
	assert_string_equal(addr_text(&v4, text), "192.0.2.33");
	assert_true(addr_parse("64:ff9b::1:c000:221", &a));
	assert_false(addr_nat64(&a, &v4));
	assert_true(addr_parse("64:ff9c::c000:221", &a));
	assert_false(addr_nat64(&a, &v4));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_rfc5952),
		cmocka_unit_test(longest_text_fits),
		cmocka_unit_test(both_families_are_one_key),
		cmocka_unit_test(bad_text_is_refused),
		cmocka_unit_test(prefixes_hold_their_own),
		cmocka_unit_test(ipv6_prefixes_hold_no_ipv4),
		cmocka_unit_test(nat64_is_unwrapped),
	};

	return cmocka_run_group_tests_name("base/addr", tests, NULL, NULL);
}
