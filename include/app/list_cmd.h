/* app/list_cmd.h - what `staletap list` does, each in a file of its own.  They give 0 or ST_*, and may set the exit status. */
#ifndef APP_LIST_CMD_H
#define APP_LIST_CMD_H

#include "app/options.h"

/* Make the stored list exactly LIST, say what comes, changes and goes, and judge kept history again by it. */
int list_apply(const struct options *opt, int *status, struct err *err);
/* Read lists, and say what they mean. */
int list_check(const struct options *opt, int *status, struct err *err);

#endif
