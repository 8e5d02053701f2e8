#include "packet/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "packet/stream_int.h"

#define RST_WINDOW ((uint32_t)1 << 20)	/* a reset so far ahead may still be a real one */

int
stream_key_of(const struct pkt *p, struct stream_key *k)
{
	int c = memcmp(p->src.b, p->dst.b, sizeof(p->src.b));
	int side = c > 0 || (c == 0 && p->sport > p->dport);

	k->addr[side] = p->src;
	k->addr[!side] = p->dst;
	k->port[side] = p->sport;
	k->port[!side] = p->dport;
	k->scope = p->scope;
	return side;
}

static uint16_t *
gate_of(const struct stream_table *t, const struct stream *s)
{
	return &t->gate.following[stream_gate_hash(&s->key.addr[0], &s->key.addr[1], s->key.port[0], s->key.port[1])];
}

static void
unfollow(struct stream_table *t, struct stream *s)
{
	if (stream_read_on(s))
		--*gate_of(t, s);
}

struct stream_table *
stream_new(const struct stream_limits *limits, const struct stream_sink *sink, struct why_counts *counts, uint64_t seed)
{
	struct stream_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	assert(limits->streams > 0 && limits->streams <= UINT16_MAX);	/* the gate counts in 16 bits */
	t->limits = *limits;
	t->sink = *sink;
	t->counts = counts;
	t->gate.following = calloc((size_t)1 << STREAM_GATE_BITS, sizeof(*t->gate.following));
	if (t->gate.following == NULL ||
	    !table_init(&t->table, sizeof(struct stream), sizeof(struct stream_key), limits->streams, seed)) {
		free(t->gate.following);
		free(t);
		return NULL;
	}
	return t;
}

void
stream_charge(struct stream_table *t, struct stream *s, size_t bytes)
{
	t->bytes += bytes - s->charged;
	s->charged = bytes;
}

/* Let go of all that belongs to a stream but its entry. */
static void
empty(struct stream_table *t, struct stream *s)
{
	dir_drop(t, &s->dir[0]);
	dir_drop(t, &s->dir[1]);
	if (s->reader != NULL)
		t->sink.closed(t->sink.ctx, s);
	s->reader = NULL;
	s->kind = 0;
	stream_charge(t, s, 0);
}

/* The connection is over. */
static void
finish(struct stream_table *t, struct stream *s)
{
	if (s->closed)
		return;
	dir_flush(t, s, 0);
	dir_flush(t, s, 1);
	unfollow(t, s);
	s->closed = true;
	empty(t, s);
}

static void
remove_stream(struct stream_table *t, struct stream *s)
{
	finish(t, s);
	table_remove(&t->table, s);
}

static void
evict(struct stream_table *t)
{
	struct stream *s = table_oldest(&t->table);

	if (stream_read_on(s) && (s->reader != NULL || s->dir[0].cap + s->dir[1].cap + s->dir[0].held + s->dir[1].held > 0))
		t->counts->n[WHY_STREAM_EVICTED]++;
	remove_stream(t, s);
}

void
stream_free(struct stream_table *t)
{
	struct stream *s;

	if (t == NULL)
		return;
	while ((s = table_oldest(&t->table)) != NULL) {
		empty(t, s);
		table_remove(&t->table, s);
	}
	table_free(&t->table);
	free(t->gate.following);
	free(t);
}

struct stream *
stream_find(struct stream_table *t, const struct pkt *p, int *side)
{
	struct stream_key k;

	*side = stream_key_of(p, &k);
	return table_find(&t->table, &k);
}

struct stream *
stream_open(struct stream_table *t, const struct pkt *p, usec_t now, int *side)
{
	struct stream *s = stream_find(t, p, side);
	struct stream_key k;

	if (s != NULL)
		return s;
	stream_key_of(p, &k);
	while ((s = table_add(&t->table, &k)) == NULL && t->table.n > 0)
		evict(t);
	if (s == NULL)
		return NULL;
	s->last = now;
	s->opener = -1;
	++*gate_of(t, s);
	return s;
}

/* Begin anew: another connection, or the same one joined in its middle. */
static void
restart(struct stream_table *t, struct stream *s)
{
	if (!stream_read_on(s))
		++*gate_of(t, s);
	s->dir[0] = s->dir[1] = (struct stream_dir){ 0 };
	s->closed = s->resting = false;
	s->opener = -1;
}

void
stream_rest(struct stream_table *t, struct stream *s)
{
	unfollow(t, s);
	s->resting = true;
}

