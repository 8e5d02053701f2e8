/* base/table.h - entries found by key, kept in the order of their last use.
 *
 * Owner     The table owns its entries.  An entry stays where it is until it is removed; pointers and ids stay valid.
 * Bound     Never more than `max` entries: table_add() gives NULL at the bound, and the caller removes the oldest, so that what it
 *           leads to is let go of first, and counted.
 * Order     From the longest untouched to the newest; nothing depends on the hash seed.
 * Hot path  A look-up touches one line of the index and the entry.  Nothing is allocated but when the table grows.
 *
 * An entry is a struct of the user's that begins with struct entry, followed by its key (key_size bytes, a multiple of 8, no
 * padding that is not zero), followed by the rest. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TABLE_NIL UINT32_MAX
#define TABLE_CHUNK 256		/* entries allocated at once */

struct entry { uint32_t id, hash, newer, older; };

struct table {
	size_t entry_size, key_size;
	uint64_t seed, factor;		/* of the hash */
	uint32_t max, n;		/* n: entries in use */
	uint32_t made;			/* ids given out so far: 0..made-1 */
	uint32_t unused;		/* first of the free ones, linked by `newer` */
	uint32_t oldest, newest;
	uint32_t mask;			/* slots - 1 */
	uint32_t *slots;		/* id + 1, 0 is empty */
	unsigned char **chunks;
};

/* entry_size includes struct entry.  Gives false if there is no memory. */
bool table_init(struct table *t, size_t entry_size, size_t key_size, uint32_t max, uint64_t seed);
void table_free(struct table *t);

/* The entry of this key, or NULL.  Does not touch it. */
void *table_find(const struct table *t, const void *key);
/* The same; if it is not there (*fresh) a new one, all zero but for its key, the newest.  NULL at the bound or without memory. */
void *table_get(struct table *t, const void *key, bool *fresh);
/* A new one.  The key must not be there yet.  NULL as above. */
void *table_add(struct table *t, const void *key);
void table_touch(struct table *t, void *entry);		/* make it the newest */
void table_clear(struct table *t);			/* remove all; ids begin at 0 again */
void table_remove(struct table *t, void *entry);
/* table_find() and table_remove(): what it gives can be read until something is added. */
void *table_take(struct table *t, const void *key);
void *table_oldest(const struct table *t);		/* NULL if empty */
void *table_newer(const struct table *t, const void *entry);
size_t table_bytes(const struct table *t);

static inline void *
table_at(const struct table *t, uint32_t id)
{
	return t->chunks[id / TABLE_CHUNK] + (size_t)(id % TABLE_CHUNK) * t->entry_size;
}

/* The entry that has this id now, perhaps with another key; NULL if none has.  For who remembers the id of an entry that may be gone. */
static inline void *
table_if_any(const struct table *t, uint32_t id)
{
	void *e = id < t->made ? table_at(t, id) : NULL;

	return e != NULL && ((struct entry *)e)->id == id ? e : NULL;
}

#endif
