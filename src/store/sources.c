/* Runs, the captures they read, what could be seen there, and what the next run needs to go on. */
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "store/store_int.h"

int64_t
store_run(struct store *st, const struct row_run *r)
{
	struct bind b;

	st->sensor = store_word(st, WORD_SENSOR, r->sensor);
	b = bind_make(st, SQL_RUN);
	bind_int(&b, st->sensor);
	bind_text(&b, r->version);
	bind_text(&b, r->options);
	bind_text(&b, r->lists_sha256);
	bind_run(&b);
	st->run = st->failed.code == 0 ? sqlite3_last_insert_rowid(st->db) : -1;
	return st->run;
}

/* A column's text kept in st->known until the next call: where it begins, or -1 for NULL. */
static ptrdiff_t
keep_text(struct store *st, sqlite3_stmt *stmt, int column)
{
	const unsigned char *p = sqlite3_column_text(stmt, column);
	size_t at = st->known.len;

	if (p == NULL)
		return -1;
	buf_put(&st->known, p, (size_t)sqlite3_column_bytes(stmt, column));
	buf_u8(&st->known, 0);
	return (ptrdiff_t)at;
}

static const char *
kept(const struct store *st, ptrdiff_t at)
{
	return at < 0 || st->known.failed ? NULL : (const char *)st->known.p + at;
}

static usec_t
column_time(sqlite3_stmt *stmt, int column)
{
	return sqlite3_column_type(stmt, column) == SQLITE_NULL ? TM_NONE : sqlite3_column_int64(stmt, column);
}

/* The source that begins with these n bytes, if there is one of just that length. */
static int
find_exact(struct store *st, int64_t sensor, const char *name, const void *head, size_t n, struct source_known *out)
{
	struct bind b = bind_make(st, SQL_SOURCE_FIND);
	ptrdiff_t at[5];
	int found;

	SHA256(head, n, out->row.head);
	out->row.head_len = n;
	bind_int(&b, sensor);
	bind_blob(&b, out->row.head, sizeof(out->row.head));
	found = bind_row(&b);
	if (found == 1) {
		out->row.id = sqlite3_column_int64(b.stmt, 0);
		out->row.run = sqlite3_column_int64(b.stmt, 1);
		out->row.packets = (uint64_t)sqlite3_column_int64(b.stmt, 3);
		out->row.bytes = (uint64_t)sqlite3_column_int64(b.stmt, 4);
		out->row.first_seen = column_time(b.stmt, 5);
		out->row.last_seen = column_time(b.stmt, 6);
		out->row.whole = sqlite3_column_int(b.stmt, 7);
		buf_clear(&st->known);
		at[0] = keep_text(st, b.stmt, 2);
		for (int i = 1; i < 4; i++)
			at[i] = keep_text(st, b.stmt, 7 + i);
		at[4] = (ptrdiff_t)st->known.len;
		buf_put(&st->known, name, strlen(name) + 1);
		if (st->known.failed)
			store_fail(st, SQLITE_NOMEM);
		out->row.file = kept(st, at[0]);
		out->lists_sha256 = kept(st, at[1]);
		out->options = kept(st, at[2]);
		out->version = kept(st, at[3]);
		out->row.sensor = kept(st, at[4]);
	}
	bind_done(&b);
	return found;
}

int
store_source_find(struct store *st, const char *sensor, const void *head, size_t n, struct source_known *out, struct err *err)
{
	struct source_known known = { 0 };
	struct bind b;
	int64_t id = 0;
	int found = 0;

	if (n > STORE_HEAD)
		n = STORE_HEAD;
	b = bind_make(st, SQL_SENSOR_FIND);
	bind_text(&b, sensor);
	if (bind_row(&b) == 1)
		id = sqlite3_column_int64(b.stmt, 0);
	bind_done(&b);
	b = bind_make(st, SQL_SOURCE_LENS);	/* the longest first: a file's own row comes before one it may have grown from */
	bind_int(&b, id);
	bind_int(&b, (int64_t)n);
	while (found == 0 && id != 0 && bind_row(&b) == 1)
		found = find_exact(st, id, sensor, head, (size_t)sqlite3_column_int64(b.stmt, 0), &known);
	bind_done(&b);
	if (store_finish(st, err) < 0)
		return err->code;
	*out = known;
	if (found == 1)
		return 1;
	*out = (struct source_known){ .row = { .id = -1, .run = -1, .first_seen = TM_NONE, .last_seen = TM_NONE, .head_len = n } };
	SHA256(head, n, out->row.head);
	return 0;
}

int
store_sensor_end(struct store *st, const char *sensor, usec_t *out, struct err *err)
{
	struct bind b = bind_make(st, SQL_SENSOR_END);

	bind_text(&b, sensor);
	*out = bind_row(&b) == 1 ? column_time(b.stmt, 0) : TM_NONE;
	bind_done(&b);
	return store_finish(st, err);
}

