#include "fill.h"

#include <sys/wait.h>

#include "store/store_int.h"

static const struct row_answer one_answer = { .name = "www.example.com", .type = "A", .data = "192.0.2.10", .server = "10.0.0.53",
	.server_role = "resolver", .ttl_min = 60, .ttl_max = 90, .count = 3, .first = FILL_T, .last = FILL_T + 9, .after_legit = -1 };
#define ANSWER "SELECT ttl_min||' '||ttl_max||' '||count||' '||first_seen_us||' '||last_seen_us FROM v_answers"

static void
answers_add_up(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct row_answer a = one_answer;

	for (int i = 0; i < 2; i++) {		/* in one flush, then in a second */
		fill_begin(st);
		fill_run(st);
		a = one_answer;
		store_answer(st, &a);
		a.ttl_min = a.ttl_max = 130 - i * 100;
		a.first = FILL_T - 5;
		a.last = FILL_T + 101 - i * 100;
		a.count = 1;
		store_answer(st, &a);
		fill_commit(st);
	}
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_answers"), "1");
	assert_string_equal(fill_ask(f->path, ANSWER), "30 130 8 1767225599999995 1767225600000101");
	assert_string_equal(fill_ask(f->path, "SELECT after_legit FROM v_answers"), "(null)");
	a.after_legit = 2;
	fill_begin(st);
	store_answer(st, &a);
	store_answer(st, &a);
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT after_legit FROM v_answers"), "4");
	store_close(st);
}

/* Whatever of the key differs makes a row of its own, also when the parts run together to the same bytes. */
static void
answers_are_kept_apart(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct row_answer a[] = { one_answer, one_answer, one_answer, one_answer, one_answer, one_answer };

	a[1].type = "AAAA";
	a[2].data = "192.0.2.11";
	a[3].server = "10.0.0.54";
	a[4].name = "www.example.comA";
	a[4].type = "";
	a[5].name = "10.0.0.53";
	fill_begin(st);
	fill_run(st);
	for (size_t i = 0; i < sizeof(a) / sizeof(*a); i++)
		store_answer(st, &a[i]);
	store_run(st, &(struct row_run){ .sensor = "tap2" });
	store_answer(st, &one_answer);
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_answers WHERE count=3"), "7");
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_answers WHERE sensor='tap2'"), "1");
	store_close(st);
}

/* More texts than the cache may hold: nothing is lost or mixed up. */
static void
answers_beyond_the_cache(void **state)
{
	struct fill *f = *state;
	struct store *st;
	struct err err = { 0 };
	char name[64];
	struct row_answer a = one_answer;

	assert_int_equal(store_open(f->path, 100000, &st, &err), 0);
	fill_begin(st);
	fill_run(st);
	a.name = name;
	for (int i = 0; i < 6000; i++) {
		snprintf(name, sizeof(name), "host%d.example.com", i % 3000);
		a.ttl_min = a.ttl_max = i % 3000;
		store_answer(st, &a);
	}
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_answers WHERE count=6 AND ttl_min=ttl_max AND "
	    "name='host'||ttl_min||'.example.com'"), "3000");
	store_close(st);
}

static void
findings_are_replaced_by_id(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct row_finding r = fill_finding("00000000000000aa", "10.0.0.5", -1);

	fill_begin(st);
	fill_run(st);
	store_finding(st, &r);
	fill_commit(st);
	r.cause = CAUSE_HARD_CODED;
	r.connections = 30;
	memset(r.by_cause, 0, sizeof(r.by_cause));
	r.by_cause[CAUSE_HARD_CODED] = 30;
	r.server_name = NULL;
	fill_begin(st);
	store_finding(st, &r);
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_findings"), "1");
	assert_string_equal(fill_ask(f->path, "SELECT cause||' '||by_cause||' '||connections FROM v_findings WHERE server_name IS NULL"),
	    "bypass.hard-coded bypass.hard-coded:30 30");
	assert_string_equal(fill_ask(f->path, "SELECT advice FROM v_findings"), cause_advice(CAUSE_HARD_CODED));
	store_close(st);
}

/* A sensor is one of a finding's if its run saw something new of it. */
static void
sensors_are_those_that_saw_it(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct row_finding r = fill_finding("00000000000000aa", "10.0.0.5", -1);

	fill_begin(st);
	store_run(st, &(struct row_run){ .sensor = "tap2" });
	store_finding(st, &r);
	store_run(st, &(struct row_run){ .sensor = "tap3" });
	r.state = STATE_RESOLVED;
	store_finding(st, &r);
	store_run(st, &(struct row_run){ .sensor = "tap1" });
	r.last_seen += TM_SEC;
	store_finding(st, &r);
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT sensors FROM v_findings"), "tap1 tap2");
	assert_string_equal(fill_ask(f->path, "SELECT state FROM v_findings"), "resolved");
	store_close(st);
}

