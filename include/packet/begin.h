/* packet/begin.h - a host takes up an address: it starts, or joins the network.
 *
 * Three signs of it: an ARP probe (RFC 5227 2.1.1), a neighbour solicitation from nowhere (duplicate address detection,
 * RFC 4862 5.4), and a DHCP server's acknowledgement to a host that had no address yet (RFC 2131 3.1 and 3.2; one that renews fills in ciaddr). */
#ifndef PACKET_BEGIN_H
#define PACKET_BEGIN_H

#include "packet/pkt.h"

enum { DHCP_SERVER = 67, DHCP_CLIENT = 68 };

/* The address that somebody takes up with this packet, which decode_frame() read as far as `why` says.  False if nobody does. */
bool pkt_begins(const struct pkt *p, enum why why, struct addr *a);

#endif
