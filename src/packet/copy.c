#include "packet/copy.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define HASHED 1024		/* bytes of the payload that are compared; with its length, the numbers and the IP id that is enough */

static inline uint64_t
fold(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 wide;
	wide m = (wide)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

bool
copy_init(struct copy_table *c, uint32_t max, uint64_t seed)
{
	*c = (struct copy_table){ .slots = calloc(COPY_SLOTS, sizeof(*c->slots)) };
	for (unsigned i = 0; i < COPY_KEYS; i++)
		c->keys[i] = fold((seed ^ COPY_ODD_1) + i, COPY_ODD_2);
	return c->slots != NULL && table_init(&c->hosts, sizeof(struct copy_host), sizeof(struct copy_host_key), max, seed);
}

void
copy_free(struct copy_table *c)
{
	free(c->slots);
	table_free(&c->hosts);
}

static inline uint64_t
word(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v;
}

/* What two copies have in common, but for their addresses and payload: words of struct pkt. */
enum { PORTS_ID = offsetof(struct pkt, sport), NUMBERS = PORTS_ID + 8, REST = PORTS_ID + 16 };
_Static_assert(offsetof(struct pkt, ip_id) == PORTS_ID + 4 && offsetof(struct pkt, seq) == NUMBERS && offsetof(struct pkt, ack) == NUMBERS + 4 &&
    offsetof(struct pkt, win) == REST && offsetof(struct pkt, frag_more) == REST + 7, "three words without padding");

static __attribute__((noinline)) uint64_t
payload(const struct copy_table *c, const struct pkt *p)
{
	return XXH3_64bits_withSeed(p->pay, p->pay_have < HASHED ? p->pay_have : HASHED, c->keys[0]);
}

/* Each pair of words is masked with secrets of its own and multiplied; the products do not wait for each other. */
static inline uint64_t
fingerprint(const struct copy_table *c, const struct pkt *p, uint64_t content)
{
	const uint8_t *w = (const uint8_t *)p;
	const uint64_t *k = c->keys;
	uint64_t h = content != 0 ? content : payload(c, p);

	h ^= fold(word(p->src.b) ^ k[0], word(p->src.b + 8) ^ k[1]);
	h ^= fold(word(p->dst.b) ^ k[2], word(p->dst.b + 8) ^ k[3]);
	h ^= fold(word(w + PORTS_ID) ^ k[4], word(w + NUMBERS) ^ k[5]);
	return fold(h ^ k[6], (word(w + REST) ^ k[7]) + p->pay_wire * COPY_ODD_1) | 1;
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

/* In another scope, or another capture. */
static __attribute__((noinline)) void
learn(struct copy_table *c, const struct copy_slot *s, const struct pkt *p, uint32_t source, usec_t apart)
{
	if (s->source != source)
		note_clocks(&c->clocks, apart);
	if (s->scope != p->scope) {
		unite(&c->hosts, &p->src, s->scope, p->scope);
		unite(&c->hosts, &p->dst, p->scope, s->scope);
	}
}

bool
copy_seen(struct copy_table *c, struct copy_slot *s, const struct pkt *p, uint64_t content, uint32_t source, usec_t now)
{
	uint64_t print = fingerprint(c, p, content);
	usec_t apart = INT64_MAX;

	if (s->print == print)
		apart = now > s->t ? now - s->t : s->t - now;
	if (apart > (s->source == source ? COPY_WINDOW : COPY_APART)) {
		*s = (struct copy_slot){ print, now, p->scope, source };
		return false;
	}
	learn(c, s, p, source, apart);
	return true;
}

uint32_t
copy_home(struct copy_table *c, const struct addr *a, uint32_t scope)
{
	return c->hosts.n > 0 ? find_home(&c->hosts, a, scope) : scope;
}
