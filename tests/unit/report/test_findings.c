/* Findings as text and as JSON.  JSON is read back with SQLite's own parser. */
#include "shown.h"

static void
json_has_the_contract_s_fields(void **state)
{
	struct fill *f = *state;
	struct report_opts all = { 0 };
	struct buf b;
	sqlite3 *db;
	sqlite3_stmt *stmt;
	char keys[2000] = "", *line, *save;
	int lines = 0;

	shown_fill(f, true);
	b = shown(f, "json", 'f', &all, true);
	shown_is_plain(&b);
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	for (line = strtok_r((char *)b.p, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save), lines++) {
		assert_int_equal(sqlite3_prepare_v2(db, "SELECT json_valid(?1), json_extract(?1,'$.kind')", -1, &stmt, NULL), SQLITE_OK);
		sqlite3_bind_text(stmt, 1, line, -1, SQLITE_STATIC);
		assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
		if (sqlite3_column_int(stmt, 0) != 1)
			fail_msg("not JSON: %s", line);
		assert_string_equal(sqlite3_column_text(stmt, 1), lines == 0 ? "sensor" : "connection");
		sqlite3_finalize(stmt);
		if (lines == 0)
			continue;
		assert_int_equal(sqlite3_prepare_v2(db, "SELECT group_concat(key,' ') FROM json_each(?1)", -1, &stmt, NULL), SQLITE_OK);
		sqlite3_bind_text(stmt, 1, line, -1, SQLITE_STATIC);
		assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
		snprintf(keys, sizeof(keys), "%s", (const char *)sqlite3_column_text(stmt, 0));
		assert_string_equal(keys, FILL_FIELDS);
		sqlite3_finalize(stmt);
	}
	assert_int_equal(lines, 3);
	sqlite3_close(db);
	buf_free(&b);
}

static void
json_types(void **state)
{
	struct fill *f = *state;
	struct report_opts one = { .id = "0123456789abcdef" };
	struct buf b;

	shown_fill(f, true);
	b = shown(f, "json", 'f', &one, false);
	shown_has(&b, "{\"kind\":\"sensor\",\"sensor\":\"tap1\",\"client_dns\":\"both\",\"upstream\":\"none\",\"flows\":\"both\",");
	shown_has(&b, "\n{\"id\":\"0123456789abcdef\",\"kind\":\"connection\",\"mode\":\"F1\",");
	shown_has(&b, "\"could_also_be\":[],");
	shown_has(&b, "\"chain\":[\"www.example.com\",\"host.example.net\"],");
	shown_has(&b, "\"by_cause\":{\"client.within-ttl\":3,\"client.app-cache\":24},");
	shown_has(&b, "\"port\":443,");
	shown_has(&b, "\"timed_out\":0,");
	shown_has(&b, "\"drains_by\":null,");
	shown_has(&b, "\"deprecated_at\":\"2026-01-01T00:00:00.000000Z\",");
	shown_has(&b, "\"sensors\":[\"tap1\"],");
	shown_has(&b, "\"client_label\":null,");
	buf_free(&b);
}

/* The columns of v_findings; numbers bare, what is not known empty, a formula made safe. */
static void
csv_has_the_contract_s_columns(void **state)
{
	struct report_opts one = { .id = "0000000000000001" };
	struct fill *f = *state;
	struct row_finding r = fill_finding("0000000000000001", "10.0.0.5", -1);
	struct store *st = fill_open(f->path);
	char header[] = FILL_FIELDS "\n";
	struct buf b;

	for (char *p = header; *p != 0; p++)
		*p = *p == ' ' ? ',' : *p;
	r.name = "=cmd|'/c calc'!A1";
	r.server_name = "a \"quoted\", name";
	fill_begin(st);
	fill_run(st);
	store_finding(st, &r);
	fill_commit(st);
	store_close(st);
	b = shown(f, "csv", 'r', &one, true);
	shown_is_plain(&b);
	assert_memory_equal(b.p, header, strlen(header));
	shown_has(&b, "\n0000000000000001,connection,F1,");
	shown_has(&b, ",'=cmd|'/c calc'!A1,");
	shown_has(&b, ",\"a \"\"quoted\"\", name\",");
	shown_has(&b, ",client.within-ttl:3 client.app-cache:24,");
	shown_has(&b, ",443,tcp,");
	buf_free(&b);
}

