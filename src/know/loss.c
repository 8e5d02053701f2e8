#include "know/loss.h"

bool
loss_matters(const struct loss *l)
{
	return l->part > 0 && l->part * LOSS_SHARE >= l->whole + l->part;
}
