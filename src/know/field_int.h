/* know/field_int.h - fields of the user's lists, with messages that say what is wrong and what to write. */
#ifndef KNOW_FIELD_INT_H
#define KNOW_FIELD_INT_H

#include "base/addr.h"
#include "base/csv.h"
#include "base/tm.h"

/* 0, or ST_ESYNTAX with the message that names the column. */
int field_prefix(const struct csv *c, const char *column, const char *text, struct prefix *out, struct err *err);
/* An empty one is TM_NONE. */
int field_time(const struct csv *c, const char *column, const char *text, usec_t *out, struct err *err);

#endif
