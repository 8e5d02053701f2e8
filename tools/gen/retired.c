#include "retired.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RETIRED_CLIENT = 0x0a00c801 };	/* 10.0.200.1 and up, apart from the ordinary clients */

static int
by_time(const void *a, const void *b)
{
	const struct planned *x = a, *y = b;

	return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->client > y->client) - (x->client < y->client);
}

/* In ten thousandths of the capture:  asks and connects 200-1200, T 2500, told the replacement 4000-4400, connects to
 * the old address 4500-9500. */
int
retired_plan(struct retired *p, uint64_t start, uint64_t duration, uint32_t connections)
{
	static const enum flow_kind kinds[] = { FLOW_HTTP, FLOW_HTTP, FLOW_HTTP, FLOW_REFUSED, FLOW_HTTP, FLOW_HTTP,
		FLOW_SILENT, FLOW_HTTP };
	uint64_t unit = duration / 10000;
	uint32_t n = 0, i;

	memset(p, 0, sizeof(*p));
	p->plan = calloc(2 * RETIRED_CLIENTS + connections, sizeof(*p->plan));
	p->visits = calloc(2 * RETIRED_CLIENTS + connections, sizeof(*p->visits));
	if (p->plan == NULL || p->visits == NULL)
		return -1;
	for (i = 0; i < RETIRED_CLIENTS; i++) {
		p->plan[n++] = (struct planned){ start + unit * (200 + 50 * i), i, ASK_A, 1, FLOW_HTTP };
		p->plan[n++] = (struct planned){ start + unit * (4000 + 20 * i), i, ASK_A, 0, FLOW_HTTP };
	}
	for (i = 0; i < connections; i++)
		p->plan[n++] = (struct planned){ start + unit * 4500 + unit * 5000 / connections * i,
			i % RETIRED_CLIENTS, ASK_NOTHING, 1, kinds[i / RETIRED_CLIENTS % 8] };
	qsort(p->plan, n, sizeof(*p->plan), by_time);
	p->planned = n;
	return 0;
}

static void
count(struct seen *s, const struct planned *e, uint64_t now)
{
	if (e->ask != ASK_NOTHING) {
		s->before += (uint32_t)e->connect;
		return;
	}
	s->connections++;
	s->established += e->kind == FLOW_HTTP;
	s->refused += e->kind == FLOW_REFUSED;
	s->timed_out += e->kind == FLOW_SILENT;
	s->last = now;
	if (s->first == 0)
		s->first = now;
}

static void
begin(struct retired *p, struct world *w, uint64_t now)
{
	const struct planned *e = &p->plan[p->begun];
	struct visit *v = &p->visits[p->begun++];

	v->client = RETIRED_CLIENT + e->client;
	v->name = e->client % RETIRED;
	v->ask = e->ask;
	v->connect = e->connect;
	v->flow.kind = e->kind;
	v->flow.segments = 1;
	v->flow.ends.dst = zone_old(v->name);
	count(&p->seen[e->client], e, now);
	visit_begin(w, v);
	visit_step(w, v);
}

void
retired_step(struct retired *p, struct world *w)
{
	uint64_t packets = w->out.packets;
	uint64_t now = out_now(&w->out);
	uint32_t i;

	if (p->begun < p->planned && p->plan[p->begun].at <= now) {
		begin(p, w, now);
		return;
	}
	for (i = p->done; i < p->begun && w->out.packets == packets; i++) {
		if (i == p->done && !visit_busy(&p->visits[i]))
			p->done++;
		visit_step(w, &p->visits[i]);
	}
}

int
retired_over(const struct retired *p)
{
	uint32_t i;

	for (i = 0; i < p->begun && !visit_busy(&p->visits[i]); i++)
		;
	return i == p->planned;
}

static const char *
time_text(char text[40], uint64_t at)
{
	time_t seconds = (time_t)(at / 1000000);
	struct tm tm;
	size_t n;

	gmtime_r(&seconds, &tm);
	n = strftime(text, 40, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, 40 - n, ".%06uZ", (unsigned)(at % 1000000));
	return text;
}

static const char *
addr_text(char text[16], uint32_t addr)
{
	snprintf(text, 16, "%u.%u.%u.%u", addr >> 24, addr >> 16 & 255, addr >> 8 & 255, addr & 255);
	return text;
}

void
retired_list(FILE *f, uint64_t retired_at)
{
	char at[40], before[16], after[16];
	uint32_t i;

	fputs("address,name,deprecated_at,ttl,replacement\n", f);
	for (i = 0; i < RETIRED; i++)
		fprintf(f, "%s,old-%u.retired.example,%s,%d,%s\n", addr_text(before, zone_old(i)), i,
		    time_text(at, retired_at), RETIRED_TTL, addr_text(after, zone_new(i)));
}

void
retired_truth(const struct retired *p, FILE *f)
{
	char client[16], address[16], first[40], last[40];
	const struct seen *s;
	uint32_t i;

	for (i = 0; i < RETIRED_CLIENTS; i++) {
		s = &p->seen[i];
		fprintf(f, "  {\"client\": \"%s\", \"name\": \"old-%u.retired.example\", \"address\": \"%s\", \"before\": %u,"
		    " \"connections\": %u, \"established\": %u, \"refused\": %u, \"timed_out\": %u",
		    addr_text(client, RETIRED_CLIENT + i), i % RETIRED, addr_text(address, zone_old(i % RETIRED)),
		    s->before, s->connections, s->established, s->refused, s->timed_out);
		if (s->connections > 0)
			fprintf(f, ", \"first\": \"%s\", \"last\": \"%s\"", time_text(first, s->first), time_text(last, s->last));
		fprintf(f, "}%s\n", i + 1 < RETIRED_CLIENTS ? "," : "");
	}
}

void
retired_free(struct retired *p)
{
	free(p->plan);
	free(p->visits);
}
