/* A directory of a test's own, and a store with one of everything in it. */
#ifndef TEST_STORE_FILL_H
#define TEST_STORE_FILL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/rule.h"
#include "store/write.h"

#define FILL_T INT64_C(1767225600000000)	/* 2026-01-01T00:00:00Z (date -u -d 2026-01-01 +%s) */
#define FILL_MEMORY ((size_t)4 << 20)

/* The fields of a finding, typed from the design. */
#define FILL_FIELDS "id kind mode severity state returned waived_until cause confidence could_also_be extended_by " \
	"client client_label client_owner site scope name chain listed deprecated_ip port proto owner ticket " \
	"deprecated_at legit_until legit_basis first_seen last_seen drains_by " \
	"connections draining stale held by_cause established refused timed_out unreachable unseen " \
	"bytes_to_server bytes_from_server reused server_name resolver dns_transport answers sensors advice"

struct fill { char dir[200], path[220]; };

static inline int
fill_setup(void **state)
{
	struct fill *f = calloc(1, sizeof(*f));
	const char *top = getenv("TMP");

	snprintf(f->dir, sizeof(f->dir), "%s/store.XXXXXX", top != NULL ? top : "/tmp");
	if (mkdtemp(f->dir) == NULL) {
		free(f);
		return -1;
	}
	snprintf(f->path, sizeof(f->path), "%s/x.db", f->dir);
	*state = f;
	return 0;
}

static inline int
fill_teardown(void **state)
{
	struct fill *f = *state;
	char name[500];
	struct dirent *e;
	DIR *d = opendir(f->dir);

	while (d != NULL && (e = readdir(d)) != NULL) {
		snprintf(name, sizeof(name), "%s/%s", f->dir, e->d_name);
		(void)unlink(name);
	}
	if (d != NULL)
		closedir(d);
	(void)rmdir(f->dir);
	free(f);
	return 0;
}

#define FILL_TEST(f) cmocka_unit_test_setup_teardown(f, fill_setup, fill_teardown)

static inline struct store *
fill_open(const char *path)
{
	struct store *st;
	struct err err = { 0 };

	if (store_open(path, FILL_MEMORY, &st, &err) < 0)
		fail_msg("%s", err.text);
	return st;
}

static inline void
fill_begin(struct store *st)
{
	struct err err = { 0 };

	if (store_begin(st, &err) < 0)
		fail_msg("%s", err.text);
}

static inline void
fill_commit(struct store *st)
{
	struct err err = { 0 };

	if (store_commit(st, &err) < 0)
		fail_msg("%s", err.text);
}

static inline int64_t
fill_run(struct store *st)
{
	return store_run(st, &(struct row_run){ .version = "0.1", .options = "-d list.csv", .lists_sha256 = "ab", .sensor = "tap1" });
}

/* A finding about which everything is known. */
static inline struct row_finding
fill_finding(const char *id, const char *client, int64_t listing)
{
	return (struct row_finding){
		.id = id, .kind = KIND_CONNECTION, .mode = "F1", .severity = SEV_HIGH, .state = STATE_OPEN, .returned = 0,
		.cause = CAUSE_APP_CACHE, .confidence = CONF_CERTAIN, .could_also_be = 0, .extended_by = 0,
		.client = client, .scope = "vlan 7", .name = "www.example.com", .chain = "www.example.com host.example.net",
		.listed = "192.0.2.0/24", .deprecated_ip = "192.0.2.10", .proto = "tcp", .port = 443, .listing = listing,
		.legit_until = FILL_T + 300 * TM_SEC, .legit_basis = "authoritative", .first_seen = FILL_T + 5 * TM_SEC,
		.last_seen = FILL_T + 900 * TM_SEC, .drains_by = TM_NONE, .connections = 27, .draining = 3, .stale = 24, .held = 0,
		.by_cause = { [CAUSE_CLIENT_WITHIN_TTL] = 3, [CAUSE_APP_CACHE] = 24 }, .established = 26, .refused = 1, .timed_out = 0,
		.unreachable = 0, .unseen = 0, .bytes_to = 1000, .bytes_from = 20000, .reused = NULL, .server_name = "www.example.com",
		.resolver = "10.0.0.53", .dns_transport = "udp", .answers = 2,
	};
}

