/* TCP segments through packet/stream and everything that proto/pick gives them to.
 *
 * The input is a byte that picks the server's port, then segments: a byte of flags, two bytes by which the sequence number is off from the
 * next one, two bytes of length (at most what is left), data.  Each segment lies in a block of its own size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cur.h"
#include "proto/pick.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(what) ((what) ? (void)0 : (fprintf(stderr, "line %d: %s\n", __LINE__, #what), abort()))

enum { F_SIDE = 1, F_SYN = 2, F_FIN = 4, F_RST = 8, F_ACK = 16, F_CUT = 32, F_LATER = 64, F_OTHER = 128 };
enum { STREAMS = 4, BYTES = 300000 };

static volatile unsigned sum;

static void
message(void *ctx, const struct dns_event *ev)
{
	(void)ctx;
	MUST(ev->have >= 12 && ev->have <= ev->wire && ev->wire <= 65535);
	MUST(ev->way < DNS_WAYS && ev->walk == NULL);
	for (uint32_t i = 0; i < ev->have; i++)
		sum += ev->msg[i];
}

static void
hello(void *ctx, const struct hello *h)
{
	(void)ctx;
	MUST(h->name == NULL || (strlen(h->name) > 0 && strlen(h->name) <= 255));
	for (uint16_t i = 0; i < h->alpn_len; i++)
		sum += h->alpn[i];
}

static void
sealed(void *ctx, const struct sealed *x)
{
	(void)ctx;
	MUST(x->way == DNS_DOT || x->way == DNS_DOH);
}

/* Two connections with four sequence numbers. */
struct world { struct pick *k; uint32_t next[2][2]; uint16_t port; usec_t t; uint64_t n; };

static struct pkt
segment(struct world *w, unsigned flags, uint16_t off, uint8_t *block, uint32_t len)
{
	static const uint8_t ends[2][4] = { { 192, 0, 2, 1 }, { 192, 0, 2, 2 } };
	unsigned side = flags & F_SIDE, other = (flags & F_OTHER) != 0;
	struct pkt p = { .proto = IPP_TCP, .sport = (uint16_t)(4000 + other), .dport = w->port, .pay = block, .pay_have = len };

	p.src = addr_v4(ends[side]);
	p.dst = addr_v4(ends[!side]);
	if (side) {
		p.dport = p.sport;
		p.sport = w->port;
	}
	p.tcp_flags = (uint8_t)(((flags & F_SYN) != 0 ? TCP_SYN : 0) | ((flags & F_FIN) != 0 ? TCP_FIN : 0) |
	    ((flags & F_RST) != 0 ? TCP_RST : 0) | ((flags & F_ACK) != 0 ? TCP_ACK : 0));
	p.seq = w->next[other][side] + (uint32_t)(int16_t)off;
	p.ack = w->next[other][!side];
	p.pay_wire = len + ((flags & F_CUT) != 0 ? 20 : 0);
	if (off == 0)
		w->next[other][side] += p.pay_wire + ((flags & F_SYN) != 0) + ((flags & F_FIN) != 0);
	return p;
}

static void
one(struct world *w, struct cur *in)
{
	unsigned flags = cur_u8(in), off = cur_u16(in);
	size_t len = cur_u16(in);
	struct frame f;
	struct pkt p;
	uint8_t *block;

	len = len < cur_left(in) ? len : cur_left(in);
	block = malloc(len > 0 ? len : 1);
	MUST(block != NULL);
	if (len > 0)
		memcpy(block, cur_take(in, len), len);
	w->t += (flags & F_LATER) != 0 ? 40 * TM_SEC : 1000;
	f = (struct frame){ .t = w->t, .number = ++w->n };
	p = segment(w, flags, (uint16_t)off, block, (uint32_t)len);
	pick_tick(w->k, w->t);
	if (pick_wants(pick_gate(w->k), &p))
		pick_tcp(w->k, &p, &f);
	MUST(pick_bytes(w->k) < BYTES + (1 << 20));
	free(block);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t ports[] = { 53, 80, 443, 853, 5353, 5355 };
	static const struct pick_limits limits = { .streams = STREAMS, .bytes = BYTES, .hole = 10 * TM_SEC, .idle = 60 * TM_SEC };
	static const struct pick_sinks sinks = { .dns = { .message = message }, .hello = hello, .sealed = sealed };
	struct why_counts why = { { 0 } };
	struct cur in = cur_make(data, size, size);
	struct world w = { .t = 1000 * TM_SEC, .next = { { 0xfffffff0, 100 }, { 5, 0x7ffffff0 } } };

	w.port = ports[cur_u8(&in) % 6];
	w.k = pick_new(&limits, &sinks, &why, 11);
	MUST(w.k != NULL);
	while (cur_left(&in) > 0)
		one(&w, &in);
	pick_flush(w.k);
	pick_free(w.k);
	return 0;
}
