#include "base/spans.h"

#include <stdlib.h>
#include <string.h>

/* The first that ends at t or later. */
static size_t
first_after(const struct spans *s, usec_t t)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->v[mid].to < t)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool
spans_add(struct spans *s, usec_t from, usec_t to)
{
	size_t at, end;

	if (from == TM_NONE || to == TM_NONE || from > to)
		return true;
	if (s->n == s->cap) {
		size_t cap = s->cap > 0 ? 2 * s->cap : 16;
		struct span *v = realloc(s->v, cap * sizeof(*v));

		if (v == NULL)
			return false;
		s->v = v;
		s->cap = cap;
	}
	at = first_after(s, from - s->join);
	for (end = at; end < s->n && s->v[end].from <= to + s->join; end++) {
		from = s->v[end].from < from ? s->v[end].from : from;
		to = s->v[end].to > to ? s->v[end].to : to;
	}
	memmove(&s->v[at + 1], &s->v[end], (s->n - end) * sizeof(*s->v));
	s->v[at] = (struct span){ from, to };
	s->n = s->n - (end - at) + 1;
	return true;
}

usec_t
spans_within(const struct spans *s, usec_t from, usec_t to)
{
	usec_t sum = 0;

	for (size_t i = first_after(s, from); i < s->n && s->v[i].from < to; i++) {
		usec_t a = s->v[i].from > from ? s->v[i].from : from, b = s->v[i].to < to ? s->v[i].to : to;

		sum += b > a ? b - a : 0;
	}
	return sum;
}

void
spans_free(struct spans *s)
{
	free(s->v);
	*s = (struct spans){ .join = s->join };
}
