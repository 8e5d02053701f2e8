#include "proto/hpack_int.h"

#include <string.h>

#define TABLE_MAX 65536		/* what senders may raise their table to; their own updates say what it is */
#define TABLE_START 4096
#define PLACEHOLDER "?"
#define PLACEHOLDERS (TABLE_START / (32 + 1))	/* RFC 7541 4.1: 32 bytes a field and its text */
#define LIST_MAX ((size_t)256 << 10)	/* of fields and 32 bytes for each: a block may name a large one again and again */
#define FAILURES_MAX 64		/* then blocks are no longer tried: it costs more than it brings */

void
hpack_forget(struct hpack *k)
{
	if (k->inf != NULL)
		nghttp2_hd_inflate_del(k->inf);
	k->inf = NULL;
	k->joined = true;
}

/* Read a field, or know that it cannot be read. */
static void
field(struct doh_head *h, const nghttp2_nv *nv, size_t *budget)
{
	size_t cost = nv->namelen + nv->valuelen + 32;

	if (cost > *budget || (nv->namelen == 1 && nv->name[0] == PLACEHOLDER[0])) {
		h->lost = true;
		return;
	}
	*budget -= cost;
	doh_head_field(h, (const char *)nv->name, nv->namelen, (const char *)nv->value, nv->valuelen);
}

static bool
inflate(nghttp2_hd_inflater *inf, const uint8_t *p, size_t n, struct doh_head *h)
{
	size_t budget = LIST_MAX;

	for (;;) {
		nghttp2_nv nv;
		int flags = 0;
		ssize_t used = nghttp2_hd_inflate_hd2(inf, &nv, &flags, p, n, 1);

		if (used < 0)
			return false;
		if (used > 0)		/* an empty block has no address to move */
			p += used;
		n -= (size_t)used;
		if (h != NULL && (flags & NGHTTP2_HD_INFLATE_EMIT) != 0)
			field(h, &nv, &budget);
		if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0)
			break;
		if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0 && n == 0)
			return false;
	}
	nghttp2_hd_inflate_end_headers(inf);
	return true;
}

static bool
make(struct hpack *k)
{
	static const uint8_t field[] = { 0x40, 1, PLACEHOLDER[0], 0 };	/* literal, new name, goes into the table */
	uint8_t block[PLACEHOLDERS * sizeof(field)];

	if (nghttp2_hd_inflate_new(&k->inf) != 0) {
		k->inf = NULL;
		return false;
	}
	/* The tap need not know the SETTINGS: whatever they allow, a sender says itself how large its table is (RFC 7541 6.3). */
	nghttp2_hd_inflate_change_table_size(k->inf, TABLE_MAX);
	if (!k->joined)
		return true;
	for (size_t i = 0; i < PLACEHOLDERS; i++)
		memcpy(block + i * sizeof(field), field, sizeof(field));
	return inflate(k->inf, block, sizeof(block), NULL);
}

bool
hpack_block(struct hpack *k, const uint8_t *p, size_t n, struct doh_head *h)
{
	if (n == 0)
		return true;
	if (k->failed < FAILURES_MAX && (k->inf != NULL || make(k)) && inflate(k->inf, p, n, h))
		return true;
	k->failed++;
	hpack_forget(k);
	h->lost = true;
	return false;
}

size_t
hpack_bytes(const struct hpack *k)
{
	return k->inf == NULL ? 0 : 4096 + 3 * nghttp2_hd_inflate_get_dynamic_table_size(k->inf);
}
