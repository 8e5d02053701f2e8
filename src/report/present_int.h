/* report/present_int.h - what is so now: who goes on connecting, who is told it alone, and what is over but not silent for long enough.
 *
 * A finding stays open until its silence is long enough (DESIGN section 6), also where nothing is left that could lead its client there.
 * Which of them that is, the view `present` says; every sentence that speaks of the present is made here of it, for all forms. */
#ifndef REPORT_PRESENT_INT_H
#define REPORT_PRESENT_INT_H

#include "report/report_int.h"

struct present {
	int64_t entries, used, told, quiet, draining, clean, unproven;	/* of the list: used, told, quiet are its contacted ones */
	int64_t clients;		/* that go on connecting without a TTL that covers them; of these */
	int64_t never, untold;		/* will not end by themselves; may, or may not */
	usec_t ends;			/* when the last of the others does; TM_NONE: not known */
	int64_t only_told, over, waived, covered;	/* clients: told and not connecting, over; waived, of all that are open; draining */
	int64_t findings_over;
	usec_t last, resolves;		/* of the quiet entries: the last contact, and when silence resolves them */
};
int present_read(struct reader *rd, const struct report_opts *opts, struct present *out, struct err *err);
/* The report in a sentence, and what one wants to know next; plain text. */
void present_title(const struct present *p, struct buf *out);
void present_lead(const struct present *p, struct buf *out);

/* "ends by ...", "will not end by itself", "not contacted since ..."; nothing of what is resolved or withdrawn. */
struct present_finding { const char *state, *present, *cause; usec_t last, drains, resolves, now; };
void present_ends(const struct present_finding *f, struct buf *out);

/* Who is behind an entry: "2 clients stale, 1 of them waived; 1 not seen since ..."; nothing where nobody is. */
struct present_entry { int64_t connects, told, over, draining, waived; usec_t last, resolves; };
void present_who(const struct present_entry *e, struct buf *out);
/* The columns of an entry for it, of the view `standing` s. */
#define PRESENT_ENTRY "ifnull(s.connects,0),ifnull(s.told,0),ifnull(s.over,0),s.last_us,s.resolves_us"

#endif
