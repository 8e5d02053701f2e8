/* IPv6 extension headers (RFC 8200 4), and the authentication header that IPv4 shares (RFC 4302 2). */
#include "packet/decode_int.h"

enum { EXT_HOP = 0, EXT_ROUTING = 43, EXT_FRAGMENT = 44, EXT_AH = 51, EXT_OPTIONS = 60, EXT_MOBILITY = 135, EXT_HIP = 139,
	EXT_SHIM6 = 140 };

bool
ext_is(const struct dec *d)
{
	if (!d->v6)
		return d->id == EXT_AH;
	switch (d->id) {
	case EXT_HOP:
	case EXT_ROUTING:
	case EXT_FRAGMENT:
	case EXT_AH:
	case EXT_OPTIONS:
	case EXT_MOBILITY:
	case EXT_HIP:
	case EXT_SHIM6:
		return true;
	}
	return false;
}

/* While segments are left the destination in the IPv6 header is a stop on the way; transport checksums and the answer's
 * source have the last one (RFC 8200 8.1).  Types 0 (RFC 2460: the last of the list), 2 (RFC 6275: the only one) and 4
 * (RFC 8754: the first, since that list runs backwards). */
static void
final_destination(struct pkt *p, const uint8_t *h, size_t len)
{
	size_t n = (len - 8) / 16;

	if (h[3] == 0 || n == 0)
		return;
	if (h[2] == 0)
		p->dst = addr_v6(h + 8 + (n - 1) * 16);
	else if (h[2] == 2 || h[2] == 4)
		p->dst = addr_v6(h + 8);
}

/* An atomic fragment (RFC 6946) is a whole datagram. */
static bool
is_fragment(struct pkt *p, const uint8_t *h)
{
	uint16_t off = be16(h + 2);

	if ((off & 0xfff9) == 0)
		return false;
	p->frag = true;
	p->frag_more = (off & 1) != 0;
	p->frag_off = off & 0xfff8;
	return true;
}

enum why
ext_headers(struct dec *d)
{
	struct pkt *p = d->p;

	while (ext_is(d)) {
		const uint8_t *h = cur_take(&d->c, 8);
		size_t len = 8;

		if (h == NULL)
			return dec_short(d, WHY_CUT_IP, WHY_BAD_IP);
		if (d->id == EXT_AH)
			len = ((size_t)h[1] + 2) * 4;
		else if (d->id != EXT_FRAGMENT)
			len = ((size_t)h[1] + 1) * 8;
		if (len < 8)
			return WHY_BAD_IP;
		cur_skip(&d->c, len - 8);
		if (!cur_ok(&d->c))
			return dec_short(d, WHY_CUT_IP, WHY_BAD_IP);
		if (d->id == EXT_ROUTING)
			final_destination(p, h, len);
		p->proto = h[0];
		if (d->id == EXT_FRAGMENT) {
			p->ip_id = be32(h + 4);
			if (is_fragment(p, h))	/* of a datagram whose own length is 0: no (RFC 2675 3) */
				return be16(p->ip + 4) != 0 ? dec_done(d) : WHY_BAD_IP;
		}
		d->id = h[0];
	}
	return dec_goto(d, NEXT_PROTO, d->id);
}
