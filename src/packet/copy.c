#include "packet/copy.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define HASHED 1024		/* bytes of the payload that are compared; with its length, the numbers and the IP id that is enough */

bool
copy_init(struct copy_table *c, uint32_t max, uint64_t seed)
{
	*c = (struct copy_table){ .seed = seed, .slots = calloc(COPY_SLOTS, sizeof(*c->slots)) };
	return c->slots != NULL && table_init(&c->hosts, sizeof(struct copy_host), sizeof(struct copy_host_key), max, seed);
}

void
copy_free(struct copy_table *c)
{
	free(c->slots);
	table_free(&c->hosts);
}

static inline uint64_t
mix(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 wide;
	wide m = (wide)(a ^ b) * UINT64_C(0x9e3779b97f4a7c15);

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static inline uint64_t
word(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v;
}

static uint64_t
fingerprint(const struct copy_table *c, const struct pkt *p, uint64_t content)
{
	uint64_t h = content;

	if (h == 0)
		h = XXH3_64bits_withSeed(p->pay, p->pay_have < HASHED ? p->pay_have : HASHED, c->seed);
	h = mix(h ^ c->seed, word(p->src.b));
	h = mix(h, word(p->src.b + 8));
	h = mix(h, word(p->dst.b));
	h = mix(h, word(p->dst.b + 8));
	h = mix(h, (uint64_t)p->sport << 48 | (uint64_t)p->dport << 32 | p->ip_id);
	h = mix(h, (uint64_t)p->seq << 32 | p->ack);
	h = mix(h, (uint64_t)p->pay_wire << 32 | p->win);
	return mix(h, (uint64_t)p->icmp_type << 24 | (uint64_t)p->icmp_code << 16 | (uint32_t)p->tcp_flags << 8 | p->proto) | 1;
}

/* Which slot does not depend on the seed: what pushes what out is the same in every run. */
static uint32_t
slot_of(const struct pkt *p)
{
	uint64_t h = mix(word(p->src.b + 8), (uint64_t)p->sport << 48 | (uint64_t)p->dport << 32 | p->ip_id);

	h = mix(h, word(p->dst.b + 8) ^ p->seq);
	return (uint32_t)(h >> 40) % COPY_SLOTS;
}

/* One scope leads to the next, nearer to home; more than a few never are in a row, but in a database that somebody has changed. */
#define HOPS 8

static uint32_t
find_home(struct table *hosts, const struct addr *a, uint32_t scope)
{
	struct copy_host_key k = { .addr = *a, .scope = scope };

	for (int hop = 0; hop < HOPS; hop++) {
		struct copy_host *h = table_find(hosts, &k);

		if (h == NULL)
			break;
		table_touch(hosts, h);
		k.scope = h->home;
	}
	return k.scope;
}

/* The host is seen in both scopes.  A home it already has stays one, so that the order in which sensors see packets changes nothing later. */
static void
unite(struct table *hosts, const struct addr *a, uint32_t home, uint32_t other)
{
	struct copy_host_key k = { .addr = *a, .scope = find_home(hosts, a, other) };
	struct copy_host *h;

	home = find_home(hosts, a, home);
	if (k.scope == home)
		return;
	h = table_find(hosts, &k);
	if (h == NULL && hosts->n >= hosts->max)
		table_remove(hosts, table_oldest(hosts));
	if (h == NULL)
		h = table_add(hosts, &k);
	if (h != NULL)
		h->home = home;
}

static void
note_clocks(struct copy_clocks *k, usec_t apart)
{
	*(apart > COPY_CLOCKS ? &k->far : &k->near) += 1;
	if (apart > k->apart)
		k->apart = apart;
}

bool
copy_seen(struct copy_table *c, const struct pkt *p, uint64_t content, uint32_t source, usec_t now)
{
	struct copy_slot *s = &c->slots[slot_of(p)];
	uint64_t print = fingerprint(c, p, content);
	usec_t apart = now > s->t ? now - s->t : s->t - now;

	if (s->print != print || apart > (s->source == source ? COPY_WINDOW : COPY_APART)) {
		*s = (struct copy_slot){ print, now, p->scope, source };
		return false;
	}
	if (s->source != source)
		note_clocks(&c->clocks, apart);
	if (s->scope != p->scope) {
		unite(&c->hosts, &p->src, s->scope, p->scope);
		unite(&c->hosts, &p->dst, p->scope, s->scope);
	}
	return true;
}

uint32_t
copy_home(struct copy_table *c, const struct addr *a, uint32_t scope)
{
	return c->hosts.n > 0 ? find_home(&c->hosts, a, scope) : scope;
}
