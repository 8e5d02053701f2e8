#include "report/policy.h"

#include "judge/cause.h"

const struct policy policy_default = { .resolve_after = 24 * 3600 * TM_SEC, .min_coverage = 0.95, .fail_on = SEV_LOW };
