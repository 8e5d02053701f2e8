#include "packet/flow.h"

#include <string.h>

const char *
flow_outcome_name(enum flow_outcome o)
{
	static const char *const names[OUT_COUNT] = { "established", "refused", "timed_out", "unreachable", "unseen" };

	return names[o];
}

bool
flow_table_init(struct flow_table *t, const struct flow_limits *limits, const struct flow_sink *sink,
                struct why_counts *counts, uint64_t seed)
{
	*t = (struct flow_table){ .limits = *limits, .sink = *sink, .counts = counts };
	return table_init(&t->t, sizeof(struct flow), sizeof(struct flow_key), limits->flows, seed);
}

void
flow_table_free(struct flow_table *t)
{
	table_free(&t->t);
}

/* Fills the key; returns which side of it the sender is. */
static unsigned
make_key(const struct pkt *p, struct flow_key *k)
{
	int c = memcmp(p->src.b, p->dst.b, 16);
	unsigned side = c > 0 || (c == 0 && p->sport > p->dport);

	memset(k->zero, 0, sizeof(k->zero));
	k->addr[side] = p->src;
	k->addr[!side] = p->dst;
	k->port[side] = p->sport;
	k->port[!side] = p->dport;
	k->scope = p->scope;
	k->proto = p->proto;
	return side;
}

static void
end_flow(struct flow_table *t, struct flow *f, enum flow_end how)
{
	if (f->end != FLOW_LIVE)
		return;
	f->end = how;
	if (t->sink.ended != NULL)
		t->sink.ended(t->sink.ctx, f);
}

static void
drop_flow(struct flow_table *t, struct flow *f, enum flow_end how)
{
	end_flow(t, f, how);
	table_remove(&t->t, f);
}

void
flow_drop(struct flow_table *t, struct flow *f)
{
	drop_flow(t, f, FLOW_IDLE);
}

/* Without a handshake: a well-known port is the server's; else UDP is asked by who speaks first, and of TCP, joined in its middle,
 * the lower port is more likely the server's. */
static uint8_t
guess_opener(const struct flow_key *k, unsigned sender)
{
	bool known[2] = { k->port[0] < 1024, k->port[1] < 1024 };

	if (k->port[0] == k->port[1] || (k->proto != IPP_TCP && known[0] == known[1]))
		return (uint8_t)sender;
	return k->port[0] > k->port[1] ? 0 : 1;
}

