/* GENEVE (RFC 8926 3.4); its options are passed over, those that a receiver must understand too.
 *
 *    |Ver|  Opt Len  |O|C|    Rsvd.  |          Protocol Type        |
 *    |        Virtual Network Identifier (VNI)       |    Reserved   | */
#include "packet/scope.h"
#include "packet/tunnel_int.h"

void
geneve_guess(struct dec *d)
{
	const uint8_t *h = dec_peek(d, 8);
	size_t len;

	if (h == NULL || h[0] >> 6 != 0 || (h[1] & 0x3f) != 0 || h[7] != 0 || !link_reads(be16(h + 2)))
		return;
	len = 8 + (size_t)(h[0] & 0x3f) * 4;
	if (len > d->c.wire)
		return;
	scope_network(d->p, SCOPE_GENEVE, be32(h + 4) >> 8);
	cur_skip(&d->c, len);
	(void)dec_goto(d, NEXT_ETHERTYPE, be16(h + 2));
}
