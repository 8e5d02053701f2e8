#include "base/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 64

/* A slot is 0, or has id + 1 in the bits that say which slot it is, and in those above them the hash's own: the entry is looked at only
 * where they are equal.  There are fewer entries than half the slots, so each id has room. */
static inline uint32_t
slot_make(const struct table *t, uint32_t hash, uint32_t id)
{
	return (hash & ~t->mask) | (id + 1);
}

static inline __attribute__((always_inline)) bool
same_key(const void *entry, const void *key, size_t size)
{
	return memcmp((const unsigned char *)entry + sizeof(struct entry), key, size) == 0;
}

/* The slot that leads to the key, or the empty one where it belongs. */
static inline __attribute__((always_inline)) uint32_t
probe(const struct table *t, const void *key, uint32_t h, size_t size)
{
	uint32_t i, slot;

	for (i = h & t->mask; (slot = t->slots[i]) != 0; i = (i + 1) & t->mask)
		if (((slot ^ h) & ~t->mask) == 0 && same_key(table_in(t, slot), key, size))
			break;
	return i;
}

bool
table_init(struct table *t, size_t entry_size, size_t key_size, uint32_t max, uint64_t seed)
{
	assert(key_size % 8 == 0);
	*t = (struct table){ .entry_size = (entry_size + 7) & ~(size_t)7, .key_size = key_size, .seed = seed,
		.factor = (seed ^ seed >> 32) * UINT64_C(0x9e3779b97f4a7c15) | 1, .max = max < TABLE_NIL - 1 ? max : TABLE_NIL - 1,
		.unused = TABLE_NIL, .oldest = TABLE_NIL, .newest = TABLE_NIL, .mask = FIRST_SLOTS - 1 };
	t->slots = calloc(FIRST_SLOTS, sizeof(*t->slots));
	return t->slots != NULL;
}

void
table_free(struct table *t)
{
	for (uint32_t c = 0; c < (t->made + TABLE_CHUNK - 1) / TABLE_CHUNK; c++)
		free(t->chunks[c]);
	free(t->chunks);
	free(t->slots);
	*t = (struct table){ .unused = TABLE_NIL, .oldest = TABLE_NIL, .newest = TABLE_NIL };
}

static void
slot_put(struct table *t, uint32_t h, uint32_t id)
{
	uint32_t i = h & t->mask;

	while (t->slots[i] != 0)
		i = (i + 1) & t->mask;
	t->slots[i] = slot_make(t, h, id);
}

/* What is rare is in functions of its own, so that what is not has all registers. */
static __attribute__((noinline)) bool
grow_slots(struct table *t)
{
	uint32_t *old = t->slots, *more = calloc(((size_t)t->mask + 1) * 2, sizeof(*more));

	if (more == NULL)
		return false;
	t->slots = more;
	t->mask = t->mask * 2 + 1;
	for (uint32_t id = t->oldest; id != TABLE_NIL; id = ((struct entry *)table_at(t, id))->newer)
		slot_put(t, ((struct entry *)table_at(t, id))->hash, id);
	free(old);
	return true;
}

/* An entry with an id that nobody had before, or NULL without memory. */
static __attribute__((noinline)) struct entry *
make_entry(struct table *t)
{
	uint32_t c = t->made / TABLE_CHUNK;

	if (t->made % TABLE_CHUNK == 0) {
		if ((c & (c - 1)) == 0) {		/* the pointers double at powers of two */
			unsigned char **p = realloc(t->chunks, (c == 0 ? 1 : (size_t)c * 2) * sizeof(*p));

			if (p == NULL)
				return NULL;
			t->chunks = p;
		}
		t->chunks[c] = aligned_alloc(64, TABLE_CHUNK * t->entry_size);	/* a line: an entry of that size lies in one */
		if (t->chunks[c] == NULL)
			return NULL;
	}
	return table_at(t, t->made++);
}

/* An entry that is nobody's.  Of those that were given back the last, which the caches still have. */
static inline struct entry *
take_entry(struct table *t, uint32_t *id)
{
	struct entry *e;

	*id = t->unused;
	if (t->unused == TABLE_NIL) {
		e = make_entry(t);
		*id = t->made - 1;
		return e;
	}
	e = table_at(t, t->unused);
	t->unused = e->newer;
	return e;
}

static inline void
link_newest(struct table *t, struct entry *e)
{
	e->newer = TABLE_NIL;
	e->older = t->newest;
	if (t->newest != TABLE_NIL)
		((struct entry *)table_at(t, t->newest))->newer = e->id;
	else
		t->oldest = e->id;
	t->newest = e->id;
}

static inline void
unlink_entry(struct table *t, struct entry *e)
{
	if (e->newer != TABLE_NIL)
		((struct entry *)table_at(t, e->newer))->older = e->older;
	else
		t->newest = e->older;
	if (e->older != TABLE_NIL)
		((struct entry *)table_at(t, e->older))->newer = e->newer;
	else
		t->oldest = e->newer;
}

