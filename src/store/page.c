#include "store/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/varint.h"

#define FORMAT 1
#define AT_END ((uint32_t)(PAGE_HOUR / PAGE_UNIT))
#define ENTRY_HEAD (5 * VARINT_MAX)		/* bytes that an entry's head, or an event, takes at most */

void
page_list_free(struct page_list *l)
{
	free(l->e);
	*l = (struct page_list){ 0 };
}

void
page_list_add(struct page_list *l, const struct page_event *e)
{
	if (l->n == l->cap && !l->failed) {
		size_t cap = l->cap > 0 ? 2 * l->cap : 256;
		struct page_event *grown = realloc(l->e, cap * sizeof(*grown));

		l->failed = grown == NULL;
		if (grown != NULL) {
			l->e = grown;
			l->cap = cap;
		}
	}
	if (!l->failed)
		l->e[l->n++] = *e;
}

static bool
same_key(const struct page_event *a, const struct page_event *b)
{
	return a->key[0] == b->key[0] && a->key[1] == b->key[1] && a->key[2] == b->key[2];
}

int
page_order(const struct page_event *a, const struct page_event *b)
{
	uint32_t sa = a->key[0] % PAGE_SHARDS, sb = b->key[0] % PAGE_SHARDS;

	if (sa != sb)
		return sa < sb ? -1 : 1;
	for (int i = 0; i < 3; i++)
		if (a->key[i] != b->key[i])
			return a->key[i] < b->key[i] ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static int
order_qsort(const void *a, const void *b)
{
	return page_order(a, b);
}

void
page_sort(struct page_event *e, size_t n)
{
	if (n > 1)
		qsort(e, n, sizeof(*e), order_qsort);
}

void
page_merge(struct page_list *out, const struct page_event *a, size_t na, const struct page_event *b, size_t nb)
{
	size_t i = 0, j = 0;

	while (i < na || j < nb)
		page_list_add(out, j == nb || (i < na && page_order(&a[i], &b[j]) <= 0) ? &a[i++] : &b[j++]);
}

/* Differences to the entry before, as long as what stands before them is the same. */
static uint8_t *
put_key(uint8_t *p, const struct page_event *e, const uint32_t before[3])
{
	bool same = true;

	for (int i = 0; i < 3; i++) {
		p = varint_put(p, same ? e->key[i] - before[i] : e->key[i]);
		same = same && e->key[i] == before[i];
	}
	return p;
}

static void
put_event(struct buf *out, const struct page_event *e, const struct page_event *before)
{
	uint8_t bytes[ENTRY_HEAD], *p = bytes;
	bool turned = e->flags != before->flags;

	p = varint_put(p, e->at - before->at);
	p = varint_put(p, zigzag((int64_t)e->value - before->value) << 1 | turned);
	if (turned)
		*p++ = e->flags;
	buf_put(out, bytes, (size_t)(p - bytes));
}

/* One key: the first events and the last. */
static void
put_entry(struct buf *out, const struct page_event *e, size_t n, const uint32_t before[3])
{
	size_t kept = n < PAGE_TIMES ? n : PAGE_TIMES;
	uint8_t bytes[ENTRY_HEAD + 2 * VARINT_MAX], *p = put_key(bytes, e, before);
	uint64_t more = n - kept;

	for (size_t i = 0; i < n; i++)
		more += e[i].more;
	p = varint_put(p, (kept - 1) << 5 | e->flags);
	if (kept == PAGE_TIMES)
		p = varint_put(p, more < UINT32_MAX ? more : UINT32_MAX);
	p = varint_put(p, e->at);
	p = varint_put(p, e->value);
	buf_put(out, bytes, (size_t)(p - bytes));
	for (size_t i = 1; i < kept; i++) {
		size_t at = i + 1 == kept ? n - 1 : i;

		put_event(out, &e[at], &e[i - 1]);
	}
}

size_t
page_encode(const struct page_event *e, size_t n, struct buf *out)
{
	uint32_t before[3] = { 0 };
	size_t entries = 0, end;

	buf_u8(out, FORMAT);
	for (size_t i = 0; i < n; i = end, entries++) {
		for (end = i + 1; end < n && same_key(&e[i], &e[end]); end++)
			;
		put_entry(out, &e[i], end - i, before);
		memcpy(before, e[i].key, sizeof(before));
	}
	return entries;
}

static uint32_t
get_u32(struct cur *c)
{
	uint64_t v = varint_get(c);

	if (v > UINT32_MAX)
		c->st = CUR_BAD;
	return (uint32_t)v;
}

static void
get_key(struct cur *c, uint32_t key[3])
{
	bool same = true;

	for (int i = 0; i < 3; i++) {
		uint32_t v = get_u32(c), to = same ? key[i] + v : v;

		same = same && v == 0;
		key[i] = to;
	}
}

static void
get_event(struct cur *c, struct page_event *e)
{
	uint64_t v;

	e->at += get_u32(c);
	v = varint_get(c);
	e->value += (uint32_t)unzigzag(v >> 1);
	if (v & 1)
		e->flags = cur_u8(c) & PAGE_FLAGS;
	e->more = 0;
}

static void
get_entry(struct cur *c, struct page_event *e, struct page_list *out)
{
	uint64_t head, more = 0;
	uint32_t kept;

	get_key(c, e->key);
	head = varint_get(c);
	kept = (uint32_t)(head >> 5) + 1;
	if (head >> 5 >= PAGE_TIMES)
		c->st = CUR_BAD;
	if (kept == PAGE_TIMES)
		more = get_u32(c);
	e->flags = head & PAGE_FLAGS;
	e->at = get_u32(c);
	e->value = get_u32(c);
	e->more = 0;
	for (uint32_t i = 1; cur_ok(c) && i <= kept; i++) {
		if (e->at >= AT_END)
			c->st = CUR_BAD;
		e->more = i + 1 == kept ? (uint32_t)more : 0;
		if (cur_ok(c))
			page_list_add(out, e);
		if (i < kept)
			get_event(c, e);
	}
}

bool
page_decode(const void *p, size_t n, struct page_list *out)
{
	struct cur c = cur_make(p, n, n);
	struct page_event e = { 0 };

	if (cur_u8(&c) != FORMAT)
		return false;
	while (cur_left(&c) > 0 && !out->failed)
		get_entry(&c, &e, out);
	return cur_ok(&c) && !out->failed;
}
