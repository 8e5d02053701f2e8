/* Segments written by hand; what the reader was given is kept as text, a hole as [bytes lost], the end of a side as $. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packet/stream.h"

struct world {
	struct stream_table *t;
	struct why_counts why;
	char got[2][4096];
	size_t len[2];
	usec_t at[2];		/* of the newest bytes */
	usec_t gap_at;
	uint64_t frame[2];	/* their packet, 0 if not known */
	size_t chunk;		/* the reader takes bytes only in so many at once */
	bool rest;		/* the reader has enough after the first bytes */
	int closed;
	usec_t now;
	uint64_t number;
};

static void
note(struct world *w, int side, const void *p, size_t n)
{
	assert_true(w->len[side] + n < sizeof(w->got[side]));
	memcpy(w->got[side] + w->len[side], p, n);
	w->len[side] += n;
}

static size_t
take(void *ctx, struct stream *s, int side, const uint8_t *p, size_t n, const struct stream_at *at)
{
	struct world *w = ctx;
	size_t used = n - n % w->chunk;

	s->reader = w;
	note(w, side, p, used);
	w->at[side] = at->t;
	w->frame[side] = at->frame != NULL ? at->frame->number : 0;
	if (w->rest)
		stream_rest(w->t, s);
	return used;
}

static void
missing(void *ctx, struct stream *s, int side, const uint8_t *p, size_t n, uint32_t lost, const struct stream_at *at)
{
	char text[256];

	(void)s;
	((struct world *)ctx)->gap_at = at->t;
	note(ctx, side, text, (size_t)snprintf(text, sizeof(text), "[%.*s%s%u]", (int)n, n > 0 ? (const char *)p : "",
	    n > 0 ? "+" : "", lost));
}

static void
end(void *ctx, struct stream *s, int side, const struct stream_at *at)
{
	(void)s;
	(void)at;
	note(ctx, side, "$", 1);
}

static void
closed(void *ctx, struct stream *s)
{
	struct world *w = ctx;

	assert_ptr_equal(s->reader, w);
	w->closed++;
}

static const struct stream_limits roomy = { .streams = 100, .bytes = 1 << 20, .side = 1 << 16, .hole = 10 * TM_SEC,
	.idle = 60 * TM_SEC };

static struct world *
world_with(const struct stream_limits *limits)
{
	struct world *w = calloc(1, sizeof(*w));
	struct stream_sink sink = { .ctx = w, .data = take, .gap = missing, .fin = end, .closed = closed };

	assert_non_null(w);
	w->chunk = 1;
	w->now = 1000 * TM_SEC;
	w->t = stream_new(limits, &sink, &w->why, 5);
	assert_non_null(w->t);
	return w;
}

static void
world_end(struct world *w)
{
	stream_free(w->t);
	free(w);
}

/* Side 0 is 192.0.2.1 and the port given, side 1 is 192.0.2.2 port 53. */
static struct pkt
segment(int side, uint16_t port, unsigned flags, uint32_t seq, uint32_t ack, const char *text)
{
	struct pkt p = { .proto = IPP_TCP, .tcp_flags = (uint8_t)flags, .seq = seq, .ack = ack };
	const uint8_t a[2][4] = { { 192, 0, 2, 1 }, { 192, 0, 2, 2 } };

	p.src = addr_v4(a[side]);
	p.dst = addr_v4(a[!side]);
	p.sport = side == 0 ? port : 53;
	p.dport = side == 0 ? 53 : port;
	p.pay = (const uint8_t *)text;
	p.pay_have = p.pay_wire = (uint32_t)strlen(text);
	return p;
}

static void
feed(struct world *w, const struct pkt *p)
{
	struct frame f = { .t = w->now, .number = ++w->number };
	int side;
	struct stream *s = stream_open(w->t, p, f.t, &side);

	assert_non_null(s);
	stream_packet(w->t, s, side, p, &f);
}

static void
seg(struct world *w, int side, unsigned flags, uint32_t seq, uint32_t ack, const char *text)
{
	struct pkt p = segment(side, 4000, flags, seq, ack, text);

	feed(w, &p);
}

