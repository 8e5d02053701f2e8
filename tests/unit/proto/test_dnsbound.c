/* Where the walk stops: messages cut or too short, names that are none, and work beyond measure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make_dns.h"

static struct msg m, m2;

/* Cut anywhere: by the snap length, or because the message is shorter than its counts say.  The whole records before stand. */
static void
cut_at_every_byte(void **state)
{
	static const size_t ends[] = { 33, 52, 68, 84, 95 };	/* of the question, three records and OPT */
	bool good;

	(void)state;
	m_alias_answer(&m, 300);
	assert_int_equal(m.n, ends[4]);
	for (size_t n = 0; n <= m.n; n++) {
		struct dns_walk w = m_walk_part(&m, n, &good);
		unsigned whole = 0;

		for (int i = 1; i < 4; i++)
			whole += n >= ends[i];
		assert_int_equal(good, n >= ends[0]);
		assert_int_equal(w.why, n == m.n ? WHY_OK : WHY_DNS_CUT);
		assert_int_equal(w.nrr, whole);
		assert_int_equal(w.nanswer, whole);
		m2.n = n;
		memcpy(m2.b, m.b, n);
		w = m_walk_part(&m2, n, &good);
		assert_int_equal(good, n >= ends[0]);
		assert_int_equal(w.why, n == m.n ? WHY_OK : WHY_DNS_SHORT);
		assert_int_equal(w.nrr, whole);
	}
}

static void
bytes_after_the_message_are_ignored(void **state)
{
	uint64_t set;

	(void)state;
	m_alias_answer(&m, 300);
	set = m_walk(&m).set;
	m_bytes(&m, "\0garbage", 8);
	assert_int_equal(m_walk(&m).why, WHY_OK);
	assert_true(m_walk(&m).set == set);
}

/* The question's name is `name`, as bytes; why the walk refuses it. */
static enum why
why_of_name(const void *name, size_t n)
{
	m_header(&m, DNS_QR, 1, 0, 0, 0);
	m_bytes(&m, name, n);
	m_u32(&m, 0x00010001);
	return m_walk(&m).why;
}

/* RFC 1035 4.1.4: a pointer is to a prior occurrence. */
static void
bad_names(void **state)
{
	(void)state;
	assert_int_equal(why_of_name("\0", 1), WHY_OK);
	assert_int_equal(why_of_name("\1a\0", 3), WHY_OK);
	assert_int_equal(why_of_name("\300\14", 2), WHY_DNS_BAD_NAME);		/* to itself */
	assert_int_equal(why_of_name("\1a\300\14", 4), WHY_DNS_BAD_NAME);	/* to its own beginning */
	assert_int_equal(why_of_name("\300\16\1a\0", 5), WHY_DNS_BAD_NAME);	/* forward */
	assert_int_equal(why_of_name("\1a\300\4", 4), WHY_DNS_BAD_NAME);	/* into the header, which has a 0 there */
	assert_int_equal(why_of_name("\100\0", 2), WHY_DNS_BAD_NAME);		/* RFC 6891 5: label types 01 and 10 */
	assert_int_equal(why_of_name("\200\0", 2), WHY_DNS_BAD_NAME);
	assert_int_equal(why_of_name("\77abc", 4), WHY_DNS_SHORT);
}

/* RFC 1035 2.3.4: 255 bytes, with length bytes and root; flat and through a pointer. */
static void
longest_name(void **state)
{
	static const uint8_t label[64] = { 63 };

	(void)state;
	for (unsigned last = 61; last <= 62; last++) {		/* 3 * 64 + 1 + last + 1 */
		m_header(&m, DNS_QR, 1, 1, 0, 0);
		for (int i = 0; i < 3; i++)
			m_bytes(&m, label, 64);
		m_u8(&m, last);
		m_bytes(&m, label + 1, last);
		m_u8(&m, 0);
		m_u32(&m, 0x00010001);
		m_rr(&m, 12, NULL, DNS_A, 1, "\300\0\2\1", 4);
		assert_int_equal(m_walk(&m).why, last == 61 ? WHY_OK : WHY_DNS_BAD_NAME);
	}
	for (unsigned first = 61; first <= 62; first++) {
		m_header(&m, DNS_QR, 1, 1, 0, 0);
		for (int i = 0; i < 3; i++)
			m_bytes(&m, label, 64);
		m_u8(&m, 0);
		m_u32(&m, 0x00010001);
		m_u8(&m, first);
		m_bytes(&m, label + 1, first);
		m_rr(&m, 12, NULL, DNS_A, 1, "\300\0\2\1", 4);
		assert_int_equal(m_walk(&m).why, first == 61 ? WHY_OK : WHY_DNS_BAD_NAME);
	}
}

