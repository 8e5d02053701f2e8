/* base/varint.h - numbers in as few bytes as they need: seven bits a byte, the lowest first, the top bit says that more follow. */
#ifndef BASE_VARINT_H
#define BASE_VARINT_H

#include "base/cur.h"

#define VARINT_MAX 10		/* bytes of a 64-bit number at most */

/* Writes at p; gives where the next one goes. */
static inline uint8_t *
varint_put(uint8_t *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*p++ = (uint8_t)(v | 0x80);
	*p++ = (uint8_t)v;
	return p;
}

/* 0 after a failure (base/cur.h); one that does not fit into 64 bits fails. */
static inline uint64_t
varint_get(struct cur *c)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t b = cur_u8(c);

		v |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return shift < 63 || b < 2 ? v : (c->st = CUR_BAD, 0);
	}
	c->st = CUR_BAD;
	return 0;
}

/* Numbers of either sign, small ones near 0. */
static inline uint64_t
zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static inline int64_t
unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

#endif
