/* One connection, two sensors: told by its ends and TCP's initial sequence number. */
#include "store/book_int.h"

#define TOGETHER (60 * TM_SEC)		/* two clocks, and the same first packet */
#define TOGETHER_UNTOLD (2 * TM_SEC)	/* without a sequence number, as in QUIC */

/* Among the same ends, in order of time; what tells nothing (no client's port: from kept history) is no two. */
static const char candidates[] =
	"SELECT id,client_id,server_id,client_port,port,proto,tag,started_us,confidence,sensor_id,finding_id FROM flow WHERE client_port NOT NULL AND "
	"started_us NOT NULL ORDER BY client_id,server_id,client_port,port,proto,tag,started_us,id";
enum { ID, CLIENT, SERVER, CLIENT_PORT, PORT, PROTO, TAG, STARTED, CONFIDENCE, SENSOR, FINDING };

struct one { int64_t id, key[5], started, confidence, sensor; char proto[8]; };

static struct one
row(sqlite3_stmt *stmt)
{
	static const int key[] = { CLIENT, SERVER, CLIENT_PORT, PORT, TAG };
	const unsigned char *proto = sqlite3_column_text(stmt, PROTO);
	struct one o = { .id = sqlite3_column_int64(stmt, ID), .started = sqlite3_column_int64(stmt, STARTED),
		.confidence = sqlite3_column_int64(stmt, CONFIDENCE), .sensor = sqlite3_column_int64(stmt, SENSOR) };

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

/* The worse of the two goes; its sensor is one of the finding's from now on. */
static int
set_aside(sqlite3 *db, sqlite3_stmt *stmt, const struct one *worse, const struct one *better)
{
	sqlite3_bind_int64(stmt, 1, worse->id);
	sqlite3_bind_int64(stmt, 2, better->id);
	return sqlite3_step(stmt) == SQLITE_DONE && sqlite3_reset(stmt) == SQLITE_OK ? SQLITE_OK : sqlite3_extended_errcode(db);
}

int
book_join(struct book *b)
{
	sqlite3_stmt *each = NULL, *twice = NULL;
	struct one last = { .id = -1 }, now;
	int rc;

	rc = sqlite3_exec(b->db, "CREATE TEMP TABLE twice(worse INTEGER PRIMARY KEY, better INTEGER)", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, candidates, -1, &each, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, "INSERT OR IGNORE INTO twice VALUES(?1,?2)", -1, &twice, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(each)) == SQLITE_ROW) {
		now = row(each);
		rc = SQLITE_OK;
		if (last.id < 0 || !same(&last, &now)) {
			last = now;
		} else if (now.confidence > last.confidence) {
			rc = set_aside(b->db, twice, &last, &now);
			last = now;
		} else {
			rc = set_aside(b->db, twice, &now, &last);
		}
	}
	sqlite3_finalize(each);
	sqlite3_finalize(twice);
	if (rc == SQLITE_DONE)
		rc = sqlite3_exec(b->db, "INSERT OR IGNORE INTO finding_sensor SELECT y.finding_id,x.sensor_id FROM twice t JOIN flow x ON x.id=t.worse "
		    "JOIN flow y ON y.id=t.better WHERE y.finding_id NOT NULL; CREATE TEMP TABLE bereft AS SELECT DISTINCT x.finding_id AS id FROM twice t "
		    "JOIN flow x ON x.id=t.worse; DELETE FROM flow WHERE id IN (SELECT worse FROM twice); "
		    /* whose connections all turned out to be another's (seen in another VLAN by the other sensor) */
		    "DELETE FROM finding WHERE id IN (SELECT id FROM bereft) AND NOT EXISTS(SELECT 1 FROM flow w WHERE w.finding_id=finding.id); "
		    "DROP TABLE bereft; DROP TABLE twice", NULL, NULL, NULL);
	return rc;
}
