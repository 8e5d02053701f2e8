#include "report/format.h"

#include <string.h>

#include "report/report_int.h"

static const struct format formats[] = {
	{ "text", findings_text, report_text, 0 },
	{ "html", NULL, report_html, HTML_FINDINGS },
	{ "json", findings_json, findings_json, 0 },
	{ "csv", findings_csv, findings_csv, 0 },
};

const struct format *
format_find(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

void
bind_which(struct rows *r, const struct report_opts *opts)
{
	rows_bind(r, 1, opts->match);
	rows_bind_int(r, 2, opts->run);
	rows_bind(r, 3, opts->id);
}

int
report_count(struct reader *rd, const struct report_opts *opts, int64_t *findings, struct err *err)
{
	struct rows r;

	*findings = 0;
	rows_open(&r, rd, "SELECT count(*) FROM finding f JOIN v_findings v ON v.id=f.fid WHERE " WHICH);
	bind_which(&r, opts);
	if (rows_next(&r))
		*findings = rows_int(&r, 0, 0);
	return rows_close(&r, err);
}

int
report_failing(struct reader *rd, int severity, usec_t until, struct failing *out, struct err *err)
{
	struct rows r;

	*out = (struct failing){ 0 };
	rows_open(&r, rd, "SELECT (SELECT count(*) FROM finding f WHERE f.state=1 AND f.severity>=?1 AND NOT EXISTS(SELECT 1 FROM waived x "
	    "JOIN waiver w ON w.id=x.waiver_id WHERE x.finding_id=f.id AND w.expires_us>ifnull(?2,(SELECT max(ended_us) FROM coverage)))),"
	    "(SELECT CASE WHEN count(*)=0 THEN 1 ELSE sum(ifnull(state,'unproven')='unproven') END FROM v_deprecated)");
	rows_bind_int(&r, 1, severity);
	if (until != TM_NONE)
		rows_bind_int(&r, 2, until);
	if (rows_next(&r)) {
		out->open = rows_int(&r, 0, 0);
		out->unproven = rows_int(&r, 1, 0);
	}
	return rows_close(&r, err);
}

int
report_verdict(struct reader *rd, enum report_verdict *out, struct err *err)
{
	struct rows r;

	*out = REPORT_UNPROVEN;
	rows_open(&r, rd, "SELECT count(*),sum(state='contacted'),sum(state IN ('clean','draining')) FROM v_deprecated");
	if (rows_next(&r) && rows_int(&r, 1, 0) > 0)
		*out = REPORT_FAIL;
	else if (rows_int(&r, 0, 0) > 0 && rows_int(&r, 2, 0) == rows_int(&r, 0, 0))
		*out = REPORT_PASS;
	return rows_close(&r, err);
}
