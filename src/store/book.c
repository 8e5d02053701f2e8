#include "store/book.h"

#include <stdlib.h>
#include <string.h>

#include "store/book_int.h"

#define NOBODYS "sensor_id NOT NULL"

struct part { const char *path; char *shown, *uri; usec_t first, end; };

static const char besides[] =
	"CREATE TABLE period(since_us INTEGER, until_us INTEGER, first_us INTEGER, last_us INTEGER, now_us INTEGER, covered REAL, databases INTEGER);"
	"CREATE TABLE trend(finding_id INTEGER PRIMARY KEY, now INTEGER, before INTEGER);"
	"CREATE TABLE sees(listing_id INTEGER, sensor_id INTEGER, PRIMARY KEY(listing_id, sensor_id)) WITHOUT ROWID;"
	"CREATE TABLE remark(text TEXT NOT NULL);"
	"DROP VIEW moment; CREATE VIEW moment AS SELECT now_us AS us FROM period;";

const char *
trend_name(enum trend t)
{
	static const char *const names[TREND_COUNT] = {
#define TREND_TEXT(id, text) [TREND_##id] = text,
		TREND_TABLE(TREND_TEXT)
#undef TREND_TEXT
	};

	return (unsigned)t < TREND_COUNT ? names[t] : NULL;
}

/* A database that nobody else sees; what does not fit into the page cache is in a temporary file. */
static int
make(sqlite3 **db)
{
	int rc = sqlite3_open_v2("", db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_EXRESCODE, NULL);

	if (rc != SQLITE_OK)
		return rc;
	db_distrust(*db);
	sqlite3_limit(*db, SQLITE_LIMIT_ATTACHED, 1);
	rc = schema_bring(*db, 0);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(*db, "PRAGMA journal_mode=OFF; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-65536; PRAGMA cell_size_check=ON", NULL, NULL, NULL);
	return rc == SQLITE_OK ? sqlite3_exec(*db, besides, NULL, NULL, NULL) : rc;
}

