/* Explanations and look-ups; evidence is read back with libpcap, or block by block. */
#include "shown.h"

#include <pcap/pcap.h>

#include "report/explain.h"
#include "report/lookup.h"

/* The explanation ('e') or look-up ('l'); fails the test if the call does not return `want`. */
static struct buf
told(const struct fill *f, char which, const char *what, int want, struct err *err)
{
	struct reader *rd = shown_reader(f);
	struct out o = { 0 };

	*err = (struct err){ 0 };
	assert_int_equal(which == 'e' ? explain(rd, what, &o, err) : lookup(rd, what, &o, err), want);
	reader_close(rd);
	(void)buf_cstr(&o.buf);
	return o.buf;
}

static void
a_finding_s_story(void **state)
{
	/* in this order */
	static const char *const words[] = {
		"Seen at tap1:",
		"10.0.0.5 (vlan 7)  client.app-cache (certain)",
		"UTC           2025-12-31 23:59:50",
		"the address   ", "T", "L", "told it       [", "connects      ", "d", "s\n",
		"Time line",
		"2025-12-31 23:59:50      answer: www.example.com A 192.0.2.10, from 10.0.0.53,\n"
		    "                             TTL 120, runs out 2026-01-01 00:01:50\n",
		"2026-01-01 00:00:00      --- the address is retired\n",
		"2026-01-01 00:00:05      connects from port 40000, 905.0 s after its answer:\n"
		    "                             established; draining, client.within-ttl (certain)\n",
		"2026-01-01 00:05:00      --- no published TTL covers it any more (by the\n                             zone's TTL)\n",
		"2026-01-01 00:15:00      connects from port 40001", "stale, client.app-cache (certain)\n",
		"Why client.app-cache: the connection of 2026-01-01 00:15:00\n  from port 40001 (? in doubt)\n",
		"    no   the connection was opened before the change (packet 900)\n",
		"    yes  DNS told the client this address before it connected (packet 7)\n",
		"    no   the client's answer with this address still ran (packet 7)\n",
		"    yes? the client had since been told something else\n",
		"Excluded, and by what\n",
		"    no   the connection was opened before the change (packet 900)\n              connection.opened-before\n",
		"client.stub-overrun\n",
		"Left open, for want of knowing whether\n", "    client.optimistic\n",
		"         - the client's question for the name was under way when it connected\n",
		"answer: day1.pcap packet 7, offset 640\n", "opening: day1.pcap packet 900, offset 80000\n",
		"tshark -r day1.pcap -Y '(ip.addr==192.0.2.10 && ip.addr==10.0.0.5 && tcp.port==443) || "
		    "(dns.a==192.0.2.10 && ip.dst==10.0.0.5)'\n",
		"where finding='0123456789abcdef'\"\n",
	};
	static const char *const asked[] = { "0", "0123456789abcdef", "10.0.0.5", "192.0.2.10", "10.0.0.53", "WWW.example.com." };
	struct fill *f = *state;
	struct err err;
	struct buf b;

	shown_fill(f, false);
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		const char *at;

		b = told(f, 'e', asked[i], 0, &err);
		at = (char *)b.p;
		for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++) {
			at = strstr(at, words[k]);
			if (at == NULL)
				fail_msg("%s: no \"%s\" in its place in:\n%s", asked[i], words[k], buf_cstr(&b));
		}
		shown_lacks(&b, "opens a connection");
		if (i == 5)
			shown_has(&b, "Answers for it\n");
		else if (i == 3)
			shown_has(&b, "Answers that hold it\n");
		else
			shown_lacks(&b, "Answers that hold it");
		buf_free(&b);
	}
}

