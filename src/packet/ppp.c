/* PPP: RFC 1661 2 (protocol field), RFC 1662 3.1 (address and control); PPPoE: RFC 2516 4; Cisco HDLC in its place. */
#include "packet/tunnel_int.h"

enum { PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057, PPP_MPLS = 0x0281, PPP_MPLS_MANY = 0x0283 };

/* Address and control may be left out, and the protocol may be one byte (its low bit is set where the field ends). */
enum why
ppp_link(struct dec *d)
{
	const uint8_t *h = dec_peek(d, 2);
	uint16_t proto;

	if (h != NULL && h[0] == 0xff && h[1] == 0x03)
		cur_skip(&d->c, 2);
	proto = cur_u8(&d->c);
	if ((proto & 1) == 0)
		proto = (uint16_t)(proto << 8 | cur_u8(&d->c));
	if (!cur_ok(&d->c))
		return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	switch (proto) {
	case PPP_IPV4:
		return dec_goto(d, NEXT_IPV4, 0);
	case PPP_IPV6:
		return dec_goto(d, NEXT_IPV6, 0);
	case PPP_MPLS:
	case PPP_MPLS_MANY:
		return mpls_labels(d);
	}
	return WHY_ETHERTYPE_OTHER;
}

enum why
ppp_hdlc(struct dec *d)
{
	const uint8_t *h = dec_peek(d, 2);

	if (h == NULL || (h[0] != 0x0f && h[0] != 0x8f) || h[1] != 0)
		return ppp_link(d);
	cur_skip(&d->c, 2);
	d->id = cur_u16(&d->c);
	return cur_ok(&d->c) ? dec_goto(d, NEXT_ETHERTYPE, d->id) : dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
}

enum why
ppp_session(struct dec *d)
{
	const uint8_t *h = cur_take(&d->c, 6);
	uint16_t len;

	if (h == NULL)
		return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	len = be16(h + 4);
	if (h[0] != 0x11 || h[1] != 0)
		return WHY_BAD_LINK;
	dec_limit_firm(d, len);
	return ppp_link(d);
}
