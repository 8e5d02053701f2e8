#include "app/recall.h"

#include <stdlib.h>
#include <string.h>

#include "app/state.h"
#include "store/history.h"

#define CLIENT_PORT 49152		/* ports of connections that are made up, so that each is one of its own */

/* One thing that happened: an answer or a connection. */
struct item { usec_t t; struct page_event e; bool met; };
struct stretch { usec_t first, last; };
struct said { uint8_t *message; size_t n; bool wanted; };
struct recall {
	struct engine *e;
	struct watch *watch;		/* the addresses to judge */
	struct hosts hosts;
	struct said *said;		/* by id */
	uint32_t nsaid;
	struct item *items;
	size_t n, cap;
	struct stretch *spans;
	size_t nspans, span;
	uint8_t *client;		/* by host: it connected to one of the addresses */
	int64_t *heard;			/* by host: the last hour in which an answer of no interest was told */
	uint32_t made;			/* connections made up so far */
	bool failed;			/* no memory */
};

/* ---- forgetting ---- */

/* Remove the entries of a table that lead to one of the addresses; let_go() may be NULL. */
#define FORGET(r, table, type, addr, let_go) do { \
	struct type *it = table_oldest(table), *next; \
	for (; it != NULL; it = next) { \
		next = table_newer(table, it); \
		if (watch_find((r)->watch, &it->addr) < 0) \
			continue; \
		let_go; \
		table_remove(table, it); \
	} \
} while (0)

static void
drop_told(struct ledger_entry *l, struct kept_table *k)
{
	for (uint32_t i = 0; i < l->n; i++) {
		kept_drop(k, l->told[i].kept);
		kept_drop(k, l->told[i].kept_other);
	}
}

static void
forget(struct recall *r)
{
	struct know *k = &r->e->know;

	FORGET(r, &r->e->judge.conns, conn, server, conn_free(it, k));
	FORGET(r, &r->e->judge.findings, finding, key.addr, speaker_drop(&it->speaker, &k->kept));
	FORGET(r, &k->ledger.t, ledger_entry, key.addr, drop_told(it, &k->kept));
	FORGET(r, &k->resolvers.served, served, key.addr, (void)0);
	FORGET(r, &k->zones.t, zone_rec, key.addr, (void)0);
}

/* ---- reading ---- */

static void
take_span(void *ctx, usec_t first, usec_t last)
{
	struct recall *r = ctx;
	struct stretch *grown = realloc(r->spans, (r->nspans + 1) * sizeof(*grown));

	r->failed |= grown == NULL;
	if (grown == NULL)
		return;
	r->spans = grown;
	grown[r->nspans++] = (struct stretch){ first, last };
}

