/* base/spans.h - stretches of time, disjoint and in order: when a sensor was there.
 *
 * What is added may come in any order and overlap; stretches that are `join` or less apart become one. */
#ifndef BASE_SPANS_H
#define BASE_SPANS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/tm.h"

struct span { usec_t from, to; };
struct spans { struct span *v; size_t n, cap; usec_t join; };	/* zeroed: empty, and only what touches is joined */

/* False without memory; what is there stays.  from > to, or one that is TM_NONE: nothing is added. */
bool spans_add(struct spans *s, usec_t from, usec_t to);
/* How much of [from, to) they cover. */
usec_t spans_within(const struct spans *s, usec_t from, usec_t to);
void spans_free(struct spans *s);

#endif
