#include "replay.h"

#include "hex.h"
#include "proto/pick_int.h"
#include "quic_rfc.h"

struct seen {
	struct pick *k;
	struct why_counts why;
	unsigned long messages[DNS_WAYS][2];		/* by QR */
	unsigned long hellos, sealed;
	unsigned long quic;
	struct hello hello;				/* the newest, and its name */
	const char *want_name, *want_alpn;		/* sessions of this name and these protocols, by way */
	unsigned long wanted[HELLO_WAYS];
	struct sealed seal;
	char name[256];
};

static void
count_message(void *ctx, const struct dns_event *ev)
{
	struct seen *s = ctx;

	s->messages[ev->way][ev->msg[2] >> 7]++;
}

/* Whether the protocols offered are these, "h2,http/1.1". */
static bool
alpn_is(const struct hello *h, const char *list)
{
	size_t at = 0, len = strlen(list);

	for (; at < h->alpn_len && len > 0; at += 1 + (size_t)h->alpn[at]) {
		size_t n = h->alpn[at];

		if (len < n || memcmp(list, h->alpn + at + 1, n) != 0)
			return false;
		list += n + (list[n] == ',');
		len = strlen(list);
	}
	return at == h->alpn_len && len == 0;
}

static void
keep_hello(void *ctx, const struct hello *h)
{
	struct seen *s = ctx;

	s->hellos++;
	s->wanted[h->way] += s->want_name != NULL && strcmp(s->want_name, h->name != NULL ? h->name : "") == 0 &&
	    alpn_is(h, s->want_alpn);
	s->hello = *h;
	snprintf(s->name, sizeof(s->name), "%s", h->name != NULL ? h->name : "-");
}

static void
count_quic(void *ctx, const struct hello *flow)
{
	struct seen *s = ctx;

	s->quic++;
	assert_int_equal(flow->way, HELLO_QUIC);
	assert_null(flow->name);
}

static void
keep_sealed(void *ctx, const struct sealed *x)
{
	struct seen *s = ctx;

	s->sealed++;
	s->seal = *x;
}

static struct seen *
seen_new(void)
{
	struct pick_limits limits = { .streams = 10000, .bytes = 8 << 20, .hole = 10 * TM_SEC, .idle = 60 * TM_SEC };
	struct seen *s = calloc(1, sizeof(*s));
	struct pick_sinks sinks = { .dns = { .message = count_message, .ctx = s }, .hello = keep_hello, .quic = count_quic,
		.sealed = keep_sealed, .ctx = s };

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
	if (p->proto == IPP_UDP && pick_wants_udp(p))
		pick_udp(s->k, p, f);
}

static unsigned long
larger(unsigned long a, unsigned long b)
{
	return a > b ? a : b;
}

/* Where ours differs from tshark, what it is then, and why. */
static const struct { const char *file, *column; unsigned long ours; const char *reason; } known[] = {
	{ "encrypted-dns/doh_h2c_get.pcap", "doh_q", 4, "tshark does not decode the query in a URL" },
	{ "encrypted-dns/doh_h2c_limit.pcap", "doh_q", 0, "a body of 131072 bytes (packets 7 to 42) is no DNS message" },
	{ "encrypted-dns/doq.pcap", "quic_conns", 1, "tshark 4.0 takes it for DTLS" },
	{ "link/fddi_dns_tcp.pcap", "tcp_q", 0, "a link type that is not read" },
	{ "link/fddi_dns_tcp.pcap", "tcp_r", 0, "a link type that is not read" },
	{ "tcp-dns/bighole.pcap", "tcp_q", 38, "the client sends the length of each query in a segment of its own: after the hole "
	    "before packet 20 tshark finds none of 35 queries" },
	{ "tcp-dns/matching.pcap.xz", "tcp_r", 3, "packet 30 has the first 1440 bytes of an answer whose rest is missing: handed out as cut" },
};

static unsigned long
wanted(const struct expected *e, const char *column)
{
	const char *file = expected_text(e, "file");
	char seq[64];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].file, file) == 0 && strcmp(known[i].column, column) == 0)
			return known[i].ours;
	if (strncmp(column, "tcp_", 4) != 0)
		return expected_number(e, column);
	snprintf(seq, sizeof(seq), "%s_seq", column);
	return larger(expected_number(e, column), expected_number(e, seq));
}