/* A text of the database comes back from JSON as it was. */
static void
json_reads_back(void **state)
{
	static const char name[] = "x\"\\/\b\f\n\r\t\x01\xc3\xa9\xf0\x9f\x90\x9f\xe2\x80\xae";
	struct fill *f = *state;
	struct report_opts all = { 0 };
	struct row_finding r = fill_finding("0000000000000001", "10.0.0.5", -1);
	struct store *st = fill_open(f->path);
	sqlite3 *db;
	sqlite3_stmt *stmt;
	struct buf b;

	r.name = name;
	r.chain = "a b  c";
	fill_begin(st);
	fill_run(st);
	store_finding(st, &r);
	fill_commit(st);
	store_close(st);
	b = shown(f, "json", 'f', &all, false);
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT json_extract(?1,'$.name'),json_array_length(?1,'$.chain')", -1, &stmt, NULL), SQLITE_OK);
	sqlite3_bind_text(stmt, 1, strchr((char *)b.p, '\n') + 1, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_string_equal(sqlite3_column_text(stmt, 0), name);
	assert_int_equal(sqlite3_column_int(stmt, 1), 3);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	buf_free(&b);
}

static void
text_says_it_all(void **state)
{
	static const char *const words[] = {
		"Seen at tap1: client DNS both directions, resolver upstream none, flows both directions.\n",
		"1 capture, 1234 packets, 0 lost.",
		"192.0.2.10 in 192.0.2.0/24, retired 2026-01-01 00:00:00,\n  legitimate until 2026-01-01 00:05:00 (by the zone's TTL)\n",
		"  10.0.0.5 (vlan 7)  client.app-cache (certain)", " high, open\n",
		"port 443/tcp, as www.example.com, told by 10.0.0.53\n",
		"27 connections: 3 draining, 24 stale; 26 established, 1 refused\n",
		"2026-01-01 00:00:05 to 2026-01-01 00:15:00\n",
		"finding 0123456789abcdef; will not end by itself\n",
		"    > An application keeps the address by itself:",
		"clean     203.0.113.8", "covered 99.5 %", "unproven  2001:db8::9", "no link saw its clients before T",
	};
	struct fill *f = *state;
	struct report_opts all = { 0 };
	struct buf b;

	shown_fill(f, false);
	b = shown(f, "text", 'f', &all, false);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		shown_has(&b, words[i]);
	assert_int_equal(strncmp(buf_cstr(&b), "Seen at", 7), 0);
	shown_lacks(&b, "contacted");		/* what a finding speaks of is not said twice */
	shown_is_plain(&b);
	buf_free(&b);
	b = shown(f, "text", 'f', &all, true);
	shown_has(&b, "\x1b[31mclient.app-cache\x1b[0m");
	buf_free(&b);
}

static void
text_keeps_to_the_width(void **state)
{
	struct fill *f = *state;
	struct report_opts all = { 0 };
	struct buf b;
	size_t lines = 0;

	shown_fill(f, false);
	b = shown(f, "text", 'f', &all, false);
	for (char *line = strchr((char *)b.p, '\n') + 1; *line != 0; line = strchr(line, '\n') + 1, lines++)
		if (strcspn(line, "\n") > OUT_WIDTH)
			fail_msg("%zu wide: %s", strcspn(line, "\n"), line);
	assert_true(lines > 10);
	buf_free(&b);
}

static void
text_of_hostile_content(void **state)
{
	struct fill *f = *state;
	struct report_opts all = { 0 };
	struct buf b;

	shown_fill(f, true);
	for (int i = 0; i < 2; i++) {
		b = shown(f, "text", i ? 'r' : 'f', &all, false);
		shown_is_plain(&b);
		shown_has(&b, "g\\x1b[31mh\\x07i\\xffj");
		buf_free(&b);
	}
}

static void
only_what_was_asked_for(void **state)
{
	struct fill *f = *state;
	struct row_finding r = fill_finding("00000000000000aa", "10.0.0.6", 1);
	struct store *st;
	struct buf b;

	shown_fill(f, false);
	st = fill_open(f->path);
	fill_begin(st);
	store_run(st, &(struct row_run){ .sensor = "tap1" });
	store_finding(st, &r);
	fill_commit(st);
	store_close(st);
	for (int i = 0; i < 3; i++) {
		b = shown(f, i ? "text" : "json", 'f', i < 2 ? &(struct report_opts){ .run = 2 } : &(struct report_opts){ .match = "10.0.0.6" }, false);
		shown_has(&b, "00000000000000aa");
		shown_lacks(&b, "0123456789abcdef");
		buf_free(&b);
	}
	b = shown(f, "text", 'f', &(struct report_opts){ .match = "10.9.9.9" }, false);
	shown_has(&b, "No finding.");
	buf_free(&b);
}

/* Scanners are no clients. */
static void
scanners_are_listed_apart(void **state)
{
	struct fill *f = *state;
	struct report_opts all = { 0 };
	struct row_finding r = fill_finding("00000000000000aa", "10.0.0.66", 1);
	struct store *st;
	struct buf b;

	shown_fill(f, false);
	st = fill_open(f->path);
	fill_begin(st);
	fill_run(st);
	r.cause = CAUSE_SCAN;
	r.severity = SEV_INFO;
	store_finding(st, &r);
	fill_commit(st);
	store_close(st);
	b = shown(f, "text", 'f', &all, false);
	shown_lacks(&b, "10.0.0.66");
	shown_has(&b, "1 scanner besides");
	buf_free(&b);
}

/* What was seen at a sensor is the best of its captures; sensors are told apart. */
static void
what_each_sensor_sees(void **state)
{
	static const char *const seen[] = { "client-dns:one upstream:none flows:none", "client-dns:none upstream:both flows:one", NULL,
		"client-dns:", "flows:perhaps" };
	struct fill *f = *state;
	struct report_opts all = { 0 };
	struct store *st = fill_open(f->path);
	struct row_source s = { .id = -1, .file = "x", .first_seen = TM_NONE, .last_seen = TM_NONE };
	struct buf b;

	b = shown(f, "text", 'f', &all, false);
	assert_int_equal(strncmp(buf_cstr(&b), "Nothing was captured", 20), 0);
	buf_free(&b);
	fill_begin(st);
	fill_run(st);
	for (int i = 0; i < 5; i++) {
		s.head[0] = (unsigned char)i;
		store_coverage(st, &(struct row_coverage){ .source = store_source(st, &s), .link = "eth0", .started = FILL_T + i,
		    .ended = FILL_T + TM_SEC, .packets = 10, .lost = 1, .seen = seen[i] });
	}
	store_run(st, &(struct row_run){ .sensor = "tap2" });
	s.head[0] = 9;
	store_coverage(st, &(struct row_coverage){ .source = store_source(st, &s), .link = "eth0", .started = FILL_T, .ended = FILL_T,
	    .packets = 1, .lost = 0 });
	fill_commit(st);
	store_close(st);
	b = shown(f, "text", 'f', &all, false);
	shown_has(&b, "Seen at tap1: client DNS one direction, resolver upstream both directions, flows one direction.\n"
	    "2026-01-01 00:00:00 to 2026-01-01 00:00:01 UTC: 5 captures, 50 packets, 5 lost.\n");
	shown_has(&b, "Seen at tap2: client DNS not known, resolver upstream not known, flows not known.\n");
	buf_free(&b);
}

/* The verdict of the worst entry. */
static void
verdicts(void **state)
{
	static const struct { const char *states[3]; enum report_verdict want; } cases[] = {
		{ { NULL }, REPORT_UNPROVEN },
		{ { "clean", "draining" }, REPORT_PASS },
		{ { "clean", "unproven" }, REPORT_UNPROVEN },
		{ { "clean", "?" }, REPORT_UNPROVEN },
	};
	const struct report_opts all = { .since = TM_NONE, .until = TM_NONE };
	struct fill *f = *state;
	struct err err = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct store *st = fill_open(f->path);
		struct reader *rd;
		enum report_verdict verdict;
		char listed[] = "192.0.2.1";

		fill_begin(st);
		for (int64_t id = 1; id <= 3; id++)
			store_listing_withdraw(st, id);
		for (int k = 0; k < 3 && cases[i].states[k] != NULL; k++) {
			listed[8] = (char)('1' + k);
			store_deprecated(st, &(struct row_deprecated){ .listing = store_listing(st, &(struct row_listing){ .listed = listed,
			    .deprecated_at = FILL_T, .reinstated_at = TM_NONE, .ttl = -1 }), .state = cases[i].states[k],
			    .legit_until = TM_NONE, .last_connection = TM_NONE, .last_stale_answer = TM_NONE });
		}
		fill_commit(st);
		store_close(st);
		rd = shown_reader(f);
		assert_int_equal(report_verdict(rd, &all, &verdict, &err), 0);
		assert_int_equal(verdict, cases[i].want);
		reader_close(rd);
	}
}

