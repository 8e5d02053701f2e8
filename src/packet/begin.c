#include "packet/begin.h"

#include <string.h>

enum { BOOTREPLY = 2, HEAD = 240, OPTION_PAD = 0, OPTION_TYPE = 53, OPTION_END = 255, DHCPACK = 5 };

static bool
is_ack(const uint8_t *p, uint32_t n)
{
	for (uint32_t at = HEAD; at + 2 < n && p[at] != OPTION_END; at += p[at] == OPTION_PAD ? 1 : 2u + p[at + 1])
		if (p[at] == OPTION_TYPE)
			return p[at + 1] == 1 && p[at + 2] == DHCPACK;
	return false;
}

/* RFC 2131 2: ciaddr is at 12, yiaddr at 16, the options begin with a cookie at 236. */
static bool
dhcp_begins(const struct pkt *p, struct addr *a)
{
	static const uint8_t cookie[4] = { 99, 130, 83, 99 }, none[4] = { 0 };

	if (p->pay_have < HEAD || p->pay[0] != BOOTREPLY || memcmp(p->pay + 236, cookie, 4) != 0)
		return false;
	if (memcmp(p->pay + 12, none, 4) != 0 || memcmp(p->pay + 16, none, 4) == 0 || !is_ack(p->pay, p->pay_have))
		return false;
	*a = addr_v4(p->pay + 16);
	return true;
}

bool
pkt_begins(const struct pkt *p, enum why why, struct addr *a)
{
	if (why == WHY_OK)
		return p->proto == IPP_UDP && p->sport == DHCP_SERVER && p->dport == DHCP_CLIENT && !p->frag && dhcp_begins(p, a);
	if (p->probes)
		*a = why == WHY_ARP ? addr_v4(p->pay) : addr_v6(p->pay);
	return p->probes;
}
