#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/name.h"
#include "know/names.h"

#define SEED 7

static uint32_t
add(struct names *n, const char *text)
{
	uint8_t wire[NAME_WIRE];
	const char *fault;

	assert_true(name_parse(text, wire, &fault) > 0);
	return names_add(n, wire);
}

static uint32_t
find(const struct names *n, const char *text)
{
	uint8_t wire[NAME_WIRE];
	const char *fault;

	assert_true(name_parse(text, wire, &fault) > 0);
	return names_find(n, dns_name_hash(wire, SEED));
}

static void
a_name_has_one_id(void **state)
{
	struct names n;
	uint32_t id;

	(void)state;
	assert_true(names_init(&n, 10, SEED));
	assert_int_equal(find(&n, "www.example.com"), NAME_NONE);
	id = add(&n, "www.example.com");
	assert_int_equal(add(&n, "WWW.Example.COM."), id);
	assert_int_equal(find(&n, "www.example.com"), id);
	assert_int_not_equal(add(&n, "example.com"), id);
	assert_int_equal(names_at(&n, id)->len, 17);
	assert_memory_equal(names_at(&n, id)->wire, "\3www\7example\3com", 17);
	names_free(&n);
}

static void
at_the_bound_nothing_is_taken_in(void **state)
{
	struct names n;

	(void)state;
	assert_true(names_init(&n, 2, SEED));
	assert_int_not_equal(add(&n, "a.example"), NAME_NONE);
	assert_int_not_equal(add(&n, "b.example"), NAME_NONE);
	assert_int_equal(add(&n, "c.example"), NAME_NONE);
	assert_int_equal(find(&n, "c.example"), NAME_NONE);
	assert_int_not_equal(find(&n, "a.example"), NAME_NONE);
	names_free(&n);
}

/* But not those of one label, nor the root. */
static void
names_above_come_with_it(void **state)
{
	uint8_t wire[NAME_WIRE];
	const char *fault;
	struct names n;

	(void)state;
	assert_true(names_init(&n, 10, SEED));
	assert_true(name_parse("a.b.example.com", wire, &fault) > 0);
	names_add_above(&n, wire);
	assert_int_equal(n.t.n, 2);
	assert_int_not_equal(find(&n, "b.example.com"), NAME_NONE);
	assert_int_not_equal(find(&n, "example.com"), NAME_NONE);
	names_add_above(&n, (const uint8_t *)"");
	names_add_above(&n, (const uint8_t *)"\3com");
	assert_int_equal(n.t.n, 2);
	names_free(&n);
}

static void
addresses_it_leads_to_are_bounded(void **state)
{
	struct names n;
	uint32_t id;

	(void)state;
	assert_true(names_init(&n, 10, SEED));
	id = add(&n, "www.example.com");
	for (uint8_t i = 0; i < NAME_ADDRS + 2; i++) {
		const uint8_t b[4] = { 192, 0, 2, i };
		struct addr a = addr_v4(b);

		assert_false(names_has(&n, id, &a));
		names_leads_to(&n, id, &a);
		names_leads_to(&n, id, &a);		/* the same */
		assert_int_equal(names_has(&n, id, &a), i < NAME_ADDRS);
		assert_int_equal(names_at(&n, id)->naddr, i < NAME_ADDRS ? i + 1 : NAME_ADDRS);
	}
	names_free(&n);
}

/* Those that the list means stay. */
static void
names_that_lead_to_it_are_bounded(void **state)
{
	struct names n;
	uint32_t id;

	(void)state;
	assert_true(names_init(&n, 10, SEED));
	id = add(&n, "dc1.example.com");
	names_led_by(&n, id, (struct name_lead){ .name = 100, .type = DNS_SRV, .listed = true });
	for (uint32_t i = 0; i < NAME_LEADS; i++)
		names_led_by(&n, id, (struct name_lead){ .name = 200 + i, .type = DNS_SRV });
	names_led_by(&n, id, (struct name_lead){ .name = 100, .type = DNS_SRV, .listed = true });	/* the same */
	assert_int_equal(names_at(&n, id)->nlead, NAME_LEADS);
	assert_int_equal(names_at(&n, id)->lead[0].name, 100);
	assert_int_equal(names_at(&n, id)->lead[1].name, 201);
	assert_int_equal(names_at(&n, id)->lead[NAME_LEADS - 1].name, 200 + NAME_LEADS - 1);
	for (uint32_t i = 0; i < NAME_LEADS; i++)
		names_led_by(&n, id, (struct name_lead){ .name = 300 + i, .type = DNS_MX, .listed = true });
	assert_int_equal(names_at(&n, id)->lead[0].name, 300);
	names_free(&n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_has_one_id),
		cmocka_unit_test(at_the_bound_nothing_is_taken_in),
		cmocka_unit_test(names_above_come_with_it),
		cmocka_unit_test(addresses_it_leads_to_are_bounded),
		cmocka_unit_test(names_that_lead_to_it_are_bounded),
	};

	return cmocka_run_group_tests_name("know/names", tests, NULL, NULL);
}
