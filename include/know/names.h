/* know/names.h - the names that matter: listed ones, and those that were seen to lead to a listed address.
 *
 * Bound     At most `max` names; one more is not taken in, and counted by the caller.
 * Hot path  names_maybe() is a few instructions for a name that does not matter. */
#ifndef KNOW_NAMES_H
#define KNOW_NAMES_H

#include "base/table.h"
#include "proto/dnsmsg.h"

#define NAME_NONE UINT32_MAX
#define NAMES_BITS (1u << 16)
#define NAME_ADDRS 16
#define NAME_LEADS 8

struct name_lead { uint32_t name; uint16_t type; bool listed; };

struct name_entry {
	struct entry e;
	uint64_t qhash;
	uint8_t wire[DNS_NAME_MAX + 1];		/* lower-case wire format */
	uint8_t len;				/* of wire */
	uint8_t naddr;
	bool zone, server;			/* one whose servers were named; one of those servers (know/delegation.h) */
	uint8_t nlead;
	struct addr addr[NAME_ADDRS];		/* listed addresses that this name, when asked, was seen to lead to */
	struct name_lead lead[NAME_LEADS];	/* names whose MX, SRV, SVCB or HTTPS record leads to this one; listed: the list means that name */
};
struct names {
	struct table t;
	uint64_t seed;
	uint8_t bits[NAMES_BITS / 8];
};

bool names_init(struct names *n, uint32_t max, uint64_t seed);
void names_free(struct names *n);
/* The id of a name (wire format), taken in if new; NAME_NONE at the bound. */
uint32_t names_add(struct names *n, const uint8_t *wire);
/* The names above it too, but for those of one label: answers to them name the servers of its zone. */
void names_add_above(struct names *n, const uint8_t *wire);
uint32_t names_look_up(const struct names *n, uint64_t qhash);	/* names_find() of one that names_maybe() lets through */
/* Remember that this name leads to this address. */
void names_leads_to(struct names *n, uint32_t name, const struct addr *a);
/* The record of this type of another name leads to it.  At the bound the first goes that is not listed, else the first. */
void names_led_by(struct names *n, uint32_t name, struct name_lead by);
bool names_has(const struct names *n, uint32_t name, const struct addr *a);	/* whether it does */

static inline struct name_entry *
names_at(const struct names *n, uint32_t id)
{
	return table_at(&n->t, id);
}

static inline bool
names_maybe(const struct names *n, uint64_t qhash)
{
	uint32_t bit = (uint32_t)qhash & (NAMES_BITS - 1);

	return n->bits[bit / 8] >> (bit % 8) & 1;
}

static inline uint32_t
names_find(const struct names *n, uint64_t qhash)	/* NAME_NONE if it does not matter */
{
	return names_maybe(n, qhash) ? names_look_up(n, qhash) : NAME_NONE;
}

#endif
