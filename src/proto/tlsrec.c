#include "proto/tlsrec.h"

#include <stdlib.h>
#include <string.h>

#define RECORD 5		/* type, version, length */
#define RECORD_MAX (16384 + 2048)
#define MESSAGE 4		/* type, length */

enum { CCS = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION = 23 };
enum { CLIENT_HELLO = 1, SERVER_HELLO = 2 };

static bool
record_header(const uint8_t *p)
{
	unsigned len = (unsigned)p[3] << 8 | p[4];

	return p[0] >= CCS && p[0] <= APPLICATION && p[1] == 3 && p[2] <= 4 && len > 0 && len <= RECORD_MAX;
}

int
tlsrec_begins(const uint8_t *p, size_t n)
{
	static const uint8_t first[] = { HANDSHAKE, 3 };

	if (n > 0 && memcmp(p, first, n < 2 ? n : 2) != 0)
		return 0;
	if (n <= RECORD)
		return n < RECORD || record_header(p) ? -1 : 0;
	return record_header(p) && (p[RECORD] == CLIENT_HELLO || p[RECORD] == SERVER_HELLO);
}

int
tlsrec_goes_on(const uint8_t *p, size_t n)
{
	if (n < RECORD)
		return (n < 1 || (p[0] >= CCS && p[0] <= APPLICATION)) && (n < 2 || p[1] == 3) ? -1 : 0;
	return record_header(p);
}

/* Make room for n more bytes of the message. */
static bool
reserve(struct tlsrec *r, size_t n)
{
	size_t cap = r->cap > 0 ? r->cap : 512;
	uint8_t *p;

	if (r->len + n > TLS_HELLO_MAX)
		return false;
	while (cap < r->len + n)
		cap *= 2;
	if (cap == r->cap)
		return true;
	p = realloc(r->msg, cap);
	if (p == NULL)
		return false;
	r->msg = p;
	r->cap = (uint32_t)cap;
	return true;
}

/* Bytes of the whole message, or 0 while that is not known. */
static size_t
message_size(const struct tlsrec *r)
{
	return r->len < MESSAGE ? 0 : MESSAGE + ((size_t)r->msg[1] << 16 | (size_t)r->msg[2] << 8 | r->msg[3]);
}

static enum tls_found
message_done(struct tlsrec *r, struct tls_hello *h)
{
	r->done = true;
	return tls_hello_read(r->msg, message_size(r), r->len, h) ? TLS_HELLO : TLS_NONE;
}

/* Bytes of a handshake record go to the message; those behind its end are left for the next call. */
static enum tls_found
collect(struct tlsrec *r, const uint8_t *p, size_t n, size_t *used, struct tls_hello *h)
{
	while (*used < n && r->left > 0) {
		size_t size = message_size(r), take = size == 0 ? MESSAGE - r->len : size - r->len;

		take = take < r->left ? take : r->left;
		take = take < n - *used ? take : n - *used;
		if (!reserve(r, take))
			return TLS_NONE;
		memcpy(r->msg + r->len, p + *used, take);
		r->len += (uint32_t)take;
		r->left -= (uint32_t)take;
		*used += take;
		if (r->msg[0] != CLIENT_HELLO && r->msg[0] != SERVER_HELLO)
			return TLS_NONE;
		if (r->len == message_size(r))
			return message_done(r, h);
	}
	return TLS_MORE;
}

enum tls_found
tlsrec_data(struct tlsrec *r, const uint8_t *p, size_t n, size_t *used, struct tls_hello *h)
{
	*used = 0;
	if (r->done) {
		*used = n;
		return TLS_OTHER;
	}
	while (*used < n) {
		enum tls_found f;

		if (r->left == 0) {
			const uint8_t *rec = p + *used;

			if (n - *used < RECORD)
				return TLS_MORE;
			if (!record_header(rec))
				return TLS_NONE;
			if (rec[0] != HANDSHAKE)
				return TLS_OTHER;
			r->left = (uint32_t)rec[3] << 8 | rec[4];
			*used += RECORD;
		}
		f = collect(r, p, n, used, h);
		if (f != TLS_MORE)
			return f;
	}
	return TLS_MORE;
}

enum tls_found
tlsrec_gap(struct tlsrec *r, struct tls_hello *h)
{
	if (r->done || r->len == 0)
		return TLS_NONE;
	return message_done(r, h);
}

void
tlsrec_free(struct tlsrec *r)
{
	free(r->msg);
	*r = (struct tlsrec){ 0 };
}
