#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "know/delegation.h"
#include "../proto/make_dns.h"

static struct names names;
static struct delegations d;
static struct msg m;
static unsigned now;

static struct addr
ip(unsigned last)
{
	const uint8_t b[4] = { 192, 0, 2, (uint8_t)last };

	return addr_v4(b);
}

static int
setup(void **state)
{
	(void)state;
	return names_init(&names, 64, SEED) && delegation_init(&d, 64, SEED) ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	names_free(&names);
	delegation_free(&d);
	return 0;
}

static uint32_t
id(const char *text)
{
	uint8_t wire[DNS_NAME_MAX + 1];
	struct msg n = { 0 };

	m_name(&n, text);
	memcpy(wire, n.b, n.n);
	return names_add(&names, wire);
}

/* One message from this server, a second after the one before. */
static void
take(unsigned from)
{
	struct dns_walk w = m_walk(&m);
	struct dns_set *set = dns_decode(m.b, m.n, m.n, &w, SEED);
	struct dns_event ev = { .t = ++now * TM_SEC, .server = ip(from) };

	assert_non_null(set);
	delegation_learn(&d, &names, &ev, &w, set);
	free(set);
}

static void
ns(const char *zone, const char *host)
{
	struct msg n = { 0 };

	m_name(&n, host);
	m_rr(&m, 0, zone, DNS_NS, 3600, n.b, n.n);
}

static void
glue(const char *host, unsigned last)
{
	struct addr a = ip(last);

	m_rr(&m, 0, host, DNS_A, 3600, a.b + 12, 4);
}

static enum ns_member
member(enum ns_by by, unsigned from, unsigned server)
{
	struct addr f = ip(from), s = ip(server);
	const struct ns_set *set = delegation_set(&d, id("example.com"), by, &f);

	assert_non_null(set);
	return delegation_member(&d, set, &s);
}

/* RFC 1034 4.3.2: a referral. */
static void
a_referral_names_the_servers(void **state)
{
	(void)state;
	m_header(&m, DNS_QR, 1, 0, 2, 2);
	m_question(&m, "www.example.com", DNS_A);
	ns("example.com", "ns1.example.com");
	ns("example.com", "ns2.example.com");
	glue("ns1.example.com", 1);
	glue("ns2.example.com", 2);
	take(99);
	assert_int_equal(member(NS_PARENT, 0, 1), NS_IN);
	assert_int_equal(member(NS_PARENT, 0, 2), NS_IN);
	assert_int_equal(member(NS_PARENT, 0, 3), NS_OUT);
	assert_int_equal(delegation_zone(&names, names_at(&names, id("www.example.com"))->wire), id("example.com"));
	assert_int_equal(delegation_zone(&names, names_at(&names, id("www.example.org"))->wire), NAME_NONE);
}

static void
without_an_address_of_each_nobody_is_out(void **state)
{
	(void)state;
	m_header(&m, DNS_QR | DNS_AA, 1, 2, 0, 1);
	m_question(&m, "example.com", DNS_NS);
	ns("example.com", "ns1.example.com");
	ns("example.com", "ns.example.net");
	glue("ns1.example.com", 1);
	take(1);
	assert_int_equal(member(NS_CHILD, 1, 1), NS_IN);
	assert_int_equal(member(NS_CHILD, 1, 3), NS_UNSURE);
	m_header(&m, DNS_QR | DNS_RA, 1, 1, 0, 0);		/* its address, later and from anybody */
	m_question(&m, "ns.example.net", DNS_A);
	glue("ns.example.net", 2);
	take(53);
	assert_int_equal(member(NS_CHILD, 1, 2), NS_IN);
	assert_int_equal(member(NS_CHILD, 1, 3), NS_OUT);
}

static void
the_latest_set_and_the_latest_addresses_count(void **state)
{
	(void)state;
	a_referral_names_the_servers(NULL);
	m_header(&m, DNS_QR, 1, 0, 1, 1);
	m_question(&m, "www.example.com", DNS_A);
	ns("example.com", "ns1.example.com");
	glue("ns1.example.com", 4);
	take(99);
	assert_int_equal(member(NS_PARENT, 0, 1), NS_OUT);
	assert_int_equal(member(NS_PARENT, 0, 2), NS_OUT);
	assert_int_equal(member(NS_PARENT, 0, 4), NS_IN);
}

/* What is said of a zone that does not hold the name asked, of the root, or beside an answer without AA, is no delegation of it. */
static void
what_is_no_delegation(void **state)
{
	struct addr none = { 0 };

	(void)state;
	m_header(&m, DNS_QR, 1, 0, 2, 0);
	m_question(&m, "www.example.com", DNS_A);
	ns("example.org", "ns1.example.com");
	ns("", "ns1.example.com");
	take(99);
	m_header(&m, DNS_QR, 1, 1, 1, 0);
	m_question(&m, "www.example.com", DNS_A);
	glue("www.example.com", 80);
	ns("example.com", "ns1.example.com");
	take(99);
	assert_null(delegation_set(&d, id("example.org"), NS_PARENT, &none));
	assert_null(delegation_set(&d, id("example.com"), NS_PARENT, &none));
	assert_null(delegation_set(&d, id(""), NS_PARENT, &none));
}

static void
more_servers_than_fit_make_it_unsure(void **state)
{
	char host[] = "nsA.example.com";

	(void)state;
	m_header(&m, DNS_QR, 1, 0, NS_MAX + 1, NS_MAX + 1);
	m_question(&m, "www.example.com", DNS_A);
	for (int i = 0; i <= NS_MAX; i++, host[2]++)
		ns("example.com", host);
	host[2] = 'A';
	for (unsigned i = 0; i <= NS_MAX; i++, host[2]++)
		glue(host, 1 + i);
	take(99);
	assert_int_equal(member(NS_PARENT, 0, 1), NS_IN);
	assert_int_equal(member(NS_PARENT, 0, 200), NS_UNSURE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_referral_names_the_servers, setup, teardown),
		cmocka_unit_test_setup_teardown(without_an_address_of_each_nobody_is_out, setup, teardown),
		cmocka_unit_test_setup_teardown(the_latest_set_and_the_latest_addresses_count, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_delegation, setup, teardown),
		cmocka_unit_test_setup_teardown(more_servers_than_fit_make_it_unsure, setup, teardown),
	};

	return cmocka_run_group_tests_name("know/delegation", tests, NULL, NULL);
}
