/* Flows from packets made by hand: client 192.0.2.1, server 198.51.100.10, unless said otherwise.  Expected values follow from RFC 9293 3.4 (sequence
 * numbers), 3.5 (handshake), 3.5.2 (reset), RFC 792 and RFC 4443 (errors). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "packet/flow.h"

#define CLIENT "192.0.2.1"
#define SERVER "198.51.100.10"
#define CPORT 40000
#define SYN TCP_SYN
#define ACK TCP_ACK
#define SYNACK (TCP_SYN | TCP_ACK)
#define RST TCP_RST
#define FIN (TCP_FIN | TCP_ACK)

struct world {
	struct flow_table t;
	struct why_counts why;
	usec_t now;
	bool watched;
	unsigned opened, ended;
	uint64_t last_ended;		/* id */
	enum flow_end how;
};

static void
opened(void *ctx, struct flow *f, const struct frame *frame)
{
	struct world *w = ctx;

	assert_int_equal(frame->t, f->first);
	w->opened++;
}

static void
ended(void *ctx, struct flow *f)
{
	struct world *w = ctx;

	w->ended++;
	w->last_ended = f->id;
	w->how = f->end;
}

static void
begin_with(struct world *w, uint32_t flows)
{
	const struct flow_limits limits = { .flows = flows, .idle = 7200 * TM_SEC };
	const struct flow_sink sink = { opened, ended, w };

	*w = (struct world){ .now = 1000 * TM_SEC, .watched = true };
	assert_true(flow_table_init(&w->t, &limits, &sink, &w->why, 7));
}

static void
begin(struct world *w)
{
	begin_with(w, 100);
}

static void
end(struct world *w)
{
	flow_table_free(&w->t);
}

static struct addr
addr(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return a;
}

static struct pkt
packet(uint8_t proto, const char *src, uint16_t sport, const char *dst, uint16_t dport)
{
	return (struct pkt){ .proto = proto, .src = addr(src), .dst = addr(dst), .sport = sport, .dport = dport };
}

static struct flow *
feed(struct world *w, const struct pkt *p)
{
	struct frame frame = { .t = w->now };

	return flow_packet(&w->t, p, &frame, w->watched);
}

static struct flow *
tcp_from(struct world *w, uint16_t cport, unsigned flags, uint32_t seq, uint32_t len)
{
	struct pkt p = packet(IPP_TCP, CLIENT, cport, SERVER, 443);

	p.tcp_flags = (uint8_t)flags;
	p.seq = seq;
	p.pay_wire = p.pay_have = len;
	return feed(w, &p);
}

/* From the client, from the server. */
static struct flow *
up(struct world *w, unsigned flags, uint32_t seq, uint32_t len)
{
	return tcp_from(w, CPORT, flags, seq, len);
}

static struct flow *
down_ack(struct world *w, unsigned flags, uint32_t seq, uint32_t ack, uint32_t len)
{
	struct pkt p = packet(IPP_TCP, SERVER, 443, CLIENT, CPORT);

	p.tcp_flags = (uint8_t)flags;
	p.seq = seq;
	p.ack = ack;
	p.pay_wire = p.pay_have = len;
	return feed(w, &p);
}

static struct flow *
down(struct world *w, unsigned flags, uint32_t seq, uint32_t len)
{
	return down_ack(w, flags, seq, 0, len);
}

static const char *
outcome(struct world *w, const struct flow *f)
{
	return flow_outcome_name(flow_outcome(f, w->now, w->t.both_ways));
}

