#include "proto/http1.h"

#include <string.h>
#include <strings.h>

#define LINE_MAX_BYTES 4096		/* of a chunk's size, a trailer */
#define DULL_BODY ((uint64_t)64 << 10)	/* a body of another type so long is not followed */
#define WAITING_MAX 64

static const char *const methods[] = { "GET ", "POST ", "HEAD ", "PUT ", "OPTIONS ", "DELETE ", "PATCH ", "CONNECT " };
static const char version[] = "HTTP/1.";

void
http1_begin(struct http1 *h, struct why_counts *why)
{
	*h = (struct http1){ .why = why };
	h->dir[0].body.over = h->dir[1].body.over = true;
}

void
http1_end(struct http1 *h)
{
	doh_body_drop(&h->dir[0].body);
	doh_body_drop(&h->dir[1].body);
}

size_t
http1_bytes(const struct http1 *h)
{
	return sizeof(*h) + h->dir[0].body.size + h->dir[1].body.size;
}

static int
starts(const uint8_t *p, size_t n, const char *text)
{
	size_t m = strlen(text);

	if (memcmp(p, text, n < m ? n : m) != 0)
		return 0;
	return n < m ? -1 : 1;
}

int
http1_begins(const uint8_t *p, size_t n)
{
	int best = starts(p, n, version);

	for (size_t i = 0; best == 0 && i < sizeof(methods) / sizeof(methods[0]); i++)
		best = starts(p, n, methods[i]);
	return best;
}

/* The length of the line at p with its end, or 0 if that is not here.  *text: without its end. */
static size_t
line(const uint8_t *p, size_t n, size_t *text)
{
	const uint8_t *lf = n > 0 ? memchr(p, '\n', n) : NULL;

	if (lf == NULL)
		return 0;
	*text = (size_t)(lf - p);
	if (*text > 0 && p[*text - 1] == '\r')
		--*text;
	return (size_t)(lf - p) + 1;
}

/* The length of a head up to its empty line, or 0.  Bytes looked at before are not looked at again. */
static size_t
head_size(const uint8_t *p, size_t n, size_t *scanned)
{
	for (const uint8_t *lf = p + *scanned; (lf = memchr(lf, '\n', n - (size_t)(lf - p))) != NULL; lf++) {
		size_t at = (size_t)(lf - p);

		if ((at > 0 && p[at - 1] == '\n') || (at > 1 && p[at - 1] == '\r' && p[at - 2] == '\n'))
			return at + 1;
	}
	*scanned = n;
	return 0;
}

struct fields { struct doh_head head; bool chunked, upgrade_h2; };

static void
field(struct fields *f, const char *p, size_t n)
{
	const char *colon = memchr(p, ':', n), *v;
	char name[32];
	size_t i, m;

	if (colon == NULL || colon == p || (size_t)(colon - p) >= sizeof(name))
		return;
	m = (size_t)(colon - p);
	for (i = 0; i < m; i++)
		name[i] = (char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] + ('a' - 'A') : p[i]);
	v = colon + 1;
	n -= m + 1;
	while (n > 0 && (*v == ' ' || *v == '\t')) {
		v++;
		n--;
	}
	if (m == 17 && memcmp(name, "transfer-encoding", m) == 0)
		f->chunked = n >= 7 && strncasecmp(v + n - 7, "chunked", 7) == 0;	/* RFC 9112 6.1: it is the last */
	else if (m == 7 && memcmp(name, "upgrade", m) == 0)
		f->upgrade_h2 = n >= 3 && strncasecmp(v, "h2c", 3) == 0;
	else
		doh_head_field(&f->head, name, m, v, n);
}

/* "GET /path HTTP/1.1", "HTTP/1.1 200 OK".  *method is set for a request. */
static bool
first_line(struct fields *f, const char *p, size_t n, const char **method)
{
	const char *blank = memchr(p, ' ', n), *end;

	*method = NULL;
	if (blank == NULL)
		return false;
	if (starts((const uint8_t *)p, n, version) > 0) {
		doh_head_field(&f->head, ":status", 7, blank + 1, n - (size_t)(blank + 1 - p));
		return f->head.status >= 100;
	}
	end = memrchr(p, ' ', n);
	if (end == blank || starts((const uint8_t *)end + 1, n - (size_t)(end + 1 - p), version) <= 0)
		return false;
	*method = p;
	doh_head_field(&f->head, ":path", 5, blank + 1, (size_t)(end - blank - 1));
	return true;
}

