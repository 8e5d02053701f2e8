/* report/report_int.h - what the forms of a report share. */
#ifndef REPORT_INT_H
#define REPORT_INT_H

#include "base/json.h"
#include "report/format.h"

/* What a sensor sees, over all captures it wrote: the best of each. */
enum seen_what { SEEN_CLIENT_DNS, SEEN_UPSTREAM, SEEN_FLOWS, SEEN_COUNT };
enum seen_way { SEEN_UNKNOWN, SEEN_NONE, SEEN_ONE, SEEN_BOTH };
struct seen {
	const char *sensor;
	enum seen_way way[SEEN_COUNT];
	usec_t started, ended;
	int64_t captures, packets, lost;
};
/* By name of the sensor; once with sensor NULL where nothing is stored. */
int seen_each(struct reader *rd, void (*each)(void *ctx, const struct seen *s), void *ctx, struct err *err);
void seen_text(void *out, const struct seen *s);	/* into a struct out */
void seen_json(void *out, const struct seen *s);

/* What JSON and CSV give of a finding. */
enum field_kind { FIELD_TEXT, FIELD_NUMBER, FIELD_LIST, FIELD_COUNTS };
struct field { const char *name; enum field_kind kind; };
#define FINDING_FIELDS 49
extern const struct field finding_fields[FINDING_FIELDS];
/* Begin to read them, a finding a row, a field a column; must be closed. */
void fields_open(struct rows *r, struct reader *rd, const struct report_opts *opts);

int findings_csv(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
/* Findings as JSON, an object a line, nothing else. */
int finding_lines(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
int findings_json(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
int report_json(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
int findings_text(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
#define HTML_FINDINGS 1000	/* the worst so many are in a page */
int report_html(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
int report_text(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);

/* What of a capture was not read, {"arp":12}, as "12 arp, ..."; nothing where all was. */
void unread_words(const char *json, struct buf *out);
/* legit_basis for a person. */
const char *legit_basis_words(const char *basis);

/* Findings as blocks below a line for each deprecated address, nothing else.  *n: how many. */
int finding_blocks(struct reader *rd, const struct report_opts *opts, struct out *o, int64_t *n, struct err *err);
/* What a book remarks, a paragraph each. */
int remark_lines(struct reader *rd, struct out *o, struct err *err);
int remarks_json(struct reader *rd, struct json *j, struct err *err);	/* a member "remarks" */
/* What was foretold of each entry yesterday, where it was. */
int score_lines(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
/* The same as a member "scored", an array, of the object under way. */
int score_json(struct reader *rd, const struct report_opts *opts, struct json *j, struct err *err);
int score_any(struct reader *rd, bool *any, struct err *err);	/* whether anything was foretold */
/* A line for each entry of the list; without `all` only those that no finding above speaks of. */
int entry_lines(struct reader *rd, bool all, struct out *o, struct err *err);

/* Which findings: for the end of a WHERE over `finding f` joined to v_findings v, with parameters 1 to 3: bind_which(). */
#define WHICH "(?1 IS NULL OR ?1 IN (v.client,v.deprecated_ip,v.listed,v.name)) AND f.run_id>=?2 AND (?3 IS NULL OR f.fid=?3)"
void bind_which(struct rows *r, const struct report_opts *opts);

#endif
