#include "bytes.h"

enum { RAW = 101 };

#define V6_ADDRS "20010db8000000000000000000000001 20010db8000000000000000000000002"

/* RFC 791 3.1: options lie between the fixed header and the payload. */
static void
v4_options(void **state)
{
	struct pkt p;

	(void)state;
	assert_why(decode(RAW, "46 00 0025 abcd 4000 40 11 0000 c0000201 c6336402 94040000" UDP_HELLO, &p), WHY_OK);
	assert_hello(&p);
	assert_why(decode(RAW, "4f 00 0049 abcd 4000 40 11 0000 c0000201 c6336402"
	    "0101010101010101010101010101010101010101 0101010101010101010101010101010101010101" UDP_HELLO, &p), WHY_OK);
	assert_hello(&p);
}

static void
v4_lengths(void **state)
{
	struct pkt p;

	(void)state;
	/* 0: segmentation left to the network card, so the frame's end is all there is */
	assert_why(decode(RAW, "45 00 0000 abcd 4000 40 11 0000 c0000201 c6336402" UDP_HELLO, &p), WHY_OK);
	assert_hello(&p);
	assert_why(decode(RAW, "45 00 0000 0001 4000 40 06 0000 c0000201 c6336402"
	    "c000 0050 01020304 05060708 5018 1000 0000 0000 616263", &p), WHY_OK);
	assert_int_equal(p.pay_wire, 3);
	assert_why(decode(RAW, "45 00 0013 abcd 4000 40 11 0000 c0000201 c6336402" UDP_HELLO, &p), WHY_BAD_IP);
	assert_why(decode(RAW, "45 00 0014 abcd 4000 40 11 0000 c0000201 c6336402" UDP_HELLO, &p), WHY_BAD_TRANSPORT);
	assert_why(decode(RAW, "46 00 0017 abcd 4000 40 11 0000 c0000201 c6336402 01010101" UDP_HELLO, &p), WHY_BAD_IP);
	assert_why(decode(RAW, "44 00 0021 abcd 4000 40 11 0000 c0000201 c6336402" UDP_HELLO, &p), WHY_BAD_IP);
	assert_why(decode(RAW, "35 00 0021 abcd 4000 40 11 0000 c0000201 c6336402" UDP_HELLO, &p), WHY_BAD_IP);
	/* the frame ends before the datagram does: sliced on its way to the sensor */
	assert_why(decode(RAW, "45 00 0023 abcd 4000 40 11 0000 c0000201 c6336402 1234 0035 000f 0000 68656c6c6f", &p), WHY_OK);
	assert_int_equal(p.pay_have, 5);
	assert_int_equal(p.pay_wire, 7);
}

/* RFC 791 3.2: a fragment is handed on with its part of the payload, its ports are not known. */
static void
v4_fragments(void **state)
{
	struct pkt p;

	(void)state;
	assert_why(decode(RAW, "45 00 0021 abcd 2000 40 11 0000 c0000201 c6336402" UDP_HELLO, &p), WHY_OK);
	assert_true(p.frag);
	assert_true(p.frag_more);
	assert_int_equal(p.frag_off, 0);
	assert_int_equal(p.sport, 0);
	assert_int_equal(p.proto, IPP_UDP);
	assert_int_equal(p.pay_wire, 13);
	assert_why(decode(RAW, "45 00 0021 abcd 1fff 40 11 0000 c0000201 c6336402" UDP_HELLO, &p), WHY_OK);
	assert_true(p.frag);
	assert_false(p.frag_more);
	assert_int_equal(p.frag_off, 65528);
	assert_int_equal(p.ip_id, 0xabcd);
	assert_why(decode(RAW, "45 00 0021 abcd 4000 40 11 0000 c0000201 c6336402" UDP_HELLO, &p), WHY_OK);
	assert_hello(&p);
}

/* RFC 9293 3.1 */
static void
tcp_header(void **state)
{
	struct pkt p;

	(void)state;
	assert_why(decode(RAW, "45 00 002b 0001 4000 40 06 0000 c0000201 c6336402"
	    "c000 0050 01020304 05060708 5018 1000 0000 0000 616263", &p), WHY_OK);
	assert_int_equal(p.sport, 49152);
	assert_int_equal(p.dport, 80);
	assert_int_equal(p.seq, 0x01020304);
	assert_int_equal(p.ack, 0x05060708);
	assert_int_equal(p.tcp_flags, TCP_PSH | TCP_ACK);
	assert_int_equal(p.win, 4096);
	assert_int_equal(p.pay_wire, 3);
	assert_memory_equal(p.pay, "abc", 3);
	/* with 4 bytes of options; an offset below 5 words; one beyond the segment */
	assert_why(decode(RAW, "45 00 002f 0001 4000 40 06 0000 c0000201 c6336402"
	    "c000 0050 01020304 05060708 6018 1000 0000 0000 020405b4 616263", &p), WHY_OK);
	assert_int_equal(p.pay_wire, 3);
	assert_memory_equal(p.pay, "abc", 3);
	assert_why(decode(RAW, "45 00 002b 0001 4000 40 06 0000 c0000201 c6336402"
	    "c000 0050 01020304 05060708 4018 1000 0000 0000 616263", &p), WHY_BAD_TRANSPORT);
	assert_why(decode(RAW, "45 00 002b 0001 4000 40 06 0000 c0000201 c6336402"
	    "c000 0050 01020304 05060708 6018 1000 0000 0000 616263", &p), WHY_BAD_TRANSPORT);
}

