/* proto/http1.h - DNS messages and host names out of a clear HTTP/1.1 connection (RFC 9112), from outside.
 *
 * A hole inside a body of known length costs that body alone; after another, and where a connection is joined in its middle,
 * a head is looked for at the beginning of each segment.
 *
 * Bound     Heads of HTTP1_HEAD_MAX bytes, bodies of DOH_MAX; what is longer is passed over. */
#ifndef PROTO_HTTP1_H
#define PROTO_HTTP1_H

#include "base/why.h"
#include "proto/doh.h"

#define HTTP1_HEAD_MAX ((size_t)96 << 10)	/* a GET with the largest DNS message fits */

enum http1_body { HTTP1_NONE, HTTP1_LENGTH, HTTP1_CHUNK_SIZE, HTTP1_CHUNK, HTTP1_CHUNK_END, HTTP1_TRAILERS, HTTP1_UNTIL_END };

struct http1_dir {
	bool lost;			/* where a head begins is not known */
	enum http1_body in;		/* what comes next */
	uint64_t left;			/* bytes of the body, or of its chunk */
	size_t scanned;			/* of a head that is not complete: its end is not before here */
	struct doh_body body;
};

struct http1 {
	struct why_counts *why;
	struct http1_dir dir[2];
	uint64_t heads;			/* requests that wait for their response, the oldest lowest: 1 is HEAD */
	unsigned waiting;		/* how many */
	bool upgraded;			/* HTTP/2 follows on this connection, from the bytes not taken on */
	bool dull;			/* a tunnel, or a long body that is no DNS: nothing of use before the next head */
	char name[HTTP_NAME_MAX + 1];	/* of the request before */
};

void http1_begin(struct http1 *h, struct why_counts *why);
void http1_end(struct http1 *h);

/* Whether n bytes begin a request or a response: 1 yes, 0 no, -1 too few to say. */
int http1_begins(const uint8_t *p, size_t n);

/* The next n bytes of a side, those that were left before first.  Returns how many are taken. */
size_t http1_data(struct http1 *h, int side, const uint8_t *p, size_t n, const struct http_sink *sink);
/* `lost` bytes are missing behind those that were left. */
void http1_gap(struct http1 *h, int side, size_t n, uint32_t lost, const struct http_sink *sink);
/* The side has ended: so may a body. */
void http1_fin(struct http1 *h, int side, const struct http_sink *sink);
size_t http1_bytes(const struct http1 *h);

#endif
