#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "know/nic.h"

#define HOUR (3600 * TM_SEC)

static struct addr
v4(uint8_t i)
{
	const uint8_t b[4] = { 10, 0, 0, i };

	return addr_v4(b);
}

static struct addr
v6(uint8_t i)
{
	const uint8_t b[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = i };

	return addr_v6(b);
}

static struct sender
sent(uint8_t card, uint8_t ttl)
{
	return (struct sender){ .mac = { 2, 0, 0, 0, 0, card }, .ttl = ttl };
}

static const struct nic *
seen(struct nic_table *t, uint8_t card, uint8_t ttl, struct addr a, usec_t now)
{
	const struct sender s = sent(card, ttl);

	return nic_seen(t, &s, 0, &a, now);
}

static int
setup(void **state)
{
	static struct nic_table t;

	*state = &t;
	return nic_init(&t, 3) ? 0 : -1;
}

static int
teardown(void **state)
{
	nic_free(*state);
	return 0;
}

static void
both_families_are_one_machine(void **state)
{
	const struct nic *n;

	assert_non_null(seen(*state, 1, 64, v4(1), 0));
	assert_non_null(seen(*state, 1, 255, v6(1), 0));
	n = seen(*state, 1, 64, v4(1), HOUR);
	assert_non_null(n);
	assert_int_equal(n->n, 2);
	assert_non_null(seen(*state, 2, 128, v4(2), HOUR));	/* another card */
	assert_ptr_equal(nic_find(*state, sent(1, 0).mac, 0), n);
	assert_null(nic_find(*state, sent(1, 0).mac, 7));	/* on another link */
	assert_null(nic_find(*state, sent(3, 0).mac, 0));
}

/* RFC 1812 5.3.1: whoever forwards takes one off. */
static void
one_hop_away_is_a_router(void **state)
{
	const uint8_t away[] = { 63, 127, 254, 1, 32 };

	for (uint8_t i = 0; i < sizeof(away); i++) {
		assert_non_null(seen(*state, i, 64, v4(i), 0));
		assert_null(seen(*state, i, away[i], v4(i), 1));
		assert_null(seen(*state, i, 64, v4(i), 2));	/* and stays one */
		assert_null(nic_find(*state, sent(i, 0).mac, 0));
	}
}

static void
two_addresses_of_ipv4_are_too_many(void **state)
{
	const uint8_t self_assigned[4] = { 169, 254, 3, 4 }, link_local[16] = { 0xfe, 0x80, [15] = 9 };

	assert_non_null(seen(*state, 1, 64, v4(1), 0));
	assert_non_null(seen(*state, 1, 64, addr_v4(self_assigned), 0));	/* these do not count */
	assert_non_null(seen(*state, 1, 64, addr_v6(link_local), 0));
	assert_int_equal(seen(*state, 1, 64, v4(1), 0)->n, 1);
	assert_null(seen(*state, 1, 64, v4(2), 0));
	assert_null(seen(*state, 1, 64, v4(1), 0));
}

static void
a_new_address_a_day_is_privacy(void **state)
{
	for (uint8_t i = 0; i < 30; i++)
		assert_non_null(seen(*state, 1, 64, v6(i), i * 24 * HOUR));
	assert_int_equal(seen(*state, 1, 64, v6(29), 30 * 24 * HOUR)->n, NIC_V6);
	for (uint8_t i = 0; i < NIC_V6; i++)
		assert_non_null(seen(*state, 2, 64, v6(i), i * HOUR));
	assert_non_null(seen(*state, 2, 64, v4(1), 9 * HOUR));
	assert_null(seen(*state, 2, 64, v6(NIC_V6), 9 * HOUR));
}

static void
some_cards_say_nothing(void **state)
{
	const struct addr a = v4(1);
	const struct sender none = { .ttl = 64 }, group = { .mac = { 1 }, .ttl = 64 }, virtual = { .mac = { 0, 0, 0x5e, 0, 1, 7 }, .ttl = 64 };

	assert_null(nic_seen(*state, &none, 0, &a, 0));
	assert_null(nic_seen(*state, &group, 0, &a, 0));
	assert_null(nic_seen(*state, &virtual, 0, &a, 0));
}

static void
the_one_unheard_goes(void **state)
{
	struct nic_table *t = *state;

	for (unsigned i = 0; i <= NIC_MAX; i++) {
		struct sender s = { .mac = { 2, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i }, .ttl = 64 };
		const struct addr a = v4(1);

		assert_non_null(nic_seen(t, &s, 0, &a, 0));
		if (i == NIC_MAX - 1)
			assert_non_null(seen(t, 0, 64, v4(1), 0));
	}
	assert_int_equal(t->t.n, NIC_MAX);
	assert_non_null(nic_find(t, sent(0, 0).mac, 0));
	assert_null(nic_find(t, sent(1, 0).mac, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_families_are_one_machine, setup, teardown),
		cmocka_unit_test_setup_teardown(one_hop_away_is_a_router, setup, teardown),
		cmocka_unit_test_setup_teardown(two_addresses_of_ipv4_are_too_many, setup, teardown),
		cmocka_unit_test_setup_teardown(a_new_address_a_day_is_privacy, setup, teardown),
		cmocka_unit_test_setup_teardown(some_cards_say_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(the_one_unheard_goes, setup, teardown),
	};

	return cmocka_run_group_tests_name("know/nic", tests, NULL, NULL);
}
