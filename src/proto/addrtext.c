#include "proto/addrtext.h"

#include <string.h>

struct found { const struct watch *watch; struct addr *addr; size_t n, max; };

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex(uint8_t c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static void
note(struct found *f, const struct addr *a)
{
	for (size_t i = 0; i < f->n; i++)
		if (addr_eq(&f->addr[i], a))
			return;
	if (f->n < f->max && watch_has(f->watch, a))
		f->addr[f->n++] = *a;
}

/* Four numbers with `between` between them; where they end, or NULL. */
static const uint8_t *
quad(const uint8_t *p, const uint8_t *end, uint8_t between, uint8_t v4[4])
{
	for (int i = 0; i < 4; i++) {
		unsigned value = 0, digits = 0;

		if (i > 0 && (p == end || *p++ != between))
			return NULL;
		for (; p < end && is_digit(*p) && digits < 3; digits++)
			value = value * 10 + (unsigned)(*p++ - '0');
		if (digits == 0 || value > 255 || (p < end && is_digit(*p)))
			return NULL;
		v4[i] = (uint8_t)value;
	}
	return p;
}

/* Around the first dot of an address: where to go on behind it. */
static const uint8_t *
at_dot(const uint8_t *p, const uint8_t *dot, const uint8_t *end, struct found *f)
{
	const uint8_t *at = dot, *behind;
	uint8_t v4[4];
	struct addr a;

	while (at > p && dot - at < 3 && is_digit(at[-1]))
		at--;
	if (at == dot || (at > p && (is_digit(at[-1]) || at[-1] == '.')))
		return dot + 1;
	behind = quad(at, end, '.', v4);
	if (behind == NULL || (end - behind >= 2 && behind[0] == '.' && is_digit(behind[1])))
		return dot + 1;
	a = addr_v4(v4);
	note(f, &a);
	return behind;
}

/* Around a colon: all that may be IPv6, if it is. */
static const uint8_t *
at_colon(const uint8_t *p, const uint8_t *colon, const uint8_t *end, struct found *f)
{
	const uint8_t *from = colon, *to = colon + 1;
	char text[46];
	struct addr a;

	while (from > p && (is_hex(from[-1]) || from[-1] == ':'))
		from--;
	while (to < end && (is_hex(*to) || *to == ':'))
		to++;
	if (to - from < (ptrdiff_t)sizeof(text) && to - from > 3) {
		memcpy(text, from, (size_t)(to - from));
		text[to - from] = '\0';
		if (addr_parse(text, &a))
			note(f, &a);
	}
	return to;
}

/* RFC 959 4.2.2: 227 Entering Passive Mode (192,0,2,10,195,80) */
static void
passive_mode(const uint8_t *p, const uint8_t *end, struct found *f)
{
	const uint8_t *open = end - p > 4 && memcmp(p, "227 ", 4) == 0 ? memchr(p, '(', (size_t)(end - p)) : NULL;
	uint8_t v4[4];
	struct addr a;

	if (open == NULL || quad(open + 1, end, ',', v4) == NULL)
		return;
	a = addr_v4(v4);
	note(f, &a);
}

size_t
addrtext_find(const uint8_t *p, size_t n, const struct watch *w, struct addr *found, size_t max)
{
	struct found f = { .watch = w, .addr = found, .max = max };
	const uint8_t *end = p + (n < ADDRTEXT_BYTES ? n : ADDRTEXT_BYTES), *at;

	for (at = p; (at = memchr(at, '.', (size_t)(end - at))) != NULL; )
		at = at_dot(p, at, end, &f);
	for (at = p; (at = memchr(at, ':', (size_t)(end - at))) != NULL; )
		at = at + 1 < end && (at[1] == ':' || (is_hex(at[1]) && at > p && is_hex(at[-1]))) ? at_colon(p, at, end, &f) : at + 1;
	passive_mode(p, end, &f);
	return f.n;
}
