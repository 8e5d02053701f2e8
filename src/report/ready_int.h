/* report/ready_int.h - what `ready` finds out, and its two forms. */
#ifndef REPORT_READY_INT_H
#define REPORT_READY_INT_H

#include "base/name.h"
#include "report/ready.h"
#include "store/history.h"

enum ready_why { READY_FINE, READY_LONG_LIVED, READY_KEEPS, READY_NEVER_ASKS, READY_HIDDEN, READY_WHYS };
struct ready_client {
	usec_t told, expiry;		/* its last answer with the address; TM_NONE: none */
	usec_t met;			/* its last connection; TM_NONE: none */
	uint64_t connections;
	usec_t beyond;			/* how long after its answer had run out it still opened one, at most */
	usec_t lasted;			/* its longest connection, or one that is open, until now */
	bool open;
};
struct ready_server {
	usec_t expiry;			/* of the answer of its that runs longest; TM_NONE: it gave none */
	uint32_t ttl;			/* the largest it gave */
	bool zone;			/* it spoke for the zone */
};
struct ready_of {
	char name[NAME_TEXT];		/* what it is about: a name, or an address */
	usec_t now;
	const struct hosts *hosts;
	struct ready_client *clients;	/* by host, as are servers */
	struct ready_server *servers;
	int64_t ttl, long_ttl;		/* the zone's (or, unseen, the resolvers') last TTL, and the largest before it; -1: not known */
	usec_t long_last;		/* when the larger one was last handed out; TM_NONE */
	bool zone_seen;
	usec_t live;			/* until when an answer of now runs; TM_NONE: none does */
	usec_t safe;			/* a change now is over then, but for those named */
	uint64_t nclients, why[READY_WHYS];
};

enum ready_why ready_why(const struct ready_of *r, const struct ready_client *c, bool dns_seen);
/* It hands out more than the zone does. */
bool ready_stretches(const struct ready_of *r, const struct ready_server *s);
const char *ready_why_name(enum ready_why w);
void ready_text(struct out *o, const struct ready_of *r, const uint8_t *dns_seen);
void ready_json(struct out *o, const struct ready_of *r, const uint8_t *dns_seen);

#endif
