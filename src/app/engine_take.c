/* What an event does: to flows and streams, to what is known, to what is judged. */
#include "app/engine_int.h"

#include <string.h>

#include "app/flush.h"
#include "proto/addrtext.h"

void
take_flow_opened(void *ctx, struct flow *f, const struct frame *frame)
{
	struct engine *e = ctx;

	if (f->watched)
		judge_opened(&e->judge, f, frame);
	else
		judge_other(&e->judge, f);
}

void
take_flow_ended(void *ctx, struct flow *f)
{
	struct engine *e = ctx;

	judge_ended(&e->judge, f);
	if (e->keep_all)
		past_met(e, f);
	/* one that its client ends was no scan, and had a handshake */
	if (f->opener_sure && (f->fin >> f->opener & 1))
		know_exchange(&e->know, f->first, f->syn && f->synack);
}

void
take_told(void *ctx, const struct told_event *t)
{
	struct engine *e = ctx;

	struct profile *p = t->server != SERVER_NONE ? &server_at(&e->know.resolvers, t->server)->profile : NULL;

	if (!judge_told(&e->judge, t))
		return;
	e->stale_answers++;
	if (p == NULL)
		return;
	p->after_legit++;
	p->last_after = t->ev->t;
}

static void
count_answer(struct engine *e, const struct memo_set *s)
{
	e->dns.a += s->na;
	e->dns.aaaa += s->naaaa;
	e->dns.cname += s->ncname;
}

static struct memo_set *
look_up_set(struct engine *e, const struct dns_event *ev, const struct dns_walk *w)
{
	struct memo_set *s;

	if (passive_full(&e->passive))
		flush_answers(e);
	s = memo_get(&e->memo, ev->hint, ev->msg, ev->wire, ev->have, w);
	if (s == NULL) {		/* what could go is held by the counts */
		flush_answers(e);
		s = memo_get(&e->memo, ev->hint, ev->msg, ev->wire, ev->have, w);
	}
	return s;
}

static void
take_answer(struct engine *e, const struct dns_event *ev, const struct dns_walk *w, bool copy)
{
	struct memo_set *s = look_up_set(e, ev, w);
	uint64_t stale = e->stale_answers;
	struct passive_entry *p;
	uint32_t server;

	if (s == NULL)
		return;
	count_answer(e, s);
	if (copy)
		return;
	server = know_answer(&e->know, ev, w, s);
	if (e->know.recalled || server == SERVER_NONE || s->nanswer == 0 || (!e->keep_all && !s->listed && names_find(&e->know.names, w->qhash) == NAME_NONE))
		return;
	if (e->keep_all && e->know.asker != NULL && !(w->flags & DNS_TC))
		past_told(e, ev, w, s, e->know.asker, server);
	p = passive_count(&e->passive, s, server, w, ev->t, ev->ttl_less);
	if (p != NULL && e->stale_answers != stale)
		p->stale++;
}

/* Any message, whatever carried it.  A copy of one is counted, as what was on the wire is, and tells nothing new. */
static inline __attribute__((always_inline)) void
take_dns(struct engine *e, const struct dns_event *ev, const struct dns_walk *w, bool readable, bool copy)
{
	bool answer = ev->have > 2 && (ev->msg[2] & 0x80);

	if (ev->have < 4) {		/* not even a direction */
		e->why.n[WHY_DNS_SHORT]++;
		return;
	}
	*(answer ? &e->dns.answers[ev->way] : &e->dns.queries[ev->way]) += 1;
	if (w->why != WHY_OK) {
		e->dns.malformed++;
		e->why.n[w->why]++;
	}
	if (!readable)
		return;
	if (w->opcode != 0)
		e->why.n[w->opcode == 5 ? WHY_DNS_UPDATE : w->opcode == 4 ? WHY_DNS_NOTIFY : WHY_DNS_OPCODE]++;
	else if (answer)
		take_answer(e, ev, w, copy);
	else if (!copy)
		know_query(&e->know, ev, w);
}