static void
request(struct http1 *h, int side, struct fields *f, const char *method, const struct http_sink *sink)
{
	struct doh_msg m;

	if (f->head.name[0] != '\0' && strcmp(f->head.name, h->name) != 0) {
		memcpy(h->name, f->head.name, sizeof(h->name));
		sink->name(sink->ctx, side, h->name);
	}
	if (doh_get(&f->head, &m))
		sink->message(sink->ctx, side, &m);
	if (h->waiting < WAITING_MAX)
		h->heads |= (uint64_t)(strncmp(method, "HEAD ", 5) == 0) << h->waiting++;
	if (strncmp(method, "CONNECT ", 8) == 0)
		h->dull = true;
}

/* Whether a response has a body (RFC 9112 6.3). */
static bool
response(struct http1 *h, const struct fields *f)
{
	bool head = (h->heads & 1) != 0;

	if (f->head.status == 101 && f->upgrade_h2)
		h->upgraded = true;
	if (f->head.status / 100 == 1)
		return false;
	if (h->waiting > 0) {
		h->heads >>= 1;
		h->waiting--;
	}
	return !head && f->head.status != 204 && f->head.status != 304;
}

/* What follows the head. */
static void
body_begin(struct http1 *h, struct http1_dir *d, const struct fields *f, bool body, bool is_response)
{
	doh_body_begin(&d->body, &f->head);
	d->in = HTTP1_NONE;
	d->left = 0;
	if (!body)
		return;
	if (f->chunked) {
		d->in = HTTP1_CHUNK_SIZE;
		d->body.length = UINT64_MAX;
	} else if (f->head.length != UINT64_MAX) {
		d->left = f->head.length;
		d->in = d->left > 0 ? HTTP1_LENGTH : HTTP1_NONE;
	} else if (is_response) {
		d->in = HTTP1_UNTIL_END;
	}
	if (d->body.over && (d->left > DULL_BODY || d->in == HTTP1_UNTIL_END))
		h->dull = true;
}

static void
head(struct http1 *h, int side, const char *p, size_t n, const struct http_sink *sink)
{
	struct http1_dir *d = &h->dir[side];
	struct fields f = { .chunked = false };
	const char *method;
	size_t text = 0, used;
	bool body = true;

	doh_head_begin(&f.head);
	used = line((const uint8_t *)p, n, &text);
	if (!first_line(&f, p, text, &method)) {
		h->why->n[WHY_HTTP_BAD]++;
		d->lost = true;
		doh_head_free(&f.head);
		return;
	}
	while (n > used) {
		p += used;
		n -= used;
		used = line((const uint8_t *)p, n, &text);
		field(&f, p, text);
	}
	if (method != NULL)
		request(h, side, &f, method, sink);
	else
		body = response(h, &f);
	body_begin(h, d, &f, body, method == NULL);
	doh_head_free(&f.head);
}

static void
body_end(struct http1_dir *d, int side, const struct http_sink *sink)
{
	struct doh_msg m;

	if (doh_body_end(&d->body, &m))
		sink->message(sink->ctx, side, &m);
	doh_body_drop(&d->body);
	d->in = HTTP1_NONE;
}

/* Bytes of a body, or of a chunk. */
static size_t
content(struct http1 *h, int side, const uint8_t *p, size_t n, const struct http_sink *sink)
{
	struct http1_dir *d = &h->dir[side];
	struct doh_msg m;

	if (d->in != HTTP1_UNTIL_END) {
		n = n < d->left ? n : (size_t)d->left;
		d->left -= n;
	}
	if (doh_body_add(&d->body, p, n, &m))
		sink->message(sink->ctx, side, &m);
	h->why->n[WHY_HTTP_BAD] += d->body.too_long;
	d->body.too_long = false;
	if (d->body.over && d->body.wire > DULL_BODY)
		h->dull = true;
	if (d->in == HTTP1_LENGTH && d->left == 0)
		body_end(d, side, sink);
	else if (d->in == HTTP1_CHUNK && d->left == 0)
		d->in = HTTP1_CHUNK_END;
	return n;
}