/* Whether it can be read, how, and where its data ends. */
static int
look(struct part *p, const char *path, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;
	int rc;

	p->path = path;
	p->shown = db_shown(path);
	if (p->shown == NULL)
		return err_set(err, ST_ENOMEM, "out of memory");
	rc = db_open_uri(path, p->shown, &db, &p->uri, err);
	if (rc < 0)
		return rc;
	rc = sqlite3_prepare_v2(db, "SELECT min(started_us),max(ended_us) FROM coverage WHERE started_us NOT NULL AND ended_us NOT NULL", -1, &stmt, NULL);
	p->first = p->end = TM_NONE;
	if (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_type(stmt, 0) == SQLITE_INTEGER) {
		p->first = sqlite3_column_int64(stmt, 0);
		p->end = sqlite3_column_int64(stmt, 1);
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return 0;
}

static int
by_end(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	return x->end != y->end ? (x->end > y->end) - (x->end < y->end) : strcmp(x->uri, y->uri);
}

int
book_coverage(struct book *b, const char *which, int64_t parameter, struct spans *out)
{
	char *sql = sqlite3_mprintf("SELECT c.started_us,c.ended_us FROM (SELECT * FROM coverage x WHERE NOT EXISTS(SELECT 1 FROM minute m WHERE "
	    "m.source_id=x.source_id) UNION ALL SELECT source_id,link,started_us,ended_us,packets,lost,unread,queries,answers,one_sided,encrypted,seen,"
	    "reason FROM minute) c JOIN source s ON s.id=c.source_id WHERE c.started_us NOT NULL AND c.ended_us NOT NULL AND s.%s", which);
	sqlite3_stmt *stmt = NULL;
	int rc = sql != NULL ? sqlite3_prepare_v2(b->db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	out->join = BOOK_GAP;
	if (rc == SQLITE_OK && sqlite3_bind_parameter_count(stmt) > 0)
		rc = sqlite3_bind_int64(stmt, 1, parameter);
	while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = spans_add(out, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1)) ? SQLITE_OK : SQLITE_NOMEM;
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* From when to when, and how much of it was covered. */
static int
settle(struct book *b, size_t databases)
{
	const struct book_opts *o = b->opts;
	sqlite3_stmt *stmt = NULL;
	usec_t from, to;
	int rc = book_coverage(b, NOBODYS, 0, &b->covered);

	b->first = b->covered.n > 0 ? b->covered.v[0].from : TM_NONE;
	b->last = b->covered.n > 0 ? b->covered.v[b->covered.n - 1].to : TM_NONE;
	b->from = o->since != TM_NONE ? o->since : b->first;
	b->now = o->until != TM_NONE && (b->last == TM_NONE || o->until < b->last) ? o->until : b->last;
	from = b->from;
	to = o->until != TM_NONE ? o->until : b->last;
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, "INSERT INTO period VALUES(?1,?2,?3,?4,?5,?6,?7)", -1, &stmt, NULL);
	if (rc != SQLITE_OK)
		return rc;
	for (int i = 0; i < 5; i++) {
		const usec_t t[] = { o->since, o->until, b->first, b->last, b->now };

		if (t[i] != TM_NONE)
			sqlite3_bind_int64(stmt, i + 1, t[i]);
	}
	if (from != TM_NONE && to > from)
		sqlite3_bind_double(stmt, 6, (double)spans_within(&b->covered, from, to) / (double)(to - from));
	sqlite3_bind_int64(stmt, 7, (int64_t)databases);
	rc = sqlite3_step(stmt) == SQLITE_DONE ? SQLITE_OK : sqlite3_extended_errcode(b->db);
	sqlite3_finalize(stmt);
	return rc;
}

/* All parts, then what follows from them. */
static int
fill(struct book *b, struct part *parts, size_t n, struct err *err)
{
	size_t taken = 0;
	int rc = SQLITE_OK, failed = 0;

	qsort(parts, n, sizeof(*parts), by_end);
	b->end = parts[n - 1].end;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && strcmp(parts[i].uri, parts[i - 1].uri) == 0)
			continue;
		rc = book_gather(b, parts[i].uri, (int64_t)taken++, parts[i].shown);
		if (rc != SQLITE_OK)
			return db_fail(b->db, rc, parts[i].shown, "cannot be read", err);
	}
	rc = sqlite3_exec(b->db, "BEGIN", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = settle(b, taken);
	if (rc == SQLITE_OK)
		rc = book_join(b);
	if (rc == SQLITE_OK)
		rc = book_count(b);
	if (rc == SQLITE_OK)
		rc = book_then(b);
	if (rc == SQLITE_OK)
		rc = book_answers(b);
	if (rc == SQLITE_OK)
		rc = book_entries(b);
	if (rc == SQLITE_OK)
		rc = book_waive(b, &failed, err);
	if (failed < 0)
		return failed;
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(b->db, "COMMIT; PRAGMA query_only=ON", NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0 : db_fail(b->db, rc, parts[0].shown, "cannot be made a report of", err);
}

static void
forget(struct part *parts, size_t n)
{
	for (size_t i = 0; parts != NULL && i < n; i++) {
		free(parts[i].shown);
		sqlite3_free(parts[i].uri);
	}
	free(parts);
}

int
book_span(const char *const *paths, size_t n, usec_t *first, usec_t *end, struct err *err)
{
	struct part *part = calloc(1, sizeof(*part));
	int rc = part != NULL ? 0 : err_set(err, ST_ENOMEM, "out of memory");

	*first = *end = TM_NONE;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = look(part, paths[i], err);
		if (rc == 0 && part->first != TM_NONE && (*first == TM_NONE || part->first < *first))
			*first = part->first;
		*end = rc == 0 && part->end > *end ? part->end : *end;
		free(part->shown);
		sqlite3_free(part->uri);
		*part = (struct part){ 0 };
	}
	forget(part, 1);
	return rc;
}

int
book_open(const char *const *paths, size_t n, const struct book_opts *opts, struct reader **out, struct err *err)
{
	struct part *parts = calloc(n + 1, sizeof(*parts));
	struct book b = { .opts = opts };
	int rc = 0, made = SQLITE_OK;

	*out = NULL;
	if (parts == NULL)
		rc = err_set(err, ST_ENOMEM, "out of memory");
	else if (n == 0)
		rc = err_set(err, ST_ESYNTAX, "no database is given; name one that staletap replay has written");
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = look(&parts[i], paths[i], err);
	if (rc == 0)
		made = make(&b.db);
	if (made != SQLITE_OK)
		rc = db_fail(b.db, made, "a temporary database", "cannot be made; is there room where temporary files go (SQLITE_TMPDIR, TMPDIR)?", err);
	if (rc == 0)
		rc = fill(&b, parts, n, err);
	if (rc == 0 && (*out = reader_on(b.db, paths[0])) == NULL)
		rc = err_set(err, ST_ENOMEM, "out of memory");
	if (rc < 0)
		sqlite3_close(b.db);
	forget(parts, n);
	spans_free(&b.covered);
	return rc;
}
