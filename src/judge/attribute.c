#include "judge/facts_int.h"

#include "base/name.h"

static bool
leads_by(const struct hint *h, uint32_t name)
{
	for (unsigned i = 0; i < h->npath; i++)
		if (h->path[i] == name)
			return true;
	for (unsigned i = 0; i < h->lead.n; i++)
		if (h->lead.path[i] == name)
			return true;
	return false;
}

static bool
better(const struct hint *h, const struct hint *best, usec_t s, usec_t grace)
{
	if (best == NULL || h->heard != best->heard)
		return best == NULL || h->heard;
	if (hint_runs(h, s, grace) != hint_runs(best, s, grace))
		return hint_runs(h, s, grace);
	return h->t > best->t;
}

/* Of several names: the one the client sent; else the last told of those that run; else the last told (Allman, IMC 2020). */
static const struct hint *
pick_hint(const struct conn *c, usec_t grace)
{
	const struct hint *best = NULL;

	for (unsigned i = 0; i < c->nhints; i++)
		if ((c->sni == NAME_NONE || leads_by(&c->hints[i], c->sni)) && better(&c->hints[i], best, c->t, grace))
			best = &c->hints[i];
	return best;
}

/* No answer fits the name that the client sent.  It may hold that name's alias from before and have asked for the target alone, as
 * several systems do; then a connection that began right behind such an answer is its consequence. */
static const struct hint *
other_hint(const struct conn *c)
{
	const struct hint *best = NULL;

	for (unsigned i = 0; i < c->nhints; i++)
		if (c->hints[i].heard && (best == NULL || c->hints[i].t > best->t))
			best = &c->hints[i];
	return best;
}

/* Another name than those listed lives on the address: somebody was told so after it was retired. */
static bool
others_live(const struct know *k, const struct conn *c, const struct dep_entry *d)
{
	for (const struct zone_rec *z = table_oldest(&k->zones.t); z != NULL; z = table_newer(&k->zones.t, z))
		if (addr_eq(&z->key.addr, &c->server) && z->last_told != TM_NONE && z->last_told > d->deprecated_at &&
		    !dep_entry_names(d, names_at(&k->names, z->key.name)->wire))
			return true;
	return false;
}

static const struct dep_entry *
any_name(const struct know *k, const struct conn *c)
{
	const struct dep_entry *d, *best = NULL;

	for (size_t i = 0; (d = deplist_match(k->list, &c->server, i)) != NULL; i++) {
		if (!dep_entry_for_client(d, &c->client))
			continue;
		if ((d->deprecated_at == TM_NONE || c->t >= d->deprecated_at) && (d->reinstated_at == TM_NONE || c->t < d->reinstated_at))
			return d;
		best = best != NULL ? best : d;
	}
	return best;
}

/* The server name is all that says for what it was. */
static void
attribute_named(const struct conn *c, const struct know *k, struct finding_of *o)
{
	const struct hint *other = o->hint == NULL ? other_hint(c) : NULL;

	o->name = c->sni;
	o->entry = know_entry(k, &c->server, &c->client, &c->sni, 1, c->t);
	if (other == NULL)
		return;
	o->hint = other;
	o->by_other = c->t - other->t > ASK_TOGETHER ? OTHER_EARLIER : OTHER_JUST;
	if (o->entry == NULL && o->by_other == OTHER_JUST)
		o->entry = know_entry(k, &c->server, &c->client, other->path, other->npath, c->t);
}

void
attribute(const struct conn *c, const struct know *k, struct finding_of *o)
{
	const struct lead_of of = { .who = c->who, .client = c->client, .addr = c->server, .scope = c->scope, .t = c->t };
	const struct hint *h = pick_hint(c, k->grace);

	o->name = NAME_NONE;
	o->hint = h;
	if (h != NULL && h->heard) {
		o->entry = know_entry_led(k, &of, h->path, h->npath, &h->lead, &o->by_lead);
		o->name = o->by_lead ? h->lead.path[0] : h->path[0];
	} else if (c->sni != NAME_NONE) {
		attribute_named(c, k, o);
	} else {
		o->entry = any_name(k, c);
		o->unattributed = o->entry != NULL && o->entry->name_len > 0 && others_live(k, c, o->entry);
	}
}

/* Through a service: what the zone was seen to say of it; else what is known of the name it leads to, and what the client itself was told of the
 * service before that. */
static struct legit
legit_led(const struct conn *c, const struct know *k, const struct finding_of *o)
{
	const struct lead *lead = &o->hint->lead;
	const struct zone_rec *z = zone_find(&k->zones, lead->path[0], ZONE_SERVICE, &c->server);
	usec_t T = o->entry->deprecated_at;
	struct legit l = know_legit(k, z != NULL && z->nttls > 0 ? lead->path[0] : o->hint->path[0], &c->server, T, o->entry->ttl);

	if ((z == NULL || z->nttls == 0) && T != TM_NONE && lead->t <= T && lead->expiry > l.until)
		l = (struct legit){ .until = lead->expiry, .basis = LEGIT_RESOLVER, .ttl = (uint32_t)((lead->expiry - T) / TM_SEC) };
	return l;
}

struct legit
legit_of(const struct conn *c, const struct know *k, const struct finding_of *o)
{
	uint32_t name = o->hint != NULL && !o->by_other ? o->hint->path[0] : o->name;
	struct legit best, l;

	if (o->by_lead)
		return legit_led(c, k, o);
	if (name == NAME_NONE && o->entry->name_len > 0 && !o->entry->wildcard)
		name = names_find(&k->names, dns_name_hash(o->entry->name, k->names.seed));
	best = know_legit(k, name, &c->server, o->entry->deprecated_at, o->entry->ttl);
	if (best.basis != LEGIT_ASSUMED)
		return best;
	/* nothing names it: the longest that any name on the address may rightly be believed */
	for (const struct zone_rec *z = table_oldest(&k->zones.t); z != NULL; z = table_newer(&k->zones.t, z)) {
		if (!addr_eq(&z->key.addr, &c->server))
			continue;
		l = know_legit(k, z->key.name, &z->key.addr, o->entry->deprecated_at, -1);
		if (l.basis != LEGIT_ASSUMED && (best.basis == LEGIT_ASSUMED || l.until > best.until))
			best = l;
	}
	return best;
}
