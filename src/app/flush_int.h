/* app/flush_int.h - the parts of a flush, a file each. */
#ifndef APP_FLUSH_INT_H
#define APP_FLUSH_INT_H

#include "app/entries.h"
#include "app/flush.h"

/* flush_findings.c: connections, findings and their evidence, list entries. */
void see_conn(void *ctx, const struct conn *c, const struct finding_of *o, struct finding *f);
void see_no_finding(void *ctx, struct finding *f);
void see_finding(void *ctx, const struct finding *f, const struct tally *t, const struct speaker *s);
void see_entries(void *ctx, const struct dep_seen *seen);
/* flush_used.c: who was told what, as far as it is new. */
void flush_used(struct engine *e);
/* flush_resolvers.c: what is known of each server that answers others. */
void flush_resolvers(struct engine *e);
/* flush_habits.c: how long clients go on with an answer. */
void flush_habits(struct engine *e);
/* flush_sources.c: captures of this run, what was seen there, what was counted. */
void flush_sources(struct engine *e);

#endif
