/* app/entries.h - what there is to say of each list entry: contacted, draining, clean or not provable (DESIGN section 6). */
#ifndef APP_ENTRIES_H
#define APP_ENTRIES_H

#include "app/engine.h"

struct entry_sum {
	bool open, draining;		/* a finding of it is */
	int64_t clients_open, clients_draining;
	struct legit legit;		/* the latest of its findings' */
	bool judged;			/* legit is set */
};
struct entries { struct engine *engine; struct entry_sum *sum; struct table clients; };

bool entries_init(struct entries *x, struct engine *e);
void entries_free(struct entries *x);
void entries_finding(struct entries *x, const struct finding *f, enum finding_state state, const struct speaker *s);
void entries_write(struct entries *x, const struct dep_seen *seen);

#endif
