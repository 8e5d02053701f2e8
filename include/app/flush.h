/* app/flush.h - what is known, as rows of the database. */
#ifndef APP_FLUSH_H
#define APP_FLUSH_H

#include "app/engine.h"

/* Passive DNS gathered so far: added to the database. */
void flush_answers(struct engine *e);
/* For judge_sink: a connection whose verdict stands, one that is none to speak of, one from before the change; ctx is the engine. */
void flush_settled(void *ctx, const struct conn *c, const struct finding_of *o, struct finding *f);
void flush_no_contact(void *ctx, const struct conn *c);
void flush_before(void *ctx, const struct conn *c, const struct dep_entry *d);
/* Sources, coverage, packets kept, connections, findings with their evidence, list entries. */
void flush_all(struct engine *e);

#endif