/* The snap length ends inside the TCP header: flags and numbers as far as they go, the payload's length if it is known. */
static void
tcp_cut(void **state)
{
	struct bytes x = bytes("45 00 002f 0001 4000 40 06 0000 c0000201 c6336402"
	    "c000 0050 01020304 05060708 6018 1000 0000 0000 020405b4 616263");
	struct pkt p;

	(void)state;
	assert_why(decode_cut(RAW, &x, 23, x.n, &p), WHY_CUT_TRANSPORT);
	assert_int_equal(p.sport, 0);
	assert_why(decode_cut(RAW, &x, 24, x.n, &p), WHY_CUT_TRANSPORT);
	assert_int_equal(p.sport, 49152);
	assert_int_equal(p.dport, 80);
	assert_int_equal(p.seq, 0);
	assert_why(decode_cut(RAW, &x, 28, x.n, &p), WHY_CUT_TRANSPORT);
	assert_int_equal(p.seq, 0x01020304);
	assert_why(decode_cut(RAW, &x, 39, x.n, &p), WHY_CUT_TRANSPORT);
	for (size_t n = 40; n <= 44; n++) {
		assert_why(decode_cut(RAW, &x, n, x.n, &p), WHY_OK);
		assert_int_equal(p.tcp_flags, TCP_PSH | TCP_ACK);
		assert_int_equal(p.pay_have, 0);
		assert_int_equal(p.pay_wire, 3);
	}
	assert_why(decode_cut(RAW, &x, 46, x.n, &p), WHY_OK);
	assert_int_equal(p.pay_have, 2);
	assert_int_equal(p.pay_wire, 3);
}

/* RFC 768, RFC 2675 4: what UDP's own length says is the payload. */
static void
udp_length(void **state)
{
	static const struct { const char *udp; enum why why; size_t pay; } row[] = {
		{ "1234 0035 000d 0000 68656c6c6f", WHY_OK, 5 },
		{ "1234 0035 000c 0000 68656c6c6f", WHY_OK, 4 },
		{ "1234 0035 0008 0000 68656c6c6f", WHY_OK, 0 },
		{ "1234 0035 0007 0000 68656c6c6f", WHY_BAD_TRANSPORT, 0 },
		{ "1234 0035 000e 0000 68656c6c6f", WHY_BAD_TRANSPORT, 0 },
		{ "1234 0035 0000 0000 68656c6c6f", WHY_BAD_TRANSPORT, 0 },
	};
	struct pkt p;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct bytes x = bytes("45 00 0021 abcd 0000 40 11 0000 c0000201 c6336402");

		add(&x, row[i].udp);
		assert_why(decode_cut(RAW, &x, x.n, x.n, &p), row[i].why);
		assert_int_equal(p.sport, 4660);
		assert_int_equal(p.dport, 53);
		if (row[i].why == WHY_OK)
			assert_int_equal(p.pay_wire, row[i].pay);
	}
	assert_why(decode(RAW, "60000000 0000 00 40" V6_ADDRS "11 00 c204 00010005 1234 0035 0000 0000 68656c6c6f", &p), WHY_OK);
	assert_hello(&p);
}

/* RFC 8200 4: any chain of extension headers, each with a length of its own kind. */
static void
v6_extensions(void **state)
{
	static const struct { const char *first, *headers; } row[] = {
		{ "00", "1100 010400000000" },				/* hop-by-hop */
		{ "3c", "1101 010c000000000000000000000000" },		/* destination options, 16 bytes */
		{ "87", "1100 010400000000" },				/* mobility: RFC 6275 */
		{ "8b", "1100 010400000000" },				/* HIP: RFC 7401 */
		{ "8c", "1100 010400000000" },				/* shim6: RFC 5533 */
		{ "33", "1104 0000 00000001 00000001 000000000000000000000000" },	/* AH: RFC 4302, (4 + 2) * 4 bytes */
		{ "2c", "1100 0000 00000007" },				/* an atomic fragment: RFC 6946 */
		/* hop-by-hop, destination, routing, destination */
		{ "00", "3c00 010400000000 2b00 010400000000 3c00 000000000000 1100 010400000000" },
	};
	struct pkt p;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct bytes x = bytes("60000000 0000");

		add(&x, row[i].first);
		add(&x, "40" V6_ADDRS);
		add(&x, row[i].headers);
		add(&x, UDP_HELLO);
		x.b[5] = (uint8_t)(x.n - 40);
		assert_why(decode_cut(RAW, &x, x.n, x.n, &p), WHY_OK);
		assert_hello(&p);
		for (size_t n = 40; n < x.n - 13; n++) {
			assert_why(decode_cut(RAW, &x, n, x.n, &p), WHY_CUT_IP);
			assert_addr(&p.src, "2001:db8::1");
		}
	}
}