/* A whole small store: a contacted, a clean and an unproven entry; one finding with two flows and its evidence. */
static inline void
fill_sample(struct store *st)
{
	static const unsigned char packet[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x08, 0x00, 0x45 };
	struct row_source source = { .id = -1, .sensor = "tap1", .file = "day1.pcap", .head_len = 100, .packets = 1234, .bytes = 99999,
		.first_seen = FILL_T - 600 * TM_SEC, .last_seen = FILL_T + 1200 * TM_SEC, .whole = 1 };
	struct row_listing listing = { .listed = "192.0.2.0/24", .name = "www.example.com", .replacement = "198.51.100.7", .owner = "web",
		.ticket = "CHG-1", .deprecated_at = FILL_T, .reinstated_at = TM_NONE, .ttl = 300 };
	struct row_deprecated known = { .state = "contacted", .legit_until = FILL_T + 300 * TM_SEC, .legit_basis = "authoritative",
		.clients_open = 1, .clients_draining = 0, .seen_before = 1, .last_connection = FILL_T + 900 * TM_SEC,
		.last_stale_answer = TM_NONE, .unattributed = 0, .covered = 1.0 };
	struct row_finding finding;

	fill_run(st);
	memset(source.head, 0x5a, sizeof(source.head));
	source.id = store_source(st, &source);
	store_coverage(st, &(struct row_coverage){ .source = source.id, .link = "Ethernet", .started = FILL_T - 600 * TM_SEC,
	    .ended = FILL_T + 1200 * TM_SEC, .packets = 1234, .lost = 0, .unread = "{\"arp\":12}", .queries = 40, .answers = 39,
	    .one_sided = 1, .encrypted = 0, .seen = "client-dns:both upstream:none flows:both" });
	known.listing = store_listing(st, &listing);
	store_deprecated(st, &known);
	finding = fill_finding("0123456789abcdef", "10.0.0.5", known.listing);
	store_finding(st, &finding);
	for (int i = 0; i < 2; i++)
		store_flow(st, &(struct row_flow){ .id = 1 + i, .finding = finding.id, .started = FILL_T + (5 + 895 * i) * TM_SEC,
		    .ended = FILL_T + (6 + 895 * i) * TM_SEC, .client = "10.0.0.5", .server = "192.0.2.10", .proto = "tcp",
		    .name = "www.example.com", .server_name = "www.example.com", .outcome = "established", .client_port = 40000 + i, .port = 443,
		    .stale = i, .cause = i ? CAUSE_APP_CACHE : CAUSE_CLIENT_WITHIN_TTL, .confidence = CONF_CERTAIN, .gap_us = 905 * TM_SEC,
		    .bytes_to = 100, .bytes_from = 2000, .tag = 77, .yes = B(HEARD) | B(TOLD) | B(PAST_LEGIT) | B(NEW), .no = B(OPENED_BEFORE) | B(LIVE), .doubt = B(NEW) });
	for (int i = 0; i < 2; i++) {
		store_frame(st, &(struct row_frame){ .id = 1 + i, .source = source.id, .t = FILL_T + (i ? 900 : -10) * TM_SEC,
		    .number = i ? 900 : 7, .offset = i ? 80000 : 640, .link = 1, .wire = 1514, .bytes = packet, .have = sizeof(packet) });
		store_evidence(st, &(struct row_evidence){ .finding = finding.id, .seq = i, .at = FILL_T + (i ? 900 : -10) * TM_SEC,
		    .role = i ? "opening" : "answer", .what = i ? "opens a connection" : "www.example.com A 192.0.2.10",
		    .server = i ? NULL : "10.0.0.53", .ttl = i ? -1 : 120, .expires = i ? TM_NONE : FILL_T + 110 * TM_SEC, .frame = 1 + i,
		    .flow = i ? 2 : -1 });
	}
	store_answer(st, &(struct row_answer){ .name = "www.example.com", .type = "A", .data = "192.0.2.10", .server = "10.0.0.53",
	    .server_role = "resolver", .ttl_min = 120, .ttl_max = 120, .count = 2, .first = FILL_T - 10 * TM_SEC,
	    .last = FILL_T + 20 * TM_SEC, .after_legit = 0 });
	store_answer(st, &(struct row_answer){ .name = "www.example.com", .type = "A", .data = "198.51.100.7", .server = "10.0.0.53",
	    .server_role = "resolver", .ttl_min = 300, .ttl_max = 300, .count = 1, .first = FILL_T + 400 * TM_SEC,
	    .last = FILL_T + 400 * TM_SEC, .after_legit = -1 });
	listing = (struct row_listing){ .listed = "203.0.113.8", .deprecated_at = FILL_T, .reinstated_at = TM_NONE, .ttl = -1 };
	known = (struct row_deprecated){ .listing = store_listing(st, &listing), .state = "clean", .legit_until = FILL_T + 60 * TM_SEC,
		.legit_basis = "list", .clients_open = 0, .clients_draining = 0, .seen_before = 1, .last_connection = TM_NONE,
		.last_stale_answer = TM_NONE, .unattributed = 0, .covered = 0.995 };
	store_deprecated(st, &known);
	listing.listed = "2001:db8::9";
	known = (struct row_deprecated){ .listing = store_listing(st, &listing), .state = "unproven", .why = "no link saw its clients before T",
		.legit_until = TM_NONE, .clients_open = 0, .clients_draining = 0, .seen_before = 0, .last_connection = TM_NONE,
		.last_stale_answer = TM_NONE, .unattributed = -1, .covered = -1 };
	store_deprecated(st, &known);
	store_day(st, FILL_T + 1200 * TM_SEC, 20454, 1);
}

/* The first column of the first row of sql, as text, through a connection of its own; "(null)", "(none)" where so. */
static inline const char *
fill_ask(const char *path, const char *sql)
{
	static char out[4][4096];
	static unsigned turn;
	char *to = out[turn++ % 4];
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	const unsigned char *text;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		snprintf(to, sizeof(out[0]), "failed: %s", sqlite3_errmsg(db));
	else if (sqlite3_step(stmt) != SQLITE_ROW)
		strcpy(to, "(none)");
	else {
		text = sqlite3_column_text(stmt, 0);
		snprintf(to, sizeof(out[0]), "%s", text != NULL ? (const char *)text : "(null)");
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return to;
}

#endif
