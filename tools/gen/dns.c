#include "dns.h"

#include <stdio.h>
#include <string.h>

#include "rnd.h"
#include "wire.h"

enum { QUESTION_NAME = 0xc00c, TYPE_CNAME = 5, TYPE_SOA = 6, TYPE_OPT = 41, CLASS_IN = 1 };

static uint8_t *
put_label(uint8_t *p, const char *text)
{
	size_t n = strlen(text);

	*p = (uint8_t)n;
	memcpy(p + 1, text, n);
	return p + 1 + n;
}

size_t
dns_host_name(uint8_t *name, uint64_t number)
{
	static const char *const hosts[] = { "www", "api", "cdn", "mail", "img", "static", "login", "update" };
	static const char *const tops[] = { "example", "test", "invalid" };
	uint64_t h = rnd_mix(number + 1);
	char zone[24];
	uint8_t *p = name;

	snprintf(zone, sizeof(zone), "service-%u", (unsigned)number);
	p = put_label(p, hosts[h % 8]);
	p = put_label(p, zone);
	p = put_label(p, tops[(h >> 8) % 3]);
	*p++ = 0;
	return (size_t)(p - name);
}

size_t
dns_retired_name(uint8_t *name, const char *label)
{
	uint8_t *p = put_label(put_label(put_label(name, label), "retired"), "example");

	*p++ = 0;
	return (size_t)(p - name);
}

void
dns_name_text(const uint8_t *name, char *text)
{
	while (*name != 0) {
		memcpy(text, name + 1, *name);
		text += *name;
		*text++ = '.';
		name += *name + 1;
	}
	text[-1] = '\0';
}

uint32_t
dns_addr(const struct record_set *set, unsigned i)
{
	if (i == 0 && set->first != 0)
		return set->first;
	/* 198.18.0.0/15, set aside for measurements (RFC 2544) */
	return 0xc6120000 | (uint32_t)(rnd_mix(set->content + i) & 0x1ffff);
}

static uint8_t *
put_header(uint8_t *p, uint16_t id, unsigned flags, unsigned answers, unsigned authority)
{
	p = put16(p, id);
	p = put16(p, flags);
	p = put16(p, 1);
	p = put16(p, answers);
	p = put16(p, authority);
	return put16(p, 1);
}

static uint8_t *
put_question(uint8_t *p, const struct record_set *set)
{
	memcpy(p, set->name, set->name_len);
	p = put16(p + set->name_len, set->type);
	return put16(p, CLASS_IN);
}

/* EDNS with a buffer of 1232 bytes */
static uint8_t *
put_opt(uint8_t *p)
{
	*p++ = 0;
	p = put16(p, TYPE_OPT);
	p = put16(p, 1232);
	p = put32(p, 0);
	return put16(p, 0);
}

static uint8_t *
put_record(uint8_t *p, unsigned owner, unsigned type, uint32_t ttl, unsigned length)
{
	p = put16(p, owner);
	p = put16(p, type);
	p = put16(p, CLASS_IN);
	p = put32(p, ttl);
	return put16(p, length);
}

/* A SOA at the question's name, its own name for all that it names. */
static uint8_t *
put_soa(uint8_t *p)
{
	p = put_record(p, QUESTION_NAME, TYPE_SOA, 300, 24);
	p = put16(p, QUESTION_NAME);
	p = put16(p, QUESTION_NAME);
	p = put32(p, 2026010101);
	p = put32(p, 3600);
	p = put32(p, 600);
	p = put32(p, 86400);
	return put32(p, 300);
}

/* The alias number i, owned by *owner; *owner becomes its target's place. */
static uint8_t *
put_alias(uint8_t *p, const uint8_t *message, const struct record_set *set, unsigned i, uint32_t ttl, unsigned *owner)
{
	uint8_t *target;
	char label[32];

	snprintf(label, sizeof(label), "balancer-%x", (unsigned)(rnd_mix(set->content - 1 - i) & 0xfffff));
	target = put_record(p, *owner, TYPE_CNAME, ttl, 0);
	p = put_label(put_label(put_label(target, label), "region-2"), "edge");
	p = put_label(p, "test");
	*p++ = 0;
	put16(target - 2, (unsigned)(p - target));
	*owner = 0xc000 | (unsigned)(target - message);
	return p;
}

static uint8_t *
put_addr(uint8_t *p, const struct record_set *set, unsigned i, uint32_t ttl, unsigned owner)
{
	if (set->type == DNS_A) {
		p = put_record(p, owner, DNS_A, ttl, 4);
		return put32(p, dns_addr(set, i));
	}
	p = put_record(p, owner, DNS_AAAA, ttl, 16);
	p = put32(p, 0x20010db8);
	p = put32(p, 0);
	p = put32(p, (uint32_t)(rnd_mix(set->content + i) >> 32));
	return put32(p, (uint32_t)rnd_mix(set->content + i));
}

size_t
dns_query(uint8_t *m, uint16_t id, unsigned flags, const struct record_set *set)
{
	return (size_t)(put_opt(put_question(put_header(m, id, flags, 0, 0), set)) - m);
}

size_t
dns_response(uint8_t *m, uint16_t id, unsigned flags, const struct record_set *set, uint32_t ttl)
{
	unsigned answers = (unsigned)set->aliases + set->addrs;
	unsigned owner = QUESTION_NAME, i;
	uint8_t *p;

	p = put_header(m, id, flags | DNS_QR | set->rcode, answers, answers == 0);
	p = put_question(p, set);
	for (i = 0; i < set->aliases; i++)
		p = put_alias(p, m, set, i, ttl, &owner);
	for (i = 0; i < set->addrs; i++)
		p = put_addr(p, set, i, ttl, owner);
	if (answers == 0)
		p = put_soa(p);
	return (size_t)(put_opt(p) - m);
}
