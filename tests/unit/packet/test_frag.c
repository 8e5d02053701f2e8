#include "bytes.h"

#include "packet/frag.h"

enum { MAX = 65535 };

static struct why_counts counts;
static uint8_t payload[MAX];

static struct frag_table *
make(size_t bytes, uint32_t datagrams)
{
	struct frag_limits limits = { .bytes = bytes, .datagrams = datagrams, .age = 30 * TM_SEC };

	memset(&counts, 0, sizeof counts);
	for (size_t i = 0; i < sizeof payload; i++)
		payload[i] = (uint8_t)(i * 7 + i / 251);
	return frag_new(&limits, &counts);
}

/* The bytes [off, end) of the payload as a fragment of datagram `id`; the one that ends at `total` is the last. */
static struct pkt
piece(const char *src, uint32_t id, uint32_t off, uint32_t end, uint32_t total)
{
	struct pkt p = { .proto = IPP_UDP, .frag = true, .frag_more = end < total, .frag_off = (uint16_t)off, .ip_id = id,
		.pay = payload + off, .pay_have = end - off, .pay_wire = end - off };

	assert_true(addr_parse(src, &p.src));
	assert_true(addr_parse(strchr(src, ':') != NULL ? "2001:db8::53" : "198.51.100.2", &p.dst));
	return p;
}

static bool
give(struct frag_table *t, struct pkt p, usec_t now, struct datagram *d)
{
	return frag_add(t, &p, now, d);
}

static void
assert_whole(const struct datagram *d, uint32_t total)
{
	assert_int_equal(d->wire, total);
	assert_int_equal(d->have, total);
	assert_int_equal(d->proto, IPP_UDP);
	assert_memory_equal(d->pay, payload, total);
}

/* The k-th order of n things. */
static void
order_of(unsigned k, unsigned n, unsigned *order)
{
	unsigned left[8];

	for (unsigned i = 0; i < n; i++)
		left[i] = i;
	for (unsigned i = 0; i < n; i++) {
		unsigned at = k % (n - i);

		k /= n - i;
		order[i] = left[at];
		memmove(&left[at], &left[at + 1], (n - i - at - 1) * sizeof left[0]);
	}
}

static void
every_order_of_up_to_five(void **state)
{
	static const char *const src[] = { "192.0.2.1", "2001:db8::1" };
	static const uint32_t border[] = { 0, 8, 1480, 1488, 2960, 3001 };
	struct frag_table *t = make(1 << 20, 100);
	struct datagram d;
	uint32_t id = 0;

	(void)state;
	for (int family = 0; family < 2; family++)
		for (unsigned n = 2, orders = 2; n <= 5; n++, orders *= n)
			for (unsigned k = 0; k < orders; k++, id++) {
				uint32_t total = n < 5 ? border[n] + 3 : border[5];
				unsigned order[8];

				order_of(k, n, order);
				for (unsigned i = 0; i < n; i++) {
					uint32_t end = order[i] + 1 < n ? border[order[i] + 1] : total;

					assert_int_equal(give(t, piece(src[family], id, border[order[i]], end, total), 1, &d), i + 1 == n);
				}
				assert_whole(&d, total);
				assert_int_equal(frag_bytes(t), 0);
			}
	assert_int_equal(id, 2 * (2 + 6 + 24 + 120));
	assert_int_equal(counts.n[WHY_FRAG_WAIT], 2 * (2 * 1 + 6 * 2 + 24 * 3 + 120 * 4));
	frag_free(t);
}

/* As the kernel of the receiver has it: the largest datagram, in fragments of a 576-byte link, from behind. */
static void
largest_from_behind(void **state)
{
	struct frag_table *t = make(1 << 20, 100);
	struct datagram d;
	uint32_t off = 65535 / 552 * 552, n = 0;

	(void)state;
	for (; off > 0; off -= 552, n++)
		assert_false(give(t, piece("192.0.2.1", 1, off, off + 552 < MAX ? off + 552 : MAX, MAX), 1, &d));
	assert_true(give(t, piece("192.0.2.1", 1, 0, 552, MAX), 1, &d));
	assert_int_equal(n, 118);
	assert_whole(&d, MAX);
	frag_free(t);
}

