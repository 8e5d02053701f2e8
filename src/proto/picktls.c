/* TLS over TCP, without keys: its hellos, and whether it is sealed DNS.
 *
 * A connection is followed until both hellos have been, or the client goes on without the server's; sealed DNS for as long as it lasts. */
#include <stdlib.h>

#include "proto/pick_int.h"

#define BEYOND_MAX ((uint32_t)64 << 10)		/* so much of the other side, and the client's hello will not come */

struct conn {
	struct tlsrec dir[2];
	bool done[2];			/* this side's hello has been, or will not be */
	bool named;			/* the client's has been */
	uint32_t beyond[2];		/* bytes after it */
	enum dns_way sealed;		/* DNS_WAYS: it is no sealed DNS */
	int client;			/* of sealed DNS: its side */
	usec_t sealed_t;		/* when that was said last */
};

static void
charge(struct pick *k, struct stream *s)
{
	const struct conn *c = s->reader;

	stream_charge(k->streams, s, sizeof(*c) + c->dir[0].cap + c->dir[1].cap);
}

static bool
tls_open(struct pick *k, struct stream *s)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return false;
	c->sealed = DNS_WAYS;
	s->reader = c;
	charge(k, s);
	return true;
}

static void
tls_free(struct stream *s)
{
	struct conn *c = s->reader;

	tlsrec_free(&c->dir[0]);
	tlsrec_free(&c->dir[1]);
	free(c);
}

static void
client_hello(struct pick *k, struct stream *s, int side, const struct tls_hello *t, const struct stream_at *at)
{
	struct conn *c = s->reader;
	struct hello h = pick_flow(s, side, at);

	h.way = HELLO_TLS;
	c->named = true;
	c->sealed = pick_hello(k, &h, t, s->dir[side].smac);
	c->client = side;
	c->sealed_t = at->t;
	k->why->n[WHY_TLS_SEALED]++;
}

static void
found(struct pick *k, struct stream *s, int side, enum tls_found f, const struct tls_hello *t, const struct stream_at *at)
{
	struct conn *c = s->reader;

	if (f == TLS_MORE)
		return;
	c->done[side] = true;
	if (f == TLS_HELLO && t->client && !c->named && pick_client(s, side) == side)
		client_hello(k, s, side, t, at);
	else if (f == TLS_HELLO && !t->client)
		k->counts.tls_answers++;
	else if (f != TLS_OTHER && s->dir[side].from_start)
		k->why->n[WHY_TLS_BAD]++;
	if (f == TLS_NONE && c->sealed == DNS_WAYS)
		stream_rest(k->streams, s);
	tlsrec_free(&c->dir[side]);
	c->dir[side].done = true;
}

/* DoT joined in the middle is known by its port. */
static bool
joined_dot(struct pick *k, struct stream *s)
{
	struct conn *c = s->reader;
	int server = s->opener >= 0 ? !s->opener : s->key.port[1] == PORT_SEALED_DNS;

	if (c->named || s->key.port[server] != PORT_SEALED_DNS)
		return false;
	c->sealed = DNS_DOT;
	c->client = !server;
	k->counts.sealed[DNS_DOT]++;
	return true;
}

static void
sealed_goes_on(struct pick *k, struct stream *s, int side, const struct stream_at *at)
{
	struct conn *c = s->reader;
	struct hello flow;

	if (c->sealed != DNS_WAYS && side != c->client) {
		flow = pick_flow(s, c->client, at);
		pick_sealed_answer(k, &flow, c->sealed);
	}
	if (c->sealed != DNS_WAYS ? at->t - c->sealed_t < SEALED_AGAIN : !joined_dot(k, s))
		return;
	flow = pick_flow(s, c->client, at);
	c->sealed_t = at->t;
	pick_sealed(k, &flow, c->sealed, s->dir[c->client].smac);
}

static bool
told_all(const struct conn *c)
{
	if (c->sealed != DNS_WAYS)
		return false;
	if (c->done[0] && c->done[1])
		return true;
	for (int side = 0; side < 2; side++)
		if (c->done[side] && c->beyond[side] > (c->named ? 0 : BEYOND_MAX))
			return true;
	return false;
}

static size_t
tls_data(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, const struct stream_at *at)
{
	struct conn *c = s->reader;
	size_t used = 0;

	if (!c->done[side]) {
		struct tls_hello t;

		found(k, s, side, tlsrec_data(&c->dir[side], p, n, &used, &t), &t, at);
		charge(k, s);
	}
	if (c->done[side]) {
		c->beyond[side] += (uint32_t)(n - used);
		used = n;
		sealed_goes_on(k, s, side, at);
	}
	if (told_all(c))
		stream_rest(k->streams, s);
	return used;
}

static void
tls_gap(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, uint32_t lost, const struct stream_at *at)
{
	struct conn *c = s->reader;
	struct tls_hello t;

	(void)p;
	(void)n;
	(void)lost;
	if (!c->done[side])
		found(k, s, side, tlsrec_gap(&c->dir[side], &t), &t, at);
}

bool
pick_tls_nameless(const struct stream *s)
{
	return !((const struct conn *)s->reader)->named;
}

const struct pick_reader pick_tls = { tls_open, tls_data, tls_gap, NULL, tls_free };
