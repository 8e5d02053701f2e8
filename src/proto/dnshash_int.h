/* proto/dnshash_int.h - the hash of names and data.
 *
 * Two words at a time are masked with secrets made from the seed and multiplied to 128 bits, whose halves are added without
 * carry: quick, and without the seed nobody can choose a product of 0.  Names are folded to lower case as they are read; length
 * bytes are below 'A' (RFC 1035 2.3.4), so a whole name is folded like text. */
#ifndef PROTO_DNSHASH_INT_H
#define PROTO_DNSHASH_INT_H

#include <string.h>

#include "proto/dnsmsg_int.h"

__extension__ typedef unsigned __int128 dns_u128;

static inline uint64_t
dns_mul(uint64_t a, uint64_t b)
{
	dns_u128 m = (dns_u128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static inline struct dns_key
dns_key_make(uint64_t seed)
{
	struct dns_key k;

	k.a = dns_mul(seed ^ 0x9e3779b97f4a7c15u, 0xd1342543de82ef95u);
	k.b = dns_mul(seed ^ 0xda942042e4dd58b5u, 0xaf251af3b0f025b5u);
	k.c = (k.a ^ k.b << 1) | 1;
	return k;
}

static inline uint64_t
dns_load(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v;
}

static inline uint32_t
dns_load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return v;
}

/* Eight bytes, the capital letters among them made small: no carry leaves a byte, for its top bit is masked off first. */
static inline uint64_t
dns_fold(uint64_t v)
{
	const uint64_t each = 0x0101010101010101u;
	uint64_t low = v & each * 0x7f;
	uint64_t from_a = low + each * (0x80 - 'A');
	uint64_t beyond_z = low + each * (0x7f - 'Z');

	return v | ((from_a & ~beyond_z & ~v & each * 0x80) >> 2);
}

/* Fewer than 8 bytes as a word; the caller mixes in how many. */
static inline uint64_t
dns_load_short(const uint8_t *p, size_t n)
{
	if (n >= 4)
		return dns_load32(p) | (uint64_t)dns_load32(p + n - 4) << 32;
	if (n > 0)
		return p[0] | (uint64_t)p[n / 2] << 8 | (uint64_t)p[n - 1] << 16;
	return 0;
}

/* The length is multiplied by a secret, so that a longer run cannot be made to look like a shorter one. */
static inline uint64_t
dns_hash_run(const struct dns_key *k, const uint8_t *p, size_t n, bool fold)
{
	uint64_t h = k->a + n * k->c, v, w;
	const uint8_t *last;

	if (n < 8) {
		v = dns_load_short(p, n);
		return dns_mul((fold ? dns_fold(v) : v) ^ h, k->b);
	}
	last = p + n - 8;
	if (n > 16) {
		for (; n > 16; p += 16, n -= 16) {
			v = dns_load(p);
			w = dns_load(p + 8);
			h = dns_mul((fold ? dns_fold(v) : v) ^ h, (fold ? dns_fold(w) : w) ^ k->b);
		}
		p = last - 8;
	}
	v = dns_load(p);
	w = dns_load(last);
	return dns_mul((fold ? dns_fold(v) : v) ^ h, (fold ? dns_fold(w) : w) ^ k->b);
}

static inline uint64_t
dns_hash_name(const struct dns_key *k, const uint8_t *name, size_t len)
{
	uint64_t h = dns_hash_run(k, name, len, true);

	return h != 0 ? h : 1;			/* 0 says that there is no name */
}

static inline uint64_t
dns_hash_bytes(const struct dns_key *k, const uint8_t *p, size_t n)
{
	return dns_hash_run(k, p, n, false);
}

static inline uint64_t
dns_hash_pair(const struct dns_key *k, uint64_t a, uint64_t b)
{
	return dns_mul(a ^ k->a, b ^ k->b);
}

#endif
