#include "replay.h"

#include "proto/pick_int.h"

struct seen {
	struct pick *k;
	struct why_counts why;
	unsigned long messages[DNS_WAYS][2];		/* by QR */
};

static void
count_message(void *ctx, const struct dns_event *ev)
{
	struct seen *s = ctx;

	s->messages[ev->way][ev->msg[2] >> 7]++;
}

static struct seen *
seen_new(void)
{
	struct pick_limits limits = { .streams = 10000, .bytes = 8 << 20, .hole = 10 * TM_SEC, .idle = 60 * TM_SEC };
	struct seen *s = calloc(1, sizeof(*s));
	struct pick_sinks sinks = { .dns = { .message = count_message, .ctx = s } };

	assert_non_null(s);
	s->k = pick_new(&limits, &sinks, &s->why, 3);
	assert_non_null(s->k);
	return s;
}

static void
seen_free(struct seen *s)
{
	pick_free(s->k);
	free(s);
}

static void
one_packet(void *ctx, const struct pkt *p, const struct frame *f)
{
	struct seen *s = ctx;

	pick_tick(s->k, f->t);
	if (p->proto == IPP_TCP && pick_wants(pick_gate(s->k), p))
		pick_tcp(s->k, p, f);
}

static unsigned long
larger(unsigned long a, unsigned long b)
{
	return a > b ? a : b;
}

/* Where ours differs from tshark, what it is then, and why. */
static const struct known { const char *file; unsigned long tcp_q, tcp_r; const char *reason; } known[] = {
	{ "link/fddi_dns_tcp.pcap", 0, 0, "a link type that is not read" },
	{ "tcp-dns/bighole.pcap", 38, 38, "the client sends the length of each query in a segment of its own: after the hole "
	    "before packet 20 tshark finds none of 35 queries" },
	{ "tcp-dns/matching.pcap.xz", 3, 3, "packet 30 has the first 1440 bytes of an answer whose rest is missing: handed out as cut" },
};

static const struct known *
known_file(const char *file)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].file, file) == 0)
			return &known[i];
	return NULL;
}

/* How many of the numbers of this capture are not as expected. */
static int
compare(const struct expected *e, const struct seen *s)
{
	const char *file = expected_text(e, "file");
	const struct known *x = known_file(file);
	struct { const char *what; unsigned long want, got; } rows[] = {
		{ "DNS queries over TCP", x != NULL ? x->tcp_q :
		    larger(expected_number(e, "tcp_q"), expected_number(e, "tcp_q_seq")), s->messages[DNS_TCP][0] },
		{ "DNS responses over TCP", x != NULL ? x->tcp_r :
		    larger(expected_number(e, "tcp_r"), expected_number(e, "tcp_r_seq")), s->messages[DNS_TCP][1] },
	};
	int bad = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].want != rows[i].got) {
			print_message("%s: %s: %lu, not %lu\n", file, rows[i].what, rows[i].got, rows[i].want);
			bad++;
		}
	return bad;
}

static void
captures_as_tshark_counts_them(void **state)
{
	const char *dir = captures_folder();
	static struct expected e;
	char path[4200];
	int files = 0, bad = 0;
	FILE *f;

	(void)state;
	if (dir == NULL)
		skip();
	snprintf(path, sizeof(path), "%s/expected.tsv", dir);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(e.line[0], sizeof(e.line[0]), f));
	tabs(e.line[0], e.names);
	while (fgets(e.line[1], sizeof(e.line[1]), f) != NULL) {
		struct seen *s = seen_new();

		e.n = tabs(e.line[1], e.values);
		snprintf(path, sizeof(path), "%s/%s", dir, expected_text(&e, "file"));
		if (replay_file(path, one_packet, s)) {
			pick_flush(s->k);
			bad += compare(&e, s);
			files++;
		}
		seen_free(s);
	}
	fclose(f);
	print_message("%d captures read\n", files);
	assert_true(files > 100);
	assert_int_equal(bad, 0);
}

