/* The drawings that the page has once: clients, coverage, draining, trend. */
#include "shown.h"

#include "report/drain_int.h"
#include "report/svg.h"

#define DAY (86400 * TM_SEC)
#define DATA "0123456789abcdef"		/* the finding of the sample */

struct drawn { struct reader *rd; struct out o; };

static int
one_drain(void *ctx, struct drain_of *d, struct err *err)
{
	struct drawn *w = ctx;

	return svg_drain(w->rd, d, &w->o, err);
}

/* 'c' clients, 'v' coverage, 'd' draining, 't' trend. */
static struct buf
drawn(const struct fill *f, char which)
{
	const struct report_opts opts = { .since = TM_NONE, .until = TM_NONE };
	struct drawn w = { .rd = shown_reader(f) };
	struct err err = { 0 };
	int rc = which == 'c' ? svg_clients(w.rd, &opts, &w.o, &err) : which == 'v' ? svg_coverage(w.rd, &opts, &w.o, &err) :
	    which == 't' ? svg_trend(w.rd, &opts, &w.o, &err) : drain_each(w.rd, &opts, one_drain, &w, &err);

	if (rc < 0 || out_end(&w.o, &err) < 0)
		fail_msg("%s", err.text);
	reader_close(w.rd);
	shown_wide(&w.o.buf);
	return w.o.buf;
}

static void
has_all(struct buf *b, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		shown_has(b, words[i]);
	buf_free(b);
}

static void
the_sample(void **state)
{
	static const char *const clients[] = { "<title>Connections of 1 client to retired addresses</title>", ">10.0.0.5<", ">24 stale<", "<path class=\"d\"",
		"<path class=\"s\"", ">draining<", ">client<" };
	static const char *const coverage[] = { ">tap1<", ">there 100 %<", ">retired 2026-01-01 00:00:00<" };
	static const char *const draining[] = { "<title>How 192.0.2.0/24 drains</title>", "1 client was on it when it was retired, 2026-01-01 00:00:00",
		">1 not by itself<", ">1 left, " };
	struct fill *f = *state;
	struct buf b;

	shown_fill(f, false);
	b = drawn(f, 'c');
	has_all(&b, clients, sizeof(clients) / sizeof(clients[0]));
	b = drawn(f, 'v');
	has_all(&b, coverage, sizeof(coverage) / sizeof(coverage[0]));
	b = drawn(f, 'd');
	has_all(&b, draining, sizeof(draining) / sizeof(draining[0]));
	b = drawn(f, 't');
	assert_int_equal(b.len, 0);		/* one day */
	buf_free(&b);
}

/* The worst of them, and how many more there are. */
static void
many_clients(void **state)
{
	struct fill *f = *state;
	struct store *st;
	struct buf b;

	shown_fill(f, false);
	st = fill_open(f->path);
	fill_begin(st);
	fill_run(st);
	for (int i = 0; i < 60; i++) {
		char id[FINDING_ID], client[20];
		struct row_finding r;

		snprintf(id, sizeof(id), "%016x", 1000 + i);
		snprintf(client, sizeof(client), "10.1.0.%d", i);
		r = fill_finding(id, client, 1);
		r.stale = 100 + i;
		store_finding(st, &r);
		for (int k = 0; k < 20; k++)
			store_flow(st, &(struct row_flow){ .id = 100 + 20 * i + k, .finding = id, .started = FILL_T + (400 + 100 * k) * TM_SEC, .ended = TM_NONE,
			    .client = client, .server = "192.0.2.10", .stale = 1, .cause = i % 2 ? CAUSE_TTL_FLOOR : CAUSE_HARD_CODED,
			    .confidence = CONF_CERTAIN });
	}
	fill_commit(st);
	store_close(st);
	b = drawn(f, 'c');
	shown_has(&b, ">21 more clients are left out here<");
	shown_has(&b, ">10.1.0.59<");
	shown_has(&b, ">10.1.0.20<");
	shown_lacks(&b, ">10.1.0.19<");
	shown_has(&b, "<path class=\"r\"");
	shown_has(&b, "<path class=\"b\"");
	assert_true(b.len < 40000);
	buf_free(&b);
}

