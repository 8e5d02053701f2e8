/* Why this layer and no other.  The facts are stored with each connection, and the rules are a pure function of them: what is said here is what
 * decided, not a second opinion. */
#include <string.h>

#include "judge/decide.h"
#include "judge/rule.h"
#include "report/explain_int.h"
#include "report/report_int.h"

#define KNOWN ((UINT64_C(1) << FACT_COUNT) - 1)
#define CAUSES_WIDTH 14

/* The packet kept that shows a fact, by its role in the evidence. */
static const struct { uint64_t facts; const char *role; } shown_by[] = {
	{ B(HEARD) | B(TOLD) | B(LIVE) | B(BEFORE_T) | B(SHORT) | B(R_STALE) | B(R_AA), "answer" },
	{ B(NEW), "replacement" },
	{ B(ZONE_STILL), "zone-with" },
	{ B(ZONE_SPLIT), "zone-without" },
	{ B(OPENED_BEFORE) | B(PAST_LEGIT) | B(ASKING), "opening" },
};

struct told { struct reader *rd; const char *id; struct out *o; struct facts f; struct err *err; int rc; };

/* ", packet 45" of the last evidence of that role; nothing where none was kept. */
static void
put_packet(struct told *t, int fact, struct buf *line)
{
	const char *role = NULL;
	struct rows r;

	for (size_t i = 0; i < sizeof(shown_by) / sizeof(shown_by[0]); i++)
		if (shown_by[i].facts >> fact & 1)
			role = shown_by[i].role;
	if (role == NULL || t->rc < 0)
		return;
	rows_open(&r, t->rd, "SELECT packet FROM v_evidence WHERE finding=?1 AND role=?2 AND packet NOT NULL ORDER BY at_us DESC,seq DESC LIMIT 1");
	rows_bind(&r, 1, t->id);
	rows_bind(&r, 2, role);
	if (rows_next(&r))
		buf_fmt(line, " (packet %lld)", (long long)rows_int(&r, 0, 0));
	t->rc = rows_close(&r, t->err);
}

static void
put_fact(struct told *t, int fact, const char *word)
{
	struct buf line = { 0 };

	buf_str(&line, fact_text((enum fact)fact));
	put_packet(t, fact, &line);
	out_fmt(t->o, "    %s%-*s", word, 5 - (int)strlen(word), t->f.doubt >> fact & 1 ? "?" : "");
	out_wrap(t->o, 9, 9, buf_cstr(&line));
	buf_free(&line);
}

static void
put_facts(struct told *t, uint64_t bits)
{
	for (int i = 0; i < FACT_COUNT; i++)
		if (bits >> i & 1 && (t->f.yes | t->f.no) >> i & 1)
			put_fact(t, i, t->f.yes >> i & 1 ? "yes" : "no");
}

static void
put_causes(struct out *o, uint32_t causes)
{
	struct buf line = { 0 };

	for (int c = 0; c < CAUSE_COUNT; c++)
		if (causes >> c & 1)
			buf_fmt(&line, "%s%s", line.len > 0 ? " " : "", cause_name((enum cause)c));
	out_fmt(o, "%*s", CAUSES_WIDTH, "");
	out_wrap(o, CAUSES_WIDTH, CAUSES_WIDTH, buf_cstr(&line));
	buf_free(&line);
}

/* Facts that speak against every rule of the cause, one for each. */
static uint64_t
against(enum cause c, struct facts f)
{
	uint64_t out = 0;

	for (size_t i = 0; i < rule_count; i++) {
		uint64_t here = rule_table[i].cause == c ? (rule_table[i].need & f.no) | (rule_table[i].none & f.yes) : 0;

		if (rule_table[i].cause == c && (here & out) == 0)
			out |= here & -here;
	}
	return out;
}

/* What is not known of the rules of a cause that is still open. */
static uint64_t
unknown(enum cause c, struct facts f)
{
	uint64_t out = 0;

	for (size_t i = 0; i < rule_count; i++) {
		const struct rule *r = &rule_table[i];

		if (r->cause == c && !(r->need & f.no) && !(r->none & f.yes))
			out |= (r->need | r->none) & ~(f.yes | f.no);
	}
	return out;
}

/* Causes by the first fact that speaks against them: each is named once. */
static void
put_excluded(struct told *t, const struct verdict *v)
{
	uint32_t left = (UINT32_C(1) << CAUSE_COUNT) - 1;
	bool first = true;

	left &= ~(rule_open(t->f) | CAUSE_BIT(v->cause) | CAUSE_BIT(CAUSE_AMBIGUOUS));
	for (int fact = 0; fact < FACT_COUNT; fact++) {
		uint32_t here = 0;

		for (int c = 0; c < CAUSE_COUNT; c++)
			if (left >> c & 1 && against((enum cause)c, t->f) >> fact & 1)
				here |= CAUSE_BIT(c);
		left &= ~here;
		if (here == 0)
			continue;
		if (first)
			out_str(t->o, "\n  Excluded, and by what\n");
		first = false;
		put_fact(t, fact, t->f.yes >> fact & 1 ? "yes" : "no");
		put_causes(t->o, here);
	}
}

