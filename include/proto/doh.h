/* proto/doh.h - DNS messages in HTTP exchanges (RFC 8484), whichever version of HTTP carries them.
 *
 * A head is what matters of the header fields of one request or response; a body collects what comes behind it.  HTTP/1.1 and HTTP/2 fill
 * them in (proto/http1.h, proto/h2.h).
 *
 * TTLs      The receiver takes Age off every TTL (RFC 8484 5.1), and holds the whole no longer than max-age says: a TTL counts for
 *           min(TTL, cap) - less seconds.
 * Bound     A body of DOH_MAX bytes; a larger one is no DNS message. */
#ifndef PROTO_DOH_H
#define PROTO_DOH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define DOH_MAX 65535
#define HTTP_NAME_MAX 255

enum doh_type {
	DOH_UNKNOWN,			/* no content type */
	DOH_DNS,			/* application/dns-message */
	DOH_OTHER
};

struct doh_head {
	enum doh_type type;
	bool request;			/* it has a method or a path */
	bool lost;			/* some field could not be read: without a type, a body goes by its looks */
	uint16_t status;		/* 0: none */
	uint32_t less, cap;		/* seconds; cap UINT32_MAX: none */
	uint64_t length;		/* Content-Length; UINT64_MAX: none */
	char name[HTTP_NAME_MAX + 1];	/* the host asked for, without its port, lower case; "" if none.  From the network: escape it */
	struct buf query;		/* the message of a GET, decoded; empty if none */
};

void doh_head_begin(struct doh_head *h);
/* One field; the name is lower case.  Pseudo fields as in HTTP/2: ":path", ":authority", ":status", ":method". */
void doh_head_field(struct doh_head *h, const char *name, size_t n, const char *value, size_t m);
void doh_head_free(struct doh_head *h);

/* A message out of HTTP; it points into the body or head that it came from. */
struct doh_msg { const uint8_t *msg; uint32_t wire, have, less, cap; };

/* Where decoders of HTTP hand over what `side` sent. */
struct http_sink {
	void *ctx;
	void (*message)(void *ctx, int side, const struct doh_msg *m);
	void (*name)(void *ctx, int side, const char *name);	/* a request names its host, another than the request before */
};

struct doh_body {			/* all zero: nothing is known of it */
	enum doh_type type;
	bool cut;			/* bytes are missing from here on */
	bool over;			/* handed out, or no DNS message */
	bool too_long;			/* said to be one, but beyond DOH_MAX */
	uint32_t less, cap, len, size;
	uint64_t wire, length;
	uint8_t *p;
};

/* What follows this head.  Forgets what was there. */
void doh_body_begin(struct doh_body *b, const struct doh_head *h);
/* The next n bytes.  True if the message is complete by its Content-Length: *out is set. */
bool doh_body_add(struct doh_body *b, const uint8_t *p, size_t n, struct doh_msg *out);
/* n bytes are missing here. */
void doh_body_lost(struct doh_body *b, uint64_t n);
/* It has ended.  True if it is a message not handed out yet: *out is set, until the next call. */
bool doh_body_end(struct doh_body *b, struct doh_msg *out);
/* No more is wanted, or known, of it. */
void doh_body_drop(struct doh_body *b);

/* The message in the head of a GET; false if there is none. */
bool doh_get(const struct doh_head *h, struct doh_msg *out);

#endif
