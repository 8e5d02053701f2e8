/* What happened, in order: answers, the change, connections. */
#include "judge/cause.h"
#include "report/explain_int.h"
#include "report/report_int.h"

#define FLOWS "12"		/* connections shown at each end of the time line */

#define MOMENT 27		/* columns of it */

static const char *
or_dash(const char *s)
{
	return s != NULL ? s : "-";
}

void
put_moment(struct out *o, usec_t t)
{
	char text[TM_TEXT];

	out_fmt(o, "  %-23.23s  ", tm_human(t, text));
}

/* The columns of the time line's union: what they hold depends on the kind of row. */
enum { AT, RANK, ROW, A, B, C, D, N1, N2, UNTIL };
enum { ROW_RETIRED, ROW_LEGIT, ROW_EVIDENCE, ROW_FLOW, ROW_LEFT_OUT };
static const char events[] =
    "WITH w AS (SELECT *,row_number() OVER (ORDER BY started_us,flow) AS k,count(*) OVER () AS total FROM v_flows WHERE finding=?1) "
    "SELECT deprecated_at_us AS t,0 AS rank,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL FROM v_findings WHERE id=?1 "
    "UNION ALL SELECT legit_until_us,3,1,legit_basis,NULL,NULL,NULL,NULL,NULL,NULL FROM v_findings WHERE id=?1 "
    "UNION ALL SELECT at_us,1,2,role,what,server,NULL,ttl,seq,expires_us FROM v_evidence WHERE finding=?1 "
    "AND ifnull(role,'')<>'opening' "
    "UNION ALL SELECT started_us,2,3,outcome,cause,confidence,draining_or_stale,client_port,gap_us,ended_us FROM w "
    "WHERE k<=" FLOWS " OR k>total-" FLOWS " "
    "UNION ALL SELECT started_us,2,4,NULL,NULL,NULL,NULL,total-2*" FLOWS ",NULL,NULL FROM w WHERE k=" FLOWS "+1 AND total>2*" FLOWS " "
    "ORDER BY t,rank";

/* An answer, or what else is evidence: one line for a person, then whose it is and how long it runs. */
static void
put_answer(struct buf *b, struct rows *r)
{
	char until[TM_TEXT];

	buf_fmt(b, "%s: %s", or_dash(rows_text(r, A)), or_dash(rows_text(r, B)));
	if (rows_text(r, C) != NULL)
		buf_fmt(b, ", from %s", rows_text(r, C));
	if (rows_int(r, N1, -1) >= 0)
		buf_fmt(b, ", TTL %lld", (long long)rows_int(r, N1, 0));
	if (rows_time(r, UNTIL) != TM_NONE)
		buf_fmt(b, ", runs out %.19s", tm_human(rows_time(r, UNTIL), until));
}

static void
put_flow(struct buf *b, struct rows *r)
{
	int64_t gap = rows_int(r, N2, INT64_MIN);

	buf_str(b, "connects");
	if (rows_int(r, N1, -1) >= 0)
		buf_fmt(b, " from port %lld", (long long)rows_int(r, N1, 0));
	if (gap != INT64_MIN)
		buf_fmt(b, ", %.1f s after its answer", (double)gap / 1e6);
	if (rows_text(r, A) != NULL)
		buf_fmt(b, ": %s", rows_text(r, A));
	if (rows_text(r, D) != NULL)
		buf_fmt(b, "; %s", rows_text(r, D));
	buf_fmt(b, ", %s (%s)", or_dash(rows_text(r, B)), or_dash(rows_text(r, C)));
	if (rows_text(r, D) == NULL && rows_text(r, B) != NULL && cause_find(rows_text(r, B)) == CAUSE_OPENED_BEFORE) {
		char until[TM_TEXT];

		if (rows_time(r, UNTIL) != TM_NONE)
			buf_fmt(b, "; closed %.19s", tm_human(rows_time(r, UNTIL), until));
		else
			buf_str(b, "; not seen to close");
	}
}

static void
put_row(struct buf *b, struct rows *r)
{
	switch (rows_int(r, ROW, -1)) {
	case ROW_RETIRED:
		buf_str(b, "--- the address is retired");
		break;
	case ROW_LEGIT:
		buf_fmt(b, "--- no published TTL covers it any more (%s)", legit_basis_words(rows_text(r, A)));
		break;
	case ROW_EVIDENCE:
		put_answer(b, r);
		break;
	case ROW_FLOW:
		put_flow(b, r);
		break;
	default:
		buf_fmt(b, "... %lld connections are left out here", (long long)rows_int(r, N1, 0));
	}
}

int
time_line(struct reader *rd, const char *id, struct out *o, struct err *err)
{
	struct buf text = { 0 };
	struct rows r;

	out_str(o, "\n  Time line (UTC)\n");
	rows_open(&r, rd, events);
	rows_bind(&r, 1, id);
	while (rows_next(&r)) {
		if (rows_time(&r, AT) == TM_NONE)
			continue;
		buf_clear(&text);
		put_row(&text, &r);
		put_moment(o, rows_time(&r, AT));
		out_wrap(o, MOMENT + 2, MOMENT, buf_cstr(&text));
		out_more(o);
	}
	buf_free(&text);
	return rows_close(&r, err);
}
