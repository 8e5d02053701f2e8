/* GRE (RFC 2784 2.1) with key and sequence number (RFC 2890 2), in UDP (RFC 8086 3), and PPTP's own kind (RFC 2637 4.1).
 *
 *    |C|R|K|S|s|Recur|A| Flags | Ver |         Protocol Type         | */
#include "packet/scope.h"
#include "packet/tunnel_int.h"

enum { GRE_CHECKSUM = 0x8000, GRE_ROUTING = 0x4000, GRE_KEY = 0x2000, GRE_SEQUENCE = 0x1000, GRE_ACK = 0x0080,
	GRE_VERSION = 7 };

/* The key is a network's number, but not all of its bits are.  Over bridged Ethernet it may be NVGRE's (RFC 7637 3.2),
 * whose low byte differs by flow and whose networks begin at 0x1000; mirrors of virtual switches set the high byte by
 * direction and nothing else, which is no network. */
static void
key_scope(struct dec *d, uint16_t type, uint32_t key)
{
	if ((key & 0xffffff) == 0)
		return;
	if (type == ET_BRIDGE && key >> 8 >= 0x1000)
		key >>= 8;
	scope_network(d->p, SCOPE_GRE, key);
}

/* PPTP's key is a length and a call id, which is each end's own. */
static enum why
pptp(struct dec *d, uint16_t flags, uint16_t type)
{
	size_t len;

	if (type != ET_PPP || (flags & GRE_KEY) == 0)
		return WHY_TUNNEL_OTHER;
	len = cur_u16(&d->c);
	cur_skip(&d->c, 2 + ((flags & GRE_SEQUENCE) != 0 ? 4 : 0) + ((flags & GRE_ACK) != 0 ? 4 : 0));
	if (!cur_ok(&d->c))
		return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	if ((flags & GRE_SEQUENCE) == 0)	/* an acknowledgement alone */
		return WHY_TUNNEL_OTHER;
	dec_limit_firm(d, len);
	return ppp_link(d);
}

enum why
gre_header(struct dec *d)
{
	uint16_t flags = cur_u16(&d->c), type = cur_u16(&d->c);
	uint32_t key = 0;

	if (cur_ok(&d->c) && (flags & GRE_VERSION) == 1)
		return pptp(d, flags, type);
	if (cur_ok(&d->c) && ((flags & GRE_VERSION) != 0 || (flags & GRE_ROUTING) != 0))
		return WHY_TUNNEL_OTHER;
	if ((flags & GRE_CHECKSUM) != 0)
		cur_skip(&d->c, 4);
	if ((flags & GRE_KEY) != 0)
		key = cur_u32(&d->c);
	if ((flags & GRE_SEQUENCE) != 0)
		cur_skip(&d->c, 4);
	if (!cur_ok(&d->c))
		return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	if (type == ET_ERSPAN || type == ET_ERSPAN3)
		return erspan_header(d, type, (flags & GRE_SEQUENCE) != 0);
	key_scope(d, type, key);
	return dec_goto(d, NEXT_ETHERTYPE, type);
}

void
gre_guess(struct dec *d)
{
	const uint8_t *h = dec_peek(d, 4);

	if (h == NULL || (be16(h) & ~(GRE_CHECKSUM | GRE_KEY | GRE_SEQUENCE)) != 0 || !link_reads(be16(h + 2)))
		return;
	(void)dec_goto(d, NEXT_PROTO, PROTO_GRE);
}
