/* app/times.h - whether the list's times fit the data: a wrong hour makes every verdict wrong. */
#ifndef APP_TIMES_H
#define APP_TIMES_H

#include "app/engine.h"

/* At the end of the data, on standard error: entries retired before the data begin or after they end, and those whose zone
 * was seen to change at another time. */
void times_say(const struct engine *e);

#endif
