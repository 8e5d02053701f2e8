/* The writer: its statements, and the flush. */
#include <string.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/store_int.h"

static const char *const texts[SQL_COUNT] = {
#define STORE_SQL_TEXT(id, text) [SQL_##id] = text,
	STORE_SQL(STORE_SQL_TEXT)
#undef STORE_SQL_TEXT
};

int
store_open(const char *path, size_t memory, struct store **out, struct err *err)
{
	struct store *st = calloc(1, sizeof(*st));
	int rc;

	*out = NULL;
	if (st == NULL || (st->shown = db_shown(path)) == NULL) {
		free(st);
		return err_set(err, ST_ENOMEM, "out of memory");
	}
	rc = db_open_write(path, st->shown, memory / 2, &st->db, &st->lock, err);
	if (rc < 0) {
		free(st->shown);
		free(st);
		return rc;
	}
	words_init(&st->words, memory / 2);
	*out = st;
	return 0;
}

void
store_close(struct store *st)
{
	if (st == NULL)
		return;
	for (int i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(st->stmt[i]);
	sqlite3_close(st->db);		/* an open transaction is rolled back */
	close(st->lock);
	words_free(&st->words);
	buf_free(&st->known);
	free(st->shown);
	free(st);
}

void
store_fail(struct store *st, int rc)
{
	if (st->failed.code == 0)
		db_fail(st->db, rc, st->shown, "cannot be written", &st->failed);
}

int
store_finish(struct store *st, struct err *err)
{
	if (st->failed.code == 0)
		return 0;
	*err = st->failed;
	if (!st->flushing)
		st->failed.code = 0;
	return err->code;
}

int
store_begin(struct store *st, struct err *err)
{
	int rc;

	st->failed.code = 0;
	rc = sqlite3_exec(st->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc != SQLITE_OK) {
		store_fail(st, rc);	/* nothing is written outside of a transaction */
		*err = st->failed;
		return err->code;
	}
	st->flushing = true;
	return 0;
}

int
store_commit(struct store *st, struct err *err)
{
	int rc;

	st->flushing = false;
	if (st->failed.code == 0) {
		rc = sqlite3_exec(st->db, "COMMIT", NULL, NULL, NULL);
		if (rc == SQLITE_OK)
			return 0;
		store_fail(st, rc);
	}
	if (!sqlite3_get_autocommit(st->db))	/* SQLite may have rolled back by itself */
		sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
	words_clear(&st->words);		/* ids that were rolled back will be given to other texts */
	*err = st->failed;
	return err->code;
}

/* The statement, prepared and reset; NULL after a failure. */
static sqlite3_stmt *
statement(struct store *st, enum sql sql)
{
	int rc;

	if (st->failed.code != 0)
		return NULL;
	if (st->stmt[sql] == NULL) {
		rc = sqlite3_prepare_v3(st->db, texts[sql], -1, SQLITE_PREPARE_PERSISTENT, &st->stmt[sql], NULL);
		if (rc != SQLITE_OK)
			store_fail(st, rc);
	}
	return st->stmt[sql];
}

struct bind
bind_make(struct store *st, enum sql sql)
{
	return (struct bind){ .st = st, .stmt = statement(st, sql) };
}

static void
bound(struct bind *b, int rc)
{
	if (rc != SQLITE_OK && b->stmt != NULL)
		store_fail(b->st, rc);
}

static void
bind_null(struct bind *b)
{
	if (b->stmt != NULL)
		bound(b, sqlite3_bind_null(b->stmt, ++b->i));
}

void
bind_int(struct bind *b, int64_t v)
{
	if (b->stmt != NULL)
		bound(b, sqlite3_bind_int64(b->stmt, ++b->i, v));
}

void
bind_num(struct bind *b, int64_t v)
{
	if (v == -1)
		bind_null(b);
	else
		bind_int(b, v);
}

void
bind_time(struct bind *b, usec_t t)
{
	if (t == TM_NONE)
		bind_null(b);
	else
		bind_int(b, t);
}

void
bind_id(struct bind *b, int64_t id)
{
	if (id == 0)
		bind_null(b);
	else
		bind_int(b, id);
}

void
bind_text(struct bind *b, const char *s)
{
	if (b->stmt != NULL)
		bound(b, sqlite3_bind_text(b->stmt, ++b->i, s, -1, SQLITE_STATIC));
}

void
bind_blob(struct bind *b, const void *p, size_t n)
{
	if (b->stmt != NULL)
		bound(b, sqlite3_bind_blob64(b->stmt, ++b->i, n > 0 ? p : "", n, SQLITE_STATIC));
}

void
bind_real(struct bind *b, double v)
{
	if (v < 0)
		bind_null(b);
	else if (b->stmt != NULL)
		bound(b, sqlite3_bind_double(b->stmt, ++b->i, v));
}

int
bind_row(struct bind *b)
{
	int rc;

	if (b->stmt == NULL || b->st->failed.code != 0)
		return -1;
	rc = sqlite3_step(b->stmt);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	store_fail(b->st, rc);
	return -1;
}

void
bind_done(struct bind *b)
{
	if (b->stmt != NULL)
		sqlite3_reset(b->stmt);
}

void
bind_run(struct bind *b)
{
	(void)bind_row(b);
	bind_done(b);
}

/* Texts that stand once, in one shape: find it, else add it. */
static const struct { enum sql find, add; } word_sql[] = {
	[WORD_ADDR] = { SQL_ADDR_FIND, SQL_ADDR_ADD },
	[WORD_NAME] = { SQL_NAME_FIND, SQL_NAME_ADD },
	[WORD_SENSOR] = { SQL_SENSOR_FIND, SQL_SENSOR_ADD },
};

static int64_t
find_or_add(struct store *st, enum word kind, const char *text)
{
	struct bind b = bind_make(st, word_sql[kind].find);
	int64_t id = 0;

	bind_text(&b, text);
	if (bind_row(&b) == 1)
		id = sqlite3_column_int64(b.stmt, 0);
	bind_done(&b);
	if (id != 0)
		return id;
	b = bind_make(st, word_sql[kind].add);
	bind_text(&b, text);
	bind_run(&b);
	return st->failed.code == 0 ? sqlite3_last_insert_rowid(st->db) : 0;
}

int64_t
store_word(struct store *st, enum word kind, const char *text)
{
	char key[1 + 256];
	size_t n;
	int64_t id;

	if (text == NULL || st->failed.code != 0)
		return 0;
	n = strlen(text);
	if (n >= sizeof(key))
		return find_or_add(st, kind, text);
	key[0] = (char)kind;
	memcpy(key + 1, text, n);
	id = words_get(&st->words, key, n + 1);
	if (id != 0)
		return id;
	id = find_or_add(st, kind, text);
	if (id != 0)
		words_put(&st->words, key, n + 1, id);
	return id;
}
