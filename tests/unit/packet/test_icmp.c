#include "bytes.h"

enum { ETHERNET = 1, RAW = 101 };

#define ROUTER_TO_CLIENT "0000 cb007101 c0000201"
/* The first 8 bytes of transport are quoted, the length is that of the packet: 192.0.2.1:49152 -> 198.51.100.2:443. */
#define QUOTED_SYN "45 00 003c 4242 4000 3f 06 0000 c0000201 c6336402 c000 01bb 0a0b0c0d"

static struct pkt
error_about(const char *type_code, const char *quoted, struct pkt *q, bool *known)
{
	static struct pkt p;
	struct bytes x = bytes("45 00 0000 0001 0000 40 01" ROUTER_TO_CLIENT);

	add(&x, type_code);
	add(&x, "0000 00000000");
	add(&x, quoted);
	x.b[3] = (uint8_t)x.n;
	assert_why(decode_cut(RAW, &x, x.n, x.n, &p), WHY_OK);
	*known = decode_quoted(&p, q);
	return p;
}

/* RFC 792: destination unreachable, source quench, time exceeded, parameter problem. */
static void
errors_quote_the_flow(void **state)
{
	static const char *const types[] = { "0301", "0303", "030d", "0400", "0b00", "0c00" };
	struct pkt p, q;
	bool known;

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		p = error_about(types[i], QUOTED_SYN, &q, &known);
		assert_int_equal(p.proto, IPP_ICMP);
		assert_int_equal(p.icmp_type, strtol((char[]){ types[i][0], types[i][1], 0 }, NULL, 16));
		assert_int_equal(p.icmp_code, strtol(types[i] + 2, NULL, 16));
		assert_addr(&p.src, "203.0.113.1");
		assert_true(known);
		assert_int_equal(q.proto, IPP_TCP);
		assert_addr(&q.src, "192.0.2.1");
		assert_addr(&q.dst, "198.51.100.2");
		assert_int_equal(q.sport, 49152);
		assert_int_equal(q.dport, 443);
		assert_int_equal(q.seq, 0x0a0b0c0d);
	}
}

/* The whole of a packet may be quoted, and more behind it (RFC 4884); lengths may be wrong by the time they are. */
static void
quotes_of_other_shapes(void **state)
{
	static const char *const row[] = {
		V4_HELLO,
		V4_HELLO "000000000000 20000000 00080101 00000000",
		("45 00 0018 abcd 0000 40 11 0000 c0000201 c6336402" UDP_HELLO),		/* total length less the header */
		"45 00 0021 abcd 0000 40 11 0000 c0000201 c6336402 1234 0035 000d 0000",
		"45 00 0021 abcd 0000 40 11 0000 c0000201 c6336402 1234 0035",
		"45 00 05dc abcd 2000 40 11 0000 c0000201 c6336402 1234 0035 0800 0000",	/* a first fragment */
		"46 00 0025 abcd 0000 40 11 0000 c0000201 c6336402 94040000 1234 0035 000d 0000",
	};
	struct pkt q;
	bool known;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		error_about("0303", row[i], &q, &known);
		assert_true(known);
		assert_int_equal(q.proto, IPP_UDP);
		assert_int_equal(q.sport, 4660);
		assert_int_equal(q.dport, 53);
		assert_addr(&q.dst, "198.51.100.2");
	}
}

static void
too_little_is_quoted(void **state)
{
	static const char *const row[] = {
		"",
		"45 00 0021 abcd 0000 40 11 0000 c0000201",
		"45 00 0021 abcd 0000 40 11 0000 c0000201 c6336402",
		"45 00 0021 abcd 0000 40 11 0000 c0000201 c6336402 123400",
		"45 00 05dc abcd 20b9 40 11 0000 c0000201 c6336402 1234 0035 000d 0000",	/* a later fragment */
		"45 00 0021 abcd 0000 40 01 0000 c0000201 c6336402 0800 0000 00010001",	/* ping */
		"60000000 000d 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002" UDP_HELLO,
		/* VXLAN with something else than IP: the ports are the tunnel's */
		"45 00 0032 abcd 0000 40 11 0000 cb007101 cb007102 c000 12b5 001e 0000 08000000 00138900" MACS "88cc",
	};
	struct pkt q;
	bool known;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		error_about("0303", row[i], &q, &known);
		assert_false(known);
	}
}

