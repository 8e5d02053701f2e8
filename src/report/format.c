#include "report/format.h"

#include <string.h>

#include "report/report_int.h"

static const struct format formats[] = {
	{ "text", findings_text, report_text, 0 },
	{ "html", NULL, report_html, HTML_FINDINGS },
	{ "json", findings_json, report_json, 0 },
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
