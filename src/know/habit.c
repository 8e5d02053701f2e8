#include "know/habit.h"

#include "base/name.h"

#define HORIZON (60 * TM_SEC)		/* as long as stubs and browsers are known to hold on */
#define SLACK TM_SEC

bool
habit_init(struct habit_table *h, usec_t grace, uint64_t seed)
{
	h->grace = grace;
	return table_init(&h->t, sizeof(struct habit), sizeof(struct client_key), HABIT_CLIENTS, seed);
}

void
habit_free(struct habit_table *h)
{
	table_free(&h->t);
}

struct habit *
habit_of(struct habit_table *h, const struct client_key *client, bool keep)
{
	bool fresh;
	struct habit *e = table_get(&h->t, client, &fresh);

	if (e == NULL && keep && h->t.n > 0) {
		table_remove(&h->t, table_oldest(&h->t));
		e = table_get(&h->t, client, &fresh);
	}
	if (e != NULL && !fresh && keep)
		table_touch(&h->t, e);
	return e;
}

const struct habit *
habit_find(const struct habit_table *h, const struct addr *client, uint32_t scope)
{
	struct client_key k = { .addr = *client, .scope = scope };

	return table_find(&h->t, &k);
}

void
habit_forget(struct habit_table *h, const struct client_key *client)
{
	(void)table_take(&h->t, client);
}

/* The name is asked for again at t. */
static void
close_sample(struct habit *h, const struct habit_told *x, usec_t t, usec_t grace)
{
	if (x->used == TM_NONE || x->used <= x->expiry + grace)
		return;
	if (x->used - x->told > h->longest)
		h->longest = x->used - x->told;
	if (h->samples == 0 || t - x->told < h->soonest)
		h->soonest = t - x->told;
	h->samples++;
}

static struct habit_told *
place_for(struct habit *h)
{
	struct habit_told *oldest = &h->of[0];

	if (h->n < HABIT_RECENT)
		return &h->of[h->n++];
	for (unsigned i = 1; i < h->n; i++)
		if (h->of[i].told < oldest->told)
			oldest = &h->of[i];
	return oldest;
}

/* Of several addresses the first stands for the name. */
void
habit_told(struct habit *h, const struct dns_set *set, usec_t t, uint32_t ttl, usec_t grace)
{
	struct habit_told *x = NULL;
	struct addr a;
	uint64_t name;
	uint32_t rr = 0;

	while (rr < set->nrr && !(set->rr[rr].section == DNS_ANSWER && dns_rr_addr(&set->rr[rr], &a)))
		rr++;
	if (rr == set->nrr || set->qname == NULL)
		return;
	name = dns_name_hash(set->qname, 0) ^ set->qtype;
	for (unsigned i = 0; i < h->n && x == NULL; i++)
		if (h->of[i].name == name)
			x = &h->of[i];
	if (x != NULL)
		close_sample(h, x, t, grace);
	else
		x = place_for(h);
	*x = (struct habit_told){ .addr = a, .name = name, .told = t, .expiry = t + ttl * TM_SEC, .used = TM_NONE };
}

void
habit_connects(struct habit_table *h, const struct addr *client, uint32_t scope, const struct addr *server, usec_t t)
{
	struct client_key k = { .addr = *client, .scope = scope };
	struct habit *of = table_find(&h->t, &k);
	struct habit_told *x = NULL;

	for (unsigned i = 0; of != NULL && i < of->n; i++) {
		if (!addr_eq(&of->of[i].addr, server))
			continue;
		if (x != NULL)
			return;		/* of two names one cannot say which */
		x = &of->of[i];
	}
	if (x == NULL)
		return;
	if (t > x->expiry + HORIZON + h->grace && (x->used == TM_NONE || x->used <= x->expiry + HORIZON + h->grace))
		of->beyond++;
	x->used = t;
}

usec_t
habit_wall(const struct habit *h)
{
	if (h == NULL || h->samples < HABIT_ENOUGH || h->beyond > 0 || h->longest > h->soonest + SLACK || h->soonest > HORIZON + SLACK)
		return TM_NONE;
	return h->soonest;
}
