/* report/ready.h - before a change: who would go on using an address, for how long, and why; from kept history (store/history.h).
 *
 * "Now" is the end of the data.  What is said of clients is what they did: it is no promise. */
#ifndef REPORT_READY_H
#define REPORT_READY_H

#include "report/out.h"
#include "store/read.h"

#define READY_NAMES 200		/* without `what`: so many names, those that were answered most */

/* what: a name or an address; NULL: all names that history knows.  *stale: clients that would be stale, over all of them.  0 or ST_*. */
int ready(struct reader *rd, const char *what, bool json, struct out *o, uint64_t *stale, struct err *err);

#endif