static void
put_open(struct told *t, uint32_t open)
{
	if (open == 0)
		return;
	out_str(t->o, "\n  Left open, for want of knowing whether\n");
	for (int c = 0; c < CAUSE_COUNT; c++) {
		uint64_t want = open >> c & 1 ? unknown((enum cause)c, t->f) : 0;

		if (!(open >> c & 1))
			continue;
		out_fmt(t->o, "    %s\n", cause_name((enum cause)c));
		for (int i = 0; i < FACT_COUNT; i++) {
			if (!(want >> i & 1))
				continue;
			out_str(t->o, "         - ");
			out_wrap(t->o, 11, 11, fact_text((enum fact)i));
		}
	}
}

/* What to look for, so that fewer are left. */
static void
put_decide(struct out *o, uint32_t causes)
{
	const char *text;

	for (size_t i = 0; (text = decide_text(causes, i)) != NULL; i++) {
		if (i == 0)
			out_str(o, "\n  What would decide it\n");
		out_str(o, "    - ");
		out_wrap(o, 6, 6, text);
	}
}

static void
put_verdict(struct told *t, struct rows *r)
{
	const struct verdict v = rule_judge(t->f);

	out_fmt(t->o, "\n  Why %s: the connection of ", cause_name(v.cause));
	out_time(t->o, rows_time(r, 3));
	if (rows_int(r, 4, -1) >= 0)
		out_fmt(t->o, "\n  from port %lld", (long long)rows_int(r, 4, 0));
	out_str(t->o, t->f.doubt != 0 ? " (? in doubt)\n" : "\n");
	put_facts(t, v.because != 0 ? v.because : t->f.yes | t->f.no);
	put_excluded(t, &v);
	put_open(t, v.could_be);
	put_decide(t->o, v.could_be | CAUSE_BIT(v.cause));
}

/* Of the connection whose verdict is the finding's: the latest stale one, else the latest. */
static const char deciding[] = "SELECT w.yes,w.no,w.doubt,w.started_us,w.client_port FROM flow w JOIN finding f ON f.id=w.finding_id WHERE f.fid=?1 "
    "ORDER BY ifnull(w.stale,-1)=1 DESC,w.started_us DESC,w.id DESC LIMIT 1";

static struct facts
read_facts(struct rows *r)
{
	struct facts f;

	f.yes = (uint64_t)rows_int(r, 0, 0) & KNOWN;
	f.no = (uint64_t)rows_int(r, 1, 0) & KNOWN & ~f.yes;
	f.doubt = (uint64_t)rows_int(r, 2, 0) & KNOWN;
	return f;
}

int
reasons(struct reader *rd, const char *id, struct out *o, struct err *err)
{
	struct told t = { .rd = rd, .id = id, .o = o, .err = err };
	struct rows r;
	int rc;

	rows_open(&r, rd, deciding);
	rows_bind(&r, 1, id);
	if (rows_next(&r)) {
		t.f = read_facts(&r);
		put_verdict(&t, &r);
	}
	rc = rows_close(&r, err);
	return rc < 0 ? rc : t.rc;
}

int
reasons_each(struct reader *rd, const char *id, void (*each)(void *ctx, const char *fact, bool yes, bool doubt), void *ctx, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, deciding);
	rows_bind(&r, 1, id);
	if (rows_next(&r)) {
		const struct facts f = read_facts(&r);
		uint64_t because = rule_judge(f).because & (f.yes | f.no);

		for (int i = 0; i < FACT_COUNT; i++)
			if (because >> i & 1)
				each(ctx, fact_text((enum fact)i), f.yes >> i & 1, f.doubt >> i & 1);
	}
	return rows_close(&r, err);
}

int
reasons_unseen(struct reader *rd, const char *id, void (*each)(void *ctx, const char *fact), void *ctx, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, deciding);
	rows_bind(&r, 1, id);
	if (rows_next(&r)) {
		const struct facts f = read_facts(&r);
		uint32_t open = rule_judge(f).could_be;
		uint64_t want = 0;

		for (int c = 0; c < CAUSE_COUNT; c++)
			want |= open >> c & 1 ? unknown((enum cause)c, f) : 0;
		for (int i = 0; i < FACT_COUNT; i++)
			if (want >> i & 1)
				each(ctx, fact_text((enum fact)i));
	}
	return rows_close(&r, err);
}