/* RFC 4443 3.1-3.4, behind extension headers on either level. */
static void
icmp6_errors(void **state)
{
	struct bytes x = bytes(MACS "8100 0007 86dd"
	    "60000000 0000 3c 40 20010db80000000000000000000000fe 20010db8000000000000000000000001 3a00 010400000000"
	    "0104 0000 00000000"
	    "60000000 0015 3c 3f 20010db8000000000000000000000001 20010db8000000000000000000000002 1100 010400000000" UDP_HELLO);
	struct pkt p, q;

	(void)state;
	x.b[18 + 5] = (uint8_t)(x.n - 18 - 40);
	for (uint8_t type = 0; type < 6; type++) {
		x.b[18 + 48] = type;
		if (type < 1 || type > 4) {
			assert_why(decode_cut(ETHERNET, &x, x.n, x.n, &p), WHY_ICMP_OTHER);
			assert_false(decode_quoted(&p, &q));
			continue;
		}
		assert_why(decode_cut(ETHERNET, &x, x.n, x.n, &p), WHY_OK);
		assert_int_equal(p.proto, IPP_ICMP6);
		assert_addr(&p.src, "2001:db8::fe");
		assert_true(decode_quoted(&p, &q));
		assert_hello(&q);
		assert_scope(&q, "vlan7");
		assert_addr(&q.src, "2001:db8::1");
	}
}

static void
other_icmp(void **state)
{
	struct pkt p, q;

	(void)state;
	assert_why(decode(RAW, "45 00 001c 0001 0000 40 01" ROUTER_TO_CLIENT "0800 0000 00010001", &p), WHY_ICMP_OTHER);
	assert_int_equal(p.icmp_type, 8);
	assert_false(decode_quoted(&p, &q));
	/* a redirect quotes too, but nothing failed */
	assert_why(decode(RAW, "45 00 0038 0001 0000 40 01" ROUTER_TO_CLIENT "0501 0000 cb007102" QUOTED_SYN, &p), WHY_ICMP_OTHER);
	assert_why(decode(RAW, V4_HELLO, &p), WHY_OK);
	assert_false(decode_quoted(&p, &q));
	/* an error in fragments: its first one is not read */
	assert_why(decode(RAW, "45 00 0038 0001 2000 40 01" ROUTER_TO_CLIENT "0303 0000 00000000" QUOTED_SYN, &p), WHY_OK);
	assert_false(decode_quoted(&p, &q));
}

static void
cut_or_bad(void **state)
{
	struct bytes x = bytes("45 00 0038 0001 0000 40 01" ROUTER_TO_CLIENT "0303 0000 00000000" QUOTED_SYN);
	struct pkt p;

	(void)state;
	for (size_t n = 20; n < 28; n++) {
		assert_why(decode_cut(RAW, &x, n, x.n, &p), WHY_CUT_TRANSPORT);
		x.b[3] = (uint8_t)n;
		assert_why(decode_cut(RAW, &x, n, n, &p), WHY_BAD_TRANSPORT);
		x.b[3] = 0x38;
	}
	assert_why(decode_cut(RAW, &x, 28, x.n, &p), WHY_OK);
	assert_int_equal(p.pay_have, 0);
	assert_int_equal(p.pay_wire, 28);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_quote_the_flow),
		cmocka_unit_test(quotes_of_other_shapes),
		cmocka_unit_test(too_little_is_quoted),
		cmocka_unit_test(icmp6_errors),
		cmocka_unit_test(other_icmp),
		cmocka_unit_test(cut_or_bad),
	};

	return cmocka_run_group_tests_name("packet/icmp", tests, NULL, NULL);
}
