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

/* To move a client to the end of the list each time it is heard of would cost more than all else that is done here: who was heard of
 * since he came to its end goes there once more instead of out. */
static void
forget_silent(struct client_table *c)
{
	struct client *e;

	while ((e = table_oldest(&c->t))->heard) {
		e->heard = false;
		table_touch(&c->t, e);
	}
	c->counts->n[WHY_EVICTED_LEDGER]++;
	table_remove(&c->t, e);
}

struct client *
client_get(struct client_table *c, const struct addr *a, uint32_t scope)
{
	struct client_key k = { .addr = *a, .scope = scope };
	bool fresh;
	struct client *e = table_get(&c->t, &k, &fresh);

	if (e == NULL && c->t.n > 0) {
		forget_silent(c);
		e = table_get(&c->t, &k, &fresh);
	}
	if (e != NULL && fresh)
		e->first_query = e->last_query = e->last_answer = e->last_sealed = e->sealed_answer = e->since = e->came = TM_NONE;
	else if (e != NULL)
		e->heard = true;
	return e;
}

void
client_came(struct client_table *c, const struct addr *a, uint32_t scope, usec_t t)
{
	struct client *e = client_get(c, a, scope);

	if (e == NULL)
		return;
	e->came = t;
	if (!e->running && e->queries == 0 && e->last_sealed == TM_NONE)
		e->link.began = true;
}

struct client *
client_again(struct client_table *c, uint32_t id, const struct addr *a, uint32_t scope)
{
	struct client *e = table_if_any(&c->t, id);

	if (e == NULL || e->key.scope != scope || !addr_eq(&e->key.addr, a))
		return client_get(c, a, scope);
	e->heard = true;
	return e;
}
