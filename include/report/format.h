/* report/format.h - the forms a report can take: a row and a file each.
 *
 * Everything is read from the database.  Nothing here prints or exits: output goes to a struct out, and the caller ends
 * it with out_end().  All return 0 or ST_*. */
#ifndef REPORT_FORMAT_H
#define REPORT_FORMAT_H

#include "report/out.h"
#include "report/policy.h"
#include "store/read.h"

struct report_opts {
	int64_t run;			/* only findings that this run or a later one wrote; 0: all */
	const char *match;		/* only this address (client's, deprecated) or name; NULL: all */
	const char *id;			/* only this finding; NULL: all */
	usec_t since, until;		/* the period that the report is about; TM_NONE: all of the data */
	const struct policy *policy;	/* what fails a report; NULL: policy_default */
	const char *beside;		/* the name of the file that has all findings as JSON, where the form does not show all; NULL: there is none */
};

enum report_verdict { REPORT_PASS, REPORT_UNPROVEN, REPORT_FAIL };

struct format {
	const char *name;
	/* What `replay` prints at its end: what this place sees, then the findings, then the entries without any. */
	int (*findings)(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
	/* What `report` prints: the same with the verdict, the captures it rests on, and every entry of the list. */
	int (*report)(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
	int64_t most;			/* findings that it shows; all of them are put beside it as JSON, where there are more.  0: it shows all */
};

const struct format *format_find(const char *name);	/* NULL if there is none */
int report_count(struct reader *rd, const struct report_opts *opts, int64_t *findings, struct err *err);

/* Open findings, and which of them fail a report: those of at least the policy's severity, not waived at the period's end, and not of
 * quiet hours alone. */
struct report_totals { int64_t open, waived, quiet, slight, failing; };
int report_totals(struct reader *rd, const struct report_opts *opts, struct report_totals *out, struct err *err);
/* Entries of the list that are not proven; 1 for an empty list. */
int report_unproven(struct reader *rd, int64_t *out, struct err *err);
/* Against the policy: FAIL with a finding that fails, else UNPROVEN with an entry that is not proven or no entry at all, else PASS. */
int report_verdict(struct reader *rd, const struct report_opts *opts, enum report_verdict *out, struct err *err);
const char *report_verdict_name(enum report_verdict v);		/* "PASS" */
/* "an open, unwaived finding of severity low or worse; ..." */
void report_policy(const struct report_opts *opts, struct out *o);
#endif
