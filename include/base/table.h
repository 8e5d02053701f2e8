/* base/table.h - entries found by key, kept in the order of their last use.
 *
 * Owner     The table owns its entries.  An entry stays where it is until it is removed; pointers and ids stay valid.
 * Bound     Never more than `max` entries: table_add() gives NULL at the bound, and the caller removes the oldest, so that what it
 *           leads to is let go of first, and counted.
 * Order     From the longest untouched to the newest; nothing depends on the hash seed.
 * Hot path  A look-up touches one line of the index and the entry.  Nothing is allocated but when the table grows.  Who knows some
 *           time before which keys it will look up has the lines fetched meanwhile: table_ahead(), and when the index is there
 *           table_near(), which finds most of them.
 *
 * An entry is a struct of the user's that begins with struct entry, followed by its key (key_size bytes, a multiple of 8, no
 * padding that is not zero), followed by the rest.  A key is read in words of 8 bytes: where it is just made of smaller members, the
 * processor has to wait until these are written. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
	uint32_t *slots;		/* where entries are; 0 is empty */
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

static inline void *
table_in(const struct table *t, uint32_t slot)		/* the entry that a slot leads to */
{
	return table_at(t, (slot & t->mask) - 1);
}

/* The hash of a key.  size: the table's key_size, as a constant if it is known.  Two words a multiplication: the upper half of the product is
 * folded onto the lower.  Both are masked with what nobody outside knows, so that no chosen word makes a product 0 and hides the other. */
static inline __attribute__((always_inline)) uint32_t
table_hash(const struct table *t, const void *key, size_t size)
{
	__extension__ typedef unsigned __int128 wide;
	const unsigned char *p = key;
	uint64_t h = t->seed;

	for (size_t i = 0; i < size; i += 16) {
		uint64_t first, second = 0;
		wide m;

		memcpy(&first, p + i, 8);
		if (i + 8 < size)
			memcpy(&second, p + i + 8, 8);
		m = (wide)(h ^ first) * (second ^ t->factor);
		h = (uint64_t)m ^ (uint64_t)(m >> 64);
	}
	return (uint32_t)(h ^ h >> 32);
}

/* Have the index's line for this hash fetched. */
static inline __attribute__((always_inline)) void	/* else gcc finds that it does nothing */
table_ahead(const struct table *t, uint32_t hash)
{
	__builtin_prefetch(&t->slots[hash & t->mask]);
}

/* Have the first bytes of the entry fetched that has this hash.  Gives its id, with which table_if_any() finds it without a search; its key is
 * still to be compared.  TABLE_NIL: none has it. */
static inline __attribute__((always_inline)) uint32_t
table_near(const struct table *t, uint32_t hash, size_t bytes)
{
	uint32_t slot, i = hash & t->mask;

	while ((slot = t->slots[i]) != 0 && ((slot ^ hash) & ~t->mask) != 0)
		i = (i + 1) & t->mask;
	if (slot == 0)
		return TABLE_NIL;
	for (size_t at = 0; at < bytes; at += 64)
		__builtin_prefetch((const char *)table_in(t, slot) + at);
	return (slot & t->mask) - 1;
}

/* The entry that has this id now, perhaps with another key; NULL if none has.  For who remembers the id of an entry that may be gone. */
static inline void *
table_if_any(const struct table *t, uint32_t id)
{
	void *e = id < t->made ? table_at(t, id) : NULL;

	return e != NULL && ((struct entry *)e)->id == id ? e : NULL;
}

#endif