/* An open finding fails by its severity, and not where its contacts fall into quiet hours alone. */
static void
what_fails(void **state)
{
	struct policy policy = policy_default;
	const struct report_opts all = { .since = TM_NONE, .until = TM_NONE, .policy = &policy };
	const usec_t hour = 3600 * TM_SEC, of_day = FILL_T % (24 * hour);
	struct fill *f = *state;
	struct report_totals n;
	enum report_verdict v;
	struct store *st;
	struct reader *rd;
	struct err err = { 0 };

	shown_fill(f, false);
	st = fill_open(f->path);
	fill_begin(st);
	fill_run(st);
	for (int i = 0; i < 2; i++)
		store_flow(st, &(struct row_flow){ .id = 50 + i, .finding = "0123456789abcdef", .started = FILL_T + i * hour, .ended = TM_NONE,
		    .last_data = TM_NONE, .stale = 1, .confidence = CONF_LIKELY });
	fill_commit(st);
	store_close(st);
	rd = shown_reader(f);
	assert_int_equal(report_totals(rd, &all, &n, &err), 0);
	assert_int_equal(n.open, 1);
	assert_int_equal(n.failing, 1);
	assert_int_equal(report_verdict(rd, &all, &v, &err), 0);
	assert_int_equal(v, REPORT_FAIL);
	policy.fail_on = SEV_CRITICAL;
	assert_int_equal(report_totals(rd, &all, &n, &err), 0);
	assert_int_equal(n.slight, 1);
	assert_int_equal(n.failing, 0);
	policy.fail_on = SEV_LOW;
	policy.quiet_from = of_day;
	policy.quiet_to = (of_day + hour / 2) % (24 * hour);
	assert_int_equal(report_totals(rd, &all, &n, &err), 0);
	assert_int_equal(n.failing, 1);
	policy.quiet_to = (of_day + 2 * hour) % (24 * hour);
	assert_int_equal(report_totals(rd, &all, &n, &err), 0);
	assert_int_equal(n.quiet, 1);
	assert_int_equal(n.failing, 0);
	reader_close(rd);
	assert_null(format_find("xml"));
}

