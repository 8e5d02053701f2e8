/* know/delegation.h - which servers a zone has: as its parent delegates it, as its own servers say, and as resolvers hand it on.
 *
 * A referral has no AA, no RA and no answer, and names the servers in its authority section (RFC 1034 4.3.2); a server of the zone names
 * them with AA in its answers, or beside them.  The two may differ, and a resolver that has cached the old set goes on asking it (FIELD 3.2).
 * A set is known by the names of its servers, and those by their addresses: glue, or answers of their own.  Where an address of the
 * kind asked for is not known of each name, it is not known who is not among them.
 * Bound     At most `max` sets and `max` hosts; beyond it nothing is learned of a new one. */
#ifndef KNOW_DELEGATION_H
#define KNOW_DELEGATION_H

#include "base/addr.h"
#include "base/table.h"
#include "base/tm.h"
#include "know/names.h"
#include "proto/dnsev.h"

#define NS_MAX 13			/* names of servers in a set */
#define NS_ADDRS 4			/* addresses of one kind of a server */

enum ns_by { NS_PARENT, NS_CHILD, NS_CACHE };	/* who said it: a referral, a server with AA, a resolver */
struct ns_set_key { struct addr server; uint32_t zone, by; };	/* server: of NS_CHILD; else all zero, the latest counts */
struct ns_set {
	struct entry e;
	struct ns_set_key key;
	usec_t t;			/* last said so */
	uint8_t n;
	bool more;			/* than fit */
	uint32_t host[NS_MAX];		/* names (know/names.h) */
};
struct ns_host_key { uint32_t name, v6; };
struct ns_host {			/* a server's addresses of one kind, as last seen */
	struct entry e;
	struct ns_host_key key;
	usec_t t;
	uint8_t n;
	bool more;
	struct addr addr[NS_ADDRS];
};
struct delegations { struct table sets, hosts; };

bool delegation_init(struct delegations *d, uint32_t max, uint64_t seed);
void delegation_free(struct delegations *d);

/* Take in what an answer to a name that matters says of the servers of the zones above it. */
void delegation_learn(struct delegations *d, struct names *names, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set);

/* The smallest zone whose servers were named and that holds this name (wire format); NAME_NONE if none is known. */
uint32_t delegation_zone(const struct names *names, const uint8_t *name);
/* The set; server is NULL but for NS_CHILD.  NULL: not seen. */
const struct ns_set *delegation_set(const struct delegations *d, uint32_t zone, enum ns_by by, const struct addr *server);
/* A server's addresses of one kind; NULL: not seen. */
const struct ns_host *delegation_host(const struct delegations *d, uint32_t name, bool v6);
enum ns_member { NS_UNSURE, NS_IN, NS_OUT };
enum ns_member delegation_member(const struct delegations *d, const struct ns_set *set, const struct addr *server);
/* Anybody, itself too, named this server as one of the zone that holds the name. */
bool delegation_has(const struct delegations *d, const struct names *names, const uint8_t *name, const struct addr *server);

#endif
