/* app/books.h - from the arguments of a command that reads to what it reads. */
#ifndef APP_BOOKS_H
#define APP_BOOKS_H

#include "app/options.h"
#include "report/format.h"
#include "store/book.h"

/* The databases that the arguments name; *match: the last argument, if it is no file and others come before it, which is what to report on,
 * or NULL.  books_forget() is to be called in any case.  0 or ST_*. */
struct book_paths { char **v; size_t n; };
int books_paths(const struct options *opt, struct book_paths *p, const char **match, struct err *err);
void books_forget(struct book_paths *p);

/* Files and directories (every *.db in them, by name) are databases; a last argument that is neither is what to report on.  Opens them as one, for the
 * period asked for; *what is filled in with it.  0 or ST_*. */
int books_open(const struct options *opt, struct reader **out, struct report_opts *what, struct err *err);
/* The same with kept history, all of it.  *match as in books_paths(). */
int books_history(const struct options *opt, struct reader **out, const char **match, struct err *err);

#endif
