#include "packet/copy.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define HASHED 1024		/* bytes of the payload that are compared; with its length, the numbers and the IP id that is enough */

bool
copy_init(struct copy_table *c, uint32_t max, uint64_t seed)
{
	c->seed = seed;
	c->slots = calloc(COPY_SLOTS, sizeof(*c->slots));
	return c->slots != NULL && table_init(&c->pairs, sizeof(struct copy_pair), sizeof(struct copy_pair_key), max, seed);
}

void
copy_free(struct copy_table *c)
{
	free(c->slots);
	table_free(&c->pairs);
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
	h = mix(h, (uint64_t)p->pay_wire << 32 | (uint32_t)p->frag_off << 16 | p->win);
	return mix(h, (uint64_t)p->icmp_type << 24 | (uint64_t)p->icmp_code << 16 | (uint32_t)p->tcp_flags << 8 | p->proto) | 1;
}

/* Which slot does not depend on the seed: what pushes what out is the same in every run. */
static uint32_t
slot_of(const struct pkt *p)
{
	uint64_t h = mix(word(p->src.b + 8), (uint64_t)p->sport << 48 | (uint64_t)p->dport << 32 | p->ip_id);

	h = mix(h, word(p->dst.b + 8) ^ p->seq ^ (uint64_t)p->frag_off << 32);
	return (uint32_t)(h >> 40) % COPY_SLOTS;
}

static struct copy_pair_key
pair_of(const struct pkt *p)
{
	bool swap = memcmp(p->src.b, p->dst.b, 16) > 0;

	return (struct copy_pair_key){ .addr = { swap ? p->dst : p->src, swap ? p->src : p->dst }, .scope = p->scope };
}

static void
learn_pair(struct copy_table *c, const struct pkt *p, uint32_t first)
{
	struct copy_pair_key k = pair_of(p);
	struct copy_pair *e = table_find(&c->pairs, &k);

	if (e != NULL)
		return;
	if (c->pairs.n >= c->pairs.max)
		table_remove(&c->pairs, table_oldest(&c->pairs));
	e = table_add(&c->pairs, &k);
	if (e != NULL)
		e->first = first;
}

bool
copy_seen(struct copy_table *c, struct pkt *p, uint64_t content, usec_t now)
{
	struct copy_slot *s = &c->slots[slot_of(p)];
	uint64_t print = fingerprint(c, p, content);
	const struct copy_pair *pair;
	struct copy_pair_key k;

	if (s->print == print && now - s->t <= COPY_WINDOW && s->t - now <= COPY_WINDOW) {
		if (s->scope != p->scope)
			learn_pair(c, p, s->scope);
		return true;
	}
	if (c->pairs.n > 0) {
		k = pair_of(p);
		pair = table_find(&c->pairs, &k);
		if (pair != NULL)
			p->scope = pair->first;
	}
	*s = (struct copy_slot){ print, now, p->scope };
	return false;
}
