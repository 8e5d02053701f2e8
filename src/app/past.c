#include "app/past.h"

#include <stdlib.h>
#include <string.h>

#include "app/engine.h"
#include "base/name.h"

#define FIRST_ROOM 4096
#define DAY (24 * PAGE_HOUR)
#define RADIX 11

void
past_init(struct past *p, size_t max)
{
	*p = (struct past){ .max = max, .hour = INT64_MIN, .first_day = INT64_MAX, .last_day = INT64_MIN };
}

void
past_free(struct past *p)
{
	free(p->told);
	free(p->spare);
	free(p->met);
}

/* ---- gathering ---- */

/* The answer as a message: header, question, answer section, each name written out, each TTL 0. */
static void
message_of(const struct dns_set *s, struct buf *out)
{
	buf_u16(out, 0);
	buf_u16(out, (uint16_t)(DNS_QR | (s->rcode & 15)));
	buf_u16(out, 1);
	buf_u16(out, (uint16_t)s->nanswer);
	buf_u32(out, 0);
	buf_put(out, s->qname, name_len(s->qname));
	buf_u16(out, s->qtype);
	buf_u16(out, 1);
	for (uint32_t i = 0; i < s->nanswer; i++) {
		const struct dns_rr *rr = &s->rr[i];

		buf_put(out, rr->owner, name_len(rr->owner));
		buf_u16(out, rr->type);
		buf_u16(out, rr->class_);
		buf_u32(out, 0);
		buf_u16(out, rr->rdlen);
		buf_put(out, rr->rdata, rr->rdlen);
	}
}

static uint32_t
said_id(struct engine *e, struct memo_set *s)
{
	char name[NAME_TEXT];
	struct buf message = { 0 };
	struct row_said row = { .name = name_text(s->set->qname, name), .type = s->set->qtype, .always = s->listed };
	uint32_t id;

	message_of(s->set, &message);
	row.message = message.p;
	row.len = message.len;
	id = message.failed ? 0 : store_said(e->store, &row);
	buf_free(&message);
	return id;
}

/* Room for one more, in both arrays; at the bound what is there is stored. */
static bool
room(struct engine *e)
{
	struct past *p = &e->past;
	size_t cap = p->cap > 0 ? 2 * p->cap : FIRST_ROOM;
	struct page_event *told, *spare;

	if (p->n < p->cap)
		return true;
	if (cap > p->max) {
		past_drain(e);
		return p->n < p->cap;
	}
	told = realloc(p->told, cap * sizeof(*told));
	if (told != NULL)
		p->told = told;
	spare = told != NULL ? realloc(p->spare, cap * sizeof(*spare)) : NULL;
	if (spare == NULL) {
		p->failed = true;
		return false;
	}
	p->spare = spare;
	p->cap = cap;
	return true;
}

static uint32_t
least_ttl(const struct dns_event *ev, const struct dns_walk *w)
{
	uint32_t least = ev->ttl_cap;

	for (uint32_t i = 0; i < w->nanswer; i++)
		if (w->rr[i].ttl < least)
			least = w->rr[i].ttl;
	return least > ev->ttl_less ? least - ev->ttl_less : 0;
}

/* Begin the hour of t, if it is a later one. */
static void
turn_hour(struct engine *e, usec_t t)
{
	int64_t hour = tm_floor(t, PAGE_HOUR);

	if (hour <= e->past.hour)
		return;
	past_drain(e);
	e->past.hour = hour;
}

void
past_told(struct engine *e, const struct dns_event *ev, const struct dns_walk *w, struct memo_set *s, struct client *c, uint32_t server)
{
	struct past *p = &e->past;
	struct server *by = server_at(&e->know.resolvers, server);
	usec_t in;

	turn_hour(e, ev->t);
	if (!room(e))
		return;
	if (s->said == 0)
		s->said = said_id(e, s);
	if (by->host == 0)
		by->host = store_host(e->store, &by->key.addr, by->key.scope);
	if (c->host == 0)
		c->host = store_host(e->store, &c->key.addr, c->key.scope);
	in = ev->t - p->hour * PAGE_HOUR;
	p->told[p->n++] = (struct page_event){ .key = { s->said, by->host, c->host }, .at = in > 0 ? (uint32_t)(in / PAGE_UNIT) : 0,
		.value = least_ttl(ev, w), .flags = (uint8_t)(ev->way | (w->flags & DNS_AA ? PAGE_AA : 0) | (w->flags & DNS_RA ? PAGE_RA : 0)) };
	p->events++;
}

static struct page_event
event_of(struct engine *e, const struct flow *f, int64_t hour)
{
	bool data = f->last_data != TM_NONE;
	usec_t lasted = (data ? f->last_data : f->last) - f->first;
	struct page_event met = { .at = (uint32_t)((f->first - hour * PAGE_HOUR) / PAGE_UNIT) };

	met.key[0] = store_host(e->store, flow_server(f), f->key.scope);
	met.key[1] = (uint32_t)f->key.port[!f->opener] << 8 | f->key.proto;
	met.key[2] = store_host(e->store, flow_client(f), f->key.scope);
	met.value = lasted > 0 ? (uint32_t)(lasted / PAGE_UNIT) : 0;
	met.flags = (uint8_t)(flow_outcome(f, e->know.now, e->flows.both_ways) | (f->opener_sure ? PAGE_SURE : 0) | (data ? PAGE_DATA : 0));
	return met;
}

