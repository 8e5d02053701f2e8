/* The verdicts that stood at a moment before the end of the data, where history has them. */
#include "store/book_int.h"

#define SAME(a, b) "(" a ".severity," a ".cause_id," a ".confidence)=(" b ".severity," b ".cause_id," b ".confidence)"

/* A row a day is what stood when it changed last in it: what comes between the last one before the moment (?1) and the first one after it is
 * not known if that one is of the same day (days begin ?2 after midnight) and another. */
static const char stood_sql[] =
	"CREATE TEMP TABLE stood AS SELECT f.id,p.severity,p.cause_id,p.confidence,p.day NOT NULL AND (q.day IS NULL OR ?1<=q.day*86400000000+?2 OR "
	    SAME("p", "q") ") AS known FROM finding f "
	"LEFT JOIN history p ON p.finding_id=f.id AND p.day=(SELECT max(day) FROM history WHERE finding_id=f.id AND at_us<=?1) "
	"LEFT JOIN history q ON q.finding_id=f.id AND q.day=(SELECT min(day) FROM history WHERE finding_id=f.id AND at_us>?1)";
/* What else it could have been is not kept.  ?1: the causes that end by themselves, a bit each. */
static const char set_sql[] =
	"UPDATE finding SET severity=s.severity,cause_id=s.cause_id,confidence=s.confidence,could_be=0,extended=0,"
	    "drains_us=CASE WHEN ?1>>s.cause_id&1 THEN drains_us END FROM temp.stood s WHERE s.id=finding.id AND s.known AND NOT " SAME("s", "finding");
static const char remarks_sql[] =
	"INSERT INTO remark(text) SELECT printf('of %d finding%s another verdict stood then than today: severity, cause and confidence are those of then; "
	    "could_also_be and extended_by of then are not kept, and connections are counted by the verdicts of today',?1,iif(?1=1,'','s')) WHERE ?1>0";
static const char unknown_sql[] =
	"INSERT INTO remark(text) SELECT printf('of %d finding%s it is not kept which verdict stood then, but only what did when the day was over, or the run: "
	    "theirs are those of today: %s%s',count(*),iif(count(*)=1,'','s'),group_concat(iif(nr<=5,fid,NULL),' '),iif(count(*)>5,' ...','')) FROM "
	    "(SELECT f.fid,row_number() OVER (ORDER BY f.fid) AS nr FROM temp.stood s JOIN finding f ON f.id=s.id WHERE NOT s.known ORDER BY f.fid) "
	    "HAVING count(*)>0";

static int
run(sqlite3 *db, const char *sql, int64_t first, int64_t second)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);

	if (rc == SQLITE_OK && sqlite3_bind_parameter_count(s) > 0)
		rc = sqlite3_bind_int64(s, 1, first);
	if (rc == SQLITE_OK && sqlite3_bind_parameter_count(s) > 1)
		rc = sqlite3_bind_int64(s, 2, second);
	if (rc == SQLITE_OK && sqlite3_step(s) != SQLITE_DONE)
		rc = sqlite3_extended_errcode(db);
	sqlite3_finalize(s);
	return rc;
}

int
book_then(struct book *b)
{
	int64_t ending = 0;
	int rc;

	if (b->opts->as_of == TM_NONE || b->last == TM_NONE || b->opts->as_of >= b->last)
		return SQLITE_OK;
	for (int i = 0; i < CAUSE_COUNT; i++)
		ending |= cause_ends((enum cause)i) ? INT64_C(1) << i : 0;
	rc = run(b->db, stood_sql, b->opts->as_of, b->opts->day_start);
	if (rc == SQLITE_OK)
		rc = run(b->db, set_sql, ending, 0);
	if (rc == SQLITE_OK)
		rc = run(b->db, remarks_sql, sqlite3_changes(b->db), 0);
	if (rc == SQLITE_OK)
		rc = run(b->db, unknown_sql, 0, 0);
	return rc == SQLITE_OK ? run(b->db, "DROP TABLE temp.stood", 0, 0) : rc;
}
