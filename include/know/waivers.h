/* know/waivers.h - findings that somebody answers for, for a while: waivers.csv (DESIGN section 3).
 *
 *	finding,address,client,name,reason,owner,approved_by,expires
 *
 * What of the first four is given must all match; one at least must be.  `finding` is an id, or the beginning of one: at least WAIVER_PREFIX
 * digits, which whoever has the findings completes (waivers_complete()), for a beginning alone matches nothing.  `address` and `client`
 * may be networks; `name` is the name that led there or the list entry's, *. any name below.  A date alone ends that day, in UTC.
 * Owner     The texts are the list's.  Errors name file, line and column. */
#ifndef KNOW_WAIVERS_H
#define KNOW_WAIVERS_H

#include "base/addr.h"
#include "base/err.h"
#include "base/tm.h"

#define WAIVER_ID 16		/* digits of a finding's id */
#define WAIVER_PREFIX 6

struct waiver {
	char *finding, *address, *client, *name;	/* in canonical form; NULL: not given */
	char *reason, *owner, *approved_by;		/* the last two may be NULL */
	struct prefix on, by;				/* address, client, where given */
	usec_t expires;					/* not from there on */
	uint32_t line;					/* in the file; 0: from a database */
};
struct waivers { struct waiver *v; size_t n; };

/* Read the file; what was there before goes, unless it fails.  Returns 0 or ST_*. */
int waivers_load(struct waivers *w, const char *path, struct err *err);
/* One as a database has it; texts may be NULL.  Returns 0 or ST_*. */
int waivers_add(struct waivers *w, const char *finding, const char *address, const char *client, const char *name, const char *reason,
                const char *owner, const char *approved_by, usec_t expires, struct err *err);
void waivers_free(struct waivers *w);

/* Complete the beginnings of ids.  known() puts the first id that begins so and says how many do: 0, 1, or 2 for more.  The others
 * are completed where one fits two, which is an error.  Returns 0 or ST_*. */
int waivers_complete(struct waivers *w, int (*known)(void *ctx, const char *begin, char id[WAIVER_ID + 1]), void *ctx, const char *path,
                     struct err *err);

/* A finding, as far as waivers look at it.  NULL: it has none. */
struct waivable { const char *id, *address, *client, *name, *listed_name; };
bool waiver_fits(const struct waiver *w, const struct waivable *f);

#endif
