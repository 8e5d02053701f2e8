#include "app/engine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "app/day.h"
#include "app/flush.h"
#include "app/lists.h"
#include "app/state.h"
#include "proto/addrtext.h"

static void flow_opened(void *ctx, struct flow *f, const struct frame *frame);
static void flow_ended(void *ctx, struct flow *f);
static void told(void *ctx, const struct told_event *t);
static void picked(void *ctx, const struct dns_event *ev);
static void hello(void *ctx, const struct hello *h);
static void sealed(void *ctx, const struct sealed *x);
static void sealed_answer(void *ctx, const struct sealed *x);

/* Others must not be able to choose what collides.  Nothing that comes out depends on it: tests set it to show that. */
static uint64_t
hash_seed(const struct engine *e)
{
	const char *given = getenv("STALETAP_HASH_SEED");
	uint64_t seed;

	if (given != NULL)
		return strtoull(given, NULL, 10);
	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		seed = (uint64_t)(uintptr_t)e->sources;		/* where the heap is, at least */
	return seed;
}

/* How many entries of each kind fit into their percents of the engine's memory, 95 in all: shares by what a busy link was seen to need, each entry by its size and the index. */
static uint32_t
share(int64_t memory, unsigned percent, size_t entry)
{
	int64_t n = memory / 100 * percent / (int64_t)(entry + 16);

	return n < 64 ? 64 : n > INT32_MAX ? INT32_MAX : (uint32_t)n;
}

/* What waits for more packets, and knows nothing of the list. */
static bool
init_streams(struct engine *e, int64_t m)
{
	const struct frag_limits frags = { .bytes = (size_t)m / 100 * 3, .datagrams = 4096, .age = 30 * TM_SEC };
	const struct pick_limits pick = { .streams = 65535, .bytes = (size_t)m / 100 * 9, .hole = 2 * TM_SEC, .idle = 120 * TM_SEC };
	const struct pick_sinks picks = { .dns = { picked, e }, .hello = hello, .sealed = sealed, .sealed_answer = sealed_answer, .ctx = e };

	e->frags = frag_new(&frags, &e->why);
	e->pick = pick_new(&pick, &picks, &e->why, e->seed);
	e->batch = malloc(sizeof(*e->batch));
	e->tags = malloc(DNS_RRS_MAX * sizeof(*e->tags));
	return e->frags != NULL && e->pick != NULL && e->batch != NULL && e->tags != NULL;
}

/* What is known, and stored at each flush. */
static bool
init_tables(struct engine *e, int64_t m)
{
	const struct flow_limits flows = { .flows = share(m, 12, sizeof(struct flow)), .idle = 7200 * TM_SEC };
	const struct flow_sink sink = { flow_opened, flow_ended, e };
	const struct know_limits know = { .queries = share(m, 6, sizeof(struct query)), .clients = share(m, 6, sizeof(struct client)),
		.servers = share(m, 2, sizeof(struct served)), .names = share(m, 2, sizeof(struct name_entry)),
		.ledger = share(m, 12, sizeof(struct ledger_entry)), .kept = share(m, 6, sizeof(struct kept) + 400) };
	const struct judge_limits judge = { .conns = share(m, 8, sizeof(struct conn)), .findings = share(m, 8, sizeof(struct finding)),
		.since = e->opt->since, .until = e->opt->until, .silence = { &e->covered, e->opt->resolve_after } };
	const struct judge_sink settled = { flush_settled, flush_no_contact, flush_before, e };
	bool ok;

	ok = copy_init(&e->copies, share(m, 1, sizeof(struct copy_host)), e->seed);
	ok = flow_table_init(&e->flows, &flows, &sink, &e->why, e->seed) && ok;	/* each of them, so that free_tables() finds all of them */
	ok = know_init(&e->know, &know, e->list, e->watch, e->opt->grace, &e->why, e->seed) && ok;
	ok = memo_init(&e->memo, share(m, 4, sizeof(struct memo_set)), (size_t)m / 100 * 8, e->watch, e->seed) && ok;
	ok = passive_init(&e->passive, share(m, 4, sizeof(struct passive_entry)), e->seed) && ok;
	ok = judge_init(&e->judge, &judge, &e->know, &e->flows, &settled, &e->why, e->seed) && ok;
	past_init(&e->past, share(m, 4, 2 * sizeof(struct page_event)));
	e->know.filtered = e->filter != NULL;
	e->know.labels = e->labels;
	e->know.copies = &e->copies;
	e->know.sink = (struct know_sink){ told, e };
	return ok;
}