static void
a_connection_from_its_handshake_to_its_end(void **state)
{
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	f = up(&w, SYN, 100, 0);
	assert_non_null(f);
	assert_int_equal(w.opened, 1);
	assert_true(addr_eq(flow_client(f), &(struct addr){ { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1 } }));
	assert_int_equal(f->key.port[f->opener], CPORT);
	assert_int_equal(f->isn, 100);
	w.now += 1000;
	assert_ptr_equal(down(&w, SYNACK, 5000, 0), f);
	assert_string_equal(outcome(&w, f), "established");
	up(&w, ACK, 101, 0);
	up(&w, ACK, 101, 70);
	w.now += 1000;
	down(&w, ACK, 5001, 1400);
	down(&w, ACK, 6401, 600);
	assert_int_equal(f->last_data, w.now);
	w.now += 1000;
	down(&w, FIN, 7001, 0);
	assert_int_equal(w.ended, 0);
	up(&w, FIN, 171, 0);
	assert_int_equal(w.ended, 1);
	assert_int_equal(w.how, FLOW_CLOSED);
	assert_int_equal(f->bytes[f->opener], 70);
	assert_int_equal(f->bytes[!f->opener], 2000);
	assert_int_equal(f->last_data, w.now - 1000);
	down(&w, ACK, 7002, 0);				/* the last acknowledgement ends nothing again */
	assert_int_equal(w.ended, 1);
	assert_int_equal(w.opened, 1);
	assert_int_equal(w.t.opened_tcp, 1);
	end(&w);
}

static void
refused_by_a_reset_in_place_of_a_handshake(void **state)
{
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	f = up(&w, SYN, 100, 0);
	down(&w, RST | ACK, 0, 0);
	assert_string_equal(outcome(&w, f), "refused");
	assert_int_equal(w.how, FLOW_RESET);
	assert_int_equal(f->bytes[0] + f->bytes[1], 0);
	end(&w);
	/* a reset after the handshake refuses nothing */
	begin(&w);
	f = up(&w, SYN, 100, 0);
	down(&w, SYNACK, 5000, 0);
	down(&w, RST, 5001, 0);
	assert_string_equal(outcome(&w, f), "established");
	end(&w);
	/* nor does one that ends what was open before the data begins */
	begin(&w);
	f = up(&w, ACK, 77, 0);
	down(&w, RST, 9000, 0);
	assert_string_equal(outcome(&w, f), "established");
	end(&w);
}

static void
timed_out_only_where_answers_can_be_seen(void **state)
{
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	f = up(&w, SYN, 100, 0);
	w.now += 60 * TM_SEC;
	assert_string_equal(outcome(&w, f), "unseen");		/* nobody was ever answered here */
	tcp_from(&w, 41000, SYN, 1, 0);
	assert_string_equal(outcome(&w, f), "unseen");
	down(&w, ACK, 1, 0);
	assert_string_equal(outcome(&w, f), "unseen");		/* no answer to a SYN: a server's packet of an open connection */
	end(&w);

	begin(&w);
	tcp_from(&w, 41000, SYN, 1, 0);
	{
		struct pkt p = packet(IPP_TCP, SERVER, 443, CLIENT, 41000);

		p.tcp_flags = SYNACK;
		feed(&w, &p);
	}
	assert_true(w.t.both_ways);
	f = up(&w, SYN, 100, 0);
	assert_string_equal(outcome(&w, f), "unseen");		/* too early to say */
	w.now += FLOW_SYN_WAIT - 1;
	assert_string_equal(outcome(&w, f), "unseen");
	w.now++;
	assert_string_equal(outcome(&w, f), "timed_out");
	/* the client goes on: somebody answered where we do not look */
	up(&w, ACK, 101, 0);
	assert_string_equal(outcome(&w, f), "unseen");
	end(&w);
}

static void
one_direction_only_is_unseen(void **state)
{
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	f = up(&w, SYN, 100, 0);
	up(&w, ACK, 101, 10);
	up(&w, FIN, 111, 0);
	w.now += 60 * TM_SEC;
	assert_string_equal(outcome(&w, f), "unseen");
	assert_int_equal(f->bytes[f->opener], 10);
	end(&w);

	begin(&w);
	f = down_ack(&w, SYNACK, 5000, 101, 0);
	assert_string_equal(outcome(&w, f), "unseen");
	assert_int_equal(f->key.port[f->opener], CPORT);	/* a SYN-ACK says who opened, and with which number */
	assert_true(f->opener_sure);
	assert_int_equal(f->isn, 100);
	end(&w);
}

