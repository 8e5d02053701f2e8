/* app/cmd.h - the subcommands; each returns an exit status (DESIGN section 2). */
#ifndef APP_CMD_H
#define APP_CMD_H

#include "app/options.h"

int cmd_replay(const struct options *opt);
int cmd_capture(const struct options *opt);
int cmd_report(const struct options *opt);
int cmd_explain(const struct options *opt);
int cmd_lookup(const struct options *opt);
int cmd_ready(const struct options *opt);
int cmd_drain(const struct options *opt);
int cmd_list(const struct options *opt);

/* Say it on standard error; returns the exit status that goes with it. */
int cmd_fail(const struct err *err);

#endif
