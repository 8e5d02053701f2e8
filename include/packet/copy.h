/* packet/copy.h - one packet seen twice: at a SPAN port, before and behind a router, in another VLAN or tunnel.
 *
 * Two packets are one if addresses, ports, IP id, TCP numbers and payload are equal within COPY_WINDOW; hop limit, checksums, MAC addresses
 * and scope may differ.  A retransmission is no copy: it comes later, and TCP gives it another IP id.  Where there is no IP id (IPv6,
 * many stacks with DF), equal bytes within COPY_WINDOW are a copy all the same.
 *
 * In two captures, whose clocks may differ, they are one within COPY_APART.  So it is known how far the clocks are apart.
 *
 * A packet whose copy is in another scope shows that both its hosts are seen in both scopes: each is one host.  Its home is the scope it
 * sends in: the first of the packets that it sends, the last of those that it gets.  What is known of a host is kept under its home, so
 * that a copy that was lost, or an answer whose copies come in the other order, is the same host's.  What was seen of it before
 * the first such copy stays where it was.
 *
 * Bound     COPY_SLOTS packets, a newer one in its slot pushes the older out; `max` hosts in a scope that is not their home, the longest not
 *           seen goes first.  A copy that is not recognised is a packet more, no more; so is one whose original an earlier run had.
 * Hot path  copy_seen() is a few multiplications and one slot, copy_home() nothing as long as no host was seen in two scopes.  Nothing that
 *           comes out depends on the hash seed. */
#ifndef PACKET_COPY_H
#define PACKET_COPY_H

#include "base/table.h"
#include "packet/pkt.h"

#define COPY_WINDOW ((usec_t)10000)
#define COPY_APART ((usec_t)1000000)
#define COPY_CLOCKS ((usec_t)50000)	/* no more than networks take to deliver, and clocks differ that are set by NTP */
#define COPY_SLOTS 16384u
#define COPY_KEYS 8
#define COPY_ODD_1 UINT64_C(0x9e3779b97f4a7c15)
#define COPY_ODD_2 UINT64_C(0xd6e8feb86659fd93)

struct copy_slot { uint64_t print; usec_t t; uint32_t scope, source; };
struct copy_host_key { struct addr addr; uint64_t scope; };
struct copy_host { struct entry e; struct copy_host_key key; uint32_t home; };	/* home: nearer to its home than the scope in the key */
struct copy_clocks { uint64_t near, far; usec_t apart; };	/* copies in two captures: up to COPY_CLOCKS apart, and more; the most */
struct copy_table { struct copy_slot *slots; struct table hosts; struct copy_clocks clocks; uint64_t keys[COPY_KEYS]; };

bool copy_init(struct copy_table *c, uint32_t max, uint64_t seed);
void copy_free(struct copy_table *c);
/* Where a packet with these addresses, ports and numbers would be.  It does not depend on the seed: what pushes what out is the same in every run. */
static inline struct copy_slot *
copy_slot(const struct copy_table *c, const struct pkt *p)
{
	__extension__ typedef unsigned __int128 wide;
	uint64_t src, dst, numbers;
	wide m;

	memcpy(&src, p->src.b + 8, 8);
	memcpy(&dst, p->dst.b + 8, 8);
	memcpy(&numbers, (const uint8_t *)p + offsetof(struct pkt, sport), 8);
	m = (wide)(src ^ numbers ^ p->seq ^ COPY_ODD_1) * (dst ^ COPY_ODD_2);
	return &c->slots[(uint32_t)(((uint64_t)m ^ (uint64_t)(m >> 64)) >> 40) % COPY_SLOTS];
}
/* Is it a copy of the packet in its slot?  content: a hash of the payload if there is one already, else 0; source: its capture. */
bool copy_seen(struct copy_table *c, struct copy_slot *s, const struct pkt *p, uint64_t content, uint32_t source, usec_t now);
/* How far the clocks of the captures are apart; 0: no more than COPY_CLOCKS, for all that is known. */
static inline usec_t
copy_apart(const struct copy_table *c)
{
	return c->clocks.far > c->clocks.near ? c->clocks.apart : 0;
}
/* The home of a host seen in this scope: the scope itself if it was seen in no other. */
uint32_t copy_home(struct copy_table *c, const struct addr *a, uint32_t scope);

#endif
