/* How a client was led to a name by the records of other names that it was told before: MX, SRV, SVCB, HTTPS (know/service.h). */
#include "know/know.h"

#include <string.h>

/* The client had been told that the record of one name leads to another. */
static const struct service_target *
link_of(const struct know *k, const struct lead_of *of, struct name_lead by, uint32_t target, usec_t *other)
{
	const struct service_key key = { .client = of->who, .scope = of->scope, .name = by.name, .type = by.type };
	const struct service *s = service_find(&k->services, &key);
	const struct service_target *to = s != NULL ? service_to(s, target, of->t) : NULL;

	if (to != NULL)
		*other = s->t > to->t && s->t <= of->t ? s->t : TM_NONE;
	return to;
}

static void
put_first(struct lead *l, struct name_lead by, const struct service_target *to, usec_t other)
{
	memmove(&l->path[1], &l->path[0], l->n * sizeof(l->path[0]));
	memmove(&l->type[1], &l->type[0], l->n * sizeof(l->type[0]));
	l->path[0] = by.name;
	l->type[0] = by.type;
	l->port = l->n == 0 ? to->port : l->port;
	l->t = l->n == 0 || to->t < l->t ? to->t : l->t;
	l->expiry = l->n == 0 || to->expiry < l->expiry ? to->expiry : l->expiry;
	l->other = l->n == 0 || l->other == TM_NONE ? other : l->other;
	l->kept = l->n == 0 ? to->kept : l->kept;
	l->n++;
}

static bool
follow_up(const struct know *k, const struct lead_of *of, struct name_lead by, struct lead *l)
{
	uint32_t target = of->name;
	usec_t other = TM_NONE;
	const struct service_target *to = link_of(k, of, by, target, &other);

	*l = (struct lead){ .other = TM_NONE };
	while (to != NULL) {
		const struct name_entry *n;

		put_first(l, by, to, other);
		if (l->n == LEAD_PATH)
			break;
		target = by.name;
		n = names_at(&k->names, target);
		to = NULL;
		for (unsigned i = n->nlead; to == NULL && i-- > 0;) {
			by = n->lead[i];
			to = by.name != of->name ? link_of(k, of, by, target, &other) : NULL;
		}
	}
	return l->n > 0 && (of->port == 0 || l->port == 0 || l->port == of->port);
}

bool
know_lead(const struct know *k, const struct lead_of *of, struct lead *out)
{
	const struct name_entry *n = names_at(&k->names, of->name);
	bool meant = false;

	out->n = 0;
	for (unsigned i = 0; i < n->nlead; i++) {
		struct lead l;
		const struct dep_entry *d;
		bool means;

		if (!follow_up(k, of, n->lead[i], &l))
			continue;
		d = know_entry(k, &of->addr, &of->client, l.path, l.n, of->t);
		means = d != NULL && d->name_len > 0;
		if (out->n == 0 || means > meant || (means == meant && l.t > out->t)) {
			*out = l;
			meant = means;
		}
	}
	return out->n > 0;
}

const struct dep_entry *
know_entry_led(const struct know *k, const struct lead_of *of, const uint32_t *path, unsigned npath, const struct lead *lead, bool *by_lead)
{
	const struct dep_entry *d = know_entry(k, &of->addr, &of->client, path, npath, of->t), *led;
	uint32_t all[LEDGER_PATH + LEAD_PATH];

	*by_lead = false;
	if (lead == NULL || lead->n == 0)
		return d;
	memcpy(all, path, npath * sizeof(all[0]));
	memcpy(&all[npath], lead->path, lead->n * sizeof(all[0]));
	led = know_entry(k, &of->addr, &of->client, all, npath + lead->n, of->t);
	*by_lead = led != d;
	return led;
}

/* How the record that leads to the name stands with the zone, as far as there is one. */
static enum zone_word
service_moved(const struct know *k, const struct lead *lead, uint32_t name, const struct addr *a)
{
	const struct zone_rec *z = lead->n == 1 ? zone_find(&k->zones, lead->path[0], ZONE_SERVICE, a) : NULL;

	return z != NULL && z->next == name ? zone_moved(z) : SAID_UNKNOWN;
}

enum lead_stale
know_lead_stale(const struct know *k, const struct lead *lead, uint32_t name, enum zone_by by, const struct addr *a)
{
	const struct zone_rec *z = zone_find(&k->zones, name, by, a);
	enum zone_word address = z != NULL ? zone_moved(z) : SAID_UNKNOWN, service = service_moved(k, lead, name, a);

	if (address == SAID_YES || service == SAID_NO)
		return LEAD_ADDRESS;
	return service == SAID_YES && address == SAID_NO ? LEAD_SERVICE : LEAD_UNSURE;
}
