#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "packet/copy.h"

static const uint8_t payload[] = "a question";

static struct pkt
packet(uint32_t scope, uint32_t id)
{
	struct pkt p = { .src = addr_v4((const uint8_t *)"\x0a\0\0\1"), .dst = addr_v4((const uint8_t *)"\x0a\0\0\2"), .sport = 40000,
		.dport = 53, .proto = IPP_UDP, .ip_id = id, .scope = scope, .pay = payload, .pay_have = sizeof(payload),
		.pay_wire = sizeof(payload) };

	return p;
}

static struct pkt
answer(uint32_t scope)
{
	struct pkt p = packet(scope, 77);
	struct addr a = p.src;

	p.src = p.dst;
	p.dst = a;
	p.sport = 53;
	p.dport = 40000;
	return p;
}

static void
the_same_within_10_ms_is_a_copy(void **state)
{
	struct copy_table c;
	struct pkt p = packet(0, 5);

	(void)state;
	assert_true(copy_init(&c, 16, 1));
	assert_false(copy_seen(&c, &p, 0, 1000000));
	assert_true(copy_seen(&c, &p, 0, 1010000));
	assert_false(copy_seen(&c, &p, 0, 1010001));	/* and begins anew */
	p = packet(0, 6);				/* another IP id: a retransmission */
	assert_false(copy_seen(&c, &p, 0, 1010002));
	p.tcp_flags = TCP_SYN;
	assert_false(copy_seen(&c, &p, 0, 1010003));
	p.pay = (const uint8_t *)"b question";
	assert_false(copy_seen(&c, &p, 0, 1010004));
	copy_free(&c);
}

/* A gateway between VLAN 10 and 20: the question crosses 10 first, the answer 20; both belong to the host in 10. */
static void
a_host_in_two_scopes_is_one(void **state)
{
	struct copy_table c;
	struct pkt p;

	(void)state;
	assert_true(copy_init(&c, 16, 1));
	p = packet(10, 5);
	assert_false(copy_seen(&c, &p, 0, 1000));
	p = packet(20, 5);
	assert_true(copy_seen(&c, &p, 0, 1100));
	p = answer(20);
	assert_false(copy_seen(&c, &p, 0, 2000));
	assert_int_equal(p.scope, 10);
	p = answer(10);
	assert_true(copy_seen(&c, &p, 0, 2100));
	/* another pair of hosts in 20 stays where it is */
	p = packet(20, 9);
	p.src.b[15] = 9;
	assert_false(copy_seen(&c, &p, 0, 3000));
	assert_int_equal(p.scope, 20);
	copy_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_within_10_ms_is_a_copy),
		cmocka_unit_test(a_host_in_two_scopes_is_one),
	};

	return cmocka_run_group_tests_name("packet/copy", tests, NULL, NULL);
}
