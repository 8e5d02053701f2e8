/* The walk: what it reads, and what it takes for equal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make_dns.h"

static struct msg m, m2;

static void
header_question_and_records(void **state)
{
	struct dns_walk w;

	(void)state;
	m_alias_answer(&m, 300);
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

/* Two messages are the same set; the tags of the first three records are the same in the given order. */
static void
assert_same_set(const struct msg *a, const struct msg *b, const int order[3])
{
	struct dns_tag first[3];
	struct dns_walk w = m_walk(a);
	uint64_t set = w.set;

	assert_int_equal(w.why, WHY_OK);
	assert_int_equal(w.nrr, 3);
	memcpy(first, w.rr, sizeof(first));
	w = m_walk(b);
	assert_int_equal(w.why, WHY_OK);
	assert_int_equal(w.nrr, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(w.rr[i].tag, first[order[i]].tag);
	assert_true(w.set == set);
}

static void
ttl_and_id_are_no_part_of_the_set(void **state)
{
	(void)state;
	m_alias_answer(&m, 300);
	m_alias_answer(&m2, 17);
	m2.b[0] ^= 0xff;		/* id */
	m2.b[2] |= 0x04;		/* AA */
	assert_same_set(&m, &m2, (const int[]){ 0, 1, 2 });
}

static void
rotated_records_are_the_same_set(void **state)
{
	(void)state;
	m_alias_answer(&m, 300);
	m2.n = 0;
	m_bytes(&m2, m.b, m.n);
	m2.b[m.n - 11 - 1] = 1;		/* the two addresses, swapped */
	m2.b[m.n - 11 - 16 - 1] = 2;
	assert_same_set(&m, &m2, (const int[]){ 0, 2, 1 });
}

/* Draft "0x20": the name asked comes back in the case it was asked in. */
static void
case_of_names_does_not_matter(void **state)
{
	static const char mixed[] = "wWw.EXamPLe.COM";
	const char *p = mixed;

	(void)state;
	m_alias_answer(&m, 300);
	m2.n = 0;
	m_bytes(&m2, m.b, m.n);
	m2.n = 12;
	m_name(&m2, p);
	m2.n = ALIAS_DATA + 1;
	m_bytes(&m2, "HOST", 4);
	m2.n = m.n;
	assert_same_set(&m, &m2, (const int[]){ 0, 1, 2 });
}

static void
compression_does_not_matter(void **state)
{
	(void)state;
	m_alias_answer(&m, 300);
	m_header(&m2, DNS_QR | DNS_RD | DNS_RA, 1, 3, 0, 0);	/* nothing compressed, and other case */
	m_question(&m2, "www.example.com", DNS_A);
	m_rr(&m2, 0, "WWW.example.com", DNS_CNAME, 1, "\4host\7example\3COM", 18);
	m_rr(&m2, 0, "host.example.com", DNS_A, 1, "\300\0\2\2", 4);
	m_rr(&m2, 0, "host.EXAMPLE.com", DNS_A, 1, "\300\0\2\1", 4);
	assert_same_set(&m, &m2, (const int[]){ 0, 2, 1 });
	m_header(&m2, DNS_QR | DNS_RD | DNS_RA, 1, 3, 0, 0);	/* labels before pointers, pointers to pointers */
	m_question(&m2, "www.example.com", DNS_A);
	m_bytes(&m2, "\4host\300\20", 7);			/* at 33 */
	m_fixed(&m2, DNS_A, 1, 4);
	m_bytes(&m2, "\300\0\2\1", 4);				/* ends at 54 */
	m_bytes(&m2, "\3www\300\20", 6);
	m_fixed(&m2, DNS_CNAME, 1, 2);
	m_ptr(&m2, 33);						/* at 70 */
	m_rr(&m2, 70, NULL, DNS_A, 1, "\300\0\2\2", 4);
	assert_same_set(&m, &m2, (const int[]){ 1, 0, 2 });
}

/* One change a line: each makes another set. */
static void
what_makes_another_set(void **state)
{
	static const struct { const char *what; size_t at; uint8_t flip; } changes[] = {
		{ "opcode", 2, 0x28 },
		{ "rcode", 3, 0x03 },
		{ "TC", 2, 0x02 },
		{ "the name asked", 13, 0x01 },
		{ "the type asked", 30, 0x1d },
		{ "the class asked", 32, 0x02 },
		{ "a record's class", 33 + 5, 0x02 },
		{ "the alias", 46, 0x01 },
		{ "an owner", 53, 0x21 },			/* www instead of host */
		{ "a type", 55, 0x10 },
		{ "an address", 67, 0x04 },
	};
	uint64_t set;

	(void)state;
	m_alias_answer(&m, 300);
	set = m_walk(&m).set;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct dns_walk w;

		m.b[changes[i].at] ^= changes[i].flip;
		w = m_walk(&m);
		if (w.set == set || w.why != WHY_OK)
			fail_msg("%s", changes[i].what);
		m.b[changes[i].at] ^= changes[i].flip;
	}
	assert_true(m_walk(&m).set == set);
}