void
past_met(struct engine *e, const struct flow *f)
{
	struct past *p = &e->past;
	int64_t hour = tm_floor(f->first, PAGE_HOUR), day = tm_floor(f->first, DAY);

	if (p->nmet == p->met_cap) {
		size_t cap = p->met_cap > 0 ? 2 * p->met_cap : FIRST_ROOM / 4;
		struct past_met *grown = cap <= p->max ? realloc(p->met, cap * sizeof(*grown)) : NULL;

		if (grown == NULL && p->met_cap == 0) {
			p->failed = true;
			return;
		}
		if (grown == NULL)
			past_drain(e);
		p->met = grown != NULL ? grown : p->met;
		p->met_cap = grown != NULL ? cap : p->met_cap;
	}
	p->met[p->nmet++] = (struct past_met){ .hour = hour, .e = event_of(e, f, hour) };
	p->first_day = day < p->first_day ? day : p->first_day;
	p->last_day = day > p->last_day ? day : p->last_day;
	p->events++;
}

/* ---- sorting and storing ---- */

/* The order of pages is by key[0]'s low bits first. */
static uint32_t
part(const struct page_event *e, int which)
{
	return which == 0 ? e->key[2] : which == 1 ? e->key[1] : which == 2 ? e->key[0] / PAGE_SHARDS : e->key[0] % PAGE_SHARDS;
}

static void
one_pass(const struct page_event *from, struct page_event *to, size_t n, int which, unsigned shift)
{
	size_t at[1 << RADIX] = { 0 }, sum = 0;

	for (size_t i = 0; i < n; i++)
		at[part(&from[i], which) >> shift & ((1 << RADIX) - 1)]++;
	for (size_t i = 0; i < 1 << RADIX; i++) {
		size_t here = at[i];

		at[i] = sum;
		sum += here;
	}
	for (size_t i = 0; i < n; i++)
		to[at[part(&from[i], which) >> shift & ((1 << RADIX) - 1)]++] = from[i];
}

/* By key; equal ones stay as they came, in time. */
static void
sort_told(struct past *p)
{
	for (int which = 0; which < 4; which++) {
		uint32_t differ = 0;

		for (size_t i = 1; i < p->n; i++)
			differ |= part(&p->told[i], which) ^ part(&p->told[0], which);
		for (unsigned shift = 0; shift < 32; shift += RADIX) {
			struct page_event *turn = p->told;

			if ((differ >> shift & ((1 << RADIX) - 1)) == 0)
				continue;
			one_pass(p->told, p->spare, p->n, which, shift);
			p->told = p->spare;
			p->spare = turn;
		}
	}
}

static int
by_hour(const void *a, const void *b)
{
	const struct past_met *x = a, *y = b;

	if (x->hour != y->hour)
		return x->hour < y->hour ? -1 : 1;
	return page_order(&x->e, &y->e);
}

static void
drain_met(struct engine *e)
{
	struct past *p = &e->past;
	struct page_list hour = { 0 };
	size_t end;

	qsort(p->met, p->nmet, sizeof(*p->met), by_hour);
	for (size_t i = 0; i < p->nmet; i = end) {
		hour.n = 0;
		for (end = i; end < p->nmet && p->met[end].hour == p->met[i].hour; end++)
			page_list_add(&hour, &p->met[end].e);
		p->entries += store_page(e->store, PAGE_MET, p->met[i].hour, hour.e, hour.n);
		p->failed |= hour.failed;
	}
	page_list_free(&hour);
	p->nmet = 0;
}

void
past_drain(struct engine *e)
{
	struct past *p = &e->past;
	double before = engine_cpu_seconds();

	if (p->n > 0) {
		sort_told(p);
		p->entries += store_page(e->store, PAGE_TOLD, p->hour, p->told, p->n);
		p->n = 0;
	}
	if (p->nmet > 0)
		drain_met(e);
	p->seconds += engine_cpu_seconds() - before;
}

static bool
is_listed(void *ctx, const struct addr *a)
{
	const struct engine *e = ctx;

	return watch_find(e->watch, a) >= 0;
}

static void
store_open_flows(struct engine *e)
{
	struct page_list live = { 0 };

	for (const struct flow *f = table_oldest(&e->flows.t); f != NULL; f = table_newer(&e->flows.t, f)) {
		struct page_event met;

		if (f->end != FLOW_LIVE)
			continue;
		met = event_of(e, f, tm_floor(f->first, PAGE_HOUR));
		met.at = 0;
		met.value = (uint32_t)(f->first / TM_SEC);
		page_list_add(&live, &met);
	}
	page_sort(live.e, live.n);
	e->past.failed |= live.failed;
	store_live(e->store, live.e, live.n);
	page_list_free(&live);
}

void
past_end(struct engine *e)
{
	struct past *p = &e->past;
	double before = engine_cpu_seconds();

	for (int64_t day = p->first_day; day <= p->last_day; day++)
		store_traffic(e->store, day, is_listed, e);
	p->first_day = INT64_MAX;
	p->last_day = INT64_MIN;
	store_open_flows(e);
	if (e->know.now != TM_NONE)
		store_retain(e->store, tm_floor(e->know.now, PAGE_HOUR) - 24 * e->opt->retain);
	p->seconds += engine_cpu_seconds() - before;
}
