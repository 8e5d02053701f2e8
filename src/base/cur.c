#include "base/cur.h"

struct cur
cur_part(struct cur *c, size_t n)
{
	struct cur part = { .p = c->p, .st = c->st };

	if (c->st != CUR_OK)
		return part;
	if (n > c->wire) {
		part.st = c->st = CUR_BAD;
		return part;
	}
	part = cur_make(c->p, n, c->have);
	if (part.have > 0)	/* p may be NULL where nothing was captured */
		c->p += part.have;
	c->have -= part.have;
	c->wire -= n;
	return part;
}
