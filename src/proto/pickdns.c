/* DNS over TCP. */
#include <stdlib.h>

#include "proto/dnstcp.h"
#include "proto/pick_int.h"

struct conn { struct dnstcp dir[2]; bool begun[2]; };

/* What dnstcp hands messages to. */
struct to { struct pick *k; const struct stream *s; int side; const struct stream_at *at; };

static bool
dns_open(struct pick *k, struct stream *s)
{
	s->reader = calloc(1, sizeof(struct conn));
	if (s->reader == NULL)
		return false;
	stream_charge(k->streams, s, sizeof(struct conn));
	return true;
}

static struct dnstcp *
dir_of(struct stream *s, int side)
{
	struct conn *c = s->reader;

	if (!c->begun[side])
		c->dir[side] = dnstcp_make(s->dir[side].from_start);
	c->begun[side] = true;
	return &c->dir[side];
}

static void
message(void *ctx, const uint8_t *msg, uint32_t wire, uint32_t have)
{
	const struct to *to = ctx;
	struct dns_event ev = { .way = DNS_TCP, .msg = msg, .wire = wire, .have = have, .ttl_cap = UINT32_MAX };

	pick_message(to->k, to->s, to->side, to->at, &ev);
}

static size_t
dns_data(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, const struct stream_at *at)
{
	struct to to = { k, s, side, at };

	return dnstcp_data(dir_of(s, side), p, n, pick_asks(s, side), message, &to);
}

static void
dns_gap(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, uint32_t lost, const struct stream_at *at)
{
	struct to to = { k, s, side, at };

	dnstcp_gap(dir_of(s, side), p, n, lost, message, &to);
}

static void
dns_free(struct stream *s)
{
	free(s->reader);
}

const struct pick_reader pick_dns = { dns_open, dns_data, dns_gap, NULL, dns_free };
