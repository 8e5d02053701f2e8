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

static int
one_number(struct reader *rd, const char *sql, int64_t parameter, int64_t *out, struct err *err)
{
	struct rows r;

	*out = 0;
	rows_open(&r, rd, sql);
	rows_bind_int(&r, 1, parameter);
	if (rows_next(&r))
		*out = rows_int(&r, 0, 0);
	return rows_close(&r, err);
}

int
report_open(struct reader *rd, int severity, int64_t *out, struct err *err)
{
	return one_number(rd, "SELECT count(*) FROM finding WHERE state=1 AND severity>=?1", severity, out, err);
}

int
report_verdict(struct reader *rd, enum report_verdict *out, struct err *err)
{
	int64_t n = 0;
	int rc;

	/* 2: contacted, 1: not proven, 0: neither; ?1 is not used but bound */
	rc = one_number(rd, "SELECT CASE WHEN count(*)=0 THEN 1 ELSE max(CASE state WHEN 'contacted' THEN 2 WHEN 'clean' THEN 0 "
	    "WHEN 'draining' THEN 0 ELSE 1 END) END FROM v_deprecated WHERE ?1=0", 0, &n, err);
	*out = n == 2 ? REPORT_FAIL : n == 0 ? REPORT_PASS : REPORT_UNPROVEN;
	return rc;
}
