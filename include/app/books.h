/* app/books.h - from the arguments of a command that reads to what it reads. */
#ifndef APP_BOOKS_H
#define APP_BOOKS_H

#include "app/options.h"
#include "report/format.h"
#include "store/book.h"

/* Files and directories (every *.db in them, by name) are databases; a last argument that is neither is what to report on.  Opens them as one, for the
 * period asked for; *what is filled in with it.  0 or ST_*. */
int books_open(const struct options *opt, struct reader **out, struct report_opts *what, struct err *err);

#endif
