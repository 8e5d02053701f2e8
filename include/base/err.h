/* base/err.h - what went wrong, where, and what to do about it.
 *
 * For the user's input and for the machine; a bad packet is a reason (base/why.h), a bug is an assert. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/* EIO the machine failed; ESYNTAX a text of the user's (list, option, path) is wrong; EFORMAT a file is not what it should be; ELIMIT
 * an input is beyond a bound; EBUSY somebody else holds it. */
enum { ST_OK = 0, ST_EIO = -1, ST_ESYNTAX = -2, ST_ENOMEM = -3, ST_EFORMAT = -4, ST_ELIMIT = -5, ST_EBUSY = -6 };

struct err { int code; char text[600]; };

/* Say it once, where it is known; returns code.  The text has no newline at its end.  What comes from outside goes in escaped (base/esc.h). */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The code for a path that could not be opened, by errno: ST_ESYNTAX where another path or its permissions are the remedy, else ST_EIO. */
int err_path(int why);
/* The exit status of a command that ended with this code: 2 unusable input, 3 failed while running. */
int err_exit(int code);

#endif