/* A chain of `hops` pointers, each to the one before, in the data of a record; the last record's owner is its end. */
static enum why
why_of_chain(unsigned hops)
{
	m_header(&m, DNS_QR, 0, 2, 0, 0);
	m_name(&m, "a");						/* at 12 */
	m_fixed(&m, 1234, 1, (hops - 1) * 2);
	for (unsigned i = 0; i < hops - 1; i++)
		m_ptr(&m, i == 0 ? 12 : (unsigned)m.n - 2);
	m_rr(&m, hops == 1 ? 12 : (unsigned)m.n - 2, NULL, DNS_A, 1, "\300\0\2\1", 4);
	return m_walk(&m).why;
}

static void
at_most_64_pointers_a_name(void **state)
{
	(void)state;
	assert_int_equal(why_of_chain(1), WHY_OK);
	assert_int_equal(why_of_chain(63), WHY_OK);
	assert_int_equal(why_of_chain(64), WHY_OK);
	assert_int_equal(why_of_chain(65), WHY_DNS_BAD_NAME);
}

/* Pointers that were followed before are looked up; the limit holds all the same.  Each alias's data is a pointer to the one before. */
static void
at_most_64_pointers_through_the_cache(void **state)
{
	struct dns_walk w;

	(void)state;
	m_header(&m, DNS_QR, 1, 70, 0, 0);
	m_question(&m, "a", DNS_A);
	for (unsigned i = 0; i < 70; i++) {
		m_ptr(&m, 12);
		m_fixed(&m, DNS_CNAME, 1, 2);
		m_ptr(&m, i == 0 ? 12 : (unsigned)m.n - 14);
	}
	w = m_walk(&m);
	assert_int_equal(w.nrr, 70);
	for (unsigned i = 0; i < 70; i++)
		assert_int_equal(w.rr[i].tag == w.rr[0].tag, i < 64);
}

/* The same where the chain was read as a whole first: 63 pointers (remembered), one to them (looked up), one to that. */
static void
at_most_64_pointers_through_a_long_chain(void **state)
{
	struct dns_walk w;
	unsigned end;

	(void)state;
	assert_int_equal(why_of_chain(64), WHY_OK);
	m.b[7] = 4;
	end = (unsigned)m.n - 18;
	m_rr(&m, 0, "", DNS_CNAME, 1, (uint8_t[]){ (uint8_t)(0xc0 | end >> 8), (uint8_t)end }, 2);
	m_rr(&m, (unsigned)m.n - 2, NULL, DNS_A, 1, "\300\0\2\1", 4);
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_DNS_BAD_NAME);
	assert_int_equal(w.nrr, 3);
}

#define LABELS 23			/* where they are in the message made below */
#define CHAIN (LABELS + 253 + 61 * 2)	/* the last of the pointers that lead to them */

/* A record whose data are 126 labels and a chain of 62 pointers to them, in a message of `qd` questions. */
static void
make_deep_names(unsigned qd)
{
	m_header(&m, DNS_QR, qd, 0, 0, 0);
	m_u8(&m, 0);
	m_fixed(&m, 1234, 1, 253 + 62 * 2);
	for (int i = 0; i < 126; i++)
		m_bytes(&m, "\1x", 2);
	m_u8(&m, 0);
	for (int i = 0; i < 62; i++)
		m_ptr(&m, i == 0 ? LABELS : (unsigned)m.n - 2);
}

/* "y" and a pointer: each is another name, so none was looked up before. */
static void
put_deep_name(unsigned target)
{
	m_bytes(&m, "\1y", 2);
	m_ptr(&m, target);
}