/* A header longer than the datagram; one of AH shorter than its fixed part; nothing behind the headers. */
static void
v6_extensions_bad(void **state)
{
	struct pkt p;

	(void)state;
	assert_why(decode(RAW, "60000000 0008 3c 40" V6_ADDRS "1101 010400000000", &p), WHY_BAD_IP);
	assert_why(decode(RAW, "60000000 0007 3c 40" V6_ADDRS "1100 0104000000", &p), WHY_BAD_IP);
	assert_why(decode(RAW, "60000000 0008 3c 40" V6_ADDRS "3b00 010400000000", &p), WHY_PROTO_OTHER);
	assert_why(decode(RAW, "60000000 0008 3c 40" V6_ADDRS "1100 010400000000", &p), WHY_BAD_TRANSPORT);
	assert_why(decode(RAW, "60000000 0000 2c 40" V6_ADDRS "1100 0001 00000007" UDP_HELLO, &p), WHY_BAD_IP);
	assert_why(decode(RAW, "45 00 0021 abcd 4000 40 3c 0000 c0000201 c6336402 1100010400000000", &p), WHY_PROTO_OTHER);
}

/* RFC 8200 8.1: who answers is the last address, as long as segments are left.  Type 0 has it at the end, 2 has one
 * address, 4 (RFC 8754) has it first. */
static void
v6_routing(void **state)
{
#define STOP "20010db8000000000000000000000003"
#define LAST "20010db8000000000000000000000009"
	struct pkt p;

	(void)state;
	assert_why(decode(RAW, "60000000 0035 2b 40" V6_ADDRS "1104 0002 00000000" STOP LAST UDP_HELLO, &p), WHY_OK);
	assert_addr(&p.dst, "2001:db8::9");
	assert_why(decode(RAW, "60000000 0035 2b 40" V6_ADDRS "1104 0000 00000000" STOP LAST UDP_HELLO, &p), WHY_OK);
	assert_addr(&p.dst, "2001:db8::2");
	assert_why(decode(RAW, "60000000 0025 2b 40" V6_ADDRS "1102 0201 00000000" LAST UDP_HELLO, &p), WHY_OK);
	assert_addr(&p.dst, "2001:db8::9");
	assert_why(decode(RAW, "60000000 0035 2b 40" V6_ADDRS "1104 0401 01000000" LAST STOP UDP_HELLO, &p), WHY_OK);
	assert_addr(&p.dst, "2001:db8::9");
	/* segments left, but no address in the header */
	assert_why(decode(RAW, "60000000 0015 2b 40" V6_ADDRS "1100 0001 00000000" UDP_HELLO, &p), WHY_OK);
	assert_addr(&p.dst, "2001:db8::2");
}

static void
v6_fragments(void **state)
{
	struct pkt p;

	(void)state;
	assert_why(decode(RAW, "60000000 0015 2c 40" V6_ADDRS "1100 0001 89abcdef" UDP_HELLO, &p), WHY_OK);
	assert_true(p.frag);
	assert_true(p.frag_more);
	assert_int_equal(p.frag_off, 0);
	assert_int_equal(p.ip_id, 0x89abcdef);
	assert_int_equal(p.proto, IPP_UDP);
	assert_int_equal(p.pay_wire, 13);
	assert_why(decode(RAW, "60000000 0015 2c 40" V6_ADDRS "3c00 05a8 89abcdef" UDP_HELLO, &p), WHY_OK);
	assert_false(p.frag_more);
	assert_int_equal(p.frag_off, 1448);
	assert_int_equal(p.proto, 60);
}

static void
other_protocols(void **state)
{
	static const struct { const char *proto; enum why why; } row[] = {
		{ "84", WHY_OK }, { "21", WHY_OK }, { "88", WHY_OK }, { "32", WHY_PROTO_OTHER }, { "59", WHY_PROTO_OTHER },
		{ "3a", WHY_PROTO_OTHER },
	};
	struct pkt p;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct bytes x = bytes("45 00 0021 abcd 0000 40");

		add(&x, row[i].proto);
		add(&x, "0000 c0000201 c6336402" UDP_HELLO);
		assert_why(decode_cut(RAW, &x, x.n, x.n, &p), row[i].why);
		assert_addr(&p.src, "192.0.2.1");
		assert_int_equal(p.sport, row[i].why == WHY_OK ? 4660 : 0);
	}
	assert_why(decode(RAW, "60000000 000d 01 40" V6_ADDRS "0800 0000 0001 0001 68656c6c6f", &p), WHY_PROTO_OTHER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v4_options),
		cmocka_unit_test(v4_lengths),
		cmocka_unit_test(v4_fragments),
		cmocka_unit_test(tcp_header),
		cmocka_unit_test(tcp_cut),
		cmocka_unit_test(udp_length),
		cmocka_unit_test(v6_extensions),
		cmocka_unit_test(v6_extensions_bad),
		cmocka_unit_test(v6_routing),
		cmocka_unit_test(v6_fragments),
		cmocka_unit_test(other_protocols),
	};

	return cmocka_run_group_tests_name("packet/ip", tests, NULL, NULL);
}
