#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "packet/copy.h"

static const uint8_t payload[] = "a question";

static struct addr
host(uint8_t n)
{
	return addr_v4((const uint8_t[]){ 10, 0, 0, n });
}

static struct pkt
packet(uint8_t from, uint8_t to, uint32_t scope, uint32_t id)
{
	return (struct pkt){ .src = host(from), .dst = host(to), .sport = 40000, .dport = 53, .proto = IPP_UDP, .ip_id = id, .scope = scope,
		.pay = payload, .pay_have = sizeof(payload), .pay_wire = sizeof(payload) };
}

static bool
seen(struct copy_table *c, struct pkt p, usec_t t)
{
	return copy_seen(c, copy_slot(c, &p), &p, 0, 0, t);
}

static bool
seen_by(struct copy_table *c, uint32_t source, uint32_t id, usec_t t)
{
	struct pkt p = packet(1, 2, 0, id);

	return copy_seen(c, copy_slot(c, &p), &p, 0, source, t);
}

/* A packet from one host to another, through scope after scope. */
static void
through(struct copy_table *c, uint8_t from, uint8_t to, const uint32_t *scopes, int n, usec_t t)
{
	for (int i = 0; i < n; i++)
		assert_int_equal(seen(c, packet(from, to, scopes[i], (uint32_t)t), t + i * 100), i > 0);
}
#define THROUGH(c, from, to, t, ...) through(c, from, to, (const uint32_t[]){ __VA_ARGS__ }, \
	(int)(sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t)), t)

static uint32_t
home(struct copy_table *c, uint8_t n, uint32_t scope)
{
	struct addr a = host(n);

	return copy_home(c, &a, scope);
}

static void
the_same_within_10_ms_is_a_copy(void **state)
{
	struct copy_table c;

	(void)state;
	assert_true(copy_init(&c, 16, 1));
	assert_false(seen(&c, packet(1, 2, 0, 5), 1000000));
	assert_true(seen(&c, packet(1, 2, 0, 5), 1010000));
	assert_false(seen(&c, packet(1, 2, 0, 5), 1010001));	/* and begins anew */
	assert_true(seen(&c, packet(1, 2, 0, 5), 1000002));	/* captures merged: times may go back a little */
	copy_free(&c);
}

/* In another capture a second later or earlier at most; how far apart is known when most copies say so. */
static void
the_clocks_of_two_captures(void **state)
{
	struct copy_table c;

	(void)state;
	assert_true(copy_init(&c, 16, 1));
	assert_false(seen_by(&c, 0, 1, 5000000));
	assert_true(seen_by(&c, 1, 1, 5050000));		/* 50 ms may be the way between them */
	assert_int_equal(copy_apart(&c), 0);
	assert_false(seen_by(&c, 0, 2, 6000000));
	assert_false(seen_by(&c, 0, 2, 6010001));		/* in the same capture it is sent again */
	assert_true(seen_by(&c, 1, 2, 6210001));
	assert_int_equal(copy_apart(&c), 0);			/* one says so, one not */
	assert_false(seen_by(&c, 1, 3, 9000000));
	assert_true(seen_by(&c, 0, 3, 8000000));		/* merged, times may go back */
	assert_int_equal(copy_apart(&c), 1000000);
	assert_false(seen_by(&c, 1, 4, 9000000));
	assert_false(seen_by(&c, 0, 4, 10000001));
	assert_int_equal(c.clocks.near, 1);
	assert_int_equal(c.clocks.far, 2);
	copy_free(&c);
}

/* What a router, a mirror or a retransmission leave as it is, and what they do not. */
static void
what_makes_another_packet(void **state)
{
	static const uint8_t later[] = "a questioN";
	struct pkt was = packet(1, 2, 0, 5), p[10];
	struct copy_table c;

	(void)state;
	for (int i = 0; i < 10; i++)
		p[i] = was;
	p[0].src = host(3);
	p[1].dst = host(3);
	p[2].sport++;
	p[3].dport++;
	p[4].ip_id++;
	p[5].proto = IPP_TCP;
	p[6].seq++;
	p[7].ack++;
	p[8].tcp_flags = TCP_FIN;
	p[9].pay = later;
	for (int i = 0; i < 10; i++) {
		assert_true(copy_init(&c, 16, 1));
		assert_false(seen(&c, was, 1000));
		assert_false(seen(&c, p[i], 1001));
		copy_free(&c);
	}
	assert_true(copy_init(&c, 16, 1));
	assert_false(seen(&c, was, 1000));
	was.ttl = 63;
	was.smac[5] = 9;
	assert_true(seen(&c, was, 1001));
	copy_free(&c);
}

