/* report/lookup.h - what was answered for a name, or led to an address. */
#ifndef REPORT_LOOKUP_H
#define REPORT_LOOKUP_H

#include "base/name.h"
#include "report/out.h"
#include "store/read.h"

/* What somebody may ask about: a finding's id or a unique prefix of it, an address, or a name. */
enum about_kind { ABOUT_FINDING, ABOUT_ADDRESS, ABOUT_NAME };
struct about { enum about_kind kind; char text[NAME_TEXT]; };	/* in the form the database has it */

/* Tell which of the three `what` is: first an address, then a finding, then a name.  0, or ST_ESYNTAX for the beginning of
 * several ids and for what can be none of these. */
int about_find(struct reader *rd, const char *what, struct about *out, struct err *err);

/* The answers for a name, or those that hold an address.  One that was never answered is said so; 0 or ST_*. */
int lookup(struct reader *rd, const char *what, struct out *o, struct err *err);

#endif
