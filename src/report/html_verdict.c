/* Passed or not, in a sentence; what the rest of the list is like; and what was asked for. */
#include <stdio.h>
#include <string.h>

#include "report/html_int.h"

/* The list by state of its entries, and who is behind it. */
struct standing_now { int64_t contacted, draining, clean, unproven, entries; int64_t clients, never, waived, draining_clients; usec_t ends; };

static int
count_entries(struct page *p, struct standing_now *s)
{
	struct rows r;

	rows_open(&r, p->rd, "SELECT ifnull(state,'unproven'),count(*) FROM v_deprecated GROUP BY 1");
	while (rows_next(&r)) {
		const char *state = rows_text(&r, 0);
		int64_t n = rows_int(&r, 1, 0);

		*(html_is(state, "contacted") ? &s->contacted : html_is(state, "draining") ? &s->draining :
		    html_is(state, "clean") ? &s->clean : &s->unproven) += n;
		s->entries += n;
	}
	return rows_close(&r, p->err);
}

/* Clients that are open; of those, who has a finding that will not end; the last moment of the others. */
static int
count_clients(struct page *p, struct standing_now *s)
{
	struct rows r;

	rows_open(&r, p->rd, "SELECT count(*),sum(never),max(ends),sum(waived) FROM (SELECT max(f.drains_us IS NULL) AS never, max(f.drains_us) AS ends, "
	    "min(v.waived_until_us>?4) IS 1 AS waived FROM v_findings v JOIN finding f ON f.fid=v.id WHERE " WHICH
	    " AND f.state=1 AND f.client_id NOT NULL AND v.cause<>'background.scan' GROUP BY f.client_id)");
	bind_which(&r, p->opts);
	rows_bind_int(&r, 4, p->now);
	if (rows_next(&r)) {
		s->clients = rows_int(&r, 0, 0);
		s->never = rows_int(&r, 1, 0);
		s->ends = rows_time(&r, 2);
		s->waived = rows_int(&r, 3, 0);
	}
	if (rows_close(&r, p->err) < 0)
		return p->err->code;
	return html_number(p, "SELECT count(DISTINCT f.client_id) FROM v_findings v JOIN finding f ON f.fid=v.id WHERE " WHICH " AND f.state=0",
	    &s->draining_clients);
}

static void
put_sentence(struct out *o, const struct standing_now *s)
{
	char a[HTML_NUMBER], b[HTML_NUMBER];

	if (s->entries == 0) {
		out_str(o, "The list is empty: there is nothing to prove.");
		return;
	}
	if (s->contacted == 0) {
		html(o, s->entries == 1 ? "The retired address" : "None of the %s retired addresses", html_one(s->entries, b));
		out_str(o, s->entries == 1 ? " was seen with no stale contact" : " was seen with a stale contact");
		if (s->unproven > 0)
			html(o, s->entries == 1 ? ", but that is no proof" : "; for %s of them that is no proof", html_one(s->unproven, a));
		out_str(o, ".");
		return;
	}
	if (s->entries == 1)
		out_str(o, "The retired address is still in use");
	else
		html(o, "%s of the %s retired addresses %s still in use", html_One(s->contacted, a), html_one(s->entries, b), s->contacted == 1 ? "is" : "are");
	if (s->clients > 0) {
		out_str(o, ", by ");
		html_count(o, s->clients, "client");
	}
	out_str(o, ".");
}

/* Whether it ends by itself: what one wants to know next. */
static void
put_ends(struct out *o, const struct standing_now *s, usec_t now)
{
	char a[HTML_NUMBER];
	bool over = s->ends <= now;

	if (s->clients == 0)
		return;
	if (s->never == s->clients)
		out_str(o, s->clients == 1 ? "It will not stop by itself. " : "None of them will stop by itself. ");
	else if (s->never > 0)
		html(o, "%s of them will not stop by %s. ", html_One(s->never, a), s->never == 1 ? "itself" : "themselves");
	if (s->never < s->clients && s->ends != TM_NONE) {
		out_str(o, s->never == 0 ? (over ? "It is over since " : "It ends by itself by ") : over ? "The others are over since " : "The others end by ");
		html_time(o, s->ends);
		out_str(o, ". ");
	}
	if (s->waived > 0)
		html(o, "%s of them %s waived. ", html_One(s->waived, a), s->waived == 1 ? "is" : "are");
}

/* "Of the others, two are clean and one cannot be proven from here." */
static void
put_others(struct out *o, const struct standing_now *s)
{
	const struct { int64_t n; const char *one, *many; } rest[] = {
		{ s->draining, "is draining", "are draining" }, { s->clean, "is clean", "are clean" },
		{ s->unproven, "cannot be proven from here", "cannot be proven from here" },
	};
	char number[HTML_NUMBER];
	int left = 0, said = 0;

	for (size_t i = 0; i < 3; i++)
		left += rest[i].n > 0;
	if (left == 0 || s->entries == 1)
		return;
	out_str(o, s->contacted > 0 ? "Of the others, " : "Of them, ");
	for (size_t i = 0; i < 3; i++) {
		if (rest[i].n == 0)
			continue;
		html(o, "%s%s %s", said == 0 ? "" : said + 1 == left ? " and " : ", ", html_one(rest[i].n, number), rest[i].n == 1 ? rest[i].one : rest[i].many);
		said++;
	}
	out_str(o, ". ");
}

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
	struct standing_now s = { .ends = TM_NONE };
	enum report_verdict v;
	int rc = report_verdict(p->rd, p->opts, &v, p->err);

	if (rc == 0)
		rc = count_entries(p, &s);
	if (rc == 0)
		rc = count_clients(p, &s);
	if (rc < 0)
		return rc;
	html(p->o, "<div class=\"verdict %s\"><p class=\"word\">%s</p>\n<h1 id=\"h-verdict\">", kinds[v], report_verdict_name(v));
	put_sentence(p->o, &s);
	out_str(p->o, "</h1>\n<p class=\"lead\">");
	put_ends(p->o, &s, p->now);
	put_others(p->o, &s);
	if (s.draining_clients > 0) {
		out_str(p->o, "Besides, ");
		html_count(p->o, s.draining_clients, "client");
		out_str(p->o, s.draining_clients == 1 ? " still drains." : " still drain.");
	}
	out_str(p->o, "</p>\n");
	rc = put_totals(p, v);
	put_policy(p);
	out_str(p->o, "</div>\n");
	return rc;
}
