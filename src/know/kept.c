#include "know/kept.h"

#include <stdlib.h>
#include <string.h>

struct id_entry { struct entry e; uint64_t id; uint32_t at; };

bool
kept_init(struct kept_table *t, uint32_t max, uint64_t seed)
{
	*t = (struct kept_table){ 0 };
	return table_init(&t->t, sizeof(struct kept), sizeof(struct kept_key), max, seed) &&
	       table_init(&t->by_id, sizeof(struct id_entry), sizeof(uint64_t), max, seed);
}

void
kept_free(struct kept_table *t)
{
	for (struct kept *k = table_oldest(&t->t); k != NULL; k = table_newer(&t->t, k))
		free(k->bytes);
	table_free(&t->t);
	table_free(&t->by_id);
	free(t->gone);
}

struct kept *
kept_get(struct kept_table *t, uint64_t id)
{
	const struct id_entry *i = table_find(&t->by_id, &id);

	return i != NULL ? table_at(&t->t, i->at) : NULL;
}

uint64_t
kept_add(struct kept_table *t, const struct frame *f, uint32_t snap)
{
	struct kept_key key;
	struct id_entry *i;
	struct kept *k;

	if (f == NULL || f->data == NULL)
		return KEPT_NONE;
	key = (struct kept_key){ .number = f->number, .source = f->source };
	k = table_find(&t->t, &key);
	if (k != NULL)
		return kept_hold(t, k->id);
	k = table_add(&t->t, &key);
	if (k == NULL)
		return KEPT_NONE;
	k->have = f->have < snap ? f->have : snap;
	k->bytes = malloc(k->have > 0 ? k->have : 1);
	k->id = t->last_id + 1;
	i = k->bytes != NULL ? table_add(&t->by_id, &k->id) : NULL;
	if (i == NULL) {
		free(k->bytes);
		table_remove(&t->t, k);
		return KEPT_NONE;
	}
	t->last_id++;
	i->at = k->e.id;
	memcpy(k->bytes, f->data, k->have);
	k->offset = f->offset;
	k->t = f->t;
	k->wire = f->wire;
	k->link = f->link;
	k->users = 1;
	return k->id;
}

uint64_t
kept_hold(struct kept_table *t, uint64_t id)
{
	struct kept *k = kept_get(t, id);

	if (k == NULL)
		return KEPT_NONE;
	k->users++;
	return id;
}

static void
remember_gone(struct kept_table *t, uint64_t id)
{
	if (t->ngone == t->gone_cap) {
		size_t cap = t->gone_cap == 0 ? 64 : t->gone_cap * 2;
		uint64_t *p = realloc(t->gone, cap * sizeof(*p));

		if (p == NULL)
			return;		/* its row stays: untidy, no harm */
		t->gone = p;
		t->gone_cap = cap;
	}
	t->gone[t->ngone++] = id;
}

void
kept_drop(struct kept_table *t, uint64_t id)
{
	struct kept *k = id != KEPT_NONE ? kept_get(t, id) : NULL;

	if (k == NULL || --k->users > 0)
		return;
	if (k->written)
		remember_gone(t, id);
	free(k->bytes);
	table_remove(&t->by_id, table_find(&t->by_id, &id));
	table_remove(&t->t, k);
}

bool
kept_restore(struct kept_table *t, const struct kept *k)
{
	struct kept *n = table_find(&t->t, &k->key) == NULL ? table_add(&t->t, &k->key) : NULL;
	struct id_entry *i = n != NULL && table_find(&t->by_id, &k->id) == NULL ? table_add(&t->by_id, &k->id) : NULL;

	if (i == NULL)
		return false;
	i->at = n->e.id;
	memcpy((unsigned char *)n + sizeof(n->e), (const unsigned char *)k + sizeof(k->e), sizeof(*k) - sizeof(k->e));
	n->bytes = NULL;
	n->written = true;
	return true;
}

void
kept_written(struct kept_table *t, struct kept *k)
{
	(void)t;
	k->written = true;
	free(k->bytes);
	k->bytes = NULL;
}
