/* From one version of the schema to the next, and whether a file has the schema it claims. */
#include <string.h>

#include "judge/cause.h"
#include "store/store_int.h"

/* The steps that came after version `from`, up to version `to`. */
static int
take_steps(sqlite3 *db, int from, int to)
{
	int rc = SQLITE_OK;

	for (const struct schema_step *s = schema_steps; s->sql != NULL && rc == SQLITE_OK; s++)
		if (s->version > from && s->version <= to)
			rc = sqlite3_exec(db, s->sql, NULL, NULL, NULL);
	return rc;
}

static int
make_views(sqlite3 *db)
{
	int rc = SQLITE_OK;

	for (const char *const *v = schema_views; *v != NULL && rc == SQLITE_OK; v++)
		rc = sqlite3_exec(db, *v, NULL, NULL, NULL);
	return rc;
}

/* "CREATE VIEW name AS ...": what stands under one of these names is ours, whatever an older version or somebody else made of it. */
static int
drop_view(sqlite3 *db, const char *create)
{
	const int before = sizeof("CREATE VIEW ") - 1;
	const char *name = create + before;
	char *sql = sqlite3_mprintf("DROP VIEW IF EXISTS \"%.*w\"", (int)strcspn(name, " "), name);
	int rc = sql != NULL ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

	sqlite3_free(sql);
	return rc == SQLITE_ERROR ? SQLITE_MISMATCH : rc;	/* a table in the place of a view */
}

static int
set_marks(sqlite3 *db)
{
	char *sql = sqlite3_mprintf("PRAGMA application_id=%d; PRAGMA user_version=%d", STORE_APPLICATION, STORE_VERSION);
	int rc = sql != NULL ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

	sqlite3_free(sql);
	return rc;
}

int
schema_bring(sqlite3 *db, int from)
{
	int rc = SQLITE_OK;

	if (from == 0)
		rc = sqlite3_exec(db, "PRAGMA page_size=8192; PRAGMA auto_vacuum=INCREMENTAL", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	for (const char *const *v = schema_views; from > 0 && *v != NULL && rc == SQLITE_OK; v++)
		rc = drop_view(db, *v);
	if (rc == SQLITE_OK)
		rc = take_steps(db, from, STORE_VERSION);
	if (rc == SQLITE_OK)
		rc = make_views(db);
	if (rc == SQLITE_OK)
		rc = set_marks(db);
	if (rc == SQLITE_OK)
		rc = schema_causes(db);
	return rc == SQLITE_OK ? sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) : rc;
}

/* Whether everything in ours stands in db's schema of that name too. */
static int
compare(sqlite3 *ours, sqlite3 *db, const char *schema)
{
	sqlite3_stmt *each = NULL, *find = NULL;
	char *sql = sqlite3_mprintf("SELECT 1 FROM \"%w\".sqlite_schema WHERE type=?1 AND name=?2 AND sql=?3", schema);
	int rc;

	rc = sqlite3_prepare_v2(ours, "SELECT type,name,sql FROM sqlite_schema WHERE sql NOT NULL", -1, &each, NULL);
	if (rc == SQLITE_OK)
		rc = sql != NULL ? sqlite3_prepare_v2(db, sql, -1, &find, NULL) : SQLITE_NOMEM;
	while (rc == SQLITE_OK && (rc = sqlite3_step(each)) == SQLITE_ROW) {
		for (int i = 0; i < 3; i++)
			sqlite3_bind_value(find, i + 1, sqlite3_column_value(each, i));
		rc = sqlite3_step(find);
		if (rc == SQLITE_DONE)
			rc = SQLITE_MISMATCH;
		else if (rc == SQLITE_ROW)
			rc = sqlite3_reset(find);
	}
	sqlite3_finalize(each);
	sqlite3_finalize(find);
	sqlite3_free(sql);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int
schema_check(sqlite3 *db, const char *schema, int version)
{
	sqlite3 *ours = NULL;
	int rc;

	rc = sqlite3_open_v2(":memory:", &ours, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	if (rc == SQLITE_OK)
		rc = take_steps(ours, 0, version);
	if (rc == SQLITE_OK && version == STORE_VERSION)
		rc = make_views(ours);
	if (rc == SQLITE_OK)
		rc = compare(ours, db, schema);
	sqlite3_close(ours);
	return rc;
}

int
schema_causes(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	rc = sqlite3_prepare_v2(db, "INSERT INTO cause(id,text,advice,over) VALUES(?1,?2,?3,?4) ON CONFLICT(id) DO UPDATE SET text=excluded.text,"
	    "advice=excluded.advice,over=excluded.over WHERE (text,advice,over) IS NOT (excluded.text,excluded.advice,excluded.over)", -1, &stmt, NULL);
	for (int i = 0; i < CAUSE_COUNT && rc == SQLITE_OK; i++) {
		sqlite3_bind_int(stmt, 1, i);
		sqlite3_bind_text(stmt, 2, cause_name((enum cause)i), -1, SQLITE_STATIC);
		sqlite3_bind_text(stmt, 3, cause_advice((enum cause)i), -1, SQLITE_STATIC);
		sqlite3_bind_text(stmt, 4, cause_over((enum cause)i), -1, SQLITE_STATIC);
		sqlite3_step(stmt);
		rc = sqlite3_reset(stmt);
	}
	sqlite3_finalize(stmt);
	return rc;
}
