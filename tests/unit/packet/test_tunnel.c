#include "bytes.h"

enum { NUL = 0, ETHERNET = 1, PPP = 9, PPP_HDLC = 50, PPPOE = 51, RAW = 101, CISCO_HDLC = 104, LOOP = 108, PPPD = 166,
	PPP_DIR = 204, MPLS = 219 };

#define INNER_MACS "020000000012 020000000011"
#define INNER_ETHERNET INNER_MACS "0800" V4_HELLO

/* IPv4 203.0.113.1 -> 203.0.113.2 around a payload of this protocol. */
static struct bytes
in_ipv4(const char *proto, const char *payload)
{
	struct bytes x = bytes("45 00 0000 0001 4000 40");

	add(&x, proto);
	add(&x, "0000 cb007101 cb007102");
	add(&x, payload);
	x.b[2] = (uint8_t)(x.n >> 8);
	x.b[3] = (uint8_t)x.n;
	return x;
}

/* The same with UDP from 49152 to a port. */
static struct bytes
in_udp(unsigned port, const char *payload)
{
	struct bytes x = in_ipv4("11", "c000 0000 0000 0000");
	size_t n;

	add(&x, payload);
	n = x.n - 20;
	x.b[2] = (uint8_t)(x.n >> 8);
	x.b[3] = (uint8_t)x.n;
	x.b[22] = (uint8_t)(port >> 8);
	x.b[23] = (uint8_t)port;
	x.b[24] = (uint8_t)(n >> 8);
	x.b[25] = (uint8_t)n;
	return x;
}

static enum why
decode_bytes(uint16_t link, const struct bytes *x, struct pkt *p)
{
	return decode_cut(link, x, x->n, x->n, p);
}

/* The whole of it is "hello", and every cut ends in a reason, or in the outer packet, or in a piece of "hello". */
static void
assert_carries_hello(uint16_t link, const struct bytes *x, const char *scope)
{
	struct pkt p;

	for (size_t n = 0; n < x->n; n++)
		if (decode_cut(link, x, n, x->n, &p) == WHY_OK && p.dport == 53) {
			assert_int_equal(p.pay_wire, 5);
			assert_memory_equal(p.pay, "hello", p.pay_have);
		}
	assert_why(decode_bytes(link, x, &p), WHY_OK);
	assert_hello(&p);
	assert_scope(&p, scope);
}

static void
assert_all_carry_hello(uint16_t link, const char *const *hex)
{
	for (; *hex != NULL; hex++) {
		struct bytes x = bytes(*hex);

		assert_carries_hello(link, &x, "");
	}
}

/* RFC 1661, RFC 1662: with and without address and control, a protocol of one byte; both families. */
static void
ppp(void **state)
{
	static const char *const plain[] = {
		"ff03 0021" V4_HELLO, "ff03 0057" V6_HELLO, "0021" V4_HELLO, "21" V4_HELLO, "ff03 57" V6_HELLO, NULL,
	};
	static const char *const hdlc[] = { "0f00 0800" V4_HELLO, "8f00 86dd" V6_HELLO, "ff03 0021" V4_HELLO, NULL };
	static const char *const dir[] = { "00 ff03 0021" V4_HELLO, "01 0021" V4_HELLO, NULL };
	static const char *const pppd[] = { "00 03 0021" V4_HELLO, "01 03 0057" V6_HELLO, NULL };
	struct pkt p;

	(void)state;
	assert_all_carry_hello(PPP, plain);
	assert_all_carry_hello(PPP_HDLC, hdlc);
	assert_all_carry_hello(CISCO_HDLC, hdlc);
	assert_all_carry_hello(PPP_DIR, dir);
	assert_all_carry_hello(PPPD, pppd);
	assert_why(decode(PPP, "ff03 c021 01010004", &p), WHY_ETHERTYPE_OTHER);	/* LCP */
	assert_why(decode(PPP, "ff03 00", &p), WHY_BAD_LINK);
}

/* RFC 2516 4: what is behind its length is padding, whatever IP says. */
static void
pppoe(void **state)
{
	struct bytes x = bytes(MACS "8100 0007 8864 1100 0011 0023 0021" V4_HELLO "0000");
	struct pkt p;

	(void)state;
	assert_carries_hello(ETHERNET, &x, "vlan7");
	x = bytes("1100 0011 0037 0057" V6_HELLO);
	assert_carries_hello(PPPOE, &x, "");
	assert_why(decode(ETHERNET, MACS "8864 1100 0011 002a 0021 45 00 002e 0001 4000 40 06 0000 c0000201 c6336402"
	    "c000 0050 00000001 00000001 5010 1000 0000 0000 000000000000", &p), WHY_OK);
	assert_int_equal(p.pay_wire, 0);
	assert_why(decode(ETHERNET, MACS "8864 2100 0011 0023 0021" V4_HELLO, &p), WHY_BAD_LINK);
	assert_why(decode(ETHERNET, MACS "8864 1109 0011 0023 0021" V4_HELLO, &p), WHY_BAD_LINK);
	assert_why(decode(ETHERNET, MACS "8863 1109 0000 0000", &p), WHY_ETHERTYPE_OTHER);
}

