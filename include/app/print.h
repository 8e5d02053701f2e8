/* app/print.h - from a struct out to standard output or a file, and what --fail-on says. */
#ifndef APP_PRINT_H
#define APP_PRINT_H

#include "app/options.h"
#include "report/format.h"
#include "report/out.h"

/* Goes to standard output; in colour on a terminal, unless NO_COLOR is set. */
struct out print_out(void);

/* A file that appears, or takes the place of the one there, as a whole and only when all went well: it is written beside it under
 * a temporary name. */
struct file_out { const char *path; FILE *f; char *temporary; };
int file_out_write(void *ctx, const void *p, size_t n, struct err *err);
/* Close it and put it in its place; rc is what became of the writing.  Returns rc, or ST_EIO. */
int file_out_close(struct file_out *f, int rc, struct err *err);

/* *status becomes 1 if --fail-on is met: a finding that fails by it, or an entry unproven. */
int print_fail_on(struct reader *rd, const struct options *opt, const struct report_opts *what, int *status, struct err *err);
/* What was asked for. */
struct policy print_policy(const struct options *opt);

#endif
