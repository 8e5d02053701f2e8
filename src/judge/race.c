#include "judge/race_int.h"

bool
race_abandoned(const struct flow *f)
{
	return f->key.proto == IPP_TCP && f->syn && f->syns == 1 && f->answered == 0 && !f->went_on && !f->refused && !f->unreachable;
}

static bool
near(usec_t a, usec_t b)
{
	return a - b <= RACE_WINDOW && b - a <= RACE_WINDOW;
}

static void
may_lose(struct conn *c, const struct flow *f)
{
	if (c->rival_port != 0 || c->proto != IPP_TCP || f->key.proto != IPP_TCP || !f->syn || !near(c->t, f->first) ||
	    c->scope != f->key.scope || c->port != f->key.port[!f->opener] || !addr_eq(&c->client, flow_client(f)) ||
	    addr_eq(&c->server, flow_server(f)))
		return;
	c->rival = *flow_server(f);
	c->rival_port = f->key.port[f->opener];
}

/* What opened just before. */
static void
look_back(struct judge *j, struct conn *c)
{
	const struct table *t = &j->flows->t;
	uint32_t id = t->newest;

	for (int n = 0; n < RACE_FLOWS && id != TABLE_NIL; n++) {
		const struct flow *f = table_at(t, id);

		if (f->last < c->t - RACE_WINDOW)
			break;
		may_lose(c, f);
		id = f->e.older;
	}
}

void
race_opened(struct judge *j, const struct flow *f)
{
	const struct table *t = &j->conns;
	uint32_t id = t->newest;

	for (int n = 0; n < RACE_FLOWS && id != TABLE_NIL; n++) {
		struct conn *c = table_at(t, id);

		if (c->flow == f->id)
			look_back(j, c);
		else if (f->first - c->t <= RACE_WINDOW)
			may_lose(c, f);
		else if (f->first - c->t <= CONN_LATE)
			break;			/* long-lived ones stand before their turn */
		id = c->e.older;
	}
}

static bool
abandoned(const struct judge *j, const struct conn *c)
{
	const struct flow *f = c->flow_at < j->flows->t.made ? table_at(&j->flows->t, c->flow_at) : NULL;

	return f != NULL && f->id == c->flow && race_abandoned(f);
}

static bool
rival_won(const struct judge *j, const struct conn *c)
{
	const struct pkt p = { .src = c->client, .dst = c->rival, .sport = c->rival_port, .dport = c->port, .scope = c->scope, .proto = IPP_TCP };
	const struct flow *f = c->rival_port != 0 ? flow_find(j->flows, &p) : NULL;

	return f != NULL && f->synack && near(c->t, f->first);
}

void
race_tick(struct judge *j, usec_t now)
{
	const struct table *t = &j->conns;

	for (uint32_t id = t->newest; id != TABLE_NIL; ) {
		struct conn *c = table_at(t, id);

		id = c->e.older;
		if (c->race == RACE_OPEN && now - c->t > FLOW_SYN_WAIT)
			c->race = abandoned(j, c) && rival_won(j, c) ? RACE_LOST : RACE_NONE;
		else if (c->race != RACE_OPEN && now - c->t <= CONN_LATE)
			break;
	}
}

bool
race_counts(const struct judge *j, const struct conn *c)
{
	return c->race == RACE_NONE || (c->race == RACE_OPEN && !abandoned(j, c));
}
