/* Messages by hand, two bytes of length before each; what is handed out is kept as "length:have ". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "make_dns.h"
#include "proto/dnstcp.h"

struct got { char text[4096]; size_t n; uint8_t bytes[70000]; size_t have; };

static void
collect(void *ctx, const uint8_t *msg, uint32_t wire, uint32_t have)
{
	struct got *g = ctx;

	g->n += (size_t)snprintf(g->text + g->n, sizeof(g->text) - g->n, "%u:%u ", wire, have);
	memcpy(g->bytes + g->have, msg, have);
	g->have += have;
}

/* Append a message with its length to the stream. */
static void
append(struct msg *stream, const struct msg *m)
{
	m_u16(stream, (unsigned)m->n);
	m_bytes(stream, m->b, m->n);
}

static struct msg
query(const char *name)
{
	struct msg m;

	m_header(&m, DNS_RD, 1, 0, 0, 0);
	m_question(&m, name, DNS_A);
	return m;
}

static struct msg
answer(const char *name, unsigned records)
{
	struct msg m;

	m_header(&m, DNS_QR | DNS_RD | DNS_RA, 1, records, 0, 0);
	m_question(&m, name, DNS_A);
	for (unsigned i = 0; i < records; i++)
		m_rr(&m, 12, NULL, DNS_A, 300, "\xc0\x00\x02\x01", 4);
	return m;
}

/* Give n bytes in pieces of at most `step`, those not taken again in front. */
static void
give(struct dnstcp *d, const uint8_t *p, size_t n, size_t step, enum dns_side side, struct got *g)
{
	size_t from = 0, to = 0;

	while (to < n) {
		to += step < n - to ? step : n - to;
		from += dnstcp_data(d, p + from, to - from, side, collect, g);
	}
	assert_int_equal(from, n);
}

static struct msg stream;

static void
split_anywhere(void **state)
{
	struct msg m[3] = { query("a.example"), query("www.example.com"), answer("www.example.com", 900) };

	(void)state;
	stream.n = 0;
	for (int i = 0; i < 3; i++)
		append(&stream, &m[i]);
	for (size_t step = 1; step < 200; step++) {
		struct dnstcp d = dnstcp_make(true);
		static struct got g;

		g = (struct got){ .n = 0 };
		give(&d, stream.b, stream.n, step, DNS_EITHER, &g);
		assert_string_equal(g.text, "27:27 33:33 14433:14433 ");
		assert_memory_equal(g.bytes, m[0].b, 27);
		assert_memory_equal(g.bytes + 27, m[1].b, 33);
		assert_memory_equal(g.bytes + 60, m[2].b, 14433);
	}
}

static void
a_hole_inside_a_message_costs_that_message(void **state)
{
	struct msg big = answer("www.example.com", 100), small = query("a.example");
	struct dnstcp d = dnstcp_make(true);
	static struct got g;
	size_t used;

	(void)state;
	stream.n = 0;
	append(&stream, &big);
	append(&stream, &small);
	used = dnstcp_data(&d, stream.b, 500, DNS_EITHER, collect, &g);
	assert_int_equal(used, 0);
	dnstcp_gap(&d, stream.b, 500, 700, collect, &g);
	assert_string_equal(g.text, "1633:498 ");	/* its beginning is good for something */
	/* the end of the message is known, wherever the segment ends */
	give(&d, stream.b + 1200, stream.n - 1200, 33, DNS_EITHER, &g);
	assert_string_equal(g.text, "1633:498 27:27 ");
	/* a second hole in the part to skip; then one that begins before it */
	d = dnstcp_make(true);
	g = (struct got){ .n = 0 };
	dnstcp_gap(&d, stream.b, 5, 100, collect, &g);
	give(&d, stream.b + 105, 100, 100, DNS_EITHER, &g);
	dnstcp_gap(&d, NULL, 0, 1000, collect, &g);
	give(&d, stream.b + 1205, stream.n - 1205, 1000, DNS_EITHER, &g);
	assert_string_equal(g.text, "27:27 ");
}

static void
after_a_large_hole_a_segment_that_begins_a_message(void **state)
{
	struct msg a = query("a.example"), b = query("www.example.com");
	struct dnstcp d = dnstcp_make(true);
	static struct got g;

	(void)state;
	stream.n = 0;
	append(&stream, &a);
	append(&stream, &b);
	give(&d, stream.b, 29, 29, DNS_ASKS, &g);
	dnstcp_gap(&d, NULL, 0, 1, collect, &g);
	assert_int_equal(d.sync, DNSTCP_LOST);
	assert_int_equal(dnstcp_data(&d, stream.b + 5, 24, DNS_ASKS, collect, &g), 24);	/* the rest of one: none begins here */
	give(&d, stream.b + 29, 35, 35, DNS_ASKS, &g);
	assert_string_equal(g.text, "27:27 33:33 ");
	/* the length in a segment of its own, as many clients do it */
	d = dnstcp_make(false);
	g = (struct got){ .n = 0 };
	assert_int_equal(dnstcp_data(&d, stream.b + 29, 2, DNS_ASKS, collect, &g), 0);
	assert_int_equal(dnstcp_data(&d, stream.b + 29, 35, DNS_ASKS, collect, &g), 35);
	assert_string_equal(g.text, "33:33 ");
	/* two bytes that are no length, then a segment that begins a message */
	d = dnstcp_make(false);
	g = (struct got){ .n = 0 };
	assert_int_equal(dnstcp_data(&d, (const uint8_t *)"\x00\x0c", 2, DNS_ASKS, collect, &g), 0);
	memmove(stream.b + 2, stream.b, stream.n);
	stream.b[0] = 0;
	stream.b[1] = 12;
	assert_int_equal(dnstcp_data(&d, stream.b, 31, DNS_ASKS, collect, &g), 31);
	assert_string_equal(g.text, "27:27 ");
}

