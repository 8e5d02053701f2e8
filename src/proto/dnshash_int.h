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

	k.a = seed ^ 0x9e3779b97f4a7c15u;
	k.b = seed * 0xd1342543de82ef95u + 0xda942042e4dd58b5u;
	k.c = (k.b >> 32 | k.b << 32) | 1;
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

typedef int8_t dns_v16 __attribute__((vector_size(16)));
typedef uint8_t dns_v16u __attribute__((vector_size(16)));
typedef uint64_t dns_v2 __attribute__((vector_size(16)));

static inline dns_v2
dns_load16(const uint8_t *p)
{
	dns_v2 v;

	memcpy(&v, p, 16);
	return v;
}

/* Sixteen bytes, the capital letters among them made small: 'A'..'Z' are moved to the lowest 26 values of a signed byte, so one
 * comparison finds them. */
static inline dns_v2
dns_fold16(dns_v2 v)
{
	dns_v16 capital = (dns_v16)((dns_v16u)v + (uint8_t)(0x80 - 'A')) < (int8_t)(-128 + 26);

	return (dns_v2)((dns_v16u)v | ((dns_v16u)capital & 0x20));
}

/* Fewer than 16 bytes as two words, which overlap; the caller mixes in how many they were. */
static inline dns_v2
dns_load_short(const uint8_t *p, size_t n)
{
	if (n >= 8)
		return (dns_v2){ dns_load(p), dns_load(p + n - 8) };
	if (n >= 4)
		return (dns_v2){ dns_load32(p), dns_load32(p + n - 4) };
	if (n > 0)
		return (dns_v2){ p[0] | (uint64_t)p[n / 2] << 8 | (uint64_t)p[n - 1] << 16, 0 };
	return (dns_v2){ 0, 0 };
}

/* The length is multiplied by a secret, so that a longer run cannot be made to look like a shorter one. */
static inline __attribute__((always_inline)) uint64_t
dns_hash_run(const struct dns_key *k, const uint8_t *p, size_t n, bool fold)
{
	const uint8_t *end = p + n;
	uint64_t h = k->a + n * k->c;
	dns_v2 v;

	if (n < 16) {
		v = fold ? dns_fold16(dns_load_short(p, n)) : dns_load_short(p, n);
		return dns_mul(v[0] ^ h, v[1] ^ k->b);
	}
	for (; end - p > 16; p += 16) {
		v = fold ? dns_fold16(dns_load16(p)) : dns_load16(p);
		h = dns_mul(v[0] ^ h, v[1] ^ k->b);
	}
	v = fold ? dns_fold16(dns_load16(end - 16)) : dns_load16(end - 16);
	return dns_mul(v[0] ^ h, v[1] ^ k->b);
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
