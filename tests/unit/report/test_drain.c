/* Who is left, from rows made by hand: each kind of end, and hostile texts. */
#include "report/drain.h"

#include "shown.h"

#define AT(s) (FILL_T + (s) * TM_SEC)

/* An entry retired at 0 s, legit until 300 s, grace 5 s; the data ends at `now`. */
static int64_t
entry(struct store *st, usec_t now)
{
	int64_t id;

	store_run(st, &(struct row_run){ .version = "test", .options = "", .sensor = "tap1" });
	store_source(st, &(struct row_source){ .id = -1, .run = 1, .file = "a.pcap", .first_seen = AT(-600), .last_seen = now, .whole = 1 });
	id = store_listing(st, &(struct row_listing){ .listed = "192.0.2.10", .name = "www.example.com", .deprecated_at = AT(0),
	    .reinstated_at = TM_NONE, .ttl = 300 });
	store_deprecated(st, &(struct row_deprecated){ .listing = id, .state = "draining", .legit_until = AT(300), .legit_basis = "list",
	    .last_connection = TM_NONE, .last_stale_answer = TM_NONE, .covered = 1, .grace = 5 * TM_SEC });
	return id;
}

static void
told(struct store *st, int64_t listing, const char *client, usec_t at, usec_t expires, usec_t other)
{
	store_used(st, &(struct row_used){ .listing = listing, .client = client, .server = "10.53.0.1", .before = at < AT(0) ? at : TM_NONE,
	    .told = at, .expires = expires, .other = other, .open = TM_NONE });
}

static void
found(struct store *st, int64_t listing, const char *fid, const char *client, enum cause cause, enum finding_state state, usec_t last)
{
	struct row_finding f = fill_finding(fid, client, 1);

	f.kind = KIND_CONNECTION;
	f.scope = NULL;
	f.listing = listing;
	f.cause = cause;
	f.state = state;
	f.confidence = CONF_CERTAIN;
	f.extended_by = 0;
	f.connections = 1;
	f.stale = state == STATE_OPEN;
	f.last_seen = last;
	f.legit_until = AT(300);
	store_finding(st, &f);
}

static struct buf
drained(const struct fill *f, int (*form)(struct reader *, const struct report_opts *, struct out *, int64_t *, struct err *), int64_t *left)
{
	const struct report_opts all = { .since = TM_NONE, .until = TM_NONE };
	struct reader *rd = shown_book(f);
	struct out o = { .color = false };
	struct err err = { 0 };

	if (form(rd, &all, &o, left, &err) < 0 || out_end(&o, &err) < 0)
		fail_msg("%s", err.text);
	reader_close(rd);
	(void)buf_cstr(&o.buf);
	return o.buf;
}

/* At 100 s: one whose answer runs, one whose answer has run out, one that was told another, one that no answer ever reached. */
static void
by_what_they_were_told(void **state)
{
	const struct fill *f = *state;
	struct store *st = fill_open(f->path);
	int64_t left, id;
	struct buf b;

	fill_begin(st);
	id = entry(st, AT(100));
	told(st, id, "10.0.0.1", AT(-100), AT(200), TM_NONE);
	told(st, id, "10.0.0.2", AT(-300), AT(0), TM_NONE);
	told(st, id, "10.0.0.3", AT(-300), AT(0), AT(50));
	found(st, id, "00000000000000a4", "10.0.0.4", CAUSE_DNS_NOT_SEEN, STATE_DRAINING, AT(90));
	fill_commit(st);
	store_close(st);
	b = drained(f, drain_json, &left);
	assert_int_equal(left, 2);
	shown_has(&b, "\"left\":2,\"waived\":0,\"ends\":2,\"unknown\":0,\"not_by_itself\":0,\"may_return\":2,\"empty_by\":\"2026-01-01T00:05:05.000000Z\"");
	shown_has(&b, "{\"client\":\"10.0.0.1\",\"scope\":null,\"client_label\":null,\"end\":\"ends\",\"earliest\":\"2026-01-01T00:03:20.000000Z\","
	    "\"until\":\"2026-01-01T00:05:05.000000Z\"");
	shown_has(&b, "{\"client\":\"10.0.0.2\",\"scope\":null,\"client_label\":null,\"end\":\"may-return\",\"earliest\":\"2026-01-01T00:01:40.000000Z\","
	    "\"until\":\"2026-01-01T00:05:05.000000Z\"");
	/* told another since, but what that resolver gave the first one runs until 200 s */
	shown_has(&b, "{\"client\":\"10.0.0.3\",\"scope\":null,\"client_label\":null,\"end\":\"may-return\",\"earliest\":\"2026-01-01T00:01:40.000000Z\","
	    "\"until\":\"2026-01-01T00:03:25.000000Z\"");
	shown_has(&b, "{\"client\":\"10.0.0.4\",\"scope\":null,\"client_label\":null,\"end\":\"ends\"");
	shown_has(&b, "its DNS is not read here");
	buf_free(&b);
}

