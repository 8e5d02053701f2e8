#include "bytes.h"

enum { ETHERNET = 1, SLL = 113, SLL2 = 276 };

static void
ethernet_with_padding(void **state)
{
	struct pkt p;

	(void)state;
	assert_why(decode(ETHERNET, MACS "0800" V4_HELLO "00000000000000000000000000", &p), WHY_OK);
	assert_hello(&p);
	assert_addr(&p.src, "192.0.2.1");
	assert_addr(&p.dst, "198.51.100.2");
	assert_int_equal(p.ttl, 64);
	assert_int_equal(p.ip_id, 0xabcd);
	assert_memory_equal(p.smac, "\x02\0\0\0\0\x01", 6);
	assert_scope(&p, "");
	assert_why(decode(ETHERNET, MACS "86dd" V6_HELLO "0000", &p), WHY_OK);
	assert_hello(&p);
	assert_addr(&p.src, "2001:db8::1");
	assert_addr(&p.dst, "2001:db8::2");
}

/* IEEE 802.1Q 9.5, 9.6; the priority bits are no part of the number. */
static void
vlan_tags(void **state)
{
	static const struct { const char *tags, *scope; } row[] = {
		{ "8100 000c", "vlan12" },
		{ "8100 e00c", "vlan12" },
		{ "8100 0fff", "vlan4095" },
		{ "8100 6000", "" },
		{ "8100 0000 8100 0007", "vlan7" },
		{ "88a8 0064 8100 000c", "vlan100" },
		{ "9100 0064 9100 0065 8100 000c", "vlan100" },
		{ "8926 80010002", "" },
		{ "8926 80010002 8100 0003", "vlan3" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct bytes x = bytes(MACS);
		struct pkt p;

		add(&x, row[i].tags);
		add(&x, "0800" V4_HELLO);
		assert_why(decode_cut(ETHERNET, &x, x.n, x.n, &p), WHY_OK);
		assert_hello(&p);
		assert_scope(&p, row[i].scope);
	}
}

/* RFC 1042: LLC and SNAP behind a length; other LLC is not IP.  The length ends the packet. */
static void
snap(void **state)
{
	struct pkt p;

	(void)state;
	assert_why(decode(ETHERNET, MACS "0029 aaaa03 000000 0800" V4_HELLO "0000", &p), WHY_OK);
	assert_hello(&p);
	assert_why(decode(ETHERNET, MACS "0026 424203 0000000000000000000000000000000000000000000000", &p),
	    WHY_ETHERTYPE_OTHER);
	assert_why(decode(ETHERNET, MACS "0003 424203", &p), WHY_ETHERTYPE_OTHER);
}

/* LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2, fields as tcpdump.org/linktypes has them. */
static void
cooked(void **state)
{
	struct pkt p;

	(void)state;
	assert_why(decode(SLL, "0000 0001 0006 020000000009 0000 0800" V4_HELLO, &p), WHY_OK);
	assert_hello(&p);
	assert_memory_equal(p.smac, "\x02\0\0\0\0\x09", 6);
	assert_why(decode(SLL, "0000 0001 0006 020000000009 0000 8100 0005 86dd" V6_HELLO, &p), WHY_OK);
	assert_hello(&p);
	assert_scope(&p, "vlan5");
	assert_why(decode(SLL2, "86dd 0000 00000003 0001 04 06 020000000009 0000" V6_HELLO, &p), WHY_OK);
	assert_hello(&p);
	assert_memory_equal(p.smac, "\x02\0\0\0\0\x09", 6);
	assert_why(decode(SLL2, "0800 0000 00000003 0200 04 00 ffffffffffff ffff" V4_HELLO, &p), WHY_OK);
	assert_memory_equal(p.smac, "\0\0\0\0\0\0", 6);
}

static void
bare_ip(void **state)
{
	static const uint16_t either[] = { 12, 14, 101 };
	struct pkt p;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_why(decode(either[i], V4_HELLO, &p), WHY_OK);
		assert_hello(&p);
		assert_why(decode(either[i], V6_HELLO, &p), WHY_OK);
		assert_hello(&p);
	}
	assert_why(decode(228, V4_HELLO, &p), WHY_OK);
	assert_why(decode(229, V6_HELLO, &p), WHY_OK);
	assert_why(decode(228, V6_HELLO, &p), WHY_OK);	/* the version says what it is, not the link type */
	assert_hello(&p);
}

static void
not_read_by_name(void **state)
{
	static const uint16_t dot11[] = { 105, 119, 127, 163, 192 };
	struct addr none = { { 0 } };
	struct pkt p;

	(void)state;
	for (size_t i = 0; i < sizeof dot11 / sizeof dot11[0]; i++)
		assert_why(decode(dot11[i], V4_HELLO, &p), WHY_DOT11);
	assert_why(decode(253, V4_HELLO, &p), WHY_LINK_UNKNOWN);
	assert_why(decode(ETHERNET, MACS "0806" V4_HELLO, &p), WHY_ARP);
	assert_why(decode(ETHERNET, MACS "88cc" V4_HELLO, &p), WHY_ETHERTYPE_OTHER);
	assert_memory_equal(p.src.b, none.b, 16);
	assert_memory_equal(p.dst.b, none.b, 16);
}

/* One byte short of each header: cut if the frame had it, bad if it ended there. */
static void
cut_or_bad(void **state)
{
	static const struct { uint16_t link; size_t header; const char *hex; } row[] = {
		{ ETHERNET, 14, MACS "0800" V4_HELLO },
		{ ETHERNET, 18, MACS "8100 0001 0800" V4_HELLO },
		{ ETHERNET, 22, MACS "88a8 0001 8100 0001 0800" V4_HELLO },
		{ SLL, 16, "0000 0001 0006 020000000009 0000 0800" V4_HELLO },
		{ SLL2, 20, "0800 0000 00000003 0001 04 06 020000000009 0000" V4_HELLO },
	};
	struct pkt p;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct bytes x = bytes(row[i].hex);

		for (size_t n = 0; n < x.n; n++) {
			enum why cut = decode_cut(row[i].link, &x, n, x.n, &p);
			enum why bad = decode_cut(row[i].link, &x, n, n, &p);

			if (n < row[i].header) {
				assert_why(cut, WHY_CUT_LINK);
				assert_why(bad, WHY_BAD_LINK);
			} else if (n < row[i].header + 20) {
				assert_why(cut, WHY_CUT_IP);
				assert_why(bad, WHY_BAD_IP);
			} else if (n < row[i].header + 28) {
				assert_why(cut, WHY_CUT_TRANSPORT);
				assert_why(bad, WHY_CUT_TRANSPORT);	/* IP's length promised more: sliced */
			} else {
				assert_why(cut, WHY_OK);
				assert_int_equal(p.pay_have, n - row[i].header - 28);
				assert_int_equal(p.pay_wire, 5);
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ethernet_with_padding),
		cmocka_unit_test(vlan_tags),
		cmocka_unit_test(snap),
		cmocka_unit_test(cooked),
		cmocka_unit_test(bare_ip),
		cmocka_unit_test(not_read_by_name),
		cmocka_unit_test(cut_or_bad),
	};

	return cmocka_run_group_tests_name("packet/link", tests, NULL, NULL);
}
