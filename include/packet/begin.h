/* packet/begin.h - a host takes up an address: it starts, or joins the network.
 *
 * Three signs of it: an ARP probe (RFC 5227 2.1.1), a neighbour solicitation from nowhere (duplicate address detection,
 * RFC 4862 5.4), and a DHCP server's acknowledgement to a host that had no address yet (RFC 2131 3.1 and 3.2; one that renews fills in ciaddr).
 *
 * None of them, nor anything else in these packets, tells a start from a wake or a move.  A client that remembers its address asks for it again
 * after each of the three (INIT-REBOOT, RFC 2131 4.3.2), one that comes from another network discovers as one that was installed today, and even a
 * boot from the network (RFC 4578) may go on with memory that was written to disk.  So they show that what the client knows may be more than
 * it was told here, and less: never that it is nothing. */
#ifndef PACKET_BEGIN_H
#define PACKET_BEGIN_H

#include "packet/pkt.h"

enum { DHCP_SERVER = 67, DHCP_CLIENT = 68 };

/* The address that somebody takes up with this packet, which decode_frame() read as far as `why` says.  False if nobody does. */
bool pkt_begins(const struct pkt *p, enum why why, struct addr *a);

#endif
