/* A finding's drawing: what is in it, how much of it, and that nothing stored can break it. */
#include "shown.h"

#include "report/svg.h"

static struct buf
drawn(const struct fill *f, const char *id)
{
	const struct report_opts opts = { .since = TM_NONE, .until = TM_NONE };
	struct reader *rd = shown_reader(f);
	struct out o = { 0 };
	struct err err = { 0 };

	if (svg_finding(rd, &opts, id, &o, &err) < 0 || out_end(&o, &err) < 0)
		fail_msg("%s", err.text);
	reader_close(rd);
	shown_wide(&o.buf);
	return o.buf;
}

/* How many subpaths the paths of a class have. */
static int
marks(struct buf *b, const char *class)
{
	char want[40];
	int n = 0;

	snprintf(want, sizeof(want), "<path class=\"%s\"", class);
	for (const char *p = strstr(buf_cstr(b), want); p != NULL; p = strstr(p + 1, want))
		for (const char *q = p + 5; *q != '>'; q++)
			n += *q == 'M';
	return n;
}

/* So many flows from FILL_T + 1000 s on, a second apart; each third was refused. */
static void
add_flows(const struct fill *f, const char *finding, int n, int stale)
{
	struct store *st = fill_open(f->path);

	fill_begin(st);
	fill_run(st);
	for (int i = 0; i < n; i++)
		store_flow(st, &(struct row_flow){ .id = 100 + i, .finding = finding, .started = FILL_T + (1000 + i) * TM_SEC, .ended = TM_NONE,
		    .client = "10.0.0.5", .server = "192.0.2.10", .client_port = 1000 + i, .port = 443, .stale = stale, .cause = CAUSE_APP_CACHE,
		    .confidence = CONF_CERTAIN, .gap_us = INT64_MIN, .outcome = i % 3 == 0 ? "refused" : "established" });
	fill_commit(st);
	store_close(st);
}

static void
what_is_drawn(void **state)
{
	static const char *const words[] = { "<title>Time line of 10.0.0.5 and 192.0.2.10</title>", "Retired 2026-01-01 00:00:00",
		"last told the address 2025-12-31 23:59:50", ">retired 2026-01-01 00:00:00<", ">legit until 2026-01-01 00:05:00<", ">TTL 120<", ">3 draining<",
		">24 stale<", "2025-12-31 UTC" };
	struct fill *f = *state;
	struct buf b;

	shown_fill(f, false);
	b = drawn(f, "0123456789abcdef");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		shown_has(&b, words[i]);
	assert_int_equal(marks(&b, "d"), 1);
	assert_int_equal(marks(&b, "s"), 1);
	assert_int_equal(marks(&b, "S"), 0);
	assert_int_equal(marks(&b, "a"), 1);
	buf_free(&b);
	b = drawn(f, "0123456789abcdee");
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

/* Up to 60 are marks, more are bars; either is small. */
static void
few_and_many(void **state)
{
	struct fill *f = *state;
	struct buf b;

	shown_fill(f, false);
	add_flows(f, "0123456789abcdef", 59, 1);
	b = drawn(f, "0123456789abcdef");
	assert_int_equal(marks(&b, "s"), 1 + 39);
	assert_int_equal(marks(&b, "S"), 20);
	shown_has(&b, "hollow: 20 failed");
	shown_lacks(&b, "bars:");
	assert_true(b.len < 5000);
	buf_free(&b);
	add_flows(f, "0123456789abcdef", 5000, 1);
	b = drawn(f, "0123456789abcdef");
	shown_has(&b, "bars: up to ");
	assert_in_range(marks(&b, "s"), 50, 73);
	assert_true(b.len < 6000);
	buf_free(&b);
}

/* Times at the ends of what can be stored, in any order. */
static void
hostile_times(void **state)
{
	static const usec_t times[] = { INT64_MIN + 1, INT64_MAX, 0, -1, INT64_C(221845391999999999), INT64_C(-30610224000000000), FILL_T };
	struct fill *f = *state;
	struct buf b;
	size_t n = sizeof(times) / sizeof(times[0]);

	shown_fill(f, false);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			struct store *st = fill_open(f->path);
			struct row_finding r = fill_finding("0123456789abcdef", "10.0.0.5", 1);

			fill_begin(st);
			fill_run(st);
			r.first_seen = times[i];
			r.last_seen = r.legit_until = times[k];
			store_finding(st, &r);
			store_flow(st, &(struct row_flow){ .id = 1, .finding = r.id, .started = times[i], .ended = times[k], .client = "10.0.0.5",
			    .stale = 1, .confidence = CONF_LIKELY });
			store_evidence_clear(st, r.id);
			store_evidence(st, &(struct row_evidence){ .finding = r.id, .seq = 1, .at = times[k], .expires = times[i], .role = "answer",
			    .ttl = INT64_MAX, .frame = -1, .flow = -1 });
			fill_commit(st);
			store_close(st);
			b = drawn(f, r.id);
			shown_has(&b, "</svg></figure>\n");
			assert_in_range(b.len, 500, 5000);
			buf_free(&b);
		}
}

static void
hostile_texts(void **state)
{
	struct fill *f = *state;
	struct buf b;

	shown_fill(f, true);
	b = drawn(f, "00000000000000ff");
	shown_has(&b, "a&quot;b\\c&#39;d&lt;e&gt;&amp;f\\x0ag\\x1b[31mh\\x07i\\xffj\\xe2\\x80\\xaek");
	shown_lacks(&b, "<e>");
	shown_lacks(&b, "\x1b");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FILL_TEST(what_is_drawn),
		FILL_TEST(few_and_many),
		FILL_TEST(hostile_times),
		FILL_TEST(hostile_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
