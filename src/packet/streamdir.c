/* One direction: what is in order goes to the reader, what is not waits in a list sorted by sequence number.
 *
 * 1. Segments in the list do not overlap, and lie behind `next`, but for the moment in which drain() takes them out.
 * 2. buf[off..off+len) are the bytes before `next` that the reader has not taken.
 * 3. After each callback the reader may want no more: stream_read_on() is asked before anything else is done. */
#include <stdlib.h>
#include <string.h>

#include "packet/stream_int.h"

static int32_t
ahead(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

static void
drop_unread(struct stream_table *t, struct stream_dir *d)
{
	free(d->buf);
	t->bytes -= d->cap;
	d->buf = NULL;
	d->off = d->len = d->cap = 0;
}

static void
drop_head(struct stream_table *t, struct stream_dir *d)
{
	struct stream_seg *g = d->head;
	size_t size = sizeof(*g) + g->len;

	d->head = g->next;
	if (d->head == NULL)
		d->tail = NULL;
	d->held -= size;
	t->bytes -= size;
	free(g);
}

void
dir_drop(struct stream_table *t, struct stream_dir *d)
{
	drop_unread(t, d);
	while (d->head != NULL)
		drop_head(t, d);
}

/* What the hole ends was sent when the bytes before it were, however late the packet comes that shows the hole. */
static void
gap(struct stream_table *t, struct stream *s, int side, uint32_t lost, const struct stream_at *at)
{
	struct stream_dir *d = &s->dir[side];
	const struct stream_at before = { .t = d->t };

	if (d->t != 0 && d->t < at->t)
		at = &before;

	t->counts->n[WHY_STREAM_GAP]++;
	d->gap_lo = d->next;
	d->next += lost;
	d->gap_hi = d->next;
	d->from_start = false;
	t->sink.gap(t->sink.ctx, s, side, d->len > 0 ? d->buf + d->off : NULL, d->len, lost, at);
	drop_unread(t, d);
}

/* Keep what the reader left, behind what it left before.  False at the bound, or without memory. */
static bool
keep(struct stream_table *t, struct stream_dir *d, const uint8_t *p, size_t n)
{
	size_t cap = d->cap > 0 ? d->cap : 256;
	uint8_t *b;

	if (d->len + n > t->limits.side)
		return false;
	if (d->off > 0) {
		memmove(d->buf, d->buf + d->off, d->len);
		d->off = 0;
	}
	while (cap < d->len + n)
		cap *= 2;
	if (cap > d->cap) {
		b = realloc(d->buf, cap);
		if (b == NULL)
			return false;
		t->bytes += cap - d->cap;
		d->buf = b;
		d->cap = (uint32_t)cap;
	}
	memcpy(d->buf + d->len, p, n);
	d->len += (uint32_t)n;
	return true;
}

/* The next n bytes are there. */
static void
hand(struct stream_table *t, struct stream *s, int side, const uint8_t *p, uint32_t n, const struct stream_at *at)
{
	struct stream_dir *d = &s->dir[side];
	size_t used;

	d->next += n;
	d->t = at->t;
	if (d->len > 0 && !keep(t, d, p, n))
		gap(t, s, side, 0, at);		/* the reader waits for more than we may hold */
	if (!stream_read_on(s))
		return;
	if (d->len == 0) {
		used = t->sink.data(t->sink.ctx, s, side, p, n, at);
		if (stream_read_on(s) && used < n && !keep(t, d, p + used, n - used)) {
			d->next -= (uint32_t)(n - used);
			gap(t, s, side, (uint32_t)(n - used), at);
		}
	} else {
		used = t->sink.data(t->sink.ctx, s, side, d->buf + d->off, d->len, at);
		d->off += (uint32_t)used;
		d->len -= (uint32_t)used;
		if (d->len == 0)
			drop_unread(t, d);
	}
}

/* The sensor cut its packet here. */
static void
skip_cut(struct stream_table *t, struct stream *s, int side, uint32_t cut, const struct stream_at *at)
{
	struct stream_dir *d = &s->dir[side];

	if (d->head != NULL && ahead(d->head->seq, d->next) < (int32_t)cut)
		cut = (uint32_t)ahead(d->head->seq, d->next);
	if (cut > 0)
		gap(t, s, side, cut, at);
}

/* Hand out the segments that follow without a hole.  at: the packet that filled the hole; NULL if it was given up, and each
 * segment stands for itself. */
static void
drain(struct stream_table *t, struct stream *s, int side, const struct stream_at *at, const struct stream_at *now)
{
	struct stream_dir *d = &s->dir[side];

	while (stream_read_on(s) && d->head != NULL && d->head->seq == d->next) {
		struct stream_seg *g = d->head;
		struct stream_at own = { .t = g->t };
		uint32_t cut = g->cut;

		if (now->frame != NULL && now->frame->number == g->number && now->frame->source == g->source)
			own.frame = now->frame;
		if (own.t < d->t)
			own.t = d->t;
		hand(t, s, side, g->b, g->len, at != NULL ? at : &own);
		drop_head(t, d);
		if (stream_read_on(s) && cut > 0)
			skip_cut(t, s, side, cut, at != NULL ? at : &own);
	}
	if (d->head != NULL)
		d->hole_t = d->head->t;
}

/* What is missing before the first segment held will not come. */
static void
give_up(struct stream_table *t, struct stream *s, int side, const struct stream_at *now)
{
	struct stream_dir *d = &s->dir[side];
	struct stream_at at = { .t = d->head->t };

	gap(t, s, side, (uint32_t)ahead(d->head->seq, d->next), &at);
	drain(t, s, side, NULL, now);
}

static struct stream_seg *
put(struct stream_table *t, struct stream_dir *d, struct stream_seg **at_link, struct piece pc, const struct stream_at *at)
{
	struct stream_seg *g = malloc(sizeof(*g) + pc.n);

	if (g == NULL)
		return NULL;
	*g = (struct stream_seg){ .next = *at_link, .seq = pc.seq, .len = pc.n, .cut = pc.cut, .t = at->t };
	if (at->frame != NULL) {
		g->source = at->frame->source;
		g->number = at->frame->number;
	}
	memcpy(g->b, pc.p, pc.n);
	*at_link = g;
	if (g->next == NULL)
		d->tail = g;
	d->held += sizeof(*g) + pc.n;
	t->bytes += sizeof(*g) + pc.n;
	return g;
}

static void
forward(struct piece *pc, uint32_t n)
{
	pc->p += n;
	pc->seq += n;
	pc->n -= n;
}

/* Keep the bytes that are not there yet, each run between two segments as one of its own. */
static void
insert(struct stream_table *t, struct stream_dir *d, struct piece pc, const struct stream_at *at)
{
	struct stream_seg **link = &d->head, *g;
	bool differs = false;

	if (d->tail != NULL && ahead(pc.seq, d->tail->seq + d->tail->len) >= 0)
		link = &d->tail->next;
	while (pc.n > 0) {
		uint32_t n = pc.n;

		g = *link;
		if (g != NULL && ahead(pc.seq, g->seq) >= 0) {		/* in it, or behind it */
			uint32_t in = (uint32_t)ahead(pc.seq, g->seq);

			if (in < g->len) {
				n = g->len - in < n ? g->len - in : n;
				differs |= memcmp(g->b + in, pc.p, n) != 0;
				forward(&pc, n);
			}
			link = &g->next;
			continue;
		}
		if (g != NULL && ahead(g->seq, pc.seq) < (int32_t)n)
			n = (uint32_t)ahead(g->seq, pc.seq);
		g = put(t, d, link, (struct piece){ pc.p, pc.seq, n, n == pc.n ? pc.cut : 0 }, at);
		if (g == NULL)
			break;
		link = &g->next;
		forward(&pc, n);
	}
	t->counts->n[WHY_STREAM_OVERLAP] += differs;
}

/* The part of a segment that lies before `next`: seen already, or too late. */
static void
old_part(struct stream_table *t, struct stream_dir *d, struct piece *pc)
{
	uint32_t n = (uint32_t)-ahead(pc->seq, d->next), unread = d->next - d->len;

	if (n > pc->n)
		n = pc->n;
	if (ahead(pc->seq, d->start) < 0 || (ahead(pc->seq, d->gap_hi) < 0 && ahead(pc->seq + n, d->gap_lo) > 0))
		t->counts->n[WHY_STREAM_LATE]++;
	else if (d->len > 0 && ahead(pc->seq, unread) >= 0 &&
	    memcmp(d->buf + d->off + (pc->seq - unread), pc->p, n) != 0)
		t->counts->n[WHY_STREAM_OVERLAP]++;
	forward(pc, n);
	n = (uint32_t)-ahead(pc->seq, d->next);		/* what is left of it was cut */
	pc->cut -= n < pc->cut ? n : pc->cut;
	pc->seq += n;
}

void
dir_data(struct stream_table *t, struct stream *s, int side, struct piece pc, const struct stream_at *at)
{
	struct stream_dir *d = &s->dir[side];

	if (ahead(pc.seq, d->next) < 0)
		old_part(t, d, &pc);
	if (pc.seq == d->next && d->head == NULL) {
		if (pc.n > 0)
			hand(t, s, side, pc.p, pc.n, at);
		if (stream_read_on(s) && pc.cut > 0)
			skip_cut(t, s, side, pc.cut, at);
		return;
	}
	if (d->head == NULL)
		d->hole_t = at->t;
	insert(t, d, pc, at);
	if (d->head != NULL && d->head->seq == d->next)
		drain(t, s, side, at, at);
	while (stream_read_on(s) && d->head != NULL && ((d->has_ack && ahead(d->acked, d->head->seq) >= 0) ||
	    d->held > t->limits.side || at->t - d->hole_t > t->limits.hole))
		give_up(t, s, side, at);
}

void
dir_check_fin(struct stream_table *t, struct stream *s, int side, const struct stream_at *at)
{
	struct stream_dir *d = &s->dir[side];

	if (!stream_read_on(s) || !d->fin || d->done || d->head != NULL)
		return;
	if (ahead(d->fin_at, d->next) > 0 && d->has_ack && ahead(d->acked, d->fin_at) > 0)
		gap(t, s, side, (uint32_t)ahead(d->fin_at, d->next), at);
	if (!stream_read_on(s) || ahead(d->fin_at, d->next) > 0)
		return;
	d->done = true;
	t->sink.fin(t->sink.ctx, s, side, at);
}

void
dir_acked(struct stream_table *t, struct stream *s, int side, uint32_t ack, const struct stream_at *at)
{
	struct stream_dir *d = &s->dir[side];

	if (!d->has_ack || ahead(ack, d->acked) > 0)
		d->acked = ack;
	d->has_ack = true;
	while (stream_read_on(s) && d->head != NULL && ahead(d->acked, d->head->seq) >= 0)
		give_up(t, s, side, at);
	dir_check_fin(t, s, side, at);
}

void
dir_flush(struct stream_table *t, struct stream *s, int side)
{
	struct stream_dir *d = &s->dir[side];
	struct stream_at at = { .t = d->t };

	while (stream_read_on(s) && d->head != NULL)
		give_up(t, s, side, &at);
	at.t = d->t;
	dir_check_fin(t, s, side, &at);
}