/* The set of the same record `an` times as answer, `ns` times as authority. */
static uint64_t
set_of_copies(unsigned an, unsigned ns)
{
	struct dns_walk w;

	m_header(&m, DNS_QR, 1, an, ns, 0);
	m_question(&m, "a.example", DNS_A);
	for (unsigned i = 0; i < an + ns; i++)
		m_rr(&m, 12, NULL, DNS_A, 1, "\300\0\2\1", 4);
	w = m_walk(&m);
	assert_int_equal(w.nrr, an + ns);
	assert_int_equal(w.nanswer, an);
	return w.set;
}

static void
section_and_number_of_copies_count(void **state)
{
	(void)state;
	assert_true(set_of_copies(1, 0) != set_of_copies(2, 0));
	assert_true(set_of_copies(1, 0) != set_of_copies(3, 0));
	assert_true(set_of_copies(1, 0) != set_of_copies(0, 1));
	assert_true(set_of_copies(1, 0) != set_of_copies(0, 0));
	assert_true(set_of_copies(2, 1) != set_of_copies(1, 2));
}

/* RFC 2181 8: a TTL with the top bit set is 0. */
static void
ttl_with_the_top_bit_is_zero(void **state)
{
	static const uint32_t given[] = { 0, 1, 0x7fffffff, 0x80000000, 0xffffffff }, seen[] = { 0, 1, 0x7fffffff, 0, 0 };

	(void)state;
	for (int i = 0; i < 5; i++) {
		m_header(&m, DNS_QR, 0, 1, 0, 0);
		m_rr(&m, 0, "a", DNS_A, given[i], "\300\0\2\1", 4);
		assert_int_equal(m_walk(&m).rr[0].ttl, seen[i]);
	}
}

static struct dns_walk
walk_with_options(const void *options, size_t n)
{
	m_header(&m, DNS_QR, 0, 0, 0, 1);
	m_rr(&m, 0, "", DNS_OPT, 0, options, n);
	return m_walk(&m);
}

/* RFC 7871 6 and RFC 8914 2; the first of a kind counts. */
static void
edns_options(void **state)
{
	static const char both[] = "\0\10\0\7\0\1\30\20\300\0\2" "\0\17\0\7\0\3stale" "\0\17\0\2\0\26";
	struct dns_walk w;

	(void)state;
	w = walk_with_options(both, sizeof(both) - 1);
	assert_true(w.edns && w.ecs);
	assert_int_equal(w.ecs_scope, 16);
	assert_int_equal(w.ede, 3);
	assert_int_equal(w.nrr, 0);
	w = walk_with_options("\0\17\0\2\0\0", 6);		/* code 0, "other", is an error too */
	assert_int_equal(w.ede, 0);
	assert_false(w.ecs);
	w = walk_with_options("\0\17\0\1\3", 5);			/* too short for a code */
	assert_int_equal(w.ede, -1);
	w = walk_with_options("\0\17\0\3\0\3", 6);		/* longer than the record */
	assert_int_equal(w.ede, -1);
	w = walk_with_options("\0\10\0\3\0\1\30", 7);		/* no scope */
	assert_false(w.ecs);
	assert_int_equal(w.why, WHY_OK);
}

