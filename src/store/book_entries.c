/* The list, as of the end of the period: what is left of each entry, and whether its silence proves anything. */
#include <stdio.h>

#include "judge/standing.h"
#include "store/book_int.h"

static const char remain_sql[] =
	"CREATE TEMP TABLE remain(listing_id INTEGER, state INTEGER, clients INTEGER, n INTEGER, PRIMARY KEY(listing_id,state));"
	"INSERT INTO remain SELECT listing_id,state,count(DISTINCT CASE WHEN kind<2 THEN client_id||' '||ifnull(scope,'') END),count(*) FROM finding f "
	"JOIN cause c ON c.id=f.cause_id WHERE state IN (0,1) AND c.text<>'background.scan' AND listing_id NOT NULL GROUP BY 1,2";
static const char each_sql[] =
	"SELECT l.id,l.deprecated_us,d.legit_basis,(SELECT count(*) FROM sees s WHERE s.listing_id=l.id),o.clients,o.n,g.clients,g.n,d.listing_id "
	"FROM listing l LEFT JOIN deprecated d ON d.listing_id=l.id LEFT JOIN remain o ON o.listing_id=l.id AND o.state=1 "
	"LEFT JOIN remain g ON g.listing_id=l.id AND g.state=0 WHERE l.active";
enum { ID, RETIRED, BASIS, SEES, OPEN_CLIENTS, OPEN, DRAINING_CLIENTS, DRAINING, JUDGED };
static const char update_sql[] =
	"UPDATE deprecated SET state=?2,why=?3,clients_open=?4,clients_draining=?5,covered=?6 WHERE listing_id=?1";

/* Nothing that comes after the period has happened. */
static const char until_sql[] =
	"UPDATE deprecated SET last_connection_us=(SELECT max(w.started_us) FROM flow w JOIN finding f ON f.id=w.finding_id WHERE "
	"f.listing_id=deprecated.listing_id AND w.started_us<(SELECT until_us FROM period)) WHERE last_connection_us>=(SELECT until_us FROM period);"
	"UPDATE deprecated SET last_stale_answer_us=NULL WHERE last_stale_answer_us>=(SELECT until_us FROM period)";

struct entry_state { const char *state, *why; double covered; };

static struct entry_state
judge(struct book *b, sqlite3_stmt *s, char *why, size_t room, int *rc)
{
	const struct book_opts *o = b->opts;
	usec_t to = o->until != TM_NONE ? o->until : b->last, retired = sqlite3_column_type(s, RETIRED) == SQLITE_NULL ? TM_NONE :
	    sqlite3_column_int64(s, RETIRED);
	const char *basis = (const char *)sqlite3_column_text(s, BASIS);
	bool any = b->from != TM_NONE && to != TM_NONE && b->covered.n > 0;
	struct entry_state e = { .state = "unproven", .covered = -1 };
	struct spans seen = { 0 };

	if (sqlite3_column_int64(s, SEES) > 0) {
		*rc = book_coverage(b, "sensor_id IN (SELECT sensor_id FROM sees WHERE listing_id=?1)", sqlite3_column_int64(s, ID), &seen);
	}
	if (any)
		e.covered = to > b->from ? (double)spans_within(seen.n > 0 ? &seen : &b->covered, b->from, to) / (double)(to - b->from) : 1;
	spans_free(&seen);
	if (sqlite3_column_int64(s, OPEN) > 0) {
		e.state = "contacted";
	} else if (e.covered < 0) {
		e.why = "no packets were read";
	} else if (retired != TM_NONE && retired > b->now) {
		e.why = "the data ends before it is retired";
	} else if (sqlite3_column_int64(s, SEES) == 0) {
		e.why = ENTRY_NO_SIGHT;
	} else if (e.covered < o->min_coverage) {
		snprintf(why, room, "less than %g %% of the period is covered", 100 * o->min_coverage);
		e.why = why;
	} else if (basis != NULL && sqlite3_stricmp(basis, "assumed") == 0) {
		e.why = "the record's TTL is not known: write it into the list's ttl column";
	} else {
		e.state = sqlite3_column_int64(s, DRAINING) > 0 ? "draining" : "clean";
	}
	return e;
}

static int
write_entry(struct book *b, sqlite3_stmt *update, sqlite3_stmt *s)
{
	char why[80];
	int rc = SQLITE_OK;
	const struct entry_state e = judge(b, s, why, sizeof(why), &rc);

	if (rc != SQLITE_OK || sqlite3_column_type(s, JUDGED) == SQLITE_NULL)
		return rc;		/* nothing was judged yet: it has no row */
	sqlite3_bind_int64(update, 1, sqlite3_column_int64(s, ID));
	sqlite3_bind_text(update, 2, e.state, -1, SQLITE_STATIC);
	sqlite3_bind_text(update, 3, e.why, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(update, 4, sqlite3_column_int64(s, OPEN_CLIENTS));
	sqlite3_bind_int64(update, 5, sqlite3_column_int64(s, DRAINING_CLIENTS));
	if (e.covered >= 0)
		sqlite3_bind_double(update, 6, e.covered);
	else
		sqlite3_bind_null(update, 6);
	return sqlite3_step(update) == SQLITE_DONE && sqlite3_reset(update) == SQLITE_OK ? SQLITE_OK : sqlite3_extended_errcode(b->db);
}

int
book_entries(struct book *b)
{
	sqlite3_stmt *each = NULL, *update = NULL;
	int rc = sqlite3_exec(b->db, remain_sql, NULL, NULL, NULL);

	if (rc == SQLITE_OK && b->opts->until != TM_NONE)
		rc = sqlite3_exec(b->db, until_sql, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, each_sql, -1, &each, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, update_sql, -1, &update, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(each)) == SQLITE_ROW)
		rc = write_entry(b, update, each);
	sqlite3_finalize(each);
	sqlite3_finalize(update);
	return rc == SQLITE_DONE ? sqlite3_exec(b->db, "DROP TABLE temp.remain", NULL, NULL, NULL) : rc;
}
