/* Hand-made DNS messages for tests: each function appends to the message, names are given as text ("www.example.com"; "" is the root). */
#ifndef TESTS_MAKE_DNS_H
#define TESTS_MAKE_DNS_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/dnsmsg.h"

struct msg { size_t n; uint8_t b[70000]; };

static inline void
m_bytes(struct msg *m, const void *p, size_t n)
{
	memcpy(m->b + m->n, p, n);
	m->n += n;
}

static inline void
m_u8(struct msg *m, unsigned v)
{
	m->b[m->n++] = (uint8_t)v;
}

static inline void
m_u16(struct msg *m, unsigned v)
{
	m_u8(m, v >> 8);
	m_u8(m, v & 0xff);
}

static inline void
m_u32(struct msg *m, uint32_t v)
{
	m_u16(m, v >> 16);
	m_u16(m, v & 0xffff);
}

static inline void
m_header(struct msg *m, unsigned flags, unsigned qd, unsigned an, unsigned ns, unsigned ar)
{
	m->n = 0;
	m_u16(m, 0x1234);
	m_u16(m, flags);
	m_u16(m, qd);
	m_u16(m, an);
	m_u16(m, ns);
	m_u16(m, ar);
}

/* The labels of `text`, without the root's 0. */
static inline void
m_labels(struct msg *m, const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, ".");

		m_u8(m, (unsigned)n);
		m_bytes(m, text, n);
		text += n + (text[n] == '.');
	}
}

static inline void
m_name(struct msg *m, const char *text)
{
	m_labels(m, text);
	m_u8(m, 0);
}

static inline void
m_ptr(struct msg *m, unsigned target)
{
	m_u16(m, 0xc000 | target);
}

static inline void
m_question(struct msg *m, const char *name, unsigned type)
{
	m_name(m, name);
	m_u16(m, type);
	m_u16(m, 1);
}

/* Type, class IN, TTL, length. */
static inline void
m_fixed(struct msg *m, unsigned type, uint32_t ttl, unsigned rdlen)
{
	m_u16(m, type);
	m_u16(m, 1);
	m_u32(m, ttl);
	m_u16(m, rdlen);
}

/* A record whose owner is a pointer, or, with target 0, the name. */
static inline void
m_rr(struct msg *m, unsigned target, const char *name, unsigned type, uint32_t ttl, const void *rdata, size_t rdlen)
{
	if (target != 0)
		m_ptr(m, target);
	else
		m_name(m, name);
	m_fixed(m, type, ttl, (unsigned)rdlen);
	m_bytes(m, rdata, rdlen);
}

#define ALIAS_DATA 45			/* where "host" is in the message made below */

/* RFC 1035 4.1: an answer as a resolver gives it: www.example.com is an alias of host.example.com. */
static inline void
m_alias_answer(struct msg *out, uint32_t ttl)
{
	m_header(out, DNS_QR | DNS_RD | DNS_RA, 1, 3, 0, 1);
	m_question(out, "www.example.com", DNS_A);
	m_rr(out, 12, NULL, DNS_CNAME, ttl, "\4host\300\20", 7);	/* example.com is at 16 */
	m_rr(out, ALIAS_DATA, NULL, DNS_A, ttl + 1, "\300\0\2\1", 4);
	m_rr(out, ALIAS_DATA, NULL, DNS_A, ttl + 2, "\300\0\2\2", 4);
	m_rr(out, 0, "", DNS_OPT, 0, "", 0);
}

static struct dns_tag tags[DNS_RRS_MAX];

#define SEED UINT64_C(0x0123456789abcdef)

/* From a block of just `have` bytes, so that the sanitizers see a read beyond them. */
static inline struct dns_walk
m_walk_part(const struct msg *m, size_t have, bool *good)
{
	struct dns_walk w = { .rr = tags };
	uint8_t *copy = malloc(have + 1);

	memcpy(copy + 1, m->b, have);
	*good = dns_walk(copy + 1, m->n, have, SEED, &w);
	free(copy);
	return w;
}

static inline struct dns_walk
m_walk(const struct msg *m)
{
	bool good;

	return m_walk_part(m, m->n, &good);
}

#endif
