#include "proto/quic.h"

#include <stdlib.h>
#include <string.h>

#include "packet/stream.h"
#include "proto/quic_int.h"

#define DATAGRAM_MAX 65535
#define TRIES 3				/* keys are tried for so many packets of a datagram: each takes microseconds */

struct conn {				/* the newest connection between two ports */
	struct entry e;
	struct stream_key key;
	struct quic_conn c;
	usec_t last;
	int client;			/* its side; a guess unless `keyed` */
	bool known;			/* this is a connection that was handed out */
	bool keyed;			/* keys are right: a packet was opened with them */
	bool told;			/* the hello has been */
	uint32_t version;		/* of the keys */
	struct quic_cid first, retry, from_client, from_server;		/* as chosen by: client, server's Retry, each for itself */
	struct quic_keys keys;
	uint64_t largest;
	struct quic_crypto crypto;
};

struct quic_table {
	struct table table;
	struct quic_limits limits;
	struct quic_sink sink;
	struct why_counts *why;
	size_t bytes;			/* of hellos that are not complete */
	uint8_t plain[DATAGRAM_MAX];
};

/* A packet on its way through. */
struct at { const struct pkt *p; const struct frame *f; int side, tries; };

struct quic_table *
quic_new(const struct quic_limits *limits, const struct quic_sink *sink, struct why_counts *why, uint64_t seed)
{
	struct quic_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->limits = *limits;
	t->sink = *sink;
	t->why = why;
	if (!table_init(&t->table, sizeof(struct conn), sizeof(struct stream_key), limits->connections, seed)) {
		free(t);
		return NULL;
	}
	return t;
}

static void
drop_crypto(struct quic_table *t, struct conn *c)
{
	t->bytes -= quic_crypto_bytes(&c->crypto);
	quic_crypto_free(&c->crypto);
}

static void
remove_conn(struct quic_table *t, struct conn *c)
{
	drop_crypto(t, c);
	table_remove(&t->table, c);
}

static void
evict(struct quic_table *t)
{
	struct conn *c = table_oldest(&t->table);

	t->why->n[WHY_STREAM_EVICTED] += c->crypto.size > 0;
	remove_conn(t, c);
}

void
quic_free(struct quic_table *t)
{
	if (t == NULL)
		return;
	while (t->table.n > 0)
		remove_conn(t, table_oldest(&t->table));
	table_free(&t->table);
	free(t);
}

static bool
same(const struct quic_cid *a, const struct quic_cid *b)
{
	return a->n == b->n && memcmp(a->b, b->b, a->n) == 0;
}

/* Say who is who, as far as is known now. */
static void
name_sides(struct conn *c, int client, const struct at *at)
{
	c->client = client;
	c->c.client = c->key.addr[client];
	c->c.server = c->key.addr[!client];
	c->c.cport = c->key.port[client];
	c->c.sport = c->key.port[!client];
	c->c.scope = c->key.scope;
	memset(c->c.smac, 0, sizeof(c->c.smac));
	if (at->side == client)
		memcpy(c->c.smac, at->p->smac, sizeof(c->c.smac));
}

/* Another connection begins in this place. */
static void
begin(struct quic_table *t, struct conn *c, uint32_t version)
{
	drop_crypto(t, c);
	c->c = (struct quic_conn){ .version = version };
	c->known = c->keyed = c->told = false;
	c->first.n = c->retry.n = c->from_client.n = c->from_server.n = 0;
	c->largest = UINT64_MAX;
}

static void
handed_out(struct quic_table *t, struct conn *c, const struct at *at)
{
	if (c->known)
		return;
	c->known = true;
	t->why->n[WHY_QUIC_SEALED]++;
	t->sink.opened(t->sink.ctx, &c->c, at->f);
}

/* Try the keys that follow from this packet's own destination.  On success they are the connection's, and its sender the client. */
static int
open_with_own(struct quic_table *t, struct conn *c, const struct quic_packet *q, const struct at *at, bool again)
{
	uint64_t largest = UINT64_MAX;
	struct quic_keys k;
	int n;

	if (!q->whole || !quic_client_keys(q->version, &q->dcid, &k))
		return -1;
	n = quic_open(&k, q, &largest, t->plain);
	if (n < 0)
		return -1;
	if (again)
		begin(t, c, q->version);
	c->keys = k;
	c->largest = largest;
	c->version = c->c.version = q->version;
	c->first = q->dcid;
	c->from_client = q->scid;
	if (!c->keyed)
		name_sides(c, at->side, at);
	c->keyed = true;
	return n;
}

/* Whether a client's Initial packet belongs to the connection that is known, by its connection ids. */
static bool
belongs(const struct conn *c, const struct quic_packet *q)
{
	return same(&q->dcid, &c->first) || (c->retry.n > 0 && same(&q->dcid, &c->retry)) ||
	    (c->from_server.n > 0 && same(&q->dcid, &c->from_server)) ||
	    (q->scid.n > 0 && same(&q->scid, &c->from_client));
}

/* A client's Initial packet: open it with the keys there are, or those it brings.  Returns the length of its frames, or -1. */
static int
open_initial(struct quic_table *t, struct conn *c, const struct quic_packet *q, struct at *at)
{
	bool mine = c->keyed && belongs(c, q), other = !same(&q->dcid, &c->first) || q->version != c->version;
	int n = -1;

	if ((mine && c->told) || at->tries++ >= TRIES)
		return -1;
	if (!c->keyed)
		return open_with_own(t, c, q, at, false);
	if (!mine && other)
		n = open_with_own(t, c, q, at, true);
	if (n < 0 && q->whole && !c->told)
		n = quic_open(&c->keys, q, &c->largest, t->plain);
	if (n < 0 && mine && other)			/* after a Retry, or in another version */
		n = open_with_own(t, c, q, at, false);
	return n;
}

