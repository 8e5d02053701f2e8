/* packet/scope.h - which address space the innermost IP header belongs to.
 *
 * A virtual network (VXLAN, GENEVE, GRE key) is a space of its own, whatever carries it: it replaces what was found
 * outside.  A VLAN tag only counts where nothing outside of it has said more: of several tags the outer one, and none
 * inside a virtual network.
 * Left out, since they are not the same in both directions of a flow: MPLS labels and PPTP call ids; since it is a path
 * and no space: a PPPoE session. */
#ifndef PACKET_SCOPE_H
#define PACKET_SCOPE_H

#include "packet/pkt.h"

static inline void
scope_vlan(struct pkt *p, uint32_t vid)
{
	if (vid != 0 && p->scope == 0)		/* VLAN 0 is a priority, no VLAN (802.1Q 9.6) */
		p->scope = (uint32_t)SCOPE_VLAN << 24 | vid;
}

static inline void
scope_network(struct pkt *p, enum scope_kind kind, uint32_t id)
{
	p->scope = (uint32_t)kind << 24 | (id & 0xffffff);
}

/* The inside of a mirror is as on the mirrored link: how the copy travelled does not matter. */
static inline void
scope_forget(struct pkt *p)
{
	p->scope = 0;
}

#endif
