/* store/words_int.h - the database ids of texts seen before.
 *
 * A cache, not a table: what it has forgotten the database still knows.  Hash and text are compared, so that no choice of
 * names mixes two up.
 *
 * Bound     `max` bytes for texts and index together; when they are full everything is forgotten.
 * Hot path  words_get() touches one line of the index and the text. */
#ifndef STORE_WORDS_INT_H
#define STORE_WORDS_INT_H

#include <stddef.h>
#include <stdint.h>

struct word_slot { uint64_t hash; int64_t id; uint32_t at, len; };

struct words {
	size_t max;
	struct word_slot *slots;
	uint32_t mask, n;
	unsigned char *text;
	size_t len, cap;
};

void words_init(struct words *w, size_t max);
void words_free(struct words *w);
void words_clear(struct words *w);
/* The id of these bytes, or 0. */
int64_t words_get(const struct words *w, const void *p, size_t n);
/* Remember; the bytes must not be there yet.  Without memory it is not remembered. */
void words_put(struct words *w, const void *p, size_t n, int64_t id);

#endif
