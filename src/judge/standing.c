#include "judge/standing.h"

const char *
state_name(enum finding_state s)
{
	static const char *const names[] = { [STATE_DRAINING] = "draining", [STATE_OPEN] = "open", [STATE_RESOLVED] = "resolved",
		[STATE_WITHDRAWN] = "withdrawn" };

	return names[s];
}

void
standing_clear(struct standing *s)
{
	*s = (struct standing){ .last = TM_NONE, .last_stale = TM_NONE };
}

/* So much silence is enough. */
static usec_t
enough(const struct standing *s, usec_t resolve_after)
{
	return resolve_after > 2 * s->longest ? resolve_after : 2 * s->longest;
}

bool
standing_silent(const struct standing *s, usec_t t, const struct spans *covered, usec_t resolve_after)
{
	return s->last != TM_NONE && spans_within(covered, s->last, t) > enough(s, resolve_after);
}

void
standing_contact(struct standing *s, usec_t t, bool stale, const struct spans *covered, usec_t resolve_after)
{
	if (stale && t > s->last_stale)
		s->last_stale = t;
	if (s->last != TM_NONE && t <= s->last)
		return;
	if (s->last != TM_NONE) {
		usec_t gap = spans_within(covered, s->last, t);

		s->returned += standing_silent(s, t, covered, resolve_after);
		s->longest = gap > s->longest ? gap : s->longest;
	}
	s->last = t;
}

void
standing_held(struct standing *s, usec_t from, usec_t to, bool stale, const struct spans *covered, usec_t resolve_after)
{
	standing_contact(s, from, false, covered, resolve_after);
	if (to > s->last)
		s->last = to;
	if (stale && to > s->last_stale)
		s->last_stale = to;
}

enum finding_state
standing_at(const struct standing *s, usec_t now, usec_t legit_until, const struct spans *covered, usec_t resolve_after)
{
	if (s->last_stale == TM_NONE)
		return legit_until == TM_NONE || now > legit_until ? STATE_RESOLVED : STATE_DRAINING;
	return standing_silent(s, now, covered, resolve_after) ? STATE_RESOLVED : STATE_OPEN;
}

usec_t
standing_resolves(const struct standing *s, usec_t now, const struct spans *covered, usec_t resolve_after)
{
	return now + enough(s, resolve_after) - spans_within(covered, s->last, now);
}
