/* A header line, then a finding a line, with the fields of v_findings in its order.  RFC 4180, but for the end of a line, which is LF as in
 * all that is written here: every reader takes it, and line tools leave no CR in the last column. */
#include <inttypes.h>
#include <string.h>

#include "base/esc.h"
#include "report/report_int.h"

static void
put_field(struct out *o, struct rows *r, int i)
{
	const char *text = rows_text(r, i);
	int64_t n = rows_int(r, i, INT64_MIN);

	if (i > 0)
		out_str(o, ",");
	if (finding_fields[i].kind == FIELD_NUMBER && n != INT64_MIN)
		out_fmt(o, "%" PRId64, n);
	else if (finding_fields[i].kind != FIELD_NUMBER && text != NULL)
		esc_csv(&o->buf, text, strlen(text));
}

int
findings_csv(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	struct rows r;

	for (size_t i = 0; i < FINDING_FIELDS; i++)
		out_fmt(o, "%s%s", i > 0 ? "," : "", finding_fields[i].name);
	out_str(o, "\n");
	fields_open(&r, rd, opts);
	while (rows_next(&r)) {
		for (int i = 0; i < FINDING_FIELDS; i++)
			put_field(o, &r, i);
		out_str(o, "\n");
		out_more(o);
	}
	return rows_close(&r, err);
}
