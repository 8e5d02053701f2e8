#include "visit.h"

#include <string.h>

enum stage { OVER, QUERY, UPSTREAM_QUERY, UPSTREAM_RESPONSE, RESPONSE, CONNECT, FLOW };
enum { RESOLVER_NEAR = 0x0a010035, RESOLVER_FAR = 0xcb007135, AUTHORITY = 0xcb007101, AUTHORITIES = 200 };
enum { LOST_PPM = 3000 };	/* queries that nobody answers */

static uint16_t
some_port(struct rnd *r)
{
	return (uint16_t)(1024 + rnd_below(r, 64000));
}

static void
begin_query(struct world *w, struct visit *v, uint16_t type)
{
	v->stage = QUERY;
	v->type = type;
	v->id = (uint16_t)rnd_next(&w->rnd);
	v->port = some_port(&w->rnd);
}

static void
begin_flow(struct world *w, struct visit *v)
{
	struct record_set set;

	zone_set(&w->zone, v->name, DNS_A, &set);
	if (v->flow.ends.dst == 0 && set.addrs > 0)
		v->flow.ends.dst = dns_addr(&set, 0);
	if (!v->connect || v->flow.ends.dst == 0) {
		v->stage = OVER;
		return;
	}
	v->stage = CONNECT;
	v->flow.ends.src = v->client;
	v->flow.ends.sport = some_port(&w->rnd);
	v->flow.ends.dport = v->flow.kind == FLOW_HTTPS ? 443 : 80;
	dns_name_text(set.name, v->flow.host);
	flow_begin(&v->flow, &w->rnd);
}

void
visit_begin(struct world *w, struct visit *v)
{
	if (v->ask == ASK_NOTHING)
		begin_flow(w, v);
	else
		begin_query(w, v, DNS_A);
}

int
visit_busy(const struct visit *v)
{
	return v->stage != OVER;
}

static struct ends
to_resolver(const struct world *w, const struct visit *v)
{
	return (struct ends){ v->client, w->sees_upstream ? RESOLVER_NEAR : RESOLVER_FAR, v->port, 53 };
}

static struct ends
to_authority(const struct visit *v)
{
	return (struct ends){ RESOLVER_NEAR, AUTHORITY + v->name % AUTHORITIES, v->upstream_port, 53 };
}

static void
put_query(struct world *w, const struct ends *e, uint16_t id, unsigned flags, const struct record_set *set)
{
	uint8_t m[DNS_MESSAGE_MAX];

	out_udp(&w->out, e, m, dns_query(m, id, flags, set));
	w->truth.queries++;
}

static void
put_response(struct world *w, const struct ends *asked, uint16_t id, unsigned flags, const struct visit *v, uint32_t ttl)
{
	struct ends e = ends_back(asked);
	struct record_set set;
	uint8_t m[DNS_MESSAGE_MAX];

	zone_set(&w->zone, v->name, v->type, &set);
	out_udp(&w->out, &e, m, dns_response(m, id, flags, &set, ttl == 0 ? set.ttl : ttl));
	zone_answered(&w->zone, v->name, v->type);
	w->truth.responses++;
	w->truth.cname += set.aliases;
	if (v->type == DNS_A)
		w->truth.a += set.addrs;
	else
		w->truth.aaaa += set.addrs;
}

/* The client's query; the resolver answers from its cache, or asks first. */
static void
query(struct world *w, struct visit *v)
{
	struct ends e = to_resolver(w, v);
	uint64_t now = out_now(&w->out);
	struct record_set set;

	zone_set(&w->zone, v->name, v->type, &set);
	put_query(w, &e, v->id, DNS_RD, &set);
	v->stage = RESPONSE;
	if (v->name >= RETIRED && rnd_chance(&w->rnd, LOST_PPM)) {
		v->stage = OVER;
	} else if (zone_entry(&w->zone, v->name, v->type)->expires <= now) {
		if (w->sees_upstream)
			v->stage = UPSTREAM_QUERY;
		else
			zone_fetch(&w->zone, v->name, v->type, now);
	}
}

static void
upstream_query(struct world *w, struct visit *v)
{
	struct record_set set;
	struct ends e;

	v->upstream_id = (uint16_t)rnd_next(&w->rnd);
	v->upstream_port = some_port(&w->rnd);
	e = to_authority(v);
	zone_set(&w->zone, v->name, v->type, &set);
	put_query(w, &e, v->upstream_id, 0, &set);
	v->stage = UPSTREAM_RESPONSE;
}

static void
upstream_response(struct world *w, struct visit *v)
{
	struct ends e = to_authority(v);

	zone_fetch(&w->zone, v->name, v->type, out_now(&w->out));
	put_response(w, &e, v->upstream_id, DNS_AA, v, 0);
	v->stage = RESPONSE;
}

static void
response(struct world *w, struct visit *v)
{
	uint64_t expires = zone_entry(&w->zone, v->name, v->type)->expires;
	uint64_t now = out_now(&w->out);
	struct ends e = to_resolver(w, v);

	put_response(w, &e, v->id, DNS_RD | DNS_RA, v, expires > now + 1000000 ? (uint32_t)((expires - now) / 1000000) : 1);
	if (v->ask == ASK_BOTH && v->type == DNS_A)
		begin_query(w, v, DNS_AAAA);
	else
		begin_flow(w, v);
}

void
visit_step(struct world *w, struct visit *v)
{
	switch ((enum stage)v->stage) {
	case OVER:
		break;
	case QUERY:
		query(w, v);
		break;
	case UPSTREAM_QUERY:
		upstream_query(w, v);
		break;
	case UPSTREAM_RESPONSE:
		upstream_response(w, v);
		break;
	case RESPONSE:
		response(w, v);
		break;
	case CONNECT:
		w->truth.flows++;
		v->stage = FLOW;
		__attribute__((fallthrough));
	case FLOW:
		if (!flow_step(&v->flow, &w->out, &w->rnd))
			v->stage = OVER;
		break;
	}
}
