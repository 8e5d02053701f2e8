#include "proto/pick.h"

#include <stdlib.h>
#include <string.h>

#include "proto/pick_int.h"

#define SIDE_BYTES ((size_t)128 << 10)		/* held for one direction: a DNS message, and as much out of order */

static const struct pick_reader *const readers[PICK_KINDS] = { [PICK_DNS] = &pick_dns };

/* Multicast DNS is UDP: what speaks TCP on its port is a server beside it. */
static bool
dns_port(uint16_t port)
{
	return port == PORT_DNS || port == PORT_MDNS;
}

enum dns_side
pick_asks(const struct stream *s, int side)
{
	if (s->opener >= 0)
		return s->opener == side ? DNS_ASKS : DNS_ANSWERS;
	if (dns_port(s->key.port[0]) == dns_port(s->key.port[1]))
		return DNS_EITHER;
	return dns_port(s->key.port[side]) ? DNS_ANSWERS : DNS_ASKS;
}

void
pick_message(struct pick *k, const struct stream *s, int side, const struct stream_at *at, struct dns_event *ev)
{
	bool response = ev->have > 2 && (ev->msg[2] & 0x80) != 0;
	int client = response ? !side : side;

	if (ev->have < 12) {
		k->why->n[WHY_DNS_SHORT]++;
		return;
	}
	if (s->opener >= 0 && s->opener != client) {
		k->why->n[WHY_DNS_WRONG_WAY]++;
		return;
	}
	ev->t = at->t;
	ev->frame = at->frame;
	ev->client = s->key.addr[client];
	ev->server = s->key.addr[!client];
	ev->cport = s->key.port[client];
	ev->sport = s->key.port[!client];
	ev->scope = s->key.scope;
	memcpy(ev->smac, s->dir[side].smac, sizeof(ev->smac));
	k->sinks.dns.message(k->sinks.dns.ctx, ev);
}

/* Whose connection is it, by its port and its first bytes? */
static enum pick_kind
guess(const struct stream *s)
{
	return dns_port(s->key.port[0]) || dns_port(s->key.port[1]) ? PICK_DNS : PICK_NEW;
}

static size_t
data(void *ctx, struct stream *s, int side, const uint8_t *p, size_t n, const struct stream_at *at)
{
	struct pick *k = ctx;

	if (s->kind == PICK_NEW) {
		s->kind = (uint8_t)guess(s);
		if (s->kind == PICK_NEW || !readers[s->kind]->open(k, s)) {
			s->kind = PICK_NEW;
			stream_rest(k->streams, s);
			return n;
		}
	}
	return readers[s->kind]->data(k, s, side, p, n, at);
}

static void
gap(void *ctx, struct stream *s, int side, const uint8_t *p, size_t n, uint32_t lost, const struct stream_at *at)
{
	if (s->kind != PICK_NEW)
		readers[s->kind]->gap(ctx, s, side, p, n, lost, at);
}

static void
fin(void *ctx, struct stream *s, int side, const struct stream_at *at)
{
	if (s->kind != PICK_NEW && readers[s->kind]->fin != NULL)
		readers[s->kind]->fin(ctx, s, side, at);
}

static void
closed(void *ctx, struct stream *s)
{
	(void)ctx;
	readers[s->kind]->free(s);
}

struct pick *
pick_new(const struct pick_limits *limits, const struct pick_sinks *sinks, struct why_counts *why, uint64_t seed)
{
	struct pick *k = calloc(1, sizeof(*k));
	struct stream_limits sl = { .streams = limits->streams, .bytes = limits->bytes, .side = SIDE_BYTES,
		.hole = limits->hole, .idle = limits->idle };
	struct stream_sink sink = { .ctx = k, .data = data, .gap = gap, .fin = fin, .closed = closed };

	if (k == NULL)
		return NULL;
	k->sinks = *sinks;
	k->why = why;
	k->streams = stream_new(&sl, &sink, why, seed);
	if (k->streams == NULL) {
		free(k);
		return NULL;
	}
	return k;
}

void
pick_free(struct pick *k)
{
	if (k == NULL)
		return;
	stream_free(k->streams);
	free(k);
}

void
pick_tcp(struct pick *k, const struct pkt *p, const struct frame *f)
{
	struct stream *s;
	int side;

	if (p->sport == PORT_LLMNR || p->dport == PORT_LLMNR) {		/* for the link, not for the ledger */
		k->why->n[WHY_LLMNR] += p->pay_wire > 0;
		return;
	}
	s = stream_open(k->streams, p, f->t, &side);
	if (s != NULL)
		stream_packet(k->streams, s, side, p, f);
}

void
pick_tick(struct pick *k, usec_t now)
{
	stream_tick(k->streams, now);
}

void
pick_flush(struct pick *k)
{
	stream_flush(k->streams);
}

const struct stream_gate *
pick_gate(const struct pick *k)
{
	return stream_gate(k->streams);
}

size_t
pick_bytes(const struct pick *k)
{
	return stream_bytes(k->streams);
}
