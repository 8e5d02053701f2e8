#include "know/query.h"

bool
query_init(struct query_table *q, uint32_t max, struct why_counts *counts, uint64_t seed)
{
	*q = (struct query_table){ .counts = counts };
	return table_init(&q->t, sizeof(struct query), sizeof(struct query_key), max, seed);
}

void
query_free(struct query_table *q)
{
	table_free(&q->t);
}

void
query_ask(struct query_table *q, const struct query_key *k, uint32_t client, usec_t now)
{
	bool fresh;
	struct query *e = table_get(&q->t, k, &fresh);

	q->asked++;
	if (e == NULL && q->t.n > 0) {
		q->counts->n[WHY_EVICTED_QUERY]++;
		table_remove(&q->t, table_oldest(&q->t));
		e = table_get(&q->t, k, &fresh);
	}
	if (e == NULL)
		return;
	e->client = client;
	if (fresh)
		e->t = now;
	else
		q->repeated++;		/* a retry waits from its first */
}

usec_t
query_answer(struct query_table *q, const struct query_key *k, uint32_t *client)
{
	const struct query *e = table_take(&q->t, k);

	if (e == NULL) {
		q->unasked++;
		return TM_NONE;
	}
	q->answered++;
	*client = e->client;
	return e->t;
}

void
query_tick(struct query_table *q, usec_t now)
{
	struct query *e;

	while ((e = table_oldest(&q->t)) != NULL && now - e->t > QUERY_WAIT) {
		q->unanswered++;
		table_remove(&q->t, e);
	}
}