#define assert_got(w, side, text) do { \
	(w)->got[side][(w)->len[side]] = '\0'; \
	assert_string_equal((w)->got[side], text); \
} while (0)

static void
a_whole_connection(void **state)
{
	struct world *w = world_with(&roomy);
	struct pkt p = segment(0, 4000, TCP_ACK, 0, 0, "");

	(void)state;
	seg(w, 0, TCP_SYN, 99, 0, "");
	assert_true(stream_followed(stream_gate(w->t), &p));
	seg(w, 1, TCP_SYN | TCP_ACK, 499, 100, "");
	seg(w, 0, TCP_ACK, 100, 500, "ask");
	seg(w, 1, TCP_ACK, 500, 103, "answer");
	seg(w, 0, TCP_ACK | TCP_FIN, 103, 506, "!");
	seg(w, 1, TCP_ACK | TCP_FIN, 506, 105, "");
	assert_got(w, 0, "ask!$");
	assert_got(w, 1, "answer$");
	assert_int_equal(w->closed, 1);
	assert_false(stream_followed(stream_gate(w->t), &p));
	/* a late copy begins nothing; a SYN of another connection does */
	seg(w, 1, TCP_ACK, 500, 103, "answer");
	seg(w, 0, TCP_SYN, 99, 0, "");
	assert_got(w, 1, "answer$");
	seg(w, 0, TCP_SYN, 7777, 0, "");
	seg(w, 0, TCP_ACK, 7778, 1, "again");
	assert_got(w, 0, "ask!$again");
	assert_int_equal(w->why.n[WHY_STREAM_GAP], 0);
	world_end(w);
}

static void
out_of_order_and_twice(void **state)
{
	struct world *w = world_with(&roomy);

	(void)state;
	seg(w, 0, TCP_SYN, 0xfffffffa, 0, "");		/* sequence numbers wrap inside "fgh" */
	seg(w, 0, 0, 0xfffffffe, 0, "defgh");
	w->now += TM_SEC;
	seg(w, 0, 0, 6, 0, "lm");
	seg(w, 0, 0, 0xfffffffe, 0, "defgh");
	seg(w, 0, 0, 1, 0, "ghijk");			/* half of it known */
	assert_got(w, 0, "");
	seg(w, 0, 0, 0xfffffffb, 0, "abc");
	assert_got(w, 0, "abcdefghijklm");
	assert_int_equal(w->at[0], w->now);
	assert_int_equal(w->frame[0], 6);
	seg(w, 0, 0, 1, 0, "ghijk");
	seg(w, 0, 0, 5, 0, "klmno");
	assert_got(w, 0, "abcdefghijklmno");
	assert_int_equal(w->why.n[WHY_STREAM_OVERLAP], 0);
	assert_int_equal(w->why.n[WHY_STREAM_GAP], 0);
	assert_int_equal(w->why.n[WHY_STREAM_LATE], 0);
	world_end(w);
}

static void
the_first_byte_seen_wins(void **state)
{
	struct world *w = world_with(&roomy);

	(void)state;
	seg(w, 0, TCP_SYN, 0, 0, "");
	seg(w, 0, 0, 4, 0, "DE");
	seg(w, 0, 0, 8, 0, "H");
	seg(w, 0, 0, 3, 0, "cdefghi");			/* around both */
	assert_int_equal(w->why.n[WHY_STREAM_OVERLAP], 1);
	seg(w, 0, 0, 1, 0, "abxxxx");			/* ours are in the way from c on */
	assert_got(w, 0, "abcDEfgHi");
	assert_int_equal(w->why.n[WHY_STREAM_OVERLAP], 2);
	w->chunk = 4;
	seg(w, 0, 0, 10, 0, "jk");			/* not taken yet: can still be compared */
	seg(w, 0, 0, 10, 0, "jk");
	assert_int_equal(w->why.n[WHY_STREAM_OVERLAP], 2);
	seg(w, 0, 0, 11, 0, "Xlm");
	assert_int_equal(w->why.n[WHY_STREAM_OVERLAP], 3);
	assert_got(w, 0, "abcDEfgHijklm");
	world_end(w);
}

