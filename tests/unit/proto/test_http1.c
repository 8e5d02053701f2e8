#include "doh_got.h"
#include "proto/http1.h"

static struct why_counts why;

/* Append text, or a message, to a stream. */
struct stream_bytes { size_t n; char b[200000]; };

static void
add_text(struct stream_bytes *x, const char *text)
{
	memcpy(x->b + x->n, text, strlen(text));
	x->n += strlen(text);
}

static void
add_bytes(struct stream_bytes *x, const void *p, size_t n)
{
	memcpy(x->b + x->n, p, n);
	x->n += n;
}

static void
feed(struct http1 *h, int side, const void *p, size_t n, size_t step, const struct http_sink *sink)
{
	const uint8_t *b = p;
	size_t from = 0, to = 0;

	while (to < n) {
		to += step < n - to ? step : n - to;
		from += http1_data(h, side, b + from, to - from, sink);
		assert_true(from <= to);
	}
}

static void
say(struct http1 *h, int side, const char *text, size_t step, const struct http_sink *sink)
{
	feed(h, side, text, strlen(text), step, sink);
}

static struct stream_bytes ask, tell;

/* POST, GET, a page, HEAD, and their responses: with a length, in chunks, without a body, until the end. */
static void
conversation(void)
{
	struct bytes q = hex(RFC8484_QUERY), a = hex(RFC8484_ANSWER);
	char size[64];

	ask.n = tell.n = 0;
	add_text(&ask, "POST /dns-query HTTP/1.1\r\nHost: dns.example\r\ncontent-type: application/dns-message\r\nContent-Length: 33\r\n\r\n");
	add_bytes(&ask, q.b, q.n);
	add_text(&ask, "GET /dns-query?dns=" RFC8484_GET " HTTP/1.1\r\nHost: DNS.example:80\r\n\r\n");
	add_text(&ask, "HEAD / HTTP/1.1\r\nHost: www.example\r\n\r\n");
	add_text(&ask, "PUT /x HTTP/1.1\nHost: www.example\nContent-Length: 5\n\nGET /"
	    "GET /y HTTP/1.1\r\nHost: www.example\r\n\r\n");
	add_text(&tell, "HTTP/1.1 100 Continue\r\n\r\n");
	add_text(&tell, "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nContent-Length: 61\r\nAge: 9\r\n"
	    "Cache-Control: max-age=3709\r\n\r\n");
	add_bytes(&tell, a.b, a.n);
	add_text(&tell, "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nTransfer-Encoding: chunked\r\n\r\n");
	snprintf(size, sizeof(size), "14;ext=1\r\n");
	add_text(&tell, size);
	add_bytes(&tell, a.b, 20);
	add_text(&tell, "\r\n29\r\n");
	add_bytes(&tell, a.b + 20, 41);
	add_text(&tell, "\r\n0\r\nTrailer: x\r\n\r\n");
	add_text(&tell, "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nContent-Length: 61\r\n\r\n");	/* HEAD */
	add_text(&tell, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nHTTP/1.1 200");
	add_text(&tell, "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\n\r\n");
	add_bytes(&tell, a.b, a.n);
}

static void
split_anywhere(void **state)
{
	static struct got g;
	struct bytes a = hex(RFC8484_ANSWER);

	(void)state;
	conversation();
	for (size_t step = 1; step < 500; step += step < 100 ? 1 : 37) {
		struct http_sink sink = got_sink(&g);
		struct http1 h;

		http1_begin(&h, &why);
		feed(&h, 0, ask.b, ask.n, step, &sink);
		assert_string_equal(g.text, "0=dns.example; 0:33; 0:33; 0=www.example; ");
		sink = got_sink(&g);
		feed(&h, 1, tell.b, tell.n, step, &sink);
		http1_fin(&h, 1, &sink);
		assert_string_equal(g.text, "1:61 -9 <3709; 1:61; 1:61; ");
		assert_memory_equal(g.last, a.b, 61);
		assert_false(h.dull);
		http1_end(&h);
	}
	assert_int_equal(why.n[WHY_HTTP_BAD], 0);
}

static void
holes(void **state)
{
	static struct got g;
	struct http_sink sink = got_sink(&g);
	struct bytes a = hex(RFC8484_ANSWER);
	struct http1 h;
	size_t head;

	(void)state;
	conversation();
	http1_begin(&h, &why);
	feed(&h, 0, ask.b, ask.n, 1000, &sink);
	sink = got_sink(&g);
	head = (size_t)((char *)memmem(tell.b, tell.n, "\r\n\r\n\0", 5) - tell.b) + 4;	/* of the first with a body */
	feed(&h, 1, tell.b, head + 40, 1000, &sink);
	http1_gap(&h, 1, 0, 11, &sink);				/* inside the body: what follows is known */
	feed(&h, 1, tell.b + head + 51, tell.n - head - 51, 1000, &sink);
	http1_fin(&h, 1, &sink);
	assert_string_equal(g.text, "1:61/40 -9 <3709; 1:61; 1:61; ");
	http1_end(&h);
	/* a hole beyond it: the next head at the beginning of a segment */
	sink = got_sink(&g);
	http1_begin(&h, &why);
	say(&h, 0, "HEAD / HTTP/1.1\r\n\r\n", 1000, &sink);		/* its response is in the hole */
	feed(&h, 0, ask.b, 30, 1000, &sink);
	http1_gap(&h, 0, 30, 500, &sink);
	say(&h, 0, "some rest", 1000, &sink);
	say(&h, 0, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", 1000, &sink);
	say(&h, 1, "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nContent-Length: 61\r\n\r\n", 1000, &sink);
	feed(&h, 1, a.b, 61, 1000, &sink);
	assert_string_equal(g.text, "0=a.example; 1:61; ");
	http1_end(&h);
}

static void
what_is_dull(void **state)
{
	static const char *const rows[] = {
		"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n",
		"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		static struct got g;
		struct http_sink sink = got_sink(&g);
		struct http1 h;

		http1_begin(&h, &why);
		feed(&h, 0, rows[i], strlen(rows[i]), 1000, &sink);
		assert_true(h.dull);
		http1_end(&h);
	}
}

static void
upgraded(void **state)
{
	static const char yes[] = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nframes",
	    pri[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
	static struct got g;
	struct http_sink sink = got_sink(&g);
	struct http1 h;

	(void)state;
	http1_begin(&h, &why);
	assert_int_equal(http1_data(&h, 1, (const uint8_t *)yes, sizeof(yes) - 1, &sink), sizeof(yes) - 7);
	assert_true(h.upgraded);
	http1_end(&h);
	http1_begin(&h, &why);
	for (size_t n = 1; n < 14; n++)
		assert_int_equal(http1_data(&h, 0, (const uint8_t *)pri, n, &sink), 0);
	assert_false(h.upgraded);
	assert_int_equal(http1_data(&h, 0, (const uint8_t *)pri, 14, &sink), 0);
	assert_true(h.upgraded);
	http1_end(&h);
}

/* A head that never ends, a chunk size that is none, a line too long: passed over, counted, nothing is kept. */
static void
bad_and_endless(void **state)
{
	static struct got g;
	struct http_sink sink = got_sink(&g);
	static char endless[HTTP1_HEAD_MAX + 2];
	struct http1 h;
	uint64_t before = why.n[WHY_HTTP_BAD];

	(void)state;
	memset(endless, 'x', sizeof(endless));
	memcpy(endless, "GET /", 5);
	http1_begin(&h, &why);
	assert_int_equal(http1_data(&h, 0, (uint8_t *)endless, HTTP1_HEAD_MAX, &sink), 0);
	assert_int_equal(http1_data(&h, 0, (uint8_t *)endless, HTTP1_HEAD_MAX + 1, &sink), HTTP1_HEAD_MAX + 1);
	assert_int_equal(why.n[WHY_HTTP_BAD], ++before);
	say(&h, 0, "GET /x\r\n\r\n", 1000, &sink);		/* HTTP/0.9 */
	assert_int_equal(why.n[WHY_HTTP_BAD], ++before);
	say(&h, 1, "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 9, &sink);
	assert_int_equal(why.n[WHY_HTTP_BAD], ++before);
	assert_true(h.dir[1].lost);
	assert_string_equal(g.text, "");
	http1_end(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(split_anywhere),
		cmocka_unit_test(holes),
		cmocka_unit_test(what_is_dull),
		cmocka_unit_test(upgraded),
		cmocka_unit_test(bad_and_endless),
	};

	return cmocka_run_group_tests_name("proto/http1", tests, NULL, NULL);
}