static void
what_is_not_there(void **state)
{
	static const char *const asked[] = { "10.99.0.1", "nobody.example", "fffe", "a..b", "" };
	struct fill *f = *state;
	struct row_finding r = fill_finding("0123456789abcdee", "10.0.0.6", 1);
	struct store *st;
	struct err err;
	struct buf b;

	shown_fill(f, false);
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		b = told(f, 'e', asked[i], ST_ESYNTAX, &err);
		assert_non_null(strstr(err.text, asked[i]));
		buf_free(&b);
	}
	st = fill_open(f->path);
	fill_begin(st);
	fill_run(st);
	store_finding(st, &r);
	fill_commit(st);
	store_close(st);
	b = told(f, 'e', "0123456789abcde", ST_ESYNTAX, &err);
	assert_string_equal(err.text, "0123456789abcde: the ids of 2 findings begin so; write more of it");
	buf_free(&b);
	b = told(f, 'e', "0123456789abcdee", 0, &err);
	shown_has(&b, "10.0.0.6");
	shown_lacks(&b, "10.0.0.5 ");
	buf_free(&b);
}

/* A client with very many connections: both ends of the time line, and how many are between. */
static void
a_long_time_line(void **state)
{
	struct fill *f = *state;
	struct store *st;
	struct err err;
	struct buf b;

	shown_fill(f, false);
	st = fill_open(f->path);
	fill_begin(st);
	fill_run(st);
	for (int i = 0; i < 1000; i++)
		store_flow(st, &(struct row_flow){ .id = 100 + i, .finding = "0123456789abcdef", .started = FILL_T + (1000 + i) * TM_SEC,
		    .ended = TM_NONE, .client = "10.0.0.5", .server = "192.0.2.10", .client_port = 1000 + i, .port = 443, .stale = 1,
		    .cause = CAUSE_APP_CACHE, .confidence = CONF_CERTAIN, .gap_us = INT64_MIN });
	fill_commit(st);
	store_close(st);
	b = told(f, 'e', "0123", 0, &err);
	shown_has(&b, "port 40000,");
	shown_has(&b, "port 1009;");
	shown_has(&b, "... 978 connections are left out here\n");	/* 1002 less 12 at each end */
	shown_lacks(&b, "port 1010;");
	shown_lacks(&b, "port 1987;");
	shown_has(&b, "port 1988;");
	shown_has(&b, "port 1999;");
	buf_free(&b);
}

/* Nothing hostile reaches the terminal, or a command line that somebody may copy. */
static void
hostile_content(void **state)
{
	struct fill *f = *state;
	struct err err;
	struct buf b;

	shown_fill(f, true);
	b = told(f, 'e', "00000000000000ff", 0, &err);
	shown_is_plain(&b);
	shown_has(&b, "tshark -r day1.pcap -Y ''\n");
	buf_free(&b);
	b = told(f, 'l', "www.example.com", 0, &err);
	shown_is_plain(&b);
	shown_has(&b, "g\\x1b[31mh");
	buf_free(&b);
}

static void
look_up(void **state)
{
	struct fill *f = *state;
	struct err err;
	struct buf b;

	shown_fill(f, false);
	b = told(f, 'l', "www.EXAMPLE.com", 0, &err);
	shown_has(&b, "  www.example.com A 192.0.2.10\n      from 10.0.0.53 (resolver), TTL 120, 2 times\n"
	    "      2025-12-31 23:59:50 to 2026-01-01 00:00:20 at tap1\n");
	shown_has(&b, "  www.example.com A 198.51.100.7\n      from 10.0.0.53 (resolver), TTL 300, 1 time\n");
	buf_free(&b);
	b = told(f, 'l', "198.51.100.7", 0, &err);
	shown_has(&b, "www.example.com A 198.51.100.7");
	shown_lacks(&b, "192.0.2.10");
	buf_free(&b);
	b = told(f, 'l', "2001:DB8::7", 0, &err);
	shown_has(&b, "Answers that hold 2001:db8::7\n  none was seen\n");
	buf_free(&b);
}