static struct flow *
open_flow(struct flow_table *t, const struct flow_key *k, const struct pkt *p, unsigned sender, const struct frame *frame, bool watched)
{
	bool syn = p->proto == IPP_TCP && (p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	bool synack = p->proto == IPP_TCP && (p->tcp_flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
	struct flow *f;

	if (t->t.n >= t->t.max) {
		t->counts->n[WHY_EVICTED_FLOW]++;
		drop_flow(t, table_oldest(&t->t), FLOW_EVICTED);
	}
	f = table_add(&t->t, k);
	if (f == NULL)
		return NULL;
	f->id = ++t->last_id;
	f->first = f->last = frame->t;
	f->last_data = TM_NONE;
	f->watched = watched;
	f->user = TABLE_NIL;
	f->opener_sure = syn || synack;
	f->opener = (uint8_t)(syn ? sender : synack ? !sender : guess_opener(k, sender));
	if (f->opener == sender) {
		memcpy(f->from.mac, p->smac, 6);
		f->from.ttl = p->ttl;
	}
	if (syn) {
		f->syn = true;
		f->isn = p->seq;
		t->opened_tcp++;
	} else if (synack) {
		f->isn = p->ack - 1;
	}
	if (t->sink.opened != NULL)
		t->sink.opened(t->sink.ctx, f, frame);
	return f;
}

/* A keep-alive may send the last byte again (RFC 9293 3.8.4). */
static bool
is_data(const struct flow *f, const struct pkt *p, unsigned side, uint32_t end)
{
	return p->pay_wire > 1 || (p->pay_wire == 1 && (!(f->started >> side & 1) || end != f->next[side]));
}

/* Payload by sequence numbers: what is beyond the furthest byte seen is new.  A RST may carry any number, 0 included: it counts where
 * the data before it is not here, and only what is plausible. */
static void
count_bytes(struct flow *f, const struct pkt *p, unsigned side, usec_t now)
{
	uint8_t bit = (uint8_t)(1u << side);
	uint32_t begin = p->seq + ((p->tcp_flags & TCP_SYN) != 0), end = begin + p->pay_wire;
	bool reset = (p->tcp_flags & TCP_RST) != 0;
	int32_t more;

	if (is_data(f, p, side, end)) {
		f->answered |= bit;
		f->last_data = now;
	}
	if (!(f->started & bit)) {
		f->started |= bit;
		f->next[side] = end;
		f->bytes[side] += p->pay_wire;
		return;
	}
	more = (int32_t)(end - f->next[side]);
	if (more <= 0 || (reset && (f->watched || p->seq == 0 || more > 1 << 30)))
		return;
	f->bytes[side] += (uint32_t)more;
	f->next[side] = end + ((p->tcp_flags & TCP_FIN) != 0);
}

static void
tcp_packet(struct flow_table *t, struct flow *f, const struct pkt *p, unsigned side, usec_t now)
{
	if ((p->tcp_flags & TCP_SYN) && !(p->tcp_flags & TCP_ACK)) {
		f->syns++;
		t->saw_syn |= p->dport != 53 && p->dport != 853;
		t->opened_tcp += !f->syn;	/* it comes behind its answer */
		f->syn = true;
	} else if (p->tcp_flags & TCP_SYN) {
		f->synack = true;
		t->both_ways = true;
	}
	if (p->tcp_flags & TCP_RST) {
		if (f->syn && !f->synack && side != f->opener && f->answered == 0)
			f->refused = true;
		if (side != f->opener)
			t->both_ways = true;
	}
	if (side == f->opener && (p->tcp_flags & (TCP_SYN | TCP_RST | TCP_ACK)) == TCP_ACK)
		f->went_on = true;
	count_bytes(f, p, side, now);
	if (p->tcp_flags & TCP_FIN)
		f->fin |= (uint8_t)(1u << side);
	if (p->tcp_flags & TCP_RST) {
		f->reset = true;
		end_flow(t, f, FLOW_RESET);
	} else if (f->fin == 3) {
		end_flow(t, f, FLOW_CLOSED);
	}
}

/* A SYN on the ports of an older connection: another initial sequence number is another connection. */
static bool
opens_anew(const struct flow *f, const struct pkt *p)
{
	if (p->proto != IPP_TCP || (p->tcp_flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
		return false;
	return !f->opener_sure || f->isn != p->seq;
}

struct flow *
flow_packet(struct flow_table *t, const struct pkt *p, const struct frame *frame, bool watched)
{
	struct flow_key k;
	unsigned side = make_key(p, &k);
	struct flow *f = table_find(&t->t, &k);

	if (f != NULL && opens_anew(f, p)) {
		drop_flow(t, f, FLOW_REPLACED);
		f = NULL;
	}
	if (f == NULL) {
		if (p->proto == IPP_TCP && (p->tcp_flags & TCP_RST) && !(p->tcp_flags & TCP_SYN) && p->pay_wire == 0)
			return NULL;	/* the end of something not seen */
		if (!watched && !(p->tcp_flags & TCP_SYN))
			return NULL;
		f = open_flow(t, &k, p, side, frame, watched);
		if (f == NULL)
			return NULL;
	} else {
		table_touch(&t->t, f);
	}
	f->last = frame->t > f->last ? frame->t : f->last;
	f->seen |= (uint8_t)(1u << side);
	if (p->proto == IPP_TCP) {
		tcp_packet(t, f, p, side, frame->t);
	} else {
		f->bytes[side] += p->pay_wire;
		f->answered |= (uint8_t)(1u << side);
		f->last_data = frame->t;
	}
	return f;
}

struct flow *
flow_find(struct flow_table *t, const struct pkt *p)
{
	struct flow_key k;

	make_key(p, &k);
	return table_find(&t->t, &k);
}

struct flow *
flow_icmp(struct flow_table *t, const struct pkt *quoted, const struct pkt *error)
{
	struct flow *f = flow_find(t, quoted);
	bool unreachable = error->proto == IPP_ICMP ? error->icmp_type == 3 || error->icmp_type == 11
	                                            : error->icmp_type == 1 || error->icmp_type == 3;
	bool too_big = error->proto == IPP_ICMP && error->icmp_type == 3 && error->icmp_code == 4;

	if (f == NULL || !unreachable || too_big || !addr_eq(&quoted->src, flow_client(f)))
		return NULL;
	f->unreachable = true;
	f->port_unreachable = error->icmp_code == (error->proto == IPP_ICMP ? 3 : 4);
	return f;
}

void
flow_tick(struct flow_table *t, usec_t now)
{
	struct flow *f;

	while ((f = table_oldest(&t->t)) != NULL && now - f->last > t->limits.idle)
		drop_flow(t, f, FLOW_IDLE);
}

enum flow_outcome
flow_outcome(const struct flow *f, usec_t now, bool both_ways)
{
	uint8_t client = (uint8_t)(1u << f->opener), server = (uint8_t)(1u << !f->opener);

	if (f->key.proto != IPP_TCP) {
		if (f->answered & server)
			return OUT_ESTABLISHED;
		if (f->unreachable)
			return f->port_unreachable ? OUT_REFUSED : OUT_UNREACHABLE;
		return both_ways && now - f->first >= FLOW_SYN_WAIT ? OUT_TIMED_OUT : OUT_UNSEEN;
	}
	if (f->refused)
		return OUT_REFUSED;
	if (f->seen == (client | server) && (f->synack || !f->syn || (f->answered & server)))
		return OUT_ESTABLISHED;
	if (f->unreachable)
		return OUT_UNREACHABLE;
	if (f->seen == server || f->went_on || (f->answered & client))
		return OUT_UNSEEN;	/* somebody answered where we do not look */
	return both_ways && now - f->first >= FLOW_SYN_WAIT ? OUT_TIMED_OUT : OUT_UNSEEN;
}
