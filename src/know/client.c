#include "know/client.h"

bool
client_init(struct client_table *c, uint32_t max, struct why_counts *counts, uint64_t seed)
{
	c->counts = counts;
	return table_init(&c->t, sizeof(struct client), sizeof(struct client_key), max, seed);
}

void
client_free(struct client_table *c)
{
	table_free(&c->t);
}

struct client *
client_find(const struct client_table *c, const struct addr *a, uint32_t scope)
{
	struct client_key k = { .addr = *a, .scope = scope };

	return table_find(&c->t, &k);
}

struct client *
client_get(struct client_table *c, const struct addr *a, uint32_t scope)
{
	struct client_key k = { .addr = *a, .scope = scope };
	struct client *e = table_find(&c->t, &k);

	if (e != NULL) {
		table_touch(&c->t, e);
		return e;
	}
	if (c->t.n >= c->t.max) {
		c->counts->n[WHY_EVICTED_LEDGER]++;
		table_remove(&c->t, table_oldest(&c->t));
	}
	e = table_add(&c->t, &k);
	if (e != NULL)
		e->first_query = e->last_query = e->last_answer = e->last_sealed = TM_NONE;
	return e;
}
