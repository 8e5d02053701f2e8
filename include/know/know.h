/* know/know.h - everything that is known, and how a DNS message adds to it.
 *
 * The tables are separate modules; this one knows which of them a message concerns.  Answers about names and addresses that are
 * neither listed nor lead to a listed address touch the client's and the server's counters only.
 * Hot path  know_query() and know_answer(): a few look-ups, nothing allocated, for a message of no interest. */
#ifndef KNOW_KNOW_H
#define KNOW_KNOW_H

#include "know/client.h"
#include "know/delegation.h"
#include "know/deplist.h"
#include "know/habit.h"
#include "know/kept.h"
#include "know/labels.h"
#include "know/ledger.h"
#include "know/loss.h"
#include "know/machine.h"
#include "know/memo.h"
#include "know/names.h"
#include "know/nic.h"
#include "know/query.h"
#include "know/referral.h"
#include "know/resolver.h"
#include "know/service.h"
#include "know/zone.h"
#include "packet/copy.h"
#include "proto/dnsev.h"

struct know;

#define KNOW_EARLY (5 * TM_SEC)		/* so soon after the data begins, the first half of an exchange may lie before it */

/* Told at each answer that gives a listed address to somebody, after the tables know of it. */
struct told_event {
	const struct dns_event *ev;
	struct addr addr;
	const struct told *told;
	uint32_t server;
	uint32_t ttl;			/* of this answer, over its path */
	bool authority;			/* from a server of the zone */
};
struct know_sink { void (*told)(void *ctx, const struct told_event *t); void *ctx; };

struct know {
	const struct deplist *list;
	const struct watch *watch;
	struct why_counts *counts;
	struct know_sink sink;
	struct names names;
	struct query_table queries;
	struct client_table clients;
	struct resolver_table resolvers;
	struct zone_table zones;
	struct delegations delegations;
	struct ledger ledger;
	struct kept_table kept;
	struct referral_table referrals;
	struct habit_table habits;
	struct nic_table nics;
	struct service_table services;
	bool wide;			/* the list means names that are not known from the start */
	struct client *asker;		/* whom the last answer was for; NULL without memory, or before one */
	struct copy_table *copies;	/* hosts seen in two scopes; NULL: none are */
	usec_t begin;			/* since when we have been looking without a gap; TM_NONE before the first packet */
	usec_t now;			/* packet time, never going back */
	usec_t grace;
	struct loss loss;
	usec_t doubted_until;		/* the sensor lost packets: until then too much may have been among them; TM_NONE */
	bool recalled;			/* what comes is kept history: whole answers and connections, to a hundredth of a second, some left out */
	const struct labels *labels;	/* what the user says of clients; NULL: nothing */
	struct machines *machines;	/* which addresses are one machine's; NULL: none are */
	bool filtered;			/* a filter hides packets: that something was not seen says little */
};

struct know_limits { uint32_t queries, clients, servers, names, ledger, kept; };
bool know_init(struct know *k, const struct know_limits *limits, const struct deplist *list, const struct watch *watch,
               usec_t grace, struct why_counts *counts, uint64_t seed);
void know_free(struct know *k);
/* Take in the names of the list; part of know_init(), and to be called again where names were replaced. */
void know_listed_names(struct know *k);

void know_query(struct know *k, const struct dns_event *ev, const struct dns_walk *w);
/* Gives the server's id, or SERVER_NONE (know/resolver.h). */
uint32_t know_answer(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct memo_set *set);
/* The client sent something from this address, from another place than before, or something of interest: from then on its network card is known.
 * Behind another one it is another machine (DESIGN section 5): what the one before it was told, and did, is not its own. */
void know_sender(struct know *k, struct client *c, const struct addr *a, const struct sender *from, bool interest, usec_t t);
void know_tick(struct know *k, usec_t now);
/* An exchange that began at t was seen whole, or not: a DNS question and its answer, a TCP connection and its handshake. */
void know_exchange(struct know *k, usec_t t, bool whole);
/* The sensor itself lost so many of so many packets: where that matters nothing certain rests on an absence for an hour. */
void know_dropped(struct know *k, usec_t now, uint64_t lost, uint64_t of);
bool know_missing(const struct know *k);	/* in all */
/* So much is missing, in all or of this client, that what was not seen may yet have happened. */
bool know_lossy(const struct know *k, const struct addr *client, uint32_t scope);
/* Whether answers of this server to this client are seen here: else its silence says nothing. */
bool know_audible(const struct know *k, const struct addr *client, const struct addr *server, uint32_t scope);

/* What the user says that a host is; ROLE_NONE without a word. */
enum client_role know_role(const struct know *k, const struct addr *a);
/* It hands on what it is told: the user says so, or it answers others. */
bool know_hands_on(const struct know *k, const struct addr *a, uint32_t scope);
/* "authoritative", "resolver", "forwarder": as the user says, else as it was seen. */
const char *know_server_role(const struct know *k, const struct server *s);

/* The list entry for a connection or answer: the most specific one whose address, names (any of the path) and clients fit and that holds at t
 * or, failing that, will hold later or has held.  NULL if there is none. */
const struct dep_entry *know_entry(const struct know *k, const struct addr *a, const struct addr *client, const uint32_t *path, unsigned npath, usec_t t);

/* What a host that was told of a name had been led to it by, up to t: of several the one that an entry for the address means, then the last told.
 * port: of the connection there, or 0.  False, and out->n 0, if nothing led it there. */
struct lead_of { struct addr who, client, addr; uint32_t scope, name; uint16_t port; usec_t t; };	/* who: as told (know/machine.h) */
bool know_lead(const struct know *k, const struct lead_of *of, struct lead *out);
/* The entry for the names of the path, or of what led to it (*by_lead: for one of those alone); lead may be NULL. */
const struct dep_entry *know_entry_led(const struct know *k, const struct lead_of *of, const uint32_t *path, unsigned npath, const struct lead *lead, bool *by_lead);
/* Which went stale: the name's address, for the zone gave it another one or leads to the name as before; or the record that leads to the name,
 * for that was changed and the address was not. */
enum lead_stale { LEAD_UNSURE, LEAD_ADDRESS, LEAD_SERVICE };
enum lead_stale know_lead_stale(const struct know *k, const struct lead *lead, uint32_t name, enum zone_by by, const struct addr *a);

/* How the zone stands in which this server of it gives the address for the name, after T. */
struct zone_stood know_stood(const struct know *k, uint32_t name, enum zone_by by, const struct addr *a, const struct addr *server);
/* DESIGN section 1, `legit until`, of a name; list_ttl < 0 if the list has none. */
struct legit know_legit(const struct know *k, uint32_t name, const struct addr *a, usec_t T, int64_t list_ttl);

#endif
