/* app/metrics.h - a file for the Prometheus node exporter's textfile collector.
 *
 * Bound     Labels are bounded sets: interfaces, reasons (base/why.h), states, severities, and at most METRICS_ENTRIES entries of the list; no clients. */
#ifndef APP_METRICS_H
#define APP_METRICS_H

#include "app/engine.h"
#include "input/live.h"

#define METRICS_ENTRIES 200

/* Written beside the file and renamed, so that a collector never reads half of it.  What is stored is read from the database: call it after
 * a flush; stored is whether that went well.  Returns 0 or ST_*. */
int metrics_write(const char *path, const struct engine *e, const struct live *live, bool stored, struct err *err);

#endif