static void
assert_gives_up(unsigned records)
{
	struct dns_walk w;

	m.b[6] = (uint8_t)(records >> 8);
	m.b[7] = (uint8_t)records;
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_DNS_BAD_NAME);
	assert_true(w.nrr > 1000 && w.nrr < records);
	assert_in_range(w.steps, 4 * 65535 - 256, 4 * 65535 + 256);
}

/* A 64 KiB message of pointers to pointers, or to long names: the work is counted, and bounded by the length. */
static void
work_is_bounded_by_the_length(void **state)
{
	static const unsigned targets[] = { LABELS, CHAIN };

	(void)state;
	for (int i = 0; i < 2; i++) {
		unsigned count = 1;

		for (make_deep_names(0); m.n + 14 <= 65535; count++) {
			put_deep_name(targets[i]);
			m_fixed(&m, 1234, 1, 0);
		}
		assert_gives_up(count);
		count = 1;
		for (make_deep_names(0); m.n + 15 <= 65535; count++) {
			m_u8(&m, 0);
			m_fixed(&m, DNS_CNAME, 1, 4);
			put_deep_name(targets[i]);
		}
		assert_gives_up(count);
	}
}

/* The same for questions: the first is a flat name of 127 labels, the others lead to it. */
static void
questions_are_bounded_too(void **state)
{
	struct dns_walk w;

	(void)state;
	m_header(&m, DNS_QR, 0xffff, 0, 0, 0);
	for (int i = 0; i < 126; i++)
		m_bytes(&m, "\1x", 2);
	m_u8(&m, 0);
	m_u32(&m, 0x00010001);
	while (m.n + 8 <= 65535) {
		put_deep_name(12);
		m_u32(&m, 0x00010001);
	}
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_DNS_BAD_NAME);
	assert_in_range(w.steps, 4 * 65535 - 256, 4 * 65535 + 256);
}

/* The reverse of an IPv6 address has 34 labels; a large transfer of a reverse zone stays within the budget. */
static void
large_reverse_zone_is_read_whole(void **state)
{
	struct dns_walk w;
	unsigned count;

	(void)state;
	m_header(&m, DNS_QR, 1, 0, 0, 0);
	m_question(&m, "8.b.d.0.1.0.0.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa", DNS_AXFR);
	for (count = 0; m.n + 30 <= 65535; count++) {
		m_bytes(&m, "\1a\1b", 4);			/* two labels, the zone, and a name in it */
		m_ptr(&m, 12);
		m_fixed(&m, DNS_PTR, 1, 5);
		m_bytes(&m, "\2h1\300\14", 5);
	}
	m.b[6] = (uint8_t)(count >> 8);
	m.b[7] = (uint8_t)count;
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_OK);
	assert_int_equal(w.nrr, count);
}

/* 5957 records of 11 bytes are the most that 64 KiB can hold. */
static void
most_records(void **state)
{
	struct dns_walk w;

	(void)state;
	m_header(&m, DNS_QR, 0, 0xffff, 0xffff, 0xffff);
	while (m.n + 11 <= 70000)
		m_rr(&m, 0, "", 1234, 1, "", 0);
	w = m_walk(&m);
	assert_int_equal(w.nrr, (65535 - 12) / 11);
	assert_true(w.nrr <= DNS_RRS_MAX);
	assert_int_equal(w.why, WHY_DNS_SHORT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(bytes_after_the_message_are_ignored),
		cmocka_unit_test(bad_names),
		cmocka_unit_test(longest_name),
		cmocka_unit_test(at_most_64_pointers_a_name),
		cmocka_unit_test(at_most_64_pointers_through_the_cache),
		cmocka_unit_test(at_most_64_pointers_through_a_long_chain),
		cmocka_unit_test(work_is_bounded_by_the_length),
		cmocka_unit_test(questions_are_bounded_too),
		cmocka_unit_test(large_reverse_zone_is_read_whole),
		cmocka_unit_test(most_records),
	};

	return cmocka_run_group_tests_name("proto/dnsbound", tests, NULL, NULL);
}