/* One TCP packet with a DNS message (or what else is in `text`) between 192.0.2.1 port a and 192.0.2.2 port b. */
static struct pkt
between(uint16_t a, uint16_t b, unsigned flags, uint32_t seq, const void *pay, size_t n)
{
	struct pkt p = { .proto = IPP_TCP, .sport = a, .dport = b, .tcp_flags = (uint8_t)flags, .seq = seq, .scope = 5 };

	p.src = addr_v4((const uint8_t *)"\xc0\x00\x02\x01");
	p.dst = addr_v4((const uint8_t *)"\xc0\x00\x02\x02");
	p.smac[0] = 7;
	p.pay = pay;
	p.pay_have = p.pay_wire = (uint32_t)n;
	return p;
}

#define NAME "\x01" "a\x07" "example\x00\x00\x01\x00\x01"
#define QUERY "\x00\x1b\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" NAME
#define ANSWER "\x00\x1b\x12\x34\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00" NAME

/* The newest message, without what is gone after the call. */
static struct dns_event newest;

static void
keep_newest(void *ctx, const struct dns_event *ev)
{
	count_message(ctx, ev);
	newest = *ev;
}

static void
the_client_is_who_asks(void **state)
{
	struct seen *s = seen_new();
	struct frame f = { .t = 5 * TM_SEC, .number = 1 };
	struct pkt p;

	(void)state;
	s->k->sinks.dns.message = keep_newest;
	p = between(53, 4000, 0, 100, ANSWER, sizeof(ANSWER) - 1);	/* joined in the middle, an answer */
	one_packet(s, &p, &f);
	assert_int_equal(s->messages[DNS_TCP][1], 1);
	assert_memory_equal(newest.client.b, p.dst.b, 16);
	assert_memory_equal(newest.server.b, p.src.b, 16);
	assert_int_equal(newest.cport, 4000);
	assert_int_equal(newest.sport, 53);
	assert_int_equal(newest.scope, 5);
	assert_int_equal(newest.smac[0], 7);
	assert_int_equal(newest.way, DNS_TCP);
	assert_int_equal(newest.t, f.t);
	assert_ptr_equal(newest.frame, &f);
	assert_true(newest.ttl_cap == UINT32_MAX && newest.ttl_less == 0);
	p = between(53, 53, 0, 100, QUERY, sizeof(QUERY) - 1);		/* both ports: the message says it */
	one_packet(s, &p, &f);
	assert_int_equal(s->messages[DNS_TCP][0], 1);
	assert_memory_equal(newest.client.b, p.src.b, 16);
	seen_free(s);
}

static void
an_answer_from_the_opener_is_none(void **state)
{
	struct seen *s = seen_new();
	struct frame f = { .t = 5 * TM_SEC, .number = 1 };
	struct pkt p;

	(void)state;
	p = between(4000, 53, TCP_SYN, 99, "", 0);
	one_packet(s, &p, &f);
	p = between(4000, 53, 0, 100, QUERY ANSWER "\x00\x03" "abc" QUERY, 2 * (sizeof(QUERY) - 1) + sizeof(ANSWER) - 1 + 5);
	one_packet(s, &p, &f);
	assert_int_equal(s->messages[DNS_TCP][0], 2);
	assert_int_equal(s->messages[DNS_TCP][1], 0);
	assert_int_equal(s->why.n[WHY_DNS_WRONG_WAY], 1);
	assert_int_equal(s->why.n[WHY_DNS_SHORT], 1);
	seen_free(s);
}

static void
what_is_not_read_is_not_followed(void **state)
{
	struct seen *s = seen_new();
	struct frame f = { .t = 5 * TM_SEC, .number = 1 };
	struct pkt p = between(4000, 22, TCP_SYN, 99, "", 0);

	(void)state;
	one_packet(s, &p, &f);
	p = between(4000, 22, 0, 100, "SSH-2.0-x\r\n", 11);
	assert_true(pick_wants(pick_gate(s->k), &p));
	one_packet(s, &p, &f);
	assert_false(pick_wants(pick_gate(s->k), &p));
	p = between(4000, 5355, 0, 100, QUERY, sizeof(QUERY) - 1);	/* LLMNR */
	one_packet(s, &p, &f);
	assert_int_equal(s->why.n[WHY_LLMNR], 1);
	assert_int_equal(s->messages[DNS_TCP][0], 0);
	seen_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_client_is_who_asks),
		cmocka_unit_test(an_answer_from_the_opener_is_none),
		cmocka_unit_test(what_is_not_read_is_not_followed),
		cmocka_unit_test(captures_as_tshark_counts_them),
	};

	return cmocka_run_group_tests_name("proto/pick", tests, NULL, NULL);
}