static void
data_in_the_syn(void **state)
{
	struct world *w = world_with(&roomy);

	(void)state;
	seg(w, 0, TCP_SYN, 10, 0, "early");
	seg(w, 1, TCP_SYN | TCP_ACK, 20, 16, "too");
	seg(w, 0, TCP_ACK, 16, 24, "late");
	assert_got(w, 0, "earlylate");
	assert_got(w, 1, "too");
	world_end(w);
}

static void
joined_in_the_middle(void **state)
{
	struct world *w = world_with(&roomy);
	struct pkt p = segment(0, 4000, 0, 0, 0, "");
	struct stream *s;
	int side;

	(void)state;
	seg(w, 0, TCP_ACK, 1000, 5, "mid");
	seg(w, 0, TCP_ACK, 990, 5, "before");		/* what comes before the beginning is too late */
	seg(w, 0, TCP_ACK, 1003, 5, "dle");
	assert_got(w, 0, "middle");
	assert_int_equal(w->why.n[WHY_STREAM_LATE], 1);
	s = stream_find(w->t, &p, &side);
	assert_false(s->dir[0].from_start);
	assert_int_equal(s->opener, -1);
	/* from the SYN-ACK both beginnings are known */
	seg(w, 1, TCP_SYN | TCP_ACK, 70, 2001, "");
	seg(w, 0, TCP_ACK, 2003, 71, "cd");
	seg(w, 0, TCP_ACK, 2001, 71, "ab");
	assert_got(w, 0, "middleabcd");
	assert_true(s->dir[0].from_start);
	assert_int_equal(s->opener, 0);
	world_end(w);
}

static void
a_hole_is_given_up_when_it_is_acknowledged(void **state)
{
	struct world *w = world_with(&roomy);

	(void)state;
	w->chunk = 3;
	seg(w, 0, TCP_SYN, 0, 0, "");
	seg(w, 0, TCP_ACK, 1, 5, "abcd");		/* d waits in vain */
	seg(w, 1, TCP_ACK, 5, 15, "");			/* the other side has it, but nothing later is here: late, perhaps */
	assert_got(w, 0, "abc");
	seg(w, 0, TCP_ACK, 25, 5, "uvw");
	w->now += TM_SEC;
	seg(w, 1, TCP_ACK, 5, 24, "");
	assert_got(w, 0, "abc");
	seg(w, 1, TCP_ACK, 5, 25, "");
	assert_got(w, 0, "abc[d+20]uvw");
	assert_int_equal(w->at[0], w->now - TM_SEC);	/* when it was seen */
	assert_int_equal(w->frame[0], 0);
	seg(w, 0, TCP_ACK, 5, 5, "efg");
	assert_int_equal(w->why.n[WHY_STREAM_LATE], 1);
	seg(w, 1, TCP_ACK, 5, 99, "");
	seg(w, 0, TCP_ACK, 30, 5, "xyz");		/* the acknowledgement came first */
	assert_got(w, 0, "abc[d+20]uvw[2]xyz");
	assert_int_equal(w->frame[0], w->number);
	seg(w, 0, TCP_ACK | TCP_FIN, 40, 5, "");
	assert_got(w, 0, "abc[d+20]uvw[2]xyz[7]$");
	assert_int_equal(w->why.n[WHY_STREAM_GAP], 3);
	world_end(w);
}

static void
the_first_bytes_are_missing(void **state)
{
	struct world *w = world_with(&roomy);
	struct pkt p = segment(0, 4000, 0, 0, 0, "");
	int side;

	(void)state;
	seg(w, 0, TCP_SYN, 0, 0, "");
	assert_true(stream_find(w->t, &p, &side)->dir[0].from_start);
	seg(w, 1, TCP_ACK, 5, 9, "");
	seg(w, 0, TCP_ACK, 9, 5, "i");
	assert_got(w, 0, "[8]i");
	assert_false(stream_find(w->t, &p, &side)->dir[0].from_start);
	world_end(w);
}

