#include "pairs.h"

#include <stdlib.h>

#include "rnd.h"

/* Where the key is or would be. */
static uint64_t *
slot(const struct pairs *p, uint64_t key)
{
	size_t i = rnd_mix(key) & (p->room - 1);

	while (p->slots[i] != 0 && p->slots[i] != key)
		i = (i + 1) & (p->room - 1);
	return &p->slots[i];
}

static int
grow(struct pairs *p)
{
	struct pairs more = { NULL, p->room > 0 ? p->room * 2 : 4096, p->count };
	size_t i;

	more.slots = calloc(more.room, sizeof(*more.slots));
	if (more.slots == NULL)
		return -1;
	for (i = 0; i < p->room; i++)
		if (p->slots[i] != 0)
			*slot(&more, p->slots[i]) = p->slots[i];
	free(p->slots);
	*p = more;
	return 0;
}

int
pairs_add(struct pairs *p, uint32_t a, uint32_t b)
{
	uint64_t key = ((uint64_t)a << 32 | b) + 1;
	uint64_t *s;

	if (p->count * 2 >= p->room && grow(p) != 0)
		return -1;
	s = slot(p, key);
	p->count += *s == 0;
	*s = key;
	return 0;
}

void
pairs_free(struct pairs *p)
{
	free(p->slots);
}
