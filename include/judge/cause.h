/* judge/cause.h - the causes of DESIGN section 5: name, advice, whether it ends by itself.
 *
 * A cause is one row here, at least one row in judge/rule.c, and one test.  The order is that of the enum in the
 * database's bit sets: new causes go to the end. */
#ifndef JUDGE_CAUSE_H
#define JUDGE_CAUSE_H

#include <stdbool.h>
#include <stdint.h>

#define CAUSE_TABLE(X) \
	X(STILL_PUBLISHED,	"authoritative.still-published",	HIGH, STAYS, \
	  "The zone itself still publishes the retired address: correct the record on the primary, raise the serial, and check every server of the zone with 'dig @SERVER NAME +norecurse'.") \
	X(SERVERS_DISAGREE,	"authoritative.servers-disagree",	HIGH, STAYS, \
	  "One server of the zone still answers the retired address: compare 'dig @SERVER ZONE SOA' on each, then repair NOTIFY and the transfer (rndc retransfer, nsd-control force_transfer, knotc zone-retransfer).") \
	X(OLD_DELEGATION,	"authoritative.old-delegation",		HIGH, STAYS, \
	  "The resolver still asks name servers that left the delegation: correct the NS set at the parent, empty the zone on the old servers, flush NS of the zone on the resolver.") \
	X(PARTIAL_UPDATE,	"authoritative.partial-update",		HIGH, STAYS, \
	  "Another record of the name was left behind: move the record type or alias named here too (A, AAAA, HTTPS and SVCB hints, MX, SRV, CNAME).") \
	X(RESOLVER_WITHIN_TTL,	"resolver.within-ttl",			INFO, ENDS, \
	  "Nothing to do: the resolver's entry was fetched before the change and its TTL still runs.") \
	X(TTL_FLOOR,		"resolver.ttl-floor",			MEDIUM, ENDS, \
	  "The resolver stretches short TTLs: lower cache-min-ttl (Unbound), min-cache-ttl (BIND, dnsmasq --min-cache-ttl), and flush the name there (unbound-control flush, rndc flushname).") \
	X(SERVE_STALE,		"resolver.serve-stale",			MEDIUM, STAYS, \
	  "The resolver serves expired data because it cannot reach the zone: repair the path from the resolver to the zone's servers, then flush the name (unbound-control flush, rndc serve-stale reset).") \
	X(RESOLVER_OPTIMISTIC,	"resolver.optimistic",			MEDIUM, ENDS, \
	  "The resolver answers expired data first and refreshes afterwards: flush the name there, or set serve-expired-client-timeout: 1800 (Unbound), serve_stale verify (CoreDNS), no use-stale-cache (dnsmasq).") \
	X(LOCAL_DATA,		"resolver.local-data",			HIGH, STAYS, \
	  "The resolver makes the answer itself: look for the name in its local-data, hosts file, response policy or internal zone, and change it there.") \
	X(RESOLVER_OVERRUN,	"resolver.overrun",			HIGH, STAYS, \
	  "The resolver hands the address out longer than the zone allowed, and nothing seen here shows why: flush the name on it, look at its minimum TTL, stale and local-data settings, or capture its upstream side.") \
	X(CLIENT_WITHIN_TTL,	"client.within-ttl",			INFO, ENDS, \
	  "Nothing to do: the answer this client was given before the change still runs.") \
	X(STUB_OVERRUN,		"client.stub-overrun",			MEDIUM, ENDS, \
	  "The client's own cache holds on for about a minute and then asks again: wait, or flush it (resolvectl flush-caches, ipconfig /flushdns, browser restart).") \
	X(CLIENT_OPTIMISTIC,	"client.optimistic",			MEDIUM, UNTOLD, \
	  "The client uses an expired answer while it asks anew, and moves at once: nothing to do but to keep the old address harmless until it has asked once.") \
	X(APP_CACHE,		"client.app-cache",			HIGH, STAYS, \
	  "An application keeps the address by itself: restart it, or set its cache (networkaddress.cache.ttl in Java, 'resolver ... valid=' in nginx, 'resolvers' in HAProxy, a maximum connection lifetime in its pool).") \
	X(OPENED_BEFORE,	"connection.opened-before",		MEDIUM, STAYS, \
	  "A connection from before the change is still in use: end it on the client (restart, or ss -K dst ADDRESS), and give its pool a maximum lifetime.") \
	X(HARD_CODED,		"bypass.hard-coded",			HIGH, STAYS, \
	  "No answer ever gave this client the address: look for the address in its configuration, and for the name in its hosts file.") \
	X(REFERRAL,		"bypass.referral",			HIGH, STAYS, \
	  "An application told the client the address (cluster member list, redirect, advertised listener): correct what the peer announces.") \
	X(ENCRYPTED_DNS,	"bypass.encrypted-dns",			HIGH, STAYS, \
	  "The client asks over encrypted DNS that cannot be read here: look at its DoT, DoH or DoQ resolver, or at the client itself (getent hosts NAME).") \
	X(TRANSLATION,		"path.translation",			HIGH, STAYS, \
	  "An address translation or load balancer still holds the address: look at its backends and its connection tracking (conntrack -D -d ADDRESS).") \
	X(SCAN,			"background.scan",			INFO, STAYS, \
	  "A scanner, no client: nothing to do.") \
	X(DNS_NOT_SEEN,		"unknown.dns-not-seen",			MEDIUM, UNTOLD, \
	  "This client's DNS does not cross this link: put a sensor where it does, or look at the client itself (resolvectl query NAME, getent hosts NAME).") \
	X(BEFORE_CAPTURE,	"unknown.before-capture",		MEDIUM, UNTOLD, \
	  "The data begins too late to know what the client was told: capture for longer than the record's TTL, or ask the client (getent hosts NAME).") \
	X(AMBIGUOUS,		"unknown.ambiguous",			MEDIUM, UNTOLD, \
	  "Several layers remain possible: see could_also_be, and what observation would decide.")

enum cause {
#define CAUSE_ENUM(id, text, sev, end, advice) CAUSE_##id,
	CAUSE_TABLE(CAUSE_ENUM)
#undef CAUSE_ENUM
	CAUSE_COUNT
};
/* Whether it ends by itself: when an answer has run out, the next one is another; or it cannot be told. */
enum cause_end { CAUSE_STAYS, CAUSE_ENDS, CAUSE_UNTOLD };
enum confidence { CONF_POSSIBLE = 1, CONF_LIKELY, CONF_CERTAIN };
enum severity { SEV_INFO, SEV_LOW, SEV_MEDIUM, SEV_HIGH, SEV_CRITICAL };
#define CAUSE_BIT(c) (UINT32_C(1) << (c))

const char *cause_name(enum cause c);
const char *cause_advice(enum cause c);		/* one line a person can act on */
/* The same, once nothing is left of it: an answer has run out, a connection was closed.  NULL: it is never over by itself. */
const char *cause_over(enum cause c);
bool cause_ends(enum cause c);
bool cause_untold(enum cause c);
enum severity cause_severity(enum cause c);	/* of a stale contact with this cause */
enum cause cause_find(const char *name);	/* CAUSE_COUNT if there is none */
const char *confidence_name(enum confidence c);
const char *severity_name(enum severity s);
int severity_find(const char *name);		/* -1 if there is none */

#endif