/* As of a moment before it was told again: what it was told by then is gone, that it was there is not. */
static void
as_of_a_moment_before(void **state)
{
	const struct report_opts past = { .since = TM_NONE, .until = AT(50) };
	const struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct out o = { .color = false };
	struct err err = { 0 };
	struct reader *rd;
	int64_t left, id;

	fill_begin(st);
	id = entry(st, AT(100));
	told(st, id, "10.0.0.1", AT(80), AT(200), TM_NONE);
	found(st, id, "00000000000000a1", "10.0.0.1", CAUSE_CLIENT_WITHIN_TTL, STATE_DRAINING, AT(40));
	told(st, id, "10.0.0.2", AT(-100), AT(200), AT(90));
	fill_commit(st);
	store_close(st);
	rd = shown_book(f);
	assert_int_equal(drain_text(rd, &past, &o, &left, &err), 0);
	reader_close(rd);
	assert_int_equal(left, 2);
	shown_has(&o.buf, "As of 2026-01-01 00:00:50, the end of the period.\n");
	shown_has(&o.buf, "what it had been told by then is not kept; a published TTL may cover it");
	shown_has(&o.buf, "10.0.0.2  until 2026-01-01 00:05:05\n");	/* told another only later */
	buf_free(&o.buf);
}

/* At 400 s no published TTL covers anything: a stretched answer ends, an application does not, a moved client is over. */
static void
by_what_became_of_them(void **state)
{
	const struct fill *f = *state;
	struct store *st = fill_open(f->path);
	int64_t left, id;
	struct buf b;

	fill_begin(st);
	id = entry(st, AT(400));
	told(st, id, "10.0.0.1", AT(-100), AT(3500), TM_NONE);
	found(st, id, "00000000000000a1", "10.0.0.1", CAUSE_TTL_FLOOR, STATE_OPEN, AT(390));
	found(st, id, "00000000000000a2", "10.0.0.2", CAUSE_APP_CACHE, STATE_OPEN, AT(390));
	found(st, id, "00000000000000a3", "10.0.0.3", CAUSE_AMBIGUOUS, STATE_OPEN, AT(390));
	found(st, id, "00000000000000a4", "10.0.0.4", CAUSE_CLIENT_WITHIN_TTL, STATE_RESOLVED, AT(200));
	fill_commit(st);
	store_close(st);
	b = drained(f, drain_text, &left);
	assert_int_equal(left, 3);
	shown_has(&b, "4 since; 3 are left\n");
	shown_has(&b, "empty by 2026-01-01 00:58:25 but for 1 client that will not drain by itself,\n"
	    "  and 1 client of which it cannot be told\n");
	shown_has(&b, "10.0.0.1  until 2026-01-01 00:58:25  resolver.ttl-floor (certain)\n");
	shown_has(&b, "its resolver stretches TTLs; its answer, from 10.53.0.1, runs until");
	shown_has(&b, "10.0.0.2  not by itself  client.app-cache (certain)\n");
	shown_has(&b, "10.0.0.3  not known  unknown.ambiguous (certain)\n");
	shown_lacks(&b, "10.0.0.4");
	buf_free(&b);
}

static void
hostile_texts_do_no_harm(void **state)
{
	const struct fill *f = *state;
	struct store *st;
	int64_t left, id;
	struct buf b;

	shown_fill(f, true);
	st = fill_open(f->path);
	fill_begin(st);
	id = store_listing(st, &(struct row_listing){ .listed = HOSTILE, .name = HOSTILE, .deprecated_at = FILL_T, .reinstated_at = TM_NONE, .ttl = -1 });
	store_used(st, &(struct row_used){ .listing = id, .client = HOSTILE, .scope = HOSTILE, .server = HOSTILE "2", .before = FILL_T,
	    .told = INT64_MAX, .expires = INT64_MAX - 1, .other = TM_NONE, .open = INT64_MIN + 1 });
	store_used(st, &(struct row_used){ .listing = id, .client = "10.0.0.9", .server = HOSTILE "2", .before = FILL_T, .told = FILL_T,
	    .expires = FILL_T + 400 * 86400 * TM_SEC, .other = TM_NONE, .open = FILL_T });
	store_forecast(st, &(struct row_forecast){ id, INT64_MIN + 1, INT64_MAX, 1e308, 1e308, 1e308 });
	fill_commit(st);
	store_close(st);
	b = drained(f, drain_text, &left);
	shown_is_plain(&b);
	buf_free(&b);
	b = drained(f, drain_json, &left);
	shown_is_plain(&b);
	buf_free(&b);
	b = drained(f, drain_csv, &left);
	shown_has(&b, ",10.0.0.9,,,unknown,,,connection.opened-before,certain,,");
	shown_lacks(&b, "\x1b");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FILL_TEST(by_what_they_were_told),
		FILL_TEST(as_of_a_moment_before),
		FILL_TEST(by_what_became_of_them),
		FILL_TEST(hostile_texts_do_no_harm),
	};

	return cmocka_run_group_tests_name("report/drain", tests, NULL, NULL);
}