/* The one high finding is open; its data ends at FILL_T + 1200 s. */
static void
what_is_waived_fails_not(void **state)
{
	static const struct { int severity; usec_t expires, until; int64_t failing; } cases[] = {
		{ SEV_HIGH, TM_NONE, TM_NONE, 1 }, { SEV_CRITICAL, TM_NONE, TM_NONE, 0 }, { SEV_HIGH, FILL_T + 1201 * TM_SEC, TM_NONE, 0 },
		{ SEV_HIGH, FILL_T + 1200 * TM_SEC, TM_NONE, 1 }, { SEV_HIGH, FILL_T + 1200 * TM_SEC, FILL_T, 0 },
	};
	struct fill *f = *state;
	struct err err = { 0 };

	shown_fill(f, false);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct policy policy = policy_default;
		const struct report_opts opts = { .since = TM_NONE, .until = cases[i].until, .policy = &policy };
		struct store *st = fill_open(f->path);
		struct report_totals n;
		struct reader *rd;
		int64_t unproven;

		policy.fail_on = cases[i].severity;
		fill_begin(st);
		store_waivers_clear(st);
		if (cases[i].expires != TM_NONE) {
			store_waiver(st, &(struct row_waiver){ .id = 1, .client = "10.0.0.5", .reason = "x", .expires = cases[i].expires });
			store_waived(st, 1, 1);
		}
		fill_commit(st);
		store_close(st);
		rd = shown_reader(f);
		assert_int_equal(report_totals(rd, &opts, &n, &err), 0);
		assert_int_equal(report_unproven(rd, &unproven, &err), 0);
		if (n.failing != cases[i].failing || unproven != 1)
			fail_msg("case %zu: %d failing, %d unproven", i, (int)n.failing, (int)unproven);
		reader_close(rd);
	}
}