/* A gateway between 10, where host 1 is, and 20, where host 2 is: each is one host, at home where its own packets come first. */
static void
a_host_in_two_scopes_is_one(void **state)
{
	struct copy_table c;

	(void)state;
	assert_true(copy_init(&c, 16, 1));
	assert_int_equal(home(&c, 1, 20), 20);
	THROUGH(&c, 1, 2, 1000, 10, 20);
	for (uint32_t scope = 10; scope <= 20; scope += 10) {
		assert_int_equal(home(&c, 1, scope), 10);
		assert_int_equal(home(&c, 2, scope), 20);
	}
	assert_int_equal(home(&c, 1, 30), 30);		/* an equal address elsewhere is another host */
	assert_int_equal(home(&c, 3, 20), 20);
	copy_free(&c);
}

/* The capture begins with an answer, or the first is one that was on its way to host 1. */
static void
the_direction_that_comes_first_does_not_matter(void **state)
{
	struct copy_table c;

	(void)state;
	assert_true(copy_init(&c, 16, 1));
	THROUGH(&c, 2, 1, 1000, 20, 10);
	THROUGH(&c, 1, 3, 2000, 10, 20);
	assert_int_equal(home(&c, 1, 20), 10);
	assert_int_equal(home(&c, 2, 10), 20);
	assert_int_equal(home(&c, 3, 10), 20);
	copy_free(&c);
}

static void
three_scopes_in_a_row(void **state)
{
	struct copy_table c;

	(void)state;
	assert_true(copy_init(&c, 16, 1));
	THROUGH(&c, 1, 2, 1000, 10, 15, 20);
	THROUGH(&c, 2, 1, 2000, 20, 15, 10);
	THROUGH(&c, 2, 3, 3000, 20, 30);		/* host 2 is a resolver, 3 a server that it asks */
	for (uint32_t scope = 10; scope <= 20; scope += 5)
		assert_int_equal(home(&c, 1, scope), home(&c, 1, 10));
	assert_int_equal(home(&c, 2, 10), home(&c, 2, 20));
	assert_int_equal(home(&c, 2, 15), home(&c, 2, 20));
	assert_int_equal(home(&c, 2, 30), home(&c, 2, 20));
	copy_free(&c);
}

/* One sensor's clock is behind: its copies always come last.  Hosts then have the wrong home, but one. */
static void
clocks_that_differ(void **state)
{
	struct copy_table c;

	(void)state;
	assert_true(copy_init(&c, 16, 1));
	THROUGH(&c, 1, 2, 1000, 20, 10);
	THROUGH(&c, 2, 1, 2000, 20, 10);
	THROUGH(&c, 1, 3, 3000, 20, 10);
	assert_int_equal(home(&c, 1, 10), 20);
	assert_int_equal(home(&c, 1, 20), 20);
	assert_int_equal(home(&c, 2, 10), home(&c, 2, 20));
	copy_free(&c);
}

static void
the_longest_not_seen_goes_first(void **state)
{
	struct copy_table c;

	(void)state;
	assert_true(copy_init(&c, 4, 1));
	THROUGH(&c, 1, 2, 1000, 10, 20);
	THROUGH(&c, 3, 4, 2000, 10, 20);
	assert_int_equal(home(&c, 1, 20), 10);		/* touches it */
	THROUGH(&c, 5, 6, 3000, 10, 20);
	assert_int_equal(home(&c, 1, 20), 10);
	assert_int_equal(home(&c, 2, 10), 10);
	assert_int_equal(home(&c, 3, 20), 20);
	assert_int_equal(c.hosts.n, 4);
	copy_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_within_10_ms_is_a_copy),
		cmocka_unit_test(the_clocks_of_two_captures),
		cmocka_unit_test(what_makes_another_packet),
		cmocka_unit_test(a_host_in_two_scopes_is_one),
		cmocka_unit_test(the_direction_that_comes_first_does_not_matter),
		cmocka_unit_test(three_scopes_in_a_row),
		cmocka_unit_test(clocks_that_differ),
		cmocka_unit_test(the_longest_not_seen_goes_first),
	};

	return cmocka_run_group_tests_name("packet/copy", tests, NULL, NULL);
}
