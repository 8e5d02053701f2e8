/* base/csv.h - read the user's lists: CSV after RFC 4180, with errors that name file and line.
 *
 * Fields may be in quotes and hold line ends then; "" is a quote.  Lines end in LF or CRLF; a byte order mark is dropped, empty lines are
 * skipped.  Blanks around a field without quotes are no part of it, which RFC 4180 would have them be; nor is an apostrophe
 * before = + - @ or another apostrophe, which keeps spreadsheets from running the field (esc_csv()).  What is likely a
 * mistake is refused: a quote in the middle of a field, a record with more or fewer fields than there are columns, a column that is unknown or
 * there twice, control characters but TAB and line ends, UTF-16.
 *
 * Owner     A reader holds the whole file; fields stay valid until csv_close().
 * Bound     CSV_FILE bytes a file, CSV_RECORD a record, CSV_FIELDS columns. */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define CSV_FILE ((size_t)64 << 20)
#define CSV_RECORD ((size_t)64 << 10)
#define CSV_FIELDS 32

struct csv_column { const char *name; bool required; };

struct csv {
	char *name;			/* of the file, safe to show */
	char *text;
	size_t len, pos;
	const struct csv_column *columns;
	unsigned ncolumns;
	unsigned nfields;		/* of the current record */
	char *field[CSV_FIELDS];
	int8_t at[CSV_FIELDS];		/* column -> field, or -1 */
	bool header;			/* columns are by name */
	unsigned in_header;		/* how many */
	uint32_t line, next_line;	/* of the current record and of what follows; from 1, or 0: text without lines */
	bool peeked;
};

/* Read the file, or "-" for standard input.  csv_close() is to be called in any case.  ST_EFORMAT: it cannot be opened, or is no
 * text; ST_EIO, ST_ENOMEM, ST_ELIMIT.  All errors here are said in *err. */
int csv_open(struct csv *c, const char *path, struct err *err);
/* Read text that is at hand; `name` stands for the file in messages, which give no line. */
int csv_open_text(struct csv *c, const char *name, const char *text, size_t n, struct err *err);
void csv_close(struct csv *c);

/* Whether the first record names one of the n columns: then it is a header line. */
int csv_has_header(struct csv *c, const struct csv_column *columns, unsigned n, struct err *err);
/* Take the first record as header line: columns by name, in any order.  Columns not required may be missing, others not. */
int csv_header(struct csv *c, const struct csv_column *columns, unsigned n, struct err *err);
/* No header line: fields in the order of the columns, the last ones may be missing where not required.  Lines that begin
 * with # are comments. */
void csv_positional(struct csv *c, const struct csv_column *columns, unsigned n);

/* The next record: 1, or 0 at the end, or ST_ESYNTAX, ST_ELIMIT. */
int csv_next(struct csv *c, struct err *err);
/* The current record's field in the i-th column; "" if there is no such column. */
const char *csv_field(const struct csv *c, unsigned i);
/* Say what is wrong with the current record: "x.csv:7: " and the text.  Returns ST_ESYNTAX. */
int csv_fault(const struct csv *c, struct err *err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