static void
evidence_is_replaced_as_a_whole(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	const char *id = "0123456789abcdef";

	fill_begin(st);
	fill_sample(st);
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT group_concat(seq||role||ifnull(server,'-')||packet||file||byte_offset||hex(bytes)) "
	    "FROM v_evidence"), "0answer10.0.0.537day1.pcap640000102030405060708090A0B080045,1opening-900day1.pcap80000000102030405060708090A0B080045");
	fill_begin(st);
	store_evidence_clear(st, id);
	store_evidence(st, &(struct row_evidence){ .finding = id, .seq = 5, .at = FILL_T, .role = "data", .ttl = -1, .expires = TM_NONE,
	    .frame = 2, .flow = 2 });
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT group_concat(seq||role||packet) FROM v_evidence"), "5data900");
	fill_begin(st);				/* the packet and the flow may be written again, or the packet go */
	store_frame(st, &(struct row_frame){ .id = 2, .source = 1, .t = FILL_T, .number = 901, .bytes = "x", .have = 1 });
	store_flow(st, &(struct row_flow){ .id = 2, .finding = id, .started = FILL_T, .ended = FILL_T, .confidence = CONF_LIKELY });
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT packet||' '||role FROM v_evidence"), "901 data");
	fill_begin(st);
	store_frame_drop(st, 2);
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT role FROM v_evidence WHERE packet IS NULL AND file IS NULL"), "data");
	store_close(st);
}

static void
history_has_a_row_a_day_of_change(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct row_finding r = fill_finding("00000000000000aa", "10.0.0.5", -1);
	const usec_t hour = 3600 * TM_SEC;
	const struct { usec_t at; int64_t stale; } days[] = { { 1, 1 }, { 5, 2 }, { 30, 2 }, { 50, 3 } };

	fill_begin(st);
	fill_run(st);
	for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++) {
		r.stale = days[i].stale;
		store_finding(st, &r);
		store_day(st, FILL_T + days[i].at * hour, 20454 + days[i].at / 24, 1);
	}
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT group_concat(at||' '||stale) FROM (SELECT * FROM v_history ORDER BY at)"),
	    "2026-01-01T05:00:00.000000Z 2,2026-01-03T02:00:00.000000Z 3");
	store_close(st);
}

static void
totals_of_a_day_are_of_each_entry(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct row_finding r;
	struct row_deprecated d = { .state = "contacted", .legit_until = TM_NONE, .clients_open = 2, .clients_draining = 1, .last_connection = TM_NONE,
		.last_stale_answer = TM_NONE };

	fill_begin(st);
	fill_run(st);
	for (int i = 0; i < 2; i++) {
		d.listing = store_listing(st, &(struct row_listing){ .listed = i ? "192.0.2.2" : "192.0.2.1", .deprecated_at = TM_NONE, .reinstated_at = TM_NONE,
		    .ttl = -1 });
		store_deprecated(st, &d);
	}
	r = fill_finding("00000000000000aa", "10.0.0.5", 1);	/* 27 connections, 24 stale */
	store_finding(st, &r);
	r = fill_finding("00000000000000bb", "10.0.0.6", 1);
	store_finding(st, &r);
	r = fill_finding("00000000000000cc", "10.0.0.7", 1);
	r.cause = CAUSE_SCAN;					/* in no total */
	store_finding(st, &r);
	r = fill_finding("00000000000000dd", "10.0.0.7", 1);
	r.kind = KIND_ANSWER;
	store_finding(st, &r);
	store_day(st, FILL_T + 7, 20454, 0.25);
	store_day(st, FILL_T + 9, 20454, 0.5);			/* later on the same day */
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT group_concat(listing_id||' '||day||' '||(at_us-1767225600000000)||' '||clients_open||' '||clients_draining||"
	    "' '||connections||' '||stale||' '||covered) FROM total"), "1 20454 9 2 1 54 48 0.5,2 20454 9 2 1 0 0 0.5");
	store_close(st);
}

struct seen { int n; char text[256]; };

static int
list_one(void *ctx, int64_t id, const struct row_listing *l)
{
	struct seen *s = ctx;
	size_t at = strlen(s->text);

	snprintf(s->text + at, sizeof(s->text) - at, "%lld %s %s %s %lld;", (long long)id, l->listed, l->name ? l->name : "-",
	    l->owner ? l->owner : "-", (long long)l->ttl);
	return ++s->n == 2 ? 7 : 0;
}

