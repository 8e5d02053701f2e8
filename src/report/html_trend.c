/* What changed: findings by what became of them in the period, and in the one of equal length before it. */
#include "report/html_int.h"
#include "report/svg.h"
#include "report/trend.h"

static const char *const meanings[TREND_COUNT] = {
	[TREND_NEW] = "first seen in the period, open or draining at its end",
	[TREND_OPEN] = "known before, and still open",
	[TREND_DRAINED] = "never stale, and over",
	[TREND_RESOLVED] = "was stale, and has been silent for long enough",
	[TREND_RETURNED] = "had been resolved, and is open again",
	[TREND_WITHDRAWN] = "its entry has left the list",
};

static void
put_row(struct html_table *t, const char *word, int64_t now, int64_t before, const char *meaning)
{
	html_row(t);
	html_cell(t, "");
	html(t->o, "%s", word);
	html_cell(t, "num");
	html(t->o, "<b>%lld</b>", (long long)now);
	if (t->heads[3] != NULL) {
		html_cell(t, "num");
		if (before >= 0)
			html(t->o, "%lld", (long long)before);
		else
			out_str(t->o, "–");
	}
	html_cell(t, "");
	html(t->o, "%s", meaning);
}

int
html_trend(struct page *p)
{
	static const char *const heads[] = { "Findings", "Now", "Before", "Which are", NULL }, *const alone[] = { "Findings", "Now", "Which are", NULL };
	struct trend_counts n;
	struct html_table t;
	int rc = trend_counts(p->rd, &n, p->err);

	if (rc < 0)
		return rc;
	html_table(&t, p->o, "trend-list", n.before[TREND_NEW] < 0 ? "In this period; there is no data of the one before it" :
	    "In this period, and in the one of equal length before it", n.before[TREND_NEW] < 0 ? alone : heads);
	for (int i = TREND_NONE + 1; i < TREND_COUNT; i++)
		put_row(&t, trend_name((enum trend)i), n.now[i], n.before[i], meanings[i]);
	put_row(&t, "waived", n.waived, -1, "open, but somebody answers for it until a date");
	html_table_end(&t);
	return svg_trend(p->rd, p->opts, p->o, p->err);
}
