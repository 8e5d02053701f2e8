/* report/pack.h - the texts of an evidence pack: what it is, and who signs for it. */
#ifndef REPORT_PACK_H
#define REPORT_PACK_H

#include "report/format.h"

extern const char asset_queries_sql[];

/* Both return 0 or ST_*. */
int pack_readme(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
int pack_sign_off(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
/* The captures that databases rest on, as comment lines of the manifest. */
int pack_captures(struct reader *rd, struct out *o, struct err *err);

#endif