static void
from_bytes_to_ports(void **state)
{
	/* "hello" in UDP, in IPv6, in two: RFC 8200 4.5; the second's next header does not count */
	struct bytes a = bytes("60000000 0010 2c 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
	    "1100 0001 89abcdef 1234 0035 000d 0000"), b = bytes("60000000 000d 2c 40 20010db8000000000000000000000001"
	    "20010db8000000000000000000000002 0600 0008 89abcdef 68656c6c6f");
	struct frag_table *t = make(1 << 20, 100);
	struct datagram d;
	struct pkt p;

	(void)state;
	assert_why(decode_cut(101, &b, b.n, b.n, &p), WHY_OK);
	assert_false(frag_add(t, &p, 1, &d));
	assert_why(decode_cut(101, &a, a.n, a.n, &p), WHY_OK);
	assert_true(frag_add(t, &p, 1, &d));
	assert_why(decode_payload(&p, d.proto, d.pay, d.have, d.wire), WHY_OK);
	assert_hello(&p);
	assert_addr(&p.dst, "2001:db8::2");
	frag_free(t);
}

/* VXLAN in fragments, and the packet inside in fragments too. */
static void
fragments_in_fragments(void **state)
{
#define INNER(off_more, len, part) "08000000 00138900" MACS "0800 45 00" len "abcd" off_more "40 11 0000 c0000201 c6336402" part
	static const struct { const char *id, *inner; } half[] = {
		{ "0001", INNER("2000", "001c", "1234 0035 000d 0000") }, { "0002", INNER("0001", "0019", "68656c6c6f") },
	};
	struct frag_table *t = make(1 << 20, 100);
	struct datagram d;
	struct pkt p;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct bytes whole = bytes("c000 12b5 0000 0000"), x;

		add(&whole, half[i].inner);
		whole.b[5] = (uint8_t)whole.n;
		for (size_t off = 0; off < whole.n; off += 24) {
			size_t n = whole.n - off < 24 ? whole.n - off : 24;

			x = bytes("45 00 0000");
			add(&x, half[i].id);
			add(&x, off + n < whole.n ? "2000" : "0000");
			add(&x, "40 11 0000 cb007101 cb007102");
			memcpy(x.b + x.n, whole.b + off, n);
			x.n += n;
			x.b[3] = (uint8_t)x.n;
			x.b[7] = (uint8_t)(off / 8);
			assert_why(decode_cut(101, &x, x.n, x.n, &p), WHY_OK);
			assert_int_equal(frag_add(t, &p, 1, &d), off + n == whole.n);
		}
		assert_why(decode_payload(&p, d.proto, d.pay, d.have, d.wire), WHY_OK);
		assert_true(p.frag);
		assert_addr(&p.src, "192.0.2.1");
		assert_scope(&p, "vxlan5001");
		assert_int_equal(frag_add(t, &p, 1, &d), i == 1);
	}
	assert_why(decode_payload(&p, d.proto, d.pay, d.have, d.wire), WHY_OK);
	assert_hello(&p);
	frag_free(t);
}

/* RFC 791: source, destination, protocol and identifier; a VLAN is another network. */
static void
datagrams_are_kept_apart(void **state)
{
	struct frag_table *t = make(1 << 20, 100);
	struct pkt p = piece("192.0.2.1", 1, 0, 16, 24);
	struct datagram d;

	(void)state;
	assert_false(frag_add(t, &p, 1, &d));
	p = piece("192.0.2.1", 2, 16, 24, 24);
	assert_false(frag_add(t, &p, 1, &d));
	p = piece("192.0.2.3", 1, 16, 24, 24);
	assert_false(frag_add(t, &p, 1, &d));
	p = piece("192.0.2.1", 1, 16, 24, 24);
	p.proto = IPP_TCP;
	assert_false(frag_add(t, &p, 1, &d));
	p.proto = IPP_UDP;
	p.scope = (uint32_t)SCOPE_VLAN << 24 | 7;
	assert_false(frag_add(t, &p, 1, &d));
	p.scope = 0;
	assert_true(addr_parse("198.51.100.3", &p.dst));
	assert_false(frag_add(t, &p, 1, &d));
	p = piece("192.0.2.1", 1, 16, 24, 24);
	assert_true(frag_add(t, &p, 1, &d));
	assert_whole(&d, 24);
	frag_free(t);
}

static void
exact_copies_are_ignored(void **state)
{
	struct frag_table *t = make(1 << 20, 100);
	struct datagram d;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_false(give(t, piece("192.0.2.1", 1, 0, 16, 40), 1, &d));
	for (int i = 0; i < 3; i++)
		assert_false(give(t, piece("192.0.2.1", 1, 24, 40, 40), 1, &d));
	assert_int_equal(counts.n[WHY_COPY], 4);
	assert_true(give(t, piece("192.0.2.1", 1, 16, 24, 40), 1, &d));
	assert_whole(&d, 40);
	/* the mirror's copies come a little later; the same identifier later than that is another datagram */
	assert_false(give(t, piece("192.0.2.1", 1, 16, 24, 40), 10001, &d));
	assert_int_equal(counts.n[WHY_COPY], 5);
	assert_int_equal(frag_bytes(t), 0);
	assert_false(give(t, piece("192.0.2.1", 1, 16, 24, 40), 10002, &d));
	assert_int_equal(counts.n[WHY_COPY], 5);
	assert_int_equal(counts.n[WHY_FRAG_WAIT], 3);
	frag_free(t);
}

