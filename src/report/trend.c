#include "report/trend.h"

#include "report/report_int.h"

static int
count(struct reader *rd, const char *sql, int64_t *out, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, sql);
	while (rows_next(&r)) {
		int64_t what = rows_int(&r, 0, TREND_NONE);

		if (what > TREND_NONE && what < TREND_COUNT)
			out[what] = rows_int(&r, 1, 0);
	}
	return rows_close(&r, err);
}

int
trend_counts(struct reader *rd, struct trend_counts *out, struct err *err)
{
	struct rows r;
	bool before = false;
	int rc;

	*out = (struct trend_counts){ 0 };
	rc = count(rd, "SELECT now,count(*) FROM trend WHERE now NOT NULL GROUP BY now", out->now, err);
	if (rc == 0)
		rc = count(rd, "SELECT before,count(*) FROM trend WHERE before NOT NULL GROUP BY before", out->before, err);
	if (rc < 0)
		return rc;
	rows_open(&r, rd, "SELECT (SELECT count(*) FROM v_findings v JOIN period p WHERE v.state='open' AND v.waived_until_us>p.now_us),"
	    "since_us-(ifnull(until_us,now_us)-since_us)>=first_us-60000000 FROM period");
	if (rows_next(&r)) {
		out->waived = rows_int(&r, 0, 0);
		before = rows_int(&r, 1, 0) != 0;
	}
	for (int t = 0; !before && t < TREND_COUNT; t++)
		out->before[t] = -1;
	return rows_close(&r, err);
}

int
remark_lines(struct reader *rd, struct out *o, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT text FROM remark ORDER BY rowid");
	while (rows_next(&r)) {
		out_str(o, "Note: ");
		out_wrap(o, 6, 6, rows_text(&r, 0));
	}
	return rows_close(&r, err);
}

int
trend_text(struct reader *rd, struct out *o, struct err *err)
{
	struct trend_counts n;
	const char *between = "";
	struct buf b = { 0 };
	int rc = trend_counts(rd, &n, err);

	if (rc < 0)
		return rc;
	for (int t = TREND_NONE + 1; t < TREND_COUNT; t++) {
		buf_fmt(&b, "%s%lld %s", between, (long long)n.now[t], trend_name((enum trend)t));
		if (n.before[t] >= 0)
			buf_fmt(&b, " (%lld before)", (long long)n.before[t]);
		between = ", ";
	}
	buf_fmt(&b, "; %lld waived.", (long long)n.waived);
	out_str(o, "Findings: ");
	out_wrap(o, 2, 10, buf_cstr(&b));
	buf_free(&b);
	return remark_lines(rd, o, err);
}
