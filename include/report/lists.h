/* report/lists.h - the lists that a report rests on, written back from the database in the form that they are read in.
 *
 * *n: how many entries; without any, nothing or a header line alone was written.  All return 0 or ST_*. */
#ifndef REPORT_LISTS_H
#define REPORT_LISTS_H

#include "report/out.h"
#include "store/read.h"

/* deprecated.csv: the entries in force that have a time. */
int lists_deprecated(struct reader *rd, struct out *o, int64_t *n, struct err *err);
/* Those retired before the data begins: ADDR,NAME without a header line, for only that form of list knows no time. */
int lists_before(struct reader *rd, struct out *o, int64_t *n, struct err *err);
/* clients.csv, an address a line; hosts and roles are not stored. */
int lists_clients(struct reader *rd, struct out *o, int64_t *n, struct err *err);
int lists_waivers(struct reader *rd, struct out *o, int64_t *n, struct err *err);	/* waivers.csv */

#endif
