/* app/sources.h - the captures of a replay: which are known already, and where to go on. */
#ifndef APP_SOURCES_H
#define APP_SOURCES_H

#include "app/engine.h"
#include "input/files.h"
#include "input/order.h"

/* Open FILE... in the order of their first packets.  *order is the caller's, and *filter (NULL if none was given). */
int sources_open(const struct options *opt, struct order **order, struct files *files, struct filter **filter, struct err *err);
/* Look each up in the database: what was read before is skipped. */
int sources_attach(struct engine *e, struct order *order, const struct row_run *run, struct err *err);
/* After reading: ends, losses, warnings. */
void sources_finish(struct engine *e, struct order *order);

#endif
