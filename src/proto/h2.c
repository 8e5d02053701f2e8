#include "proto/h2.h"

#include <stdlib.h>
#include <string.h>

#include "proto/h2_int.h"

#define FRAME 9				/* bytes of a frame's header */
#define LENGTH_USUAL 16384		/* RFC 9113 4.2: the most, if nothing else was agreed on */
#define LENGTH_BELIEVED (1u << 20)
#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define PREFACE_LEN (sizeof(PREFACE) - 1)
#define UPGRADE_MAX 8192		/* the HTTP/1.1 answer before an upgraded server's frames */

struct frame { uint32_t len, id; uint8_t type, flags; };

static struct frame
frame_at(const uint8_t *p)
{
	return (struct frame){ .len = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2], .type = p[3], .flags = p[4],
		.id = ((uint32_t)p[5] << 24 | (uint32_t)p[6] << 16 | (uint32_t)p[7] << 8 | p[8]) & 0x7fffffff };
}

/* Whether a frame is as RFC 9113 6 says: its length, and whether it belongs to a stream. */
static bool
well_formed(struct frame f)
{
	switch (f.type) {
	case H2_DATA:
	case H2_HEADERS:
	case H2_CONTINUATION:
		return f.id != 0;
	case H2_PRIORITY:
		return f.id != 0 && f.len == 5;
	case H2_RST_STREAM:
		return f.id != 0 && f.len == 4;
	case H2_PUSH_PROMISE:
		return f.id != 0 && f.len >= 4;
	case H2_SETTINGS:
		return f.id == 0 && f.len % 6 == 0 && ((f.flags & H2_ACK) == 0 || f.len == 0);
	case H2_PING:
		return f.id == 0 && f.len == 8;
	case H2_GOAWAY:
		return f.id == 0 && f.len >= 8;
	case H2_WINDOW_UPDATE:
		return f.len == 4;
	default:
		return true;
	}
}

/* The same where nothing says that frames begin here: only what is seen in practice. */
static bool
believable(const uint8_t *p, uint32_t most)
{
	static const uint8_t flags[] = { 0x09, 0x2d, 0, 0, 0x01, 0x0c, 0x01, 0, 0, 0x04 };
	struct frame f = frame_at(p);

	if ((p[5] & 0x80) != 0 || f.len > most || f.id >= 1u << 24 || !well_formed(f))
		return false;
	if (f.type >= sizeof(flags))
		return f.type == 0xa || f.type == 0xc || f.type == 0x10;	/* ALTSVC, ORIGIN, PRIORITY_UPDATE */
	if ((f.flags & ~flags[f.type]) != 0)
		return false;
	return f.type != H2_HEADERS || (f.id & 1) != 0;
}

int
h2_begins(const uint8_t *p, size_t n)
{
	if (memcmp(p, PREFACE, n < PREFACE_LEN ? n : PREFACE_LEN) != 0)
		return 0;
	return n < PREFACE_LEN ? -1 : 1;
}

/* Frames up to the end of the segment, or one that goes on behind it and has to do with a stream. */
int
h2_goes_on(const uint8_t *p, size_t n)
{
	size_t at = 0;
	unsigned frames = 0;

	if (n < FRAME)
		return p[0] == 0 && (n < 2 || p[1] <= LENGTH_USUAL >> 8) && (n < 4 || p[3] <= H2_CONTINUATION) ? -1 : 0;
	while (n - at >= FRAME && believable(p + at, LENGTH_USUAL)) {
		struct frame f = frame_at(p + at);

		frames++;
		at += FRAME + f.len;
		if (at > n)
			return frames > 1 || f.type <= H2_HEADERS;
		if (at == n)
			return 1;
	}
	return at > 0 && n - at < FRAME;
}

struct h2 *
h2_new(struct why_counts *why)
{
	struct h2 *h = calloc(1, sizeof(*h));

	if (h != NULL)
		h->why = why;
	return h;
}

void
h2_free(struct h2 *h)
{
	for (int side = 0; side < 2; side++) {
		hpack_forget(&h->dir[side].hpack);
		buf_free(&h->dir[side].block);
	}
	h2_streams_free(h);
	free(h);
}

