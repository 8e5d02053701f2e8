/* store/read.h - the database, for those who only read it.
 *
 * A reader sees the database as it was when it was opened, however long it reads and whoever writes meanwhile; it needs no
 * permission to write.  Nothing in the file is trusted: its tables and views are compared with ours when it is opened, a
 * value of another kind than expected reads as not known, as does a text with a 0 in it; texts may hold any other byte: escape them for where
 * they are shown (base/esc.h).
 *
 *	struct rows r;
 *
 *	rows_open(&r, rd, "SELECT client, stale FROM v_findings WHERE deprecated_ip=?1");
 *	rows_bind(&r, 1, address);
 *	while (rows_next(&r))
 *		... rows_text(&r, 0), rows_int(&r, 1, -1) ...
 *	return rows_close(&r, err);
 *
 * The first failure sticks: rows_next() gives false, and rows_close() says what it was. */
#ifndef STORE_READ_H
#define STORE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/tm.h"

struct reader;

/* On failure *out is NULL.  Returns 0, ST_ESYNTAX (not there, not permitted), ST_EFORMAT (not ours, newer, damaged),
 * ST_EBUSY, ST_EIO or ST_ENOMEM. */
int reader_open(const char *path, struct reader **out, struct err *err);
struct store;
/* The writer's own database, with what it has written since the last flush; to be closed before that is.  0 or ST_ENOMEM. */
int store_reader(struct store *st, struct reader **out, struct err *err);
void reader_close(struct reader *rd);			/* NULL is fine */
const char *reader_path(const struct reader *rd);	/* as given to reader_open() */
const char *reader_shown(const struct reader *rd);	/* the same, escaped for a message */

struct rows { struct reader *rd; void *stmt; int failed; };

/* Begin a question in SQL, our own text: what comes from outside is bound.  Must be closed. */
void rows_open(struct rows *r, struct reader *rd, const char *sql);
void rows_bind(struct rows *r, int parameter, const char *text);	/* must live until rows_close(); NULL: NULL */
void rows_bind_int(struct rows *r, int parameter, int64_t v);
bool rows_next(struct rows *r);
int rows_close(struct rows *r, struct err *err);	/* 0, or the failure's code */

/* Columns from 0, valid until the next rows_next().  NULL, `null` or TM_NONE where it is not known or of another kind. */
const char *rows_text(struct rows *r, int column);
int64_t rows_int(struct rows *r, int column, int64_t null);
double rows_real(struct rows *r, int column, double null);
usec_t rows_time(struct rows *r, int column);		/* of an integer twin */
const void *rows_blob(struct rows *r, int column, size_t *n);

#endif
