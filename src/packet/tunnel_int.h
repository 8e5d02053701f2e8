/* packet/tunnel_int.h - headers that carry whole packets: each in a file of its own.
 *
 * The steps end in the next header, or say why not.  The guesses are for UDP, where a port alone proves nothing: they
 * look at the fixed bits first, and if these are not as they must be they leave the cursor and d->next alone. */
#ifndef PACKET_TUNNEL_INT_H
#define PACKET_TUNNEL_INT_H

#include "packet/decode_int.h"

/* steps */
enum why ppp_link(struct dec *d);		/* ppp.c: RFC 1661, RFC 1662 */
enum why ppp_hdlc(struct dec *d);		/* the same, or Cisco HDLC */
enum why ppp_session(struct dec *d);		/* PPPoE, RFC 2516 */
enum why mpls_labels(struct dec *d);		/* mpls.c: RFC 3032 */
enum why nsh_header(struct dec *d);		/* nsh.c: RFC 8300 */
enum why gre_header(struct dec *d);		/* gre.c: RFC 2784, RFC 2890; PPTP's, RFC 2637 */
enum why erspan_header(struct dec *d, uint16_t type, bool sequence);	/* erspan.c */

/* guesses */
void vxlan_guess(struct dec *d);		/* vxlan.c: RFC 7348 */
void geneve_guess(struct dec *d);		/* geneve.c: RFC 8926 */
void gre_guess(struct dec *d);			/* RFC 8086 */
void mpls_guess(struct dec *d);			/* RFC 7510 */
enum why udp_tunnel(struct dec *d);		/* udptun.c: which guess for which port */

enum { PORT_GTPU = 2152, PORT_TEREDO = 3544, PORT_GRE = 4754, PORT_VXLAN = 4789, PORT_VXLAN_GPE = 4790, PORT_GENEVE = 6081,
	PORT_MPLS = 6635, PORT_VXLAN_OLD = 8472 };

static inline bool
udp_may_be_tunnel(const struct pkt *p)
{
	switch (p->dport) {
	case PORT_GTPU:
	case PORT_TEREDO:
	case PORT_GRE:
	case PORT_VXLAN:
	case PORT_VXLAN_GPE:
	case PORT_GENEVE:
	case PORT_MPLS:
	case PORT_VXLAN_OLD:
		return true;
	}
	return p->sport == PORT_TEREDO;
}

enum { ET_BRIDGE = 0x6558, ET_ERSPAN3 = 0x22eb, ET_PPP = 0x880b, ET_MPLS = 0x8847, ET_MPLS_UPSTREAM = 0x8848,
	ET_PPPOE = 0x8864, ET_ERSPAN = 0x88be, ET_NSH = 0x894f };
enum { PROTO_GRE = 47 };
/* link.c: an EtherType that leads on */
bool link_reads(uint16_t ethertype);

/* n bytes at the cursor without moving it; NULL if they were not captured. */
static inline const uint8_t *
dec_peek(const struct dec *d, size_t n)
{
	return d->c.have >= n ? d->c.p : NULL;
}

#endif
