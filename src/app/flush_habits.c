#include "app/flush_int.h"

static void
write_habit(struct engine *e, const struct habit *h)
{
	char addr[ADDR_TEXT], scope[SCOPE_TEXT];
	const struct row_habit row = { .client = addr_text(&h->key.addr, addr), .scope = h->key.scope != 0 ? scope_text(h->key.scope, scope) : NULL,
		.samples = h->samples, .beyond = h->beyond, .longest = h->samples > 0 ? h->longest : TM_NONE,
		.soonest = h->samples > 0 ? h->soonest : TM_NONE, .wall = habit_wall(h) };

	store_habit(e->store, &row);
	e->rows++;
}

/* Of those that showed one. */
void
flush_habits(struct engine *e)
{
	const struct table *t = &e->know.habits.t;

	for (const struct habit *h = table_oldest(t); h != NULL; h = table_newer(t, h))
		if (h->samples > 0 || h->beyond > 0)
			write_habit(e, h);
}
