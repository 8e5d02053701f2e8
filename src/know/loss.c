#include "know/loss.h"

#define LATELY 4096		/* exchanges; of those before every second one is forgotten */

void
loss_note(struct loss *l, bool whole)
{
	if (l->whole + l->part >= LATELY) {
		l->whole /= 2;
		l->part /= 2;
	}
	*(whole ? &l->whole : &l->part) += 1;
}

bool
loss_matters(const struct loss *l)
{
	return l->part > 0 && l->part * LOSS_SHARE >= l->whole + l->part;
}
