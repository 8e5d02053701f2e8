#include "base/watch.h"

#include <stdlib.h>

static const uint8_t nat64_begin[12] = { 0x00, 0x64, 0xff, 0x9b };

static void
set_bit(uint64_t *bits, uint64_t i)
{
	bits[i / 64] |= UINT64_C(1) << i % 64;
}

static void
mark_whole(struct watch *w, const struct addr *a)
{
	set_bit(w->whole, watch_hash(a) >> w->whole_shift);
}

static void
mark_wide(struct watch *w, const struct addr *a)
{
	w->any_wide = true;
	set_bit(w->wide, watch_wide_hash(a) >> (64 - WATCH_WIDE_BITS));
}

static void
mark_everything(struct watch *w)
{
	w->any_wide = true;
	memset(w->wide, 0xff, ((size_t)1 << WATCH_WIDE_BITS) / 8);
}

/* Mark all the beginnings, `unit` bits long, that a shorter prefix has; the last of these bits are in bytes last-1 and last. */
static void
mark_each(struct watch *w, const struct prefix *p, unsigned unit)
{
	unsigned last = unit / 8 - 1, count = p->len < unit ? 1u << (unit - p->len) : 1;
	struct addr a = p->addr;

	for (unsigned i = 0; i < count; i++) {
		a.b[last - 1] = p->addr.b[last - 1] | (uint8_t)(i >> 8);
		a.b[last] = p->addr.b[last] | (uint8_t)i;
		mark_wide(w, &a);
	}
}

static bool
first_half_zero(const struct addr *a)
{
	static const uint8_t zero[8];

	return memcmp(a->b, zero, sizeof(zero)) == 0;
}

/* Every address in the prefix must be found by watch_maybe(), also an IPv4 one written as NAT64. */
static void
mark(struct watch *w, const struct prefix *p)
{
	struct addr nat64 = p->addr;
	bool v4 = addr_is_v4(&p->addr) && p->len >= 96;

	if (v4)
		memcpy(nat64.b, nat64_begin, sizeof(nat64_begin));
	if (p->len == 128) {
		mark_whole(w, &p->addr);
		mark_whole(w, &nat64);
	} else if (v4) {
		mark_each(w, p, 112);
		mark_wide(w, &nat64);
	} else if (p->len < 16 || first_half_zero(&p->addr)) {
		mark_everything(w);
	} else {
		mark_each(w, p, 32);
	}
}

static struct addr
masked(const struct addr *a, unsigned len)
{
	struct addr m = { { 0 } };

	memcpy(m.b, a->b, len / 8);
	if (len % 8 != 0)
		m.b[len / 8] = a->b[len / 8] & (uint8_t)(0xff00 >> len % 8);
	return m;
}

/* The slot of this prefix, or the empty one where it would go. */
static uint32_t
slot_of(const struct watch *w, const struct addr *a, uint8_t len)
{
	uint64_t h = watch_hash(a) + len * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t i = (uint32_t)((h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93) >> 32) & w->mask;

	for (; w->slots[i] != 0; i = (i + 1) & w->mask) {
		const struct prefix *p = &w->prefixes[w->slots[i] - 1];

		if (p->len == len && addr_eq(&p->addr, a))
			break;
	}
	return i;
}

/* The most specific prefix of at most `max` bits that holds the address, or -1. */
static int32_t
find_within(const struct watch *w, const struct addr *a, int max)
{
	bool v4 = addr_is_v4(a);

	for (unsigned k = 0; k < w->nlengths; k++) {
		uint8_t len = w->length[k];
		struct addr m;
		uint32_t slot;

		if (len > max)
			continue;
		if (v4 && len < 96)
			break;
		m = masked(a, len);
		slot = slot_of(w, &m, len);
		if (w->slots[slot] != 0)
			return (int32_t)w->slots[slot] - 1;
	}
	return -1;
}

int32_t
watch_find(const struct watch *w, const struct addr *a)
{
	int32_t i = find_within(w, a, 128), inner;
	struct addr v4;

	if (!addr_nat64(a, &v4))
		return i;
	inner = find_within(w, &v4, 128);
	if (i < 0 || (inner >= 0 && w->prefixes[inner].len > w->prefixes[i].len))
		return inner;
	return i;
}

int32_t
watch_wider(const struct watch *w, uint32_t i)
{
	return find_within(w, &w->prefixes[i].addr, w->prefixes[i].len - 1);
}

static void
fill(struct watch *w, const struct prefix *prefixes)
{
	bool used[129] = { false };

	for (uint32_t i = 0; i < w->n; i++) {
		const struct prefix *p = &prefixes[i];
		uint32_t slot = slot_of(w, &p->addr, p->len);

		w->prefixes[i] = *p;
		if (w->slots[slot] == 0)
			w->slots[slot] = i + 1;
		used[p->len] = true;
		mark(w, p);
	}
	for (int len = 128; len >= 0; len--)
		if (used[len])
			w->length[w->nlengths++] = (uint8_t)len;
}

struct watch *
watch_new(const struct prefix *prefixes, uint32_t n)
{
	struct watch *w = calloc(1, sizeof(*w));
	unsigned bits = 16;
	size_t slots = 16;

	if (w == NULL)
		return NULL;
	while (bits < 26 && (UINT64_C(1) << bits) / 64 < n)	/* one bit in 32 is set: each IPv4 address sets two */
		bits++;
	while (slots / 2 < n)
		slots *= 2;
	w->n = n;
	w->whole_shift = (uint8_t)(64 - bits);
	w->mask = (uint32_t)(slots - 1);
	w->whole = calloc(((size_t)1 << bits) / 64, sizeof(*w->whole));
	w->wide = calloc(((size_t)1 << WATCH_WIDE_BITS) / 64, sizeof(*w->wide));
	w->slots = calloc(slots, sizeof(*w->slots));
	w->prefixes = calloc(n > 0 ? n : 1, sizeof(*w->prefixes));
	if (w->whole == NULL || w->wide == NULL || w->slots == NULL || w->prefixes == NULL) {
		watch_free(w);
		return NULL;
	}
	fill(w, prefixes);
	return w;
}

void
watch_free(struct watch *w)
{
	if (w == NULL)
		return;
	free(w->whole);
	free(w->wide);
	free(w->slots);
	free(w->prefixes);
	free(w);
}
