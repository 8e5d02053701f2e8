/* Hand-made DNS messages for tests: each function appends to the message, names are given as text ("www.example.com"; "" is the root). */
#ifndef TESTS_MAKE_DNS_H
#define TESTS_MAKE_DNS_H

#include <stdint.h>
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

static struct dns_tag tags[DNS_RRS_MAX];

#define SEED UINT64_C(0x0123456789abcdef)

static inline struct dns_walk
m_walk_part(const struct msg *m, size_t have, bool *good)
{
	struct dns_walk w = { .rr = tags };

	*good = dns_walk(m->b, m->n, have, SEED, &w);
	return w;
}

static inline struct dns_walk
m_walk(const struct msg *m)
{
	bool good;

	return m_walk_part(m, m->n, &good);
}

#endif
