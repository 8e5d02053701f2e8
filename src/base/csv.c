#include "base/csv.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/esc.h"

int
csv_fault(const struct csv *c, struct err *err, const char *fmt, ...)
{
	char text[sizeof(err->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (c->line > 0)
		return err_set(err, ST_ESYNTAX, "%s:%u: %s", c->name, (unsigned)c->line, text);
	return err_set(err, ST_ESYNTAX, "%s: %s", c->name, text);
}

static int
no_memory(const struct csv *c, struct err *err)
{
	return err_set(err, ST_ENOMEM, "%s: out of memory", c->name != NULL ? c->name : "reading a list");
}

/* Take over what was read, drop a byte order mark, refuse what is no text.  Leaves the file ready for its first record. */
static int
begin(struct csv *c, struct buf *b, bool lines, struct err *err)
{
	const uint8_t *p;

	buf_cstr(b);	/* a 0 behind the text ends every scan */
	if (b->failed) {
		buf_free(b);
		return no_memory(c, err);
	}
	c->text = (char *)b->p;
	c->len = b->len;
	p = b->p;
	if (c->len >= 2 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff)))
		return err_set(err, ST_EFORMAT, "%s: is UTF-16; save it as CSV in UTF-8", c->name);
	if (c->len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		c->pos = 3;
	c->line = c->next_line = lines ? 1 : 0;
	for (size_t i = 0; i < c->len; i++) {
		if ((p[i] < 0x20 && p[i] != '\t' && p[i] != '\r' && p[i] != '\n') || p[i] == 0x7f)
			return csv_fault(c, err, "holds the control character \\x%02x; is this a list?", p[i]);
		if (p[i] == '\n' && lines)
			c->line++;
	}
	c->line = c->next_line;
	return ST_OK;
}

/* All of f into b, but no more than the bound. */
static int
slurp(const struct csv *c, FILE *f, struct buf *b, struct err *err)
{
	uint8_t block[16384];
	size_t n;

	while ((n = fread(block, 1, sizeof(block), f)) > 0) {
		if (b->len + n > CSV_FILE)
			return err_set(err, ST_ELIMIT, "%s: is larger than %zu MiB; split it", c->name, CSV_FILE >> 20);
		buf_put(b, block, n);
	}
	if (ferror(f))
		return err_set(err, errno == EISDIR ? ST_EFORMAT : ST_EIO, "%s: cannot be read: %s; name a file", c->name, strerror(errno));
	return ST_OK;
}

/* Names may be the user's or come from a directory: kept as they may be shown. */
static int
set_name(struct csv *c, const char *name, struct err *err)
{
	struct buf b = { 0 };

	*c = (struct csv){ 0 };
	esc_term(&b, name, strlen(name));
	buf_cstr(&b);
	if (b.failed) {
		buf_free(&b);
		return no_memory(c, err);
	}
	c->name = (char *)b.p;
	return ST_OK;
}

int
csv_open(struct csv *c, const char *path, struct err *err)
{
	bool std = strcmp(path, "-") == 0;
	struct buf b = { 0 };
	FILE *f;
	int rc;

	rc = set_name(c, std ? "standard input" : path, err);
	if (rc < 0)
		return rc;
	f = std ? stdin : fopen(path, "rb");
	if (f == NULL)
		return err_set(err, ST_EFORMAT, "%s: cannot be opened: %s; check the path and its permissions", c->name, strerror(errno));
	rc = slurp(c, f, &b, err);
	if (!std)
		fclose(f);
	if (rc < 0) {
		buf_free(&b);
		return rc;
	}
	return begin(c, &b, true, err);
}

int
csv_open_text(struct csv *c, const char *name, const char *text, size_t n, struct err *err)
{
	struct buf b = { 0 };
	int rc;

	rc = set_name(c, name, err);
	if (rc < 0)
		return rc;
	if (n > CSV_FILE)
		return err_set(err, ST_ELIMIT, "%s: is larger than %zu MiB", c->name, CSV_FILE >> 20);
	buf_put(&b, text, n);
	return begin(c, &b, false, err);
}

void
csv_close(struct csv *c)
{
	free(c->name);
	free(c->text);
	*c = (struct csv){ 0 };
}

static void
count_line(struct csv *c)
{
	if (c->next_line > 0)
		c->next_line++;
}

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t';
}

