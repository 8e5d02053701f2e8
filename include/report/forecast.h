/* report/forecast.h - how many clients will be left on a retired address, and how sure that is.
 *
 * Arithmetic first: a client is left until its own answer has run out, and gone when nobody can have told it again; in between its
 * chance falls in a line, for caches are filled at any moment of a TTL.  Then what was measured: of all clients that ended, how many
 * came so much later than `legit until`.  Those that do not end by themselves stay.  Nothing here is exponential: a TTL has an end. */
#ifndef REPORT_FORECAST_H
#define REPORT_FORECAST_H

#include "store/read.h"

/* ---- the arithmetic: pure ---- */

enum forecast_kind { FORECAST_ENDS, FORECAST_MAY_RETURN, FORECAST_UNKNOWN, FORECAST_STAYS };
struct forecast_client {
	enum forecast_kind kind;
	usec_t from, until;		/* FORECAST_ENDS: in between; FORECAST_MAY_RETURN: by until */
};
struct forecast_in {
	usec_t now, legit;		/* legit until; TM_NONE */
	const struct forecast_client *client;
	size_t n;
	const usec_t *tail;		/* of clients that ended: how long after legit until their last contact came, the smallest first */
	size_t ntail;
};
struct forecast_point { usec_t at; double low, expected, high; };	/* clients; low <= expected <= high */

/* At `at`, not before now.  The interval holds what arithmetic leaves open, and what a tail measured on so few can hide (95 %); with
 * none measured everybody may stay. */
struct forecast_point forecast_at(const struct forecast_in *in, usec_t at);

/* ---- of a database ---- */

#define FORECAST_POINTS 48
struct forecast {
	usec_t now;
	usec_t empty;			/* by arithmetic those that end are gone then; TM_NONE: nobody ends */
	int64_t left, stays;		/* now; of them, those that do not end by themselves */
	int64_t measured;		/* clients whose end was seen: the tail rests on them */
	size_t n;
	struct forecast_point point[FORECAST_POINTS];	/* by time, the first is now; n is 0 where nobody is left */
};
/* For a list entry (listing.id).  0 or ST_*. */
int forecast_make(struct reader *rd, int64_t listing, usec_t now, struct forecast *out, struct err *err);
/* For moments of one's own, when[0..n).  *n becomes 0 where nobody is left. */
int forecast_when(struct reader *rd, int64_t listing, usec_t now, const usec_t *when, size_t *n, struct forecast_point *out, struct err *err);

/* A forecast that was stored at least half a day ago, held against who is left now. */
struct forecast_score {
	usec_t made;			/* TM_NONE: there is none */
	struct forecast_point said;	/* for now */
	int64_t left;			/* what it came to */
};
int forecast_score(struct reader *rd, int64_t listing, usec_t now, struct forecast_score *out, struct err *err);

#endif