static void
read_hello(struct quic_table *t, struct conn *c, int n, const struct at *at)
{
	size_t before = quic_crypto_bytes(&c->crypto);
	bool good = quic_frames(t->plain, (size_t)n, &c->crypto);
	struct tls_hello h;

	t->bytes += quic_crypto_bytes(&c->crypto) - before;
	if (good && !quic_crypto_whole(&c->crypto))
		return;
	c->told = true;
	if (good && tls_hello_read(c->crypto.p, c->crypto.prefix, c->crypto.prefix, &h) && h.client)
		t->sink.hello(t->sink.ctx, &c->c, &h, at->f);
	else
		t->why->n[WHY_QUIC_BAD]++;
	drop_crypto(t, c);
}

static void
initial(struct quic_table *t, struct conn *c, const struct quic_packet *q, struct at *at)
{
	int n;

	if (c->keyed && at->side != c->client) {
		c->from_server = q->scid;
		return;
	}
	n = open_initial(t, c, q, at);
	handed_out(t, c, at);
	if (n >= 0 && !c->told)
		read_hello(t, c, n, at);
}

/* A version that is not read.  Google's is no QUIC in the sense of the RFCs, and not counted as a connection. */
static void
other_version(struct quic_table *t, struct conn *c, uint32_t version, const struct at *at)
{
	if (c->known || c->told)
		return;
	t->why->n[WHY_QUIC_VERSION]++;
	c->c.version = version;
	if (quic_google(version))
		c->told = true;
	else
		handed_out(t, c, at);
}

static void
one_packet(struct quic_table *t, struct conn *c, const struct quic_packet *q, struct at *at)
{
	switch (q->type) {
	case QUIC_INITIAL:
		initial(t, c, q, at);
		break;
	case QUIC_RETRY:
		if (!c->known)
			name_sides(c, !at->side, at);
		if (at->side != c->client)
			c->retry = q->scid;
		handed_out(t, c, at);
		break;
	case QUIC_ZERO_RTT:
		if (!c->known)
			name_sides(c, at->side, at);
		handed_out(t, c, at);
		break;
	case QUIC_HANDSHAKE:
		handed_out(t, c, at);
		break;
	case QUIC_OTHER:
		other_version(t, c, q->version, at);
		break;
	case QUIC_NEGOTIATION:
		break;
	}
}

/* The place of these ports, made if need be. */
static struct conn *
place(struct quic_table *t, const struct stream_key *key, const struct at *at, uint32_t version)
{
	struct conn *c = table_find(&t->table, key);

	if (c != NULL)
		return c;
	while ((c = table_add(&t->table, key)) == NULL && t->table.n > 0)
		evict(t);
	if (c == NULL)
		return NULL;
	begin(t, c, version);
	name_sides(c, key->port[0] != key->port[1] ? key->port[0] < key->port[1] : at->side, at);	/* who has the higher port */
	return c;
}

/* The packets of a datagram, one behind the other (RFC 9000 12.2). */
static void
packets(struct quic_table *t, const struct stream_key *key, struct conn *c, struct at *at)
{
	const uint8_t *p = at->p->pay;
	size_t n = at->p->pay_have;
	struct quic_packet q;

	while (n > 0 && (p[0] & 0x80) != 0) {
		if (!quic_packet_read(p, n, &q) || (!q.whole && at->p->pay_wire == at->p->pay_have)) {
			t->why->n[WHY_QUIC_BAD] += c != NULL;
			return;
		}
		if (c == NULL && q.type == QUIC_NEGOTIATION)
			return;
		if (c == NULL && (c = place(t, key, at, q.version)) == NULL)
			return;
		one_packet(t, c, &q, at);
		p += q.size;
		n -= q.size;
	}
}

void
quic_datagram(struct quic_table *t, const struct pkt *p, const struct frame *f)
{
	struct at at = { .p = p, .f = f };
	struct stream_key key;
	struct conn *c;

	at.side = stream_key_of(p, &key);
	c = table_find(&t->table, &key);
	if (c == NULL && !quic_begins(p->pay, p->pay_have))
		return;
	if (c != NULL && c->known)
		t->sink.goes_on(t->sink.ctx, &c->c, f);
	if (c == NULL && (p->pay[0] & 0x80) == 0) {		/* Google's, before it had long headers */
		c = place(t, &key, &at, 0);
		if (c != NULL)
			other_version(t, c, (uint32_t)'Q' << 24 | (uint32_t)'0' << 16, &at);
	} else {
		packets(t, &key, c, &at);
		c = table_find(&t->table, &key);
	}
	if (c != NULL) {
		c->last = f->t > c->last ? f->t : c->last;
		table_touch(&t->table, c);
	}
	while (t->bytes > t->limits.bytes)
		evict(t);
}

void
quic_tick(struct quic_table *t, usec_t now)
{
	struct conn *c;

	while ((c = table_oldest(&t->table)) != NULL && now - c->last > t->limits.idle)
		remove_conn(t, c);
}

size_t
quic_bytes(const struct quic_table *t)
{
	return t->bytes + table_bytes(&t->table) + sizeof(*t);
}