static void
a_hole_is_given_up_after_a_while_and_at_the_end(void **state)
{
	struct world *w = world_with(&roomy);

	(void)state;
	seg(w, 0, 0, 1, 0, "a");
	seg(w, 0, 0, 3, 0, "c");
	w->now += 10 * TM_SEC;
	seg(w, 0, 0, 5, 0, "e");
	assert_got(w, 0, "a");
	w->now += 1;
	seg(w, 0, 0, 7, 0, "g");
	assert_got(w, 0, "a[1]c");
	stream_flush(w->t);
	assert_got(w, 0, "a[1]c[1]e[1]g");
	seg(w, 1, 0, 50, 0, "x");
	seg(w, 1, TCP_RST, 60, 0, "z");
	assert_got(w, 1, "x[9]z");
	assert_int_equal(w->closed, 1);
	world_end(w);
}

static void
idle_connections_go(void **state)
{
	struct world *w = world_with(&roomy);

	(void)state;
	seg(w, 0, 0, 1, 0, "a");
	seg(w, 0, 0, 3, 0, "c");
	stream_tick(w->t, w->now + 60 * TM_SEC);
	assert_int_equal(stream_count(w->t), 1);
	stream_tick(w->t, w->now + 60 * TM_SEC + 1);
	assert_int_equal(stream_count(w->t), 0);
	assert_got(w, 0, "a[1]c");
	assert_int_equal(w->closed, 1);
	assert_int_equal(w->why.n[WHY_STREAM_EVICTED], 0);
	world_end(w);
}

static void
a_reset_far_away_is_not_believed(void **state)
{
	struct world *w = world_with(&roomy);

	(void)state;
	seg(w, 0, 0, 5000000, 0, "a");
	seg(w, 0, TCP_RST, 7, 0, "");
	seg(w, 0, 0, 5000001, 0, "b");
	assert_got(w, 0, "ab");
	seg(w, 0, TCP_RST, 5000002, 0, "");
	assert_int_equal(w->closed, 1);
	world_end(w);
}

static void
packets_cut_by_the_snap_length(void **state)
{
	struct world *w = world_with(&roomy);
	struct pkt p = segment(0, 4000, 0, 1, 0, "abc"), q = segment(0, 4000, 0, 21, 0, "uvw");

	(void)state;
	p.pay_wire = 10;
	q.pay_wire = 10;
	feed(w, &p);
	assert_got(w, 0, "abc[7]");
	feed(w, &q);					/* 11..20 come later, whole */
	seg(w, 0, 0, 11, 0, "klmnopqrst");
	assert_got(w, 0, "abc[7]klmnopqrstuvw[7]");
	seg(w, 0, 0, 33, 0, "G");
	seg(w, 0, 0, 31, 0, "EF");
	assert_got(w, 0, "abc[7]klmnopqrstuvw[7]EFG");
	seg(w, 0, 0, 36, 0, "J");
	p = segment(0, 4000, 0, 34, 0, "H");
	p.pay_wire = 10;				/* cut, and what is cut is known in part */
	feed(w, &p);
	assert_got(w, 0, "abc[7]klmnopqrstuvw[7]EFGH[1]J");
	world_end(w);
}

static void
a_reader_that_takes_nothing_is_told_a_gap(void **state)
{
	struct stream_limits small = roomy;
	struct world *w;

	(void)state;
	small.side = 100;
	w = world_with(&small);
	w->chunk = 1000;
	for (uint32_t i = 0; i < 4; i++)
		seg(w, 0, 0, 1 + 30 * i, 0, "0123456789abcdefghijklmnopqrst");
	assert_got(w, 0, "[0123456789abcdefghijklmnopqrst0123456789abcdefghijklmnopqrst0123456789abcdefghijklmnopqrst+0]");
	w->len[0] = 0;
	w->chunk = 4;
	seg(w, 0, 0, 121, 0, "!");
	assert_got(w, 0, "0123456789abcdefghijklmnopqr");
	assert_true(stream_bytes(w->t) < 400000);
	world_end(w);
}

