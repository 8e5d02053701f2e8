/* base/cur.h - read a packet without ever leaving it.
 *
 * A cursor knows two ends: the bytes that the protocol's lengths promise (wire) and those the sensor captured
 * (have <= wire).  Past `wire` the packet lies: CUR_BAD.  Past `have` the snap length cut it: CUR_CUT.  The first
 * failure sticks; later reads give 0 and move nothing, so a header is read in a row and checked once.
 * Loop on cur_left() > 0, which is 0 after a failure.  A cursor owns nothing. */
#ifndef BASE_CUR_H
#define BASE_CUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cur_state { CUR_OK, CUR_CUT, CUR_BAD };
struct cur { const uint8_t *p; size_t wire, have; enum cur_state st; };

static inline struct cur
cur_make(const void *p, size_t wire, size_t have)
{
	return (struct cur){ .p = p, .wire = wire, .have = have < wire ? have : wire, .st = CUR_OK };
}

static inline bool
cur_ok(const struct cur *c)
{
	return c->st == CUR_OK;
}

/* Bytes of the wire not read yet. */
static inline size_t
cur_left(const struct cur *c)
{
	return c->st == CUR_OK ? c->wire : 0;
}

/* The next n bytes, or NULL. */
static inline const uint8_t *
cur_take(struct cur *c, size_t n)
{
	const uint8_t *p = c->p;

	if (c->st != CUR_OK)
		return NULL;
	if (n > c->have) {
		c->st = n > c->wire ? CUR_BAD : CUR_CUT;
		return NULL;
	}
	c->p += n;
	c->have -= n;
	c->wire -= n;
	return p;
}

static inline void
cur_skip(struct cur *c, size_t n)
{
	(void)cur_take(c, n);
}

static inline uint8_t
cur_u8(struct cur *c)
{
	const uint8_t *p = cur_take(c, 1);

	return p != NULL ? p[0] : 0;
}

static inline uint16_t
cur_u16(struct cur *c)
{
	const uint8_t *p = cur_take(c, 2);

	return p != NULL ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint32_t
cur_u24(struct cur *c)
{
	const uint8_t *p = cur_take(c, 3);

	return p != NULL ? (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2] : 0;
}

static inline uint32_t
cur_u32(struct cur *c)
{
	const uint8_t *p = cur_take(c, 4);

	return p != NULL ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

static inline uint64_t
cur_u64(struct cur *c)
{
	uint64_t hi = cur_u32(c);

	return hi << 32 | cur_u32(c);
}

/* Split off the next n bytes of the wire: an option, a record, a payload.  Reading the part can never reach the
 * rest.  If n is more than the wire has left, both fail; if the capture ends inside it, the part is short (reading it
 * gives CUR_CUT) and so is the rest. */
struct cur cur_part(struct cur *c, size_t n);

#endif
