/* The frames of Initial packets (RFC 9000 12.4, 19), and the handshake bytes in them: in any order, any number of times. */
#include <stdlib.h>
#include <string.h>

#include "base/cur.h"
#include "proto/quic_int.h"

enum { PADDING = 0x00, PING = 0x01, ACK = 0x02, ACK_ECN = 0x03, CRYPTO = 0x06, CLOSE = 0x1c };

static bool
reserve(struct quic_crypto *c, size_t n)
{
	uint32_t size = c->size > 0 ? c->size : 1024;
	uint8_t *p, *there;

	if (n <= c->size)
		return true;
	if (n > QUIC_HELLO_MAX)
		return false;
	while (size < n)
		size *= 2;
	p = realloc(c->p, size);
	if (p == NULL)
		return false;
	c->p = p;
	there = realloc(c->there, size / 8);
	if (there == NULL)
		return false;
	memset(there + c->size / 8, 0, (size - c->size) / 8);
	c->there = there;
	c->size = size;
	return true;
}

static bool
add(struct quic_crypto *c, uint64_t offset, const uint8_t *p, size_t n)
{
	if (offset > QUIC_HELLO_MAX || !reserve(c, (size_t)offset + n))
		return false;
	for (size_t i = 0; i < n; i++) {		/* what was there first stays */
		size_t at = (size_t)offset + i;

		if ((c->there[at / 8] & 1u << at % 8) == 0)
			c->p[at] = p[i];
		c->there[at / 8] |= (uint8_t)(1u << at % 8);
	}
	while (c->prefix < c->size && (c->there[c->prefix / 8] & 1u << c->prefix % 8) != 0)
		c->prefix++;
	return true;
}

/* RFC 9000 19.3: the largest, the delay, a count, the first range, and so many pairs more. */
static void
skip_ack(struct cur *c, bool ecn)
{
	uint64_t ranges;

	quic_varint(c);
	quic_varint(c);
	ranges = quic_varint(c);
	quic_varint(c);
	for (; ranges > 0 && cur_left(c) > 0; ranges--) {
		quic_varint(c);
		quic_varint(c);
	}
	for (int i = 0; ecn && i < 3; i++)
		quic_varint(c);
}

bool
quic_frames(const uint8_t *p, size_t n, struct quic_crypto *c)
{
	struct cur in = cur_make(p, n, n);

	while (cur_left(&in) > 0) {
		uint8_t type = cur_u8(&in);

		if (type == ACK || type == ACK_ECN) {
			skip_ack(&in, type == ACK_ECN);
		} else if (type == CRYPTO) {
			uint64_t offset = quic_varint(&in), len = quic_varint(&in);
			const uint8_t *bytes = cur_take(&in, (size_t)len);

			if (bytes == NULL || !add(c, offset, bytes, (size_t)len))
				return false;
		} else if (type == CLOSE) {
			return true;			/* nothing of use behind it */
		} else if (type != PADDING && type != PING) {
			return false;
		}
	}
	return cur_ok(&in);
}

bool
quic_crypto_whole(const struct quic_crypto *c)
{
	return c->prefix >= 4 && c->prefix - 4 >= ((uint32_t)c->p[1] << 16 | (uint32_t)c->p[2] << 8 | c->p[3]);
}

void
quic_crypto_free(struct quic_crypto *c)
{
	free(c->p);
	free(c->there);
	*c = (struct quic_crypto){ 0 };
}