int
store_spans(struct store *st, struct spans *out, struct err *err)
{
	struct bind b = bind_make(st, SQL_SOURCE_SPANS);

	while (bind_row(&b) == 1)
		if (!spans_add(out, column_time(b.stmt, 0), column_time(b.stmt, 1)))
			store_fail(st, SQLITE_NOMEM);
	bind_done(&b);
	return store_finish(st, err);
}

int64_t
store_source(struct store *st, const struct row_source *s)
{
	int64_t sensor = s->sensor != NULL ? store_word(st, WORD_SENSOR, s->sensor) : st->sensor;
	struct bind b = bind_make(st, s->id > 0 ? SQL_SOURCE_SET : SQL_SOURCE_ADD);

	bind_int(&b, sensor);
	bind_int(&b, s->run > 0 ? s->run : st->run);
	bind_text(&b, s->file);
	bind_blob(&b, s->head, sizeof(s->head));
	bind_int(&b, (int64_t)s->head_len);
	bind_int(&b, (int64_t)s->packets);
	bind_int(&b, (int64_t)s->bytes);
	bind_time(&b, s->first_seen);
	bind_time(&b, s->last_seen);
	bind_int(&b, s->whole != 0);
	if (s->id > 0)
		bind_int(&b, s->id);
	bind_run(&b);
	if (st->failed.code != 0)
		return -1;
	return s->id > 0 ? s->id : sqlite3_last_insert_rowid(st->db);
}

static void
put_coverage(struct store *st, enum sql sql, const struct row_coverage *c)
{
	struct bind b = bind_make(st, sql);

	bind_int(&b, c->source);
	bind_text(&b, c->link);
	bind_time(&b, c->started);
	bind_time(&b, c->ended);
	bind_num(&b, c->packets);
	bind_num(&b, c->lost);
	bind_text(&b, c->unread);
	bind_num(&b, c->queries);
	bind_num(&b, c->answers);
	bind_num(&b, c->one_sided);
	bind_num(&b, c->encrypted);
	bind_text(&b, c->seen);
	bind_text(&b, c->reason);
	bind_run(&b);
}

void
store_coverage(struct store *st, const struct row_coverage *c)
{
	put_coverage(st, SQL_COVERAGE, c);
}

void
store_minute(struct store *st, const struct row_coverage *c)
{
	put_coverage(st, SQL_MINUTE, c);
}

void
store_counter(struct store *st, int64_t source, const char *name, int64_t n)
{
	struct bind b = bind_make(st, SQL_COUNTER);

	bind_int(&b, source);
	bind_text(&b, name);
	bind_int(&b, n);
	bind_run(&b);
}

void
store_state_put(struct store *st, int kind, int64_t shard, const void *p, size_t n)
{
	struct bind b = bind_make(st, SQL_STATE_PUT);

	bind_int(&b, kind);
	bind_int(&b, shard);
	bind_blob(&b, p, n);
	bind_run(&b);
}

int
store_state_get(struct store *st, int kind, int64_t shard, struct buf *out, struct err *err)
{
	struct bind b = bind_make(st, SQL_STATE_GET);
	int found;

	bind_int(&b, kind);
	bind_int(&b, shard);
	buf_clear(out);
	found = bind_row(&b);
	if (found == 1)
		buf_put(out, sqlite3_column_blob(b.stmt, 0), (size_t)sqlite3_column_bytes(b.stmt, 0));
	bind_done(&b);
	if (out->failed)
		store_fail(st, SQLITE_NOMEM);
	return store_finish(st, err) < 0 ? err->code : found;
}

/* Three small questions, once a run. */
int
store_holds(struct store *st, struct store_holds *out, struct err *err)
{
	static const char sql[] = "SELECT (SELECT count(*) FROM run),(SELECT count(*) FROM source),(SELECT count(*) FROM finding),"
	    "(SELECT min(first_us) FROM source),(SELECT max(last_us) FROM source),"
	    "(SELECT group_concat(text,' ') FROM (SELECT text FROM sensor ORDER BY text))";
	sqlite3_stmt *stmt;
	const unsigned char *sensors;
	int rc;

	*out = (struct store_holds){ .first = TM_NONE, .last = TM_NONE };
	rc = sqlite3_prepare_v2(st->db, sql, -1, &stmt, NULL);
	if (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
		out->runs = sqlite3_column_int64(stmt, 0);
		out->sources = sqlite3_column_int64(stmt, 1);
		out->findings = sqlite3_column_int64(stmt, 2);
		out->first = column_time(stmt, 3);
		out->last = column_time(stmt, 4);
		sensors = sqlite3_column_text(stmt, 5);
		snprintf(out->sensors, sizeof(out->sensors), "%s", sensors != NULL ? (const char *)sensors : "");
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_finalize(stmt);
	return rc == SQLITE_OK ? 0 : db_fail(st->db, rc, st->shown, "cannot be read", err);
}