/* The family in either byte order; every system's number of IPv6. */
static void
loopback(void **state)
{
	static const char *const null[] = {
		"02000000" V4_HELLO, "00000002" V4_HELLO, "18000000" V6_HELLO, "1c000000" V6_HELLO, "0000001e" V6_HELLO,
		"17000000" V6_HELLO, "0a000000" V6_HELLO, "0f000800" V4_HELLO, "ff030021" V4_HELLO, NULL,
	};
	static const char *const loop[] = { "00000002" V4_HELLO, "00000018" V6_HELLO, NULL };
	struct pkt p;

	(void)state;
	assert_all_carry_hello(NUL, null);
	assert_all_carry_hello(LOOP, loop);
	assert_why(decode(NUL, "07000000" V4_HELLO, &p), WHY_ETHERTYPE_OTHER);
	assert_why(decode(NUL, "020000", &p), WHY_BAD_LINK);
}

/* RFC 3032 2.1; RFC 4385 3 and RFC 4448 for what is no IP below the last label. */
static void
mpls(void **state)
{
	static const char *const row[] = {
		"0001 01 40" V4_HELLO,
		"0001 00 40 0002 01 3f" V6_HELLO,
		"0001 01 40 00000000" INNER_ETHERNET,		/* pseudowire with a control word */
		"0001 01 40" INNER_ETHERNET,			/* and without; its address begins with 0 too */
		"0001 01 40 460000000012 020000000011 0800" V4_HELLO,	/* one that could be IPv4 by its first byte */
		NULL,
	};
	struct bytes x = bytes(MACS "8847 0001 01 40" V4_HELLO);
	struct pkt p;

	(void)state;
	assert_all_carry_hello(MPLS, row);
	assert_carries_hello(ETHERNET, &x, "");
	x = in_ipv4("89", "0001 01 40" V4_HELLO);		/* RFC 4023 */
	assert_carries_hello(RAW, &x, "");
	/* no control word, though an EtherType seems to be where one would put it: the IP length, of a packet cut short */
	assert_why(decode(MPLS, "0001 01 40 120000000012 020000000011 0800 45 00 0800 abcd 0000 40 11 0000 c0000201 c6336402"
	    UDP_HELLO, &p), WHY_OK);
	assert_hello(&p);
	assert_why(decode(MPLS, "0001 01 40 10000000 0000000000000000000000000000000000", &p), WHY_TUNNEL_OTHER);	/* RFC 5586 */
	assert_why(decode(MPLS, "0001 00 40 0001 00 40", &p), WHY_BAD_LINK);
}

/* RFC 2784 2.1 and RFC 2890 2: checksum, key and sequence number, in this order; RFC 1701's routing is not read. */
static void
gre(void **state)
{
	static const struct { const char *gre, *scope; } row[] = {
		{ "0000 0800" V4_HELLO, "" },
		{ "0000 86dd" V6_HELLO, "" },
		{ "8000 0800 12340000" V4_HELLO, "" },
		{ "2000 0800 00000007" V4_HELLO, "gre7" },
		{ "1000 0800 00000001" V4_HELLO, "" },
		{ "b000 0800 12340000 00000007 00000001" V4_HELLO, "gre7" },
		{ "0000 6558" INNER_ETHERNET, "" },
		{ "2000 6558 00000007" INNER_ETHERNET, "gre7" },
		{ "2000 0800 00123456" V4_HELLO, "gre1193046" },
		{ "2000 6558 00123401" INNER_ETHERNET, "gre4660" },	/* RFC 7637: network 0x1234, flow 1 */
		{ "2000 6558 02000000" INNER_ETHERNET, "" },		/* a virtual switch's mirror, by direction */
		{ "0000 8847 0001 01 40" V4_HELLO, "" },
		{ "0000 880b ff03 0021" V4_HELLO, "" },
		{ "3001 880b 0025 0003 00000001 ff03 0021" V4_HELLO, "" },		/* RFC 2637 4.1 */
		{ "3081 880b 0025 0003 00000001 00000002 ff03 0021" V4_HELLO "0000", "" },
	};
	struct bytes x;
	struct pkt p;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		x = in_ipv4("2f", row[i].gre);
		assert_carries_hello(RAW, &x, row[i].scope);
	}
	x = in_ipv4("2f", "4000 0800 00000000 00000000" V4_HELLO);
	assert_why(decode_bytes(RAW, &x, &p), WHY_TUNNEL_OTHER);
	x = in_ipv4("2f", "0002 0800" V4_HELLO);
	assert_why(decode_bytes(RAW, &x, &p), WHY_TUNNEL_OTHER);
	x = in_ipv4("2f", "2081 880b 0000 0003 00000002");
	assert_why(decode_bytes(RAW, &x, &p), WHY_TUNNEL_OTHER);
	x = in_ipv4("2f", "0000 88cc" V4_HELLO);
	assert_why(decode_bytes(RAW, &x, &p), WHY_ETHERTYPE_OTHER);
	assert_addr(&p.src, "203.0.113.1");
	x = in_ipv4("2f", "2000 0800 000000");
	assert_why(decode_bytes(RAW, &x, &p), WHY_BAD_LINK);
}