/* What stands behind a field: 1 a comma, 0 the end of the record; moves behind it. */
static int
separator(struct csv *c, struct err *err)
{
	const char *p = c->text + c->pos;

	if (*p == ',') {
		c->pos++;
		return 1;
	}
	if (*p == '\0')
		return 0;
	if (*p == '\r' && p[1] != '\n')
		return csv_fault(c, err, "holds a CR without LF; save it with LF or CRLF at the end of each line");
	c->pos += *p == '\r' ? 2 : 1;
	count_line(c);
	return 0;
}

/* A field in quotes, made plain where it stands.  As separator(). */
static int
quoted(struct csv *c, char **field, struct err *err)
{
	char *p = c->text + c->pos + 1, *w = p;

	*field = p;
	while (*p != '"' || p[1] == '"') {
		if (*p == '\0')
			return csv_fault(c, err, "a quote is opened and never closed; a quote inside a field is written twice (\"\")");
		if (*p == '\n')
			count_line(c);
		if (*p == '"')
			p++;
		*w++ = *p++;
	}
	*w = '\0';
	for (p++; is_blank(*p); p++)
		;
	if (*p != ',' && *p != '\r' && *p != '\n' && *p != '\0')
		return csv_fault(c, err, "text follows a closing quote; put the whole field in quotes, and quotes inside it twice (\"\")");
	c->pos = (size_t)(p - c->text);
	return separator(c, err);
}

/* A field without quotes, without the blanks around it.  As separator(). */
static int
bare(struct csv *c, char **field, struct err *err)
{
	char *p = c->text + c->pos, *end;
	int rc;

	*field = p;
	for (; *p != ',' && *p != '\r' && *p != '\n' && *p != '\0'; p++)
		if (*p == '"')
			return csv_fault(c, err, "a quote stands inside a field; put the field in quotes, and quotes inside it twice (\"\")");
	for (end = p; end > *field && is_blank(end[-1]); end--)
		;
	c->pos = (size_t)(p - c->text);
	rc = separator(c, err);
	*end = '\0';	/* perhaps where the separator was */
	return rc;
}

/* An apostrophe that esc_csv() put before what a spreadsheet would run. */
static void
unguard(char **field)
{
	if (**field == '\'' && esc_csv_runs(*field + 1, strlen(*field + 1)))
		++*field;
}

/* Pass over empty lines and, in a list without header line, comments. */
static void
skip_lines(struct csv *c)
{
	for (;;) {
		const char *p = c->text + c->pos;

		while (is_blank(*p))
			p++;
		if (*p == '#' && !c->header)
			p += strcspn(p, "\n");
		else if (*p == '\r' && p[1] == '\n')
			p++;
		if (*p != '\n' && *p != '\0')
			return;
		c->pos = (size_t)(p - c->text);
		if (*p == '\0')
			return;
		c->pos++;
		count_line(c);
	}
}

/* Split the next record into its fields: 1, or 0 at the end. */
static int
record(struct csv *c, struct err *err)
{
	size_t start;
	int more = 1;

	if (c->peeked) {
		c->peeked = false;
		return 1;
	}
	skip_lines(c);
	c->line = c->next_line;
	c->nfields = 0;
	start = c->pos;
	if (c->text[start] == '\0')
		return 0;
	while (more > 0) {
		if (c->nfields == CSV_FIELDS)
			return csv_fault(c, err, "has more than %d fields", CSV_FIELDS);
		while (is_blank(c->text[c->pos]))
			c->pos++;
		more = c->text[c->pos] == '"' ? quoted(c, &c->field[c->nfields], err) : bare(c, &c->field[c->nfields], err);
		if (more < 0)
			return more;
		unguard(&c->field[c->nfields]);
		if (c->pos - start > CSV_RECORD) {
			csv_fault(c, err, "is longer than %zu KiB; is a quote missing?", CSV_RECORD >> 10);
			return err->code = ST_ELIMIT;
		}
		c->nfields++;
	}
	return 1;
}

