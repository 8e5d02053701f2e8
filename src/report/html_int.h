/* report/html_int.h - what the sections of the HTML report share.
 *
 * A page is one file that asks nobody for anything: style and script are in it, drawings are inline SVG, and its own
 * Content-Security-Policy forbids the rest.  It is whole without the script, which only sorts, filters and searches.  What comes from the
 * database goes through html(), which escapes it, and in no other way. */
#ifndef REPORT_HTML_INT_H
#define REPORT_HTML_INT_H

#include "judge/cause.h"
#include "report/report_int.h"

struct page {
	struct reader *rd;
	const struct report_opts *opts;
	const struct policy *policy;	/* that of opts, or the usual one */
	usec_t first, now;		/* of the data, or of the period; TM_NONE: nothing is stored */
	int64_t databases;
	struct out *o;
	struct err *err;
};

/* As out_fmt(), for %s, %d, %lld and %% alone: what %s brings is escaped (NULL: nothing).  Our own markup stands in fmt. */
void html(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* <time>2026-03-01 02:00:00</time>, or a dash. */
void html_time(struct out *o, usec_t t);
/* "two", "17", "12,345"; buf has HTML_NUMBER bytes; returns buf.  html_One(): "Two", at the beginning of a sentence. */
#define HTML_NUMBER 32
char *html_one(int64_t n, char *buf);
char *html_One(int64_t n, char *buf);
/* "one client", "two clients" */
void html_count(struct out *o, int64_t n, const char *noun);
/* Plain text, escaped, each moment in it as html_time() has it. */
void html_say(struct out *o, const char *text);
/* How long: "3 d 4 h", "12 min", "7 s": two units at most. */
void html_span(struct out *o, usec_t span);
/* A word that has a colour, with the sign that says the same without one: kind is one of the words of report.css. */
void html_badge(struct out *o, const char *kind, const char *word);
bool html_is(const char *a, const char *b);
/* The number of rows that a question gives: `SELECT count(...)` with the parameters of WHICH bound.  0 or ST_*. */
int html_number(struct page *p, const char *sql, int64_t *out);

/* What to do, of a cause's advice; address and name stand for those words in it, where they are known (NULL: not). */
void html_action(struct out *o, const char *advice, const char *address, const char *name);

/* A table that becomes a card a row where there is no room (report.css); the roles keep it a table for who cannot see it.
 * id: NULL for none.  heads: of the columns, then NULL, at least two; the first cell of a row is its heading, and a table without a row is not written.  kind of a cell: "" or a word of report.css. */
struct html_table { struct out *o; const char *id, *caption, *const *heads; int at, rows; };
void html_table(struct html_table *t, struct out *o, const char *id, const char *caption, const char *const *heads);
void html_row(struct html_table *t);
void html_cell(struct html_table *t, const char *kind);
void html_table_end(struct html_table *t);

/* A cause in a few words, as a person says it; "" for what is none of ours. */
const char *html_cause(const char *cause);
/* The layer of a cause, in a word or two: what stands before the dot, said plainly. */
const char *html_layer(const char *cause);

/* The sections, from the top.  0 or ST_*. */
int html_verdict(struct page *p);
int html_todo(struct page *p);
int html_seen(struct page *p);
int html_entries(struct page *p);
int html_trend(struct page *p);
int html_findings(struct page *p);
int html_drain(struct page *p);
int html_waivers(struct page *p);
int html_resolvers(struct page *p);
int html_captures(struct page *p);
int html_method(struct page *p);

#endif