/* Two hours without anybody; a third of the second piece was lost. */
static void
a_gap(void **state)
{
	struct fill *f = *state;
	struct row_source source = { .id = -1, .sensor = "tap2", .file = "a.pcap", .head_len = 1, .first_seen = FILL_T, .last_seen = FILL_T + 20 * 3600 * TM_SEC };
	struct store *st;
	struct buf b;

	shown_fill(f, false);
	st = fill_open(f->path);
	fill_begin(st);
	store_run(st, &(struct row_run){ .sensor = "tap2" });
	for (int i = 0; i < 2; i++) {
		memset(source.head, i, sizeof(source.head));
		source.id = -1;
		source.id = store_source(st, &source);
		store_coverage(st, &(struct row_coverage){ .source = source.id, .link = "eth0", .started = FILL_T + 10 * i * 3600 * TM_SEC,
		    .ended = FILL_T + (8 + 10 * i) * 3600 * TM_SEC, .packets = 200, .lost = i * 100, .one_sided = 0, .encrypted = 12345 });
	}
	fill_commit(st);
	store_close(st);
	b = drawn(f, 'v');
	shown_has(&b, ">tap2<");
	shown_has(&b, ">2 h<");
	shown_has(&b, ">lost, up to 33 %<");
	shown_has(&b, ">25k encrypted DNS<");
	buf_free(&b);
}

static void
three_days(void **state)
{
	struct fill *f = *state;
	struct store *st;
	struct buf b;

	shown_fill(f, false);
	st = fill_open(f->path);
	fill_begin(st);
	fill_run(st);
	for (int day = 1; day <= 3; day++) {
		store_deprecated(st, &(struct row_deprecated){ .listing = 1, .state = "contacted", .legit_until = TM_NONE, .clients_open = day,
		    .clients_draining = day == 3, .last_connection = TM_NONE, .last_stale_answer = TM_NONE, .covered = 1 });
		store_day(st, FILL_T + (day + 1) * DAY, FILL_T / DAY + day, 1);
	}
	fill_commit(st);
	store_close(st);
	b = drawn(f, 't');
	shown_has(&b, ">192.0.2.0/24<");
	shown_has(&b, ">3 open<");
	shown_has(&b, ">1 draining<");
	shown_has(&b, ">4 clients<");
	shown_has(&b, ">2026-01-01<");
	shown_has(&b, ">2026-01-04<");
	buf_free(&b);
}

/* Whatever is stored, something that ends comes out of it, and not much. */
static void
hostile_content(void **state)
{
	static const usec_t times[] = { INT64_MIN + 1, INT64_MAX, 0, INT64_C(221845391999999999), INT64_C(-30610224000000000), FILL_T };
	struct fill *f = *state;
	size_t n = sizeof(times) / sizeof(times[0]);

	shown_fill(f, true);
	for (size_t i = 0; i < n * n; i++) {
		usec_t a = times[i / n], z = times[i % n];
		struct row_finding r = fill_finding(DATA, "10.0.0.5", 1);
		struct store *st = fill_open(f->path);

		fill_begin(st);
		fill_run(st);
		r.first_seen = a;
		r.last_seen = r.legit_until = r.drains_by = z;
		store_finding(st, &r);
		store_flow(st, &(struct row_flow){ .id = 1, .finding = r.id, .started = a, .ended = z, .client = "10.0.0.5", .stale = 1, .confidence = CONF_LIKELY });
		store_flow(st, &(struct row_flow){ .id = 2, .finding = r.id, .started = a, .ended = z, .client = "10.0.0.5", .stale = -1,
		    .cause = CAUSE_OPENED_BEFORE, .confidence = CONF_LIKELY });
		store_coverage(st, &(struct row_coverage){ .source = 1, .link = "Ethernet", .started = a, .ended = z, .packets = INT64_MAX, .lost = INT64_MAX,
		    .one_sided = INT64_MAX, .encrypted = INT64_MAX });
		store_deprecated(st, &(struct row_deprecated){ .listing = 1, .state = "contacted", .legit_until = a, .last_connection = z,
		    .last_stale_answer = z, .clients_open = INT64_MAX, .covered = -1 });
		store_day(st, z, (int64_t)i - 3, 1);
		fill_commit(st);
		store_close(st);
		for (const char *which = "cvdt"; *which != '\0'; which++) {
			struct buf b = drawn(f, *which);

			assert_true(b.len < 60000);
			if (b.len > 0)
				shown_has(&b, "</svg></figure>\n");
			shown_lacks(&b, "<e>");
			shown_lacks(&b, "\x1b");
			buf_free(&b);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FILL_TEST(the_sample),
		FILL_TEST(many_clients),
		FILL_TEST(a_gap),
		FILL_TEST(three_days),
		FILL_TEST(hostile_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
