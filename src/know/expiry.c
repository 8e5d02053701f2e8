#include "know/expiry.h"

#include <string.h>

static usec_t
apart(usec_t a, usec_t b)
{
	return a > b ? a - b : b - a;
}

static struct instant *
nearest(struct expiries *x, usec_t at)
{
	struct instant *best = NULL;

	for (unsigned i = 0; i < x->n; i++)
		if (apart(x->of[i].at, at) <= EXPIRY_NEAR && (best == NULL || apart(x->of[i].at, at) < apart(best->at, at)))
			best = &x->of[i];
	return best;
}

static struct instant *
latest(struct expiries *x)
{
	struct instant *best = NULL;

	for (unsigned i = 0; i < x->n; i++)
		if (best == NULL || x->of[i].last >= best->last)
			best = &x->of[i];
	return best;
}

/* Room for a new one, that of the longest unseen if need be. */
static struct instant *
room(struct expiries *x)
{
	struct instant *old = &x->of[0];

	if (x->n < EXPIRY_MAX)
		return &x->of[x->n++];
	for (unsigned i = 1; i < x->n; i++)
		if (x->of[i].last < old->last)
			old = &x->of[i];
	return old;
}

static bool
any_runs(const struct expiries *x, usec_t t)
{
	for (unsigned i = 0; i < x->n; i++)
		if (x->of[i].at > t + EXPIRY_NEAR)
			return true;
	return false;
}

/* BIND fetches anew in the last two seconds, Unbound in the last tenth. */
static bool
nearly_over(const struct instant *i, usec_t t)
{
	usec_t left = i->at - t, tenth = i->ttl * TM_SEC / 10;

	return left <= EXPIRY_STEP + EXPIRY_NEAR || left <= tenth + EXPIRY_NEAR;
}

static enum expiry_how
how_new(const struct expiries *x, const struct instant *before, usec_t t, uint32_t ttl)
{
	if (before == NULL)
		return EXPIRY_FIRST;
	if (ttl == x->streak.ttl && (ttl == 0 || (before->at > t && !nearly_over(before, t))))
		return EXPIRY_STUCK;
	if (!any_runs(x, t))
		return EXPIRY_AFTER;
	if (before->at > t && nearly_over(before, t) && t + ttl * TM_SEC > before->at)
		return EXPIRY_AHEAD;
	return EXPIRY_OTHER;
}

static void
note_streak(struct expiries *x, usec_t t, uint32_t ttl, enum expiry_how how)
{
	struct streak *s = &x->streak;

	if (s->n == 0 || ttl != s->ttl)
		*s = (struct streak){ .first = t, .ttl = ttl };
	s->last = t;
	s->n += s->n < UINT32_MAX;
	s->stuck += how == EXPIRY_STUCK && s->stuck < UINT32_MAX;
}

static void
seen_again(struct expiries *x, struct instant *i, usec_t t)
{
	if (t > i->last)
		i->last = t;
	if (instant_counts(i) && i->ttl > x->full)
		x->full = i->ttl;
}

void
expiry_passed_on(struct expiries *x, usec_t t, uint32_t ttl)
{
	struct instant *i = nearest(x, t + ttl * TM_SEC);

	if (i != NULL)
		seen_again(x, i, t);
}

enum expiry_how
expiry_add(struct expiries *x, usec_t t, uint32_t ttl)
{
	usec_t at = t + ttl * TM_SEC;
	struct instant *before = latest(x), *i = nearest(x, at);
	enum expiry_how how;

	if (i == NULL) {
		how = how_new(x, before, t, ttl);
		i = room(x);
		*i = (struct instant){ .at = at, .first = t, .last = t, .ttl = ttl };
	} else {
		how = i == before ? EXPIRY_AGAIN : EXPIRY_BACK;
	}
	i->n += i->n < UINT32_MAX;
	seen_again(x, i, t);
	x->answers++;
	note_streak(x, t, ttl, how);
	return how;
}

const struct instant *
expiry_find(const struct expiries *x, usec_t t, uint32_t ttl)
{
	const struct instant *best = NULL;
	usec_t at = t + ttl * TM_SEC;

	for (unsigned i = 0; i < x->n; i++) {
		const struct instant *in = &x->of[i];

		if (t >= in->first && t <= in->last && apart(in->at, at) <= EXPIRY_NEAR &&
		    (best == NULL || apart(in->at, at) < apart(best->at, at)))
			best = in;
	}
	return best;
}

bool
expiry_stamped(const struct expiries *x)
{
	const struct streak *s = &x->streak;

	return x->full > 0 && s->stuck >= 2 && s->ttl + 1 != x->full && s->ttl != x->full && s->ttl != x->full + 1;
}

bool
expiry_constant(const struct expiries *x)
{
	const struct streak *s = &x->streak;

	return s->n == x->answers && s->stuck >= 4 && s->stuck >= s->n / 2 && s->last - s->first > 2 * s->ttl * TM_SEC;
}

usec_t
expiry_before(const struct expiries *x, const struct instant *i)
{
	usec_t before = TM_NONE;

	if (expiry_caches(x) > 1)
		return TM_NONE;
	for (unsigned j = 0; j < x->n; j++) {
		if (x->of[j].first >= i->first)
			continue;
		if (x->of[j].at > i->first + EXPIRY_NEAR)
			return TM_NONE;
		if (x->of[j].at > before)
			before = x->of[j].at;
	}
	return before;
}

unsigned
expiry_caches(const struct expiries *x)
{
	unsigned most = x->n > 0;

	for (unsigned i = 0; i < x->n; i++) {
		unsigned n = 0;

		for (unsigned j = 0; j < x->n; j++)	/* those that answered before and after this one began */
			n += instant_counts(&x->of[j]) && x->of[j].first <= x->of[i].first && x->of[j].last >= x->of[i].first;
		if (n > most)
			most = n;
	}
	return most;
}

/* An entry of which part had run when it first was handed out was somebody else's before; two servers that fetch for themselves at the
 * same moment both begin with all of it. */
unsigned
expiry_shared(const struct expiries *x, const struct expiries *y)
{
	unsigned shared = 0;

	for (unsigned i = 0; i < x->n; i++) {
		for (unsigned j = 0; j < y->n; j++) {
			const struct instant *a = &x->of[i], *b = &y->of[j];

			if (apart(a->at, b->at) <= EXPIRY_NEAR && apart(a->first, b->first) >= EXPIRY_STEP) {
				shared++;
				break;
			}
		}
	}
	return shared;
}
