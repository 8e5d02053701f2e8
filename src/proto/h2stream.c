/* The streams of a connection: a request and a response each. */
#include <stdlib.h>
#include <string.h>

#include "proto/h2_int.h"

static struct h2_stream *
find(struct h2 *h, uint32_t id)
{
	for (uint32_t i = h->n; i > 0; i--) {
		struct h2_stream *s = &h->streams[i - 1];

		if (s->id == id) {
			s->used = ++h->clock;
			return s;
		}
	}
	return NULL;
}

static void
drop(struct h2 *h, struct h2_stream *s)
{
	doh_body_drop(&s->dir[0].body);
	doh_body_drop(&s->dir[1].body);
	*s = h->streams[--h->n];
}

static void
drop_oldest(struct h2 *h)
{
	struct h2_stream *old = &h->streams[0];

	for (uint32_t i = 1; i < h->n; i++)
		if (h->streams[i].used < old->used)
			old = &h->streams[i];
	h->why->n[WHY_H2_LIMIT] += (old->dir[0].body.len > 0 && !old->dir[0].body.over) ||
	    (old->dir[1].body.len > 0 && !old->dir[1].body.over);
	drop(h, old);
}

/* The stream of this number, made if need be; NULL: no memory. */
static struct h2_stream *
stream(struct h2 *h, uint32_t id)
{
	struct h2_stream *s = find(h, id);

	if (s != NULL)
		return s;
	if (h->n == H2_STREAMS)
		drop_oldest(h);
	if (h->n == h->cap) {
		uint32_t cap = h->cap > 0 ? h->cap * 2 : 4;

		s = realloc(h->streams, cap * sizeof(*s));
		if (s == NULL)
			return NULL;
		h->streams = s;
		h->cap = cap;
	}
	s = &h->streams[h->n++];
	*s = (struct h2_stream){ .id = id, .used = ++h->clock };
	return s;
}

void
h2_stream_end(struct h2 *h, int side, uint32_t id, const struct http_sink *sink)
{
	struct h2_stream *s = find(h, id);
	struct doh_msg m;

	if (s == NULL)
		return;
	if (doh_body_end(&s->dir[side].body, &m))
		sink->message(sink->ctx, side, &m);
	doh_body_drop(&s->dir[side].body);
	s->dir[side].ended = true;
	if (s->dir[!side].ended)
		drop(h, s);
}

static void
request(struct h2 *h, int side, const struct doh_head *head, const struct http_sink *sink)
{
	struct doh_msg m;

	if (head->name[0] != '\0' && strcmp(head->name, h->name) != 0) {
		memcpy(h->name, head->name, sizeof(h->name));
		sink->name(sink->ctx, side, h->name);
	}
	if (doh_get(head, &m))
		sink->message(sink->ctx, side, &m);
}

void
h2_stream_head(struct h2 *h, int side, uint32_t id, const struct doh_head *head, bool end, const struct http_sink *sink)
{
	struct h2_stream *s = stream(h, id);

	if (s == NULL)
		return;
	if (head->request)
		request(h, side, head, sink);
	if (!s->dir[side].headed || head->request || head->status != 0)		/* else trailers */
		doh_body_begin(&s->dir[side].body, head);
	s->dir[side].headed = true;
	if (end)
		h2_stream_end(h, side, id, sink);
}

void
h2_stream_data(struct h2 *h, int side, uint32_t id, const uint8_t *p, size_t n, const struct http_sink *sink)
{
	struct h2_stream *s = stream(h, id);
	struct doh_body *b;
	struct doh_msg m;

	if (s == NULL)
		return;
	b = &s->dir[side].body;
	if (doh_body_add(b, p, n, &m))
		sink->message(sink->ctx, side, &m);
	h->why->n[WHY_H2_LIMIT] += b->too_long;
	b->too_long = false;
}

void
h2_stream_lost(struct h2 *h, int side, uint32_t id, uint32_t lost)
{
	struct h2_stream *s = stream(h, id);

	if (s != NULL)
		doh_body_lost(&s->dir[side].body, lost);
}

void
h2_streams_lost(struct h2 *h, int side)
{
	for (uint32_t i = 0; i < h->n; i++)
		if (h->streams[i].dir[side].headed || h->streams[i].dir[side].body.wire > 0)
			doh_body_drop(&h->streams[i].dir[side].body);
}

void
h2_streams_free(struct h2 *h)
{
	while (h->n > 0)
		drop(h, &h->streams[h->n - 1]);
	free(h->streams);
}
