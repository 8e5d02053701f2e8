/* VXLAN (RFC 7348 5), its group policy bits (draft-smith-vxlan-group-policy), and VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe).
 *
 *    |G|R|R|R|I|R|R|R|      R or policy      Group or R              |        GPE:  |R|R|Ver|I|P|B|O|  R  |  R  | Next |
 *    |                VXLAN Network Identifier       |       R       | */
#include "packet/scope.h"
#include "packet/tunnel_int.h"

enum { HEADER = 8, FLAG_GROUP = 0x80, FLAG_VNI = 0x08, FLAG_NEXT = 0x04, FLAGS_GPE_LOW = 0x03 };

static void
inside(struct dec *d, enum next next, uint16_t id)
{
	scope_network(d->p, SCOPE_VXLAN, be32(d->c.p + 4) >> 8);
	cur_skip(&d->c, HEADER);
	(void)dec_goto(d, next, id);
}

static void
plain(struct dec *d, const uint8_t *h)
{
	if (d->c.wire < HEADER + 14 || (h[0] & ~FLAG_GROUP) != FLAG_VNI)
		return;
	if (h[0] == FLAG_VNI && (h[1] != 0 || h[2] != 0 || h[3] != 0))
		return;
	inside(d, NEXT_ETHERNET, 0);
}

static void
gpe(struct dec *d, const uint8_t *h)
{
	static const struct { enum next next; uint16_t id; } known[] = {
		[1] = { NEXT_IPV4, 0 },
		[2] = { NEXT_IPV6, 0 },
		[3] = { NEXT_ETHERNET, 0 },
		[4] = { NEXT_ETHERTYPE, ET_NSH },
		[5] = { NEXT_ETHERTYPE, ET_MPLS },
	};

	if ((h[0] & ~FLAGS_GPE_LOW) != (FLAG_VNI | FLAG_NEXT) || h[1] != 0 || h[2] != 0)
		return;
	if (h[3] >= 1 && h[3] < sizeof known / sizeof known[0])
		inside(d, known[h[3]].next, known[h[3]].id);
}

/* The P bit tells the two apart; GPE is met on VXLAN's port too. */
void
vxlan_guess(struct dec *d)
{
	const uint8_t *h = dec_peek(d, HEADER);

	if (h == NULL || h[7] != 0)
		return;
	if ((h[0] & FLAG_NEXT) != 0)
		gpe(d, h);
	else
		plain(d, h);
}