static void
a_repeated_syn_is_one_attempt(void **state)
{
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	f = up(&w, SYN, 100, 0);
	w.now += TM_SEC;
	assert_ptr_equal(up(&w, SYN, 100, 0), f);
	w.now += 2 * TM_SEC;
	up(&w, SYN, 100, 0);
	assert_int_equal(w.opened, 1);
	assert_int_equal(f->syns, 3);
	assert_int_equal(w.t.opened_tcp, 1);
	/* the client tries anew: same ports, another number */
	up(&w, SYN, 4711, 0);
	assert_int_equal(w.opened, 2);
	assert_int_equal(w.ended, 1);
	assert_int_equal(w.how, FLOW_REPLACED);
	assert_int_equal(w.t.opened_tcp, 2);
	/* a flow that has ended is not ended again by the next */
	down(&w, RST | ACK, 0, 0);
	assert_int_equal(w.ended, 2);
	up(&w, SYN, 8000, 0);
	assert_int_equal(w.opened, 3);
	assert_int_equal(w.ended, 2);
	end(&w);
}

/* Two directions of a tap, merged by clocks that differ. */
static void
a_syn_behind_its_answer_opens_nothing_anew(void **state)
{
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	f = down_ack(&w, SYNACK, 5000, 101, 0);
	assert_ptr_equal(up(&w, SYN, 100, 0), f);
	assert_int_equal(w.opened, 1);
	assert_true(f->syn && f->synack);
	assert_int_equal(w.t.opened_tcp, 1);
	assert_string_equal(outcome(&w, f), "established");
	end(&w);
	/* but another number is another connection */
	begin(&w);
	down_ack(&w, SYNACK, 5000, 101, 0);
	up(&w, SYN, 102, 0);
	assert_int_equal(w.opened, 2);
	end(&w);
}

static void
bytes_by_sequence_numbers_over_their_wrap(void **state)
{
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	f = up(&w, SYN, 0xfffffff0, 0);
	down(&w, SYNACK, 5000, 0);
	up(&w, ACK, 0xfffffff1, 10);
	up(&w, ACK, 0xfffffffb, 10);		/* ends at 5 */
	assert_int_equal(f->bytes[f->opener], 20);
	up(&w, ACK, 0xfffffff1, 10);		/* again */
	up(&w, ACK, 0xfffffffb, 15);		/* and 5 more */
	assert_int_equal(f->bytes[f->opener], 25);
	up(&w, ACK, 110, 10);			/* 100 that were not seen lie between */
	assert_int_equal(f->bytes[f->opener], 135);
	up(&w, FIN, 120, 0);
	up(&w, FIN, 120, 0);
	assert_int_equal(f->bytes[f->opener], 135);
	end(&w);
}

/* Connections to others than listed addresses: their ends alone are here. */
static void
bytes_of_a_connection_known_by_its_ends(void **state)
{
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	w.watched = false;
	f = up(&w, SYN, 1000, 0);
	down(&w, SYNACK, 5000, 0);
	up(&w, FIN, 1501, 0);
	assert_int_equal(f->bytes[f->opener], 500);
	down(&w, FIN, 25001, 0);
	assert_int_equal(f->bytes[!f->opener], 20000);
	down(&w, FIN, 25001, 0);
	assert_int_equal(f->bytes[!f->opener], 20000);
	assert_int_equal(w.how, FLOW_CLOSED);
	/* what opens nothing */
	assert_null(tcp_from(&w, 41000, FIN, 1, 0));
	assert_null(tcp_from(&w, 41001, RST, 1, 0));
	assert_null(tcp_from(&w, 41002, ACK, 1, 100));
	assert_int_equal(w.opened, 1);
	w.watched = true;
	assert_null(tcp_from(&w, 41003, RST, 1, 0));	/* the end of something not seen, listed or not */
	assert_non_null(tcp_from(&w, 41004, ACK, 1, 100));
	end(&w);
}

