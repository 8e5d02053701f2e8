/* What is inside the data of records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "proto/dnsmsg_int.h"

#define DATA(s) s, sizeof(s) - 1

static void
assert_addr(const struct addr *a, const char *text)
{
	struct addr want;

	assert_true(addr_parse(text, &want));
	assert_true(addr_eq(a, &want));
}

static struct dns_rr
record(uint16_t type, const char *rdata, size_t n)
{
	return (struct dns_rr){ .owner = (const uint8_t *)"", .rdata = (const uint8_t *)rdata, .rdlen = (uint16_t)n, .type = type, .class_ = 1 };
}

static void
addresses_in_records(void **state)
{
	struct dns_rr rr;
	struct addr a;

	(void)state;
	rr = record(DNS_A, DATA("\300\0\2\1"));
	assert_true(dns_rr_addr(&rr, &a));
	assert_addr(&a, "192.0.2.1");
	rr = record(DNS_AAAA, DATA("\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1"));
	assert_true(dns_rr_addr(&rr, &a));
	assert_addr(&a, "2001:db8::1");
	rr.rdlen = 15;
	assert_false(dns_rr_addr(&rr, &a));
	rr = record(DNS_A, DATA("\300\0\2\1\1"));
	assert_false(dns_rr_addr(&rr, &a));
	rr = record(DNS_TXT, DATA("\3abc"));
	assert_false(dns_rr_addr(&rr, &a));
}

static void
where_records_lead(void **state)
{
	static const struct { uint16_t type; const char *rdata; size_t n; int at; } leads[] = {
		{ DNS_NS, DATA("\1b\0"), 0 }, { DNS_CNAME, DATA("\1b\0"), 0 }, { DNS_PTR, DATA("\1b\0"), 0 },
		{ DNS_DNAME, DATA("\1b\0"), 0 }, { DNS_MX, DATA("\0\12\1b\0"), 2 }, { DNS_MX, DATA("\0\0\0"), 2 },
		{ DNS_SRV, DATA("\0\1\0\2\0\3\1b\0"), 6 }, { DNS_SVCB, DATA("\0\0\1b\0"), 2 }, { DNS_HTTPS, DATA("\0\1\0\0\4\0\0"), 2 },
		{ DNS_SOA, DATA("\1b\0"), -1 }, { DNS_RRSIG, DATA("12345678901234567890\0"), -1 }, { DNS_A, DATA("\1b\0\0"), -1 },
		{ DNS_TXT, DATA("\1b\0"), -1 }, { DNS_MX, DATA("\0\12"), -1 }, { DNS_MX, DATA("\0"), -1 }, { DNS_CNAME, DATA("\1b"), -1 }, { DNS_CNAME, DATA(""), -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		struct dns_rr rr = record(leads[i].type, leads[i].rdata, leads[i].n);
		const uint8_t *target = dns_rr_target(&rr);

		if (target != (leads[i].at < 0 ? NULL : rr.rdata + leads[i].at))
			fail_msg("record %zu", i);
	}
}

/* RFC 9460 7.3: ipv4hint (4) and ipv6hint (6), lists of addresses. */
static void
hints_in_service_records(void **state)
{
	struct dns_rr rr = record(DNS_HTTPS, DATA("\0\1\1t\0" "\0\1\0\3\2h2" "\0\4\0\10\300\0\2\1\300\0\2\2"
	    "\0\6\0\20\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1"));
	struct addr a;

	(void)state;
	assert_true(dns_rr_hint(&rr, 0, &a));
	assert_addr(&a, "192.0.2.1");
	assert_true(dns_rr_hint(&rr, 1, &a));
	assert_addr(&a, "192.0.2.2");
	assert_true(dns_rr_hint(&rr, 2, &a));
	assert_addr(&a, "2001:db8::1");
	assert_false(dns_rr_hint(&rr, 3, &a));
	assert_false(dns_rr_hint(&rr, UINT32_MAX, &a));
	rr.rdlen--;						/* the last parameter is longer than the record */
	assert_true(dns_rr_hint(&rr, 1, &a));
	assert_false(dns_rr_hint(&rr, 2, &a));
	rr = record(DNS_SVCB, DATA("\0\1\0" "\0\4\0\7\300\0\2\1\300\0\2"));	/* not a whole number of addresses */
	assert_true(dns_rr_hint(&rr, 0, &a));
	assert_false(dns_rr_hint(&rr, 1, &a));
	rr = record(DNS_SVCB, DATA("\0\1\0"));
	assert_false(dns_rr_hint(&rr, 0, &a));
	rr = record(DNS_TXT, DATA("\0\1\0" "\0\4\0\4\300\0\2\1"));
	assert_false(dns_rr_hint(&rr, 0, &a));
}

/* Wherever ldns would look for a name, we have written it out first. */
static void
ldns_never_meets_a_pointer(void **state)
{
	(void)state;
	for (unsigned type = 0; type <= UINT16_MAX; type++) {
		const ldns_rr_descriptor *known = ldns_rr_descript((uint16_t)type);
		unsigned names = 0;

		if (known->_type != type || !dns_ldns_reads((uint16_t)type) || type == DNS_TSIG)
			continue;
		for (size_t i = 0; i < 16 && i < ldns_rr_descriptor_maximum(known); i++)
			names += ldns_rr_descriptor_field_type(known, i) == LDNS_RDF_TYPE_DNAME;
		if (names != dns_layout((uint16_t)type)->names)
			fail_msg("type %u: ldns has %u names, we have %u", type, names, dns_layout((uint16_t)type)->names);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_in_records),
		cmocka_unit_test(where_records_lead),
		cmocka_unit_test(hints_in_service_records),
		cmocka_unit_test(ldns_never_meets_a_pointer),
	};

	return cmocka_run_group_tests_name("proto/dnsrdata", tests, NULL, NULL);
}