/* How many of the numbers of this capture are not as expected. */
static int
compare(const struct expected *e, const struct seen *s)
{
	const struct { const char *column; unsigned long got; } rows[] = {
		{ "tcp_q", s->messages[DNS_TCP][0] }, { "tcp_r", s->messages[DNS_TCP][1] },
		{ "doh_q", s->messages[DNS_DOH][0] }, { "doh_r", s->messages[DNS_DOH][1] },
		{ "quic_conns", pick_counts(s->k)->quic_conns },
	};
	int bad = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned long want = wanted(e, rows[i].column);

		if (want == rows[i].got)
			continue;
		print_message("%s: %s is %lu, not %lu\n", expected_text(e, "file"), rows[i].column, rows[i].got, want);
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

/* Each row of hellos.tsv: so many sessions of this way, name and protocols in this capture. */
static void
names_in_captures_as_tshark_sees_them(void **state)
{
	const char *dir = captures_folder();
	static struct expected e;
	char path[4200];
	int bad = 0, rows = 0;
	FILE *f;

	(void)state;
	if (dir == NULL)
		skip();
	f = fopen("tests/unit/proto/hellos.tsv", "r");
	assert_non_null(f);
	while (fgets(e.line[0], sizeof(e.line[0]), f) != NULL && e.line[0][0] == '#')
		;
	tabs(e.line[0], e.names);
	while (fgets(e.line[1], sizeof(e.line[1]), f) != NULL) {
		struct seen *s = seen_new();
		enum hello_way way;

		e.n = tabs(e.line[1], e.values);
		way = strcmp(expected_text(&e, "way"), "tls") == 0 ? HELLO_TLS : HELLO_QUIC;
		s->want_name = expected_text(&e, "name");
		s->want_alpn = expected_text(&e, "alpn");
		snprintf(path, sizeof(path), "%s/%s", dir, expected_text(&e, "file"));
		assert_true(replay_file(path, one_packet, s));
		assert_int_equal(s->quic, pick_counts(s->k)->quic_conns);
		if (s->wanted[way] != expected_number(&e, "ours")) {
			print_message("%s: %s \"%s\" %s: %lu\n", path, expected_text(&e, "way"), s->want_name, s->want_alpn,
			    s->wanted[way]);
			bad++;
		}
		rows++;
		seen_free(s);
	}
	fclose(f);
	assert_true(rows > 100);
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
	assert_int_equal(newest.from.mac[0], 7);
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

/* ClientHello and ServerHello of TLS 1.2, in a record each; the client's with the name given and ALPN "h2". */
static struct bytes
client_record(const char *name)
{
	struct bytes x = hex("16 0301 0000 01 000000 0303");
	size_t n = strlen(name);

	x.n += 32;
	hex_add(&x, "00 0002c02f 0100");
	x.b[x.n++] = 0;
	x.b[x.n++] = (uint8_t)(9 + n + 9);
	hex_add(&x, "0000 00");
	x.b[x.n++] = (uint8_t)(n + 5);
	hex_add(&x, "00");
	x.b[x.n++] = (uint8_t)(n + 3);
	hex_add(&x, "00 00");
	x.b[x.n++] = (uint8_t)n;
	memcpy(x.b + x.n, name, n);
	x.n += n;
	hex_add(&x, "0010 0005 0003 02 6832");
	x.b[4] = (uint8_t)(x.n - 5);
	x.b[8] = (uint8_t)(x.n - 9);
	return x;
}

static struct bytes
server_record(void)
{
	struct bytes x = hex("16 0303 002a 02 000026 0303");

	x.n += 32;
	hex_add(&x, "00 c02f 00");
	return x;
}

/* n bytes from 192.0.2.1 port a, or back. */
static void
send_bytes(struct seen *s, int back, uint16_t a, uint16_t b, unsigned flags, uint32_t seq, const void *pay, size_t n, usec_t t)
{
	struct frame f = { .t = t, .number = 1 };
	struct pkt p = back ? between(b, a, flags, seq, pay, n) : between(a, b, flags, seq, pay, n);

	if (back) {
		struct addr x = p.src;

		p.src = p.dst;
		p.dst = x;
	}
	one_packet(s, &p, &f);
}

/* What a terminator sends on: the same over HTTP/1.1, upgraded, and HTTP/2. */
static void
clear_doh(void **state)
{
	static const char post[] = "POST /dns-query HTTP/1.1\r\nHost: dns.example\r\nContent-Type: application/dns-message\r\n"
	    "Upgrade: h2c\r\nContent-Length: 33\r\n\r\n\0\0\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1",
	    switching[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n\0\0\0\4\0\0\0\0\0"
	    "\0\0\x1f\0\0\0\0\0\1\0\0\x81\x80\0\1\0\0\0\0\0\0\1x\7example\3com\0\0\1\0\1";
	struct seen *s = seen_new();

	(void)state;
	s->k->sinks.dns.message = keep_newest;
	send_bytes(s, 0, 4000, 80, TCP_SYN, 99, "", 0, TM_SEC);
	send_bytes(s, 0, 4000, 80, 0, 100, post, sizeof(post) - 1, TM_SEC);
	assert_int_equal(s->messages[DNS_DOH][0], 1);
	assert_string_equal(s->name, "dns.example");
	assert_int_equal(s->hello.way, HELLO_HTTP);
	assert_int_equal(newest.sport, 80);
	send_bytes(s, 1, 4000, 80, 0, 500, switching, sizeof(switching) - 1, TM_SEC);
	assert_int_equal(s->messages[DNS_DOH][1], 0);			/* the stream's head was not sent: by its looks, so the end is needed */
	send_bytes(s, 1, 4000, 80, 0, 500 + sizeof(switching) - 1, "\0\0\0\0\1\0\0\0\1", 9, 2 * TM_SEC);
	assert_int_equal(s->messages[DNS_DOH][1], 1);
	assert_int_equal(newest.t, 2 * TM_SEC);
	assert_int_equal(newest.cport, 4000);
	assert_int_equal(newest.way, DNS_DOH);
	/* joined in the middle, the answers alone */
	send_bytes(s, 1, 4001, 8080, 0, 7, switching + sizeof(switching) - 1 - 40, 40, TM_SEC);
	send_bytes(s, 1, 4001, 8080, 0, 7 + 40, "\0\0\0\0\1\0\0\0\1", 9, TM_SEC);
	assert_int_equal(s->messages[DNS_DOH][1], 2);
	assert_int_equal(newest.cport, 4001);
	assert_int_equal(newest.sport, 8080);
	seen_free(s);
}

/* A long page is not followed, but the next request on the connection is. */
static void
http_is_left_alone_for_a_while(void **state)
{
	static const char page[] = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000000\r\n\r\n<html>",
	    get[] = "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n", other[] = "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n";
	struct seen *s = seen_new();
	struct pkt p = between(4000, 80, 0, 7, "some of the page", 16);

	(void)state;
	send_bytes(s, 0, 4000, 80, 0, 100, get, sizeof(get) - 1, TM_SEC);
	assert_string_equal(s->name, "www.example.com");
	assert_true(pick_wants(pick_gate(s->k), &p));
	send_bytes(s, 1, 4000, 80, 0, 500, page, sizeof(page) - 1, TM_SEC);
	assert_false(pick_wants(pick_gate(s->k), &p));
	send_bytes(s, 0, 4000, 80, 0, 100 + sizeof(get) - 1, other, sizeof(other) - 1, TM_SEC);
	assert_string_equal(s->name, "b.example");
	assert_int_equal(s->hellos, 2);
	seen_free(s);
}

static void
a_tls_session_is_named_and_left_alone(void **state)
{
	struct bytes c = client_record("www.example.com"), v = server_record();
	struct seen *s = seen_new();
	struct pkt p = between(4000, 443, TCP_ACK, 1000, "\x17\x03\x03\x00\x02xy", 7);

	(void)state;
	send_bytes(s, 0, 4000, 443, TCP_SYN, 99, "", 0, TM_SEC);
	send_bytes(s, 1, 4000, 443, TCP_SYN | TCP_ACK, 499, "", 0, TM_SEC);
	send_bytes(s, 0, 4000, 443, 0, 130, c.b + 30, c.n - 30, TM_SEC);	/* in two segments, the second one first */
	assert_int_equal(s->hellos, 0);
	send_bytes(s, 0, 4000, 443, 0, 100, c.b, 30, 2 * TM_SEC);
	assert_int_equal(s->hellos, 1);
	assert_string_equal(s->name, "www.example.com");
	assert_int_equal(s->hello.way, HELLO_TLS);
	assert_int_equal(s->hello.cport, 4000);
	assert_int_equal(s->hello.sport, 443);
	assert_memory_equal(s->hello.client.b, p.src.b, 16);
	assert_int_equal(s->hello.t, 2 * TM_SEC);
	assert_int_equal(s->hello.version, 0x0303);
	send_bytes(s, 1, 4000, 443, 0, 500, v.b, v.n, 2 * TM_SEC);
	assert_int_equal(pick_counts(s->k)->tls_answers, 1);
	assert_false(pick_wants(pick_gate(s->k), &p));			/* what follows is of no interest */
	send_bytes(s, 0, 4000, 443, 0, 100, c.b, c.n, 3 * TM_SEC);		/* a copy of the hello neither */
	assert_int_equal(s->hellos, 1);
	assert_int_equal(s->sealed, 0);
	send_bytes(s, 0, 4000, 443, TCP_SYN, 7000, "", 0, TM_SEC);		/* the same ports again */
	send_bytes(s, 0, 4000, 443, 0, 7001, c.b, c.n, 3 * TM_SEC);
	assert_int_equal(s->hellos, 2);
	seen_free(s);
}

static void
one_side_of_tls_is_enough(void **state)
{
	struct bytes c = client_record("www.example.com"), v = server_record();
	struct seen *s = seen_new();
	struct pkt p = between(4001, 443, 0, 1000, "x", 1);

	(void)state;
	send_bytes(s, 1, 4000, 443, 0, 500, v.b, v.n, TM_SEC);		/* the server's comes first, and goes on */
	send_bytes(s, 1, 4000, 443, 0, 500 + (uint32_t)v.n, "\x16\x03\x03\x00\x04\x0b\x00\x00\x00", 9, TM_SEC);
	send_bytes(s, 0, 4000, 443, 0, 100, c.b, c.n, TM_SEC);
	assert_int_equal(s->hellos, 1);
	assert_memory_equal(s->hello.client.b, p.src.b, 16);
	send_bytes(s, 0, 4001, 443, 0, 100, c.b, c.n, TM_SEC);
	assert_int_equal(s->hellos, 2);
	assert_true(pick_wants(pick_gate(s->k), &p));
	send_bytes(s, 0, 4001, 443, 0, 100 + (uint32_t)c.n, "\x14\x03\x03\x00\x01\x01", 6, TM_SEC);
	assert_false(pick_wants(pick_gate(s->k), &p));
	seen_free(s);
}

static void
sealed_dns_is_said_and_said_again(void **state)
{
	struct bytes c = client_record("dns.google");
	struct seen *s = seen_new();

	(void)state;
	send_bytes(s, 0, 4000, 443, 0, 100, c.b, c.n, 1 * TM_SEC);
	assert_int_equal(s->sealed, 1);
	assert_int_equal(s->seal.way, DNS_DOH);
	assert_int_equal(s->seal.t, TM_SEC);
	send_bytes(s, 0, 4000, 443, 0, 100 + (uint32_t)c.n, "abc", 3, 60 * TM_SEC);
	assert_int_equal(s->sealed, 1);
	send_bytes(s, 1, 4000, 443, 0, 100, "\x17\x03\x03\x00\x03xyz", 8, 61 * TM_SEC);
	assert_int_equal(s->sealed, 2);
	assert_int_equal(s->seal.sport, 443);
	/* DoT is known by its port, also in the middle */
	send_bytes(s, 1, 4000, 853, 0, 7, "\x17\x03\x03\x00\x03xyz", 8, TM_SEC);
	assert_int_equal(s->sealed, 3);
	assert_int_equal(s->seal.way, DNS_DOT);
	assert_int_equal(s->seal.sport, 853);
	assert_int_equal(s->seal.client.b[15], 1);
	assert_int_equal(s->hellos, 1);
	send_bytes(s, 0, 4001, 853, 0, 7, "not TLS at all", 14, TM_SEC);
	assert_int_equal(s->sealed, 3);
	c = client_record("xdns.google");
	send_bytes(s, 0, 4002, 443, 0, 100, c.b, c.n, 1 * TM_SEC);
	assert_int_equal(s->sealed, 3);
	c = client_record("abc.dns.nextdns.io");
	send_bytes(s, 0, 4003, 443, 0, 100, c.b, c.n, 1 * TM_SEC);
	assert_int_equal(s->sealed, 4);
	seen_free(s);
}

static void
quic_that_is_dns(void **state)
{
	struct seen *s = seen_new();
	struct bytes x = hex(RFC9001_CLIENT);
	struct pkt p = between(4000, 443, 0, 0, x.b, x.n);
	struct frame f = { .t = TM_SEC, .number = 1 };

	(void)state;
	p.proto = IPP_UDP;
	one_packet(s, &p, &f);
	assert_int_equal(s->hellos, 1);
	assert_string_equal(s->name, "example.com");
	assert_int_equal(s->hello.way, HELLO_QUIC);
	assert_int_equal(s->sealed, 0);
	p.dport = 853;
	one_packet(s, &p, &f);
	assert_int_equal(s->hellos, 2);
	assert_int_equal(s->sealed, 1);
	assert_int_equal(s->seal.way, DNS_DOQ);
	assert_int_equal(s->seal.smac[0], 7);
	p.pay = (const uint8_t *)"\x40" "short header";		/* it goes on */
	p.pay_have = p.pay_wire = 13;
	f.t = 60 * TM_SEC;
	one_packet(s, &p, &f);
	assert_int_equal(s->sealed, 1);
	f.t = 61 * TM_SEC;
	one_packet(s, &p, &f);
	assert_int_equal(s->sealed, 2);
	p.dport = 53;
	p.pay = (const uint8_t *)"\xff\xff\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00";		/* DNS that looks a bit like it */
	assert_false(pick_wants_udp(&p));
	seen_free(s);
}

/* What both sides of a connection say, and what comes of it. */
struct talk { const char *what; uint16_t port; const uint8_t *say[2]; size_t len[2]; };

/* Both sides cut anywhere, each in any order within a few segments, some twice: the same events. */
static void
send_shuffled(struct seen *s, const struct talk *t, unsigned *r)
{
	size_t from[2][400], len[2][400], n[2] = { 0, 0 }, sent[2] = { 0, 0 };
	struct frame f = { .t = TM_SEC, .number = 1 };
	struct pkt p, answer;

	for (int side = 0; side < 2; side++)
		for (size_t at = 0; at < t->len[side]; at += len[side][n[side]++]) {
			from[side][n[side]] = at;
			len[side][n[side]] = 1 + (size_t)rand_r(r) % (t->len[side] / 40 + 2);
			if (len[side][n[side]] > t->len[side] - at)
				len[side][n[side]] = t->len[side] - at;
		}
	p = between(4000, t->port, TCP_SYN, 0xffffff00, "", 0);
	answer = between(t->port, 4000, TCP_SYN | TCP_ACK, 99, "", 0);
	answer.src = p.dst;
	answer.dst = p.src;
	answer.ack = p.seq + 1;
	one_packet(s, &p, &f);
	one_packet(s, &answer, &f);
	while (sent[0] < n[0] || sent[1] < n[1]) {
		int side = sent[0] == n[0] || (sent[1] < n[1] && rand_r(r) % 2);
		size_t i = sent[side]++, ahead = n[side] - i < 6 ? n[side] - i : 6, j = i + (size_t)rand_r(r) % ahead;
		uint32_t base = side == 0 ? 0xffffff01 : 100;

		for (int twice = rand_r(r) % 5 == 0; twice >= 0; twice--)
			send_bytes(s, side, 4000, t->port, 0, base + (uint32_t)from[side][j], t->say[side] + from[side][j], len[side][j],
			    TM_SEC);
		from[side][j] = from[side][i];
		len[side][j] = len[side][i];
	}
}

static void
any_split_and_order_gives_the_same_events(void **state)
{
	static const char dns_c[] = QUERY QUERY QUERY, dns_s[] = ANSWER ANSWER ANSWER,
	    http_c[] = "GET /dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB HTTP/1.1\r\nHost: a.example\r\n\r\n"
	    "POST / HTTP/1.1\r\nHost: b.example\r\nContent-Type: application/dns-message\r\nContent-Length: 27\r\n\r\n"
	    "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" NAME,
	    http_s[] = "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "c\r\n\x12\x34\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00\r\nf\r\n" NAME "\r\n0\r\n\r\n",
	    two_c[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
	    "\0\0\x34\1\5\0\0\0\1\x04\x32/?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB",
	    two_s[] = "\0\0\0\4\0\0\0\0\0" "\0\0\x1c\1\4\0\0\0\1\x88\x0f\x10\x17" "application/dns-message\x88"
	    "\0\0\x1b\0\1\0\0\0\1\x12\x34\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00" NAME;
	struct bytes c = client_record("www.example.com"), v = server_record();
	const struct { struct talk t; unsigned long q, r, hellos, tls; } rows[] = {
		{ { "dns", 53, { (const uint8_t *)dns_c, (const uint8_t *)dns_s }, { sizeof(dns_c) - 1, sizeof(dns_s) - 1 } }, 3, 3, 0, 0 },
		{ { "http/1.1", 80, { (const uint8_t *)http_c, (const uint8_t *)http_s }, { sizeof(http_c) - 1, sizeof(http_s) - 1 } },
		    2, 1, 2, 0 },
		{ { "http/2", 80, { (const uint8_t *)two_c, (const uint8_t *)two_s }, { sizeof(two_c) - 1, sizeof(two_s) - 1 } },
		    1, 1, 0, 0 },
		{ { "tls", 443, { c.b, v.b }, { c.n, v.n } }, 0, 0, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned seed = 1; seed <= 200; seed++) {
			struct seen *s = seen_new();
			unsigned r = seed;
			int way = rows[i].t.port == 53 ? DNS_TCP : DNS_DOH;

			send_shuffled(s, &rows[i].t, &r);
			if (s->messages[way][0] != rows[i].q || s->messages[way][1] != rows[i].r || s->hellos != rows[i].hellos ||
			    pick_counts(s->k)->tls_answers != rows[i].tls)
				fail_msg("%s, seed %u: %lu %lu %lu", rows[i].t.what, seed, s->messages[way][0], s->messages[way][1],
				    s->hellos);
			assert_int_equal(s->why.n[WHY_STREAM_GAP] + s->why.n[WHY_HTTP_BAD] + s->why.n[WHY_H2_BAD], 0);
			seen_free(s);
		}
}

/* Ten thousand clients that send half a hello each: memory stays inside the bound, and what went is counted. */
static void
a_flood_of_half_open_tls(void **state)
{
	struct pick_limits limits = { .streams = 2000, .bytes = 300000, .hole = TM_SEC, .idle = 600 * TM_SEC };
	struct bytes c = client_record("www.example.com");
	struct seen *s = seen_new();
	size_t most = 0;

	(void)state;
	pick_free(s->k);
	s->k = pick_new(&limits, &(struct pick_sinks){ .hello = keep_hello, .ctx = s }, &s->why, 3);
	for (unsigned i = 0; i < 10000; i++) {
		send_bytes(s, 0, (uint16_t)(10000 + i), 443, TCP_SYN, 99, "", 0, TM_SEC);
		send_bytes(s, 0, (uint16_t)(10000 + i), 443, 0, 100, c.b, 60, TM_SEC);
		most = most > pick_bytes(s->k) ? most : pick_bytes(s->k);
	}
	assert_int_equal(s->hellos, 0);
	assert_true(s->why.n[WHY_STREAM_EVICTED] > 9000);
	assert_true(most < 300000 + 2000 * 512);
	/* the newest of them can still go on */
	send_bytes(s, 0, 19999, 443, 0, 160, c.b + 60, c.n - 60, TM_SEC);
	assert_int_equal(s->hellos, 1);
	seen_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_client_is_who_asks),
		cmocka_unit_test(an_answer_from_the_opener_is_none),
		cmocka_unit_test(what_is_not_read_is_not_followed),
		cmocka_unit_test(clear_doh),
		cmocka_unit_test(http_is_left_alone_for_a_while),
		cmocka_unit_test(a_tls_session_is_named_and_left_alone),
		cmocka_unit_test(one_side_of_tls_is_enough),
		cmocka_unit_test(sealed_dns_is_said_and_said_again),
		cmocka_unit_test(a_flood_of_half_open_tls),
		cmocka_unit_test(quic_that_is_dns),
		cmocka_unit_test(any_split_and_order_gives_the_same_events),
		cmocka_unit_test(captures_as_tshark_counts_them),
		cmocka_unit_test(names_in_captures_as_tshark_sees_them),
	};

	return cmocka_run_group_tests_name("proto/pick", tests, NULL, NULL);
}
