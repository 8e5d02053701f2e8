/* Who was led to a retired address: what `drain` needs of clients that have no finding, or not yet. */
#include "app/flush_int.h"

#define LATE (60 * TM_SEC)	/* packets of two captures may come so much out of order */

void
flush_before(void *ctx, const struct conn *c, const struct dep_entry *d)
{
	struct engine *e = ctx;
	char client[ADDR_TEXT], scope[SCOPE_TEXT];
	bool open = !c->ended && c->outcome == OUT_ESTABLISHED && c->proto != IPP_UDP;
	const struct row_used row = { .listing = e->listing[deplist_index(e->list, d)], .client = addr_text(&c->client, client),
		.scope = c->scope != 0 ? scope_text(c->scope, scope) : NULL, .before = c->t, .told = TM_NONE, .expires = TM_NONE, .other = TM_NONE,
		.open = open ? c->t : TM_NONE };

	if (!open && e->used_until != TM_NONE && c->t < e->used_until - LATE)
		return;
	store_used(e->store, &row);
	e->rows++;
}

/* It hands on what it is told: its clients are told, not it. */
static bool
hands_on(const struct engine *e, const struct ledger_key *k)
{
	uint32_t id = server_find(&e->know.resolvers, &k->client, k->scope);

	return know_hands_on(&e->know, &k->client, k->scope) || (id != SERVER_NONE && server_at(&e->know.resolvers, id)->iterates);
}

static const struct dep_entry *
entry_of(const struct engine *e, const struct ledger_entry *l, const struct told *t)
{
	const struct lead_of of = { .who = l->key.client, .client = l->key.client, .addr = l->key.addr, .scope = l->key.scope, .name = t->path[0], .t = t->last };
	struct lead lead;
	bool by_lead;

	if (t->n == 0)
		return NULL;
	know_lead(&e->know, &of, &lead);
	return know_entry_led(&e->know, &of, t->path, t->npath, &lead, &by_lead);
}

/* All names of one list entry together.  It has moved on only if that is so for each of them. */
static struct row_used
joined(const struct engine *e, const struct ledger_entry *l, const struct dep_entry *d, uint32_t *server)
{
	struct row_used row = { .before = TM_NONE, .told = TM_NONE, .expires = TM_NONE, .other = TM_NONE, .open = TM_NONE };
	bool moved = true;

	*server = SERVER_NONE;
	for (uint32_t i = 0; i < l->n; i++) {
		const struct told *t = &l->told[i];

		if (entry_of(e, l, t) != d)
			continue;
		if (t->expiry > row.expires)
			*server = t->server;
		row.expires = t->expiry > row.expires ? t->expiry : row.expires;
		row.told = t->last > row.told ? t->last : row.told;
		if (d->deprecated_at != TM_NONE && t->first <= d->deprecated_at)
			row.before = t->first > row.before ? t->first : row.before;
		moved = moved && t->other > t->last;
		row.other = t->other > row.other ? t->other : row.other;
	}
	row.other = moved ? row.other : TM_NONE;
	return row;
}

static bool
first_of(const struct engine *e, const struct ledger_entry *l, const struct dep_entry *d, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (entry_of(e, l, &l->told[i]) == d)
			return false;
	return true;
}

static bool
is_new(const struct engine *e, const struct ledger_entry *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (e->used_until == TM_NONE || l->told[i].last >= e->used_until - LATE || l->told[i].other >= e->used_until - LATE)
			return true;
	return false;
}

static void
write_told(struct engine *e, const struct ledger_entry *l)
{
	char client[ADDR_TEXT], server[ADDR_TEXT], scope[SCOPE_TEXT];

	for (uint32_t i = 0; i < l->n; i++) {
		const struct dep_entry *d = entry_of(e, l, &l->told[i]);
		struct row_used row;
		uint32_t by;

		if (d == NULL || !first_of(e, l, d, i))
			continue;
		row = joined(e, l, d, &by);
		row.listing = e->listing[deplist_index(e->list, d)];
		row.client = addr_text(&l->key.client, client);
		row.scope = l->key.scope != 0 ? scope_text(l->key.scope, scope) : NULL;
		row.server = by != SERVER_NONE ? addr_text(&server_at(&e->know.resolvers, by)->key.addr, server) : NULL;
		store_used(e->store, &row);
		e->rows++;
	}
}

void
flush_used(struct engine *e)
{
	store_used_closed(e->store);
	for (const struct ledger_entry *l = table_oldest(&e->know.ledger.t); l != NULL; l = table_newer(&e->know.ledger.t, l))
		if (is_new(e, l) && !hands_on(e, &l->key))
			write_told(e, l);
}