/* RFC 9293 3.5.2: a reset's number is what the other side acknowledged, or 0; middleboxes write what they like. */
static void
a_reset_brings_no_bytes_that_were_not_sent(void **state)
{
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	f = up(&w, SYN, 0xf0000000, 0);
	down(&w, SYNACK, 0xe0000000, 0);
	up(&w, ACK, 0xf0000001, 10);
	down(&w, RST, 0, 0);
	up(&w, RST, 0, 0);
	assert_int_equal(f->bytes[f->opener], 10);
	assert_int_equal(f->bytes[!f->opener], 0);
	assert_int_equal(w.ended, 1);
	end(&w);
	/* of a connection known by its ends the number in the reset tells what was sent */
	begin(&w);
	w.watched = false;
	f = up(&w, SYN, 1000, 0);
	down(&w, SYNACK, 5000, 0);
	up(&w, RST, 1301, 0);
	assert_int_equal(f->bytes[f->opener], 300);
	end(&w);
}

/* RFC 9293 3.8.4: a probe may repeat one byte before the next. */
static void
a_keepalive_is_no_data(void **state)
{
	struct world w;
	struct flow *f;
	usec_t data;

	(void)state;
	begin(&w);
	f = up(&w, SYN, 100, 0);
	down(&w, SYNACK, 5000, 0);
	up(&w, ACK, 101, 50);
	data = w.now;
	w.now += 3600 * TM_SEC;
	up(&w, ACK, 150, 0);
	up(&w, ACK, 150, 1);
	down(&w, ACK, 5001, 0);
	assert_int_equal(f->last_data, data);
	assert_int_equal(f->last, w.now);
	assert_int_equal(f->bytes[f->opener], 50);
	up(&w, ACK, 101, 50);			/* sending it again is */
	assert_int_equal(f->last_data, w.now);
	end(&w);
}

static void
joined_in_the_middle_the_well_known_port_is_the_servers(void **state)
{
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	f = down(&w, ACK, 1, 100);
	assert_int_equal(f->key.port[f->opener], CPORT);
	assert_false(f->opener_sure);
	assert_string_equal(outcome(&w, f), "unseen");
	up(&w, ACK, 1, 100);
	assert_string_equal(outcome(&w, f), "established");
	end(&w);
	begin(&w);
	{
		struct pkt p = packet(IPP_TCP, SERVER, 5432, CLIENT, 33000);

		p.tcp_flags = ACK;
		p.pay_wire = 1;
		f = feed(&w, &p);
		assert_int_equal(f->key.port[f->opener], 33000);
	}
	end(&w);
}

static void
udp(void **state)
{
	struct pkt ask = packet(IPP_UDP, CLIENT, 1024, SERVER, 4500), answer = packet(IPP_UDP, SERVER, 4500, CLIENT, 1024);
	struct pkt known = packet(IPP_UDP, SERVER, 443, CLIENT, CPORT), same = packet(IPP_UDP, CLIENT, 123, SERVER, 123);
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	ask.pay_wire = 30;
	answer.pay_wire = 200;
	f = feed(&w, &ask);
	assert_int_equal(f->key.port[f->opener], 1024);		/* who speaks first asks, whatever the ports */
	assert_string_equal(outcome(&w, f), "unseen");
	w.now += 100;
	assert_ptr_equal(feed(&w, &answer), f);
	assert_string_equal(outcome(&w, f), "established");
	assert_int_equal(f->bytes[f->opener], 30);
	assert_int_equal(f->bytes[!f->opener], 200);
	assert_int_equal(f->last_data, w.now);
	f = feed(&w, &known);
	assert_int_equal(f->key.port[f->opener], CPORT);	/* but 443 does not ask 40000 */
	f = feed(&w, &same);
	assert_memory_equal(flow_client(f), &same.src, 16);
	/* no answer: timed out only where TCP shows that answers can be seen */
	w.now += FLOW_SYN_WAIT;
	assert_string_equal(outcome(&w, f), "unseen");
	assert_int_equal(flow_outcome(f, w.now, true), OUT_TIMED_OUT);
	end(&w);
}

static struct flow *
icmp(struct world *w, const struct pkt *quoted, uint8_t proto, uint8_t type, uint8_t code)
{
	const struct pkt error = { .proto = proto, .icmp_type = type, .icmp_code = code };

	return flow_icmp(&w->t, quoted, &error);
}