/* draft-foschiano-erspan-03 4.1-4.3.  The scope and the sender are the mirrored link's, never the transport's. */
static void
erspan(void **state)
{
	static const struct { const char *gre, *scope; } row[] = {
		{ "0000 88be" INNER_ETHERNET, "" },
		{ "0000 88be" INNER_MACS "8100 000c 0800" V4_HELLO, "vlan12" },
		{ "1000 88be 00000001 1017 0864 00000000" INNER_ETHERNET, "vlan23" },	/* ISL, taken off */
		{ "1000 88be 00000001 1017 1064 00000000" INNER_ETHERNET, "vlan23" },	/* 802.1Q, taken off */
		{ "1000 88be 00000001 1017 0064 00000000" INNER_ETHERNET, "" },		/* an access port's */
		{ "1000 88be 00000001 1017 1864 00000000" INNER_MACS "8100 0017 0800" V4_HELLO, "vlan23" },
		{ "1000 22eb 00000001 2017 0064 00000000 0000 0000" INNER_ETHERNET, "" },
		{ "1000 22eb 00000001 2017 0064 00000000 0000 0001 1000000000000000" INNER_ETHERNET, "" },
		{ "1000 22eb 00000001 2017 0064 00000000 0000 0800" V4_HELLO, "" },	/* frame type 2: IP */
	};
	struct pkt p;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct bytes ip = in_ipv4("2f", row[i].gre), x = bytes(MACS "8100 0063 0800");

		memcpy(x.b + x.n, ip.b, ip.n);
		x.n += ip.n;
		assert_carries_hello(ETHERNET, &x, row[i].scope);
		assert_why(decode_bytes(ETHERNET, &x, &p), WHY_OK);
		assert_memory_equal(p.smac, i == 8 ? "\0\0\0\0\0\0" : "\x02\0\0\0\0\x11", 6);
	}
	struct bytes x = in_ipv4("2f", "1000 88be 00000001 3017 0064 00000000" INNER_ETHERNET);
	assert_why(decode_bytes(RAW, &x, &p), WHY_TUNNEL_OTHER);
	x = in_ipv4("2f", "1000 22eb 00000001 2017 0064 00000000 0000 0400" V4_HELLO);
	assert_why(decode_bytes(RAW, &x, &p), WHY_TUNNEL_OTHER);
}

/* RFC 7348 5, its extensions, RFC 8926 3.4, RFC 8086, RFC 7510, RFC 8300: the header's fixed bits and the port, or it is
 * an ordinary datagram. */
