#include "proto/doh.h"

#include <stdlib.h>
#include <string.h>

#include "proto/dnslook.h"

#define HEADER 12		/* bytes of DNS before which nothing can be said */

void
doh_body_begin(struct doh_body *b, const struct doh_head *h)
{
	doh_body_drop(b);
	*b = (struct doh_body){ .type = h->type, .less = h->less, .cap = h->cap, .length = h->length };
	b->over = b->type == DOH_OTHER || (b->type == DOH_UNKNOWN && !h->lost);
}

void
doh_body_drop(struct doh_body *b)
{
	free(b->p);
	b->p = NULL;
	b->len = b->size = 0;
	b->over = true;
}

/* Room for n more bytes; false: too long, or no memory. */
static bool
reserve(struct doh_body *b, size_t n)
{
	size_t size = b->size > 0 ? b->size : 512;
	uint8_t *p;

	if (n > DOH_MAX - b->len)
		return false;
	while (size < b->len + n)
		size *= 2;
	if (size == b->size)
		return true;
	p = realloc(b->p, size);
	if (p == NULL)
		return false;
	b->p = p;
	b->size = (uint32_t)size;
	return true;
}

/* Whether what is here so far can be a message at all, where no header says so. */
static bool
hopeful(const struct doh_body *b)
{
	return b->type == DOH_DNS || b->len < HEADER || dns_looks(b->p, DOH_MAX, b->len, DNS_EITHER);
}

bool
doh_body_add(struct doh_body *b, const uint8_t *p, size_t n, struct doh_msg *out)
{
	if (b->type == DOH_UNKNOWN && b->wire == 0) {		/* no head came before it */
		b->cap = UINT32_MAX;
		b->length = UINT64_MAX;
	}
	b->wire += n;
	if (b->over)
		return false;
	if (!b->cut) {
		if (n > 0 && !reserve(b, n)) {
			b->too_long = b->type == DOH_DNS;
			doh_body_drop(b);
			return false;
		}
		if (n > 0)
			memcpy(b->p + b->len, p, n);
		b->len += (uint32_t)n;
		if (!hopeful(b)) {
			doh_body_drop(b);
			return false;
		}
	}
	return b->wire == b->length && doh_body_end(b, out);
}

void
doh_body_lost(struct doh_body *b, uint64_t n)
{
	b->wire += n;
	b->cut = true;
	if (b->len < HEADER)
		doh_body_drop(b);
}

bool
doh_body_end(struct doh_body *b, struct doh_msg *out)
{
	if (b->over || b->len == 0 || b->wire > DOH_MAX)
		return false;
	b->over = true;
	*out = (struct doh_msg){ .msg = b->p, .wire = (uint32_t)b->wire, .have = b->len, .less = b->less, .cap = b->cap };
	return b->type == DOH_DNS || dns_looks(b->p, out->wire, b->len, DNS_EITHER);
}

bool
doh_get(const struct doh_head *h, struct doh_msg *out)
{
	uint32_t n = (uint32_t)h->query.len;

	*out = (struct doh_msg){ .msg = h->query.p, .wire = n, .have = n, .cap = UINT32_MAX };
	return n > 0 && !h->query.failed && dns_looks(h->query.p, n, n, DNS_ASKS);
}
