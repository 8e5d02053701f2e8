/* know/learn_int.h - the parts of learning from an answer that have a file of their own. */
#ifndef KNOW_LEARN_INT_H
#define KNOW_LEARN_INT_H

#include "know/know.h"

/* What an answer tells of the server's ways, and of its client's if that answers others too (know/profile.h).  ms may be NULL. */
void learn_profile(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct memo_set *ms,
                   struct client *c, struct server *s);

/* The answer comes from a server of the zone. */
bool learn_from_zone(const struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_set *set);
/* The list entry that says when the address was retired for a name on the path, or for one that leads there; one that is never retired where
 * none does. */
const struct dep_entry *learn_entry(const struct know *k, const struct addr *a, const struct addr *client, const uint32_t *path, unsigned npath, usec_t t);
/* The zone answered something else. */
void learn_zone_other(struct know *k, const struct dns_event *ev, struct zone_rec *z, const struct dep_entry *d);

/* learn_service.c: the answer to a question for services, or one that leads on to other names. */
void learn_services(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct memo_set *ms, uint32_t server);
/* An address beside the answer, of a name that it leads to, may be a listed one.  Nobody vouches for it (RFC 2181 5.4.1). */
void learn_extra(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct dns_rr *rr, struct addr addr, uint32_t server);
/* A name was seen to lead to a listed address, in an answer to this client. */
void learn_leads_to(struct know *k, const struct dns_event *ev, uint32_t target, const struct addr *a);

#endif
