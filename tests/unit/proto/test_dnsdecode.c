/* The decode: sets that no longer depend on how a message was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/name.h"
#include "make_dns.h"

static struct msg m, m2;

static struct dns_set *
decode(const struct msg *x)
{
	struct dns_walk w = m_walk(x);
	uint8_t *copy = malloc(x->n);
	struct dns_set *set;

	memcpy(copy, x->b, x->n);
	set = dns_decode(copy, x->n, x->n, &w, SEED);
	free(copy);
	assert_non_null(set);
	assert_true(set->hash == w.set);
	assert_true(set->qhash == w.qhash);
	return set;
}

/* All but the pointers. */
static bool
same_record(const struct dns_rr *a, const struct dns_rr *b)
{
	return a->tag == b->tag && a->type == b->type && a->class_ == b->class_ && a->section == b->section && a->rdlen == b->rdlen &&
	    memcmp(a->rdata, b->rdata, a->rdlen) == 0 && name_len(a->owner) == name_len(b->owner) &&
	    memcmp(a->owner, b->owner, name_len(a->owner)) == 0;
}

static bool
same_set(const struct dns_set *a, const struct dns_set *b)
{
	if (a->hash != b->hash || a->nrr != b->nrr || a->nanswer != b->nanswer || a->rcode != b->rcode || a->qtype != b->qtype ||
	    name_len(a->qname) != name_len(b->qname) || memcmp(a->qname, b->qname, name_len(a->qname)) != 0)
		return false;
	for (uint32_t i = 0; i < a->nrr; i++)
		if (!same_record(&a->rr[i], &b->rr[i]))
			return false;
	return true;
}

/* The set as a message without compression, last record first: what another server could have sent. */
static void
write_flat(const struct dns_set *set, struct msg *out)
{
	unsigned counts[3] = { 0 };

	for (uint32_t i = 0; i < set->nrr; i++)
		counts[set->rr[i].section]++;
	m_header(out, DNS_QR | set->rcode, 1, counts[0], counts[1], counts[2]);
	m_bytes(out, set->qname, name_len(set->qname));
	m_u16(out, set->qtype);
	m_u16(out, 1);
	for (int section = 0; section < 3; section++) {
		for (uint32_t i = set->nrr; i-- > 0;) {
			const struct dns_rr *rr = &set->rr[i];

			if (rr->section != section)
				continue;
			m_bytes(out, rr->owner, name_len(rr->owner));
			m_fixed(out, rr->type, 5, rr->rdlen);
			out->b[out->n - 8] = (uint8_t)(rr->class_ >> 8);
			out->b[out->n - 7] = (uint8_t)rr->class_;
			m_bytes(out, rr->rdata, rr->rdlen);
		}
	}
}

