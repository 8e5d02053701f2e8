/* packet/decode_int.h - what the steps from header to header share.
 *
 * A step reads one header at the cursor, writes what it learned into the packet, narrows the cursor to what the header
 * promises, and says what comes next.  It returns WHY_OK, or why the packet goes no further.  It keeps no state. */
#ifndef PACKET_DECODE_INT_H
#define PACKET_DECODE_INT_H

#include <string.h>

#include "base/cur.h"
#include "packet/pkt.h"

enum next {
	NEXT_DONE,
	NEXT_ETHERNET,
	NEXT_ETHERTYPE,		/* id: the EtherType */
	NEXT_IPV4,
	NEXT_IPV6,
	NEXT_IP_EITHER,		/* the version says which */
	NEXT_PROTO,		/* id: the IP protocol, or IPv6 next header */
};

enum { LT_ETHERNET = 1, ET_IPV4 = 0x0800 };

struct dec {
	struct pkt *p;
	struct cur c;
	enum next next;
	uint16_t id;
	bool firm;		/* a length below IP has said where this datagram ends */
	bool v6;		/* of the innermost IP header */
	bool ports;		/* the ports of the innermost transport header were read */
};

static inline uint16_t
be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline enum why
dec_goto(struct dec *d, enum next next, uint16_t id)
{
	d->next = next;
	d->id = id;
	return WHY_OK;
}

/* What a header promises rules.  Less than was there: the rest is padding.  More than there is: a packet broker or a
 * mirror has sliced the frame and kept no trace of its true length, so the rest counts as cut, not as a lie. */
static inline void
dec_limit(struct dec *d, size_t n)
{
	d->c.wire = n;
	if (d->c.have > n)
		d->c.have = n;
}

/* The length of PPPoE and the like, which the maker of the datagram wrote: IP's own cannot go beyond it. */
static inline void
dec_limit_firm(struct dec *d, size_t n)
{
	if (n < d->c.wire)
		dec_limit(d, n);
	d->firm = true;
}

/* A header could not be read: was it cut, or is it not there? */
static inline enum why
dec_short(const struct dec *d, enum why cut, enum why bad)
{
	return d->c.st == CUR_CUT ? cut : bad;
}

/* All is read: the rest is payload. */
static inline enum why
dec_done(struct dec *d)
{
	d->p->pay = d->c.p;
	d->p->pay_have = (uint32_t)d->c.have;
	d->p->pay_wire = (uint32_t)d->c.wire;
	d->next = NEXT_DONE;
	return WHY_OK;
}

/* What a header says, once it is known to be there. */

static inline void
ethernet_fields(struct pkt *p, const uint8_t *h)
{
	memcpy(p->smac, h + 6, sizeof p->smac);
}

static inline void
v4_fields(struct pkt *p, const uint8_t *h)
{
	p->ip = h;
	p->src = addr_v4(h + 12);
	p->dst = addr_v4(h + 16);
	p->proto = h[9];
	p->ttl = h[8];
	p->ip_id = be16(h + 4);
}

static inline void
port_fields(struct pkt *p, const uint8_t *h)
{
	p->sport = be16(h);
	p->dport = be16(h + 2);
}

static inline void
tcp_fields(struct pkt *p, const uint8_t *h)
{
	p->seq = be32(h + 4);
	p->ack = be32(h + 8);
	p->tcp_flags = h[13];
	p->win = be16(h + 14);
}

/* decode.c: all of a frame by steps, without the short cut; from d->next on to the end, at most DECODE_DEPTH steps */
enum why dec_frame(const struct frame *f, struct pkt *p);
enum why dec_run(struct dec *d);
/* link.c: the first step of a LINKTYPE_, then the ones below IP */
enum why link_start(struct dec *d, uint16_t link);
enum why link_ethernet(struct dec *d);
enum why link_ethertype(struct dec *d);
enum why loop_header(struct dec *d);
/* ip.c */
enum why ip_v4(struct dec *d);
enum why ip_v6(struct dec *d);
enum why ip_either(struct dec *d);
/* ext.c: is d->id an extension header?  And past all of them from there on. */
bool ext_is(const struct dec *d);
enum why ext_headers(struct dec *d);
/* proto.c, icmp.c */
enum why proto_any(struct dec *d);
enum why icmp_v4(struct dec *d);
enum why icmp_v6(struct dec *d);

#endif
