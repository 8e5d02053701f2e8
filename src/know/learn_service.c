/* What an answer with MX, SRV, SVCB or HTTPS records tells: where its client goes next, and whether the zone still leads there. */
#include "know/learn_int.h"
#include "know/way_int.h"

#include "base/name.h"

#define ONWARD_MAX 32		/* records of one answer that are followed; of what comes beside it as many */

/* The records of an answer that lead on from the name asked, also from an alias of it. */
struct onward { const struct dns_rr *rr; const uint8_t *to; bool listed; };	/* listed: the list means the owner */
struct onwards { struct onward of[ONWARD_MAX]; unsigned n; };

static uint32_t
known(const struct know *k, const uint8_t *name)
{
	return names_find(&k->names, dns_name_hash(name, k->names.seed));
}

/* The list means this name.  Wildcards, and names of whole networks, are not among those that are known from the start. */
static bool
is_listed(const struct know *k, const uint8_t *name)
{
	if (!k->wide && known(k, name) == NAME_NONE)
		return false;
	for (size_t i = 0; i < deplist_count(k->list); i++)
		if (deplist_at(k->list, i)->name_len > 0 && dep_entry_names(deplist_at(k->list, i), name))
			return true;
	return false;
}

static void
find_onwards(const struct know *k, const struct dns_set *set, struct onwards *out)
{
	struct way_steps steps;
	const uint8_t *owner = NULL;
	bool listed = false;

	way_steps(set, &steps);
	out->n = 0;
	for (uint32_t i = 0; i < set->nanswer && out->n < ONWARD_MAX; i++) {
		const struct dns_rr *rr = &set->rr[i];
		const uint8_t *to = rr->type == DNS_CNAME ? dns_rr_target(rr) : service_next(rr);

		if (to == NULL || !way_steps_have(&steps, rr->owner))
			continue;
		if (owner != rr->owner)		/* most are of one */
			listed = is_listed(k, rr->owner);
		owner = rr->owner;
		out->of[out->n++] = (struct onward){ rr, to, listed };
	}
}

/* It is about a listed name, or one that such a name leads to; or it leads to one that was seen to lead to a listed address. */
static bool
matters(const struct know *k, const struct onwards *on)
{
	for (unsigned i = 0; i < on->n; i++) {
		uint32_t owner = known(k, on->of[i].rr->owner), target = known(k, on->of[i].to);

		if (on->of[i].listed || (owner != NAME_NONE && names_at(&k->names, owner)->nlead > 0) ||
		    (target != NAME_NONE && names_at(&k->names, target)->naddr > 0))
			return true;
	}
	return false;
}

static void
learn_onward(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct onward *o, bool authority)
{
	uint32_t name = names_add(&k->names, o->rr->owner), target = name != NAME_NONE ? names_add(&k->names, o->to) : NAME_NONE;
	const struct service_key key = { .client = ev->client, .scope = ev->scope, .name = name, .type = o->rr->type };
	const struct service_target told = { .name = target, .port = service_port(o->rr), .t = ev->t, .expiry = ev->t + way_ttl(w, o->rr, ev) * TM_SEC };
	struct service *s;

	if (target == NAME_NONE)
		return;
	names_led_by(&k->names, target, (struct name_lead){ .name = name, .type = o->rr->type, .listed = o->listed });
	s = service_answer(&k->services, &key, ev->t, true);
	if (s == NULL)
		return;
	s->authority = authority;
	service_leads(&k->services, s, &told, o->listed ? ev->frame : NULL);
}

/* The record by which the name asked leads to the address, as far as is known: to the name that did so before, if it can. */
static const struct onward *
way_on(const struct know *k, const struct dns_set *set, const struct onwards *on, const struct addr *a, uint32_t before)
{
	const struct onward *found = NULL;

	for (unsigned i = 0; i < on->n; i++) {
		const struct onward *o = &on->of[i];
		uint32_t target = o->rr->type != DNS_CNAME && name_eq(o->rr->owner, set->qname) ? known(k, o->to) : NAME_NONE;

		if (target != NAME_NONE && names_has(&k->names, target, a) && (found == NULL || target == before))
			found = o;
	}
	return found;
}

static bool
led_by(const struct know *k, uint32_t target, uint32_t name, uint16_t type)
{
	const struct name_entry *n = names_at(&k->names, target);

	for (unsigned i = 0; i < n->nlead; i++)
		if (n->lead[i].name == name && n->lead[i].type == type)
			return true;
	return false;
}

