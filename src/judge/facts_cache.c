#include "judge/facts_int.h"

/* What this one answer was, by those before and after it: of an entry that counts down, or of a row that should and does not. */
static void
count_facts(const struct served *s, usec_t t, uint32_t ttl, struct facts *f)
{
	const struct instant *i = expiry_find(&s->expiries, t, ttl);
	const struct streak *row = &s->expiries.streak;
	bool in_row = row->ttl == ttl && t >= row->first && t <= row->last;

	if (i != NULL && instant_counts(i)) {
		fact_set(f, B(R_COUNTS), true);
		if (!(f->yes & B(R_EXPIRED)))
			f->no |= B(R_EXPIRED);
		f->no |= B(R_CONSTANT) | B(R_STAMPED) | B(R_THEN_FRESH);
	} else if (in_row && row->stuck > 0) {
		fact_set(f, B(R_COUNTS), false);
		f->no |= B(REFETCHED);
		if (!(f->yes & B(R_FLOOR)))
			f->no |= B(R_FLOOR);	/* a floor counts down from its TTL */
	}
	if (in_row && expiry_stamped(&s->expiries)) {
		f->yes |= B(R_STAMPED);
		f->no |= B(R_THEN_FRESH);	/* it went on */
	}
}

/* One that began with the change may be the mark of stale answers, unless it is known that the resolver asks nobody. */
static void
constant_fact(const struct served *s, usec_t T, struct facts *f)
{
	const struct streak *row = &s->expiries.streak;

	if (s->expiries.full > 0 || row->n < s->expiries.answers)
		f->no |= B(R_CONSTANT);
	else if (expiry_constant(&s->expiries) && ((f->yes & B(ASKS_NOBODY)) || (T != TM_NONE && row->first <= T)))
		f->yes |= B(R_CONSTANT);
	if (f->yes & B(R_CONSTANT))
		f->no |= B(R_STAMPED) | B(R_THEN_FRESH) | B(REFETCHED);
}

void
cache_facts(const struct server *r, const struct served *s, usec_t t, uint32_t ttl, usec_t T, struct facts *f)
{
	const struct instant *i = expiry_find(&s->expiries, t, ttl);
	usec_t before;

	count_facts(s, t, ttl, f);
	constant_fact(s, T, f);
	if (s->then_fresh == t && r->once_stale > 1 && !(f->no & B(R_THEN_FRESH)))
		f->yes |= B(R_THEN_FRESH);
	before = i != NULL ? expiry_before(&s->expiries, i) : TM_NONE;
	if (T != TM_NONE && before != TM_NONE && before > T && (f->yes & B(R_COUNTS)))
		f->yes |= B(REFETCHED);
	else if (T != TM_NONE && i != NULL && i->first <= T)
		f->no |= B(REFETCHED);
}
