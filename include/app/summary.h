/* app/summary.h - what a run says to the person who started it. */
#ifndef APP_SUMMARY_H
#define APP_SUMMARY_H

#include "app/engine.h"
#include "input/order.h"

/* A line that replaces itself, on a terminal. */
struct progress { bool on, shown; uint64_t packets, next; };
void progress_show(struct progress *p, struct order *o, const struct block *b);
void progress_end(struct progress *p);

void summary_holds(struct store *st, const struct options *opt);	/* what the database holds already, on standard error */
void summary_verbose(const struct engine *e);				/* counts of what was read and of what was not, on standard error */
/* The findings that this run touched, and what --fail-on says of the exit status. */
int summary_findings(const struct engine *e, int *status, struct err *err);

#endif
