/* Over other people's captures ($STALETAP_CAPTURES, else ../shared/captures): every DNS message in a UDP packet of port 53 that
 * ldns accepts as a whole is read as ldns reads it: as many records a section, the same A, AAAA and CNAME answers with the
 * same TTLs.  What ldns refuses must still be walked and decoded without harm.  Skipped where there are no captures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fts.h>
#include <ldns/ldns.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "make_dns.h"
#include "packet/decode.h"

/* SVCB of two bytes: RFC 9460 2.2 wants a target name, and ldns is content with a priority. */
static const char ldns_is_wrong[] = "malformed-dns/svcb_rdlength.pcap packet 1";

static struct { unsigned messages, accepted, damaged, addresses, aliases; } seen;

/* The answers of one type as lines "owner data", sorted; from the whole message by ldns. */
static char **
ldns_lines(const ldns_pkt *pkt, ldns_rr_type type, size_t *n)
{
	ldns_rr_list *answers = ldns_pkt_answer(pkt);
	char **lines = calloc(ldns_rr_list_rr_count(answers) + 1, sizeof(lines[0]));

	*n = 0;
	for (size_t i = 0; i < ldns_rr_list_rr_count(answers); i++) {
		ldns_rr *rr = ldns_rr_list_rr(answers, i);
		char *text, *end;

		if (ldns_rr_get_type(rr) != type)
			continue;
		text = ldns_rr_rd_count(rr) > 0 ? ldns_rdf2str(ldns_rr_rdf(rr, 0)) : strdup("\\# 0");
		end = text + strlen(text) - 1;
		if (type == LDNS_RR_TYPE_CNAME && end > text && *end == '.')
			*end = '\0';
		for (char *p = text; *p != '\0'; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p = (char)(*p + 32);
		lines[(*n)++] = text;
	}
	return lines;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static unsigned
compare_type(const struct dns_set *set, const ldns_pkt *pkt, uint16_t type)
{
	struct buf text = { 0 };
	unsigned ours = 0;
	size_t n;
	char **lines = ldns_lines(pkt, (ldns_rr_type)type, &n);
	char **mine = calloc(n + 1, sizeof(mine[0]));

	for (uint32_t i = 0; i < set->nanswer; i++) {
		if (set->rr[i].type != type)
			continue;
		buf_clear(&text);
		dns_rr_text(&set->rr[i], &text);
		assert_true(ours < n);
		mine[ours++] = strdup(buf_cstr(&text));
	}
	assert_int_equal(ours, n);
	qsort(lines, n, sizeof(lines[0]), by_text);
	qsort(mine, n, sizeof(mine[0]), by_text);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(mine[i], lines[i]);
		free(mine[i]);
		free(lines[i]);
	}
	free(mine);
	free(lines);
	buf_free(&text);
	return ours;
}

/* ldns keeps OPT and TSIG apart from the additional records, as we do. */
static void
compare_records(const struct dns_walk *w, const struct dns_set *set, const ldns_pkt *pkt)
{
	ldns_rr_list *lists[3] = { ldns_pkt_answer(pkt), ldns_pkt_authority(pkt), ldns_pkt_additional(pkt) };
	size_t total = 0;

	for (int s = 0; s < 3; s++) {
		for (size_t i = 0; i < ldns_rr_list_rr_count(lists[s]); i++, total++) {
			uint32_t ttl = ldns_rr_ttl(ldns_rr_list_rr(lists[s], i));

			assert_true(total < w->nrr);
			assert_int_equal(w->rr[total].ttl, ttl <= INT32_MAX ? ttl : 0);
		}
		if (s == 0)
			assert_int_equal(w->nanswer, total);
	}
	assert_int_equal(w->nrr, total);
	assert_int_equal(set->nrr, total);
	assert_int_equal(w->edns, ldns_pkt_edns(pkt));
	assert_int_equal(w->rcode, ldns_pkt_get_rcode(pkt));
	assert_int_equal(w->opcode, ldns_pkt_get_opcode(pkt));
	seen.addresses += compare_type(set, pkt, DNS_A) + compare_type(set, pkt, DNS_AAAA);
	seen.aliases += compare_type(set, pkt, DNS_CNAME);
}

static void
one_message(const uint8_t *msg, size_t wire, size_t have, const char *where)
{
	struct dns_walk w = { .rr = tags };
	struct dns_set *set = NULL;
	struct buf text = { 0 };
	ldns_pkt *pkt = NULL;

	seen.messages++;
	if (dns_walk(msg, wire, have, SEED, &w)) {
		set = dns_decode(msg, wire, have, &w, SEED);
		assert_non_null(set);
		assert_true(set->nrr <= w.nrr);
		for (uint32_t i = 0; i < set->nrr; i++)
			dns_rr_text(&set->rr[i], &text);
	}
	buf_free(&text);
	if (w.why != WHY_OK || set->why != WHY_OK)
		seen.damaged++;
	if (have == wire && strstr(where, ldns_is_wrong) == NULL && ldns_wire2pkt(&pkt, msg, wire) == LDNS_STATUS_OK) {
		seen.accepted++;
		if (w.why != WHY_OK || set->why != WHY_OK)
			fail_msg("%s: ldns accepts what we call %s", where, why_name(w.why != WHY_OK ? w.why : set->why));
		compare_records(&w, set, pkt);
		ldns_pkt_free(pkt);
	}
	free(set);
}

static void
one_capture(const char *path)
{
	char text[PCAP_ERRBUF_SIZE], where[600];
	pcap_t *in = pcap_open_offline(path, text);
	struct pcap_pkthdr *head;
	const uint8_t *data;

	if (in == NULL)				/* no capture, or compressed */
		return;
	for (unsigned number = 1; pcap_next_ex(in, &head, &data) == 1; number++) {
		struct frame f = { .link = (uint16_t)pcap_datalink(in), .data = data, .have = head->caplen, .wire = head->len };
		struct pkt p;

		if (f.link == DLT_RAW)
			f.link = 101;		/* LINKTYPE_RAW: in files, not in DLT_RAW */
		if (decode_frame(&f, &p) != WHY_OK || p.frag || p.proto != IPP_UDP || (p.sport != 53 && p.dport != 53))
			continue;
		snprintf(where, sizeof where, "%s packet %u", path, number);
		one_message(p.pay, p.pay_wire, p.pay_have, where);
	}
	pcap_close(in);
}

static void
as_ldns_reads_it(void **state)
{
	const char *root = getenv("STALETAP_CAPTURES");
	char path[512], *paths[] = { path, NULL };
	FTS *tree;
	FTSENT *e;

	(void)state;
	snprintf(path, sizeof path, "%s", root != NULL ? root : "../shared/captures");
	if (access(path, R_OK) != 0) {
		print_message("no captures at %s: skipped\n", path);
		skip();
	}
	tree = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	assert_non_null(tree);
	while ((e = fts_read(tree)) != NULL)
		if (e->fts_info == FTS_F)
			one_capture(e->fts_path);
	fts_close(tree);
	print_message("%u messages, %u accepted by ldns, %u damaged for us; %u addresses and %u aliases equal\n", seen.messages,
	    seen.accepted, seen.damaged, seen.addresses, seen.aliases);
	assert_true(seen.accepted > 500);
	assert_true(seen.addresses > 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_ldns_reads_it),
	};

	return cmocka_run_group_tests_name("proto/dnscaptures", tests, NULL, NULL);
}