static void
what_was_found_by_its_looks_is_doubted(void **state)
{
	struct msg a = query("a.example");
	struct dnstcp d = dnstcp_make(false);
	static struct got g;

	(void)state;
	stream.n = 0;
	append(&stream, &a);
	m_u16(&stream, 30);
	for (int i = 0; i < 30; i++)
		m_u8(&stream, 0xee);
	give(&d, stream.b, stream.n, 1000, DNS_ASKS, &g);
	assert_string_equal(g.text, "27:27 ");
	assert_int_equal(d.sync, DNSTCP_LOST);
	/* from the start of a connection it is a message all the same, for others to refuse */
	d = dnstcp_make(true);
	g = (struct got){ .n = 0 };
	give(&d, stream.b, stream.n, 1000, DNS_ASKS, &g);
	assert_string_equal(g.text, "27:27 30:30 ");
}

static void
the_side_counts(void **state)
{
	struct msg a = answer("www.example.com", 1), q = query("www.example.com");

	(void)state;
	assert_true(dns_looks(a.b, a.n, a.n, DNS_ANSWERS));
	assert_true(dns_looks(a.b, a.n, a.n, DNS_EITHER));
	assert_false(dns_looks(a.b, a.n, a.n, DNS_ASKS));
	assert_true(dns_looks(q.b, q.n, q.n, DNS_ASKS));
	assert_false(dns_looks(q.b, q.n, q.n, DNS_ANSWERS));
	for (size_t have = 0; have < q.n; have++) {
		assert_int_equal(dns_looks(q.b, q.n, have, DNS_ASKS), have >= 12);
		assert_false(dns_looks(q.b, have, have, DNS_ASKS));
	}
}

/* Messages of real use that have little in them, and some that are none. */
static void
looks_of_the_unusual(void **state)
{
	static const uint8_t other[] = "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n";
	uint8_t noise[64];
	struct msg m;
	unsigned r = 1, passed = 0;

	(void)state;
	m_header(&m, DNS_QR | 5, 0, 0, 0, 0);			/* REFUSED without a question */
	assert_true(dns_looks(m.b, m.n, m.n, DNS_ANSWERS));
	m_header(&m, DNS_QR, 0, 0, 0, 0);
	assert_false(dns_looks(m.b, m.n, m.n, DNS_ANSWERS));
	m_header(&m, DNS_QR | DNS_AA, 0, 1, 0, 0);		/* a zone transfer goes on */
	m_rr(&m, 0, "a.example", DNS_A, 60, "\xc0\x00\x02\x01", 4);
	assert_true(dns_looks(m.b, m.n, m.n, DNS_ANSWERS));
	m_header(&m, 5 << 11, 1, 0, 1, 0);			/* UPDATE */
	m_question(&m, "example", DNS_SOA);
	m_rr(&m, 0, "a.example", DNS_A, 60, "\xc0\x00\x02\x01", 4);
	assert_true(dns_looks(m.b, m.n, m.n, DNS_ASKS));
	m_header(&m, 4 << 11 | DNS_AA, 1, 0, 0, 0);		/* NOTIFY */
	m_question(&m, "example", DNS_SOA);
	assert_true(dns_looks(m.b, m.n, m.n, DNS_ASKS));
	m_header(&m, DNS_RD, 1, 0, 0, 9);			/* more records than it has room for */
	m_question(&m, "example", DNS_A);
	assert_false(dns_looks(m.b, m.n, m.n, DNS_ASKS));
	assert_false(dns_looks(other, sizeof(other) - 1, sizeof(other) - 1, DNS_EITHER));
	for (int i = 0; i < 1000000; i++) {
		for (size_t b = 0; b < sizeof(noise); b++)
			noise[b] = (uint8_t)(rand_r(&r) >> 7);
		passed += dns_looks(noise, sizeof(noise), sizeof(noise), DNS_EITHER);
	}
	assert_true(passed <= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(split_anywhere),
		cmocka_unit_test(a_hole_inside_a_message_costs_that_message),
		cmocka_unit_test(after_a_large_hole_a_segment_that_begins_a_message),
		cmocka_unit_test(what_was_found_by_its_looks_is_doubted),
		cmocka_unit_test(the_side_counts),
		cmocka_unit_test(looks_of_the_unusual),
	};

	return cmocka_run_group_tests_name("proto/dnstcp", tests, NULL, NULL);
}