void
stream_wake(struct stream_table *t, struct stream *s)
{
	int8_t opener = s->opener;

	assert(s->resting && !s->closed);
	restart(t, s);
	s->opener = opener;
}

static void
open_dir(struct stream_dir *d, uint32_t seq, bool from_start)
{
	d->open = true;
	d->from_start = from_start;
	d->start = d->next = d->gap_lo = d->gap_hi = seq;
}

/* A SYN that does not go with what is known of its side: is it another connection?  Not if a server that has sent nothing
 * yet only changes its mind about where to begin. */
static bool
another(const struct stream *s, int side, const struct pkt *p)
{
	const struct stream_dir *d = &s->dir[side], *other = &s->dir[!side];

	if (s->closed)
		return true;
	if ((p->tcp_flags & TCP_ACK) == 0 || !other->open)
		return d->open;
	if (other->start == p->ack)
		return d->open && d->next != d->start;
	return d->open || !other->from_start;		/* joined another before it */
}

static void
handle_syn(struct stream_table *t, struct stream *s, int side, const struct pkt *p)
{
	struct stream_dir *d = &s->dir[side], *other = &s->dir[!side];
	bool ack = (p->tcp_flags & TCP_ACK) != 0;

	if (d->open && d->start == p->seq + 1) {	/* a copy; or it comes behind the first data */
		d->from_start |= d->next == d->start;
	} else {
		if (another(s, side, p)) {
			finish(t, s);
			restart(t, s);
		}
		dir_drop(t, d);
		*d = (struct stream_dir){ 0 };
		open_dir(d, p->seq + 1, true);
	}
	s->opener = (int8_t)(ack ? !side : side);
	if (ack && !other->open)
		open_dir(other, p->ack, true);
	if (ack && other->start == p->ack)
		other->from_start |= other->next == other->start;
}

static bool
believable_rst(const struct stream_dir *d, const struct pkt *p)
{
	return !d->open || p->seq - d->next < RST_WINDOW;
}

static void
handle_data(struct stream_table *t, struct stream *s, int side, const struct pkt *p, const struct stream_at *at)
{
	struct stream_dir *d = &s->dir[side];
	struct piece pc = { p->pay, p->seq + ((p->tcp_flags & TCP_SYN) != 0), p->pay_have, p->pay_wire - p->pay_have };

	if (pc.n + pc.cut == 0 && (p->tcp_flags & TCP_FIN) == 0)
		return;
	if (!d->open)
		open_dir(d, pc.seq, false);
	if ((p->tcp_flags & TCP_FIN) != 0 && !d->fin) {
		d->fin = true;
		d->fin_at = pc.seq + p->pay_wire;
	}
	if (pc.n + pc.cut > 0)
		dir_data(t, s, side, pc, at);
	dir_check_fin(t, s, side, at);
}

void
stream_packet(struct stream_table *t, struct stream *s, int side, const struct pkt *p, const struct frame *f)
{
	struct stream_at at = { .t = f->t, .frame = f };

	table_touch(&t->table, s);
	if (f->t > s->last)
		s->last = f->t;
	if ((p->tcp_flags & TCP_SYN) != 0)
		handle_syn(t, s, side, p);
	memcpy(s->dir[side].smac, p->smac, sizeof(p->smac));
	if ((p->tcp_flags & TCP_ACK) != 0 && stream_read_on(s))
		dir_acked(t, s, !side, p->ack, &at);
	if (stream_read_on(s))
		handle_data(t, s, side, p, &at);
	if (!s->closed && ((s->dir[0].done && s->dir[1].done) ||
	    ((p->tcp_flags & TCP_RST) != 0 && believable_rst(&s->dir[side], p))))
		finish(t, s);
	if (s->resting) {
		dir_drop(t, &s->dir[0]);
		dir_drop(t, &s->dir[1]);
	}
	while (t->bytes > t->limits.bytes && t->table.n > 0)
		evict(t);
}

void
stream_tick(struct stream_table *t, usec_t now)
{
	struct stream *s;

	while ((s = table_oldest(&t->table)) != NULL && now - s->last > t->limits.idle)
		remove_stream(t, s);
}

void
stream_flush(struct stream_table *t)
{
	for (struct stream *s = table_oldest(&t->table); s != NULL; s = table_newer(&t->table, s)) {
		dir_flush(t, s, 0);
		dir_flush(t, s, 1);
	}
}

const struct stream_gate *
stream_gate(const struct stream_table *t)
{
	return &t->gate;
}

size_t
stream_bytes(const struct stream_table *t)
{
	return t->bytes + table_bytes(&t->table);
}

uint32_t
stream_count(const struct stream_table *t)
{
	return t->table.n;
}
