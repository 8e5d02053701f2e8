#include "know/passive.h"

#include <stdlib.h>

bool
passive_init(struct passive *p, uint32_t max, uint64_t seed)
{
	p->nttls = 0;
	p->ttls = malloc(PASSIVE_TTLS * sizeof(*p->ttls));	/* touched only as far as it is used */
	return p->ttls != NULL && table_init(&p->t, sizeof(struct passive_entry), sizeof(struct passive_key), max, seed);
}

void
passive_free(struct passive *p)
{
	table_free(&p->t);
	free(p->ttls);
	p->ttls = NULL;
}

static uint32_t
ttl_of_tag(const struct dns_walk *w, uint32_t hint, uint32_t tag)
{
	if (hint < w->nrr && w->rr[hint].tag == tag)
		return w->rr[hint].ttl;
	for (uint32_t i = 0; i < w->nrr; i++)
		if (w->rr[i].tag == tag)
			return w->rr[i].ttl;
	return 0;
}

struct passive_entry *
passive_count(struct passive *p, struct memo_set *set, uint32_t server, const struct dns_walk *w, usec_t t, uint32_t ttl_less)
{
	struct passive_key k = { .set = set->hash, .server = server };
	struct passive_entry *e = table_find(&p->t, &k);
	struct ttl_range *r;
	bool first = e == NULL;

	if (first) {
		e = table_add(&p->t, &k);
		if (e == NULL)
			return NULL;
		e->set = set;
		set->holders++;
		e->first = e->last = t;
		e->ttls = p->nttls;
		p->nttls += set->set->nrr;
	}
	r = p->ttls + e->ttls;
	for (uint32_t i = 0; i < set->set->nanswer; i++) {
		uint32_t ttl = ttl_of_tag(w, i, set->set->rr[i].tag);

		ttl = ttl > ttl_less ? ttl - ttl_less : 0;
		if (first || ttl < r[i].min)
			r[i].min = ttl;
		if (first || ttl > r[i].max)
			r[i].max = ttl;
	}
	e->n++;
	if (t < e->first)
		e->first = t;
	if (t > e->last)
		e->last = t;
	return e;
}

void
passive_drain(struct passive *p, void (*each)(void *ctx, const struct passive_entry *e, const struct ttl_range *ttls), void *ctx)
{
	struct passive_entry *e;

	while ((e = table_oldest(&p->t)) != NULL) {
		each(ctx, e, p->ttls + e->ttls);
		e->set->holders--;
		table_remove(&p->t, e);
	}
	p->nttls = 0;
}