static void
take_said(void *ctx, uint32_t id, const void *message, size_t n)
{
	struct recall *r = ctx;
	size_t slots = r->nsaid > 0 ? r->nsaid : 1024;
	struct said *grown;

	while (slots <= id)
		slots *= 2;
	grown = slots > r->nsaid ? realloc(r->said, slots * sizeof(*grown)) : r->said;
	r->failed |= grown == NULL;
	if (grown == NULL)
		return;
	memset(grown + r->nsaid, 0, (slots - r->nsaid) * sizeof(*grown));
	r->said = grown;
	r->nsaid = (uint32_t)slots;
	if (n < 12 || n > UINT16_MAX)
		return;
	grown[id].message = malloc(n);
	r->failed |= grown[id].message == NULL;
	if (grown[id].message == NULL)
		return;
	memcpy(grown[id].message, message, n);
	grown[id].n = n;
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* An answer as far as it decides who wants it: the hash of the name asked, and whether what is looked for is in it. */
struct look { uint64_t name; bool holds; };

static bool
is_one_of(const uint64_t *of, size_t n, uint64_t x)
{
	return n > 0 && bsearch(&x, of, n, sizeof(*of), by_number) != NULL;
}

/* Look for an address to be judged or, where hot is given, for a service that leads to one of these names. */
static struct look
look_into(const struct recall *r, const struct said *s, const uint64_t *hot, size_t n)
{
	struct dns_walk w = { .rr = r->e->tags };
	struct dns_set *set = dns_walk(s->message, s->n, s->n, r->e->seed, &w) ? dns_decode(s->message, s->n, s->n, &w, r->e->seed) : NULL;
	struct look l = { .name = w.qhash };
	struct addr a;

	for (uint32_t i = 0; set != NULL && i < set->nanswer; i++) {
		const uint8_t *to = hot != NULL ? service_next(&set->rr[i]) : NULL;

		if (to != NULL)
			l.holds |= is_one_of(hot, n, dns_name_hash(to, r->e->seed));
		if (hot != NULL)
			continue;
		if (dns_rr_addr(&set->rr[i], &a) && watch_find(r->watch, &a) >= 0)
			l.holds = true;
		for (unsigned j = 0; dns_rr_hint(&set->rr[i], j, &a); j++)
			l.holds |= watch_find(r->watch, &a) >= 0;
	}
	free(set);
	return l;
}

/* Wanted is each answer with one of the addresses, those that lead to the names of these, and whatever else the same names were answered with. */
static void
choose_answers(struct recall *r)
{
	uint64_t *name = calloc((size_t)r->nsaid + 1, sizeof(*name)), *hot = calloc(2 * (size_t)r->nsaid + 1, sizeof(*hot));
	bool ok = name != NULL && hot != NULL;
	size_t n = 0, all;

	for (uint32_t i = 0; ok && i < r->nsaid; i++) {
		struct look l = r->said[i].n > 0 ? look_into(r, &r->said[i], NULL, 0) : (struct look){ 0 };

		name[i] = l.name;
		if (l.holds)
			hot[n++] = l.name;
	}
	if (n > 0)
		qsort(hot, n, sizeof(*hot), by_number);
	all = n;
	for (uint32_t i = 0; n > 0 && i < r->nsaid; i++)
		if (r->said[i].n > 0 && look_into(r, &r->said[i], hot, n).holds)
			hot[all++] = name[i];
	if (all > n)
		qsort(hot, all, sizeof(*hot), by_number);
	for (uint32_t i = 0; n > 0 && i < r->nsaid; i++)
		r->said[i].wanted = r->said[i].n > 0 && is_one_of(hot, all, name[i]);
	r->failed |= !ok;
	free(name);
	free(hot);
}

static void
add_item(struct recall *r, usec_t t, const struct page_event *e, bool met)
{
	if (r->n == r->cap) {
		size_t cap = r->cap > 0 ? 2 * r->cap : 1024;
		struct item *grown = realloc(r->items, cap * sizeof(*grown));

		r->failed |= grown == NULL;
		if (grown == NULL)
			return;
		r->items = grown;
		r->cap = cap;
	}
	r->items[r->n++] = (struct item){ t, *e, met };
}

static bool
known_host(const struct recall *r, uint32_t id)
{
	return id < r->hosts.n;
}

static void
add_met(struct recall *r, usec_t t, const struct page_event *e)
{
	if (!known_host(r, e->key[0]) || !known_host(r, e->key[2]) || watch_find(r->watch, &r->hosts.at[e->key[0]].addr) < 0)
		return;
	r->client[e->key[2]] = 1;
	add_item(r, t, e, true);
}

static void
take_met(void *ctx, const struct page_from *from, const struct page_event *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_met(ctx, from->hour * PAGE_HOUR + e[i].at * PAGE_UNIT, &e[i]);
}

/* Open when the data ended: whether it still carries data is not known. */
static void
take_live(void *ctx, const struct page_from *from, const struct page_event *e, size_t n)
{
	(void)from;
	for (size_t i = 0; i < n; i++) {
		struct page_event one = e[i];

		one.value = 0;
		add_met(ctx, e[i].value * TM_SEC, &one);
	}
}

/* Of answers of no interest one an hour tells that the client's DNS is seen here. */
static void
take_told(void *ctx, const struct page_from *from, const struct page_event *e, size_t n)
{
	struct recall *r = ctx;

	for (size_t i = 0; i < n; i++) {
		const struct said *s = e[i].key[0] < r->nsaid ? &r->said[e[i].key[0]] : NULL;

		if (s == NULL || s->n == 0 || !known_host(r, e[i].key[1]) || !known_host(r, e[i].key[2]))
			continue;
		if (!s->wanted && (!r->client[e[i].key[2]] || r->heard[e[i].key[2]] == from->hour + 1))
			continue;
		if (!s->wanted)
			r->heard[e[i].key[2]] = from->hour + 1;
		add_item(r, from->hour * PAGE_HOUR + e[i].at * PAGE_UNIT, &e[i], false);
	}
}

/* By time; of one moment answers come before connections. */
static int
by_time(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->t != y->t)
		return x->t < y->t ? -1 : 1;
	if (x->met != y->met)
		return x->met ? 1 : -1;
	return page_order(&x->e, &y->e);
}