/* The last of an answer is missing, and it is a minute until the next: the first was sent a minute ago. */
static void
what_a_hole_ends_was_sent_before_it(void **state)
{
	struct world *w = world_with(&roomy);
	usec_t first = w->now;

	(void)state;
	w->chunk = 10;
	seg(w, 1, TCP_ACK, 1, 1, "answe");
	w->now += 55 * TM_SEC;
	seg(w, 1, TCP_ACK, 11, 1, "next after");
	w->now++;
	seg(w, 0, TCP_ACK, 1, 21, "");
	assert_got(w, 1, "[answe+5]next after");
	assert_int_equal(w->gap_at, first);
	assert_int_equal(w->at[1], first + 55 * TM_SEC);
	world_end(w);
}

/* The same if the connection ends there. */
static void
what_the_end_cuts_off_was_sent_before_it(void **state)
{
	struct world *w = world_with(&roomy);
	usec_t first = w->now;

	(void)state;
	w->chunk = 10;
	seg(w, 1, TCP_ACK, 1, 1, "answe");
	w->now += 55 * TM_SEC;
	seg(w, 1, TCP_ACK | TCP_FIN, 11, 1, "");
	seg(w, 0, TCP_ACK, 1, 12, "");
	assert_got(w, 1, "[answe+5]$");
	assert_int_equal(w->gap_at, first);
	world_end(w);
}

static void
bounded_behind_a_hole(void **state)
{
	struct stream_limits small = roomy;
	struct world *w;
	struct pkt p = segment(0, 4000, 0, 0, 0, "x");
	size_t before;

	(void)state;
	small.side = 3000;
	w = world_with(&small);
	feed(w, &p);
	before = stream_bytes(w->t);
	for (p.seq = 2000; p.seq > 2; p.seq -= 2) {	/* a thousand holes, from behind */
		feed(w, &p);
		assert_true(stream_bytes(w->t) - before <= 3000 + 100);
		w->len[0] = 0;
	}
	assert_true(w->why.n[WHY_STREAM_GAP] > 0);
	world_end(w);
}

static void
at_the_bound_the_longest_idle_goes(void **state)
{
	struct stream_limits small = roomy;
	struct world *w;
	uint16_t port;

	(void)state;
	small.bytes = 4096;
	w = world_with(&small);
	for (port = 1; port <= 50; port++) {		/* each keeps 256 bytes for the one not taken */
		struct pkt p = segment(0, port, 0, 1, 0, "abc");

		w->chunk = 2;
		feed(w, &p);
	}
	assert_int_equal(stream_count(w->t), 16);
	assert_int_equal(w->why.n[WHY_STREAM_EVICTED], 34);
	assert_int_equal(w->closed, 34);
	w->chunk = 1;
	for (port = 1000; port < 3000; port++) {	/* SYNs only: nothing is lost with them */
		struct pkt p = segment(0, port, TCP_SYN, 1, 0, "");

		feed(w, &p);
	}
	assert_int_equal(stream_count(w->t), 100);
	assert_int_equal(w->why.n[WHY_STREAM_EVICTED], 50);
	world_end(w);
}

static void
rests_and_wakes(void **state)
{
	struct world *w = world_with(&roomy);
	struct pkt p = segment(0, 4000, 0, 500, 0, "later");
	struct stream *s;
	int side;

	(void)state;
	w->rest = true;
	seg(w, 0, 0, 1, 0, "first");
	seg(w, 0, 0, 6, 0, "more");
	assert_got(w, 0, "first");
	assert_false(stream_followed(stream_gate(w->t), &p));
	w->rest = false;
	s = stream_find(w->t, &p, &side);
	stream_wake(w->t, s);
	feed(w, &p);
	assert_got(w, 0, "firstlater");
	assert_true(stream_followed(stream_gate(w->t), &p));
	stream_tick(w->t, w->now + 100 * TM_SEC);
	assert_false(stream_followed(stream_gate(w->t), &p));
	assert_int_equal(w->closed, 1);
	world_end(w);
}