/* The column of this name, or n. */
static unsigned
column_of(const struct csv_column *columns, unsigned n, const char *name)
{
	unsigned i;

	for (i = 0; i < n && strcmp(columns[i].name, name) != 0; i++)
		;
	return i;
}

int
csv_has_header(struct csv *c, const struct csv_column *columns, unsigned n, struct err *err)
{
	int rc = record(c, err);

	if (rc <= 0)
		return rc;
	c->peeked = true;
	for (unsigned i = 0; i < c->nfields; i++)
		if (column_of(columns, n, c->field[i]) < n)
			return 1;
	return 0;
}

static int
unknown_column(const struct csv *c, const char *name, struct err *err)
{
	char shown[ESC_SHORT];
	struct buf known = { 0 };
	int rc;

	for (unsigned i = 0; i < c->ncolumns; i++)
		buf_fmt(&known, "%s%s", i > 0 ? "," : "", c->columns[i].name);
	rc = csv_fault(c, err, "unknown column \"%s\"; %s: %s", esc_short(name, shown),
	               strpbrk(name, ";\t") != NULL ? "separate columns with commas" : "the columns are", buf_cstr(&known));
	buf_free(&known);
	return rc;
}

int
csv_header(struct csv *c, const struct csv_column *columns, unsigned n, struct err *err)
{
	int rc = record(c, err);

	c->columns = columns;
	c->ncolumns = n;
	c->header = true;
	memset(c->at, -1, sizeof(c->at));
	if (rc < 0)
		return rc;
	if (rc == 0)
		return csv_fault(c, err, "is empty; the first line names the columns");
	for (unsigned i = 0; i < c->nfields; i++) {
		unsigned k = column_of(columns, n, c->field[i]);

		if (k == n)
			return unknown_column(c, c->field[i], err);
		if (c->at[k] >= 0)
			return csv_fault(c, err, "column \"%s\" is there twice; remove one", columns[k].name);
		c->at[k] = (int8_t)i;
	}
	for (unsigned k = 0; k < n; k++)
		if (columns[k].required && c->at[k] < 0)
			return csv_fault(c, err, "column \"%s\" is missing; add it to the header line", columns[k].name);
	c->in_header = c->nfields;
	return ST_OK;
}

void
csv_positional(struct csv *c, const struct csv_column *columns, unsigned n)
{
	c->columns = columns;
	c->ncolumns = n;
}

/* Without names, the fields are the first columns. */
static int
by_position(struct csv *c, struct err *err)
{
	if (c->nfields > c->ncolumns)
		return csv_fault(c, err, "has %u fields; at most %u are read without a header line", c->nfields, c->ncolumns);
	for (unsigned k = 0; k < c->ncolumns; k++) {
		c->at[k] = (int8_t)(k < c->nfields ? (int)k : -1);
		if (c->columns[k].required && c->at[k] < 0)
			return csv_fault(c, err, "%s is missing", c->columns[k].name);
	}
	return 1;
}

int
csv_next(struct csv *c, struct err *err)
{
	int rc = record(c, err);

	if (rc <= 0)
		return rc;
	if (!c->header)
		return by_position(c, err);
	if (c->nfields != c->in_header)
		return csv_fault(c, err, "has %u fields, the header line has %u; a comma is missing, or a field with commas needs quotes",
		                 c->nfields, c->in_header);
	return 1;
}

const char *
csv_field(const struct csv *c, unsigned i)
{
	return c->at[i] >= 0 ? c->field[c->at[i]] : "";
}