/* A new entry, still without its key, in the empty slot i. */
static void *
insert(struct table *t, uint32_t h, uint32_t i)
{
	struct entry *e;
	uint32_t id;
	bool full = t->n >= (t->mask + 1) / 2;

	if (t->n >= t->max || (full && !grow_slots(t)))
		return NULL;
	e = take_entry(t, &id);
	if (e == NULL)
		return NULL;
	memset(e, 0, t->entry_size);
	e->id = id;
	e->hash = h;
	if (full)			/* it has moved */
		slot_put(t, h, id);
	else
		t->slots[i] = slot_make(t, h, id);
	link_newest(t, e);
	t->n++;
	return e;
}

static inline __attribute__((always_inline)) void *
find(const struct table *t, const void *key, size_t size)
{
	uint32_t slot = t->slots[probe(t, key, table_hash(t, key, size), size)];

	return slot != 0 ? table_in(t, slot) : NULL;
}

static inline __attribute__((always_inline)) void *
get(struct table *t, const void *key, bool *fresh, size_t size)
{
	uint32_t h = table_hash(t, key, size), i = probe(t, key, h, size), slot = t->slots[i];
	struct entry *e;

	*fresh = slot == 0;
	if (slot != 0)
		return table_in(t, slot);
	e = insert(t, h, i);
	if (e != NULL)
		memcpy((unsigned char *)e + sizeof(*e), key, size);
	return e;
}

static __attribute__((noinline)) void *
find_any(const struct table *t, const void *key)
{
	return find(t, key, t->key_size);
}

static __attribute__((noinline)) void *
get_any(struct table *t, const void *key, bool *fresh)
{
	return get(t, key, fresh, t->key_size);
}

/* The usual sizes of keys as constants: the loops over their words are then none. */
void *
table_find(const struct table *t, const void *key)
{
	switch (t->key_size) {
	case 8:		return find(t, key, 8);
	case 24:	return find(t, key, 24);
	case 40:	return find(t, key, 40);
	default:	return find_any(t, key);
	}
}

void *
table_get(struct table *t, const void *key, bool *fresh)
{
	switch (t->key_size) {
	case 8:		return get(t, key, fresh, 8);
	case 24:	return get(t, key, fresh, 24);
	case 40:	return get(t, key, fresh, 40);
	default:	return get_any(t, key, fresh);
	}
}

void *
table_add(struct table *t, const void *key)
{
	bool fresh;
	void *e = table_get(t, key, &fresh);

	assert(e == NULL || fresh);
	return e;
}

void
table_touch(struct table *t, void *entry)
{
	struct entry *e = entry;

	if (e->id == t->newest)
		return;
	unlink_entry(t, e);
	link_newest(t, e);
}

/* Close the gap that slot i leaves: entries behind it that may stand nearer to their place move up. */
static void
slot_clear(struct table *t, uint32_t i)
{
	uint32_t j = i;

	for (;;) {
		uint32_t slot, home;

		j = (j + 1) & t->mask;
		slot = t->slots[j];
		if (slot == 0)
			break;
		home = ((struct entry *)table_in(t, slot))->hash & t->mask;
		if (((j - home) & t->mask) >= ((j - i) & t->mask)) {
			t->slots[i] = slot;
			i = j;
		}
	}
	t->slots[i] = 0;
}

/* The entry that slot i leads to is no more. */
static inline void
leave(struct table *t, struct entry *e, uint32_t i)
{
	slot_clear(t, i);
	unlink_entry(t, e);
	e->newer = t->unused;
	t->unused = e->id;
	e->id = TABLE_NIL;
	t->n--;
}

void
table_remove(struct table *t, void *entry)
{
	struct entry *e = entry;
	uint32_t i = e->hash & t->mask;

	while ((t->slots[i] & t->mask) != e->id + 1)
		i = (i + 1) & t->mask;
	leave(t, e, i);
}

static inline __attribute__((always_inline)) void *
take(struct table *t, const void *key, size_t size)
{
	uint32_t i = probe(t, key, table_hash(t, key, size), size), slot = t->slots[i];
	struct entry *e;

	if (slot == 0)
		return NULL;
	e = table_in(t, slot);
	leave(t, e, i);
	return e;
}

static __attribute__((noinline)) void *
take_any(struct table *t, const void *key)
{
	return take(t, key, t->key_size);
}

void *
table_take(struct table *t, const void *key)
{
	return t->key_size == 40 ? take(t, key, 40) : take_any(t, key);
}

void
table_clear(struct table *t)
{
	for (uint32_t c = 0; c < (t->made + TABLE_CHUNK - 1) / TABLE_CHUNK; c++)
		free(t->chunks[c]);
	free(t->chunks);
	t->chunks = NULL;
	memset(t->slots, 0, ((size_t)t->mask + 1) * sizeof(*t->slots));
	t->n = t->made = 0;
	t->unused = t->oldest = t->newest = TABLE_NIL;
}

void *
table_oldest(const struct table *t)
{
	return t->oldest != TABLE_NIL ? table_at(t, t->oldest) : NULL;
}

void *
table_newer(const struct table *t, const void *entry)
{
	uint32_t id = ((const struct entry *)entry)->newer;

	return id != TABLE_NIL ? table_at(t, id) : NULL;
}

size_t
table_bytes(const struct table *t)
{
	return ((size_t)t->mask + 1) * sizeof(*t->slots) + (size_t)t->made * t->entry_size;
}