/* RFC 6891 6.1: in the additional section, at the root, once; elsewhere it is no EDNS, and still no data. */
static void
opt_where_it_does_not_belong(void **state)
{
	static const char stale[] = "\0\17\0\2\0\3", other[] = "\0\17\0\2\0\26";
	struct dns_walk w;

	(void)state;
	m_header(&m, DNS_QR, 0, 1, 0, 1);
	m_rr(&m, 0, "", DNS_OPT, 0, stale, 6);
	m_rr(&m, 0, "a", DNS_OPT, 0, stale, 6);
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_OK);
	assert_int_equal(w.nrr, 0);
	assert_false(w.edns);
	assert_int_equal(w.ede, -1);
	m_header(&m, DNS_QR, 0, 0, 0, 2);
	m_rr(&m, 0, "", DNS_OPT, 0, stale, 6);
	m_rr(&m, 0, "", DNS_OPT, 0, other, 6);
	w = m_walk(&m);
	assert_true(w.edns);
	assert_int_equal(w.ede, 3);
}

/* What speaks of the message only is neither counted nor part of the set: OPT (RFC 6891), TSIG (RFC 8945). */
static void
meta_records_are_left_out(void **state)
{
	uint64_t set;

	(void)state;
	m_header(&m, DNS_QR, 1, 1, 0, 0);
	m_question(&m, "a.example", DNS_A);
	m_rr(&m, 12, NULL, DNS_A, 1, "\300\0\2\1", 4);
	set = m_walk(&m).set;
	m.b[11] = 2;
	m_rr(&m, 0, "", DNS_OPT, 0, "\0\3\0\2ns", 6);
	m_rr(&m, 0, "key", 250, 0, "\10hmac-md5\0rest", 14);
	assert_int_equal(m_walk(&m).nrr, 1);
	assert_true(m_walk(&m).set == set);
}

static void
no_question_or_several(void **state)
{
	struct dns_walk w;

	(void)state;
	m_header(&m, DNS_QR, 0, 1, 0, 0);
	m_rr(&m, 0, "a.example", DNS_A, 1, "\300\0\2\1", 4);
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_OK);
	assert_true(w.qhash == 0);
	assert_int_equal(w.nrr, 1);
	m_header(&m, DNS_QR, 2, 1, 0, 0);
	m_question(&m, "a.example", DNS_AAAA);
	m_question(&m, "b.example", DNS_A);
	m_rr(&m, 12, NULL, DNS_A, 1, "\300\0\2\1", 4);
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_OK);
	assert_int_equal(w.qdcount, 2);
	assert_true(w.qhash == dns_name_hash((const uint8_t *)"\1a\7example", SEED));
	assert_int_equal(w.qtype, DNS_AAAA);
	assert_int_equal(w.nrr, 1);
	m.n = 12 + 15 + 14;					/* the second one is cut */
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_DNS_SHORT);
	assert_int_equal(w.qtype, DNS_AAAA);
	assert_int_equal(w.nrr, 0);
}

/* RFC 2136: in an UPDATE the sections are zone, prerequisite, update, additional; records to delete have no data. */
static void
update_is_walked_alike(void **state)
{
	struct dns_walk w;

	(void)state;
	m_header(&m, 5 << 11, 1, 0, 2, 0);
	m_question(&m, "example", DNS_SOA);
	m_name(&m, "a.example");
	m_u16(&m, DNS_A);
	m_u16(&m, 255);
	m_u32(&m, 0);
	m_u16(&m, 0);
	m_rr(&m, 0, "a.example", DNS_A, 60, "\300\0\2\1", 4);
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_OK);
	assert_int_equal(w.opcode, 5);
	assert_int_equal(w.nrr, 2);
	assert_int_equal(w.nanswer, 0);
}

