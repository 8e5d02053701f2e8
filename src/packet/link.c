/* Link layers that lead to an EtherType: Ethernet, its tags, LLC/SNAP, Linux cooked; and those that are bare IP. */
#include "packet/scope.h"
#include "packet/tunnel_int.h"

enum { LT_NULL = 0, LT_PPP = 9, LT_RAW_BSD = 12, LT_RAW_OPENBSD = 14, LT_PPP_HDLC = 50, LT_PPPOE = 51,
	LT_RAW = 101, LT_CISCO_HDLC = 104, LT_DOT11 = 105, LT_LOOP = 108, LT_SLL = 113, LT_PRISM = 119, LT_RADIOTAP = 127,
	LT_AVS = 163, LT_PPPD = 166, LT_PPI = 192, LT_PPP_DIR = 204, LT_MPLS = 219, LT_IPV4 = 228, LT_IPV6 = 229,
	LT_SLL2 = 276 };

enum { ET_ARP = 0x0806, ET_RARP = 0x8035, ET_VLAN = 0x8100, ET_IPV6 = 0x86dd, ET_QINQ = 0x88a8,
	ET_VNTAG = 0x8926, ET_QINQ_OLD = 0x9100, ET_MIN = 0x0600 };

enum why
link_ethernet(struct dec *d)
{
	const uint8_t *h = cur_take(&d->c, 14);

	if (h == NULL)
		return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	ethernet_fields(d->p, h);
	d->id = be16(h + 12);
	return link_ethertype(d);
}

/* Linux cooked: its address field is the sender's, if it is one of 6 bytes.  For netlink, 802.11 and the like the
 * protocol field is no EtherType, but none of theirs is that of IP. */
static enum why
cooked(struct dec *d, size_t len, size_t proto, size_t addr_len, size_t addr)
{
	const uint8_t *h = cur_take(&d->c, len);

	if (h == NULL)
		return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	if (h[addr_len] == 6)
		memcpy(d->p->smac, h + addr, sizeof d->p->smac);
	return dec_goto(d, NEXT_ETHERTYPE, be16(h + proto));
}

/* 802.1Q tags, one or several; 802.1BR VN-Tags are passed over, they name a port, not a network. */
static enum why
tags(struct dec *d)
{
	const uint8_t *h;

	while (d->id == ET_VLAN || d->id == ET_QINQ || d->id == ET_QINQ_OLD || d->id == ET_VNTAG) {
		h = cur_take(&d->c, d->id == ET_VNTAG ? 6 : 4);
		if (h == NULL)
			return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
		if (d->id == ET_VNTAG) {
			d->id = be16(h + 4);
			continue;
		}
		scope_vlan(d->p, be16(h) & 0xfff);
		d->id = be16(h + 2);
	}
	return WHY_OK;
}

/* A length in place of the type (IEEE 802.3): IP is behind SNAP, if at all (RFC 1042). */
static enum why
snap(struct dec *d)
{
	static const uint8_t encapsulated[6] = { 0xaa, 0xaa, 0x03, 0, 0, 0 };
	const uint8_t *h;

	dec_limit_firm(d, d->id);
	h = cur_take(&d->c, 8);
	if (h == NULL)
		return d->c.st == CUR_CUT ? WHY_CUT_LINK : WHY_ETHERTYPE_OTHER;
	if (memcmp(h, encapsulated, sizeof encapsulated) != 0)
		return WHY_ETHERTYPE_OTHER;
	return dec_goto(d, NEXT_ETHERTYPE, be16(h + 6));
}

/* RFC 826; a probe is a request whose sender has no address yet (RFC 5227 2.1.1). */
static enum why
arp(struct dec *d)
{
	static const uint8_t request[8] = { 0, 1, 8, 0, 6, 4, 0, 1 }, none[4] = { 0 };
	const uint8_t *h = cur_take(&d->c, 28);

	if (h != NULL && memcmp(h, request, 8) == 0 && memcmp(h + 14, none, 4) == 0 && memcmp(h + 24, none, 4) != 0) {
		d->p->pay = h + 24;
		d->p->probes = true;
	}
	return WHY_ARP;
}

enum why
link_ethertype(struct dec *d)
{
	enum why w = tags(d);

	if (w != WHY_OK)
		return w;
	switch (d->id) {
	case ET_IPV4:
		return ip_v4(d);
	case ET_IPV6:
		return ip_v6(d);
	case ET_MPLS:
	case ET_MPLS_UPSTREAM:
		return mpls_labels(d);
	case ET_PPPOE:
		return ppp_session(d);
	case ET_PPP:
		return ppp_link(d);
	case ET_BRIDGE:
		return dec_goto(d, NEXT_ETHERNET, 0);
	case ET_NSH:
		return nsh_header(d);
	case ET_ARP:
		return arp(d);
	case ET_RARP:
		return WHY_ARP;
	}
	return d->id < ET_MIN ? snap(d) : WHY_ETHERTYPE_OTHER;
}

bool
link_reads(uint16_t ethertype)
{
	static const uint16_t known[] = { ET_IPV4, ET_ARP, ET_VLAN, ET_IPV6, ET_QINQ, ET_MPLS, ET_PPPOE, ET_BRIDGE, ET_NSH };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (known[i] == ethertype)
			return true;
	return false;
}

enum why
link_start(struct dec *d, uint16_t link)
{
	switch (link) {
	case LT_ETHERNET:
		return link_ethernet(d);
	case LT_SLL:
		return cooked(d, 16, 14, 5, 6);
	case LT_SLL2:
		return cooked(d, 20, 0, 11, 12);
	case LT_RAW:
	case LT_RAW_BSD:
	case LT_RAW_OPENBSD:
	case LT_IPV4:
	case LT_IPV6:
		return dec_goto(d, NEXT_IP_EITHER, 0);
	case LT_NULL:
	case LT_LOOP:
		return loop_header(d);
	case LT_PPP_DIR:		/* the direction before it */
		cur_skip(&d->c, 1);
		return ppp_link(d);
	case LT_PPPD:			/* the direction in place of the address */
		cur_skip(&d->c, 2);
		return ppp_link(d);
	case LT_PPP:
	case LT_PPP_HDLC:
	case LT_CISCO_HDLC:
		return ppp_hdlc(d);
	case LT_PPPOE:
		return ppp_session(d);
	case LT_MPLS:
		return mpls_labels(d);
	case LT_DOT11:
	case LT_PRISM:
	case LT_RADIOTAP:
	case LT_AVS:
	case LT_PPI:
		return WHY_DOT11;
	}
	return WHY_LINK_UNKNOWN;
}