static void
the_list_stays_until_withdrawn(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct row_listing l = { .listed = "192.0.2.1", .deprecated_at = TM_NONE, .reinstated_at = TM_NONE, .ttl = -1 };
	struct seen seen = { 0 };
	struct err err = { 0 };
	int64_t a, b;

	fill_begin(st);
	a = store_listing(st, &l);
	l.name = "www.example.com";
	b = store_listing(st, &l);
	l.name = NULL;
	l.owner = "web";
	l.ttl = 60;
	assert_int_equal(store_listing(st, &l), a);	/* no time is a key too */
	fill_commit(st);
	assert_true(a > 0 && b > 0 && a != b);
	store_close(st);
	st = fill_open(f->path);
	assert_int_equal(store_listings(st, list_one, &seen, &err), 7);
	assert_string_equal(seen.text, "1 192.0.2.1 - web 60;2 192.0.2.1 www.example.com - -1;");
	fill_begin(st);
	store_listing_withdraw(st, b);
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_deprecated"), "1");
	fill_begin(st);
	l.name = "www.example.com";
	assert_int_equal(store_listing(st, &l), b);
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_deprecated"), "2");
	store_close(st);
}

static void
a_source_is_known_by_its_head(void **state)
{
	/* SHA-256 of "abc": FIPS 180-2, appendix B.1 */
	static const unsigned char abc[32] = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
		0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };
	/* printf abcdef | sha256sum */
	static const unsigned char abcdef[32] = { 0xbe, 0xf5, 0x7e, 0xc7, 0xf5, 0x3a, 0x6d, 0x40, 0xbe, 0xb6, 0x40, 0xa7, 0x80, 0xa6, 0x39, 0xc8,
		0x3b, 0xc2, 0x9a, 0xc8, 0xa9, 0x81, 0x6f, 0x1f, 0xc6, 0xc5, 0xc6, 0xdc, 0xd9, 0x3c, 0x47, 0x21 };
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct source_known known;
	struct err err = { 0 };
	static unsigned char big[STORE_HEAD + 10];

	fill_begin(st);
	fill_run(st);
	assert_int_equal(store_source_find(st, "tap1", "abc", 3, &known, &err), 0);
	assert_memory_equal(known.row.head, abc, 32);
	assert_int_equal(known.row.head_len, 3);
	known.row.sensor = "tap1";
	known.row.file = "a.pcap";
	known.row.packets = 5;
	known.row.bytes = 3;
	known.row.id = store_source(st, &known.row);
	assert_true(known.row.id > 0);
	fill_commit(st);
	assert_int_equal(store_source_find(st, "tap2", "abc", 3, &known, &err), 0);
	assert_int_equal(store_source_find(st, "tap1", "abx", 3, &known, &err), 0);
	assert_int_equal(store_source_find(st, "tap1", "ab", 2, &known, &err), 0);
	assert_int_equal(store_source_find(st, "tap1", "abcdef", 6, &known, &err), 1);	/* it has grown */
	assert_string_equal(known.row.file, "a.pcap");
	assert_string_equal(known.row.sensor, "tap1");
	assert_string_equal(known.lists_sha256, "ab");
	assert_int_equal(known.row.packets, 5);
	assert_int_equal(known.row.head_len, 3);
	assert_true(known.row.first_seen == TM_NONE);
	fill_begin(st);
	assert_int_equal(store_source_find(st, "tap1", big, sizeof(big), &known, &err), 0);
	assert_int_equal(known.row.head_len, STORE_HEAD);
	known.row.file = "b.pcap";
	assert_int_equal(store_source(st, &known.row), 2);
	memcpy(known.row.head, abcdef, 32);
	known.row.head_len = 6;
	known.row.file = "c.pcap";
	assert_int_equal(store_source(st, &known.row), 3);
	fill_commit(st);
	assert_int_equal(store_source_find(st, "tap1", "abcdefg", 7, &known, &err), 1);
	assert_string_equal(known.row.file, "c.pcap");		/* not the one that is shorter still */
	big[STORE_HEAD] = 1;
	assert_int_equal(store_source_find(st, "tap1", big, sizeof(big), &known, &err), 1);
	assert_string_equal(fill_ask(f->path, "SELECT sha256 FROM v_sources WHERE source=1"),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	store_close(st);
}

static void
state_comes_back(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct store_holds holds;
	struct err err = { 0 };
	struct buf b = { 0 };

	assert_int_equal(store_holds(st, &holds, &err), 0);
	assert_true(holds.runs == 0 && holds.first == TM_NONE && holds.sensors[0] == 0);
	fill_begin(st);
	fill_sample(st);
	store_state_put(st, 1, 2, "two", 3);
	store_state_put(st, 1, 1, "one", 3);
	store_state_put(st, 1, 3, NULL, 0);
	store_state_put(st, 2, 1, "other", 5);
	store_state_put(st, 1, 2, "zwei", 4);
	store_counter(st, 1, "arp", 9);
	fill_commit(st);
	store_close(st);
	st = fill_open(f->path);
	assert_int_equal(store_state_get(st, 1, 2, &b, &err), 1);
	assert_string_equal(buf_cstr(&b), "zwei");
	assert_int_equal(store_state_get(st, 1, 3, &b, &err), 1);
	assert_int_equal(b.len, 0);
	assert_int_equal(store_state_get(st, 2, 1, &b, &err), 1);
	assert_string_equal(buf_cstr(&b), "other");
	assert_int_equal(store_state_get(st, 2, 2, &b, &err), 0);
	assert_int_equal(store_holds(st, &holds, &err), 0);
	assert_true(holds.runs == 1 && holds.sources == 1 && holds.findings == 1);
	assert_true(holds.first == FILL_T - 600 * TM_SEC && holds.last == FILL_T + 1200 * TM_SEC);
	assert_string_equal(holds.sensors, "tap1");
	buf_free(&b);
	store_close(st);
}