/* With no question the name at 12 is the first record's, and as good as any other. */
static void
first_owner_is_no_question(void **state)
{
	struct dns_walk w;

	(void)state;
	m_header(&m, DNS_QR, 0, 3, 0, 0);
	m_rr(&m, 0, "a.example", DNS_A, 1, "\300\0\2\1", 4);
	m_rr(&m, 12, NULL, DNS_A, 1, "\300\0\2\1", 4);
	m_rr(&m, 12, NULL, DNS_A, 1, "\300\0\2\1", 4);
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_OK);
	assert_int_equal(w.nrr, 3);
	assert_int_equal(w.rr[1].tag, w.rr[0].tag);
	assert_int_equal(w.rr[2].tag, w.rr[0].tag);
}

/* Data of each type that has names in it, with names flat and with names that are pointers to "b.example" (12) and "example" (14). */
static const struct { uint16_t type; const char *flat; size_t nflat; const char *packed; size_t npacked; } named[] = {
	{ DNS_NS, "\1b\7example\0", 11, "\300\14", 2 },
	{ DNS_CNAME, "\1B\7example\0", 11, "\1b\300\16", 4 },
	{ DNS_PTR, "\1b\7eXample\0", 11, "\300\14", 2 },
	{ DNS_DNAME, "\7example\0", 9, "\300\16", 2 },
	{ DNS_MX, "\0\12\1m\7example\0", 13, "\0\12\1m\300\16", 6 },
	{ DNS_SOA, "\1b\7example\0\1h\7example\0" "1234567890123456789a", 42, "\300\14\1h\300\16" "1234567890123456789a", 26 },
	{ DNS_SRV, "\0\1\0\2\0\3\1b\7example\0", 17, "\0\1\0\2\0\3\300\14", 8 },
	{ 35, "\0\1\0\2\1u\3E2U\0\1b\7example\0", 22, "\0\1\0\2\1u\3E2U\0\300\14", 13 },
	{ DNS_RRSIG, "123456789012345678\7example\0sig", 30, "123456789012345678\300\16sig", 23 },
	{ 47, "\1b\7example\0\0\1\100", 14, "\300\14\0\1\100", 5 },
	{ DNS_HTTPS, "\0\1\1b\7example\0\0\4\0\4\300\0\2\1", 21, "\0\1\300\14\0\4\0\4\300\0\2\1", 12 },
	{ 14, "\1b\7example\0\7example\0", 20, "\300\14\300\16", 4 },
};

static uint32_t
tag_of(uint16_t type, const char *rdata, size_t n)
{
	struct dns_walk w;

	m_header(&m, DNS_QR, 1, 1, 0, 0);
	m_question(&m, "b.example", type);
	m_rr(&m, 12, NULL, type, 1, rdata, n);
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_OK);
	assert_int_equal(w.nrr, 1);
	return w.rr[0].tag;
}

static void
names_in_data_are_read_through_compression(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		uint32_t flat = tag_of(named[i].type, named[i].flat, named[i].nflat);

		if (tag_of(named[i].type, named[i].packed, named[i].npacked) != flat)
			fail_msg("type %u", named[i].type);
		if (tag_of(1234, named[i].flat, named[i].nflat) == flat)
			fail_msg("type %u is read as unknown data", named[i].type);
	}
	/* Elsewhere the same bytes are text, and case counts. */
	assert_true(tag_of(DNS_TXT, "\1A", 2) != tag_of(DNS_TXT, "\1a", 2));
}

/* Data of a length that is not its type's: what follows the message has no say. */
static void
addresses_of_another_length(void **state)
{
	static const struct { uint16_t type; size_t n; } odd[] = { { DNS_A, 0 }, { DNS_A, 3 }, { DNS_AAAA, 4 }, { DNS_AAAA, 15 } };

	(void)state;
	for (int i = 0; i < 4; i++) {
		uint32_t tag = tag_of(odd[i].type, "abcdefghijklmnopq", odd[i].n);

		m_bytes(&m, "0123456789abcdef", 16);
		assert_int_equal(m_walk(&m).rr[0].tag, tag);
	}
}