static void
in_udp_by_port_and_header(void **state)
{
	static const struct { unsigned port; const char *udp, *scope; } row[] = {
		{ 4789, "08000000 00138900" INNER_ETHERNET, "vxlan5001" },
		{ 8472, "08000000 00138900" INNER_ETHERNET, "vxlan5001" },
		{ 4789, "08000000 00138900" INNER_MACS "8100 0005 0800" V4_HELLO, "vxlan5001" },
		{ 4789, "88480017 00138900" INNER_ETHERNET, "vxlan5001" },	/* group policy */
		{ 4790, "0c000001 00000700" V4_HELLO, "vxlan7" },
		{ 4790, "0c000002 00000700" V6_HELLO, "vxlan7" },
		{ 4789, "0c000003 00000700" INNER_ETHERNET, "vxlan7" },
		{ 4790, "0c000004 00000700 0fc20101 00000001" V4_HELLO, "vxlan7" },
		{ 4790, "0c000004 00000700 0fc60103 00000001 00000000000000000000000000000000" INNER_ETHERNET, "vxlan7" },
		{ 4790, "0c000005 00000700 0001 01 40" V4_HELLO, "vxlan7" },
		{ 4790, "08000000 00000700" INNER_ETHERNET, "vxlan7" },
		{ 6081, "0000 6558 00138900" INNER_ETHERNET, "geneve5001" },
		{ 6081, "0000 0800 00138900" V4_HELLO, "geneve5001" },
		{ 6081, "0240 6558 00138900 0102 8001 00000001" INNER_ETHERNET, "geneve5001" },
		{ 4754, "0000 0800" V4_HELLO, "" },
		{ 4754, "2000 86dd 00000009" V6_HELLO, "gre9" },
		{ 6635, "0001 01 40" V4_HELLO, "" },
		{ 6635, "0001 00 40 0002 01 40" V6_HELLO, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct bytes x = in_udp(row[i].port, row[i].udp);

		assert_carries_hello(RAW, &x, row[i].scope);
		x = in_udp(4000, row[i].udp);
		struct pkt p;
		assert_why(decode_bytes(RAW, &x, &p), WHY_OK);
		assert_int_equal(p.dport, 4000);
		assert_scope(&p, "");
	}
}

/* An answer to a client whose port happens to be a tunnel's; headers with one fixed bit wrong. */
static void
no_tunnel_for_all_its_port(void **state)
{
#define ANSWER "8180 0001 0001 0000 0000 01610000010001 c00c00010001 0000003c 0004 c0000201"
	static const struct { unsigned port; const char *udp; } row[] = {
		{ 4789, "0800" ANSWER }, { 8472, "0800" ANSWER }, { 4790, "0c00" ANSWER }, { 6081, "0000" ANSWER },
		{ 4754, "0000" ANSWER }, { 6635, "0001" ANSWER }, { 2152, "30ff" ANSWER }, { 3544, "6000" ANSWER },
		{ 3544, "0001" ANSWER }, { 3544, "0000" ANSWER }, { 3544, V6_HELLO "00" },
		{ 4789, "00000000 00138900" INNER_ETHERNET },
		{ 4789, "18000000 00138900" INNER_ETHERNET },
		{ 4789, "08010000 00138900" INNER_ETHERNET },
		{ 4789, "08000000 00138901" INNER_ETHERNET },
		{ 4789, "08000000 00138900 02000000001202000000001108" },	/* no room for Ethernet */
		{ 4789, "08000000 001389" },
		{ 4790, "0c000006 00000700" V4_HELLO },
		{ 4790, "0c000000 00000700" V4_HELLO },
		{ 4790, "0c010001 00000700" V4_HELLO },
		{ 4790, "1c000001 00000700" V4_HELLO },
		{ 6081, "4000 6558 00138900" INNER_ETHERNET },
		{ 6081, "0001 6558 00138900" INNER_ETHERNET },
		{ 6081, "0000 88cc 00138900" INNER_ETHERNET },
		{ 6081, "0000 6558 00138901" INNER_ETHERNET },
		{ 6081, "3f00 6558 00138900" INNER_ETHERNET },
		{ 4754, "0000 88cc" V4_HELLO },
		{ 4754, "0100 0800" V4_HELLO },
		{ 6635, "0001 01 40 0800" },
		{ 6635, "0001 00 40 0001 00 40" },
	};
	struct pkt p;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct bytes x = in_udp(row[i].port, row[i].udp);

		assert_why(decode_bytes(RAW, &x, &p), WHY_OK);
		assert_int_equal(p.dport, row[i].port);
		assert_int_equal(p.pay_wire, x.n - 28);
		assert_addr(&p.src, "203.0.113.1");
		assert_scope(&p, "");
	}
}

