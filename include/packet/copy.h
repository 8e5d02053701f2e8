/* packet/copy.h - one packet seen twice: at a SPAN port, before and behind a router, in another VLAN or tunnel.
 *
 * Two packets are one if addresses, ports, IP id, TCP numbers and payload are equal within COPY_WINDOW.  A host that is seen in two scopes that
 * way is one host: the scope that its first packet came in is its scope, and packets of the pair that come in the other one first
 * (answers cross the mirrored links in the other order) are put into it.
 * A retransmission is no copy: it comes later, and TCP gives it another IP id.
 *
 * Bound     COPY_SLOTS packets, a newer one in its slot pushes the older out; `max` pairs of hosts, the oldest goes first.  A copy that is not
 *           recognised is a packet more, no more.
 * Hot path  A few multiplications and one slot; nothing depends on the hash seed. */
#ifndef PACKET_COPY_H
#define PACKET_COPY_H

#include "base/table.h"
#include "packet/pkt.h"

#define COPY_WINDOW ((usec_t)10000)
#define COPY_SLOTS 16384u

struct copy_slot { uint64_t print; usec_t t; uint32_t scope; };
struct copy_pair_key { struct addr addr[2]; uint32_t scope, zero; };	/* the lower address first; the scope that is put into `first` */
struct copy_pair { struct entry e; struct copy_pair_key key; uint32_t first; };
struct copy_table { struct copy_slot *slots; struct table pairs; uint64_t seed; };

bool copy_init(struct copy_table *c, uint32_t max, uint64_t seed);
void copy_free(struct copy_table *c);
/* Is it a copy of a packet seen before?  If not, its scope may become that of the pair's first packet.
 * content: a hash of the payload if there is one already, else 0. */
bool copy_seen(struct copy_table *c, struct pkt *p, uint64_t content, usec_t now);

#endif
