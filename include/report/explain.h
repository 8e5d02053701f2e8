/* report/explain.h - a finding, a client, a resolver, a name: what is known of it, and why. */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include "report/out.h"
#include "store/read.h"

/* `what` as in report/lookup.h.  The first findings in full (what to do, the time line drawn and told, what decided,
 * which layers are excluded and by what, what is left open and what would decide it, evidence, how to see it oneself), further
 * ones counted; then what was answered.  0, ST_ESYNTAX where nothing is known of it, or ST_*. */
int explain(struct reader *rd, const char *what, struct out *o, struct err *err);

/* The packets kept as evidence for those findings, by time: as classic pcap (microseconds) if they are of one link type,
 * else as pcapng.  *packets: how many.  what NULL: for all findings, and nothing at all where there is none.  0, ST_ESYNTAX where there is none, or ST_*. */
int explain_pcap(struct reader *rd, const char *what, struct out *o, int64_t *packets, struct err *err);

#endif
