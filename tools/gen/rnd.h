/* Numbers that look random and are the same for the same seed, on every machine. */
#ifndef GEN_RND_H
#define GEN_RND_H

#include <stdint.h>

struct rnd {
	uint64_t state;
};

/* Spread the bits of x over the whole word. */
static inline uint64_t
rnd_mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	return x ^ x >> 32;
}

static inline uint64_t
rnd_next(struct rnd *r)
{
	r->state += 0x9e3779b97f4a7c15u;
	return rnd_mix(r->state);
}

/* 0 .. n - 1, for n < 2^32 */
static inline uint32_t
rnd_below(struct rnd *r, uint32_t n)
{
	return (uint32_t)((rnd_next(r) >> 32) * n >> 32);
}

/* True `ppm` times in a million. */
static inline int
rnd_chance(struct rnd *r, uint32_t ppm)
{
	return rnd_below(r, 1000000) < ppm;
}

#endif
