#include "wire.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 20, RECORD = 16, ETHERNET = 14, IPV4 = 20, UDP = 8, FRAME_MAX = 1600 };
enum { ROUTER = 0x0a0000fe, NEAR_NET = 0x0a };	/* what is not in 10/8 comes from the router */

int
out_open(struct out *o, const char *path, uint64_t size, uint64_t start, uint64_t duration)
{
	static const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, sigfigs, snaplen, link;
	} head = { 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1 };

	memset(o, 0, sizeof(*o));
	o->size = size;
	o->start = start;
	o->duration = duration;
	o->block = malloc(BLOCK);
	o->file = fopen(path, "wb");
	if (o->block == NULL || o->file == NULL)
		return -1;
	memcpy(o->block, &head, sizeof(head));
	o->fill = o->written = sizeof(head);
	return 0;
}

static void
flush(struct out *o)
{
	if (fwrite(o->block, 1, o->fill, o->file) != o->fill)
		o->failed = 1;
	o->fill = 0;
}

int
out_close(struct out *o)
{
	int failed;

	flush(o);
	failed = fclose(o->file) != 0 || o->failed;
	free(o->block);
	return failed ? -1 : 0;
}

uint64_t
out_now(const struct out *o)
{
	return o->start + (o->written >> 10) * o->duration / (o->size >> 10);
}

/* The one's complement sum of RFC 1071, not yet folded; a last odd byte counts as the upper half of a word. */
static uint64_t
sum(const uint8_t *p, size_t n)
{
	uint64_t s = 0;
	uint16_t word;
	size_t i;

	for (i = 0; i + 2 <= n; i += 2) {
		memcpy(&word, p + i, 2);
		s += word;
	}
	if (i < n) {
		word = 0;
		memcpy(&word, p + i, 1);
		s += word;
	}
	return s;
}

/* The checksum, in the order of bytes that it was summed in: copy it as it is. */
static uint16_t
fold(uint64_t s)
{
	while (s >> 16 != 0)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

static uint8_t *
put_mac(uint8_t *p, uint32_t addr)
{
	p = put16(p, 0x0200);
	return put32(p, addr >> 24 == NEAR_NET ? addr : ROUTER);
}

/* Begin a frame with `n` bytes behind the IP header; returns where they go. */
static uint8_t *
begin(struct out *o, const struct ends *e, unsigned protocol, size_t n)
{
	uint8_t *p, *ip;
	uint16_t check;

	if (o->fill + FRAME_MAX > BLOCK)
		flush(o);
	p = put_mac(o->block + o->fill + RECORD, e->dst);
	p = put_mac(p, e->src);
	ip = p = put16(p, 0x0800);
	p = put16(p, 0x4500);
	p = put16(p, (unsigned)(IPV4 + n));
	p = put16(p, ++o->ip_id);
	p = put16(p, 0x4000);
	p = put16(p, 64 << 8 | protocol);
	p = put16(p, 0);
	p = put32(p, e->src);
	p = put32(p, e->dst);
	check = fold(sum(ip, IPV4));
	memcpy(ip + 10, &check, 2);
	return p;
}

/* Set the checksum at `at` over pseudo header and the n bytes, and end the frame. */
static void
end(struct out *o, unsigned protocol, size_t at, size_t n)
{
	uint8_t *record = o->block + o->fill;
	uint8_t *ip = record + RECORD + ETHERNET;
	uint8_t lengths[4];
	uint64_t now = out_now(o);
	uint32_t head[4];
	uint16_t check;

	put16(put16(lengths, protocol), (unsigned)n);
	check = fold(sum(ip + 12, 8) + sum(lengths, 4) + sum(ip + IPV4, n));
	if (check == 0 && protocol == 17)
		check = 0xffff;		/* 0 would say that there is none */
	memcpy(ip + IPV4 + at, &check, 2);
	head[0] = (uint32_t)(now / 1000000);
	head[1] = (uint32_t)(now % 1000000);
	head[2] = head[3] = (uint32_t)(ETHERNET + IPV4 + n);
	memcpy(record, head, sizeof(head));
	o->fill += RECORD + head[2];
	o->written += RECORD + head[2];
	o->packets++;
}

void
out_udp(struct out *o, const struct ends *e, const uint8_t *payload, size_t n)
{
	uint8_t *p = begin(o, e, 17, UDP + n);

	p = put16(p, e->sport);
	p = put16(p, e->dport);
	p = put16(p, (unsigned)(UDP + n));
	p = put16(p, 0);
	memcpy(p, payload, n);
	end(o, 17, 6, UDP + n);
}

void
out_tcp(struct out *o, const struct ends *e, unsigned flags, uint32_t seq, uint32_t ack, const uint8_t *payload,
    size_t n)
{
	size_t head = flags & TCP_SYN ? 24 : 20;
	uint8_t *p = begin(o, e, 6, head + n);

	p = put16(p, e->sport);
	p = put16(p, e->dport);
	p = put32(p, seq);
	p = put32(p, ack);
	p = put16(p, (unsigned)head / 4 << 12 | flags);
	p = put16(p, 64240);
	p = put32(p, 0);
	if (flags & TCP_SYN)
		p = put32(p, 0x020405b4);
	if (n > 0)
		memcpy(p, payload, n);
	end(o, 6, 16, head + n);
}
