/* judge/standing.h - how things stand with a finding: draining, open, resolved; and whether it came back.
 *
 * Of the contacts of a finding only what this needs is kept, so that the engine, which sees them one by one, and a report, which
 * reads them again for a period, come to the same.  Time counts only while a sensor was there: a gap in coverage resolves nothing
 * (DESIGN section 6). */
#ifndef JUDGE_STANDING_H
#define JUDGE_STANDING_H

#include <stdint.h>

#include "base/spans.h"

enum finding_state { STATE_DRAINING, STATE_OPEN, STATE_RESOLVED, STATE_WITHDRAWN };
const char *state_name(enum finding_state s);

struct standing {
	usec_t last;		/* contact; TM_NONE: none yet */
	usec_t last_stale;	/* TM_NONE: none */
	usec_t longest;		/* the most covered time between two contacts */
	int64_t returned;	/* how often one came after it was resolved by silence */
};

void standing_clear(struct standing *s);
/* A contact at t; one that is older than the last only makes it stale, where it is. */
void standing_contact(struct standing *s, usec_t t, bool stale, const struct spans *covered, usec_t resolve_after);
/* One that lasted without a pause: a connection that was open all the time. */
void standing_held(struct standing *s, usec_t from, usec_t to, bool stale, const struct spans *covered, usec_t resolve_after);
/* Whether the silence from the last contact up to t was long enough to believe that it is over. */
bool standing_silent(const struct standing *s, usec_t t, const struct spans *covered, usec_t resolve_after);
/* As of now: resolved when `legit until` (TM_NONE: none is known) has passed and nothing was ever stale, or without contact for
 * resolve_after, at least twice the longest gap, of covered time. */
enum finding_state standing_at(const struct standing *s, usec_t now, usec_t legit_until, const struct spans *covered, usec_t resolve_after);
/* When one that is open at `now` is resolved, if nobody comes any more and a sensor is there all the time. */
usec_t standing_resolves(const struct standing *s, usec_t now, const struct spans *covered, usec_t resolve_after);

#endif
