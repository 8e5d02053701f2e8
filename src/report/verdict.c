/* Passed or not, against a policy. */
#include "judge/cause.h"
#include "report/report_int.h"

#define DAY "86400000000"
/* The time of day of a moment lies in the quiet hours, which may go over midnight. */
#define OF_DAY(t) "((" t ")%" DAY "+" DAY ")%" DAY
#define QUIET(t) "(?1<>?2 AND CASE WHEN ?1<?2 THEN " OF_DAY(t) ">=?1 AND " OF_DAY(t) "<?2 ELSE " OF_DAY(t) ">=?1 OR " OF_DAY(t) "<?2 END)"

/* An open finding, and what excuses it.  With contacts in the period, all of them in quiet hours; a connection's are its flows. */
static const char totals_sql[] =
	"WITH p AS (SELECT ?4 AS since,?5 AS until,(SELECT min(max(ended_us),?5) FROM coverage) AS now_us), stale AS (SELECT w.finding_id AS id,count(*) AS n,"
	"sum(" QUIET("ifnull(w.data_us,w.started_us)") ") AS quiet FROM flow w,p WHERE (w.stale=1 AND w.started_us>=p.since AND w.started_us<p.until) OR "
	"(w.stale IS NULL AND w.data_us>=p.since AND w.data_us<p.until) GROUP BY 1) "
	"SELECT count(*),ifnull(sum(waived),0),ifnull(sum(NOT waived AND slight),0),ifnull(sum(NOT waived AND NOT slight AND quiet),0) FROM (SELECT f.severity<?3 AS slight,"
	"ifnull((SELECT max(x.expires_us) FROM waived y JOIN waiver x ON x.id=y.waiver_id WHERE y.finding_id=f.id)>p.now_us,0) AS waived,"
	"CASE WHEN f.kind=0 THEN ifnull(s.n>0 AND s.n=s.quiet,0) ELSE ifnull(" QUIET("f.last_us") ",0) END AS quiet "
	"FROM finding f JOIN p LEFT JOIN stale s ON s.id=f.id WHERE f.state=1)";

static const struct policy *
policy_of(const struct report_opts *opts)
{
	return opts->policy != NULL ? opts->policy : &policy_default;
}

int
report_totals(struct reader *rd, const struct report_opts *opts, struct report_totals *out, struct err *err)
{
	const struct policy *policy = policy_of(opts);
	struct rows r;

	*out = (struct report_totals){ 0 };
	rows_open(&r, rd, totals_sql);
	rows_bind_int(&r, 1, policy->quiet_from);
	rows_bind_int(&r, 2, policy->quiet_to);
	rows_bind_int(&r, 3, policy->fail_on);
	rows_bind_int(&r, 4, opts->since);		/* TM_NONE is before everything */
	rows_bind_int(&r, 5, opts->until != TM_NONE ? opts->until : INT64_MAX);
	if (rows_next(&r)) {
		out->open = rows_int(&r, 0, 0);
		out->waived = rows_int(&r, 1, 0);
		out->slight = rows_int(&r, 2, 0);
		out->quiet = rows_int(&r, 3, 0);
		out->failing = out->open - out->waived - out->slight - out->quiet;
	}
	return rows_close(&r, err);
}

int
report_unproven(struct reader *rd, int64_t *out, struct err *err)
{
	struct rows r;

	*out = 1;
	rows_open(&r, rd, "SELECT CASE WHEN count(*)=0 THEN 1 ELSE sum(ifnull(state,'') NOT IN ('contacted','clean','draining')) END FROM v_deprecated");
	if (rows_next(&r))
		*out = rows_int(&r, 0, 1);
	return rows_close(&r, err);
}

int
report_verdict(struct reader *rd, const struct report_opts *opts, enum report_verdict *out, struct err *err)
{
	struct report_totals n;
	int64_t unproven = 1;
	int rc = report_totals(rd, opts, &n, err);

	if (rc == 0)
		rc = report_unproven(rd, &unproven, err);
	*out = n.failing > 0 ? REPORT_FAIL : unproven > 0 ? REPORT_UNPROVEN : REPORT_PASS;
	return rc;
}

const char *
report_verdict_name(enum report_verdict v)
{
	static const char *const names[] = { [REPORT_PASS] = "PASS", [REPORT_UNPROVEN] = "UNPROVEN", [REPORT_FAIL] = "FAIL" };

	return names[v];
}

void
report_policy(const struct report_opts *opts, struct out *o)
{
	const struct policy *p = policy_of(opts);
	const int64_t minute = 60 * TM_SEC;

	out_fmt(o, "an open, unwaived finding of severity %s or worse fails; an address is unproven with less than %g %% of the period covered; a finding "
	    "is resolved after %g hours of covered silence, or twice its longest gap where that is longer", severity_name((enum severity)p->fail_on), 100 * p->min_coverage,
	    (double)p->resolve_after / 3600e6);
	if (p->quiet_from != p->quiet_to)
		out_fmt(o, "; stale contacts between %02d:%02d and %02d:%02d UTC alone fail nothing", (int)(p->quiet_from / minute / 60),
		    (int)(p->quiet_from / minute % 60), (int)(p->quiet_to / minute / 60), (int)(p->quiet_to / minute % 60));
}
