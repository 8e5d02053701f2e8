/* app/pack.h - the evidence pack: the report in a directory, with all that it rests on and the hashes of it. */
#ifndef APP_PACK_H
#define APP_PACK_H

#include "app/options.h"
#include "report/format.h"

/* Write it into opt->evidence, which must not exist or be empty; files are 0640, a new directory 0750.  The manifest comes last: a directory without one
 * is no pack.  0 or ST_*. */
int pack_write(struct reader *rd, const struct report_opts *what, const struct options *opt, struct err *err);

#endif
