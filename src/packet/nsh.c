/* Network service header (RFC 8300 2.2): its length is in words of 4 bytes and counts the base header too.
 *
 *    |Ver|O|U|    TTL    |   Length  |U|U|U|U|MD Type| Next Protocol | */
#include "packet/tunnel_int.h"

enum { NSH_IPV4 = 1, NSH_IPV6 = 2, NSH_ETHERNET = 3, NSH_NSH = 4, NSH_MPLS = 5 };

enum why
nsh_header(struct dec *d)
{
	const uint8_t *h = cur_take(&d->c, 8);
	size_t len;

	if (h == NULL)
		return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	len = (size_t)(h[1] & 0x3f) * 4;
	if (h[0] >> 6 != 0 || len < 8)
		return WHY_BAD_LINK;
	cur_skip(&d->c, len - 8);
	if (!cur_ok(&d->c))
		return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	switch (h[3]) {
	case NSH_IPV4:
		return dec_goto(d, NEXT_IPV4, 0);
	case NSH_IPV6:
		return dec_goto(d, NEXT_IPV6, 0);
	case NSH_ETHERNET:
		return dec_goto(d, NEXT_ETHERNET, 0);
	case NSH_NSH:
		return dec_goto(d, NEXT_ETHERTYPE, ET_NSH);
	case NSH_MPLS:
		return dec_goto(d, NEXT_ETHERTYPE, ET_MPLS);
	}
	return WHY_TUNNEL_OTHER;
}