size_t
h2_bytes(const struct h2 *h)
{
	size_t n = sizeof(*h) + h->cap * sizeof(*h->streams);

	for (int side = 0; side < 2; side++)
		n += hpack_bytes(&h->dir[side].hpack) + h->dir[side].block.cap;
	for (uint32_t i = 0; i < h->n; i++)
		n += h->streams[i].dir[0].body.size + h->streams[i].dir[1].body.size;
	return n;
}

/* A header block will not be read: what the table of this side holds is not known from here on. */
static void
forget_headers(struct h2 *h, struct h2_dir *d)
{
	h->why->n[WHY_H2_HEADERS_LOST]++;
	hpack_forget(&d->hpack);
}

static void
lose_sync(struct h2 *h, int side)
{
	struct h2_dir *d = &h->dir[side];

	forget_headers(h, d);
	d->sync = H2_LOST;
	d->left = 0;
	d->block_id = 0;
	h2_streams_lost(h, side);
}

static void
block_done(struct h2 *h, int side, const struct http_sink *sink)
{
	struct h2_dir *d = &h->dir[side];
	struct doh_head head;

	doh_head_begin(&head);
	if (d->block_bad || d->block.failed) {
		head.lost = true;
		forget_headers(h, d);
	} else if (!hpack_block(&d->hpack, d->block.p, d->block.len, &head)) {
		h->why->n[WHY_H2_HEADERS_LOST]++;
	}
	if (!d->block_push)
		h2_stream_head(h, side, d->block_id, &head, d->block_end, sink);
	doh_head_free(&head);
	buf_free(&d->block);
	d->block_id = 0;
}

static void
frame_end(struct h2 *h, int side, const struct http_sink *sink)
{
	struct h2_dir *d = &h->dir[side];

	switch (d->type) {
	case H2_DATA:
		if ((d->flags & H2_END_STREAM) != 0)
			h2_stream_end(h, side, d->id, sink);
		break;
	case H2_HEADERS:
	case H2_PUSH_PROMISE:
	case H2_CONTINUATION:
		if ((d->flags & H2_END_HEADERS) != 0 && d->block_id != 0)
			block_done(h, side, sink);
		break;
	case H2_RST_STREAM:
		h2_stream_end(h, side, d->id, sink);
		break;
	default:
		break;
	}
}

/* A block begins or goes on, or should have gone on. */
static void
block_frame(struct h2 *h, struct h2_dir *d, struct frame f)
{
	if (f.type == H2_CONTINUATION) {
		if (d->block_id == f.id)
			return;
		h->why->n[WHY_H2_BAD]++;
	}
	if (d->block_id != 0 || f.type == H2_CONTINUATION)
		forget_headers(h, d);
	d->block_id = 0;
	buf_clear(&d->block);
	if (f.type != H2_HEADERS && f.type != H2_PUSH_PROMISE)
		return;
	d->block_id = f.id;
	d->block_end = f.type == H2_HEADERS && (f.flags & H2_END_STREAM) != 0;
	d->block_push = f.type == H2_PUSH_PROMISE;
	d->block_bad = false;
}

/* What stands between a frame's header and its content: the length of the padding, a priority, a promised stream. */
static uint32_t
prefix_of(struct frame f)
{
	uint32_t n = 0;

	if ((f.type == H2_DATA || f.type == H2_HEADERS || f.type == H2_PUSH_PROMISE) && (f.flags & H2_PADDED) != 0)
		n++;
	if (f.type == H2_HEADERS && (f.flags & H2_WITH_PRIORITY) != 0)
		n += 5;
	return n + (f.type == H2_PUSH_PROMISE ? 4 : 0);
}

