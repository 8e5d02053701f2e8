#include "base/buf.h"

#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ 0 };
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
}

/* Make room for n more bytes.  Doubles, so that n writes cost n; false (and failed) without memory. */
static bool
reserve(struct buf *b, size_t n)
{
	size_t cap = b->cap > 0 ? b->cap : 64;
	uint8_t *p;

	if (b->failed)
		return false;
	if (n <= b->cap - b->len)
		return true;
	if (n > SIZE_MAX / 4 || b->len > SIZE_MAX / 4) {
		b->failed = true;
		return false;
	}
	while (cap - b->len < n)
		cap *= 2;
	p = realloc(b->p, cap);
	if (p == NULL) {
		b->failed = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

uint8_t *
buf_room(struct buf *b, size_t n)
{
	if (b->failed || (n > b->cap - b->len && !reserve(b, n)))
		return NULL;
	b->len += n;
	return b->p + b->len - n;
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	uint8_t *to = n > 0 ? buf_room(b, n) : NULL;

	if (to != NULL)
		memcpy(to, p, n);
}

static inline void
put_number(struct buf *b, uint64_t v, unsigned n)
{
	uint64_t big = htobe64(v << (64 - 8 * n));
	uint8_t *to = buf_room(b, n);

	if (to != NULL)
		memcpy(to, &big, n);
}

void
buf_u8(struct buf *b, uint8_t v)
{
	put_number(b, v, 1);
}

void
buf_u16(struct buf *b, uint16_t v)
{
	put_number(b, v, 2);
}

void
buf_u32(struct buf *b, uint32_t v)
{
	put_number(b, v, 4);
}

void
buf_u64(struct buf *b, uint64_t v)
{
	put_number(b, v, 8);
}

void
buf_str(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!reserve(b, 64))
		return;
	va_start(ap, fmt);
	n = vsnprintf((char *)b->p + b->len, b->cap - b->len, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
		return;
	}
	if ((size_t)n >= b->cap - b->len) {	/* it was cut: once more, with room for its 0 */
		if (!reserve(b, (size_t)n + 1))
			return;
		va_start(ap, fmt);
		vsnprintf((char *)b->p + b->len, b->cap - b->len, fmt, ap);
		va_end(ap);
	}
	b->len += (size_t)n;
}

const char *
buf_cstr(struct buf *b)
{
	if (!reserve(b, 1))
		return "";
	b->p[b->len] = 0;
	return (const char *)b->p;
}
