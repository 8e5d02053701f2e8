/* The views against the contract: the names and their order below were typed from the design, not from the schema. */
#include "fill.h"

static const struct { const char *view, *columns, *times; } contract[] = {
	{ "v_findings", FILL_FIELDS, "waived_until deprecated_at legit_until first_seen last_seen drains_by" },
	{ "v_deprecated",
	  "listed name clients deprecated_at reinstated_at ttl legit_until legit_basis replacement owner ticket note state clients_open "
	  "clients_draining seen_before last_connection last_stale_answer unattributed covered",
	  "deprecated_at reinstated_at legit_until last_connection last_stale_answer" },
	{ "v_history", "finding at state severity cause confidence connections stale", "at" },
	{ "v_evidence", "finding seq at role what server ttl expires source file packet byte_offset bytes", "at expires" },
	{ "v_flows",
	  "sensor flow finding started ended client client_port server port proto name server_name outcome draining_or_stale cause "
	  "confidence gap_us bytes_to_server bytes_from_server", "started ended" },
	{ "v_answers",
	  "sensor name type data server server_role ttl_min ttl_max first_seen last_seen count after_legit", "first_seen last_seen" },
	{ "v_coverage",
	  "sensor link started ended seen packets lost unread dns_one_sided dns_encrypted reason", "started ended" },
	{ "v_sources",
	  "source run sensor file sha256 packets first_seen last_seen version options lists_sha256", "first_seen last_seen" },
};

/* What we have besides. */
static const struct { const char *view, *columns; } ours[] = { { "v_findings", "present resolves_by resolves_by_us" }, { "v_flows", "could_also_be" } };

/* The contract's columns in order, then an integer twin for each time, then ours. */
static void
views_have_the_contract_s_columns(void **state)
{
	struct fill *f = *state;
	char want[4096], have[4096];
	sqlite3 *db;

	store_close(fill_open(f->path));
	assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	for (size_t i = 0; i < sizeof(contract) / sizeof(*contract); i++) {
		sqlite3_stmt *stmt;
		char sql[64], times[256], *word, *at = have, *end = want;

		snprintf(sql, sizeof(sql), "SELECT * FROM %s", contract[i].view);
		assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
		for (int c = 0; c < sqlite3_column_count(stmt); c++)
			at += sprintf(at, "%s%s", c ? " " : "", sqlite3_column_name(stmt, c));
		end += sprintf(end, "%s", contract[i].columns);
		strcpy(times, contract[i].times);
		for (word = strtok(times, " "); word != NULL; word = strtok(NULL, " "))
			end += sprintf(end, " %s_us", word);
		for (size_t j = 0; j < sizeof(ours) / sizeof(*ours); j++)
			if (strcmp(ours[j].view, contract[i].view) == 0)
				end += sprintf(end, " %s", ours[j].columns);
		assert_string_equal(have, want);
		sqlite3_finalize(stmt);
	}
	sqlite3_close(db);
}

static void
times_are_text_that_sorts_with_integer_twins(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);

	fill_begin(st);
	fill_sample(st);
	store_coverage(st, &(struct row_coverage){ .source = 1, .link = "old", .started = -1500000, .ended = FILL_T + 1, .packets = -1,
	    .lost = -1, .queries = -1, .answers = -1, .one_sided = -1, .encrypted = -1 });
	fill_commit(st);
	assert_string_equal(fill_ask(f->path, "SELECT first_seen FROM v_findings"), "2026-01-01T00:00:05.000000Z");
	assert_string_equal(fill_ask(f->path, "SELECT first_seen_us FROM v_findings"), "1767225605000000");
	assert_string_equal(fill_ask(f->path, "SELECT deprecated_at FROM v_findings"), "2026-01-01T00:00:00.000000Z");
	assert_string_equal(fill_ask(f->path, "SELECT ended FROM v_coverage WHERE link='old'"), "2026-01-01T00:00:00.000001Z");
	assert_string_equal(fill_ask(f->path, "SELECT started FROM v_coverage WHERE link='old'"), "1969-12-31T23:59:58.500000Z");
	store_close(st);
}

