#include "base/addr.h"

#include <arpa/inet.h>
#include <stdio.h>

static const uint8_t v4_mapped[12] = { [10] = 0xff, [11] = 0xff };		/* ::ffff:0:0/96 */
static const uint8_t nat64_known[12] = { 0x00, 0x64, 0xff, 0x9b };		/* 64:ff9b::/96 */

bool
addr_is_v4(const struct addr *a)
{
	return memcmp(a->b, v4_mapped, sizeof(v4_mapped)) == 0;
}

bool
addr_nat64(const struct addr *a, struct addr *v4)
{
	if (memcmp(a->b, nat64_known, sizeof(nat64_known)) != 0)
		return false;
	*v4 = addr_v4(a->b + 12);
	return true;
}

bool
addr_parse(const char *text, struct addr *out)
{
	uint8_t b[4];

	if (strchr(text, ':') != NULL)
		return inet_pton(AF_INET6, text, out->b) == 1;
	if (inet_pton(AF_INET, text, b) != 1)
		return false;
	*out = addr_v4(b);
	return true;
}

/* Decimal without sign or leading zeros, at most max. */
static bool
length_parse(const char *text, unsigned max, unsigned *out)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < 3 && text[i] >= '0' && text[i] <= '9'; i++)
		n = n * 10 + (unsigned)(text[i] - '0');
	if (i == 0 || text[i] != '\0' || (text[0] == '0' && i > 1) || n > max)
		return false;
	*out = n;
	return true;
}

/* Whether all bits of a from bit `len` on are 0. */
static bool
rest_is_zero(const struct addr *a, unsigned len)
{
	unsigned i = len / 8;

	if (len % 8 != 0 && (a->b[i++] & (0xff >> len % 8)) != 0)
		return false;
	for (; i < 16; i++)
		if (a->b[i] != 0)
			return false;
	return true;
}

bool
prefix_parse(const char *text, struct prefix *out)
{
	const char *slash = strchr(text, '/');
	char host[ADDR_TEXT];
	unsigned len = 128;
	bool v4;

	if (slash == NULL) {
		out->len = 128;
		return addr_parse(text, &out->addr);
	}
	if ((size_t)(slash - text) >= sizeof(host))
		return false;
	memcpy(host, text, (size_t)(slash - text));
	host[slash - text] = '\0';
	v4 = strchr(host, ':') == NULL;
	if (!addr_parse(host, &out->addr) || !length_parse(slash + 1, v4 ? 32 : 128, &len))
		return false;
	if (v4)
		len += 96;
	out->len = (uint8_t)len;
	return rest_is_zero(&out->addr, len);
}

bool
prefix_has(const struct prefix *p, const struct addr *a)
{
	unsigned whole = p->len / 8, bits = p->len % 8;

	if (p->len < 96 && addr_is_v4(a))
		return false;
	if (memcmp(p->addr.b, a->b, whole) != 0)
		return false;
	return bits == 0 || ((p->addr.b[whole] ^ a->b[whole]) & (0xff00 >> bits) & 0xff) == 0;
}

/* The first longest run of two or more groups that are 0 (RFC 5952 4.2): returns its start and sets *n, or 8. */
static unsigned
longest_zeros(const uint16_t *group, unsigned *n)
{
	unsigned start = 8, run = 0;

	*n = 1;
	for (unsigned i = 0; i < 8; i++) {
		run = group[i] == 0 ? run + 1 : 0;
		if (run > *n) {
			*n = run;
			start = i + 1 - run;
		}
	}
	return start;
}

static char *
hex_group(char *p, uint16_t v)
{
	bool some = false;

	for (int shift = 12; shift >= 0; shift -= 4) {
		unsigned digit = v >> shift & 15;

		some = some || digit != 0 || shift == 0;
		if (some)
			*p++ = "0123456789abcdef"[digit];
	}
	return p;
}

static void
v6_text(const struct addr *a, char *p)
{
	uint16_t group[8];
	unsigned gap, zeros;

	for (unsigned i = 0; i < 8; i++)
		group[i] = (uint16_t)(a->b[2 * i] << 8 | a->b[2 * i + 1]);
	gap = longest_zeros(group, &zeros);
	for (unsigned i = 0; i < 8; i++) {
		if (i == gap) {
			*p++ = ':';
			*p++ = ':';
			i += zeros - 1;
			continue;
		}
		if (i > 0 && p[-1] != ':')
			*p++ = ':';
		p = hex_group(p, group[i]);
	}
	*p = '\0';
}

char *
addr_text(const struct addr *a, char *buf)
{
	if (addr_is_v4(a))
		snprintf(buf, ADDR_TEXT, "%u.%u.%u.%u", a->b[12], a->b[13], a->b[14], a->b[15]);
	else
		v6_text(a, buf);
	return buf;
}

char *
prefix_text(const struct prefix *p, char *buf)
{
	unsigned len = p->len;
	size_t n;

	addr_text(&p->addr, buf);
	if (len == 128)
		return buf;
	if (len >= 96 && addr_is_v4(&p->addr))
		len -= 96;
	n = strlen(buf);
	snprintf(buf + n, ADDR_TEXT - n, "/%u", len);
	return buf;
}

struct addr
addr_meant(const struct addr *a)
{
	struct addr v4;

	return addr_nat64(a, &v4) ? v4 : *a;
}
