/* Frames into a classic capture with microseconds: Ethernet, IPv4, UDP or TCP, all checksums right.
 *
 * Time follows the place in the file: a capture lasts as long as it was told, whatever its size, and no clock is read. */
#ifndef GEN_WIRE_H
#define GEN_WIRE_H

#include <stdint.h>
#include <stdio.h>

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };
enum { WIRE_MSS = 1460 };	/* most payload of a TCP packet here */

struct out {
	FILE *file;
	uint8_t *block;			/* frames not yet written */
	size_t fill;
	uint64_t written;		/* bytes of the file so far, with the block's */
	uint64_t size;			/* bytes wanted */
	uint64_t start, duration;	/* microseconds since the epoch; microseconds */
	uint64_t packets;
	uint16_t ip_id;
	int failed;			/* a write failed; errno tells why */
};

struct ends {
	uint32_t src, dst;		/* addresses as numbers */
	uint16_t sport, dport;
};

/* Both return 0, or -1 with errno set. */
int out_open(struct out *o, const char *path, uint64_t size, uint64_t start, uint64_t duration);
int out_close(struct out *o);

uint64_t out_now(const struct out *o);		/* time of the next packet, microseconds */
void     out_udp(struct out *o, const struct ends *e, const uint8_t *payload, size_t n);
/* A SYN says it takes segments of 1460 bytes. */
void     out_tcp(struct out *o, const struct ends *e, unsigned flags, uint32_t seq, uint32_t ack,
                 const uint8_t *payload, size_t n);

static inline struct ends
ends_back(const struct ends *e)
{
	return (struct ends){ e->dst, e->src, e->dport, e->sport };
}

static inline uint8_t *
put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
	return p + 2;
}

static inline uint8_t *
put32(uint8_t *p, uint32_t v)
{
	return put16(put16(p, v >> 16), v & 0xffff);
}

#endif