static void
take_udp_dns(struct engine *e, const struct event *ev, bool copy)
{
	const struct pkt *p = &ev->pkt;
	bool answer = p->pay_have > 2 && (p->pay[2] & 0x80);
	struct dns_event d = { .t = ev->frame.t, .client = answer ? p->dst : p->src, .server = answer ? p->src : p->dst,
		.cport = answer ? p->dport : p->sport, .sport = answer ? p->sport : p->dport, .scope = p->scope, .from.ttl = p->ttl, .way = DNS_UDP,
		.ttl_cap = UINT32_MAX, .msg = p->pay, .wire = p->pay_wire, .have = p->pay_have, .frame = &ev->frame, .walk = &ev->walk, .hint = ev->hint };

	memcpy(d.from.mac, p->smac, 6);
	take_dns(e, &d, &ev->walk, ev->dns, copy);
}

static void
take_udp(struct engine *e, struct event *ev)
{
	if (ev->watched)
		flow_packet(&e->flows, &ev->pkt, &ev->frame, true);
	if (pick_wants_udp(&ev->pkt))
		pick_udp(e->pick, &ev->pkt, &ev->frame);
}

/* A hash of the message that the walk has made anyway, and of what it leaves out. */
static uint64_t
content(const struct event *ev)
{
	const struct dns_walk *w = &ev->walk;

	if (ev->kind != EVENT_DNS || !ev->dns)
		return 0;
	return w->set ^ ((uint64_t)(w->nrr > 0 ? w->rr[0].ttl : 0) << 32 | (uint64_t)w->flags << 16 | w->id);
}

/* The end that is no server: not the listed one, else the one with the higher port.  The same for both directions. */
static const struct addr *
client_end(const struct engine *e, const struct pkt *p)
{
	bool src = watch_has(e->watch, &p->src), dst = watch_has(e->watch, &p->dst);

	if (src == dst)
		src = p->sport != p->dport ? p->sport < p->dport : memcmp(p->src.b, p->dst.b, 16) > 0;
	return src ? &p->dst : &p->src;
}

/* A flow is in the scope of its client's home, whichever copy of a packet is seen first. */
static void
bring_home(struct engine *e, struct pkt *p)
{
	if (e->copies.hosts.n > 0)
		p->scope = copy_home(&e->copies, client_end(e, p), p->scope);
}

static inline __attribute__((always_inline)) bool
is_copy(struct engine *e, struct event *ev)
{
	struct copy_slot *slot = ev->slot != NULL ? ev->slot : copy_slot(&e->copies, &ev->pkt);
	bool copy = copy_seen(&e->copies, slot, &ev->pkt, content(ev), ev->frame.source, ev->frame.t);

	if (copy)
		e->why.n[WHY_COPY]++;
	bring_home(e, &ev->pkt);
	return copy;
}

/* What one host sends another may hold a listed address for it to go to; that the address itself speaks, or is spoken to, tells nothing. */
static void
take_text(struct engine *e, const struct event *ev)
{
	const struct pkt *p = &ev->pkt;
	struct addr found[4];
	size_t n = addrtext_find(p->pay, p->pay_have, e->watch, found, 4);

	for (size_t i = 0; i < n; i++)
		referral_note(&e->know.referrals, &p->dst, p->scope, &found[i], &p->src, ev->frame.t);
}

/* Connections to others than listed addresses are known by how they open and end. */
static void
take_tcp(struct engine *e, struct event *ev)
{
	bool flow = ev->watched || (ev->pkt.tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST));

	if (!ev->watched && addrtext_may(ev->pkt.pay, ev->pkt.pay_have))
		take_text(e, ev);
	if (!flow && !pick_wants(pick_gate(e->pick), &ev->pkt))
		return;
	if (is_copy(e, ev))
		return;
	if (flow)
		flow_packet(&e->flows, &ev->pkt, &ev->frame, ev->watched);
	if (pick_wants(pick_gate(e->pick), &ev->pkt))
		pick_tcp(e->pick, &ev->pkt, &ev->frame);
}

void
engine_message(struct engine *e, const struct dns_event *ev)
{
	take_picked(e, ev);
}

