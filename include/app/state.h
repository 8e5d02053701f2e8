/* app/state.h - what the next run needs of the tables, kept in the database with each flush.
 *
 * So a run that is killed goes on where its last flush stood, and rotated files may be read one run at a time.  What is not kept: half
 * messages, fragments and streams that are open at the border; keys; decoded record sets, which are decoded again.
 * What comes back is checked like anything else from outside: ids must lead somewhere, counts stay in their arrays. */
#ifndef APP_STATE_H
#define APP_STATE_H

#include "app/engine.h"

void state_save(struct engine *e);
/* Into an engine that has seen no packet.  Returns 0 (also if there is none), ST_EFORMAT or what the store returns. */
int state_load(struct engine *e, struct err *err);
/* What is known of each host that asks, anew as it was stored. */
int state_hosts(struct engine *e, struct err *err);

#endif
