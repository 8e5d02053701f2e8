/* proto/h2_int.h - a connection: its frames (h2.c) and its streams (h2stream.c). */
#ifndef PROTO_H2_INT_H
#define PROTO_H2_INT_H

#include "proto/h2.h"
#include "proto/hpack_int.h"

enum h2_type { H2_DATA, H2_HEADERS, H2_PRIORITY, H2_RST_STREAM, H2_SETTINGS, H2_PUSH_PROMISE, H2_PING, H2_GOAWAY, H2_WINDOW_UPDATE,
	H2_CONTINUATION };
enum { H2_END_STREAM = 0x1, H2_ACK = 0x1, H2_END_HEADERS = 0x4, H2_PADDED = 0x8, H2_WITH_PRIORITY = 0x20 };

enum h2_sync { H2_NEW, H2_LOST, H2_FOUND /* until a frame is not believable */, H2_SURE };

struct h2_dir {
	enum h2_sync sync;
	uint8_t type, flags;		/* of the frame that is being read */
	uint32_t id;
	uint32_t left, pad;		/* bytes of it to come, the last `pad` of them padding */
	struct hpack hpack;
	struct buf block;		/* header block, as far as it is here */
	uint32_t block_id;		/* its stream; 0: none */
	bool block_end, block_push, block_bad;	/* its HEADERS ended the stream; was a PUSH_PROMISE; it cannot be read */
};

struct h2_stream {
	uint32_t id;
	uint64_t used;			/* when it was last asked for: of h2.clock */
	struct { struct doh_body body; bool headed, ended; } dir[2];
};

struct h2 {
	struct why_counts *why;
	struct h2_dir dir[2];
	struct h2_stream *streams;
	uint32_t n, cap;
	uint64_t clock;
	char name[HTTP_NAME_MAX + 1];	/* of the request before */
};

/* A header block of a stream has been read; end: nothing follows it. */
void h2_stream_head(struct h2 *h, int side, uint32_t id, const struct doh_head *head, bool end, const struct http_sink *sink);
void h2_stream_data(struct h2 *h, int side, uint32_t id, const uint8_t *p, size_t n, const struct http_sink *sink);
void h2_stream_lost(struct h2 *h, int side, uint32_t id, uint32_t lost);
void h2_stream_end(struct h2 *h, int side, uint32_t id, const struct http_sink *sink);
/* Frames of this side were missed: bodies that have begun are not to be trusted. */
void h2_streams_lost(struct h2 *h, int side);
void h2_streams_free(struct h2 *h);

#endif
