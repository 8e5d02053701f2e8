#include "know/nic.h"

#include <stdlib.h>
#include <string.h>

#define DAY (86400 * TM_SEC)
#define MANY UINT32_MAX

bool
nic_init(struct nic_table *t, uint64_t seed)
{
	t->marks = calloc(NIC_MARKS, sizeof(*t->marks));
	return table_init(&t->t, sizeof(struct nic), sizeof(struct nic_key), NIC_MAX, seed) && t->marks != NULL;
}

void
nic_free(struct nic_table *t)
{
	free(t->marks);
	table_free(&t->t);
}

static struct nic_key
key_of(const uint8_t mac[6], uint32_t scope)
{
	struct nic_key k = { .scope = scope };

	memcpy(k.mac, mac, sizeof(k.mac));
	return k;
}

/* Of one machine, perhaps: no group, not unknown, not of a virtual router. */
static bool
usable(const uint8_t mac[6])
{
	static const uint8_t none[6] = { 0 }, virtual[4] = { 0, 0, 0x5e, 0 };

	return !(mac[0] & 1) && memcmp(mac, none, 6) != 0 && memcmp(mac, virtual, 4) != 0;
}

static bool
link_local(const struct addr *a)
{
	static const uint8_t v4[14] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 169, 254 };

	return memcmp(a->b, v4, sizeof(v4)) == 0 || (a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80);
}

/* Without a secret, for what meets here shows.  Who chooses his addresses so that they meet is not taken for one machine, no more. */
static uint32_t *
mark_of(const struct nic_table *t, const uint8_t mac[6], uint32_t scope)
{
	uint64_t x = 0;

	memcpy(&x, mac, 6);
	x = (x ^ (uint64_t)scope << 32) * UINT64_C(0x9e3779b97f4a7c15);
	return &t->marks[x >> 48];
}

void
nic_mark(struct nic_table *t, const struct sender *from, uint32_t scope, const struct addr *a)
{
	uint32_t *mark = mark_of(t, from->mac, scope), last;

	if (from->ttl != 64 && from->ttl != 128 && from->ttl != 255)
		*mark = MANY;
	if (!addr_is_v4(a) || link_local(a) || *mark == MANY)
		return;
	memcpy(&last, a->b + 12, 4);
	*mark = *mark == 0 || *mark == last ? last : MANY;
}

static uint32_t
day_of(const struct nic_addr *x)
{
	return (uint32_t)x->day[0] << 24 | (uint32_t)x->day[1] << 16 | (uint32_t)x->day[2] << 8 | x->day[3];
}

static struct nic_addr
first_seen(const struct addr *a, uint32_t day)
{
	return (struct nic_addr){ *a, { (uint8_t)(day >> 24), (uint8_t)(day >> 16), (uint8_t)(day >> 8), (uint8_t)day } };
}

/* Where the next address goes: behind the others, or in the place of an IPv6 address of the day before yesterday.  NULL: there are too many. */
static struct nic_addr *
place_for(struct nic *c, const struct addr *a, uint32_t today)
{
	struct nic_addr *oldest = NULL;
	unsigned n[2] = { 0, 0 };

	for (unsigned i = 0; i < c->n; i++) {
		bool v6 = !addr_is_v4(&c->of[i].addr);

		n[v6]++;
		if (v6 && (oldest == NULL || day_of(&c->of[i]) < day_of(oldest)))
			oldest = &c->of[i];
	}
	if (c->n < 1 + NIC_V6 && (addr_is_v4(a) ? n[0] == 0 : n[1] < NIC_V6))
		return &c->of[c->n++];
	return !addr_is_v4(a) && oldest != NULL && day_of(oldest) + 1 < today ? oldest : NULL;
}

static bool
has(const struct nic *c, const struct addr *a)
{
	for (unsigned i = 0; i < c->n; i++)
		if (addr_eq(&c->of[i].addr, a))
			return true;
	return false;
}

/* False if it cannot be one machine's any more. */
static bool
take(struct nic *c, const struct addr *a, uint32_t today)
{
	struct nic_addr *place;

	if (link_local(a) || has(c, a))
		return true;
	place = place_for(c, a, today);
	if (place != NULL)
		*place = first_seen(a, today);
	return place != NULL;
}

const struct nic *
nic_seen(struct nic_table *t, const struct sender *from, uint32_t scope, const struct addr *a, usec_t now)
{
	struct nic_key k = key_of(from->mac, scope);
	struct nic *c;
	bool fresh;

	nic_mark(t, from, scope, a);
	if (!usable(from->mac))
		return NULL;
	c = table_get(&t->t, &k, &fresh);
	if (c == NULL && t->t.n > 0) {
		table_remove(&t->t, table_oldest(&t->t));
		c = table_get(&t->t, &k, &fresh);
	}
	if (c == NULL)
		return NULL;
	if (!fresh)
		table_touch(&t->t, c);
	c->shared = c->shared || *mark_of(t, from->mac, scope) == MANY || !take(c, a, (uint32_t)tm_floor(now, DAY));
	return c->shared ? NULL : c;
}

const struct nic *
nic_find(const struct nic_table *t, const uint8_t mac[6], uint32_t scope)
{
	struct nic_key k = key_of(mac, scope);
	const struct nic *c = table_find(&t->t, &k);

	return c != NULL && !c->shared && *mark_of(t, mac, scope) != MANY ? c : NULL;
}