static int
read_all(struct recall *r, struct err *err)
{
	struct reader *rd;
	int rc = reader_open(r->e->opt->db, &rd, err);

	if (rc < 0)
		return rc;
	rc = history_hosts(rd, &r->hosts, err);
	if (rc == 0) {
		r->client = calloc((size_t)r->hosts.n + 1, 1);
		r->heard = calloc((size_t)r->hosts.n + 1, sizeof(*r->heard));
		r->failed = r->client == NULL || r->heard == NULL;
		rc = r->failed ? err_set(err, ST_ENOMEM, "out of memory for the kept history") : history_said(rd, take_said, r, err);
	}
	if (rc == 0)
		rc = history_spans(rd, ENGINE_GAP, take_span, r, err);
	if (rc == 0) {
		choose_answers(r);
		rc = history_pages(rd, PAGE_MET, take_met, r, err);
	}
	if (rc == 0)
		rc = history_pages(rd, PAGE_LIVE, take_live, r, err);
	if (rc == 0)
		rc = history_pages(rd, PAGE_TOLD, take_told, r, err);
	reader_close(rd);
	if (rc == 0 && r->failed)
		rc = err_set(err, ST_ENOMEM, "out of memory for the kept history; try a larger machine, or a smaller --retain");
	if (rc == 0 && r->n > 0)
		qsort(r->items, r->n, sizeof(*r->items), by_time);
	return rc;
}

/* ---- telling ---- */

/* Since when there was no gap. */
static void
turn_span(struct recall *r, usec_t t)
{
	while (r->span + 1 < r->nspans && r->spans[r->span + 1].first <= t)
		r->span++;
	r->e->know.begin = r->nspans > 0 ? r->spans[r->span].first : t;
	r->e->know.now = t;
}

/* Put the TTL into each record of the message: of a TTL each the least was kept. */
static void
set_ttls(uint8_t *m, size_t n, uint32_t ttl)
{
	size_t at = 12;
	unsigned records = (unsigned)m[6] << 8 | m[7];

	for (unsigned i = 0; i <= records; i++) {
		while (at < n && m[at] != 0)
			at += m[at] + 1u;
		at += 5;		/* the root, type and class */
		if (i == 0)
			continue;
		if (at + 6 > n)
			return;
		for (int b = 0; b < 4; b++)
			m[at + (size_t)b] = (uint8_t)(ttl >> (24 - 8 * b));
		at += 6 + ((size_t)m[at + 4] << 8 | m[at + 5]);
	}
}

static void
tell_answer(struct recall *r, const struct item *it)
{
	struct said *s = &r->said[it->e.key[0]];
	const struct host *server = &r->hosts.at[it->e.key[1]], *client = &r->hosts.at[it->e.key[2]];
	struct dns_event ev = { .t = it->t, .client = client->addr, .server = server->addr, .scope = client->scope, .cport = CLIENT_PORT, .sport = 53,
		.way = PAGE_WAY(it->e.flags) < DNS_WAYS ? (enum dns_way)PAGE_WAY(it->e.flags) : DNS_UDP, .ttl_cap = UINT32_MAX, .msg = s->message,
		.wire = (uint32_t)s->n };
	bool ra = it->e.flags & PAGE_RA;

	ev.have = ev.wire;
	set_ttls(s->message, s->n, it->e.value);
	/* the question; RD is not kept: who offers recursion was asked for it */
	s->message[2] = ra ? 0x01 : 0;
	s->message[3] &= 0x0f;
	engine_message(r->e, &ev);
	s->message[2] = (uint8_t)(0x80 | (it->e.flags & PAGE_AA ? 0x04 : 0) | (ra ? 0x01 : 0));
	s->message[3] = (uint8_t)((s->message[3] & 0x0f) | (ra ? 0x80 : 0));
	engine_message(r->e, &ev);
}

