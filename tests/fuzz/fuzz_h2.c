/* HTTP, version 2 and 1.1: both directions, in pieces, with holes.
 *
 * The input is a byte (1: version 1.1, 2: joined in the middle), one for the size of pieces, then runs: a byte (1: the side, 2: a hole before
 * it), two bytes of length, data.  Where nothing is bad or missing, the size of the pieces makes no difference. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cur.h"
#include "proto/h2.h"
#include "proto/http1.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(what) ((what) ? (void)0 : (fprintf(stderr, "line %d: %s\n", __LINE__, #what), abort()))

struct seen { unsigned messages, names; uint64_t sum; };

static void
message(void *ctx, int side, const struct doh_msg *m)
{
	struct seen *s = ctx;

	MUST(m->have <= m->wire && m->wire <= DOH_MAX && m->have > 0);
	s->messages++;
	s->sum = s->sum * 31 + m->wire + (uint64_t)side + m->less + m->cap;
	for (uint32_t i = 0; i < m->have; i++)
		s->sum = s->sum * 31 + m->msg[i];
}

static void
name(void *ctx, int side, const char *text)
{
	struct seen *s = ctx;

	(void)side;
	MUST(strlen(text) > 0 && strlen(text) <= HTTP_NAME_MAX);
	s->names++;
}

/* One decoder of either version, and the bytes that it left. */
struct conn { struct h2 *two; struct http1 one; bool middle; struct why_counts why; struct seen seen; struct buf left[2]; bool holes; };

static size_t
read_some(struct conn *c, int side, const uint8_t *p, size_t n, const struct http_sink *sink)
{
	if (c->two != NULL)
		return h2_data(c->two, side, p, n, !c->middle, sink);
	if (c->one.upgraded || c->one.dull)
		return n;
	return http1_data(&c->one, side, p, n, sink);
}

/* Bytes of a segment behind those that were left, in a block of their own. */
static void
give(struct conn *c, int side, const uint8_t *p, size_t n)
{
	struct http_sink sink = { &c->seen, message, name };
	struct buf *left = &c->left[side];
	uint8_t *block;
	size_t used;

	if (left->len + n > (128 << 10)) {
		buf_clear(left);
		c->holes = true;
	}
	buf_put(left, p, n);
	block = malloc(left->len);
	MUST(block != NULL && !left->failed);
	memcpy(block, left->p, left->len);
	used = read_some(c, side, block, left->len, &sink);
	MUST(used <= left->len);
	n = left->len - used;
	buf_clear(left);
	buf_put(left, block + used, n);
	free(block);
	MUST(c->two == NULL || h2_bytes(c->two) < (size_t)H2_STREAMS * 2 * 65536 + (1 << 20));
}

static void
hole(struct conn *c, int side)
{
	struct http_sink sink = { &c->seen, message, name };

	c->holes = true;
	if (c->two != NULL)
		h2_gap(c->two, side, c->left[side].len, 25, &sink);
	else
		http1_gap(&c->one, side, c->left[side].len, 25, &sink);
	buf_clear(&c->left[side]);
}

static struct seen
run(const uint8_t *data, size_t size, size_t step, bool *clean)
{
	struct cur in = cur_make(data + 2, size - 2, size - 2);
	struct conn c = { .middle = (data[0] & 2) != 0 };
	struct http_sink sink = { &c.seen, message, name };

	if ((data[0] & 1) == 0)
		c.two = h2_new(&c.why);
	else
		http1_begin(&c.one, &c.why);
	while (cur_left(&in) > 0) {
		unsigned how = cur_u8(&in);
		size_t n = cur_u16(&in);

		n = n < cur_left(&in) ? n : cur_left(&in);
		if ((how & 2) != 0)
			hole(&c, how & 1);
		for (size_t at = 0; at < n; at += step)
			give(&c, how & 1, in.p + at, n - at < step ? n - at : step);
		cur_skip(&in, n);
	}
	*clean = !c.holes && !c.middle && c.why.n[WHY_H2_BAD] + c.why.n[WHY_HTTP_BAD] == 0;
	if (c.two != NULL) {
		h2_free(c.two);
	} else {
		http1_fin(&c.one, 0, &sink);
		http1_fin(&c.one, 1, &sink);
		http1_end(&c.one);
	}
	buf_free(&c.left[0]);
	buf_free(&c.left[1]);
	return c.seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen a, b;
	bool clean, clean2;

	if (size < 3)
		return 0;
	a = run(data, size, data[1] + 1u, &clean);
	b = run(data, size, 65536, &clean2);
	if (clean && clean2)
		MUST(a.messages == b.messages && a.names == b.names && a.sum == b.sum);
	(void)h2_begins(data, size);
	(void)h2_goes_on(data, size);
	(void)http1_begins(data, size);
	return 0;
}
