/* know/nic.h - network cards: the addresses that are seen with one Ethernet address on one link, which are one machine's.
 *
 * They are, if they were sent on this very link: with a TTL (hop limit) that systems begin with, for each router takes one off (RFC 1812 5.3.1,
 * RFC 8200 3).  A card is shared from the first packet on that came with another, and from its second IPv4 address on, or where it has more
 * than NIC_V6 IPv6 addresses of a day or two (a machine takes a new one for privacy every day, RFC 8981 3.8): a router, one that does not count, a
 * repeater, a translator.  Shared stays shared, and says nothing of who is who.  Link-local addresses do not count, nor do the Ethernet
 * addresses of virtual routers (RFC 9568 7.3) and groups.
 *
 * Bound     NIC_MAX cards of clients of interest; the one heard of longest ago goes first.  Of all others a mark in one of NIC_MARKS places says
 *           whether they are shared: two that meet in a place may both seem to be. */
#ifndef KNOW_NIC_H
#define KNOW_NIC_H

#include "base/addr.h"
#include "base/table.h"
#include "base/tm.h"
#include "packet/pkt.h"

#define NIC_MAX 4096
#define NIC_V6 8
#define NIC_MARKS 65536

struct nic_key { uint8_t mac[6], zero[2]; uint32_t scope, zero2; };
struct nic_addr { struct addr addr; uint8_t day[4]; };	/* bytes alone, for they are stored as they are: seen first on this day since the epoch */
struct nic {
	struct entry e;
	struct nic_key key;
	uint8_t n;
	bool shared;
	struct nic_addr of[1 + NIC_V6];
};
struct nic_table { struct table t; uint32_t *marks; };

bool nic_init(struct nic_table *t, uint64_t seed);
void nic_free(struct nic_table *t);
/* A packet from this address, of whatever client: it may show that the card is shared. */
void nic_mark(struct nic_table *t, const struct sender *from, uint32_t scope, const struct addr *a);
/* A packet of interest: the same, and the address is one of the card's.  Gives the card, or NULL if it is shared or says nothing. */
const struct nic *nic_seen(struct nic_table *t, const struct sender *from, uint32_t scope, const struct addr *a, usec_t now);
/* NULL if it is shared, or was never seen so. */
const struct nic *nic_find(const struct nic_table *t, const uint8_t mac[6], uint32_t scope);

#endif
