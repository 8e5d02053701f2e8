/* app/guard.h - what a capture gives up once its interfaces are open: its user, its capabilities, running programs, and sending.
 *
 * In this order: guard_user() and live_open(), guard_become(), guard_confine(), and only then the lists, the database and all other files. */
#ifndef APP_GUARD_H
#define APP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

#define GUARD_USER "staletap"		/* whom root becomes, unless told otherwise */

struct guard_user { uid_t uid; gid_t gid; bool change; };

/* Whom to become: name, or GUARD_USER where root started us and it is NULL; nobody else with allow_root or where we are not root.
 * Returns 0 or ST_ESYNTAX: no such user, or it is root too, or only root could become it. */
int guard_user(const char *name, bool allow_root, struct guard_user *out, struct err *err);
/* Become it for good, without groups, capabilities or the means to gain new ones (setuid programs), and prove it.  Returns 0 or ST_EIO. */
int guard_become(const struct guard_user *u, struct err *err);
/* From here on the process can start no program, open no socket, trace nobody, and write nothing to these n descriptors: such calls
 * fail with EPERM.  For all its threads, and for good (seccomp(2)).  Returns 0 or ST_EIO. */
int guard_confine(const int *fd, size_t n, struct err *err);

#endif