/* Hexadecimal digits; false if there are none, or more than a chunk could have. */
static bool
chunk_size(const uint8_t *p, size_t n, uint64_t *out)
{
	size_t i;

	*out = 0;
	for (i = 0; i < n && strchr("0123456789abcdefABCDEF", p[i]) != NULL && p[i] != 0; i++) {
		if (i == 15)
			return false;
		*out = *out << 4 | (uint64_t)(p[i] <= '9' ? p[i] - '0' : (p[i] | 0x20) - 'a' + 10);
	}
	return i > 0;
}

/* A line between or behind chunks (RFC 9112 7.1). */
static size_t
chunk_line(struct http1 *h, int side, const uint8_t *p, size_t n, const struct http_sink *sink)
{
	struct http1_dir *d = &h->dir[side];
	size_t text, used = line(p, n, &text);

	if (used == 0 && n < LINE_MAX_BYTES)
		return 0;
	if (used == 0 || (d->in == HTTP1_CHUNK_SIZE && !chunk_size(p, text, &d->left)) || (d->in == HTTP1_CHUNK_END && text > 0)) {
		h->why->n[WHY_HTTP_BAD]++;
		d->lost = true;
		doh_body_drop(&d->body);
		return n;
	}
	if (d->in == HTTP1_CHUNK_END)
		d->in = HTTP1_CHUNK_SIZE;
	else if (d->in == HTTP1_CHUNK_SIZE)
		d->in = d->left > 0 ? HTTP1_CHUNK : HTTP1_TRAILERS;
	else if (text == 0)
		body_end(d, side, sink);
	return used;
}

/* The next head.  Returns its length, 0 if it is not complete. */
static size_t
next_head(struct http1 *h, int side, const uint8_t *p, size_t n, const struct http_sink *sink)
{
	struct http1_dir *d = &h->dir[side];
	int begins = http1_begins(p, n);
	size_t size;

	if (begins == 0 && n < 14 && memcmp(p, "PRI * HTTP/2.0", n) == 0)
		return 0;
	if (begins == 0 && n >= 14 && memcmp(p, "PRI * HTTP/2.0", 14) == 0) {
		h->upgraded = true;
		return 0;
	}
	size = begins > 0 ? head_size(p, n, &d->scanned) : 0;
	if (size == 0 && begins != 0 && n <= HTTP1_HEAD_MAX)
		return 0;
	d->scanned = 0;
	if (size == 0) {
		if (!d->lost)
			h->why->n[WHY_HTTP_BAD]++;
		d->lost = true;
		return n;
	}
	d->lost = false;
	head(h, side, (const char *)p, size, sink);
	return size;
}

size_t
http1_data(struct http1 *h, int side, const uint8_t *p, size_t n, const struct http_sink *sink)
{
	struct http1_dir *d = &h->dir[side];
	size_t at = 0, used = 1;

	while (at < n && used > 0 && !h->upgraded && !h->dull) {
		if (d->lost || d->in == HTTP1_NONE)
			used = next_head(h, side, p + at, n - at, sink);
		else if (d->in == HTTP1_LENGTH || d->in == HTTP1_CHUNK || d->in == HTTP1_UNTIL_END)
			used = content(h, side, p + at, n - at, sink);
		else
			used = chunk_line(h, side, p + at, n - at, sink);
		at += used;
	}
	return at;
}

void
http1_gap(struct http1 *h, int side, size_t n, uint32_t lost, const struct http_sink *sink)
{
	struct http1_dir *d = &h->dir[side];

	d->scanned = 0;
	if (d->lost)
		return;
	if (n == 0 && (d->in == HTTP1_UNTIL_END || (d->in == HTTP1_LENGTH && lost <= d->left) ||
	    (d->in == HTTP1_CHUNK && lost <= d->left))) {
		doh_body_lost(&d->body, lost);
		d->left -= d->in == HTTP1_UNTIL_END ? 0 : lost;
		if (d->in == HTTP1_LENGTH && d->left == 0)
			body_end(d, side, sink);
		else if (d->in == HTTP1_CHUNK && d->left == 0)
			d->in = HTTP1_CHUNK_END;
		return;
	}
	if (n == 0 && lost == 0)
		return;
	doh_body_drop(&d->body);
	d->lost = true;
	h->heads = 0;			/* which response is whose is not known any more */
	h->waiting = 0;
}

void
http1_fin(struct http1 *h, int side, const struct http_sink *sink)
{
	if (h->dir[side].in == HTTP1_UNTIL_END && !h->dir[side].lost)
		body_end(&h->dir[side], side, sink);
}
