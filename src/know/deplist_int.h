/* know/deplist_int.h - the list while it is filled, and one entry. */
#ifndef KNOW_DEPLIST_INT_H
#define KNOW_DEPLIST_INT_H

#include "base/watch.h"
#include "know/deplist.h"

#define DEPLIST_MAX 1000000

struct deplist {
	struct dep_entry *e;		/* once finished: sorted, those with an address first */
	size_t n, cap;
	size_t naddr;			/* how many have an address */
	uint32_t *group_end;		/* of an entry with an address: behind the last one of the same prefix */
	struct watch *watch;		/* of their prefixes: gives the first entry of a prefix */
	char **files;
	size_t nfiles;
};

/* Take over what *e owns, also on failure; *e is empty then.  e->file is one of deplist_file(). */
int deplist_push(struct deplist *l, struct dep_entry *e, struct err *err);
/* The list's own copy of a file's name; NULL: no memory. */
const char *deplist_file(struct deplist *l, const char *name);
/* Forget the entries from the n-th on. */
void deplist_cut(struct deplist *l, size_t n);

void dep_entry_clear(struct dep_entry *e);
/* The order in the list: the most specific prefix first; of equal ones an entry with a name before one without, a name before a
 * wildcard, some clients before all; then by time. */
int dep_entry_order(const struct dep_entry *a, const struct dep_entry *b);
/* The same without the time: 0 if both speak of the same address, name and clients. */
int dep_entry_key_order(const struct dep_entry *a, const struct dep_entry *b);
void dep_entry_canonical(const struct dep_entry *e, struct buf *out);
/* Sort, and drop what is there twice. */
void dep_entry_sort_clients(struct dep_entry *e);

#endif
