/* One connection, two sensors: told by its ends and TCP's initial sequence number. */
#include "store/book_int.h"

#define TOGETHER (60 * TM_SEC)		/* two clocks, and the same first packet */
#define TOGETHER_UNTOLD (2 * TM_SEC)	/* without a sequence number, as in QUIC */

/* Among the same ends, in order of time; what tells nothing (no client's port: from kept history) is no two. */
static const char candidates[] =
	"SELECT id,client_id,server_id,client_port,port,proto,tag,started_us,confidence,sensor_id,"
	    "CASE WHEN ifnull(outcome,'unseen')='unseen' THEN 0 ELSE 1<<40 END+min(ifnull(bytes_to,0)+ifnull(bytes_from,0),(1<<40)-1) "
	    "FROM flow WHERE client_port NOT NULL AND "
	"started_us NOT NULL ORDER BY client_id,server_id,client_port,port,proto,tag,started_us,id";
enum { ID, CLIENT, SERVER, CLIENT_PORT, PORT, PROTO, TAG, STARTED, CONFIDENCE, SENSOR, SAW };

/* saw: how much of its course.  By whom the most: `fullest`. */
struct one { int64_t id, key[5], started, confidence, sensor, saw, fullest; char proto[8]; };

static struct one
row(sqlite3_stmt *stmt)
{
	static const int key[] = { CLIENT, SERVER, CLIENT_PORT, PORT, TAG };
	const unsigned char *proto = sqlite3_column_text(stmt, PROTO);
	struct one o = { .id = sqlite3_column_int64(stmt, ID), .started = sqlite3_column_int64(stmt, STARTED),
		.confidence = sqlite3_column_int64(stmt, CONFIDENCE), .sensor = sqlite3_column_int64(stmt, SENSOR), .saw = sqlite3_column_int64(stmt, SAW) };

	o.fullest = o.id;
	for (int i = 0; i < 5; i++)
		o.key[i] = sqlite3_column_int64(stmt, key[i]);
	sqlite3_snprintf(sizeof(o.proto), o.proto, "%s", proto != NULL ? (const char *)proto : "");
	return o;
}

static bool
same(const struct one *a, const struct one *b)
{
	usec_t apart = b->started - a->started;		/* in order of time */

	for (int i = 0; i < 5; i++)
		if (a->key[i] != b->key[i])
			return false;
	return sqlite3_stricmp(a->proto, b->proto) == 0 && apart >= 0 && apart <= (a->key[4] != 0 ? TOGETHER : TOGETHER_UNTOLD) &&
	    (a->sensor != b->sensor || a->id / BOOK_PART != b->id / BOOK_PART);
}

static int
put(sqlite3 *db, sqlite3_stmt *stmt, int64_t id, int64_t other)
{
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_int64(stmt, 2, other);
	return sqlite3_step(stmt) == SQLITE_DONE && sqlite3_reset(stmt) == SQLITE_OK ? SQLITE_OK : sqlite3_extended_errcode(db);
}

/* The better verdict stays, of equal ones that of who saw more; how the connection went is told by who saw the most of it. */
static int
set_aside(sqlite3 *db, sqlite3_stmt *twice, sqlite3_stmt *course, struct one *stays, const struct one *other)
{
	struct one worse = *other;
	int rc;

	if (other->confidence > stays->confidence || (other->confidence == stays->confidence && other->saw > stays->saw)) {
		worse = *stays;
		*stays = *other;
	}
	if (worse.saw > stays->saw) {
		stays->saw = worse.saw;
		stays->fullest = worse.fullest;
	}
	rc = put(db, twice, worse.id, stays->id);
	return rc == SQLITE_OK && stays->fullest != stays->id ? put(db, course, stays->id, stays->fullest) : rc;
}

/* Their sensors are the finding's from now on.  Findings go whose connections all turned out to be another's (seen in another VLAN by the other
 * sensor). */
static const char join_sql[] =
	"UPDATE flow SET outcome=x.outcome,bytes_to=x.bytes_to,bytes_from=x.bytes_from,ended_us=x.ended_us,data_us=x.data_us "
	    "FROM temp.course c JOIN flow x ON x.id=c.fullest WHERE flow.id=c.id;"
	"INSERT OR IGNORE INTO finding_sensor SELECT y.finding_id,x.sensor_id FROM temp.twice t JOIN flow x ON x.id=t.worse "
	    "JOIN flow y ON y.id=t.better WHERE y.finding_id NOT NULL;"
	"CREATE TEMP TABLE bereft AS SELECT DISTINCT x.finding_id AS id FROM temp.twice t JOIN flow x ON x.id=t.worse;"
	"DELETE FROM flow WHERE id IN (SELECT worse FROM temp.twice);"
	"DELETE FROM finding WHERE id IN (SELECT id FROM bereft) AND NOT EXISTS(SELECT 1 FROM flow w WHERE w.finding_id=finding.id);"
	"DROP TABLE temp.bereft; DROP TABLE temp.twice; DROP TABLE temp.course";

int
book_join(struct book *b)
{
	sqlite3_stmt *each = NULL, *twice = NULL, *course = NULL;
	struct one last = { .id = -1 }, now;
	int rc;

	rc = sqlite3_exec(b->db, "CREATE TEMP TABLE twice(worse INTEGER PRIMARY KEY, better INTEGER);"
	    "CREATE TEMP TABLE course(id INTEGER PRIMARY KEY, fullest INTEGER)", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, candidates, -1, &each, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, "INSERT OR IGNORE INTO twice VALUES(?1,?2)", -1, &twice, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, "INSERT OR REPLACE INTO course VALUES(?1,?2)", -1, &course, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(each)) == SQLITE_ROW) {
		now = row(each);
		rc = SQLITE_OK;
		if (last.id >= 0 && same(&last, &now))
			rc = set_aside(b->db, twice, course, &last, &now);
		else
			last = now;
	}
	sqlite3_finalize(each);
	sqlite3_finalize(twice);
	sqlite3_finalize(course);
	return rc == SQLITE_DONE ? sqlite3_exec(b->db, join_sql, NULL, NULL, NULL) : rc;
}
