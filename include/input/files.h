/* input/files.h - the files that FILE... on the command line stands for. */
#ifndef INPUT_FILES_H
#define INPUT_FILES_H

#include <stddef.h>

#include "base/err.h"

struct files { char **path; size_t n; };

/* A directory is replaced by the captures in it (regular files with the magic of a capture or a packed file, sorted by
 * name; no folders below it); everything else stays as given.  Nothing is opened but what lies in a directory.
 * Returns 0, ST_EFORMAT (a directory without captures), ST_ESYNTAX (one that may not be read), ST_EIO or ST_ENOMEM.  Free with files_free(), also after a failure. */
int files_expand(char *const *given, size_t n, struct files *out, struct err *err);
void files_free(struct files *f);

#endif
