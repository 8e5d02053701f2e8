/* A connection that was on its way to another address: its first packet was seen there just before, with the same port and initial sequence
 * number. */
#include "judge/facts_int.h"
#include "judge/race_int.h"

#define PINNED_FOR (3600 * TM_SEC)	/* translators forget a UDP exchange after minutes of silence, never while it goes on */

bool
translated_from(const struct flow_table *flows, const struct flow *f)
{
	const struct table *t = &flows->t;
	struct addr server = addr_meant(flow_server(f));
	uint32_t id = t->newest;

	if (f->key.proto != IPP_TCP || !f->syn)
		return false;
	for (int n = 0; n < RACE_FLOWS && id != TABLE_NIL; n++) {
		const struct flow *other = table_at(t, id);
		struct addr first = addr_meant(flow_server(other));

		if (other->syn && other->isn == f->isn && other->key.port[other->opener] == f->key.port[f->opener] &&
		    f->first - other->first <= TM_SEC && !other->watched && !addr_eq(&first, &server))
			return true;
		id = other->e.older;
	}
	return false;
}

void
path_facts(const struct conn *c, struct facts *f)
{
	fact_set(f, B(VIP), c->vip);
	fact_set(f, B(PINNED), c->proto == IPP_UDP && c->last - c->t > PINNED_FOR);
}
