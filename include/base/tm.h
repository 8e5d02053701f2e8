/* base/tm.h - moments: microseconds since the epoch, and RFC 3339.
 *
 * Packet time is the only time below `app`.  A moment not known is TM_NONE, never 0. */
#ifndef BASE_TM_H
#define BASE_TM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t usec_t;
#define TM_NONE INT64_MIN
#define TM_SEC ((usec_t)1000000)
#define TM_TEXT 40

/* Read RFC 3339 with `Z` or a numeric offset ("2026-03-01T02:00:00Z", "2026-03-01 02:00:00.5+01:00").  A time without
 * an offset is refused.  A leap second (60, at the end of a month in UTC) is taken as the next second's start.  Digits
 * behind the sixth of a fraction are dropped.  True if well formed. */
bool tm_parse(const char *text, usec_t *out);
/* Whether all that tm_parse() misses in this text is an offset: the commonest mistake, worth a message of its own. */
bool tm_lacks_offset(const char *text);
/* "2026-03-01T02:00:00.000000Z": six decimals and Z, so that texts sort.  buf has TM_TEXT bytes; returns buf.  TM_NONE gives "". */
char *tm_text(usec_t t, char *buf);
/* The same for people: "2026-03-01 02:00:00.123", or without the milliseconds where they are 0. */
char *tm_human(usec_t t, char *buf);

/* How many whole spans of so many microseconds lie before t: also before 1970, the earlier one. */
static inline int64_t
tm_floor(usec_t t, usec_t span)
{
	return t / span - (t % span < 0);
}

#endif