/* Not known is NULL, never 0 or an empty text; a list that is known to be empty is an empty text. */
static void
what_is_not_known_is_null(void **state)
{
	static const char *const columns[] = { "mode", "returned", "waived_until", "client", "client_label", "client_owner", "site",
		"scope", "name", "chain", "listed", "deprecated_ip", "port", "proto", "owner", "ticket", "deprecated_at", "legit_until",
		"legit_basis", "first_seen", "last_seen", "drains_by", "connections", "draining", "stale", "held", "established", "refused",
		"timed_out", "unreachable", "unseen", "bytes_to_server", "bytes_from_server", "reused", "server_name", "resolver",
		"dns_transport", "answers", "first_seen_us", "drains_by_us", "resolves_by" };
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct row_finding none = { .id = "00000000000000aa", .kind = KIND_RESOLVER, .severity = SEV_INFO, .state = STATE_OPEN,
		.returned = -1, .cause = CAUSE_AMBIGUOUS, .confidence = CONF_POSSIBLE, .port = -1, .listing = -1, .legit_until = TM_NONE,
		.first_seen = TM_NONE, .last_seen = TM_NONE, .drains_by = TM_NONE, .resolves = TM_NONE, .connections = -1, .draining = -1, .stale = -1,
		.held = -1, .established = -1, .refused = -1, .timed_out = -1, .unreachable = -1, .unseen = -1, .bytes_to = -1,
		.bytes_from = -1, .answers = -1 };
	char sql[128];

	fill_begin(st);
	fill_run(st);
	store_finding(st, &none);
	store_flow(st, &(struct row_flow){ .id = 1, .stale = -1, .gap_us = INT64_MIN, .started = TM_NONE, .ended = TM_NONE,
	    .client_port = -1, .port = -1, .confidence = CONF_LIKELY, .bytes_to = -1, .bytes_from = -1 });
	fill_commit(st);
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		snprintf(sql, sizeof(sql), "SELECT %s FROM v_findings", columns[i]);
		if (strcmp(fill_ask(f->path, sql), "(null)") != 0)
			fail_msg("%s is %s", columns[i], fill_ask(f->path, sql));
	}
	assert_string_equal(fill_ask(f->path, "SELECT '['||could_also_be||extended_by||by_cause||']' FROM v_findings"), "[]");
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_flows WHERE finding IS NULL AND gap_us IS NULL AND "
	    "draining_or_stale IS NULL AND client IS NULL AND port IS NULL AND bytes_to_server IS NULL"), "1");
	store_close(st);
}

static void
words_of_the_views(void **state)
{
	static const struct { int severity, state, kind, confidence; const char *want; } rows[] = {
		{ SEV_INFO, STATE_DRAINING, KIND_CONNECTION, CONF_POSSIBLE, "info draining connection possible" },
		{ SEV_LOW, STATE_OPEN, KIND_ANSWER, CONF_LIKELY, "low open answer likely" },
		{ SEV_MEDIUM, STATE_RESOLVED, KIND_RESOLVER, CONF_CERTAIN, "medium resolved resolver certain" },
		{ SEV_HIGH, STATE_WITHDRAWN, KIND_ZONE, CONF_CERTAIN, "high withdrawn zone certain" },
		{ SEV_CRITICAL, STATE_OPEN, KIND_ZONE, CONF_CERTAIN, "critical open zone certain" },
	};
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct row_finding r = fill_finding("00000000000000ab", "10.0.0.5", -1);

	fill_begin(st);
	fill_run(st);
	fill_commit(st);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		r.severity = (enum severity)rows[i].severity;
		r.state = (enum finding_state)rows[i].state;
		r.kind = (enum finding_kind)rows[i].kind;
		r.confidence = (enum confidence)rows[i].confidence;
		r.could_also_be = CAUSE_BIT(CAUSE_AMBIGUOUS) | CAUSE_BIT(CAUSE_STILL_PUBLISHED);
		r.extended_by = CAUSE_BIT(CAUSE_STUB_OVERRUN);
		fill_begin(st);
		store_finding(st, &r);
		fill_commit(st);
		assert_string_equal(fill_ask(f->path, "SELECT severity||' '||state||' '||kind||' '||confidence FROM v_findings"), rows[i].want);
	}
	assert_string_equal(fill_ask(f->path, "SELECT could_also_be FROM v_findings"), "authoritative.still-published unknown.ambiguous");
	assert_string_equal(fill_ask(f->path, "SELECT extended_by FROM v_findings"), "client.stub-overrun");
	assert_string_equal(fill_ask(f->path, "SELECT by_cause FROM v_findings"), "client.within-ttl:3 client.app-cache:24");
	store_close(st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FILL_TEST(views_have_the_contract_s_columns),
		FILL_TEST(times_are_text_that_sorts_with_integer_twins),
		FILL_TEST(what_is_not_known_is_null),
		FILL_TEST(words_of_the_views),
	};

	return cmocka_run_group_tests_name("store/schema", tests, NULL, NULL);
}
