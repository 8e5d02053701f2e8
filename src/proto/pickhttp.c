/* Clear HTTP: DNS in it, and the names of hosts asked for. */
#include <stdlib.h>

#include "proto/h2.h"
#include "proto/http1.h"
#include "proto/pick_int.h"

/* What decoders hand over to. */
struct to { struct pick *k; struct stream *s; const struct stream_at *at; };

static void
message(void *ctx, int side, const struct doh_msg *m)
{
	struct to *to = ctx;
	struct dns_event ev = { .way = DNS_DOH, .msg = m->msg, .wire = m->wire, .have = m->have, .ttl_less = m->less,
		.ttl_cap = m->cap };

	pick_message(to->k, to->s, side, to->at, &ev);
}

static void
name(void *ctx, int side, const char *host)
{
	struct to *to = ctx;
	struct hello h = pick_flow(to->s, side, to->at);

	if (pick_client(to->s, side) != side)
		return;
	h.way = HELLO_HTTP;
	h.name = host;
	pick_name(to->k, &h);
}

static bool
one_open(struct pick *k, struct stream *s)
{
	struct http1 *h = malloc(sizeof(*h));

	if (h == NULL)
		return false;
	http1_begin(h, k->why);
	s->reader = h;
	stream_charge(k->streams, s, http1_bytes(h));
	return true;
}

static void
one_free(struct stream *s)
{
	http1_end(s->reader);
	free(s->reader);
}

static bool
two_open(struct pick *k, struct stream *s)
{
	s->reader = h2_new(k->why);
	if (s->reader == NULL)
		return false;
	stream_charge(k->streams, s, h2_bytes(s->reader));
	return true;
}

static void
two_free(struct stream *s)
{
	h2_free(s->reader);
}

static size_t
two_data(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, const struct stream_at *at)
{
	struct to to = { k, s, at };
	struct http_sink sink = { &to, message, name };
	size_t used = h2_data(s->reader, side, p, n, s->dir[side].from_start, &sink);

	stream_charge(k->streams, s, h2_bytes(s->reader));
	return used;
}

static void
two_gap(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, uint32_t lost, const struct stream_at *at)
{
	struct to to = { k, s, at };
	struct http_sink sink = { &to, message, name };

	(void)p;
	h2_gap(s->reader, side, n, lost, &sink);
	stream_charge(k->streams, s, h2_bytes(s->reader));
}

/* The connection becomes one of HTTP/2 (RFC 7540 3.2). */
static size_t
upgrade(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, const struct stream_at *at)
{
	one_free(s);
	s->reader = NULL;
	if (!two_open(k, s)) {
		s->kind = PICK_NEW;
		stream_rest(k->streams, s);
		return n;
	}
	s->kind = PICK_H2;
	return n > 0 ? two_data(k, s, side, p, n, at) : 0;
}

static size_t
one_data(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, const struct stream_at *at)
{
	struct http1 *h = s->reader;
	struct to to = { k, s, at };
	struct http_sink sink = { &to, message, name };
	size_t used = http1_data(h, side, p, n, &sink);

	if (h->upgraded)
		return used + upgrade(k, s, side, p + used, n - used, at);
	stream_charge(k->streams, s, http1_bytes(h));
	if (h->dull)
		stream_rest(k->streams, s);
	return used;
}

static void
one_gap(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, uint32_t lost, const struct stream_at *at)
{
	struct to to = { k, s, at };
	struct http_sink sink = { &to, message, name };

	(void)p;
	http1_gap(s->reader, side, n, lost, &sink);
}

static void
one_fin(struct pick *k, struct stream *s, int side, const struct stream_at *at)
{
	struct to to = { k, s, at };
	struct http_sink sink = { &to, message, name };

	http1_fin(s->reader, side, &sink);
}

const struct pick_reader pick_http1 = { one_open, one_data, one_gap, one_fin, one_free };
const struct pick_reader pick_h2 = { two_open, two_data, two_gap, NULL, two_free };