/* The zone's own answer about a name whose record of the type asked for leads to this address, or did. */
static void
learn_zone_service(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set, const struct onwards *on, uint32_t name, const struct addr *a)
{
	struct zone_rec *z = zone_find(&k->zones, name, ZONE_SERVICE, a);
	const struct onward *o = way_on(k, set, on, a, z != NULL ? z->next : NAME_NONE);
	const struct dep_entry *d = learn_entry(k, a, &ev->client, &name, 1, ev->t);
	bool after = d->deprecated_at == TM_NONE || ev->t > d->deprecated_at;
	uint32_t to = o != NULL ? known(k, o->to) : NAME_NONE;

	if (z == NULL && o != NULL)
		z = zone_get(&k->zones, name, ZONE_SERVICE, a);
	if (z == NULL || (z->next != NAME_NONE && !led_by(k, z->next, name, w->qtype)))
		return;
	if (o != NULL && (!after || z->next == NAME_NONE))
		z->next = to;
	if (after)
		zone_said_next(z, ev->t, o != NULL && to == z->next);
	if (o == NULL) {
		learn_zone_other(k, ev, z, d);
		return;
	}
	z->named = d->name_len > 0;
	zone_said(z, ev->t, way_ttl(w, o->rr, ev), &ev->server, d->deprecated_at);
}

static void
learn_zone_services(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set, const struct onwards *on, uint32_t name)
{
	for (unsigned i = 0; i < names_at(&k->names, name)->naddr; i++) {
		const struct addr a = names_at(&k->names, name)->addr[i];

		learn_zone_service(k, ev, w, set, on, name, &a);
	}
}

/* The addresses of one name that came along are all it has: a listed one that is not among them was taken back. */
static void
learn_extra_other(struct know *k, const struct dns_event *ev, const struct dns_set *set, const struct dns_rr *rr)
{
	uint32_t name = known(k, rr->owner);

	for (unsigned i = 0; name != NAME_NONE && i < names_at(&k->names, name)->naddr; i++) {
		const struct addr a = names_at(&k->names, name)->addr[i];
		bool there = addr_is_v4(&a) != (rr->type == DNS_A);
		struct addr b;

		for (uint32_t j = set->nanswer; !there && j < set->nrr; j++)
			there = dns_rr_addr(&set->rr[j], &b) && (b = addr_meant(&b), addr_eq(&b, &a)) && name_eq(set->rr[j].owner, rr->owner);
		if (!there)
			ledger_told_other(&k->ledger, &ev->client, ev->scope, &a, name, ev->t, ev->frame);
	}
}

static bool
leads_to(const struct onwards *on, const uint8_t *name)
{
	for (unsigned i = 0; i < on->n; i++)
		if (name_eq(on->of[i].to, name))
			return true;
	return false;
}

/* Addresses that stand beside the answer, of the names that it leads to, need not be asked for. */
static void
learn_extras(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set, const struct onwards *on, uint32_t server)
{
	unsigned left = ONWARD_MAX;
	struct addr a;

	for (uint32_t i = set->nanswer; i < set->nrr && left > 0; i++) {
		const struct dns_rr *rr = &set->rr[i];

		if (rr->section != DNS_ADDITIONAL || !dns_rr_addr(rr, &a) || !leads_to(on, rr->owner))
			continue;
		learn_extra(k, ev, w, rr, addr_meant(&a), server);
		learn_extra_other(k, ev, set, rr);
		left--;
	}
}

void
learn_services(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct memo_set *ms, uint32_t server)
{
	bool authority = learn_from_zone(k, ev, w, ms->set);
	struct service_key key = { .client = ev->client, .scope = ev->scope, .type = w->qtype };
	struct onwards on = { .n = 0 };

	if (ms->leads)
		find_onwards(k, ms->set, &on);
	if (on.n > 0 && (ms->listed || matters(k, &on))) {
		for (unsigned i = 0; i < on.n; i++)
			learn_onward(k, ev, w, &on.of[i], authority);
		learn_extras(k, ev, w, ms->set, &on, server);
	}
	key.name = names_find(&k->names, w->qhash);
	if (key.name == NAME_NONE)
		return;
	service_answer(&k->services, &key, ev->t, false);
	if (authority)
		learn_zone_services(k, ev, w, ms->set, &on, key.name);
}

/* A name was seen to lead to a listed address: so do those that lead to it, where the list means them there.  What the zone had said of them to
 * this host counts now. */
void
learn_leads_to(struct know *k, const struct dns_event *ev, uint32_t target, const struct addr *a)
{
	for (unsigned i = 0; i < names_at(&k->names, target)->nlead; i++) {
		const struct name_lead *by = &names_at(&k->names, target)->lead[i];
		const struct service_key key = { .client = ev->client, .scope = ev->scope, .name = by->name, .type = by->type };
		const struct dep_entry *d = by->listed ? know_entry(k, a, &ev->client, &by->name, 1, ev->t) : NULL;
		const struct service *s = service_find(&k->services, &key);
		const struct service_target *to = s != NULL && s->authority ? service_to(s, target, ev->t) : NULL;
		struct zone_rec *z;

		if (d == NULL || d->name_len == 0)
			continue;
		names_leads_to(&k->names, by->name, a);
		if (to == NULL || by->type == DNS_CNAME || (d->deprecated_at != TM_NONE && to->t > d->deprecated_at))
			continue;
		z = zone_get(&k->zones, by->name, ZONE_SERVICE, a);
		if (z == NULL || z->nttls > 0)
			continue;
		z->next = target;
		zone_ttl_was(z, to->t, (uint32_t)((to->expiry - to->t) / TM_SEC));
	}
}
