#include "app/extract.h"

#include "packet/begin.h"
#include "proto/pick.h"

static bool
skip(struct event *ev, enum why why)
{
	ev->kind = EVENT_SKIP;
	ev->why = (uint8_t)why;
	return true;
}

static bool
extract_udp(struct event *ev, uint64_t seed, struct dns_tag *tags)
{
	const struct pkt *p = &ev->pkt;

	if (p->sport == PORT_DNS || p->dport == PORT_DNS) {
		ev->kind = EVENT_DNS;
		ev->walk.rr = tags;
		ev->dns = dns_walk(p->pay, p->pay_wire, p->pay_have, seed, &ev->walk);
		return true;
	}
	if (p->sport == PORT_MDNS || p->dport == PORT_MDNS)
		return skip(ev, WHY_MDNS);
	if (p->sport == PORT_LLMNR || p->dport == PORT_LLMNR)
		return skip(ev, WHY_LLMNR);
	if (p->dport == DHCP_CLIENT && pkt_begins(p, WHY_OK, &ev->pkt.dst)) {
		ev->kind = EVENT_BEGINS;
		ev->why = WHY_OK;
		return true;
	}
	ev->kind = EVENT_UDP;
	return ev->watched || pick_wants_udp(p);
}

static inline __attribute__((always_inline)) bool
what_is_it(struct event *ev, const struct watch *w, uint64_t seed, struct dns_tag *tags)
{
	const struct pkt *p = &ev->pkt;

	if (p->frag) {
		ev->kind = EVENT_FRAGMENT;
		return true;
	}
	if (p->proto != IPP_UDP && p->proto != IPP_TCP) {
		ev->kind = EVENT_ICMP;
		return p->proto == IPP_ICMP || p->proto == IPP_ICMP6;
	}
	ev->watched = watch_has(w, &p->dst) || watch_has(w, &p->src);
	if (p->proto == IPP_UDP)
		return extract_udp(ev, seed, tags);
	ev->kind = EVENT_TCP;
	return ev->watched || p->pay_wire > 0 || (p->tcp_flags & (TCP_SYN | TCP_FIN | TCP_RST));
}

bool
extract_packet(struct event *ev, const struct watch *w, uint64_t seed, struct dns_tag *tags)
{
	return what_is_it(ev, w, seed, tags);
}

/* Microseconds, rounded down also before 1970. */
static usec_t
to_usec(int64_t ns)
{
	return ns >= 0 ? (usec_t)((uint64_t)ns / 1000) : (ns - 999) / 1000;
}

uint32_t
extract(struct batch *b, const struct rec *recs, uint32_t n, const struct filter *filter, const struct watch *w, uint64_t seed)
{
	struct event *ev = b->events;
	struct dns_tag *tags = b->tags;
	uint32_t i;

	if (n > EXTRACT_BATCH)
		n = EXTRACT_BATCH;
	for (i = 0; i < n && recs[i].source == recs[0].source && tags <= b->tags + EXTRACT_TAGS - DNS_RRS_MAX; i++) {
		const struct rec *r = &recs[i];
		enum why why;
		bool wanted;

		if (filter != NULL && !filter_wants(filter, r))
			continue;
		ev->frame = (struct frame){ .t = to_usec(r->ts_ns), .number = r->number, .offset = r->offset, .source = r->source,
			.link = r->link, .data = r->data, .have = r->caplen, .wire = r->wirelen };
		why = decode_frame(&ev->frame, &ev->pkt);
		if (why != WHY_OK) {
			wanted = skip(ev, why);
			if (pkt_begins(&ev->pkt, why, &ev->pkt.dst))
				ev->kind = EVENT_BEGINS;
		} else {
			wanted = what_is_it(ev, w, seed, tags);
		}
		if (!wanted)
			continue;
		if (ev->kind == EVENT_DNS && ev->dns)
			tags += ev->walk.nrr;
		ev++;
	}
	b->n = (uint32_t)(ev - b->events);
	return i;
}
