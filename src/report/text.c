/* The report as text: the verdict, what it rests on, the list, the findings. */
#include <string.h>

#include "report/present_int.h"
#include "report/trend.h"

static int
put_verdict(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	static const enum out_color colors[] = { [REPORT_PASS] = OUT_GREEN, [REPORT_UNPROVEN] = OUT_YELLOW, [REPORT_FAIL] = OUT_RED };
	struct report_totals n;
	struct present now;
	enum report_verdict v;
	struct buf policy = { 0 }, say = { 0 };
	struct out text = { 0 };
	int rc;

	rc = report_verdict(rd, opts, &v, err);
	if (rc == 0)
		rc = report_totals(rd, opts, &n, err);
	if (rc == 0)
		rc = present_read(rd, opts, &now, err);
	if (rc < 0)
		return rc;
	out_color(o, colors[v]);
	out_str(o, report_verdict_name(v));
	out_color(o, OUT_PLAIN);
	out_str(o, ": ");
	present_title(&now, &say);
	buf_str(&say, " ");
	present_lead(&now, &say);
	out_wrap(o, 2, (int)strlen(report_verdict_name(v)) + 2, buf_cstr(&say));
	buf_free(&say);
	out_fmt(o, "%lld open finding%s, %lld of them waived", (long long)n.open, n.open == 1 ? "" : "s", (long long)n.waived);
	if (n.slight > 0)
		out_fmt(o, ", %lld slighter than the policy minds", (long long)n.slight);
	if (n.quiet > 0)
		out_fmt(o, ", %lld in quiet hours alone", (long long)n.quiet);
	out_fmt(o, ": %lld fail%s%s.\n", (long long)n.failing, n.failing == 1 ? "s" : "", v != REPORT_FAIL && n.open > 0 ? ", what is open is excused" : "");
	report_policy(opts, &text);
	policy = text.buf;
	out_str(o, "Policy: ");
	out_wrap(o, 2, 8, buf_cstr(&policy));
	buf_free(&policy);
	return 0;
}

/* The period, where one was asked for. */
static int
period_text(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	struct rows r;

	if (opts->since == TM_NONE && opts->until == TM_NONE)
		return 0;
	rows_open(&r, rd, "SELECT covered,now_us,first_us FROM period");
	if (rows_next(&r)) {
		out_str(o, "Period ");
		out_time(o, opts->since != TM_NONE ? opts->since : rows_time(&r, 2));
		out_str(o, " to ");
		out_time(o, opts->until != TM_NONE ? opts->until : rows_time(&r, 1));
		out_fmt(o, ", %.1f %% of it covered: connections are counted in it, states are those\nof its end, verdicts what is known today.\n",
		    (double)(int)(rows_real(&r, 0, 0) * 1000) / 10);
	}
	return rows_close(&r, err);
}

void
unread_words(const char *json, struct buf *out)
{
	for (const char *p = json; p != NULL && (p = strchr(p, '"')) != NULL; ) {
		size_t word = strcspn(++p, "\""), digits;

		if (p[word] == '\0' || p[word + 1] != ':')
			return;
		digits = strspn(p + word + 2, "0123456789");
		buf_str(out, out->len > 0 ? ", " : "");
		buf_put(out, p + word + 2, digits);
		buf_u8(out, ' ');
		buf_put(out, p, word);
		p += word + 2 + digits;
	}
}

/* Each capture, with what of it was not read. */
static int
put_captures(struct reader *rd, struct out *o, struct err *err)
{
	struct buf unread = { 0 };
	struct rows r;

	rows_open(&r, rd, "SELECT s.file,c.link,c.started_us,c.ended_us,c.packets,c.lost,c.unread,c.reason FROM coverage c "
	    "JOIN source s ON s.id=c.source_id ORDER BY c.started_us,s.id,c.link");
	for (bool first = true; rows_next(&r); first = false) {
		const char *reason = rows_text(&r, 7);

		out_str(o, first ? "\nCaptures\n  " : "  ");
		out_term(o, rows_text(&r, 0));
		out_str(o, ", ");
		out_term(o, rows_text(&r, 1));
		out_str(o, "\n    ");
		out_time(o, rows_time(&r, 2));
		out_str(o, " to ");
		out_time(o, rows_time(&r, 3));
		out_fmt(o, ": %lld packets, %lld lost\n", (long long)rows_int(&r, 4, 0), (long long)rows_int(&r, 5, 0));
		buf_clear(&unread);
		unread_words(rows_text(&r, 6), &unread);
		if (unread.len > 0) {
			out_str(o, "    not read: ");
			out_wrap(o, 6, 14, buf_cstr(&unread));
		}
		if (reason != NULL) {
			out_str(o, "    ");
			out_term(o, reason);
			out_str(o, "\n");
		}
		out_more(o);
	}
	buf_free(&unread);
	return rows_close(&r, err);
}

int
report_text(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	int64_t n;
	int rc;

	rc = seen_each(rd, seen_text, o, err);
	if (rc == 0)
		rc = put_verdict(rd, opts, o, err);
	if (rc == 0)
		rc = period_text(rd, opts, o, err);
	if (rc == 0)
		rc = trend_text(rd, o, err);
	if (rc == 0)
		rc = entry_lines(rd, true, o, err);
	if (rc == 0)
		rc = score_lines(rd, opts, o, err);
	if (rc == 0)
		rc = finding_blocks(rd, opts, o, &n, err);
	if (rc == 0 && n == 0)
		out_str(o, "\nNo finding.\n");
	return rc < 0 ? rc : put_captures(rd, o, err);
}
