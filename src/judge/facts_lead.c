#include "judge/facts_int.h"

/* What is known of the answer with the address: of the client's use of it, of the server that gave it, of the zone. */
#define OF_ANSWER (B(LIVE) | B(BEFORE_T) | B(NEW) | B(SHORT) | B(ASKED_LATER) | B(KEPT) | B(WALL) | B(ASKING) | B(FAILING) | B(AGAIN) | \
	B(ZONE_STILL) | B(ZONE_SPLIT) | B(ZONE_LEFT) | B(ZONE_PART) | B(R_FLOOR) | B(R_EXPIRED) | B(UP_FAILING) | B(REFRESHED) | B(R_STALE) | \
	B(R_COUNTS) | B(UP_SEEN) | B(ASKS_NOBODY) | B(R_AA) | B(R_OWN) | B(R_CONSTANT) | B(R_STAMPED) | B(R_WAITED) | B(R_THEN_FRESH) | B(REFETCHED))

usec_t
lead_facts(const struct conn *c, const struct know *k, const struct hint *h, usec_t T, struct facts *f)
{
	const struct lead *l = &h->lead;
	enum lead_stale stale = know_lead_stale(k, l, h->path[0], (enum zone_by)h->by, &c->server);
	struct facts led = { 0 };

	if (h->t > l->expiry + k->grace)	/* it was led to the name by something else, or keeps that for long */
		f->doubt |= B(TOLD);
	if (stale == LEAD_ADDRESS || (h->other != TM_NONE && (T == TM_NONE || h->other > T)))
		return h->t;
	fact_set(&led, B(LIVE), c->t <= l->expiry + k->grace);
	fact_set(&led, B(BEFORE_T), T != TM_NONE && l->t <= T + k->grace);
	fact_set(&led, B(SHORT), c->t <= l->expiry + CONN_HORIZON + k->grace);
	fact_set(&led, B(NEW), l->other != TM_NONE && l->other <= c->t);
	if (stale == LEAD_SERVICE) {
		f->yes = (f->yes & ~OF_ANSWER) | led.yes;
		f->no = (f->no & ~OF_ANSWER) | led.no;
		return l->t;
	}
	f->yes &= led.yes | ~OF_ANSWER;
	f->no &= led.no | ~OF_ANSWER;
	return l->t < h->t ? l->t : h->t;
}
