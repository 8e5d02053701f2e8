/* report/policy.h - what fails a report, and what is enough: from the INI file or the command line. */
#ifndef REPORT_POLICY_H
#define REPORT_POLICY_H

#include "base/tm.h"

struct policy {
	usec_t resolve_after;		/* so much covered silence resolves a finding, see judge/standing.h */
	double min_coverage;		/* share of the period, 0..1: with less an entry is unproven */
	int fail_on;			/* enum severity: an open, unwaived finding of at least this fails */
	usec_t quiet_from, quiet_to;	/* after midnight UTC: stale contacts in these hours alone fail nothing; equal: none */
};
extern const struct policy policy_default;

#endif
