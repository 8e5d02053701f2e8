/* Which UDP ports may be tunnels, and the two that are known by name only: Teredo (RFC 4380 5.1.1) and GTP-U (3GPP TS
 * 29.281 5.1). */
#include "packet/tunnel_int.h"

/* Version 1, protocol type GTP, a user's packet, and a length that is ours. */
static bool
is_gtpu(const struct dec *d)
{
	const uint8_t *h = dec_peek(d, 8);

	return h != NULL && (h[0] & 0xf8) == 0x30 && h[1] == 0xff && (size_t)be16(h + 2) + 8 == d->c.wire;
}

/* An IPv6 packet, behind an authentication header, an origin header, or both. */
static bool
is_teredo(const struct dec *d)
{
	struct cur c = d->c;
	const uint8_t *h = dec_peek(d, 4);

	if (h != NULL && be16(h) == 1)
		cur_skip(&c, 4 + (size_t)h[2] + h[3] + 9);
	if (c.have >= 2 && be16(c.p) == 0)
		cur_skip(&c, 8);
	h = cur_take(&c, 40);
	return h != NULL && h[0] >> 4 == 6 && be16(h + 4) == c.wire;
}

enum why
udp_tunnel(struct dec *d)
{
	switch (d->p->dport) {
	case PORT_VXLAN:
	case PORT_VXLAN_GPE:
	case PORT_VXLAN_OLD:
		vxlan_guess(d);
		break;
	case PORT_GENEVE:
		geneve_guess(d);
		break;
	case PORT_GRE:
		gre_guess(d);
		break;
	case PORT_MPLS:
		mpls_guess(d);
		break;
	case PORT_GTPU:
		return is_gtpu(d) ? WHY_GTPU : WHY_OK;
	default:		/* Teredo's, on either side */
		return is_teredo(d) ? WHY_TEREDO : WHY_OK;
	}
	return WHY_OK;
}
