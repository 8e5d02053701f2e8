#include "know/names.h"

#include <string.h>

bool
names_init(struct names *n, uint32_t max, uint64_t seed)
{
	memset(n->bits, 0, sizeof(n->bits));
	n->seed = seed;
	return table_init(&n->t, sizeof(struct name_entry), sizeof(uint64_t), max, seed);
}

void
names_free(struct names *n)
{
	table_free(&n->t);
}

static size_t
wire_length(const uint8_t *wire)
{
	size_t len = 0;

	while (wire[len] != 0 && len + wire[len] + 1u < DNS_NAME_MAX)
		len += wire[len] + 1u;
	return len + 1;
}

uint32_t
names_look_up(const struct names *n, uint64_t qhash)
{
	const struct name_entry *e = table_find(&n->t, &qhash);

	return e != NULL ? e->e.id : NAME_NONE;
}

uint32_t
names_add(struct names *n, const uint8_t *wire)
{
	uint64_t h = dns_name_hash(wire, n->seed);
	uint32_t id = names_find(n, h), bit = (uint32_t)h & (NAMES_BITS - 1);
	struct name_entry *e;

	if (id != NAME_NONE)
		return id;
	e = table_add(&n->t, &h);
	if (e == NULL)
		return NAME_NONE;
	e->len = (uint8_t)wire_length(wire);
	memcpy(e->wire, wire, e->len);
	n->bits[bit / 8] |= (uint8_t)(1u << bit % 8);
	return e->e.id;
}

void
names_add_above(struct names *n, const uint8_t *wire)
{
	if (*wire == 0)
		return;
	for (wire += *wire + 1; *wire != 0 && wire[*wire + 1] != 0; wire += *wire + 1)
		names_add(n, wire);
}

bool
names_has(const struct names *n, uint32_t name, const struct addr *a)
{
	const struct name_entry *e = names_at(n, name);

	for (unsigned i = 0; i < e->naddr; i++)
		if (addr_eq(&e->addr[i], a))
			return true;
	return false;
}

void
names_leads_to(struct names *n, uint32_t name, const struct addr *a)
{
	struct name_entry *e = names_at(n, name);

	if (!names_has(n, name, a) && e->naddr < NAME_ADDRS)
		e->addr[e->naddr++] = *a;
}

void
names_led_by(struct names *n, uint32_t name, struct name_lead by)
{
	struct name_entry *e = names_at(n, name);
	unsigned out = 0;

	for (unsigned i = 0; i < e->nlead; i++) {
		if (e->lead[i].name == by.name && e->lead[i].type == by.type) {
			e->lead[i].listed = by.listed;
			return;
		}
	}
	if (e->nlead == NAME_LEADS) {
		while (out + 1 < e->nlead && e->lead[out].listed)
			out++;
		out = e->lead[out].listed ? 0 : out;
		memmove(&e->lead[out], &e->lead[out + 1], (size_t)(e->nlead - out - 1) * sizeof(e->lead[0]));
		e->nlead--;
	}
	e->lead[e->nlead++] = by;
}