/* RFC 5722: every kind of overlap drops the datagram, with what still comes of it. */
static void
overlaps(void **state)
{
	static const struct { uint32_t a, a_end, b, b_end; bool other_bytes; } row[] = {
		{ 0, 16, 8, 24, false },	/* over its end */
		{ 16, 32, 8, 24, false },	/* over its beginning */
		{ 0, 24, 8, 16, false },	/* inside */
		{ 8, 16, 0, 24, false },	/* around */
		{ 0, 16, 0, 8, false },		/* shorter */
		{ 0, 16, 0, 24, false },	/* longer */
		{ 0, 16, 0, 16, true },		/* the same place, other bytes */
	};
	struct frag_table *t = make(1 << 20, 100);
	struct datagram d;
	struct pkt end;

	(void)state;
	for (uint32_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct pkt b = piece("192.0.2.1", i, row[i].b, row[i].b_end, 40);
		uint64_t before = counts.n[WHY_FRAG_OVERLAP];

		assert_false(give(t, piece("192.0.2.1", i, row[i].a, row[i].a_end, 40), 1, &d));
		if (row[i].other_bytes)
			b.pay++;
		assert_false(frag_add(t, &b, 1, &d));
		assert_int_equal(counts.n[WHY_FRAG_OVERLAP] - before, 2);
		assert_int_equal(frag_bytes(t), 0);
		assert_false(give(t, piece("192.0.2.1", i, 0, 24, 40), 1, &d));
		assert_false(give(t, piece("192.0.2.1", i, 24, 40, 40), 1, &d));
		assert_int_equal(counts.n[WHY_FRAG_OVERLAP] - before, 4);
	}
	/* the same bytes, once with more to come and once without */
	end = piece("192.0.2.1", 90, 0, 16, 16);
	counts.n[WHY_FRAG_OVERLAP] = 0;
	assert_false(give(t, piece("192.0.2.1", 90, 0, 16, 40), 1, &d));
	assert_false(frag_add(t, &end, 1, &d));
	assert_int_equal(counts.n[WHY_FRAG_OVERLAP], 2);
	frag_free(t);
}

/* Two ends, something behind the end, and lengths no fragment can have. */
static void
contradictions(void **state)
{
	static const struct { uint32_t a, a_end, a_total, b, b_end, b_total; } row[] = {
		{ 8, 16, 16, 24, 32, 32 },
		{ 24, 32, 32, 8, 16, 16 },
		{ 8, 16, 16, 16, 24, 40 },
		{ 24, 32, 40, 8, 16, 16 },
	};
	struct frag_table *t = make(1 << 20, 100);
	struct datagram d;
	struct pkt p;

	(void)state;
	for (uint32_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		uint64_t before = counts.n[WHY_FRAG_BAD];

		assert_false(give(t, piece("192.0.2.1", i, row[i].a, row[i].a_end, row[i].a_total), 1, &d));
		assert_false(give(t, piece("192.0.2.1", i, row[i].b, row[i].b_end, row[i].b_total), 1, &d));
		assert_int_equal(counts.n[WHY_FRAG_BAD] - before, 2);
		assert_int_equal(frag_bytes(t), 0);
	}
	counts.n[WHY_FRAG_BAD] = 0;
	assert_false(give(t, piece("192.0.2.1", 90, 0, 12, 40), 1, &d));
	assert_false(give(t, piece("192.0.2.1", 91, 8, 8, 40), 1, &d));
	p = piece("192.0.2.1", 92, 0, 16, 16);
	p.frag_off = 65528;
	assert_false(frag_add(t, &p, 1, &d));
	assert_int_equal(counts.n[WHY_FRAG_BAD], 3);
	p.pay_have = p.pay_wire = 7;
	assert_false(frag_add(t, &p, 1, &d));
	assert_int_equal(counts.n[WHY_FRAG_BAD], 3);
	frag_free(t);
}

