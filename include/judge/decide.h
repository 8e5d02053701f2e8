/* judge/decide.h - where a verdict leaves others open: the observation that would decide between them. */
#ifndef JUDGE_DECIDE_H
#define JUDGE_DECIDE_H

#include <stddef.h>

#include "judge/cause.h"

/* The i-th observation that would decide among these causes (CAUSE_BIT(), the verdict's own among them); NULL behind the last. */
const char *decide_text(uint32_t causes, size_t i);

#endif