/* A message out of a stream. */
void
take_picked(void *ctx, const struct dns_event *ev)
{
	struct engine *e = ctx;
	struct dns_walk w = { .rr = e->tags };
	bool readable = dns_walk(ev->msg, ev->wire, ev->have, e->seed, &w);

	take_dns(e, ev, &w, readable, false);
}

/* The name says for which of several a listed address was wanted.  Behind an encrypted hello it may stand for another. */
void
take_hello(void *ctx, const struct hello *h)
{
	struct engine *e = ctx;
	const struct pkt p = { .src = h->client, .dst = h->server, .sport = h->cport, .dport = h->sport, .scope = h->scope,
		.proto = h->way == HELLO_QUIC ? IPP_UDP : IPP_TCP };
	uint8_t wire[NAME_WIRE];
	const char *fault;
	const struct flow *f;
	struct addr literal;
	bool bare = h->name == NULL || addr_parse(h->name, &literal);

	f = watch_find(e->watch, &h->server) >= 0 ? flow_find(&e->flows, &p) : NULL;
	if (f == NULL)
		return;
	if (h->ech)
		judge_named(&e->judge, f, NULL, HELLO_UNREAD, h->way == HELLO_QUIC);
	else if (bare)
		judge_named(&e->judge, f, NULL, HELLO_NAMELESS, h->way == HELLO_QUIC);
	else if (name_parse(h->name, wire, &fault) != 0)
		judge_named(&e->judge, f, wire, HELLO_NAMED, h->way == HELLO_QUIC);
}

void
take_sealed(void *ctx, const struct sealed *x)
{
	struct engine *e = ctx;
	struct client *c = client_get(&e->know.clients, machine_of(&e->machines, &x->client), x->scope);

	if (c != NULL)
		c->last_sealed = x->t;
}

void
take_sealed_answer(void *ctx, const struct sealed *x)
{
	struct engine *e = ctx;
	struct client *c = client_find(&e->know.clients, machine_of(&e->machines, &x->client), x->scope);

	if (c != NULL)
		c->sealed_answer = x->t;
}

/* A whole datagram is an event of its own.  Inside a tunnel it may be a fragment again. */
static void
take_fragment(struct engine *e, const struct event *ev)
{
	struct event whole = { .frame = ev->frame, .pkt = ev->pkt };
	struct datagram d;
	enum why why;

	for (int depth = 0; whole.pkt.frag; depth++) {
		if (depth == DECODE_DEPTH) {
			e->why.n[WHY_TUNNEL_DEPTH]++;
			return;
		}
		if (!frag_add(e->frags, &whole.pkt, ev->frame.t, &d))
			return;
		why = decode_payload(&whole.pkt, d.proto, d.pay, d.have, d.wire);
		if (why != WHY_OK) {
			e->why.n[why]++;
			return;
		}
	}
	if (extract_packet(&whole, e->watch, e->seed, e->tags))
		take_event(e, &whole);
}

void
take_event(struct engine *e, struct event *ev)
{
	struct pkt quoted;
	bool copy;

	switch (ev->kind) {
	case EVENT_DNS:
		copy = is_copy(e, ev);
		take_udp_dns(e, ev, copy);
		if (ev->watched && !copy)
			flow_packet(&e->flows, &ev->pkt, &ev->frame, true);
		break;
	case EVENT_UDP:
		if (!is_copy(e, ev))
			take_udp(e, ev);
		break;
	case EVENT_TCP:
		take_tcp(e, ev);
		break;
	case EVENT_ICMP:
		if (!decode_quoted(&ev->pkt, &quoted)) {
			e->why.n[WHY_ICMP_OTHER]++;
		} else if (!is_copy(e, ev)) {
			bring_home(e, &quoted);
			flow_icmp(&e->flows, &quoted, &ev->pkt);
		}
		break;
	case EVENT_FRAGMENT:
		take_fragment(e, ev);
		break;
	case EVENT_BEGINS:
		client_came(&e->know.clients, machine_of(&e->machines, &ev->pkt.dst), ev->pkt.scope, ev->frame.t);
		e->why.n[ev->why]++;
		break;
	case EVENT_SKIP:
		e->why.n[ev->why]++;
		break;
	}
}