static void
free_tables(struct engine *e)
{
	judge_free(&e->judge);
	passive_free(&e->passive);
	past_free(&e->past);
	memo_free(&e->memo);
	know_free(&e->know);
	flow_table_free(&e->flows);
	copy_free(&e->copies);
}

/* The list, and what is made from it. */
static int
take_list(struct engine *e, struct deplist *list, struct err *err)
{
	int64_t m = e->opt->memory - ENGINE_STORE(e->opt->memory);
	size_t n = deplist_count(list);
	struct prefix *prefixes = malloc((n + 1) * sizeof(*prefixes));

	e->list = list;
	e->used_until = TM_NONE;
	e->listing = calloc(n + 1, sizeof(*e->listing));
	if (prefixes != NULL)
		e->watch = watch_new(prefixes, (uint32_t)deplist_prefixes(list, prefixes));
	free(prefixes);
	if (e->watch == NULL || e->listing == NULL || !init_tables(e, m))
		return err_set(err, ST_ENOMEM, "out of memory; try a smaller --memory");
	return 0;
}

static void
drop_list(struct engine *e)
{
	free_tables(e);
	free(e->listing);
	watch_free(e->watch);
	deplist_free(e->list);
}

int
engine_init(struct engine *e, const struct options *opt, struct deplist *list, struct filter *filter, struct store *store,
            uint32_t nsources, struct err *err)
{
	int rc;

	memset(e, 0, sizeof(*e));
	e->opt = opt;
	e->filter = filter;
	e->store = store;
	e->nsources = nsources;
	e->current = UINT32_MAX;
	e->keep_all = strcmp(opt->history, "all") == 0;
	e->next_tick = e->last_packet = e->day_end = TM_NONE;
	e->sources = calloc(nsources + 1, sizeof(*e->sources));
	e->seed = hash_seed(e);
	e->covered.join = ENGINE_GAP;
	rc = take_list(e, list, err);
	if (rc == 0)
		rc = store_spans(store, &e->covered, err);
	if (rc < 0 || e->sources == NULL || !init_streams(e, opt->memory - ENGINE_STORE(opt->memory)))
		return err_set(err, ST_ENOMEM, "out of memory; try a smaller --memory");
	for (uint32_t i = 0; i < nsources; i++) {
		e->sources[i].id = -1;
		e->sources[i].first = e->sources[i].last = e->sources[i].minute.began = TM_NONE;
	}
	return 0;
}

void
engine_free(struct engine *e)
{
	drop_list(e);
	spans_free(&e->covered);
	frag_free(e->frags);
	pick_free(e->pick);
	free(e->batch);
	free(e->tags);
	free(e->sources);
}

static void
flow_opened(void *ctx, struct flow *f, const struct frame *frame)
{
	struct engine *e = ctx;

	if (f->watched)
		judge_opened(&e->judge, f, frame);
	else
		judge_other(&e->judge, f);
}

static void
flow_ended(void *ctx, struct flow *f)
{
	struct engine *e = ctx;

	judge_ended(&e->judge, f);
	if (e->keep_all)
		past_met(e, f);
	/* one that its client ends was no scan, and had a handshake */
	if (f->opener_sure && (f->fin >> f->opener & 1))
		know_exchange(&e->know, f->first, f->syn && f->synack);
}

static void
told(void *ctx, const struct told_event *t)
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

/* Counters belong to the source that the packet comes from: into the source at hand with those that gathered. */
static void
put_back(struct engine *e)
{
	struct source *s = &e->sources[e->current];
	const uint64_t *sealed_now = pick_counts(e->pick)->sealed;

	s->why = e->why;
	s->dns = e->dns;
	s->flows = e->flows.opened_tcp;
	for (int w = 0; w < DNS_WAYS; w++)
		s->sealed += sealed_now[w] - e->sealed[w];
	memcpy(e->sealed, sealed_now, sizeof(e->sealed));
	s->quic += pick_counts(e->pick)->quic_conns - e->quic;
	e->quic = pick_counts(e->pick)->quic_conns;
}

static void
switch_source(struct engine *e, uint32_t to, usec_t t)
{
	if (e->current != UINT32_MAX)
		put_back(e);
	e->current = to;
	e->why = e->sources[to].why;
	e->dns = e->sources[to].dns;
	e->flows.opened_tcp = e->sources[to].flows;
	if (e->last_packet == TM_NONE || t - e->last_packet > ENGINE_GAP)
		e->know.begin = t;
}

