#include "know/way_int.h"

#include "base/name.h"

uint32_t
way_ttl(const struct dns_walk *w, const struct dns_rr *rr, const struct dns_event *ev)
{
	for (uint32_t i = 0; i < w->nrr; i++) {
		if (w->rr[i].tag == rr->tag) {
			uint32_t ttl = w->rr[i].ttl < ev->ttl_cap ? w->rr[i].ttl : ev->ttl_cap;

			return ttl > ev->ttl_less ? ttl - ev->ttl_less : 0;
		}
	}
	return 0;
}

static const struct dns_rr *
alias_of(const struct dns_set *set, const uint8_t *owner)
{
	for (uint32_t i = 0; i < set->nrr; i++)
		if (set->rr[i].section == DNS_ANSWER && set->rr[i].type == DNS_CNAME && name_eq(set->rr[i].owner, owner))
			return &set->rr[i];
	return NULL;
}

void
way_steps(const struct dns_set *set, struct way_steps *out)
{
	const uint8_t *at = set->qname;

	for (out->n = 0; at != NULL && out->n < WAY_HOPS;) {
		const struct dns_rr *alias = alias_of(set, at);

		out->at[out->n++] = at;
		at = alias != NULL ? dns_rr_target(alias) : NULL;
	}
}

bool
way_steps_have(const struct way_steps *s, const uint8_t *name)
{
	for (unsigned i = 0; i < s->n; i++)
		if (name_eq(s->at[i], name))
			return true;
	return false;
}

static void
step(struct know *k, struct way *way, const uint8_t *name, uint32_t ttl)
{
	uint32_t id = names_add(&k->names, name);
	unsigned at = way->n < LEDGER_PATH ? way->n : LEDGER_PATH - 1;

	if (id == NAME_NONE)
		return;
	way->path[at] = id;
	way->own[at] = ttl;
	if (way->n < LEDGER_PATH)
		way->n++;
	if (ttl < way->ttl)
		way->ttl = ttl;
}

bool
way_find(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set, const struct dns_rr *rr, struct way *way)
{
	const uint8_t *at = set->qname;
	uint32_t ttl = way_ttl(w, rr, ev);

	way->n = 0;
	way->ttl = ttl;
	way->by = ZONE_ALIAS;
	for (int hop = 0; hop < WAY_HOPS && at != NULL; hop++) {
		const struct dns_rr *alias;

		if (name_eq(at, rr->owner)) {
			if (hop == 0)
				way->by = rr->type == DNS_A || rr->type == DNS_AAAA ? ZONE_ADDRESS : ZONE_HINT;
			step(k, way, at, ttl);
			return way->n > 0;
		}
		alias = alias_of(set, at);
		if (alias == NULL)
			return false;
		step(k, way, at, way_ttl(w, alias, ev));
		at = dns_rr_target(alias);
	}
	return false;
}

struct way_end
way_end(const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set)
{
	struct way_end e = { .name = set->qname, .whole = true };

	for (int hop = 0; hop < WAY_HOPS && e.name != NULL; hop++) {
		const struct dns_rr *alias = alias_of(set, e.name);

		if (alias == NULL)
			break;
		e.name = dns_rr_target(alias);
		if (hop == 0) {
			e.first = e.name;
			e.ttl = way_ttl(w, alias, ev);
		}
	}
	if (e.first == NULL || e.name == NULL || set->rcode != 0)
		return e;
	e.whole = false;		/* it may be said elsewhere; or the answer goes on with it */
	for (uint32_t i = 0; i < set->nrr; i++)
		e.whole = e.whole || (set->rr[i].section == DNS_ANSWER && set->rr[i].type == set->qtype && name_eq(set->rr[i].owner, e.name)) ||
		    (set->rr[i].section == DNS_AUTHORITY && set->rr[i].type == DNS_SOA);	/* RFC 2308 2.2: it has none */
	return e;
}
