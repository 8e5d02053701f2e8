/* Passed or not, in a sentence; what the rest of the list is like; and what was asked for. */
#include "report/html_int.h"
#include "report/present_int.h"

/* What is open, before waivers and after them. */
static int
put_totals(struct page *p, enum report_verdict v)
{
	struct report_totals n;
	char a[HTML_NUMBER];
	int rc = report_totals(p->rd, p->opts, &n, p->err);

	if (rc < 0 || n.open == 0)
		return rc;
	html(p->o, "<p class=\"policy\"><b>Findings</b> %s %s open", html_One(n.open, a), n.open == 1 ? "is" : "are");
	if (n.waived > 0)
		html(p->o, ", %s of them waived", html_one(n.waived, a));
	if (n.slight > 0)
		html(p->o, ", %s slighter than the policy minds", html_one(n.slight, a));
	if (n.quiet > 0)
		html(p->o, ", %s in quiet hours alone", html_one(n.quiet, a));
	html(p->o, "; %s %s%s.</p>\n", html_one(n.failing, a), n.failing == 1 ? "fails" : "fail", v == REPORT_FAIL ? "" : ": what is open is excused");
	return 0;
}

static void
put_policy(struct page *p)
{
	struct out text = { 0 };

	report_policy(p->opts, &text);
	html(p->o, "<p class=\"policy\"><b>Policy</b> %s.</p>\n", buf_cstr(&text.buf));
	buf_free(&text.buf);
}

int
html_verdict(struct page *p)
{
	static const char *const kinds[] = { [REPORT_PASS] = "pass", [REPORT_UNPROVEN] = "unproven", [REPORT_FAIL] = "fail" };
	struct present now;
	struct buf title = { 0 }, lead = { 0 };
	enum report_verdict v;
	int rc = report_verdict(p->rd, p->opts, &v, p->err);

	if (rc == 0)
		rc = present_read(p->rd, p->opts, &now, p->err);
	if (rc < 0)
		return rc;
	present_title(&now, &title);
	present_lead(&now, &lead);
	html(p->o, "<div class=\"verdict %s\"><p class=\"word\">%s</p>\n<h1 id=\"h-verdict\">%s</h1>\n<p class=\"lead\">", kinds[v],
	    report_verdict_name(v), buf_cstr(&title));
	html_say(p->o, buf_cstr(&lead));
	out_str(p->o, "</p>\n");
	buf_free(&title);
	buf_free(&lead);
	rc = put_totals(p, v);
	put_policy(p);
	out_str(p->o, "</div>\n");
	return rc;
}
