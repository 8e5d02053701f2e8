#include "know/referral.h"

bool
referral_init(struct referral_table *r, uint32_t max, uint64_t seed)
{
	return table_init(&r->t, sizeof(struct referral), sizeof(struct referral_key), max, seed);
}

void
referral_free(struct referral_table *r)
{
	table_free(&r->t);
}

void
referral_note(struct referral_table *r, const struct addr *client, uint32_t scope, const struct addr *a, const struct addr *by, usec_t t)
{
	struct referral_key k = { .client = *client, .addr = *a, .scope = scope };
	struct referral *e = table_find(&r->t, &k);

	if (e != NULL) {
		table_touch(&r->t, e);
		return;
	}
	if (r->t.n >= r->t.max)
		table_remove(&r->t, table_oldest(&r->t));
	e = table_add(&r->t, &k);
	if (e == NULL)
		return;
	e->by = *by;
	e->first = t;
}

const struct referral *
referral_find(const struct referral_table *r, const struct addr *client, uint32_t scope, const struct addr *a)
{
	struct referral_key k = { .client = *client, .addr = *a, .scope = scope };

	return table_find(&r->t, &k);
}
