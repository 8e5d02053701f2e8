/* Text of records and types: presentation formats of the RFCs that define them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "proto/dnsev.h"

#define DATA(s) s, sizeof(s) - 1

static const struct { uint16_t type; const char *rdata; size_t n; const char *text; } records[] = {
	{ DNS_A, DATA("\300\0\2\1"), "192.0.2.1" },
	{ DNS_AAAA, DATA("\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1"), "2001:db8::1" },
	{ DNS_CNAME, DATA("\4host\7example\3com\0"), "host.example.com" },
	{ DNS_NS, DATA("\0"), "." },
	{ DNS_PTR, DATA("\5a.b c\7example\0"), "a\\.b\\032c.example" },		/* RFC 1035 5.1: a dot and a space in a label */
	{ DNS_CNAME, DATA("\2a.\0"), "a\\." },
	{ DNS_MX, DATA("\0\12\4mail\7example\0"), "10 mail.example" },
	{ DNS_MX, DATA("\0\0\0"), "0 ." },						/* RFC 7505 */
	{ DNS_SOA, DATA("\1n\0\1h\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5"), "n h 1 2 3 4 5" },
	{ DNS_SRV, DATA("\0\1\0\2\0\120\1h\0"), "1 2 80 h" },
	{ DNS_TXT, DATA("\13v=spf1 -all\0\3a\"b"), "\"v=spf1 -all\" \"\" \"a\\\"b\"" },
	{ DNS_TXT, DATA("\4\1\377\033\t"), "\"\\001\\255\\027\\009\"" },
	{ DNS_DS, DATA("\22\64\10\2\253\315"), "4660 8 2 abcd" },
	{ DNS_DNSKEY, DATA("\1\1\3\10abc"), "257 3 8 YWJj" },
	{ DNS_RRSIG, DATA("\0\1\10\2\0\0\0\74\70\156\16\43\70\155\103\200\22\64\7example\0abc"),
	    "A 8 2 60 20000101142435 20000101000000 4660 example YWJj" },
	{ DNS_CAA, DATA("\0\5issueca.example"), "0 issue \"ca.example\"" },
	{ 42, DATA("\0\1\30\3\300\0\2\0\1\20\202\12\1"), "1:192.0.2.0/24 !1:10.1.0.0/16" },	/* APL, RFC 3123 4 */
	/* RFC 9460 D.1, D.2; ipv4hint 7.3 */
	{ DNS_HTTPS, DATA("\0\0\3foo\7example\3com\0"), "0 foo.example.com" },
	{ DNS_SVCB, DATA("\0\20\3foo\7example\3com\0\0\3\0\2\0\65"), "16 foo.example.com port=53" },
	{ DNS_HTTPS, DATA("\0\1\0\0\1\0\3\2h2\0\4\0\4\300\0\2\1"), "1 . alpn=h2 ipv4hint=192.0.2.1" },
	/* RFC 3597 5 */
	{ 65280, DATA("\300\0\2\1"), "\\# 4 c0000201" },
	{ 65280, DATA(""), "\\# 0" },
	{ DNS_A, DATA(""), "\\# 0" },
	/* What ldns cannot print, or would print with names of services from this machine. */
	{ DNS_A, DATA("\300\0\2"), "\\# 3 c00002" },
	{ 11, DATA("\300\0\2\1\6\1"), "\\# 6 c00002010601" },
	{ 55, DATA("\0\2\0\1k\1a\0"), "\\# 8 000200016b016100" },
};

static void
records_as_text(void **state)
{
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct dns_rr rr = { .rdata = (const uint8_t *)records[i].rdata, .rdlen = (uint16_t)records[i].n, .type = records[i].type,
			.class_ = 1 };

		buf_clear(&out);
		dns_rr_text(&rr, &out);
		assert_string_equal(buf_cstr(&out), records[i].text);
	}
	buf_free(&out);
}

