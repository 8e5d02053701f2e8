/* Long headers (RFC 9000 17.2, RFC 9369 3.2, RFC 8999). */
#include <string.h>

#include "base/cur.h"
#include "proto/quic_int.h"

uint64_t
quic_varint(struct cur *c)
{
	uint64_t v = cur_u8(c);
	unsigned more = (1u << (v >> 6)) - 1;

	v &= 0x3f;
	while (more-- > 0)
		v = v << 8 | cur_u8(c);
	return v;
}

/* A connection id; false if it is longer than those of the versions that are read. */
static bool
cid(struct cur *c, struct quic_cid *out)
{
	size_t n = cur_u8(c);
	const uint8_t *p = cur_take(c, n);

	out->n = 0;
	if (p == NULL || n > QUIC_CID_MAX)
		return false;
	out->n = (uint8_t)n;
	memcpy(out->b, p, n);
	return true;
}

bool
quic_version_read(uint32_t version)
{
	return version == QUIC_V1 || version == QUIC_V2 || (version >= 0xff00001d && version <= 0xff000022);
}

bool
quic_google(uint32_t version)
{
	return version >> 16 == 0x5130 || version >> 16 == 0x5430;	/* "Q0..", "T0.." */
}

static enum quic_type
type_of(uint32_t version, uint8_t first)
{
	static const enum quic_type v1[] = { QUIC_INITIAL, QUIC_ZERO_RTT, QUIC_HANDSHAKE, QUIC_RETRY },
	    v2[] = { QUIC_RETRY, QUIC_INITIAL, QUIC_ZERO_RTT, QUIC_HANDSHAKE };

	if (version == 0)
		return QUIC_NEGOTIATION;
	if (!quic_version_read(version))
		return QUIC_OTHER;
	return (version == QUIC_V2 ? v2 : v1)[first >> 4 & 3];
}

bool
quic_packet_read(const uint8_t *p, size_t n, struct quic_packet *out)
{
	struct cur c = cur_make(p, n, n);
	uint8_t first = cur_u8(&c);
	uint64_t length;
	bool short_ids;

	*out = (struct quic_packet){ .start = p, .version = cur_u32(&c), .size = n, .whole = true };
	if (!cur_ok(&c) || (first & 0x80) == 0)
		return false;
	out->type = type_of(out->version, first);
	if (quic_google(out->version))			/* its connection ids are written in another way */
		return true;
	short_ids = cid(&c, &out->dcid);
	short_ids &= cid(&c, &out->scid);
	if (out->type == QUIC_OTHER || out->type == QUIC_NEGOTIATION)
		return cur_ok(&c) && (out->type == QUIC_OTHER || (cur_left(&c) >= 4 && cur_left(&c) % 4 == 0));
	if (!short_ids)
		return false;
	if (out->type == QUIC_RETRY)
		return cur_left(&c) >= QUIC_TAG;
	if (out->type == QUIC_INITIAL)
		cur_skip(&c, (size_t)quic_varint(&c));		/* the token */
	length = quic_varint(&c);
	if (!cur_ok(&c))
		return false;
	out->whole = length <= cur_left(&c);
	out->number_at = (size_t)(c.p - p);
	out->size = out->whole ? out->number_at + (size_t)length : n;
	return true;
}
