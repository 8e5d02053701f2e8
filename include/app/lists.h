/* app/lists.h - where the list comes from: -d, -D, or the database. */
#ifndef APP_LISTS_H
#define APP_LISTS_H

#include "app/engine.h"

int lists_from_options(struct deplist *l, const struct options *opt, struct err *err);
/* Without -d and -D the database's own list holds; then the list is finished. */
int lists_from_store(struct deplist *l, const struct options *opt, struct store *store, struct err *err);
/* Store the engine's list; its entries get their row ids. */
void lists_to_store(struct engine *e);

/* An entry as it is stored; its texts are the entry's, or in buf. */
struct lists_text { char listed[NAME_TEXT], name[NAME_TEXT]; };
struct row_listing lists_row(const struct dep_entry *d, struct lists_text *buf);

#endif
