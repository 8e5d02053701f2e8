#include "proto/pick.h"

#include <stdlib.h>
#include <string.h>

#include "proto/h2.h"
#include "proto/http1.h"
#include "proto/pick_int.h"

#define SIDE_BYTES ((size_t)128 << 10)		/* held for one direction: a DNS message, and as much out of order */

static const struct pick_reader *const readers[PICK_KINDS] = { [PICK_DNS] = &pick_dns, [PICK_TLS] = &pick_tls,
	[PICK_HTTP1] = &pick_http1, [PICK_H2] = &pick_h2 };

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

int
pick_client(const struct stream *s, int side)
{
	return s->opener >= 0 ? s->opener : side;
}

struct hello
pick_flow(const struct stream *s, int client, const struct stream_at *at)
{
	return (struct hello){ .t = at->t, .frame = at->frame, .client = s->key.addr[client], .server = s->key.addr[!client],
		.cport = s->key.port[client], .sport = s->key.port[!client], .scope = s->key.scope };
}

void
pick_message(struct pick *k, const struct stream *s, int side, const struct stream_at *at, struct dns_event *ev)
{
	bool response = ev->have > 2 && (ev->msg[2] & 0x80) != 0;
	int client = response ? !side : side;
	struct hello flow;

	if (ev->have < 12) {
		k->why->n[WHY_DNS_SHORT]++;
		return;
	}
	if (s->opener >= 0 && s->opener != client) {
		k->why->n[WHY_DNS_WRONG_WAY]++;
		return;
	}
	flow = pick_flow(s, client, at);
	ev->t = flow.t;
	ev->frame = flow.frame;
	ev->client = flow.client;
	ev->server = flow.server;
	ev->cport = flow.cport;
	ev->sport = flow.sport;
	ev->scope = flow.scope;
	memcpy(ev->from.mac, s->dir[side].smac, sizeof(ev->from.mac));
	k->sinks.dns.message(k->sinks.dns.ctx, ev);
}

enum { GUESS_NONE = -1, GUESS_LATER = -2 };	/* beside enum pick_kind */

/* Whose connection is it, by its port and its first bytes? */
static int
guess(const struct stream_key *key, const uint8_t *p, size_t n)
{
	static const struct { int kind; int (*begins)(const uint8_t *p, size_t n); } rows[] = {
		{ PICK_TLS, tlsrec_begins }, { PICK_H2, h2_begins }, { PICK_HTTP1, http1_begins }, { PICK_H2, h2_goes_on },
	};
	int best = GUESS_NONE;

	if (dns_port(key->port[0]) || dns_port(key->port[1]))
		return PICK_DNS;
	if ((key->port[0] == PORT_SEALED_DNS || key->port[1] == PORT_SEALED_DNS) && tlsrec_goes_on(p, n) > 0)
		return PICK_TLS;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int begins = rows[i].begins(p, n);

		if (begins > 0)
			return rows[i].kind;
		if (begins < 0)
			best = GUESS_LATER;
	}
	return best;
}

static size_t
data(void *ctx, struct stream *s, int side, const uint8_t *p, size_t n, const struct stream_at *at)
{
	struct pick *k = ctx;

	if (s->kind == PICK_NEW) {
		int g = guess(&s->key, p, n);

		if (g == GUESS_LATER)
			return 0;
		if (g == GUESS_NONE || !readers[g]->open(k, s)) {
			stream_rest(k->streams, s);
			return n;
		}
		s->kind = (uint8_t)g;
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
	k->quic = pick_quic(k, limits, seed);
	if (k->streams == NULL || k->quic == NULL) {
		pick_free(k);
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
	quic_free(k->quic);
	free(k);
}

/* A packet of a connection that was left alone: does it begin something after all? */
static void
look_again(struct pick *k, struct stream *s, const struct pkt *p)
{
	if (p->pay_have == 0 || guess(&s->key, p->pay, p->pay_have) < 0)
		return;
	if (s->kind == PICK_HTTP1 || (s->kind == PICK_TLS && pick_tls_nameless(s) && p->pay_have > 5 && p->pay[5] == 1)) {
		readers[s->kind]->free(s);
		s->reader = NULL;
		s->kind = PICK_NEW;
		stream_charge(k->streams, s, 0);
	}
	if (s->kind == PICK_NEW)
		stream_wake(k->streams, s);
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
	s = stream_find(k->streams, p, &side);
	if (s == NULL) {
		struct stream_key key = { .port = { p->sport, p->dport } };

		if ((p->tcp_flags & TCP_SYN) == 0 && (p->pay_have == 0 || guess(&key, p->pay, p->pay_have) < 0))
			return;
		s = stream_open(k->streams, p, f->t, &side);
		if (s == NULL)
			return;
	} else if ((s->resting || s->closed) && (p->tcp_flags & TCP_SYN) == 0) {
		if (!s->closed)
			look_again(k, s, p);
		if (s->resting || s->closed)
			return;
	}
	stream_packet(k->streams, s, side, p, f);
}

void
pick_udp(struct pick *k, const struct pkt *p, const struct frame *f)
{
	quic_datagram(k->quic, p, f);
}

void
pick_tick(struct pick *k, usec_t now)
{
	stream_tick(k->streams, now);
	quic_tick(k->quic, now);
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

const struct pick_counts *
pick_counts(const struct pick *k)
{
	return &k->counts;
}

size_t
pick_bytes(const struct pick *k)
{
	return stream_bytes(k->streams) + quic_bytes(k->quic);
}
