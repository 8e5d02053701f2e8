/* packet/decode.h - from a captured frame to a transport header: link, tunnels, IP, and again.
 *
 * A loop, not a recursion: each header says what comes next, at most DECODE_DEPTH headers that carry whole packets or
 * frames.  No state, nothing shared: any thread may decode any packet.
 * Hot path: nothing is copied but addresses and numbers. */
#ifndef PACKET_DECODE_H
#define PACKET_DECODE_H

#include "packet/pkt.h"

#define DECODE_DEPTH 16

/* WHY_OK: *p holds TCP, UDP, ICMP error or another transport with ports, or p->frag is set.  Anything else says why not,
 * and *p is what had been read by then (addresses all zero if none).
 * A wrong checksum is no reason: captures on the sending host have unfilled ones.  A packet cut inside its payload is
 * WHY_OK with pay_have < pay_wire. */
enum why decode_frame(const struct frame *f, struct pkt *p);

/* The same from an IP datagram put together again (packet/frag.h): p->src, dst, scope, smac are kept from the
 * fragment, the rest is read from `proto` and the payload; tunnels inside are followed.  What is inside a tunnel may be
 * a fragment again (p->frag). */
enum why decode_payload(struct pkt *p, uint8_t proto, const uint8_t *pay, uint32_t have, uint32_t wire);

/* An ICMP or ICMPv6 error quotes the packet it is about: read its addresses, protocol, ports and sequence number
 * into *quoted.  False if `p` is no error or quotes too little. */
bool decode_quoted(const struct pkt *p, struct pkt *quoted);

#endif
