#include "store/read.h"

#include <stdlib.h>
#include <string.h>

#include "store/store_int.h"

struct reader { sqlite3 *db; char *path, *shown; bool lent; };

struct reader *
reader_on(sqlite3 *db, const char *path)
{
	struct reader *rd = calloc(1, sizeof(*rd));

	if (rd == NULL || (rd->path = strdup(path)) == NULL || (rd->shown = db_shown(path)) == NULL) {
		reader_close(rd);
		return NULL;
	}
	rd->db = db;
	return rd;
}

int
reader_open(const char *path, struct reader **out, struct err *err)
{
	struct reader *rd = reader_on(NULL, path);
	int rc;

	*out = NULL;
	if (rd == NULL)
		return err_set(err, ST_ENOMEM, "out of memory");
	rc = db_open_read(path, rd->shown, &rd->db, err);
	if (rc < 0) {
		reader_close(rd);
		return rc;
	}
	*out = rd;
	return 0;
}

int
store_reader(struct store *st, struct reader **out, struct err *err)
{
	*out = reader_on(st->db, st->shown);
	if (*out == NULL)
		return err_set(err, ST_ENOMEM, "out of memory");
	(*out)->lent = true;
	return 0;
}

void
reader_close(struct reader *rd)
{
	if (rd == NULL)
		return;
	if (!rd->lent)
		sqlite3_close(rd->db);
	free(rd->path);
	free(rd->shown);
	free(rd);
}

const char *
reader_path(const struct reader *rd)
{
	return rd->path;
}

const char *
reader_shown(const struct reader *rd)
{
	return rd->shown;
}

void
rows_open(struct rows *r, struct reader *rd, const char *sql)
{
	sqlite3_stmt *stmt = NULL;

	*r = (struct rows){ .rd = rd };
	r->failed = sqlite3_prepare_v2(rd->db, sql, -1, &stmt, NULL);
	r->stmt = stmt;
}

void
rows_bind(struct rows *r, int parameter, const char *text)
{
	if (r->failed == SQLITE_OK)
		r->failed = sqlite3_bind_text(r->stmt, parameter, text, -1, SQLITE_STATIC);
}

void
rows_bind_int(struct rows *r, int parameter, int64_t v)
{
	if (r->failed == SQLITE_OK)
		r->failed = sqlite3_bind_int64(r->stmt, parameter, v);
}

bool
rows_next(struct rows *r)
{
	int rc;

	if (r->failed != SQLITE_OK)
		return false;
	rc = sqlite3_step(r->stmt);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		r->failed = rc;
	return rc == SQLITE_ROW;
}

int
rows_close(struct rows *r, struct err *err)
{
	int rc = r->failed;

	if (rc != SQLITE_OK)
		db_fail(r->rd->db, rc, r->rd->shown, "cannot be read", err);
	sqlite3_finalize(r->stmt);
	*r = (struct rows){ 0 };
	return rc == SQLITE_OK ? 0 : err->code;
}

const char *
rows_text(struct rows *r, int column)
{
	const char *text;

	if (sqlite3_column_type(r->stmt, column) != SQLITE_TEXT)
		return NULL;
	text = (const char *)sqlite3_column_text(r->stmt, column);
	if (text == NULL || strlen(text) != (size_t)sqlite3_column_bytes(r->stmt, column))	/* nobody is shown half of it */
		return NULL;
	return text;
}

int64_t
rows_int(struct rows *r, int column, int64_t null)
{
	return sqlite3_column_type(r->stmt, column) == SQLITE_INTEGER ? sqlite3_column_int64(r->stmt, column) : null;
}

double
rows_real(struct rows *r, int column, double null)
{
	int type = sqlite3_column_type(r->stmt, column);

	return type == SQLITE_FLOAT || type == SQLITE_INTEGER ? sqlite3_column_double(r->stmt, column) : null;
}

usec_t
rows_time(struct rows *r, int column)
{
	return rows_int(r, column, TM_NONE);
}

const void *
rows_blob(struct rows *r, int column, size_t *n)
{
	const void *p = NULL;

	*n = 0;
	if (sqlite3_column_type(r->stmt, column) == SQLITE_BLOB) {
		p = sqlite3_column_blob(r->stmt, column);
		*n = (size_t)sqlite3_column_bytes(r->stmt, column);
	}
	return p;
}