static struct flow *
segment(struct recall *r, const struct item *it, usec_t t, bool from_client, uint8_t flags, uint32_t bytes)
{
	const struct host *server = &r->hosts.at[it->e.key[0]], *client = &r->hosts.at[it->e.key[2]];
	const struct frame frame = { .t = t };
	struct pkt p = { .src = from_client ? client->addr : server->addr, .dst = from_client ? server->addr : client->addr,
		.scope = client->scope, .proto = (uint8_t)it->e.key[1], .tcp_flags = flags, .pay_wire = bytes };
	uint16_t cport = (uint16_t)(CLIENT_PORT + r->made % (UINT16_MAX - CLIENT_PORT)), sport = (uint16_t)(it->e.key[1] >> 8);

	p.sport = from_client ? cport : sport;
	p.dport = from_client ? sport : cport;
	p.seq = from_client ? r->made : ~r->made;
	p.seq += !(flags & TCP_SYN);
	p.ack = from_client ? ~r->made + 1 : r->made + 1;
	return flow_packet(&r->e->flows, &p, &frame, true);
}

/* A whole connection at once, as it opens: what comes of it changes nothing for others. */
static void
tell_connection(struct recall *r, const struct item *it)
{
	unsigned outcome = PAGE_OUTCOME(it->e.flags);
	usec_t end = it->t + it->e.value * PAGE_UNIT;
	bool tcp = (uint8_t)it->e.key[1] == IPP_TCP;
	struct flow *f;

	r->made++;
	f = segment(r, it, it->t, true, tcp ? TCP_SYN : 0, 0);
	if (f == NULL)
		return;
	if (outcome == OUT_ESTABLISHED)
		f = segment(r, it, it->t, false, tcp ? TCP_SYN | TCP_ACK : 0, tcp ? 0 : 2);
	else if (outcome == OUT_REFUSED && tcp)
		f = segment(r, it, it->t, false, TCP_RST | TCP_ACK, 0);
	else if (outcome == OUT_UNREACHABLE || outcome == OUT_REFUSED)
		f->unreachable = true, f->port_unreachable = outcome == OUT_REFUSED;
	else if (outcome == OUT_UNSEEN)
		f->went_on = true;
	/* until when it was in use; of one that is not listed only its end was seen, which is use as far as is known */
	if (f != NULL && outcome == OUT_ESTABLISHED && it->e.value > 0)
		f = segment(r, it, end, true, tcp ? TCP_ACK : 0, 2);
	if (f == NULL)
		return;
	r->e->know.now = end + 2 * FLOW_SYN_WAIT;	/* nothing answers any more */
	flow_drop(&r->e->flows, f);
}

static void
tell_all(struct recall *r)
{
	for (size_t i = 0; i < r->n; i++) {
		turn_span(r, r->items[i].t);
		if (r->items[i].met)
			tell_connection(r, &r->items[i]);
		else
			tell_answer(r, &r->items[i]);
	}
}

/* Tell it to the engine, which for that time knows of these addresses alone; what it knew of the hosts at the end of the data it
 * knows again afterwards. */
static void
tell(struct recall *r)
{
	struct engine *e = r->e;
	struct know *k = &e->know;
	const struct know was = *k;
	bool keep = e->keep_all;

	k->watch = e->memo.watch = r->watch;
	k->recalled = true;
	e->keep_all = false;
	tell_all(r);
	e->keep_all = keep;
	k->watch = e->memo.watch = was.watch;
	k->begin = was.begin;
	k->now = was.now;
	k->loss = was.loss;
	k->recalled = false;
}

static void
recall_free(struct recall *r)
{
	for (uint32_t i = 0; i < r->nsaid; i++)
		free(r->said[i].message);
	free(r->said);
	free(r->hosts.at);
	free(r->items);
	free(r->spans);
	free(r->client);
	free(r->heard);
	watch_free(r->watch);
}

int
recall(struct engine *e, const bool *again, struct err *err)
{
	struct recall r = { .e = e };
	size_t n = deplist_count(e->list), have = 0;
	struct prefix *prefixes = malloc((n + 1) * sizeof(*prefixes));
	int rc;

	for (size_t i = 0; prefixes != NULL && i < n; i++)
		if (again[i] && deplist_at(e->list, i)->has_addr)
			prefixes[have++] = deplist_at(e->list, i)->prefix;
	if (prefixes != NULL)
		r.watch = watch_new(prefixes, (uint32_t)have);
	free(prefixes);
	if (r.watch == NULL)
		return err_set(err, ST_ENOMEM, "out of memory for the kept history");
	rc = read_all(&r, err);
	if (rc == 0) {
		forget(&r);
		tell(&r);
		rc = state_hosts(e, err);
	}
	recall_free(&r);
	return rc;
}
