/* base/watch.h - the listed addresses and prefixes, asked for every packet.
 *
 * Order     Built once from prefixes, never changed.  Answers are indices into what it was built from; of equal ones the first.
 * Hot path  The usual address has nothing to do with the list, and watch_maybe() says so with one or two look-ups in bit filters
 *           of 8 KiB (more for long lists).  It never says no wrongly.
 *
 * IPv4 inside a NAT64 address (64:ff9b::/96) counts as that IPv4 address.  An IPv6 prefix holds no IPv4 address. */
#ifndef BASE_WATCH_H
#define BASE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/addr.h"

#define WATCH_WIDE_BITS 16

struct watch {
	uint64_t *whole;		/* a bit for the hash of each listed address */
	uint64_t *wide;			/* a bit for the hash of what addresses in a listed prefix begin with */
	uint8_t whole_shift;		/* 64 - log2(bits of whole) */
	bool any_wide;
	uint32_t n, mask;		/* mask: slots - 1 */
	struct prefix *prefixes;	/* its own copy */
	uint32_t *slots;		/* index + 1 by hash of prefix, 0 is empty */
	uint8_t nlengths, length[129];	/* of the prefixes, the longest first */
};

/* Copies the n prefixes.  NULL: no memory. */
struct watch *watch_new(const struct prefix *prefixes, uint32_t n);
void watch_free(struct watch *w);

/* The most specific prefix that holds the address, or -1. */
int32_t watch_find(const struct watch *w, const struct addr *a);
/* The most specific prefix that is shorter than the i-th and holds it, or -1. */
int32_t watch_wider(const struct watch *w, uint32_t i);

/* Only its upper bits are good for anything: every bit of the address is in them. */
static inline uint64_t
watch_hash(const struct addr *a)
{
	uint64_t hi, lo;

	memcpy(&hi, a->b, 8);
	memcpy(&lo, a->b + 8, 8);
	return hi * UINT64_C(0x9e3779b97f4a7c15) + lo * UINT64_C(0xd6e8feb86659fd93);
}

/* Of what the address begins with: /32 of IPv6; where the first half is 0, as in IPv4, /112, which is an IPv4 /16. */
static inline uint64_t
watch_wide_hash(const struct addr *a)
{
	uint64_t hi;
	uint32_t begin, middle = 0;
	uint16_t end = 0;

	memcpy(&hi, a->b, 8);
	memcpy(&begin, a->b, 4);
	if (hi == 0) {
		memcpy(&middle, a->b + 8, 4);
		memcpy(&end, a->b + 12, 2);
	}
	hi = ((uint64_t)begin << 32 ^ (uint64_t)end << 32 ^ middle) * UINT64_C(0x9e3779b97f4a7c15);
	return (hi ^ hi >> 32) * UINT64_C(0xd6e8feb86659fd93);
}

/* False: no listed prefix holds the address.  True: perhaps one does. */
static inline bool
watch_maybe(const struct watch *w, const struct addr *a)
{
	uint64_t h = watch_hash(a) >> w->whole_shift;

	if ((w->whole[h / 64] >> h % 64 & 1) != 0)
		return true;
	if (!w->any_wide)
		return false;
	h = watch_wide_hash(a) >> (64 - WATCH_WIDE_BITS);
	return (w->wide[h / 64] >> h % 64 & 1) != 0;
}

static inline bool
watch_has(const struct watch *w, const struct addr *a)
{
	return watch_maybe(w, a) && watch_find(w, a) >= 0;
}

#endif