/* The snap length cut the second fragment: the datagram is known up to there. */
static void
cut_fragments(void **state)
{
	struct frag_table *t = make(1 << 20, 100);
	struct pkt p = piece("192.0.2.1", 1, 1480, 2960, 3000);
	struct datagram d;

	(void)state;
	p.pay_have = 100;
	assert_false(frag_add(t, &p, 1, &d));
	assert_false(give(t, piece("192.0.2.1", 1, 2960, 3000, 3000), 1, &d));
	assert_true(give(t, piece("192.0.2.1", 1, 0, 1480, 3000), 1, &d));
	assert_int_equal(d.wire, 3000);
	assert_int_equal(d.have, 1580);
	assert_memory_equal(d.pay, payload, 1580);
	frag_free(t);
}

static void
time_runs_out(void **state)
{
	struct frag_table *t = make(1 << 20, 100);
	struct datagram d;

	(void)state;
	assert_false(give(t, piece("192.0.2.1", 1, 0, 8, 24), 0, &d));
	assert_false(give(t, piece("192.0.2.1", 1, 8, 16, 24), 30 * TM_SEC, &d));
	frag_tick(t, 30 * TM_SEC);
	assert_int_equal(counts.n[WHY_FRAG_EXPIRED], 0);
	assert_false(give(t, piece("192.0.2.1", 2, 0, 8, 24), 30 * TM_SEC, &d));
	frag_tick(t, 30 * TM_SEC + 1);
	assert_int_equal(counts.n[WHY_FRAG_EXPIRED], 2);
	assert_false(give(t, piece("192.0.2.1", 1, 16, 24, 24), 30 * TM_SEC + 1, &d));
	frag_tick(t, 100 * TM_SEC);
	assert_int_equal(counts.n[WHY_FRAG_EXPIRED], 4);
	assert_int_equal(frag_bytes(t), 0);
	frag_free(t);
}

/* 100,000 datagrams that never end: bounded bytes and datagrams, the oldest gone and counted, and what is whole within
 * its time still comes through. */
static void
flood(void **state)
{
	enum { BYTES = 64 << 10, DATAGRAMS = 500, FLOOD = 100000 };
	struct frag_table *t = make(BYTES, DATAGRAMS);
	struct datagram d;
	uint64_t whole = 0;

	(void)state;
	for (uint32_t i = 0; i < FLOOD; i++) {
		assert_false(give(t, piece("2001:db8::bad", i, 8, 16 + i % 64 * 8, 4096), i, &d));
		assert_true(frag_bytes(t) <= BYTES);
		if (i % 100 == 0)
			assert_false(give(t, piece("192.0.2.1", i & 0xffff, 0, 1480, 2000), i, &d));
		if (i % 100 == 50 && give(t, piece("192.0.2.1", (i - 50) & 0xffff, 1480, 2000, 2000), i, &d))
			whole++;
	}
	assert_int_equal(whole, FLOOD / 100);
	assert_true(counts.n[WHY_FRAG_EVICTED] >= FLOOD - DATAGRAMS && counts.n[WHY_FRAG_EVICTED] < FLOOD);
	assert_int_equal(counts.n[WHY_FRAG_WAIT], FLOOD + FLOOD / 100);
	frag_free(t);
}

/* One datagram in 8-byte fragments is more work than it is worth; one larger than the bound goes itself. */
static void
one_datagram_has_bounds(void **state)
{
	struct frag_table *t = make(1 << 20, 100);
	struct datagram d;

	(void)state;
	for (uint32_t i = 0; i < 8191; i++)
		assert_false(give(t, piece("192.0.2.1", 1, i * 8, i * 8 + 8, MAX), 1, &d));
	assert_int_equal(counts.n[WHY_FRAG_WAIT], FRAG_PIECES);
	assert_int_equal(counts.n[WHY_FRAG_BAD], 8191);
	assert_int_equal(frag_bytes(t), 0);
	frag_free(t);

	t = make(1000, 100);
	assert_false(give(t, piece("192.0.2.1", 1, 0, 800, 2400), 1, &d));
	assert_false(give(t, piece("192.0.2.1", 1, 800, 1600, 2400), 1, &d));
	assert_int_equal(counts.n[WHY_FRAG_EVICTED], 2);
	assert_int_equal(frag_bytes(t), 0);
	frag_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_order_of_up_to_five),
		cmocka_unit_test(largest_from_behind),
		cmocka_unit_test(from_bytes_to_ports),
		cmocka_unit_test(fragments_in_fragments),
		cmocka_unit_test(datagrams_are_kept_apart),
		cmocka_unit_test(exact_copies_are_ignored),
		cmocka_unit_test(overlaps),
		cmocka_unit_test(contradictions),
		cmocka_unit_test(cut_fragments),
		cmocka_unit_test(time_runs_out),
		cmocka_unit_test(flood),
		cmocka_unit_test(one_datagram_has_bounds),
	};

	return cmocka_run_group_tests_name("packet/frag", tests, NULL, NULL);
}