static void
a_server_that_begins_elsewhere(void **state)
{
	struct world *w = world_with(&roomy);

	(void)state;
	seg(w, 0, TCP_SYN, 99, 0, "");
	seg(w, 1, TCP_SYN | TCP_ACK, 499, 100, "");
	seg(w, 0, TCP_ACK, 100, 500, "ask");
	seg(w, 1, TCP_SYN | TCP_ACK, 7499, 100, "");
	seg(w, 0, TCP_ACK, 100, 7500, "ask");
	seg(w, 1, TCP_ACK, 7500, 103, "answer");
	assert_got(w, 0, "ask");
	assert_got(w, 1, "answer");
	assert_int_equal(w->closed, 0);
	seg(w, 1, TCP_SYN | TCP_ACK, 11, 100, "");	/* not after that */
	assert_int_equal(w->closed, 1);
	world_end(w);
}

/* Cut a text anywhere, send the pieces in any order, some twice, some overlapping: always the same text. */
static void
any_split_gives_the_same_bytes(void **state)
{
	static char text[1501];

	(void)state;
	for (size_t i = 0; i < 1500; i++)
		text[i] = (char)('a' + i * 7 % 26);
	for (unsigned seed = 1; seed <= 300; seed++) {
		struct world *w = world_with(&roomy);
		uint32_t from[200], len[200], n = 0, isn = seed * 0x1f351f35u;
		unsigned r = seed;

		for (uint32_t at = 0; at < 1500; n++) {
			from[n] = at;
			len[n] = 1 + (uint32_t)rand_r(&r) % 40;
			if (len[n] > 1500 - at)
				len[n] = 1500 - at;
			at += len[n];
			if (rand_r(&r) % 4 == 0)
				at -= len[n] / 2;	/* the next one overlaps */
		}
		seg(w, 0, TCP_SYN, isn, 0, "");
		w->chunk = 1 + seed % 5 * 25 * (seed % 2);
		for (uint32_t i = 0; i < n; i++) {
			uint32_t k = i + (uint32_t)rand_r(&r) % (n - i);
			char piece[41] = "";

			memcpy(piece, text + from[k], len[k]);
			seg(w, 0, 0, isn + 1 + from[k], 0, piece);
			if (rand_r(&r) % 5 == 0)
				seg(w, 0, 0, isn + 1 + from[k], 0, piece);
			from[k] = from[i];
			len[k] = len[i];
		}
		seg(w, 0, TCP_FIN, isn + 1501, 0, "");
		assert_memory_equal(w->got[0], text, w->len[0] - 1);
		assert_int_equal(w->len[0] - 1, 1500 - 1500 % w->chunk);
		assert_int_equal(w->got[0][w->len[0] - 1], '$');
		assert_int_equal(w->why.n[WHY_STREAM_OVERLAP], 0);
		world_end(w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_connection),
		cmocka_unit_test(out_of_order_and_twice),
		cmocka_unit_test(the_first_byte_seen_wins),
		cmocka_unit_test(data_in_the_syn),
		cmocka_unit_test(joined_in_the_middle),
		cmocka_unit_test(a_hole_is_given_up_when_it_is_acknowledged),
		cmocka_unit_test(the_first_bytes_are_missing),
		cmocka_unit_test(a_hole_is_given_up_after_a_while_and_at_the_end),
		cmocka_unit_test(idle_connections_go),
		cmocka_unit_test(a_reset_far_away_is_not_believed),
		cmocka_unit_test(packets_cut_by_the_snap_length),
		cmocka_unit_test(a_reader_that_takes_nothing_is_told_a_gap),
		cmocka_unit_test(what_a_hole_ends_was_sent_before_it),
		cmocka_unit_test(what_the_end_cuts_off_was_sent_before_it),
		cmocka_unit_test(bounded_behind_a_hole),
		cmocka_unit_test(at_the_bound_the_longest_idle_goes),
		cmocka_unit_test(rests_and_wakes),
		cmocka_unit_test(a_server_that_begins_elsewhere),
		cmocka_unit_test(any_split_gives_the_same_bytes),
	};

	return cmocka_run_group_tests_name("packet/stream", tests, NULL, NULL);
}