/* ldns 1.8.3 aborts where many empty service parameters (RFC 9460 2.2: key, length 0) need more room than it was given. */
static void
many_service_parameters(void **state)
{
	static uint8_t rdata[3 + 4 * 16000] = { 0, 1, 0 };
	struct dns_rr rr = { .rdata = rdata, .type = DNS_HTTPS, .class_ = 1 };
	struct buf out = { 0 };

	(void)state;
	for (unsigned n = 1; n <= 16000; n += n < 500 ? 1 : 500) {
		for (unsigned key = 0; key <= 7; key++) {
			for (unsigned i = 0; i < n; i++)
				rdata[4 + 4 * i] = (uint8_t)key;
			rr.rdlen = (uint16_t)(3 + 4 * n);
			buf_clear(&out);
			dns_rr_text(&rr, &out);
			assert_true(out.len > n);
		}
	}
	buf_free(&out);
}

static void
text_is_appended(void **state)
{
	struct dns_rr rr = { .rdata = (const uint8_t *)"\300\0\2\1", .rdlen = 4, .type = DNS_A, .class_ = 1 };
	struct buf out = { 0 };

	(void)state;
	buf_str(&out, "to ");
	dns_rr_text(&rr, &out);
	assert_string_equal(buf_cstr(&out), "to 192.0.2.1");
	buf_free(&out);
}

/* Every byte in a name and in a string comes out as printable ASCII. */
static void
text_is_printable(void **state)
{
	uint8_t rdata[260];
	struct buf out = { 0 };

	(void)state;
	for (unsigned type = DNS_CNAME; type <= DNS_TXT; type += DNS_TXT - DNS_CNAME) {
		for (unsigned c = 0; c < 256; c++) {
			struct dns_rr rr = { .rdata = rdata, .rdlen = type == DNS_TXT ? 2 : 3, .type = (uint16_t)type, .class_ = 1 };

			memcpy(rdata, (uint8_t[]){ 1, (uint8_t)c, 0 }, 3);
			buf_clear(&out);
			dns_rr_text(&rr, &out);
			assert_true(out.len > 0);
			for (size_t i = 0; i < out.len; i++)
				assert_in_range(out.p[i], 0x20, 0x7e);
		}
	}
	buf_free(&out);
}

static void
types_as_text(void **state)
{
	static const struct { uint16_t type; const char *text; } types[] = {
		{ 1, "A" }, { 2, "NS" }, { 5, "CNAME" }, { 6, "SOA" }, { 16, "TXT" }, { 28, "AAAA" }, { 33, "SRV" }, { 39, "DNAME" },
		{ 43, "DS" }, { 46, "RRSIG" }, { 48, "DNSKEY" }, { 64, "SVCB" }, { 65, "HTTPS" }, { 251, "IXFR" }, { 252, "AXFR" },
		{ 255, "ANY" }, { 257, "CAA" }, { 0, "TYPE0" }, { 65280, "TYPE65280" },
	};
	char buf[16];

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		assert_string_equal(dns_type_text(types[i].type, buf), types[i].text);
	for (unsigned type = 0; type <= UINT16_MAX; type++)
		assert_in_range(strlen(dns_type_text((uint16_t)type, buf)), 1, 15);
}

static void
ways_as_text(void **state)
{
	(void)state;
	assert_string_equal(dns_way_name(DNS_UDP), "udp");
	assert_string_equal(dns_way_name(DNS_TCP), "tcp");
	assert_string_equal(dns_way_name(DNS_DOT), "dot");
	assert_string_equal(dns_way_name(DNS_DOH), "doh");
	assert_string_equal(dns_way_name(DNS_DOQ), "doq");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_as_text),
		cmocka_unit_test(many_service_parameters),
		cmocka_unit_test(text_is_appended),
		cmocka_unit_test(text_is_printable),
		cmocka_unit_test(types_as_text),
		cmocka_unit_test(ways_as_text),
	};

	return cmocka_run_group_tests_name("proto/dnstext", tests, NULL, NULL);
}
