/* How each retired address drains: who is left, until when, and who will not end by himself. */
#include "report/drain_int.h"
#include "report/html_int.h"

#define ENTRIES 100		/* drawn and told; further ones are counted */
#define CLIENTS 25		/* named for each */

struct drains { struct page *page; int64_t shown, more, empty, entries; };

static void
put_client(struct html_table *t, const struct drain_client *c, const struct drain_of *d)
{
	struct buf why = { 0 };

	html_row(t);
	html_cell(t, "addr");
	html(t->o, "<code>%s</code><small>%s%s%s</small>", c->client, c->label, c->label != NULL && *c->scope != '\0' ? ", " : "", c->scope);
	html_cell(t, "");
	if (c->end == DRAIN_NEVER)
		html_badge(t->o, "medium", "not by itself");
	else if (c->end == DRAIN_UNKNOWN)
		html_badge(t->o, "unproven", "not known");
	else
		html_time(t->o, c->until);
	html_cell(t, "");
	drain_why(c, d, &why);
	out_str(t->o, "<span>");
	html_say(t->o, buf_cstr(&why));
	if (drain_waived(d, c)) {
		out_str(t->o, "; waived until ");
		html_time(t->o, c->waived);
	}
	out_str(t->o, "</span>");
	buf_free(&why);
}

static void
put_clients(struct out *o, struct drain_of *d)
{
	static const char *const heads[] = { "Client", "Ends", "Why", NULL };
	struct html_table t;
	size_t n = 0;

	drain_sort(d);
	html_table(&t, o, NULL, "Who is left", heads);
	for (; n < d->n && n < CLIENTS && d->client[n].end >= DRAIN_ENDS; n++)
		put_client(&t, &d->client[n], d);
	html_table_end(&t);
	if (drain_left(d) > (int64_t)n)
		html(o, "<p>%lld more clients are left; <code>staletap drain</code> names them all.</p>\n", (long long)(drain_left(d) - (int64_t)n));
}

/* "Three clients used it before it was retired, two since. One is left: it will not end by itself." */
static void
put_sentence(struct out *o, const struct drain_of *d)
{
	int64_t left = drain_left(d), never = d->count[DRAIN_NEVER], unknown = d->count[DRAIN_UNKNOWN];
	char a[HTML_NUMBER], b[HTML_NUMBER];

	html(o, "<p>%s client%s used it before it was retired, %s since. ", html_One(d->before, a), d->before == 1 ? "" : "s",
	    d->after == 0 ? "none" : html_one(d->after, b));
	html(o, "<b>%s %s left</b>", left == 0 ? "Nobody" : html_One(left, a), left < 2 ? "is" : "are");
	if (never > 0)
		html(o, "; %s will not end by %s", left == never ? (left == 1 ? "it" : "they") : html_one(never, a), never == 1 ? "itself" : "themselves");
	if (unknown > 0 && unknown == left)
		out_str(o, "; whether that ends, and when, cannot be told");
	else if (unknown > 0)
		html(o, "; of %s it cannot be told", html_one(unknown, a));
	if (d->empty != TM_NONE) {
		out_str(o, never + unknown > 0 ? "; without them it is empty by " : "; empty by ");
		html_time(o, d->empty + TM_SEC - 1);
	}
	if (d->count[DRAIN_AGAIN] > 0)
		html(o, "; %s more may yet be told it again", html_one(d->count[DRAIN_AGAIN], a));
	out_str(o, ".</p>\n");
}

static int
put_score(struct page *p, const struct drain_of *d, struct err *err)
{
	struct forecast_score score;
	struct buf b = { 0 };
	int rc = forecast_score_of(p->rd, d, &score, err);

	if (rc < 0 || score.made == TM_NONE)
		return rc;
	drain_scored(&score, &b);
	html(p->o, "<p>%s.</p>\n", buf_cstr(&b));
	buf_free(&b);
	return 0;
}

static int
put_entry(void *ctx, struct drain_of *d, struct err *err)
{
	struct drains *s = ctx;
	struct out *o = s->page->o;
	int rc;

	s->entries++;
	if (drain_left(d) == 0 && d->after == 0) {
		s->empty++;
		return 0;
	}
	if (s->shown >= ENTRIES) {
		s->more++;
		return 0;
	}
	s->shown++;
	html(o, "<h3><code>%s</code> %s</h3>\n", d->listed != NULL ? d->listed : "", d->name != NULL ? d->name : "");
	put_sentence(o, d);
	rc = svg_drain(s->page->rd, d, o, err);
	if (rc == 0 && drain_left(d) > 0)
		put_clients(o, d);
	out_more(o);
	return rc < 0 ? rc : put_score(s->page, d, err);
}

int
html_drain(struct page *p)
{
	struct report_opts opts = *p->opts;
	struct drains s = { .page = p };
	char n[HTML_NUMBER];
	int rc;

	out_str(p->o, "<p>Left is who may still come, by the answers and the connections it has now. A finding stays open for longer: until it has been silent "
	    "for as long as the policy wants.</p>\n");
	rc = drain_each(p->rd, &opts, put_entry, &s, p->err);
	if (rc < 0)
		return rc;
	if (s.more > 0)
		html(p->o, "<p>%lld more addresses are left out here; <code>staletap drain</code> has them all.</p>\n", (long long)s.more);
	if (s.empty > 0)
		html(p->o, "<p>Nobody has used %s%s since.</p>\n", s.empty < s.entries ? "the other " : s.entries == 1 ? "it" : "any of the ",
		    s.entries == 1 ? "" : html_one(s.empty, n));
	if (s.entries == 0)
		out_str(p->o, "<p>No address was retired by then.</p>\n");
	return 0;
}
