/* packet/pkt.h - a packet, decoded down to its transport header.
 *
 * Everything points into the bytes it was made from (a frame in the reader's block, or a datagram put together from
 * fragments) and is valid as long as they are. */
#ifndef PACKET_PKT_H
#define PACKET_PKT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/tm.h"
#include "base/why.h"

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };
enum { IPP_ICMP = 1, IPP_TCP = 6, IPP_UDP = 17, IPP_ICMP6 = 58, IPP_SCTP = 132 };

/* A frame as it was captured, and where: what evidence is made of. */
struct frame {
	usec_t t;			/* microseconds; the file may have had more */
	uint64_t number, offset;	/* in its capture: from 1; of its record in the uncompressed stream */
	uint32_t source;		/* which capture */
	uint16_t link;			/* LINKTYPE_ */
	const uint8_t *data;
	uint32_t have, wire;
};

/* Whom a packet came from, on the link: the Ethernet address, 0 where there is none, and its TTL or hop limit, 0 where that is not known. */
struct sender { uint8_t mac[6], ttl, zero; };

struct pkt {
	struct addr src, dst;
	/* from here three words, which packet/copy.c takes as such */
	uint16_t sport, dport;		/* 0 where there are none */
	uint32_t ip_id;			/* IPv4: 16 bits; IPv6: of the fragment header, else 0 */
	uint32_t seq, ack;
	uint16_t win;
	uint8_t tcp_flags;
	uint8_t proto;			/* IPP_; of the innermost IP header */
	uint8_t icmp_type, icmp_code;
	bool frag;			/* one fragment of a datagram: pay is its part, the ports are not known */
	bool frag_more;
	/* up to here */
	bool probes;			/* ARP, ICMPv6: somebody asks whether the address at `pay` is taken, before using it (packet/begin.h) */
	uint16_t frag_off;		/* bytes */
	uint8_t ttl;
	uint32_t scope;			/* 0: none; else SCOPE_KIND << 24 | VLAN or virtual network; see packet/scope.h */
	uint8_t smac[6];		/* sender of the Ethernet header nearest to `ip`; 0 where there is none */
	const uint8_t *ip;		/* the innermost IP header */
	const uint8_t *pay;		/* after the transport header (fragments, ICMP errors: after the IP, ICMP header) */
	uint32_t pay_have, pay_wire;	/* captured, and as the lengths promise */
};

enum scope_kind { SCOPE_NONE, SCOPE_VLAN, SCOPE_VXLAN, SCOPE_GENEVE, SCOPE_GRE };

/* "" for none, else "vlan12", "vxlan5001" ...; buf has SCOPE_TEXT bytes; returns buf. */
#define SCOPE_TEXT 20
char *scope_text(uint32_t scope, char *buf);

#endif
