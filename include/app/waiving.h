/* app/waiving.h - whose findings are waived: by --waivers, else by what the database holds.
 *
 * What is in memory is the truth: each flush stores it, and which findings it fits. */
#ifndef APP_WAIVING_H
#define APP_WAIVING_H

#include "app/engine.h"

/* Beginnings of ids become the whole ids of findings that are stored; one that fits two is refused.  0 or ST_*. */
int waiving_complete(struct waivers *w, const struct options *opt, struct store *store, struct err *err);
/* Without --waivers: those of the database.  0 or ST_*. */
int waiving_from_store(struct waivers *w, const struct options *opt, struct store *store, struct err *err);
/* In a flush, behind the findings. */
void waiving_flush(struct engine *e);

#endif