static void
an_icmp_error_is_the_outcome_of_what_it_quotes(void **state)
{
	static const struct { uint8_t proto, type, code; bool tcp, udp_refused; } errors[] = {
		{ IPP_ICMP, 3, 1, true, false },	/* host unreachable */
		{ IPP_ICMP, 3, 3, true, true },		/* port */
		{ IPP_ICMP, 3, 13, true, false },	/* prohibited */
		{ IPP_ICMP, 11, 0, true, false },	/* time to live */
		{ IPP_ICMP, 3, 4, false, false },	/* too big: no error of the connection */
		{ IPP_ICMP, 5, 1, false, false },	/* redirect */
		{ IPP_ICMP6, 1, 0, true, false },	/* no route */
		{ IPP_ICMP6, 1, 4, true, true },	/* port */
		{ IPP_ICMP6, 3, 0, true, false },	/* hop limit */
		{ IPP_ICMP6, 2, 0, false, false },	/* too big */
		{ IPP_ICMP6, 4, 1, false, false },	/* parameter problem */
	};
	const struct pkt syn = packet(IPP_TCP, CLIENT, CPORT, SERVER, 443), ask = packet(IPP_UDP, CLIENT, CPORT, SERVER, 443);
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const char *want = errors[i].udp_refused ? "refused" : errors[i].tcp ? "unreachable" : "unseen";
		struct flow *t, *u;

		begin(&w);
		t = up(&w, SYN, 100, 0);
		u = feed(&w, &ask);
		assert_ptr_equal(icmp(&w, &syn, errors[i].proto, errors[i].type, errors[i].code), errors[i].tcp ? t : NULL);
		icmp(&w, &ask, errors[i].proto, errors[i].type, errors[i].code);
		assert_string_equal(outcome(&w, t), errors[i].tcp ? "unreachable" : "unseen");
		assert_string_equal(outcome(&w, u), want);
		down(&w, SYNACK, 1, 0);		/* RFC 1122 4.2.3.9: it may be passing */
		assert_string_equal(outcome(&w, t), "established");
		end(&w);
	}
	begin(&w);
	assert_null(icmp(&w, &syn, IPP_ICMP, 3, 1));		/* a flow not known */
	end(&w);
}

/* The server's packet did not reach the client: that says nothing of the server. */
static void
an_icmp_error_about_the_other_direction_is_none(void **state)
{
	const struct pkt back = packet(IPP_TCP, SERVER, 443, CLIENT, CPORT);
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	f = up(&w, SYN, 100, 0);
	assert_null(icmp(&w, &back, IPP_ICMP, 3, 1));
	assert_string_equal(outcome(&w, f), "unseen");
	end(&w);
}

static void
at_the_bound_the_longest_idle_goes(void **state)
{
	struct world w;
	struct flow *first, *second;
	uint64_t one, two;

	(void)state;
	begin_with(&w, 3);
	first = tcp_from(&w, 1001, SYN, 1, 0);
	second = tcp_from(&w, 1002, SYN, 1, 0);
	one = first->id;
	two = second->id;
	tcp_from(&w, 1003, SYN, 1, 0);
	tcp_from(&w, 1001, SYN, 1, 0);			/* used: no longer the longest idle */
	assert_int_equal(w.ended, 0);
	tcp_from(&w, 1004, SYN, 1, 0);
	assert_int_equal(w.ended, 1);
	assert_int_equal(w.last_ended, two);
	assert_int_equal(w.how, FLOW_EVICTED);
	assert_int_equal(w.why.n[WHY_EVICTED_FLOW], 1);
	tcp_from(&w, 1005, SYN, 1, 0);
	tcp_from(&w, 1006, SYN, 1, 0);
	assert_int_equal(w.last_ended, one);
	assert_int_equal(w.t.t.n, 3);
	assert_int_equal(w.why.n[WHY_EVICTED_FLOW], 3);
	end(&w);
}