static void
tick(struct engine *e, usec_t now)
{
	e->next_tick = now - now % TM_SEC + TM_SEC;	/* on the full second, so that no run's beginning shows */
	flow_tick(&e->flows, now);
	frag_tick(e->frags, now);
	pick_tick(e->pick, now);
	know_tick(&e->know, now);
	judge_tick(&e->judge, now);
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
	s = memo_get(&e->memo, ev->msg, ev->wire, ev->have, w);
	if (s == NULL) {		/* what could go is held by the counts */
		flush_answers(e);
		s = memo_get(&e->memo, ev->msg, ev->wire, ev->have, w);
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
	if (e->know.recalled || server == SERVER_NONE || s->set->nanswer == 0 || (!e->keep_all && !s->listed && names_find(&e->know.names, w->qhash) == NAME_NONE))
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
		.cport = answer ? p->dport : p->sport, .sport = answer ? p->sport : p->dport, .scope = p->scope, .way = DNS_UDP,
		.ttl_cap = UINT32_MAX, .msg = p->pay, .wire = p->pay_wire, .have = p->pay_have, .frame = &ev->frame, .walk = &ev->walk };

	memcpy(d.smac, p->smac, 6);
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
	bool copy = copy_seen(&e->copies, &ev->pkt, content(ev), ev->frame.source, ev->frame.t);

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
	picked(e, ev);
}

/* A message out of a stream. */
static void
picked(void *ctx, const struct dns_event *ev)
{
	struct engine *e = ctx;
	struct dns_walk w = { .rr = e->tags };
	bool readable = dns_walk(ev->msg, ev->wire, ev->have, e->seed, &w);

	take_dns(e, ev, &w, readable, false);
}

/* The name says for which of several a listed address was wanted.  Behind an encrypted hello it may stand for another. */
static void
hello(void *ctx, const struct hello *h)
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

static void
sealed(void *ctx, const struct sealed *x)
{
	struct engine *e = ctx;
	struct client *c = client_get(&e->know.clients, &x->client, x->scope);

	if (c != NULL)
		c->last_sealed = x->t;
}

static void
sealed_answer(void *ctx, const struct sealed *x)
{
	struct engine *e = ctx;
	struct client *c = client_find(&e->know.clients, &x->client, x->scope);

	if (c != NULL)
		c->sealed_answer = x->t;
}

static void take_event(struct engine *e, struct event *ev);

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

static void
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
		client_began(&e->know.clients, &ev->pkt.dst, ev->pkt.scope, ev->frame.t);
		e->why.n[ev->why]++;
		break;
	case EVENT_SKIP:
		e->why.n[ev->why]++;
		break;
	}
}

/* The source was there until then: a file from its first packet on, an interface since it came up. */
static void
cover(struct engine *e, const struct source *s, usec_t until)
{
	if (!spans_add(&e->covered, s->live ? s->minute.began : s->first, until))
		err_set(&e->err, ST_ENOMEM, "out of memory for when the sensor was there");
}

/* Packets of one source, n > 0.  Those that gave no event count too. */
static void
count_packets(struct engine *e, const struct rec *recs, uint32_t n)
{
	struct source *s = &e->sources[recs[0].source];
	int64_t first = recs[0].ts_ns, last = first;

	for (uint32_t i = 1; i < n; i++) {
		first = recs[i].ts_ns < first ? recs[i].ts_ns : first;
		last = recs[i].ts_ns > last ? recs[i].ts_ns : last;
	}
	first /= 1000;
	last /= 1000;
	s->packets = recs[n - 1].number;
	s->fresh += n;
	if (s->first == TM_NONE || first < s->first)
		s->first = first;
	if (last > s->last)
		s->last = last;
	if (last > e->last_packet)
		e->last_packet = last;
	cover(e, s, s->last);
}

/* Link types that no capture had announced when the run began. */
static int
filter_new_links(struct filter *f, const struct block *b, struct err *err)
{
	int rc = 0;

	for (uint32_t i = 0; f != NULL && rc == 0 && i < b->n; i++)
		rc = filter_link(f, b->recs[i].link, err);
	return rc;
}

