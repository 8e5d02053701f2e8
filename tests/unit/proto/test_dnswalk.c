/* The walk: what it reads, what it takes for equal, where it stops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make_dns.h"

static struct msg m, m2;

/* RFC 1035 4.1: an answer as a resolver gives it, www.example.com is an alias of host.example.com. */
static void
make_alias_answer(struct msg *out, const char *qname, uint32_t ttl)
{
	m_header(out, DNS_QR | DNS_RD | DNS_RA, 1, 3, 0, 1);
	m_question(out, qname, DNS_A);
	m_rr(out, 12, NULL, DNS_CNAME, ttl, "\4host\300\20", 7);	/* at 33; its data at 45; example.com is at 16 */
	m_rr(out, 45, NULL, DNS_A, ttl + 1, "\300\0\2\1", 4);
	m_rr(out, 45, NULL, DNS_A, ttl + 2, "\300\0\2\2", 4);
	m_rr(out, 0, "", DNS_OPT, 0, "", 0);
}

static void
header_question_and_records(void **state)
{
	struct dns_walk w;

	(void)state;
	make_alias_answer(&m, "www.example.com", 300);
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_OK);
	assert_int_equal(w.id, 0x1234);
	assert_int_equal(w.flags, 0x8180);
	assert_int_equal(w.opcode, 0);
	assert_int_equal(w.rcode, 0);
	assert_int_equal(w.qdcount, 1);
	assert_int_equal(w.qtype, DNS_A);
	assert_int_equal(w.qclass, 1);
	assert_true(w.qhash == dns_name_hash((const uint8_t *)"\3www\7example\3com", SEED));
	assert_int_equal(w.nrr, 3);
	assert_int_equal(w.nanswer, 3);
	assert_int_equal(w.rr[0].ttl, 300);
	assert_int_equal(w.rr[1].ttl, 301);
	assert_int_equal(w.rr[2].ttl, 302);
	assert_true(w.edns);
	assert_false(w.ecs);
	assert_int_equal(w.ede, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_question_and_records),
	};

	(void)m2;
	return cmocka_run_group_tests_name("proto/dnswalk", tests, NULL, NULL);
}
