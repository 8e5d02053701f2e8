#include "base/name.h"

#include <string.h>

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

size_t
name_len(const uint8_t *name)
{
	size_t n = 0;

	while (name[n] != 0)
		n += 1 + (size_t)name[n];
	return n + 1;
}

bool
name_eq(const uint8_t *a, const uint8_t *b)
{
	size_t n = name_len(a);

	return name_len(b) == n && memcmp(a, b, n) == 0;
}

bool
name_below(const uint8_t *name, const uint8_t *apex)
{
	size_t n = name_len(name), m = name_len(apex);

	if (n <= m)
		return false;
	while (n > m) {
		n -= 1 + (size_t)name[0];
		name += 1 + name[0];
	}
	return n == m && memcmp(name, apex, n) == 0;
}

/* Eight bytes: in each below 0x80 the upper bit tells after the first sum whether it is 'A' or more, after the second whether it is beyond 'Z'. */
static inline uint64_t
lower8(uint64_t v)
{
	const uint64_t each = UINT64_C(0x0101010101010101), low = v & each * 0x7f;

	return v | (((low + each * (0x80 - 'A')) & ~(low + each * (0x7f - 'Z')) & ~v & each * 0x80) >> 2);
}

/* A whole name is folded like text: its length bytes are below 'A'.  out may be p. */
static void
lower_all(const uint8_t *p, size_t n, uint8_t *out)
{
	size_t i = 0;
	uint64_t v;

	for (; n - i >= 8; i += 8) {
		memcpy(&v, p + i, 8);
		v = lower8(v);
		memcpy(out + i, &v, 8);
	}
	for (; i < n; i++)
		out[i] = lower(p[i]);
}

size_t
name_fold(const uint8_t *p, size_t n, uint8_t *out)
{
	size_t end = n < NAME_WIRE ? n : NAME_WIRE, i = 0;

	while (i < end && p[i] != 0) {
		if (p[i] > 63 || p[i] >= end - i)
			return 0;
		i += p[i] + 1u;
	}
	if (i >= end)
		return 0;
	lower_all(p, ++i, out);
	return i;
}

/* One byte of a label: as it is, \X or \DDD.  Moves *text behind it.  NULL, or the fault. */
static const char *
parse_byte(const char **text, uint8_t *out)
{
	const uint8_t *s = (const uint8_t *)*text;
	unsigned v = 0, i;

	if (*s > 0x7e)
		return "has letters beyond ASCII; write the A-label (xn--...)";
	if (*s < 0x21)
		return "has a blank or control character; write \\DDD";
	if (*s != '\\') {
		*out = *s;
		*text += 1;
		return NULL;
	}
	if (s[1] < '0' || s[1] > '9') {
		*out = s[1];
		*text += 2;
		return s[1] < 0x21 || s[1] > 0x7e ? "ends in a lone backslash, or has one before what is not ASCII" : NULL;
	}
	for (i = 1; i <= 3 && s[i] >= '0' && s[i] <= '9'; i++)
		v = v * 10 + (s[i] - '0');
	if (i != 4 || v > 255)
		return "has an escape that is not \\000 to \\255";
	*out = (uint8_t)v;
	*text += 4;
	return NULL;
}

/* One label, from *text to the next dot or the end, as length and bytes at out, which has `room` bytes. */
static const char *
parse_label(const char **text, uint8_t *out, size_t room)
{
	const char *fault;
	uint8_t c;
	size_t n = 0;

	while (**text != '\0' && **text != '.') {
		fault = parse_byte(text, &c);
		if (fault != NULL)
			return fault;
		if (n == 63)
			return "has a label of more than 63 bytes";
		if (n + 1 >= room)
			return "is longer than 255 bytes";
		out[++n] = lower(c);
	}
	if (n == 0)
		return "has an empty label";
	out[0] = (uint8_t)n;
	return NULL;
}

size_t
name_parse(const char *text, uint8_t *out, const char **fault)
{
	size_t n = 0;

	*fault = *text == '\0' ? "is empty" : NULL;
	if (strcmp(text, ".") == 0)
		text++;
	while (*fault == NULL && *text != '\0') {
		*fault = parse_label(&text, out + n, NAME_WIRE - 1 - n);	/* the root's byte is kept free */
		if (*fault != NULL)
			break;
		n += 1 + (size_t)out[n];
		if (*text == '.')
			text++;
	}
	if (*fault != NULL)
		return 0;
	out[n] = 0;
	return n + 1;
}

static char *
byte_text(uint8_t c, char *p)
{
	if (c < 0x21 || c > 0x7e) {
		*p++ = '\\';
		*p++ = (char)('0' + c / 100);
		*p++ = (char)('0' + c / 10 % 10);
		*p++ = (char)('0' + c % 10);
		return p;
	}
	if (strchr(".\\\"();@$", c) != NULL)
		*p++ = '\\';
	*p++ = (char)c;
	return p;
}

char *
name_text(const uint8_t *name, char *buf)
{
	char *p = buf;

	if (name[0] == 0)
		*p++ = '.';
	while (name[0] != 0) {
		if (p > buf)
			*p++ = '.';
		for (unsigned i = 1; i <= name[0]; i++)
			p = byte_text(name[i], p);
		name += 1 + name[0];
	}
	*p = '\0';
	return buf;
}
