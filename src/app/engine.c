/* Blocks of packets, the clock, the ends of days, and what is stored when. */
#include "app/engine_int.h"

#include <string.h>
#include <time.h>

#include "app/day.h"
#include "app/flush.h"
#include "app/state.h"

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
		take_ahead(e);
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