static int
by_tag(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The tags of the set are those of the walk, each as often. */
static void
assert_same_tags(const struct dns_set *set, const struct dns_walk *w)
{
	static uint32_t a[DNS_RRS_MAX], b[DNS_RRS_MAX];

	assert_int_equal(set->nrr, w->nrr);
	for (uint32_t i = 0; i < w->nrr; i++) {
		a[i] = set->rr[i].tag;
		b[i] = w->rr[i].tag;
	}
	qsort(a, w->nrr, sizeof(a[0]), by_tag);
	qsort(b, w->nrr, sizeof(b[0]), by_tag);
	assert_memory_equal(a, b, w->nrr * sizeof(a[0]));
}

/* Decoding `x` and decoding it written anew give one set; so do their walks. */
static void
assert_survives_rewriting(const struct msg *x)
{
	struct dns_set *set = decode(x), *again;
	struct dns_walk w = m_walk(x);

	assert_int_equal(set->why, WHY_OK);
	assert_same_tags(set, &w);
	write_flat(set, &m2);
	w = m_walk(&m2);
	assert_int_equal(w.why, WHY_OK);
	assert_true(w.set == set->hash);
	assert_same_tags(set, &w);
	again = decode(&m2);
	assert_true(same_set(set, again));
	free(again);
	free(set);
}

#define DATA(s) s, sizeof(s) - 1
/* Records of every type of DESIGN section 4 and an unknown one.  Names are compressed to "b.example" at 12 and "example" at 14. */
static const struct { uint16_t type; const char *rdata; size_t n; } kinds[] = {
	{ DNS_A, DATA("\300\0\2\1") },
	{ DNS_A, DATA("\300\0\2\2") },
	{ DNS_AAAA, DATA("\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1") },
	{ DNS_NS, DATA("\2N1\300\14") },
	{ DNS_CNAME, DATA("\300\16") },
	{ DNS_SOA, DATA("\300\14\1H\300\16" "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5") },
	{ DNS_PTR, DATA("\300\14") },
	{ DNS_MX, DATA("\0\12\4mail\300\16") },
	{ DNS_TXT, DATA("\13v=spf1 -all\0\3Two") },
	{ DNS_SRV, DATA("\0\1\0\2\0\120\300\14") },
	{ DNS_DNAME, DATA("\300\16") },
	{ DNS_DS, DATA("\22\64\10\2" "0123456789abcdef0123456789abcdef") },
	{ DNS_RRSIG, DATA("\0\1\10\2\0\0\0\74\146\0\0\0\145\0\0\0\22\64\300\16signature") },
	{ DNS_DNSKEY, DATA("\1\1\3\10public key") },
	{ DNS_SVCB, DATA("\0\0\3svc\300\16") },
	{ DNS_HTTPS, DATA("\0\1\0\0\1\0\3\2h2\0\4\0\4\300\0\2\7") },
	{ DNS_CAA, DATA("\0\5issueca.example") },
	{ 35, DATA("\0\1\0\2\1u\0\0\300\14") },			/* NAPTR */
	{ 47, DATA("\300\14\0\1\100") },			/* NSEC */
	{ 55, DATA("\0\2\0\1k\300\14") },			/* HIP: not given to ldns */
	{ 65280, DATA("\300\14 private") },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void
each_type_alone_and_all_together(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		m_header(&m, DNS_QR, 1, 1, 0, 0);
		m_question(&m, "B.example", kinds[i].type);
		m_rr(&m, 12, NULL, kinds[i].type, 60, kinds[i].rdata, kinds[i].n);
		assert_survives_rewriting(&m);
	}
	m_header(&m, DNS_QR | DNS_AA, 1, KINDS, KINDS, KINDS);
	m_question(&m, "B.example", DNS_ANY);
	for (size_t i = 0; i < 3 * KINDS; i++)
		m_rr(&m, i % 2 == 0 ? 12 : 14, NULL, kinds[i % KINDS].type, 60, kinds[i % KINDS].rdata, kinds[i % KINDS].n);
	assert_survives_rewriting(&m);
}

/* A small generator of numbers: the same sequence in each run. */
static uint32_t
next_number(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static void
any_mixture_of_records(void **state)
{
	static const char *const owners[] = { "x.Example", "y.b.example", "example", "" };
	uint64_t rng = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		unsigned counts[3];

		for (int s = 0; s < 3; s++)
			counts[s] = next_number(&rng) % 4;
		m_header(&m, DNS_QR | next_number(&rng) % 4, 1, counts[0], counts[1], counts[2]);
		m_question(&m, "b.example", DNS_A);
		for (unsigned i = 0; i < counts[0] + counts[1] + counts[2]; i++) {
			uint32_t r = next_number(&rng);
			size_t k = r % KINDS;

			m_rr(&m, (r >> 8) % 3 == 0 ? 0 : (r >> 8) % 3 == 1 ? 12 : 14, owners[(r >> 12) % 4], kinds[k].type, r, kinds[k].rdata,
			    kinds[k].n);
			if (r >> 30 == 1)			/* of another class */
				m.b[m.n - kinds[k].n - 7] = 3;
		}
		assert_survives_rewriting(&m);
	}
}

static void
names_are_flat_and_lower_case(void **state)
{
	struct dns_set *set;

	(void)state;
	m_header(&m, DNS_QR | DNS_AA | 3, 1, 1, 1, 0);
	m_question(&m, "WWW.Example", DNS_CNAME);
	m_rr(&m, 12, NULL, DNS_CNAME, 60, "\4HOST\300\20", 7);
	m_rr(&m, 16, NULL, DNS_NS, 60, "\300\14", 2);
	set = decode(&m);
	assert_int_equal(set->rcode, 3);
	assert_int_equal(set->qtype, DNS_CNAME);
	assert_int_equal(set->nrr, 2);
	assert_int_equal(set->nanswer, 1);
	assert_memory_equal(set->qname, "\3www\7example", 13);
	assert_memory_equal(set->rr[0].owner, "\3www\7example", 13);
	assert_int_equal(set->rr[0].rdlen, 14);
	assert_memory_equal(set->rr[0].rdata, "\4host\7example", 14);
	assert_int_equal(set->rr[0].section, DNS_ANSWER);
	assert_memory_equal(set->rr[1].owner, "\7example", 9);
	assert_memory_equal(set->rr[1].rdata, "\3www\7example", 13);
	assert_int_equal(set->rr[1].section, DNS_AUTHORITY);
	free(set);
}

/* Data that is not as its type says, between two good addresses. */
static void
refused_records_cost_themselves_only(void **state)
{
	static const struct { uint16_t type; const char *rdata; size_t n; } bad[] = {
		{ DNS_A, DATA("") },
		{ DNS_A, DATA("\300\0\2") },
		{ DNS_A, DATA("\300\0\2\1\0") },
		{ DNS_AAAA, DATA("\300\0\2\1") },
		{ DNS_CNAME, DATA("") },
		{ DNS_CNAME, DATA("\1a") },
		{ DNS_CNAME, DATA("\1a\0\0") },
		{ DNS_CNAME, DATA("\300\377") },			/* forward */
		{ DNS_CNAME, DATA("\1a\300") },
		{ DNS_MX, DATA("\0\12") },
		{ DNS_MX, DATA("\0") },
		{ DNS_SOA, DATA("\300\14\300\14\0\0\0\1") },
		{ DNS_TXT, DATA("\5ab") },
		{ DNS_SRV, DATA("\0\1\0\2\0\120") },
		{ DNS_RRSIG, DATA("\0\1\10\2\0\0\0\74\146\0\0\0\145\0\0\0\22\64") },
		{ DNS_HTTPS, DATA("\0") },
		{ 35, DATA("\0\1\0\2\1u\377\0\300\14") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct dns_set *set;

		m_header(&m, DNS_QR, 1, 3, 0, 0);
		m_question(&m, "b.example", DNS_A);
		m_rr(&m, 12, NULL, DNS_A, 60, "\300\0\2\1", 4);
		m_rr(&m, 12, NULL, bad[i].type, 60, bad[i].rdata, bad[i].n);
		m_rr(&m, 12, NULL, DNS_A, 60, "\300\0\2\2", 4);
		assert_int_equal(m_walk(&m).nrr, 3);
		set = decode(&m);
		if (set->nrr != 2 || set->nanswer != 2 || set->why != WHY_DNS_BAD_RECORD)
			fail_msg("bad record %zu was taken", i);
		assert_memory_equal(set->rr[0].rdata, "\300\0\2\1", 4);
		assert_memory_equal(set->rr[1].rdata, "\300\0\2\2", 4);
		free(set);
	}
}

/* RFC 2136 2.4, 2.5: class ANY or NONE and no data. */
static void
update_without_data_is_kept(void **state)
{
	struct dns_set *set;
	struct addr a;

	(void)state;
	m_header(&m, 5 << 11, 1, 0, 1, 0);
	m_question(&m, "b.example", DNS_SOA);
	m_rr(&m, 12, NULL, DNS_A, 0, "", 0);
	m.b[m.n - 8] = 0;
	m.b[m.n - 7] = 255;
	set = decode(&m);
	assert_int_equal(set->why, WHY_OK);
	assert_int_equal(set->nrr, 1);
	assert_int_equal(set->rr[0].class_, 255);
	assert_false(dns_rr_addr(&set->rr[0], &a));
	free(set);
}

static void
cut_messages_give_the_records_before(void **state)
{
	(void)state;
	m_header(&m, DNS_QR, 1, 3, 0, 0);
	m_question(&m, "b.example", DNS_MX);
	for (int i = 0; i < 3; i++)
		m_rr(&m, 12, NULL, DNS_MX, 60, "\0\12\300\14", 4);
	for (size_t have = 27; have <= m.n; have++) {
		struct dns_walk w = { .rr = tags };
		struct dns_set *set;

		assert_true(dns_walk(m.b, m.n, have, SEED, &w));
		set = dns_decode(m.b, m.n, have, &w, SEED);
		assert_int_equal(set->nrr, (have - 27) / 16);
		assert_int_equal(set->why, have == m.n ? WHY_OK : WHY_DNS_CUT);
		assert_true(set->hash == w.set);
		free(set);
	}
}

/* Records that are small in the message and large in the set (MINFO: two names): what comes out is bounded, and it is whole. */
static void
size_of_a_set_is_bounded(void **state)
{
	struct dns_walk w;
	struct dns_set *set;
	unsigned count;

	(void)state;
	m_header(&m, DNS_QR, 0, 0, 0, 0);
	for (int i = 0; i < 127; i++)
		m_bytes(&m, "\1x", 2);
	m_u8(&m, 0);						/* at 12: 255 bytes */
	for (count = 0; m.n + 16 <= 65535; count++) {
		if (count > 0)
			m_ptr(&m, count % 2 != 0 ? 14 : 12);	/* two names in turn: no owner is that of the record before */
		m_fixed(&m, 14, 1, 4);
		m_ptr(&m, 12);
		m_ptr(&m, 14);
	}
	m.b[6] = (uint8_t)(count >> 8);
	m.b[7] = (uint8_t)count;
	w = m_walk(&m);
	assert_int_equal(w.why, WHY_OK);
	assert_int_equal(w.nrr, count);
	set = decode(&m);
	assert_int_equal(set->nrr, count);
	assert_int_equal(set->why, WHY_OK);
	assert_true(set->size > 45 * m.n);			/* it is the worst case indeed */
	assert_true(set->size <= 64 * m.n + 1024);
	free(set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_alone_and_all_together),
		cmocka_unit_test(any_mixture_of_records),
		cmocka_unit_test(names_are_flat_and_lower_case),
		cmocka_unit_test(refused_records_cost_themselves_only),
		cmocka_unit_test(update_without_data_is_kept),
		cmocka_unit_test(cut_messages_give_the_records_before),
		cmocka_unit_test(size_of_a_set_is_bounded),
	};

	return cmocka_run_group_tests_name("proto/dnsdecode", tests, NULL, NULL);
}
