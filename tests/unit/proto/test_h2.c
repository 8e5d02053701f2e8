/* Frames by hand, header blocks by hand or by nghttp2's compressor. */
#include "doh_got.h"
#include "proto/h2.h"
#include "proto/hpack_int.h"

static struct why_counts why;

struct wire { size_t n; uint8_t b[400000]; };

static void
put(struct wire *w, const void *p, size_t n)
{
	assert_true(w->n + n <= sizeof(w->b));
	memcpy(w->b + w->n, p, n);
	w->n += n;
}

enum { DATA = 0, HEADERS = 1, PRIORITY = 2, RST = 3, SETTINGS = 4, PUSH = 5, PING = 6, GOAWAY = 7, WINDOW = 8, CONT = 9 };
enum { END_STREAM = 1, END_HEADERS = 4, PADDED = 8, WITH_PRIORITY = 0x20 };

static void
frame(struct wire *w, unsigned type, unsigned flags, uint32_t id, const void *p, size_t n)
{
	uint8_t h[9] = { (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n, (uint8_t)type, (uint8_t)flags, (uint8_t)(id >> 24),
		(uint8_t)(id >> 16), (uint8_t)(id >> 8), (uint8_t)id };

	put(w, h, sizeof(h));
	put(w, p, n);
}

/* A literal field that no table keeps (RFC 7541 6.2.2), with a new name. */
static void
literal(struct wire *w, const char *name, const char *value)
{
	uint8_t n = (uint8_t)strlen(name), m = (uint8_t)strlen(value);

	put(w, "\0", 1);
	put(w, &n, 1);
	put(w, name, n);
	put(w, &m, 1);
	put(w, value, m);
}

static void
preface(struct wire *w)
{
	put(w, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24);
	frame(w, SETTINGS, 0, 0, "\0\x01\0\0\x10\0", 6);
}

static struct wire block;

static void
post_head(struct wire *w, uint32_t id, unsigned flags)
{
	block.n = 0;
	literal(&block, ":method", "POST");
	literal(&block, ":path", "/dns-query");
	literal(&block, ":authority", "Dns.Example");
	literal(&block, "content-type", "application/dns-message");
	frame(w, HEADERS, END_HEADERS | flags, id, block.b, block.n);
}

static void
answer_head(struct wire *w, uint32_t id, const char *age)
{
	block.n = 0;
	literal(&block, ":status", "200");
	literal(&block, "content-type", "application/dns-message");
	literal(&block, "age", age);
	frame(w, HEADERS, END_HEADERS, id, block.b, block.n);
}

/* Give a side in pieces. */
static void
feed(struct h2 *h, int side, const uint8_t *p, size_t n, size_t step, const struct http_sink *sink)
{
	size_t from = 0, to = 0;

	while (to < n) {
		to += step < n - to ? step : n - to;
		from += h2_data(h, side, p + from, to - from, true, sink);
		assert_true(from <= to);
	}
}

static void
rfc_7541_through_our_eyes(void **state)
{
	/* C.4.1 to C.4.3: three requests, each with what the ones before it put into the table */
	struct bytes b[3] = { hex("828684418cf1e3c2e5f23a6ba0ab90f4ff"), hex("828684be5886a8eb10649cbf"),
		hex("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf") };
	struct hpack k = { .joined = false };
	struct doh_head h;

	(void)state;
	for (int i = 0; i < 3; i++) {
		doh_head_begin(&h);
		assert_true(hpack_block(&k, b[i].b, b[i].n, &h));
		assert_string_equal(h.name, "www.example.com");
		assert_true(h.request);
		assert_false(h.lost);
	}
	/* joined after the first: what the others say of it is not known, what they say themselves is */
	hpack_forget(&k);
	doh_head_begin(&h);
	assert_true(hpack_block(&k, b[1].b, b[1].n, &h));
	assert_true(h.lost);
	assert_string_equal(h.name, "");
	assert_int_equal(nghttp2_hd_inflate_get_num_table_entries(k.inf) - 61, 1 + (4096 - 53) / 33);
	doh_head_begin(&h);
	assert_true(hpack_block(&k, b[2].b, b[2].n, &h));
	assert_true(h.lost);
	/* C.6.1: a response */
	hpack_forget(&k);
	k.joined = false;
	b[0] = hex("488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3");
	doh_head_begin(&h);
	assert_true(hpack_block(&k, b[0].b, b[0].n, &h));
	assert_int_equal(h.status, 302);
	hpack_forget(&k);
}

static void
exchange(struct wire *c, struct wire *s)
{
	struct bytes q = hex(RFC8484_QUERY), a = hex(RFC8484_ANSWER);

	c->n = s->n = 0;
	preface(c);
	post_head(c, 1, 0);
	frame(c, DATA, 0, 1, q.b, 10);
	frame(c, PING, 0, 0, "12345678", 8);
	frame(c, DATA, END_STREAM, 1, q.b + 10, q.n - 10);
	block.n = 0;
	literal(&block, ":method", "GET");
	literal(&block, ":path", "/dns-query?dns=" RFC8484_GET);
	literal(&block, ":authority", "dns.example");
	frame(c, HEADERS, END_HEADERS | END_STREAM, 3, block.b, block.n);
	frame(c, RST, 0, 3, "\0\0\0\x08", 4);		/* too late: the answer comes all the same */
	frame(s, SETTINGS, 0, 0, "", 0);
	frame(s, SETTINGS, 1, 0, "", 0);
	block.n = 0;
	literal(&block, ":status", "103");
	frame(s, HEADERS, END_HEADERS, 1, block.b, block.n);
	answer_head(s, 1, "5");
	frame(s, DATA, 0, 1, a.b, a.n);
	block.n = 0;
	literal(&block, "server-timing", "x");
	frame(s, HEADERS, END_HEADERS | END_STREAM, 1, block.b, block.n);	/* trailers */
	/* what is pushed is nobody's question, but its fields are in the table from here on */
	frame(s, PUSH, END_HEADERS, 3, "\0\0\0\2" "\x82\x40\x03" "age\x02" "77", 4 + 9);
	block.n = 0;
	literal(&block, ":status", "200");
	literal(&block, "content-type", "application/dns-message");
	put(&block, "\xbe", 1);
	frame(s, HEADERS, END_HEADERS, 3, block.b, block.n);
	frame(s, DATA, END_STREAM, 3, a.b, a.n);
	frame(s, GOAWAY, 0, 0, "\0\0\0\0\0\0\0\0", 8);
}

static struct wire c, s;

static void
split_anywhere(void **state)
{
	struct bytes q = hex(RFC8484_QUERY);

	(void)state;
	exchange(&c, &s);
	for (size_t step = 1; step < 400; step++) {
		static struct got g;
		struct http_sink sink = got_sink(&g);
		struct h2 *h = h2_new(&why);

		feed(h, 0, c.b, c.n, step, &sink);
		assert_string_equal(g.text, "0=dns.example; 0:33; 0:33; ");
		assert_memory_equal(g.last, q.b, 33);
		sink = got_sink(&g);
		feed(h, 1, s.b, s.n, step, &sink);
		assert_string_equal(g.text, "1:61 -5; 1:61 -77; ");
		h2_free(h);
	}
	assert_int_equal(why.n[WHY_H2_BAD] + why.n[WHY_H2_HEADERS_LOST] + why.n[WHY_H2_LIMIT], 0);
}

/* A frame with padding, and, for HEADERS, a priority. */
static void
padded(struct wire *w, unsigned type, unsigned flags, uint32_t id, const uint8_t *p, size_t n, uint8_t pad)
{
	static struct wire x;
	static const uint8_t zeros[256];

	x.n = 0;
	put(&x, &pad, 1);
	if (type == HEADERS)
		put(&x, "\x80\0\0\0\x10", 5);
	put(&x, p, n);
	put(&x, zeros, pad);
	frame(w, type, flags | PADDED | (type == HEADERS ? WITH_PRIORITY : 0), id, x.b, x.n);
}

static void
sixty_kilobytes_with_padding_and_continuation(void **state)
{
	static struct msg a;
	static struct got g;
	struct http_sink sink = got_sink(&g);

	(void)state;
	a = answer_of(3800);
	s.n = 0;
	frame(&s, SETTINGS, 0, 0, "", 0);
	block.n = 0;
	literal(&block, ":status", "200");
	literal(&block, "content-type", "application/dns-message");
	literal(&block, "cache-control", "max-age=77");
	padded(&s, HEADERS, 0, 1, block.b, 5, 200);
	for (size_t at = 5; at < block.n; at += 7)
		frame(&s, CONT, at + 7 >= block.n ? END_HEADERS : 0, 1, block.b + at, block.n - at < 7 ? block.n - at : 7);
	for (size_t at = 0; at < a.n; at += 9000)
		padded(&s, DATA, 0, 1, a.b + at, a.n - at < 9000 ? a.n - at : 9000, (uint8_t)(at / 300));
	padded(&s, DATA, END_STREAM, 1, a.b, 0, 255);
	for (size_t step = 1; step < 20000; step = step * 3 + 1) {
		struct h2 *h = h2_new(&why);

		sink = got_sink(&g);
		feed(h, 1, s.b, s.n, step, &sink);
		assert_string_equal(g.text, "1:60833 <77; ");
		assert_memory_equal(g.last, a.b, a.n);
		h2_free(h);
	}
}

static void
a_hundred_streams_at_once(void **state)
{
	static struct got g;
	struct http_sink sink = got_sink(&g);
	struct h2 *h = h2_new(&why);
	struct msg a[100];

	(void)state;
	s.n = 0;
	frame(&s, SETTINGS, 0, 0, "", 0);
	for (uint32_t i = 0; i < 100; i++) {
		a[i] = answer_of(i + 1);
		answer_head(&s, 2 * i + 1, "0");
	}
	for (size_t at = 0; at < 2000; at += 13)		/* 13 bytes of each in turn */
		for (uint32_t i = 0; i < 100; i++)
			if (at < a[i].n)
				frame(&s, DATA, at + 13 >= a[i].n, 2 * i + 1, a[i].b + at, a[i].n - at < 13 ? a[i].n - at : 13);
	feed(h, 1, s.b, s.n, 1460, &sink);
	assert_int_equal(g.messages, 100);
	assert_memory_equal(g.text, "1:49; 1:65; 1:81; 1:97; ", 24);
	assert_int_equal(why.n[WHY_H2_LIMIT], 0);
	h2_free(h);
}

static char *
number(char *text, unsigned v)
{
	snprintf(text, 16, "%u", v);
	return text;
}

static nghttp2_nv
pair(char *name, char *value)
{
	return (nghttp2_nv){ (uint8_t *)name, (uint8_t *)value, strlen(name), strlen(value), 0 };
}

/* From the middle, segment by segment: bodies by their looks; of header fields those that can be known, and never a wrong one. */
static void
joined_in_the_middle(void **state)
{
	nghttp2_hd_deflater *deflater;
	static struct got g;
	struct http_sink sink = got_sink(&g);
	struct h2 *h = h2_new(&why);
	struct bytes a = hex(RFC8484_ANSWER);
	unsigned known = 0;

	(void)state;
	assert_int_equal(nghttp2_hd_deflate_new(&deflater, 4096), 0);
	for (uint32_t i = 0; i < 300; i++) {
		static char names[][16] = { ":status", "content-type", "age", "x-request" }, status[] = "200",
		    type[] = "application/dns-message";
		char age[16], other[16], want[64];
		nghttp2_nv nv[] = { pair(names[0], status), pair(names[1], type),
			pair(names[2], number(age, 1000 + i % 40)), pair(names[3], number(other, i * 7919)) };
		uint8_t buf[1024];
		ssize_t n = nghttp2_hd_deflate_hd(deflater, buf, sizeof(buf), nv, 4);

		assert_true(n > 0);
		s.n = 0;
		frame(&s, HEADERS, END_HEADERS, 2 * i + 1, buf, (size_t)n);
		frame(&s, DATA, END_STREAM, 2 * i + 1, a.b, a.n);
		if (i < 100)
			continue;
		g.n = 0;
		assert_int_equal(h2_data(h, 1, s.b, s.n, false, &sink), s.n);
		snprintf(want, sizeof(want), "1:61 -%u; ", 1000 + i % 40);
		if (strcmp(g.text, "1:61; ") != 0) {
			assert_string_equal(g.text, want);
			known++;
		}
		assert_true(i < 200 || strcmp(g.text, want) == 0);	/* and after a while all of them */
	}
	assert_true(known >= 100);
	assert_int_equal(why.n[WHY_H2_HEADERS_LOST], 0);
	nghttp2_hd_deflate_del(deflater);
	h2_free(h);
}

static void
a_hole_inside_a_frame_and_a_larger_one(void **state)
{
	static struct got g;
	static struct msg a;
	struct http_sink sink = got_sink(&g);
	struct h2 *h = h2_new(&why);
	struct bytes small = hex(RFC8484_ANSWER);
	size_t head;

	(void)state;
	memset(&why, 0, sizeof(why));
	a = answer_of(100);
	s.n = 0;
	answer_head(&s, 1, "0");
	head = s.n;
	frame(&s, DATA, END_STREAM, 1, a.b, a.n);
	answer_head(&s, 3, "0");
	frame(&s, DATA, END_STREAM, 3, small.b, small.n);
	feed(h, 1, s.b, head + 9 + 500, 1460, &sink);
	h2_gap(h, 1, 0, 300, &sink);
	feed(h, 1, s.b + head + 809, s.n - head - 809, 1460, &sink);
	assert_string_equal(g.text, "1:1633/500; 1:61; ");
	assert_int_equal(why.n[WHY_H2_HEADERS_LOST], 0);
	/* beyond the frame: found again where a segment begins with frames */
	h2_gap(h, 1, 0, 5000, &sink);
	assert_int_equal(why.n[WHY_H2_HEADERS_LOST], 1);
	assert_int_equal(h2_data(h, 1, (const uint8_t *)"\x01\x02\x03 rest of a frame", 19, false, &sink), 19);
	s.n = 0;
	frame(&s, DATA, END_STREAM, 5, small.b, small.n);
	assert_int_equal(h2_data(h, 1, s.b, s.n, false, &sink), s.n);
	assert_string_equal(g.text, "1:1633/500; 1:61; 1:61; ");
	/* inside a header block: its stream goes on by looks, and the blocks after it are read */
	s.n = 0;
	answer_head(&s, 7, "3");
	assert_int_equal(h2_data(h, 1, s.b, 20, false, &sink), 20);
	h2_gap(h, 1, 0, (uint32_t)s.n - 20, &sink);
	s.n = 0;
	frame(&s, DATA, END_STREAM, 7, small.b, small.n);
	answer_head(&s, 9, "4");
	frame(&s, DATA, END_STREAM, 9, small.b, small.n);
	assert_int_equal(h2_data(h, 1, s.b, s.n, false, &sink), s.n);
	assert_string_equal(g.text, "1:1633/500; 1:61; 1:61; 1:61; 1:61 -4; ");
	assert_int_equal(why.n[WHY_H2_HEADERS_LOST], 2);
	assert_int_equal(why.n[WHY_H2_BAD], 0);
	h2_free(h);
}

static void
more_streams_than_are_kept(void **state)
{
	static struct got g;
	struct http_sink sink = got_sink(&g);
	struct h2 *h = h2_new(&why);
	struct bytes a = hex(RFC8484_ANSWER);

	(void)state;
	memset(&why, 0, sizeof(why));
	for (uint32_t i = 0; i < 1000; i++) {
		s.n = 0;
		answer_head(&s, 2 * i + 1, "0");
		frame(&s, DATA, 0, 2 * i + 1, a.b, a.n - 1);
		feed(h, 1, s.b, s.n, 5000, &sink);
		assert_true(h2_bytes(h) < 400000);
	}
	assert_int_equal(why.n[WHY_H2_LIMIT], 1000 - H2_STREAMS);
	s.n = 0;
	for (uint32_t i = 1000 - H2_STREAMS; i < 1000; i++)
		frame(&s, DATA, END_STREAM, 2 * i + 1, a.b + a.n - 1, 1);
	feed(h, 1, s.b, s.n, 5000, &sink);
	assert_int_equal(g.messages, H2_STREAMS);
	h2_free(h);
}

static void
bad_frames(void **state)
{
	static struct got g;
	struct http_sink sink = got_sink(&g);
	struct bytes a = hex(RFC8484_ANSWER);
	struct h2 *h = h2_new(&why);

	(void)state;
	memset(&why, 0, sizeof(why));
	s.n = 0;
	frame(&s, SETTINGS, 0, 0, "", 0);
	frame(&s, DATA, PADDED, 1, "\x05xyz", 4);		/* more padding than there is */
	frame(&s, HEADERS, PADDED | END_HEADERS, 1, "", 0);	/* no room for its length */
	frame(&s, CONT, END_HEADERS, 1, "x", 1);		/* of nothing */
	frame(&s, HEADERS, 0, 1, "\x88", 1);			/* not continued */
	frame(&s, DATA, END_STREAM, 3, a.b, a.n);
	frame(&s, 0xbb, 0xff, 9, "unknown", 7);
	answer_head(&s, 5, "2");
	frame(&s, DATA, END_STREAM, 5, a.b, a.n);
	feed(h, 1, s.b, s.n, 1460, &sink);
	assert_string_equal(g.text, "1:61; 1:61 -2; ");
	assert_int_equal(why.n[WHY_H2_BAD], 3);
	s.n = 0;
	frame(&s, DATA, 0, 0, "x", 1);				/* of no stream: no frame is believed here any more */
	feed(h, 1, s.b, s.n, 1460, &sink);
	assert_int_equal(why.n[WHY_H2_BAD], 4);
	h2_free(h);
}

/* An endless header block, blocks that cannot be read, a table that is made as large as it may: bounded. */
static void
hostile_header_blocks(void **state)
{
	static uint8_t junk[16384];
	static struct got g;
	struct http_sink sink = got_sink(&g);
	struct h2 *h = h2_new(&why);
	size_t most = 0;

	(void)state;
	memset(&why, 0, sizeof(why));
	s.n = 0;
	frame(&s, HEADERS, 0, 1, junk, sizeof(junk));
	feed(h, 1, s.b, s.n, s.n, &sink);
	s.n = 0;
	frame(&s, CONT, 0, 1, junk, sizeof(junk));
	for (int i = 0; i < 1000; i++) {
		feed(h, 1, s.b, s.n, s.n, &sink);
		most = most > h2_bytes(h) ? most : h2_bytes(h);
	}
	assert_true(most < 300000);
	s.n = 0;
	frame(&s, CONT, END_HEADERS, 1, junk, 1);
	for (uint32_t i = 0; i < 1000; i++)
		frame(&s, HEADERS, END_HEADERS, 2 * i + 3, "\xff\xff\xff\xff\xff\xff\xff", 7);
	feed(h, 1, s.b, s.n, 5000, &sink);
	assert_int_equal(why.n[WHY_H2_HEADERS_LOST], 1001);
	h2_free(h);
	h = h2_new(&why);
	s.n = 0;
	frame(&s, HEADERS, END_HEADERS, 1, "\x3f\xe1\xff\x03", 4);		/* table size 65536 */
	block.n = 0;
	for (uint32_t i = 0; i < 3000; i++)
		put(&block, "\x40\x01" "a\x00", 4);
	frame(&s, HEADERS, END_HEADERS, 3, block.b, block.n);
	feed(h, 1, s.b, s.n, 5000, &sink);
	assert_true(h2_bytes(h) < 400000);
	h2_free(h);
}

/* Senders whose table is larger than usual say so themselves. */
static void
a_larger_table(void **state)
{
	static char name[] = "x-a-long-name", last[] = "age", seconds[] = "33", value[200];
	nghttp2_hd_deflater *deflater;
	struct hpack k = { .joined = false };
	struct doh_head h;
	uint8_t buf[1024];
	ssize_t n;

	(void)state;
	assert_int_equal(nghttp2_hd_deflate_new(&deflater, 16384), 0);
	assert_int_equal(nghttp2_hd_deflate_change_table_size(deflater, 16384), 0);
	for (int i = 0; i < 60; i++) {				/* the first is still there after 12000 bytes of others */
		nghttp2_nv nv[] = { pair(name, value), pair(last, seconds) };

		memset(value, 'a' + i % 26, 150);
		n = nghttp2_hd_deflate_hd(deflater, buf, sizeof(buf), nv, i == 0 || i == 59 ? 2 : 1);
		assert_true(n > 0);
		doh_head_begin(&h);
		assert_true(hpack_block(&k, buf, (size_t)n, &h));
	}
	assert_int_equal(h.less, 33);
	hpack_forget(&k);
	nghttp2_hd_deflate_del(deflater);
}

/* A field of 4000 bytes once, then a reference to it a thousand times: the first of them are read, the rest is known to be lost. */
static void
a_block_that_says_the_same_for_ever(void **state)
{
	struct hpack k = { .joined = false };
	struct doh_head h;
	uint8_t more[1000];

	(void)state;
	block.n = 0;
	put(&block, "\x44\x7f\xa1\x1e", 4);			/* :path, 4000 bytes, into the table */
	for (int i = 0; i < 4000; i++)
		put(&block, "/", 1);
	memset(more, 0xbe, sizeof(more));
	doh_head_begin(&h);
	assert_true(hpack_block(&k, block.b, block.n, &h));
	assert_true(h.request && !h.lost);
	doh_head_begin(&h);
	assert_true(hpack_block(&k, more, 60, &h));
	assert_false(h.lost);
	doh_head_begin(&h);
	assert_true(hpack_block(&k, more, sizeof(more), &h));
	assert_true(h.lost);
	hpack_forget(&k);
}

static void
how_frames_look(void **state)
{
	uint8_t noise[100];
	unsigned r = 7, passed = 0;

	(void)state;
	s.n = 0;
	preface(&s);
	for (size_t n = 1; n <= 30; n++)
		assert_int_equal(h2_begins(s.b, n), n < 24 ? -1 : 1);
	assert_int_equal(h2_begins((const uint8_t *)"POST / HTTP/2.0\r\n\r\nSM\r\n\r\n", 25), 0);
	assert_int_equal(h2_goes_on(s.b + 24, 15), 1);
	assert_int_equal(h2_goes_on(s.b + 24, 14), 0);		/* of no stream, and cut */
	for (size_t n = 1; n < 9; n++)
		assert_int_equal(h2_goes_on(s.b + 24, n), -1);
	for (int i = 0; i < 2000000; i++) {
		for (size_t b = 0; b < sizeof(noise); b++)
			noise[b] = (uint8_t)(rand_r(&r) >> 7);
		passed += h2_goes_on(noise, sizeof(noise)) > 0;
	}
	assert_int_equal(passed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_7541_through_our_eyes),
		cmocka_unit_test(split_anywhere),
		cmocka_unit_test(sixty_kilobytes_with_padding_and_continuation),
		cmocka_unit_test(a_hundred_streams_at_once),
		cmocka_unit_test(joined_in_the_middle),
		cmocka_unit_test(a_hole_inside_a_frame_and_a_larger_one),
		cmocka_unit_test(more_streams_than_are_kept),
		cmocka_unit_test(bad_frames),
		cmocka_unit_test(hostile_header_blocks),
		cmocka_unit_test(a_larger_table),
		cmocka_unit_test(a_block_that_says_the_same_for_ever),
		cmocka_unit_test(how_frames_look),
	};

	return cmocka_run_group_tests_name("proto/h2", tests, NULL, NULL);
}
