/* ERSPAN, mirrored frames in GRE (draft-foschiano-erspan-03).  Type I has no header, II has 8 bytes and comes with a GRE
 * sequence number, III has 12 and may have 8 more.
 *
 *    |  Ver  |          VLAN         | COS | En|T|    Session ID     |        and in the third word of type III:
 *    |               SGT             |P|    FT   |   Hw ID   |D|Gra|O|
 *
 * A session says how the copy travelled, not where its hosts are: the scope is the one the frame had on the mirrored
 * link, so that copy and original are alike.  In type II a VLAN tag that was taken off is in the header (En: 1 ISL,
 * 2 802.1Q), while an access port's own VLAN (En: 0) never was on that link. */
#include "packet/scope.h"
#include "packet/tunnel_int.h"

enum { FRAME_ETHERNET = 0, FRAME_IP = 2 };

static enum why
type2(struct dec *d)
{
	const uint8_t *h = cur_take(&d->c, 8);
	unsigned encapsulation;

	if (h == NULL)
		return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	encapsulation = h[2] >> 3 & 3;
	if (encapsulation == 1 || encapsulation == 2)
		scope_vlan(d->p, be16(h) & 0xfff);
	return dec_goto(d, NEXT_ETHERNET, 0);
}

static enum why
type3(struct dec *d)
{
	const uint8_t *h = cur_take(&d->c, 12);

	if (h == NULL)
		return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	if ((h[11] & 1) != 0)
		cur_skip(&d->c, 8);
	if (!cur_ok(&d->c))
		return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	switch (h[10] >> 2 & 31) {
	case FRAME_ETHERNET:
		return dec_goto(d, NEXT_ETHERNET, 0);
	case FRAME_IP:
		return dec_goto(d, NEXT_IP_EITHER, 0);
	}
	return WHY_TUNNEL_OTHER;
}

enum why
erspan_header(struct dec *d, uint16_t type, bool sequence)
{
	const uint8_t *h = dec_peek(d, 1);

	scope_forget(d->p);
	memset(d->p->smac, 0, sizeof d->p->smac);
	if (type == ET_ERSPAN && !sequence)
		return dec_goto(d, NEXT_ETHERNET, 0);
	if (h == NULL)
		return d->c.wire > 0 ? WHY_CUT_LINK : WHY_BAD_LINK;
	switch (h[0] >> 4) {
	case 1:
		return type2(d);
	case 2:
		return type3(d);
	}
	return WHY_TUNNEL_OTHER;
}