int
engine_block(struct engine *e, const struct block *b, struct err *err)
{
	int rc = filter_new_links(e->filter, b, err);

	for (uint32_t at = 0; rc == 0 && at < b->n; ) {
		uint64_t left = (uint64_t)e->opt->flush_packets - e->since_flush;	/* until the next flush */
		uint32_t n = day_left(e, b->recs + at, b->n - at < left ? b->n - at : (uint32_t)left);
		uint32_t used;

		if (n == 0) {
			cover(e, &e->sources[b->recs[at].source], b->recs[at].ts_ns / 1000);
			rc = day_reach(e, b->recs[at].ts_ns / 1000, err);
			continue;
		}
		used = extract(e->batch, b->recs + at, n, e->filter, e->watch, e->seed);
		if (b->recs[at].source != e->current)
			switch_source(e, b->recs[at].source, b->recs[at].ts_ns / 1000);
		count_packets(e, b->recs + at, used);
		for (uint32_t i = 0; i < e->batch->n; i++) {
			struct event *ev = &e->batch->events[i];

			if (ev->frame.t > e->know.now)
				e->know.now = ev->frame.t;
			if (e->know.now >= e->next_tick)
				tick(e, e->know.now);
			take_event(e, ev);
		}
		at += used;
		e->since_flush += used;
		if (e->since_flush >= (uint64_t)e->opt->flush_packets)
			rc = engine_flush(e, err);
	}
	return rc;
}

double
engine_cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void
engine_end(struct engine *e)
{
	pick_flush(e->pick);
	if (e->current != UINT32_MAX)
		put_back(e);
}

void
engine_gap(struct engine *e, usec_t t)
{
	e->know.begin = t;
}

void
engine_dropped(struct engine *e, usec_t now, uint64_t lost, uint64_t of)
{
	know_dropped(&e->know, now, lost, of);
}

int
engine_clock(struct engine *e, usec_t now, struct err *err)
{
	int rc = day_reach(e, now, err);

	if (e->last_packet != TM_NONE && now - e->last_packet > ENGINE_GAP)
		engine_gap(e, now);
	for (uint32_t i = 0; i < e->nsources; i++)
		if (e->sources[i].live)
			cover(e, &e->sources[i], e->sources[i].last);
	if (now > e->last_packet)
		e->last_packet = now;
	if (now > e->know.now)
		e->know.now = now;
	if (e->know.begin == TM_NONE)
		e->know.begin = now;
	if (now >= e->next_tick)
		tick(e, now);
	return rc;
}

/* As far as the data goes, but not beyond the day under way. */
static void
come_up(struct engine *e)
{
	for (uint32_t i = 0; i < e->nsources; i++)
		if (e->sources[i].fresh > 0 && e->sources[i].last > e->know.now)
			e->know.now = e->day_end == TM_NONE || e->sources[i].last < e->day_end ? e->sources[i].last : e->day_end;
	if (e->know.now != TM_NONE)
		tick(e, e->know.now);
}

static int
store_all(struct engine *e, bool noted, struct err *err)
{
	double before = engine_cpu_seconds();
	int rc;

	if (e->current != UINT32_MAX)
		put_back(e);
	come_up(e);
	flush_all(e);
	if (noted)
		day_note(e);
	state_save(e);
	e->since_flush = 0;
	rc = store_commit(e->store, err);
	if (rc == 0 && e->err.code != 0) {
		*err = e->err;
		rc = err->code;
	}
	if (rc == 0)
		rc = store_begin(e->store, err);
	e->store_seconds += engine_cpu_seconds() - before;
	e->unstored = rc < 0;
	return rc;
}

int
engine_flush(struct engine *e, struct err *err)
{
	return store_all(e, false, err);
}

int
engine_flush_noted(struct engine *e, struct err *err)
{
	return store_all(e, true, err);
}

/* What is stored is what the next run would find: another list, or a flush that failed, is a new run without an end of the old one.
 * Streams and fragments that wait for more go on. */
static int
reload(struct engine *e, struct deplist *list, struct err *err)
{
	usec_t doubted_until = e->know.doubted_until;
	int rc;

	e->current = UINT32_MAX;	/* counters of the source at hand are read back with it */
	e->day_end = TM_NONE;		/* known from what was stored last */
	rc = take_list(e, list, err);
	spans_free(&e->covered);
	if (rc == 0)
		rc = store_spans(e->store, &e->covered, err);
	if (rc < 0)
		return rc;
	e->know.doubted_until = doubted_until;
	lists_to_store(e);
	return state_load(e, err);
}

int
engine_relist(struct engine *e, struct deplist *list, struct err *err)
{
	int rc = engine_flush(e, err);

	if (rc < 0) {
		deplist_free(list);
		return rc;
	}
	drop_list(e);
	return reload(e, list, err);
}

int
engine_again(struct engine *e, struct err *err)
{
	struct deplist *list = e->list;

	int rc = store_begin(e->store, err);

	if (rc < 0)
		return rc;
	e->err = (struct err){ 0 };
	e->unstored = false;
	e->list = NULL;
	drop_list(e);
	return reload(e, list, err);
}