/* The header of the next frame.  Returns how many bytes it takes; 0: it is not complete. */
static size_t
frame_begin(struct h2 *h, int side, const uint8_t *p, size_t n, const struct http_sink *sink)
{
	struct h2_dir *d = &h->dir[side];
	uint32_t prefix, pad;
	struct frame f;

	if (n < FRAME)
		return 0;
	f = frame_at(p);
	if (d->sync == H2_FOUND ? !believable(p, LENGTH_BELIEVED) : !well_formed(f)) {
		h->why->n[WHY_H2_BAD]++;
		lose_sync(h, side);
		return n;
	}
	prefix = prefix_of(f);
	if (prefix <= f.len && n < FRAME + prefix)
		return 0;
	pad = prefix > 0 && prefix <= f.len && (f.flags & H2_PADDED) != 0 ? p[FRAME] : 0;
	if (f.type == H2_CONTINUATION || f.type == H2_HEADERS || f.type == H2_PUSH_PROMISE || d->block_id != 0)
		block_frame(h, d, f);
	if (prefix + pad > f.len) {
		h->why->n[WHY_H2_BAD]++;
		d->block_bad = true;
		prefix = 0;
		pad = f.len;
	}
	d->type = f.type;
	d->flags = f.flags;
	d->id = f.id;
	d->left = f.len - prefix;
	d->pad = pad;
	if (d->left == 0)
		frame_end(h, side, sink);
	return FRAME + prefix;
}

/* More of the frame.  Returns how many bytes of it are here. */
static size_t
frame_goes_on(struct h2 *h, int side, const uint8_t *p, size_t n, const struct http_sink *sink)
{
	struct h2_dir *d = &h->dir[side];
	size_t take = n < d->left ? n : d->left, content = d->left - d->pad;

	if (d->left <= d->pad)
		content = 0;
	if (content > take)
		content = take;
	if (d->type == H2_DATA && content > 0) {
		h2_stream_data(h, side, d->id, p, content, sink);
	} else if (d->type == H2_HEADERS || d->type == H2_PUSH_PROMISE || d->type == H2_CONTINUATION) {
		if (d->block.len + content > H2_BLOCK_MAX)
			d->block_bad = true;
		if (d->block_id != 0 && !d->block_bad)
			buf_put(&d->block, p, content);
	}
	d->left -= (uint32_t)take;
	if (d->left == 0)
		frame_end(h, side, sink);
	return take;
}

/* What may stand before the first frame.  Returns its length; 0: it is not complete.  *none: there is nothing. */
static size_t
skip_preface(const uint8_t *p, size_t n, bool *none)
{
	static const char upgrade[] = "HTTP/1.1 101";
	int begins = h2_begins(p, n);
	const uint8_t *end;

	*none = false;
	if (begins != 0)
		return begins > 0 ? PREFACE_LEN : 0;
	if (memcmp(p, upgrade, n < sizeof(upgrade) - 1 ? n : sizeof(upgrade) - 1) == 0 && n < UPGRADE_MAX) {
		end = memmem(p, n, "\r\n\r\n", 4);
		return end != NULL ? (size_t)(end - p) + 4 : 0;
	}
	*none = true;
	return 0;
}

size_t
h2_data(struct h2 *h, int side, const uint8_t *p, size_t n, bool from_start, const struct http_sink *sink)
{
	struct h2_dir *d = &h->dir[side];
	size_t at = 0, used;

	if (d->sync == H2_NEW) {
		bool none;

		at = skip_preface(p, n, &none);
		if (at == 0 && !none)
			return 0;
		d->sync = at > 0 || from_start ? H2_SURE : H2_LOST;
		d->hpack.joined = d->sync == H2_LOST;
	}
	while (at < n) {
		if (d->sync == H2_LOST) {
			if (h2_goes_on(p + at, n - at) <= 0)
				return n;
			d->sync = H2_FOUND;
		}
		if (d->left > 0)
			used = frame_goes_on(h, side, p + at, n - at, sink);
		else
			used = frame_begin(h, side, p + at, n - at, sink);
		if (used == 0)
			break;
		at += used;
	}
	return at;
}

void
h2_gap(struct h2 *h, int side, size_t n, uint32_t lost, const struct http_sink *sink)
{
	struct h2_dir *d = &h->dir[side];
	uint32_t content = d->left > d->pad ? d->left - d->pad : 0;

	if (d->sync == H2_NEW || d->sync == H2_LOST)
		return;
	if (n > 0 || lost > d->left) {
		lose_sync(h, side);
		return;
	}
	if (content > lost)
		content = lost;
	if (d->type == H2_DATA && content > 0)
		h2_stream_lost(h, side, d->id, content);
	else if (content > 0)
		d->block_bad = true;
	d->left -= lost;
	if (d->left == 0 && lost > 0)
		frame_end(h, side, sink);
}
