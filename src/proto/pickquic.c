/* QUIC: its connections, their names, and which of them are DNS. */
#include "proto/pick_int.h"

static struct hello
flow_of(const struct quic_conn *c, const struct frame *f)
{
	return (struct hello){ .t = f->t, .frame = f, .client = c->client, .server = c->server, .cport = c->cport, .sport = c->sport,
		.scope = c->scope, .version = c->version, .way = HELLO_QUIC };
}

/* c->mark: the way of sealed DNS and 1, if it is said to be that; c->mark_t: when it was said last. */
static void
mark(struct quic_conn *c, enum dns_way way, usec_t t)
{
	c->mark = (uint8_t)(way + 1);
	c->mark_t = t;
}

static void
opened(void *ctx, struct quic_conn *c, const struct frame *f)
{
	struct pick *k = ctx;
	struct hello flow = flow_of(c, f);

	k->counts.quic_conns++;
	if (k->sinks.quic != NULL)
		k->sinks.quic(k->sinks.ctx, &flow);
}

static void
hello(void *ctx, struct quic_conn *c, const struct tls_hello *t, const struct frame *f)
{
	struct hello h = flow_of(c, f);
	enum dns_way way = pick_hello(ctx, &h, t, c->smac);

	if (way != DNS_WAYS)
		mark(c, way, f->t);
}

/* On the port of DNS over QUIC a connection is known without its hello. */
static void
goes_on(void *ctx, struct quic_conn *c, const struct frame *f)
{
	struct pick *k = ctx;
	struct hello flow = flow_of(c, f);

	if (c->mark == 0) {
		if (c->sport != PORT_SEALED_DNS)
			return;
		k->counts.sealed[DNS_DOQ]++;
		mark(c, DNS_DOQ, f->t);
	} else if (f->t - c->mark_t < SEALED_AGAIN) {
		return;
	}
	c->mark_t = f->t;
	pick_sealed(k, &flow, (enum dns_way)(c->mark - 1), c->smac);
}

struct quic_table *
pick_quic(struct pick *k, const struct pick_limits *limits, uint64_t seed)
{
	struct quic_limits ql = { .connections = limits->streams / 2 + 1, .bytes = limits->bytes / 4, .idle = limits->idle };
	struct quic_sink sink = { .ctx = k, .opened = opened, .hello = hello, .goes_on = goes_on };

	return quic_new(&ql, &sink, k->why, seed);
}
