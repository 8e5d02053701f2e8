/* base/esc.h - text from outside, made safe for where it is shown.
 *
 * Each function appends n bytes of anything to `out`.  Valid UTF-8 stays; what could move the cursor, hide, or turn the direction of
 * the text around it does not: control characters, line separators, characters without width, bidirectional controls (UAX 9)
 * and bytes that are no UTF-8.  But in JSON each such byte becomes \xNN, which cannot be told from the same four characters written
 * out: to show, not to read back. */
#ifndef BASE_ESC_H
#define BASE_ESC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define ESC_SHORT 80

void esc_term(struct buf *out, const void *p, size_t n);
/* For text and for attribute values in either quotes. */
void esc_html(struct buf *out, const void *p, size_t n);
/* A whole field, in quotes where RFC 4180 wants them; line ends and tabs stay.  A field that begins with = + - @, TAB, CR, LF, one of the
 * full-width forms of the first four, or an apostrophe gets an apostrophe before it, so that no spreadsheet runs it.  To
 * read back: take one apostrophe off a field that begins with one, as base/csv.h does. */
void esc_csv(struct buf *out, const void *p, size_t n);
/* Whether a spreadsheet could take the field for a formula, or for one made safe: then it gets that apostrophe. */
bool esc_csv_runs(const void *p, size_t n);
/* What stands between the quotes of a JSON string (RFC 8259).  Unsafe characters become \u escapes and read back as they were; a byte that is
 * no UTF-8 becomes \u00NN and reads back as that character of Latin-1. */
void esc_json(struct buf *out, const void *p, size_t n);

/* For messages: text as esc_term() gives it, cut with "..." to fit buf, which has ESC_SHORT bytes.  Returns buf. */
char *esc_short(const char *text, char *buf);

#endif
