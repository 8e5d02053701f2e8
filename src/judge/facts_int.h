/* judge/facts_int.h - where each fact is found out: the client's side and the server's, each in a file of its own. */
#ifndef JUDGE_FACTS_INT_H
#define JUDGE_FACTS_INT_H

#include "judge/conn.h"

#define ASK_TOGETHER (TM_SEC / 10)	/* so soon after an answer a connection is its consequence (Allman, IMC 2020) */
#define ASK_REACH (TM_SEC / 100)	/* an answer so late may not have reached who was connecting by then */
#define ASK_WAIT LEDGER_WAIT

/* facts_server.c: how the server that this answer comes from came by it, as far as is known at the answer. */
struct facts server_facts(const struct know *k, const struct told *told, const struct addr *a);
/* All that the server an answer comes from handed out for this name; NULL if nothing is known. */
const struct served *served_of(const struct know *k, const struct origin *from, uint32_t name, const struct addr *a);
/* Where no authority was seen, the list says what the zone's TTL was. */
void floor_by_list(const struct know *k, struct facts *f, const struct served *s, const struct legit *l);
/* An optimistic resolver answers first and asks afterwards, and whether a TTL counts down shows at the next answer: what is known only later
 * of an answer that comes from there.  s may be NULL; T is when the address was retired. */
void server_facts_late(const struct know *k, const struct served *s, const struct origin *from, usec_t T, struct facts *f);

/* facts_cache.c: what the TTLs that a server hands out tell of its cache. */
void cache_facts(const struct server *r, const struct served *s, usec_t t, uint32_t ttl, usec_t T, struct facts *f);

/* facts_zone.c: how the zone stood at an answer of its own; how it stands today, where an answer's origin was not seen. */
void stood_facts(struct zone_stood s, struct facts *f);
void zone_facts(const struct know *k, const struct told *told, const struct addr *a, struct facts *f);

/* facts_client.c: what this client was told, and did with it; T is when the address was retired. */
void told_facts(const struct conn *c, const struct know *k, const struct hint *h, usec_t T, struct facts *f);
/* facts_lead.c: the entry is for a name whose MX, SRV or SVCB record led to that of the answer, and either may be what went stale: where it does
 * not show which, only what holds of both is known; of the record that leads there only the client's own answers are.
 * Gives when the client was told what went stale, at the earliest. */
usec_t lead_facts(const struct conn *c, const struct know *k, const struct hint *h, usec_t T, struct facts *f);
/* What the sensor could see of the client. */
void client_facts(const struct conn *c, const struct know *k, const struct legit *l, struct facts *f);
/* It had asked a server whose answers to it are never seen here. */
bool hint_deaf(const struct conn *c, const struct know *k, const struct hint *h);
bool hint_runs(const struct hint *h, usec_t s, usec_t grace);

/* sibling.c: what this machine, or the one that had its address then, was told of the server; NULL: nothing. */
struct ledger_entry *ledger_of(const struct know *k, const struct addr *who, uint32_t scope, const struct addr *server, usec_t since);
/* Another address behind the client's network card by which it is known what it was told of the server, or at all that it asks; NULL: none. */
const struct client *sibling_of(const struct know *k, const struct conn *c, const struct client *own);

/* translate.c: whether the client had another address in mind. */
bool translated_from(const struct flow_table *flows, const struct flow *f);
void path_facts(const struct conn *c, struct facts *f);

/* attribute.c: which entry the connection falls under and by which name, and until when that was legitimate. */
void attribute(const struct conn *c, const struct know *k, struct finding_of *o);
struct legit legit_of(const struct conn *c, const struct know *k, const struct finding_of *o);

#endif