static int
refuse(void *ctx, const void *p, size_t n, struct err *err)
{
	size_t *took = ctx;

	(void)p;
	*took += n;
	return *took > 100000 ? err_set(err, ST_EIO, "no more") : 0;
}

/* A long report is handed on in pieces, and a failure of the one who takes them is told. */
static void
long_reports_go_in_pieces(void **state)
{
	struct fill *f = *state;
	struct report_opts all = { 0 };
	struct store *st = fill_open(f->path);
	struct out o = { .write = refuse };
	struct err err = { 0 };
	struct reader *rd;
	size_t took = 0;
	char id[FINDING_ID];

	fill_begin(st);
	fill_run(st);
	for (int i = 0; i < 300; i++) {
		struct row_finding r;

		snprintf(id, sizeof(id), "%016x", i);
		r = fill_finding(id, "10.0.0.5", -1);
		store_finding(st, &r);
	}
	fill_commit(st);
	store_close(st);
	rd = shown_reader(f);
	o.ctx = &took;
	assert_int_equal(format_find("json")->findings(rd, &all, &o, &err), 0);
	assert_true(took > 60000);
	assert_true(o.buf.cap < 300000);
	assert_int_equal(out_end(&o, &err), ST_EIO);
	assert_string_equal(err.text, "no more");
	buf_free(&o.buf);
	reader_close(rd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FILL_TEST(json_has_the_contract_s_fields),
		FILL_TEST(json_types),
		FILL_TEST(json_reads_back),
		FILL_TEST(csv_has_the_contract_s_columns),
		FILL_TEST(text_says_it_all),
		FILL_TEST(text_keeps_to_the_width),
		FILL_TEST(text_of_hostile_content),
		FILL_TEST(only_what_was_asked_for),
		FILL_TEST(scanners_are_listed_apart),
		FILL_TEST(what_each_sensor_sees),
		FILL_TEST(verdicts),
		FILL_TEST(what_fails),
		FILL_TEST(what_is_waived_fails_not),
		FILL_TEST(long_reports_go_in_pieces),
	};

	return cmocka_run_group_tests_name("report/findings", tests, NULL, NULL);
}
