/* Captures made by hand, byte for byte, and what the reader makes of them.  For the tests of this folder. */
#ifndef TESTS_INPUT_MAKE_H
#define TESTS_INPUT_MAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "input/capture.h"

#define MICRO 0xa1b2c3d4u
#define NANO 0xa1b23c4du
#define PATCHED 0xa1b2cd34u

static char dir[120];			/* made by make_dir, emptied by drop_dir */

static int
make_dir(void **state)
{
	const char *tmp = getenv("TMP");

	(void)state;
	snprintf(dir, sizeof(dir), "%s/staletap-input-XXXXXX", tmp != NULL ? tmp : "/tmp");
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static int
drop_dir(void **state)
{
	char cmd[150];

	(void)state;
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	return system(cmd);
}

/* The path of a file of this test; four of them can be in use at a time. */
static inline const char *
in_dir(const char *name)
{
	static char path[4][200];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

static inline const char *
save_bytes(const char *name, const void *p, size_t n)
{
	const char *path = in_dir(name);
	FILE *f;

	unlink(path);				/* overwriting makes some file systems write to the disk at once */
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	return path;
}

static inline const char *
save(const char *name, const struct buf *b)
{
	assert_false(b->failed);
	return save_bytes(name, b->p, b->len);
}

/* A number of so many bytes; more than 8 are zeros. */
static inline void
put(struct buf *b, bool big, int bytes, uint64_t v)
{
	int i, shift;

	for (i = 0; i < bytes; i++) {
		shift = 8 * (big ? bytes - 1 - i : i);
		buf_u8(b, (uint8_t)(shift < 64 ? v >> shift : 0));
	}
}

static inline void
classic_file(struct buf *b, bool big, uint32_t magic, uint16_t minor, uint32_t snaplen, uint32_t link)
{
	put(b, big, 4, magic);
	put(b, big, 2, 2);
	put(b, big, 2, minor);
	put(b, big, 8, 0);
	put(b, big, 4, snaplen);
	put(b, big, 4, link);
}

/* n bytes of data: first, first + 1, ... */
static inline void
put_data(struct buf *b, uint8_t first, size_t n)
{
	while (n-- > 0)
		buf_u8(b, first++);
}

static inline void
classic_rec(struct buf *b, bool big, uint32_t sec, uint32_t frac, uint32_t caplen, uint32_t wirelen, uint8_t first)
{
	put(b, big, 4, sec);
	put(b, big, 4, frac);
	put(b, big, 4, caplen);
	put(b, big, 4, wirelen);
	put_data(b, first, caplen);
}

static inline void
ng_block(struct buf *b, bool big, uint32_t type, const struct buf *body)
{
	size_t len = 12 + ((body->len + 3) & ~(size_t)3), pad = len - 12 - body->len;

	put(b, big, 4, type);
	put(b, big, 4, len);
	buf_put(b, body->p, body->len);
	put(b, big, (int)pad, 0);
	put(b, big, 4, len);
}

static inline void
ng_section(struct buf *b, bool big)
{
	struct buf body = { .p = NULL };

	put(&body, big, 4, 0x1a2b3c4d);
	put(&body, big, 2, 1);
	put(&body, big, 2, 0);
	put(&body, big, 8, UINT64_MAX);
	ng_block(b, big, 0x0a0d0d0a, &body);
	buf_free(&body);
}

static inline void
ng_option(struct buf *b, bool big, uint16_t code, uint16_t len, uint64_t v)
{
	put(b, big, 2, code);
	put(b, big, 2, len);
	put(b, big, len, v);
	put(b, big, (4 - len % 4) % 4, 0);
}

/* An interface; resol < 0 and offset 0: no such option. */
static inline void
ng_iface(struct buf *b, bool big, uint16_t link, uint32_t snaplen, int resol, int64_t offset)
{
	struct buf body = { .p = NULL };

	put(&body, big, 2, link);
	put(&body, big, 2, 0);
	put(&body, big, 4, snaplen);
	if (resol >= 0)
		ng_option(&body, big, 9, 1, (uint64_t)resol);
	if (offset != 0)
		ng_option(&body, big, 14, 8, (uint64_t)offset);
	if (resol >= 0 || offset != 0)
		ng_option(&body, big, 0, 0, 0);
	ng_block(b, big, 1, &body);
	buf_free(&body);
}

/* An enhanced packet block.  dropped > 0: the option that says so. */
static inline void
ng_packet(struct buf *b, bool big, uint32_t iface, uint64_t ticks, uint32_t caplen, uint32_t wirelen, uint8_t first,
    uint64_t dropped)
{
	struct buf body = { .p = NULL };

	put(&body, big, 4, iface);
	put(&body, big, 4, ticks >> 32);
	put(&body, big, 4, ticks & 0xffffffff);
	put(&body, big, 4, caplen);
	put(&body, big, 4, wirelen);
	put_data(&body, first, caplen);
	put(&body, big, (int)((4 - caplen % 4) % 4), 0);
	if (dropped > 0)
		ng_option(&body, big, 4, 8, dropped);
	ng_block(b, big, 6, &body);
	buf_free(&body);
}

/* All packets of a capture, in memory of their own. */
struct all {
	struct rec *recs;
	uint8_t **data;
	size_t n;
	struct capture *capture;	/* NULL if it could not be opened, then err says why */
	struct err err;
};

static inline void
keep_block(struct all *a, const struct block *b)
{
	uint32_t i;

	a->recs = realloc(a->recs, (a->n + b->n + 1) * sizeof(*a->recs));
	a->data = realloc(a->data, (a->n + b->n + 1) * sizeof(*a->data));
	for (i = 0; i < b->n; i++, a->n++) {
		a->recs[a->n] = b->recs[i];
		a->data[a->n] = malloc(b->recs[i].caplen + 1);
		memcpy(a->data[a->n], b->recs[i].data, b->recs[i].caplen);
		a->recs[a->n].data = a->data[a->n];
	}
}

static inline void
free_all(struct all *a)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		free(a->data[i]);
	free(a->data);
	free(a->recs);
	capture_close(a->capture);
}

static inline struct all
read_all(const char *path)
{
	struct all a = { .n = 0 };
	struct block b;
	int rc;

	if (capture_open(path, &a.capture, &a.err) < 0)
		return a;
	assert_int_equal(block_init(&b, &a.err), 0);
	while ((rc = capture_block(a.capture, &b, &a.err)) > 0) {
		assert_int_equal(rc, b.n);
		keep_block(&a, &b);
	}
	assert_int_equal(rc, 0);
	assert_int_equal(capture_block(a.capture, &b, &a.err), 0);	/* the end stays the end */
	block_free(&b);
	return a;
}

static inline struct all
read_buf(const char *name, struct buf *b)
{
	struct all a = read_all(save(name, b));

	buf_free(b);
	return a;
}

static inline const struct capture_facts *
facts_of(const struct all *a)
{
	assert_non_null(a->capture);
	return capture_facts(a->capture);
}

static inline void
assert_same(const struct all *a, const struct all *b)
{
	size_t i;

	assert_int_equal(a->n, b->n);
	for (i = 0; i < a->n; i++) {
		struct rec x = a->recs[i], y = b->recs[i];

		assert_memory_equal(x.data, y.data, x.caplen);
		x.data = y.data = NULL;
		assert_memory_equal(&x, &y, sizeof(x));
	}
}

static inline void
assert_has(const char *text, const char *part)
{
	if (text == NULL || strstr(text, part) == NULL)
		fail_msg("\"%s\" does not have \"%s\"", text != NULL ? text : "(null)", part);
}

#endif
