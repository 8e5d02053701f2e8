#include "know/service.h"

#include "base/name.h"

#define PORT_MAIL 25

bool
service_init(struct service_table *s, struct kept_table *kept, struct why_counts *counts, uint64_t seed)
{
	s->counts = counts;
	s->kept = kept;
	return table_init(&s->t, sizeof(struct service), sizeof(struct service_key), SERVICES, seed);
}

void
service_free(struct service_table *s)
{
	table_free(&s->t);
}

const uint8_t *
service_next(const struct dns_rr *rr)
{
	const uint8_t *to;

	if (rr->type != DNS_MX && rr->type != DNS_SRV && rr->type != DNS_SVCB && rr->type != DNS_HTTPS)
		return NULL;
	to = dns_rr_target(rr);
	return to != NULL && *to != 0 && !name_eq(to, rr->owner) ? to : NULL;
}

uint16_t
service_port(const struct dns_rr *rr)
{
	if (rr->type == DNS_SRV && rr->rdlen > 6)
		return (uint16_t)(rr->rdata[4] << 8 | rr->rdata[5]);
	return rr->type == DNS_MX ? PORT_MAIL : 0;
}

const struct service *
service_find(const struct service_table *s, const struct service_key *key)
{
	return table_find(&s->t, key);
}

static void
forget_oldest(struct service_table *s)
{
	struct service *e = table_oldest(&s->t);

	for (unsigned i = 0; i < e->n; i++)
		kept_drop(s->kept, e->to[i].kept);
	table_remove(&s->t, e);
	s->counts->n[WHY_EVICTED_SERVICE]++;
}

struct service *
service_answer(struct service_table *s, const struct service_key *key, usec_t t, bool make)
{
	struct service *e = table_find(&s->t, key);

	if (e != NULL)
		table_touch(&s->t, e);
	if (e == NULL && make) {
		if (s->t.n >= s->t.max)
			forget_oldest(s);
		e = table_add(&s->t, key);
	}
	if (e != NULL)
		e->t = t;
	return e;
}

static struct service_target *
target_of(struct service_table *t, struct service *s, uint32_t target)
{
	struct service_target *oldest = &s->to[0];

	for (unsigned i = 0; i < s->n; i++) {
		if (s->to[i].name == target)
			return &s->to[i];
		if (s->to[i].t < oldest->t)
			oldest = &s->to[i];
	}
	if (s->n < SERVICE_TARGETS)
		oldest = &s->to[s->n++];
	kept_drop(t->kept, oldest->kept);
	*oldest = (struct service_target){ .name = target, .t = TM_NONE };
	return oldest;
}

void
service_leads(struct service_table *t, struct service *s, const struct service_target *told, const struct frame *frame)
{
	struct service_target *to = target_of(t, s, told->name);
	uint64_t was = to->kept;
	bool again = to->t == told->t;		/* one answer may give several ports */

	to->port = !again || to->port == told->port ? told->port : 0;
	to->t = told->t;
	to->expiry = told->expiry;
	to->kept = kept_add(t->kept, frame, KEPT_BYTES);
	kept_drop(t->kept, was);
}

const struct service_target *
service_to(const struct service *s, uint32_t target, usec_t t)
{
	for (unsigned i = 0; i < s->n; i++)
		if (s->to[i].name == target && s->to[i].t <= t)
			return &s->to[i];
	return NULL;
}