static void
what_is_idle_too_long_ends_once(void **state)
{
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	f = up(&w, SYN, 1, 0);
	tcp_from(&w, 41000, SYN, 1, 0);
	w.now += 3600 * TM_SEC;
	assert_ptr_equal(up(&w, ACK, 2, 1), f);
	w.now += 3600 * TM_SEC;
	flow_tick(&w.t, w.now);
	assert_int_equal(w.ended, 0);			/* two hours, not more */
	flow_tick(&w.t, w.now + 1);
	assert_int_equal(w.ended, 1);
	assert_int_equal(w.how, FLOW_IDLE);
	flow_tick(&w.t, w.now + 3600 * TM_SEC);
	assert_int_equal(w.ended, 1);
	flow_tick(&w.t, w.now + 3600 * TM_SEC + 1);
	assert_int_equal(w.ended, 2);
	assert_int_equal(w.t.t.n, 0);
	end(&w);
}

static void
what_makes_a_flow_another(void **state)
{
	struct pkt p = packet(IPP_TCP, CLIENT, CPORT, SERVER, 443);
	struct world w;

	(void)state;
	begin(&w);
	p.tcp_flags = SYN;
	feed(&w, &p);
	p.scope = 7;			/* the same addresses in another VLAN */
	feed(&w, &p);
	p.proto = IPP_UDP;
	feed(&w, &p);
	p.sport++;
	feed(&w, &p);
	p.dst = addr("198.51.100.11");
	feed(&w, &p);
	assert_int_equal(w.opened, 5);
	assert_non_null(flow_find(&w.t, &p));
	p.dport++;
	assert_null(flow_find(&w.t, &p));
	end(&w);
}

/* A packet that is late does not take time back. */
static void
late_packets_are_welcome(void **state)
{
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	f = up(&w, SYN, 1, 0);
	w.now += TM_SEC;
	down(&w, SYNACK, 1, 0);
	w.now -= TM_SEC / 2;
	up(&w, ACK, 2, 0);
	assert_int_equal(f->last, w.now + TM_SEC / 2);
	assert_int_equal(f->first, w.now - TM_SEC / 2);
	end(&w);
}

static void
the_openers_ethernet_address(void **state)
{
	struct pkt p = packet(IPP_TCP, CLIENT, CPORT, SERVER, 443);
	struct world w;
	struct flow *f;

	(void)state;
	begin(&w);
	p.tcp_flags = SYN;
	memcpy(p.smac, "\2\0\0\0\0\5", 6);
	f = feed(&w, &p);
	assert_memory_equal(f->from.mac, "\2\0\0\0\0\5", 6);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_from_its_handshake_to_its_end),
		cmocka_unit_test(refused_by_a_reset_in_place_of_a_handshake),
		cmocka_unit_test(timed_out_only_where_answers_can_be_seen),
		cmocka_unit_test(one_direction_only_is_unseen),
		cmocka_unit_test(a_repeated_syn_is_one_attempt),
		cmocka_unit_test(a_syn_behind_its_answer_opens_nothing_anew),
		cmocka_unit_test(bytes_by_sequence_numbers_over_their_wrap),
		cmocka_unit_test(bytes_of_a_connection_known_by_its_ends),
		cmocka_unit_test(a_reset_brings_no_bytes_that_were_not_sent),
		cmocka_unit_test(a_keepalive_is_no_data),
		cmocka_unit_test(joined_in_the_middle_the_well_known_port_is_the_servers),
		cmocka_unit_test(udp),
		cmocka_unit_test(an_icmp_error_is_the_outcome_of_what_it_quotes),
		cmocka_unit_test(an_icmp_error_about_the_other_direction_is_none),
		cmocka_unit_test(at_the_bound_the_longest_idle_goes),
		cmocka_unit_test(what_is_idle_too_long_ends_once),
		cmocka_unit_test(what_makes_a_flow_another),
		cmocka_unit_test(late_packets_are_welcome),
		cmocka_unit_test(the_openers_ethernet_address),
	};

	return cmocka_run_group_tests_name("packet/flow", tests, NULL, NULL);
}
