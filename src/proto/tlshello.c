/* The two hellos (RFC 8446 4.1.2, 4.1.3) and the extensions that matter here. */
#include <string.h>

#include "base/cur.h"
#include "proto/tlsrec.h"

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2 };
enum { EXT_SERVER_NAME = 0, EXT_ALPN = 16, EXT_VERSIONS = 43, EXT_ECH = 0xfe0d, EXT_ESNI = 0xffce };
#define RANDOM 32

static struct cur
vector8(struct cur *c)
{
	size_t n = cur_u8(c);

	return cur_part(c, n);
}

static struct cur
vector16(struct cur *c)
{
	size_t n = cur_u16(c);

	return cur_part(c, n);
}

/* RFC 6066 3: a list of names, of which only host_name (0) was ever defined. */
static void
server_name(struct cur c, struct tls_hello *h)
{
	struct cur list = vector16(&c);
	bool host = cur_u8(&list) == 0;
	struct cur name = vector16(&list);
	size_t n = cur_left(&name);
	const uint8_t *p = cur_take(&name, n);

	if (p == NULL || !host || n == 0 || n > TLS_NAME_MAX || memchr(p, 0, n) != NULL)
		return;
	for (size_t i = 0; i < n; i++)
		h->name[i] = (char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] + ('a' - 'A') : p[i]);
	h->name[n - (n > 1 && p[n - 1] == '.')] = '\0';
}

static void
alpn(struct cur c, struct tls_hello *h)
{
	struct cur list = vector16(&c);
	size_t n = cur_left(&list);
	const uint8_t *p = cur_take(&list, n);

	if (p == NULL || n == 0)
		return;
	for (struct cur each = cur_make(p, n, n); cur_left(&each) > 0;)
		if (vector8(&each).st != CUR_OK)
			return;
	h->alpn = p;
	h->alpn_len = (uint16_t)n;
}

static bool
grease(unsigned v)
{
	return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);		/* RFC 8701 */
}

static void
versions(struct cur c, struct tls_hello *h)
{
	struct cur list = h->client ? vector8(&c) : c;

	while (cur_left(&list) > 0) {
		uint16_t v = cur_u16(&list);

		if (cur_ok(&list) && !grease(v) && v > h->version)
			h->version = v;
	}
}

static void
extension(unsigned type, struct cur body, struct tls_hello *h)
{
	switch (type) {
	case EXT_SERVER_NAME:
		if (h->client)
			server_name(body, h);
		break;
	case EXT_ALPN:
		alpn(body, h);
		break;
	case EXT_VERSIONS:
		versions(body, h);
		break;
	case EXT_ECH:
	case EXT_ESNI:
		h->ech = true;
		break;
	default:
		break;
	}
}

/* Up to the extensions: false if it is not as it should be, or cut before them. */
static bool
fixed_part(struct cur *c, struct tls_hello *h)
{
	h->version = cur_u16(c);
	cur_skip(c, RANDOM);
	vector8(c);			/* session id */
	if (h->client) {
		vector16(c);		/* cipher suites */
		vector8(c);		/* compression */
	} else {
		cur_skip(c, 3);
	}
	return cur_ok(c) && h->version >= 0x0300;
}

bool
tls_hello_read(const uint8_t *p, size_t wire, size_t have, struct tls_hello *h)
{
	struct cur c = cur_make(p, wire, have), body, list;
	unsigned type = cur_u8(&c);

	*h = (struct tls_hello){ .client = type == CLIENT_HELLO };
	body = cur_part(&c, cur_u24(&c));
	if ((type != CLIENT_HELLO && type != SERVER_HELLO) || !fixed_part(&body, h))
		return false;
	h->whole = body.wire == body.have;
	if (cur_left(&body) == 0)
		return true;		/* SSL 3.0 and TLS 1.0 know none */
	list = vector16(&body);
	while (cur_left(&list) > 0) {
		unsigned ext = cur_u16(&list);

		extension(ext, vector16(&list), h);
	}
	return list.st != CUR_BAD && body.st != CUR_BAD;
}

bool
tls_alpn_has(const uint8_t *list, size_t n, const char *name)
{
	struct cur c = cur_make(list, n, n);
	size_t len = strlen(name);

	while (cur_left(&c) > 0) {
		struct cur one = vector8(&c);

		if (cur_left(&one) == len && memcmp(one.p, name, len) == 0)
			return true;
	}
	return false;
}
