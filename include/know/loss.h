/* know/loss.h - how much is missing from what we see.
 *
 * Of every answer the question crossed this link too.  Where it was not seen it was lost on its way to us, and so, as often,
 * is what nothing else tells of: then nothing certain rests on what was not seen. */
#ifndef KNOW_LOSS_H
#define KNOW_LOSS_H

#include <stdbool.h>
#include <stdint.h>

struct loss { uint32_t whole, part; };		/* exchanges of late that were seen whole, and in part */

#define LOSS_LATELY 4096	/* exchanges; of those before every second one is forgotten */
static inline void
loss_note(struct loss *l, bool whole)
{
	if (l->whole + l->part >= LOSS_LATELY) {
		l->whole /= 2;
		l->part /= 2;
	}
	*(whole ? &l->whole : &l->part) += 1;
}

bool loss_matters(const struct loss *l);	/* at least one in LOSS_SHARE was seen in part */
#define LOSS_SHARE 200

#endif
