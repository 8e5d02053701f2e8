/* BSD loopback: an address family before the packet, in the byte order of the host that captured (LINKTYPE_NULL) or of
 * the network (LINKTYPE_LOOP).  IPv6 has another number on every system.  Some captures of PPP interfaces have PPP's or
 * Cisco HDLC's header in its place. */
#include "packet/tunnel_int.h"

enum { AF_IPV4 = 2, AF_IPV6_LINUX = 10, AF_IPV6_WINDOWS = 23, AF_IPV6_NETBSD = 24, AF_IPV6_FREEBSD = 28, AF_IPV6_DARWIN = 30 };

enum why
loop_header(struct dec *d)
{
	const uint8_t *h = dec_peek(d, 1);
	uint32_t family;

	if (h != NULL && (h[0] == 0xff || h[0] == 0x0f))
		return ppp_hdlc(d);
	h = cur_take(&d->c, 4);
	if (h == NULL)
		return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	family = be32(h);
	if (family > 0xffff)
		family = __builtin_bswap32(family);
	switch (family) {
	case AF_IPV4:
		return dec_goto(d, NEXT_IPV4, 0);
	case AF_IPV6_LINUX:
	case AF_IPV6_WINDOWS:
	case AF_IPV6_NETBSD:
	case AF_IPV6_FREEBSD:
	case AF_IPV6_DARWIN:
		return dec_goto(d, NEXT_IPV6, 0);
	}
	return WHY_ETHERTYPE_OTHER;
}
