/* The same as a drawing: when the address was good, what the client was told and for how long, when it connected. */
#include <string.h>

#include "report/explain_int.h"
#include "report/report_int.h"

#define LABEL 14
#define WIDTH (OUT_WIDTH - 2 - LABEL)
#define ANSWERS_MOST 8		/* drawn */

struct axis { usec_t from, to; };

/* Where it lies; beyond an end: that end. */
static int
column(const struct axis *a, usec_t t)
{
	if (t <= a->from)
		return 0;
	if (t >= a->to)
		return WIDTH - 1;
	return (int)((double)(t - a->from) / (double)(a->to - a->from) * (WIDTH - 1) + 0.5);
}

static void
put_line(struct out *o, const char *label, const char line[WIDTH + 1])
{
	int n = WIDTH;

	while (n > 0 && line[n - 1] == ' ')
		n--;
	out_fmt(o, "  %-*s%.*s\n", LABEL, label, n, line);
}

/* From the first that is known of it to the last; the change and its end only where they are not far off. */
static int
find_axis(struct reader *rd, const char *id, struct axis *a, usec_t *T, usec_t *legit, struct err *err)
{
	struct rows r;
	usec_t span;

	a->from = a->to = *T = *legit = TM_NONE;
	rows_open(&r, rd, "SELECT min(t),max(t),(SELECT deprecated_at_us FROM v_findings WHERE id=?1),"
	    "(SELECT legit_until_us FROM v_findings WHERE id=?1) FROM (SELECT at_us AS t FROM v_evidence WHERE finding=?1 AND ifnull(role,'')<>'end' "
	    "UNION ALL SELECT started_us FROM v_flows WHERE finding=?1 UNION ALL SELECT max(ended_us) FROM v_flows WHERE finding=?1 "
	    "UNION ALL SELECT last_seen_us FROM v_findings WHERE id=?1 AND held>0)");
	rows_bind(&r, 1, id);
	if (rows_next(&r)) {
		a->from = rows_time(&r, 0);
		a->to = rows_time(&r, 1);
		*T = rows_time(&r, 2);
		*legit = rows_time(&r, 3);
	}
	if (rows_close(&r, err) < 0)
		return err->code;
	if (a->from == TM_NONE || a->to == TM_NONE || a->to - a->from < 0)
		return 0;
	span = a->to - a->from + TM_SEC;
	if (*T != TM_NONE && *T < a->from && a->from - *T < span)
		a->from = *T;
	if (*legit != TM_NONE && *legit > a->to && *legit - a->to < span)
		a->to = *legit;
	a->to += a->to == a->from;
	return 1;
}

static void
put_axis(struct out *o, const struct axis *a)
{
	char text[TM_TEXT];

	out_fmt(o, "  %-*s%.19s", LABEL, "UTC", tm_human(a->from, text));
	out_fmt(o, "%*.19s\n", WIDTH - 19, tm_human(a->to, text));
}

static void
put_address(struct out *o, const struct axis *a, usec_t T, usec_t legit)
{
	char line[WIDTH + 1];

	for (int i = 0; i < WIDTH; i++) {
		bool before = T == TM_NONE ? false : i < column(a, T) || T > a->to;

		line[i] = before ? '=' : legit != TM_NONE && legit > a->from && i < column(a, legit) ? '-' : '.';
	}
	if (T != TM_NONE && T >= a->from && T <= a->to)
		line[column(a, T)] = 'T';
	if (legit != TM_NONE && legit >= a->from && legit <= a->to)
		line[column(a, legit)] = 'L';
	put_line(o, "the address", line);
}

/* A bar for each answer that was kept, as long as its TTL runs. */
static int
put_answers(struct reader *rd, const char *id, const struct axis *a, struct out *o, struct err *err)
{
	char line[WIDTH + 1];
	struct rows r;

	rows_open(&r, rd, "SELECT at_us,expires_us,role FROM (SELECT * FROM v_evidence WHERE finding=?1 AND role IN ('answer','replacement') "
	    "AND at_us NOT NULL ORDER BY at_us DESC LIMIT ?2) ORDER BY at_us");
	rows_bind(&r, 1, id);
	rows_bind_int(&r, 2, ANSWERS_MOST);
	while (rows_next(&r)) {
		bool with = rows_text(&r, 2) != NULL && strcmp(rows_text(&r, 2), "answer") == 0;
		usec_t end = rows_time(&r, 1) != TM_NONE ? rows_time(&r, 1) : rows_time(&r, 0);
		int from = column(a, rows_time(&r, 0)), to = column(a, end);

		memset(line, ' ', WIDTH);
		for (int i = from; i <= to; i++)
			line[i] = with ? '=' : 'n';
		line[from] = with ? '[' : 'N';
		if (with && to > from)
			line[to] = end > a->to ? '>' : ']';
		put_line(o, with ? "told it" : "told another", line);
	}
	return rows_close(&r, err);
}

/* The worst of what falls on one column is shown. */
static char
mark_of(struct rows *r)
{
	const char *outcome = rows_text(r, 1), *which = rows_text(r, 2);
	bool good = outcome == NULL || strcmp(outcome, "established") == 0 || strcmp(outcome, "unseen") == 0;

	if (which == NULL)
		return 'h';
	if (strcmp(which, "draining") == 0)
		return 'd';
	return good ? 's' : 'x';
}

static int
put_flows(struct reader *rd, const char *id, const struct axis *a, struct out *o, struct err *err)
{
	static const char worse[] = " -dhsx";
	char line[WIDTH + 1];
	struct rows r;

	memset(line, ' ', WIDTH);
	rows_open(&r, rd, "SELECT started_us,outcome,draining_or_stale,ended_us,cause='connection.opened-before' AND ended_us IS NULL FROM v_flows WHERE finding=?1 AND started_us NOT NULL");
	rows_bind(&r, 1, id);
	while (rows_next(&r)) {
		int at = column(a, rows_time(&r, 0)), to = rows_time(&r, 3) != TM_NONE ? column(a, rows_time(&r, 3)) : at;
		char mark = mark_of(&r);

		if (rows_int(&r, 4, 0)) {	/* it goes on */
			to = WIDTH - 1;
			line[to] = '>';
		}
		for (int i = at + 1; i <= to; i++)
			line[i] = line[i] == ' ' ? '-' : line[i];
		if (strchr(worse, mark) > strchr(worse, line[at]))
			line[at] = mark;
	}
	put_line(o, "connects", line);
	return rows_close(&r, err);
}

int
picture(struct reader *rd, const char *id, struct out *o, struct err *err)
{
	struct axis a;
	usec_t T, legit;
	int rc = find_axis(rd, id, &a, &T, &legit, err);

	if (rc <= 0)
		return rc;
	out_str(o, "\n");
	put_axis(o, &a);
	put_address(o, &a, T, legit);
	rc = put_answers(rd, id, &a, o, err);
	if (rc == 0)
		rc = put_flows(rd, id, &a, o, err);
	out_fmt(o, "  %-*s", LABEL, "");
	out_wrap(o, LABEL + 2, LABEL + 2, "= good, - still covered, . not; T retired, L legit until; [===] an answer with it and its TTL, N with another "
	         "address; d draining, s stale, x stale and failed, h opened before");
	return rc;
}