/* A disk of so many pages.  The flush that does not fit leaves nothing, the one before stays, a later one works. */
static void
a_full_disk_takes_back_the_flush(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct err err = { 0 };
	struct row_answer a = one_answer;
	char name[64];

	fill_begin(st);
	fill_sample(st);
	fill_commit(st);
	assert_int_equal(sqlite3_exec(st->db, "PRAGMA max_page_count=90", NULL, NULL, NULL), SQLITE_OK);
	fill_begin(st);
	store_state_put(st, 1, 1, "lost", 4);
	a.name = name;
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "host%d.example.com", i);
		store_answer(st, &a);
	}
	assert_int_equal(store_source(st, &(struct row_source){ .id = -1, .file = "x" }), -1);
	assert_int_equal(store_commit(st, &err), ST_EIO);
	assert_non_null(strstr(err.text, "disk is full"));
	assert_non_null(strstr(err.text, f->path));
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM state"), "0");
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_answers"), "2");
	assert_int_equal(sqlite3_exec(st->db, "PRAGMA max_page_count=100000", NULL, NULL, NULL), SQLITE_OK);
	fill_begin(st);
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "host%d.example.com", i);
		store_answer(st, &a);
	}
	fill_commit(st);			/* no id remembered from the flush that was taken back */
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_answers WHERE name LIKE 'host%.example.com'"), "5000");
	assert_string_equal(fill_ask(f->path, "PRAGMA integrity_check"), "ok");
	store_close(st);
}

/* A finding's flow without the finding is a mistake of the caller's that the commit reports. */
static void
evidence_without_its_finding_is_refused(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct err err = { 0 };

	fill_begin(st);
	fill_run(st);
	store_evidence(st, &(struct row_evidence){ .finding = "nobody", .seq = 1, .frame = -1, .flow = -1 });
	assert_int_equal(store_commit(st, &err), ST_EIO);
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM run"), "0");
	store_close(st);
}

/* Killed at any moment of the second flush: the first is there, the second is not, and the next writer gets in. */
static void
killed_in_a_flush(void **state)
{
	struct fill *f = *state;
	struct store *st;
	int status;

	for (int rows = 0; rows < 9000; rows += 2999) {
		pid_t child = fork();

		if (child == 0) {
			char name[64];
			struct row_answer a = one_answer;

			st = fill_open(f->path);
			fill_begin(st);
			fill_run(st);
			store_state_put(st, 1, 1, "first", 5);
			fill_commit(st);
			fill_begin(st);
			store_state_put(st, 2, 1, "second", 6);
			a.name = name;
			for (int i = 0; i < rows; i++) {
				snprintf(name, sizeof(name), "host%d.example.com", i);
				store_answer(st, &a);
			}
			sqlite3_db_cacheflush(st->db);
			_exit(9);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 9);
		assert_string_equal(fill_ask(f->path, "SELECT group_concat(kind) FROM state"), "1");
		assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_answers"), "0");
		assert_string_equal(fill_ask(f->path, "PRAGMA integrity_check"), "ok");
	}
	st = fill_open(f->path);
	fill_begin(st);
	fill_sample(st);
	fill_commit(st);
	store_close(st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FILL_TEST(answers_add_up),
		FILL_TEST(answers_are_kept_apart),
		FILL_TEST(answers_beyond_the_cache),
		FILL_TEST(findings_are_replaced_by_id),
		FILL_TEST(sensors_are_those_that_saw_it),
		FILL_TEST(evidence_is_replaced_as_a_whole),
		FILL_TEST(totals_of_a_day_are_of_each_entry),
		FILL_TEST(history_has_a_row_a_day_of_change),
		FILL_TEST(the_list_stays_until_withdrawn),
		FILL_TEST(a_source_is_known_by_its_head),
		FILL_TEST(state_comes_back),
		FILL_TEST(a_full_disk_takes_back_the_flush),
		FILL_TEST(evidence_without_its_finding_is_refused),
		FILL_TEST(killed_in_a_flush),
	};

	return cmocka_run_group_tests_name("store/write", tests, NULL, NULL);
}
