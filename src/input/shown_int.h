/* input/shown_int.h - the name of a file, fit for a message. */
#ifndef INPUT_SHOWN_INT_H
#define INPUT_SHOWN_INT_H

/* The path with what a terminal must not see escaped; of a very long one the end.  NULL if there is no memory; free(). */
char *path_shown(const char *path);

#endif