/* Runs are hashed as words, the last of which can overlap: the length tells apart what would be the same words. */
static void
length_of_data_counts(void **state)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyz012345";
	char words[32];

	(void)state;
	for (size_t n = 8; n < 16; n++) {
		memcpy(words, bytes, 8);
		memcpy(words + 8, bytes + n - 8, 8);
		assert_true(tag_of(1234, bytes, n) != tag_of(1234, words, 16));
	}
	for (size_t n = 17; n < 32; n++) {
		memcpy(words, bytes, 16);
		memcpy(words + 16, bytes + n - 16, 16);
		assert_true(tag_of(1234, bytes, n) != tag_of(1234, words, 32));
	}
	assert_true(tag_of(1234, "\0\0", 2) != tag_of(1234, "\0", 1));
	assert_true(tag_of(1234, "\0", 1) != tag_of(1234, "", 0));
}

/* RFC 4343 3: A to Z alone have another case; every place in names of every length. */
static void
names_hash_alike_but_for_case(void **state)
{
	uint8_t name[66], other[66];

	(void)state;
	for (unsigned len = 1; len <= 63; len++) {
		for (unsigned at = 1; at <= len; at += len < 20 ? 1 : 7) {
			memset(name, 'q', sizeof(name));
			name[0] = (uint8_t)len;
			name[len + 1] = 0;
			memcpy(other, name, sizeof(other));
			for (unsigned c = 0; c < 256; c++) {
				unsigned small = c >= 'A' && c <= 'Z' ? c + 32 : c;

				name[at] = (uint8_t)c;
				for (unsigned bit = 0; bit < 8; bit++) {
					unsigned d = c ^ 1u << bit;
					bool same = (d >= 'A' && d <= 'Z' ? d + 32 : d) == small;

					other[at] = (uint8_t)d;
					assert_int_equal(dns_name_hash(name, SEED) == dns_name_hash(other, SEED), same);
				}
			}
		}
	}
}

static void
seed_changes_every_hash(void **state)
{
	struct dns_walk a = { .rr = tags }, b;
	uint32_t tag;

	(void)state;
	m_alias_answer(&m, 300);
	assert_true(dns_walk(m.b, m.n, m.n, 1, &a));
	tag = a.rr[0].tag;
	b = a;
	assert_true(dns_walk(m.b, m.n, m.n, 2, &b));
	assert_true(a.set != b.set && a.qhash != b.qhash && tag != b.rr[0].tag);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_question_and_records),
		cmocka_unit_test(ttl_and_id_are_no_part_of_the_set),
		cmocka_unit_test(rotated_records_are_the_same_set),
		cmocka_unit_test(case_of_names_does_not_matter),
		cmocka_unit_test(compression_does_not_matter),
		cmocka_unit_test(what_makes_another_set),
		cmocka_unit_test(section_and_number_of_copies_count),
		cmocka_unit_test(ttl_with_the_top_bit_is_zero),
		cmocka_unit_test(edns_options),
		cmocka_unit_test(opt_where_it_does_not_belong),
		cmocka_unit_test(meta_records_are_left_out),
		cmocka_unit_test(no_question_or_several),
		cmocka_unit_test(update_is_walked_alike),
		cmocka_unit_test(first_owner_is_no_question),
		cmocka_unit_test(names_in_data_are_read_through_compression),
		cmocka_unit_test(addresses_of_another_length),
		cmocka_unit_test(length_of_data_counts),
		cmocka_unit_test(names_hash_alike_but_for_case),
		cmocka_unit_test(seed_changes_every_hash),
	};

	return cmocka_run_group_tests_name("proto/dnswalk", tests, NULL, NULL);
}
