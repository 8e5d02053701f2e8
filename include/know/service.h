/* know/service.h - names that lead to other names: a client that was told an MX, SRV, SVCB or HTTPS record asks for its target next, and
 * connects there.
 *
 * Bound     SERVICES (client, name, type); the longest unused goes first, and is counted.  SERVICE_TARGETS targets of each, the one told longest
 *           ago makes room. */
#ifndef KNOW_SERVICE_H
#define KNOW_SERVICE_H

#include "base/addr.h"
#include "base/table.h"
#include "base/tm.h"
#include "base/why.h"
#include "know/kept.h"
#include "proto/dnsmsg.h"

#define SERVICES 8192
#define SERVICE_TARGETS 16
#define LEAD_PATH 3

struct service_target {
	uint32_t name;			/* know/names.h */
	uint16_t port;			/* to connect to; 0: not said */
	usec_t t, expiry;		/* of the last answer that held it */
	uint64_t kept;			/* that packet, where the list means the name that leads here */
};
struct service_key { struct addr client; uint32_t scope, name, type, zero; };	/* type: DNS_MX ..., DNS_CNAME of an alias on the way */
struct service {
	struct entry e;
	struct service_key key;
	usec_t t;			/* the last answer, whatever it held */
	bool authority;			/* it came from a server of the zone */
	uint8_t n;
	struct service_target to[SERVICE_TARGETS];
};
struct service_table { struct table t; struct kept_table *kept; struct why_counts *counts; };

/* The way a client was led to a name, as things stand: from the name it asked first. */
struct lead {
	uint32_t path[LEAD_PATH];
	uint16_t type[LEAD_PATH];	/* of the record that leads on from each */
	uint8_t n;			/* 0: nothing led there */
	uint16_t port;			/* that the last of them gives; 0: any */
	usec_t t;			/* of the first answer on it */
	usec_t expiry;			/* of the first that runs out */
	usec_t other;			/* when it was told something else instead; TM_NONE */
	uint64_t kept;			/* the packet of the last answer on it */
};

bool service_init(struct service_table *s, struct kept_table *kept, struct why_counts *counts, uint64_t seed);
void service_free(struct service_table *s);
/* The name that a record of such a type leads on to (RFC 1035 3.3.9, 2782, 9460 2.5), or NULL: other types, "no service", its owner itself. */
const uint8_t *service_next(const struct dns_rr *rr);
/* The port that it gives: of SRV its own, of MX that of mail (RFC 5321 2.3.4); 0 where it gives none. */
uint16_t service_port(const struct dns_rr *rr);

/* An answer to the client about this name, at t.  NULL where nothing is kept of it: make says to. */
struct service *service_answer(struct service_table *s, const struct service_key *key, usec_t t, bool make);
/* It leads to this target.  frame: the packet to keep, or NULL. */
void service_leads(struct service_table *t, struct service *s, const struct service_target *to, const struct frame *frame);
const struct service *service_find(const struct service_table *s, const struct service_key *key);
/* The target of this name that the client had been told by t; NULL if none. */
const struct service_target *service_to(const struct service *s, uint32_t target, usec_t t);

#endif
