#include "store/words_int.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define PROBES 16		/* no choice of texts makes a look-up longer */
#define FIRST_SLOTS 1024

void
words_init(struct words *w, size_t max)
{
	*w = (struct words){ .max = max };
}

void
words_free(struct words *w)
{
	free(w->slots);
	free(w->text);
	*w = (struct words){ .max = w->max };
}

void
words_clear(struct words *w)
{
	if (w->n > 0)
		memset(w->slots, 0, ((size_t)w->mask + 1) * sizeof(*w->slots));
	w->n = 0;
	w->len = 0;
}

int64_t
words_get(const struct words *w, const void *p, size_t n)
{
	uint64_t hash = XXH3_64bits(p, n);
	const struct word_slot *s;

	if (w->n == 0)
		return 0;
	for (uint32_t i = 0; i < PROBES; i++) {
		s = &w->slots[(hash + i) & w->mask];
		if (s->id == 0)
			return 0;
		if (s->hash == hash && s->len == n && memcmp(w->text + s->at, p, n) == 0)
			return s->id;
	}
	return 0;
}

/* Into a free slot; with none near, into the last it can be found in, whose text is then forgotten. */
static void
place(struct word_slot *slots, uint32_t mask, const struct word_slot *new)
{
	struct word_slot *s;

	for (uint32_t i = 0; i < PROBES; i++) {
		s = &slots[(new->hash + i) & mask];
		if (s->id == 0)
			break;
	}
	*s = *new;
}

/* Twice the slots, while they fit beside the texts.  False if they do not or there is no memory. */
static bool
grow_slots(struct words *w)
{
	size_t slots = w->slots != NULL ? ((size_t)w->mask + 1) * 2 : FIRST_SLOTS;
	struct word_slot *new;

	if (slots > w->max / 2 / sizeof(*new) || slots > UINT32_MAX / 2)
		return false;
	new = calloc(slots, sizeof(*new));
	if (new == NULL)
		return false;
	for (size_t i = 0; w->slots != NULL && i <= w->mask; i++)
		if (w->slots[i].id != 0)
			place(new, (uint32_t)(slots - 1), &w->slots[i]);
	free(w->slots);
	w->slots = new;
	w->mask = (uint32_t)(slots - 1);
	return true;
}

static bool
grow_text(struct words *w, size_t n)
{
	size_t cap = w->cap > 0 ? w->cap : 16384;
	unsigned char *p;

	while (cap - w->len < n)
		cap *= 2;
	if (cap == w->cap)
		return true;
	if (cap > w->max / 2)
		return false;
	p = realloc(w->text, cap);
	if (p == NULL)
		return false;
	w->text = p;
	w->cap = cap;
	return true;
}

void
words_put(struct words *w, const void *p, size_t n, int64_t id)
{
	struct word_slot s = { .hash = XXH3_64bits(p, n), .id = id, .len = (uint32_t)n };

	if (n > w->max / 8 || n > UINT32_MAX / 8)
		return;
	if (w->slots == NULL ? !grow_slots(w) : w->n > w->mask / 2 && !grow_slots(w))
		words_clear(w);
	if (!grow_text(w, n))
		words_clear(w);
	if (w->slots == NULL || !grow_text(w, n))
		return;
	s.at = (uint32_t)w->len;
	memcpy(w->text + w->len, p, n);
	w->len += n;
	w->n++;
	place(w->slots, w->mask, &s);
}
