/* Everything above a transport header: TCP streams, DNS over TCP, TLS hellos, HTTP/1.1 and HTTP/2 with DoH, QUIC.  No bytes make it crash, run
 * on for ever, keep more than its bound, or hand out what is not there.
 *
 * The input is a row of packets: a byte of flags (1 from the server, 2 SYN, 4 FIN, 8 RST, 16 UDP, 32 leave a hole before it, 64 repeat the
 * last bytes, 128 another connection), a byte for the port, two of length, and so many bytes of payload. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "proto/pick.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BYTES (1u << 20)

static const uint16_t ports[] = { 53, 853, 443, 80, 8080, 784 };
static unsigned touched;

static void
touch(const void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		touched += ((const uint8_t *)p)[i];
}

static void
on_message(void *ctx, const struct dns_event *ev)
{
	(void)ctx;
	assert(ev->have <= ev->wire && ev->wire <= 65535);
	touch(ev->msg, ev->have);
}

static void
on_hello(void *ctx, const struct hello *h)
{
	(void)ctx;
	if (h->name != NULL)
		touch(h->name, strlen(h->name));
	if (h->alpn != NULL)
		touch(h->alpn, h->alpn_len);
}

static void
on_sealed(void *ctx, const struct sealed *x)
{
	(void)ctx;
	touched += x->way;
}

static void
send_packet(struct pick *k, uint8_t flags, uint8_t port, const uint8_t *pay, uint32_t n, uint32_t next[2], usec_t now)
{
	static const uint8_t client[4] = { 10, 0, 0, 1 }, server[4] = { 10, 0, 0, 2 };
	struct frame f = { .t = now, .number = (uint64_t)now, .data = pay, .have = n, .wire = n };
	bool back = flags & 1;
	struct pkt p = { .src = addr_v4(back ? server : client), .dst = addr_v4(back ? client : server), .proto = flags & 16 ? IPP_UDP : IPP_TCP,
		.ttl = 64, .pay = pay, .pay_have = n, .pay_wire = n };
	uint16_t sport = ports[port % (sizeof(ports) / sizeof(ports[0]))], cport = flags & 128 ? 40001 : 40000;

	p.sport = back ? sport : cport;
	p.dport = back ? cport : sport;
	p.tcp_flags = (uint8_t)((flags & 2 ? TCP_SYN : 0) | (flags & 4 ? TCP_FIN : 0) | (flags & 8 ? TCP_RST : 0) | (flags & 2 && !back ? 0 : TCP_ACK));
	p.seq = next[back] + (flags & 32 ? 100 : 0) - (flags & 64 ? 3 : 0);
	p.ack = next[!back];
	if (p.proto == IPP_UDP) {
		if (pick_wants_udp(&p))
			pick_udp(k, &p, &f);
	} else {
		next[back] = p.seq + n + ((flags & 6) != 0);
		if (pick_wants(pick_gate(k), &p))
			pick_tcp(k, &p, &f);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pick_limits limits = { .streams = 64, .bytes = BYTES, .hole = TM_SEC, .idle = 60 * TM_SEC };
	const struct pick_sinks sinks = { .dns = { on_message, NULL }, .hello = on_hello, .sealed = on_sealed };
	struct why_counts why = { { 0 } };
	struct pick *k = pick_new(&limits, &sinks, &why, 1);
	uint32_t next[2] = { 1000, 2000 };
	usec_t now = 1000000;

	if (k == NULL)
		return 0;
	while (size >= 4) {
		uint32_t n = (uint32_t)(data[2] << 8 | data[3]);

		if (n > size - 4)
			n = (uint32_t)(size - 4);
		now += 1000 + (data[1] >= 250 ? TM_SEC : 0);
		send_packet(k, data[0], data[1], data + 4, n, next, now);
		pick_tick(k, now);
		assert(pick_bytes(k) <= BYTES);
		data += 4 + n;
		size -= 4 + n;
	}
	pick_flush(k);
	pick_free(k);
	return 0;
}