/* RFC 4380 5.1.1 (IPv6, behind an origin and an authentication header), 3GPP TS 29.281 5.1. */
static void
known_by_name_only(void **state)
{
	static const char *const teredo[] = {
		V6_HELLO, "0000 1234 01020304" V6_HELLO, "0001 0000 0102030405060708 00" V6_HELLO,
		"0001 0204 6162 01020304 0102030405060708 00 0000 1234 01020304" V6_HELLO,
	};
	struct bytes x;
	struct pkt p;

	(void)state;
	for (size_t i = 0; i < sizeof teredo / sizeof teredo[0]; i++) {
		x = in_udp(3544, teredo[i]);
		assert_why(decode_bytes(RAW, &x, &p), WHY_TEREDO);
		x.b[20] = 0x0d;		/* 3544 -> 49152 */
		x.b[21] = 0xd8;
		x.b[22] = 0xc0;
		x.b[23] = 0x00;
		assert_why(decode_bytes(RAW, &x, &p), WHY_TEREDO);
	}
	x = in_udp(2152, "30ff 0021 00000001" V4_HELLO);
	assert_why(decode_bytes(RAW, &x, &p), WHY_GTPU);
	x = in_udp(2152, "32ff 0025 00000001 00010000" V4_HELLO);
	assert_why(decode_bytes(RAW, &x, &p), WHY_GTPU);
	x = in_udp(2152, "3001 0004 00000000 00010000");		/* an echo request is no tunnel */
	assert_why(decode_bytes(RAW, &x, &p), WHY_OK);
	assert_int_equal(p.dport, 2152);
}

/* RFC 2003, RFC 4213 3, RFC 2473: what was read of the outer header is forgotten. */
static void
ip_in_ip(void **state)
{
	struct bytes x = in_ipv4("04", V4_HELLO);
	struct pkt p;

	(void)state;
	assert_carries_hello(RAW, &x, "");
	x = in_ipv4("29", V6_HELLO);
	assert_carries_hello(RAW, &x, "");
	x = bytes("60000000 0021 04 40 20010db8000000000000000000000001 20010db8000000000000000000000002" V4_HELLO);
	assert_carries_hello(RAW, &x, "");
	x = bytes(MACS "8100 0007 0800");
	struct bytes ip = in_ipv4("04", V4_HELLO);
	memcpy(x.b + x.n, ip.b, ip.n);
	x.n += ip.n;
	assert_carries_hello(ETHERNET, &x, "vlan7");
	/* the outer one has ports and an identifier, the inner one is cut */
	x = in_udp(4789, "08000000 00138900" INNER_ETHERNET);
	assert_why(decode_cut(RAW, &x, 28 + 8 + 14 + 20, x.n, &p), WHY_CUT_TRANSPORT);
	assert_addr(&p.src, "192.0.2.1");
	assert_int_equal(p.sport, 0);
	assert_int_equal(p.ip_id, 0xabcd);
}

/* A virtual network is a space of its own, whatever VLAN carries it. */
static void
scope_of_the_inside(void **state)
{
	static const char *const outer[] = { MACS "8100 0063 0800", MACS "0800" };
	struct bytes ip = in_udp(4789, "08000000 00138900" INNER_ETHERNET);
	struct pkt p;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct bytes x = bytes(outer[i]);

		memcpy(x.b + x.n, ip.b, ip.n);
		x.n += ip.n;
		assert_carries_hello(ETHERNET, &x, "vxlan5001");
		assert_why(decode_bytes(ETHERNET, &x, &p), WHY_OK);
		assert_memory_equal(p.smac, "\x02\0\0\0\0\x11", 6);
	}
}

/* IPv4 in IPv4, n times. */
static void
nested_to_the_limit(void **state)
{
	struct pkt p;

	(void)state;
	for (size_t n = 1; n < 40; n++) {
		struct bytes x = { .n = 0 };

		for (size_t i = 0; i < n; i++) {
			struct bytes h = in_ipv4(i + 1 < n ? "04" : "11", "");
			size_t len = (n - i) * 20 + 13;

			h.b[2] = (uint8_t)(len >> 8);
			h.b[3] = (uint8_t)len;
			memcpy(x.b + x.n, h.b, h.n);
			x.n += h.n;
		}
		add(&x, UDP_HELLO);
		if (n <= DECODE_DEPTH) {
			assert_why(decode_bytes(RAW, &x, &p), WHY_OK);
			assert_hello(&p);
		} else {
			assert_why(decode_bytes(RAW, &x, &p), WHY_TUNNEL_DEPTH);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ppp),
		cmocka_unit_test(pppoe),
		cmocka_unit_test(loopback),
		cmocka_unit_test(mpls),
		cmocka_unit_test(gre),
		cmocka_unit_test(erspan),
		cmocka_unit_test(in_udp_by_port_and_header),
		cmocka_unit_test(no_tunnel_for_all_its_port),
		cmocka_unit_test(known_by_name_only),
		cmocka_unit_test(ip_in_ip),
		cmocka_unit_test(scope_of_the_inside),
		cmocka_unit_test(nested_to_the_limit),
	};

	return cmocka_run_group_tests_name("packet/tunnel", tests, NULL, NULL);
}