static struct buf
packets_of(const struct fill *f, const char *what, int64_t want)
{
	struct reader *rd = shown_reader(f);
	struct out o = { 0 };
	struct err err = { 0 };
	int64_t n;

	if (explain_pcap(rd, what, &o, &n, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(n, want);
	reader_close(rd);
	return o.buf;
}

static void
packets_as_classic_pcap(void **state)
{
	struct fill *f = *state;
	struct pcap_pkthdr *head;
	const unsigned char *bytes;
	char name[250], why[PCAP_ERRBUF_SIZE];
	struct reader *rd;
	struct out o = { 0 };
	struct err err;
	int64_t n;
	struct buf b;
	pcap_t *p;
	FILE *file;

	shown_fill(f, false);
	b = packets_of(f, "10.0.0.5", 2);
	snprintf(name, sizeof(name), "%s/x.pcap", f->dir);
	file = fopen(name, "wb");
	assert_int_equal(fwrite(b.p, 1, b.len, file), b.len);
	fclose(file);
	buf_free(&b);
	p = pcap_open_offline(name, why);
	assert_non_null(p);
	assert_int_equal(pcap_datalink(p), DLT_EN10MB);
	assert_int_equal(pcap_next_ex(p, &head, &bytes), 1);
	assert_true(head->ts.tv_sec == FILL_T / TM_SEC - 10 && head->ts.tv_usec == 0);
	assert_true(head->caplen == 15 && head->len == 1514 && bytes[14] == 0x45);
	assert_int_equal(pcap_next_ex(p, &head, &bytes), 1);
	assert_int_equal(head->ts.tv_sec, FILL_T / TM_SEC + 900);
	assert_int_equal(pcap_next_ex(p, &head, &bytes), PCAP_ERROR_BREAK);
	pcap_close(p);
	rd = shown_reader(f);
	assert_int_equal(explain_pcap(rd, "10.9.9.9", &o, &n, &err), ST_ESYNTAX);
	assert_non_null(strstr(err.text, "10.9.9.9: no packet is kept"));
	assert_int_equal(o.buf.len, 0);
	reader_close(rd);
}

static uint32_t
le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Two link types: block types, lengths at both ends, link types and times by the pcapng draft, sections 3 and 4. */
static void
packets_as_pcapng(void **state)
{
	static const struct { uint32_t type, length; } want[] = { { 0x0a0d0d0a, 28 }, { 1, 20 }, { 1, 20 }, { 6, 48 }, { 6, 36 }, { 6, 48 } };
	struct fill *f = *state;
	struct store *st;
	struct buf b;
	size_t at = 0;

	shown_fill(f, false);
	st = fill_open(f->path);
	fill_begin(st);
	fill_run(st);
	store_frame(st, &(struct row_frame){ .id = 3, .source = 1, .t = FILL_T, .number = 1, .link = 113, .wire = 3, .bytes = "abc", .have = 3 });
	store_evidence(st, &(struct row_evidence){ .finding = "0123456789abcdef", .seq = 3, .at = FILL_T, .ttl = -1, .expires = TM_NONE,
	    .frame = 3, .flow = -1 });
	fill_commit(st);
	store_close(st);
	b = packets_of(f, "0123", 3);
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		assert_true(at + want[i].length <= b.len);
		assert_int_equal(le32(b.p + at), want[i].type);
		assert_int_equal(le32(b.p + at + 4), want[i].length);
		assert_int_equal(le32(b.p + at + want[i].length - 4), want[i].length);
		if (i == 1 || i == 2)
			assert_int_equal(le32(b.p + at + 8) & 0xffff, i == 1 ? 1 : 113);
		if (i == 4) {
			assert_int_equal(le32(b.p + at + 8), 1);	/* the second interface */
			assert_true(((uint64_t)le32(b.p + at + 12) << 32 | le32(b.p + at + 16)) == (uint64_t)FILL_T);
			assert_int_equal(le32(b.p + at + 20), 3);
			assert_memory_equal(b.p + at + 28, "abc\0", 4);
		}
		at += want[i].length;
	}
	assert_int_equal(at, b.len);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FILL_TEST(a_finding_s_story),
		FILL_TEST(what_is_not_there),
		FILL_TEST(a_long_time_line),
		FILL_TEST(hostile_content),
		FILL_TEST(look_up),
		FILL_TEST(packets_as_classic_pcap),
		FILL_TEST(packets_as_pcapng),
	};

	return cmocka_run_group_tests_name("report/explain", tests, NULL, NULL);
}
