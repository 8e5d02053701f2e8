/* report/drain.h - who is left on a retired address, until when, and who will not end by himself.
 *
 * A client ends by arithmetic: its own last answer runs until an instant, and while a resolver may rightly hand the address out, until
 * `legit until` or as long as what that resolver has handed out still runs, it may be told again.  "Now" is the end of the data, or of
 * the period.  0 or ST_*. */
#ifndef REPORT_DRAIN_H
#define REPORT_DRAIN_H

#include "report/format.h"

/* Each entry of the list that was retired by then; opts->match: only this address, name (of the list or of a finding), or what this client has to do with.  *left: clients
 * that are left and not waived, over all entries. */
/* ST_ESYNTAX where opts->match is nothing that the list, or a client of it, has. */
int drain_asked(struct reader *rd, const struct report_opts *opts, struct err *err);
int drain_text(struct reader *rd, const struct report_opts *opts, struct out *o, int64_t *left, struct err *err);
int drain_csv(struct reader *rd, const struct report_opts *opts, struct out *o, int64_t *left, struct err *err);
int drain_json(struct reader *rd, const struct report_opts *opts, struct out *o, int64_t *left, struct err *err);

#endif
