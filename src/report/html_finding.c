/* One finding: a line with who, where to, how many, and below it, when it is opened, all the rest. */
#include <string.h>

#include "report/explain_int.h"
#include "report/html_finding.h"
#include "report/present_int.h"
#include "report/svg.h"
#include "store/book.h"

/* Whom it is about: a client, or for other kinds the server or the name that stands for it. */
static void
put_who(struct out *o, struct rows *r)
{
	const char *kind = rows_text(r, F_KIND);
	bool zone = html_is(kind, "zone"), resolver = html_is(kind, "resolver");

	html(o, "<span class=\"who\"><code>%s%s</code>", zone ? "zone of " : resolver ? "resolver " : "",
	    rows_text(r, zone ? F_NAME : resolver ? F_RESOLVER : F_CLIENT));
	if (!zone && !resolver && rows_text(r, F_LABEL) != NULL)
		html(o, " <i>%s</i>", rows_text(r, F_LABEL));
	if (rows_text(r, F_OWNER) != NULL || rows_text(r, F_SITE) != NULL)
		html(o, " <small>%s%s%s</small>", rows_text(r, F_OWNER), rows_text(r, F_OWNER) && rows_text(r, F_SITE) ? ", " : "", rows_text(r, F_SITE));
	if (rows_text(r, F_SCOPE) != NULL)
		html(o, " <small>%s</small>", rows_text(r, F_SCOPE));
	out_str(o, "</span> ");
}

static void
put_count(struct out *o, struct rows *r)
{
	int64_t connections = rows_int(r, F_CONNECTIONS, 0), stale = rows_int(r, F_STALE, 0), held = rows_int(r, F_HELD, 0);

	out_str(o, "<span class=\"count\">");
	if (stale > 0 && stale == connections)
		html(o, "%lld stale", (long long)stale);
	else if (stale > 0)
		html(o, "%lld of %lld stale", (long long)stale, (long long)connections);
	else if (connections > 0)
		html(o, "%lld draining", (long long)connections);
	if (held > 0)
		html(o, "%s%lld held", connections > 0 ? ", " : "", (long long)held);
	if (connections + held == 0)
		html(o, "%lld stale answer%s", (long long)rows_int(r, F_ANSWERS, 0), rows_int(r, F_ANSWERS, 0) == 1 ? "" : "s");
	out_str(o, "</span> ");
}

/* What the script groups and sorts by, where the line itself does not say it. */
static void
put_data(struct out *o, struct rows *r)
{
	if (rows_text(r, F_OWNER) != NULL)
		html(o, " data-owner=\"%s\"", rows_text(r, F_OWNER));
	if (rows_text(r, F_SITE) != NULL)
		html(o, " data-site=\"%s\"", rows_text(r, F_SITE));
	html(o, " data-n=\"%lld\"", (long long)(rows_int(r, F_STALE, 0) + rows_int(r, F_HELD, 0)));
}

static void
put_summary(struct page *p, struct rows *r)
{
	const char *severity = rows_text(r, F_SEVERITY), *state = rows_text(r, F_STATE);
	enum trend trend = (enum trend)rows_int(r, F_TREND, TREND_NONE);
	usec_t waived = rows_time(r, F_WAIVED);

	out_str(p->o, "<summary>");
	html_badge(p->o, severity, severity);
	out_str(p->o, " ");
	put_who(p->o, r);
	html(p->o, "<span class=\"to\"><code>%s</code> <small>%s</small></span> ", rows_text(r, F_ADDRESS), rows_text(r, F_NAME));
	put_count(p->o, r);
	out_str(p->o, "<span class=\"last\">last ");
	html_time(p->o, rows_time(r, F_LAST));
	html(p->o, "</span> <span class=\"state %s\">%s", state, state);
	if (html_is(state, "open") && html_is(rows_text(r, F_PRESENT), "over"))
		out_str(p->o, "<small>, gone</small>");
	/* over all of the data every one is new: that says nothing */
	if ((trend == TREND_NEW && p->opts->since != TM_NONE) || trend == TREND_RETURNED)
		html(p->o, "<small>, %s</small>", trend_name(trend));
	out_str(p->o, waived != TM_NONE && waived > p->now ? "<small>, waived</small></span></summary>\n" : "</span></summary>\n");
}

/* First what is so, then what is not. */
struct facts_told { struct out *o; bool yes; };

static void
put_fact(void *ctx, const char *fact, bool yes, bool doubt)
{
	struct facts_told *t = ctx;

	if (yes == t->yes)
		html(t->o, "<li>%s%s%s</li>", yes ? "" : "not so: ", fact, doubt ? " (in doubt)" : "");
}

static int
put_why(struct page *p, const char *id)
{
	static const char head[] = "<dt>Why</dt><dd><ul>";
	struct facts_told so = { p->o, true }, not_so = { p->o, false };
	size_t before = p->o->buf.len;
	int rc;

	out_str(p->o, head);
	rc = reasons_each(p->rd, id, put_fact, &so, p->err);
	if (rc == 0)
		rc = reasons_each(p->rd, id, put_fact, &not_so, p->err);
	if (p->o->buf.len == before + strlen(head))
		p->o->buf.len = before;		/* nothing is known */
	else
		out_str(p->o, "</ul></dd>\n");
	return rc;
}

static void
put_unseen_fact(void *ctx, const char *fact)
{
	html(ctx, "<li>whether %s</li>", fact);
}

/* What would have to be seen to tell it from the layers that it could be as well. */
static int
put_unseen(struct page *p, struct rows *r)
{
	static const char head[] = "<dt>Not seen</dt><dd><ul>";
	const char *could_be = rows_text(r, F_COULD_BE);
	size_t before = p->o->buf.len;
	int rc;

	if (could_be == NULL || *could_be == '\0') {
		out_str(p->o, "<dt>Not seen</dt><dd>nothing that another layer would need</dd>\n");
		return 0;
	}
	out_str(p->o, head);
	rc = reasons_unseen(p->rd, rows_text(r, F_ID), put_unseen_fact, p->o, p->err);
	if (p->o->buf.len == before + strlen(head))
		p->o->buf.len = before;
	else
		out_str(p->o, "</ul></dd>\n");
	return rc;
}

/* Where to, under which name, told by whom. */
static void
put_target(struct out *o, struct rows *r)
{
	const char *name = rows_text(r, F_NAME), *sends = rows_text(r, F_SENDS), *reused = rows_text(r, F_REUSED);

	html(o, "<dt>To</dt><dd><code>%s</code>", rows_text(r, F_ADDRESS));
	if (rows_int(r, F_PORT, -1) >= 0)
		html(o, " port %lld", (long long)rows_int(r, F_PORT, -1));
	if (rows_text(r, F_PROTO) != NULL)
		html(o, "/%s", rows_text(r, F_PROTO));
	if (name != NULL)
		html(o, " as %s", name);
	if (sends != NULL && !html_is(sends, name))
		html(o, ", asks the server for %s", sends);
	if (rows_text(r, F_RESOLVER) != NULL)
		html(o, ", told by <code>%s</code>", rows_text(r, F_RESOLVER));
	if (html_is(reused, "yes") || html_is(reused, "likely"))
		out_str(o, ". <strong>The address answers as somebody else now: what is sent there reaches others.</strong>");
	out_str(o, "</dd>\n");
}

static void
put_times(struct out *o, struct rows *r, usec_t now)
{
	const struct present_finding f = { .state = rows_text(r, F_STATE), .present = rows_text(r, F_PRESENT),
		.cause = rows_text(r, F_CAUSE), .last = rows_time(r, F_LAST), .drains = rows_time(r, F_DRAINS), .resolves = rows_time(r, F_RESOLVES),
		.now = now };
	struct buf ends = { 0 };

	out_str(o, "<dt>When</dt><dd>since ");
	html_time(o, rows_time(r, F_FIRST));
	out_str(o, ", last ");
	html_time(o, rows_time(r, F_LAST));
	out_str(o, "; retired ");
	html_time(o, rows_time(r, F_RETIRED));
	out_str(o, ", covered by a TTL until ");
	html_time(o, rows_time(r, F_LEGIT));
	if (html_is(rows_text(r, F_BASIS), "assumed"))
		out_str(o, " (assumed)");
	present_ends(&f, &ends);
	if (ends.len > 0) {
		out_str(o, "; <b>");
		html_say(o, buf_cstr(&ends));
		out_str(o, "</b>");
	}
	buf_free(&ends);
	if (rows_int(r, F_RETURNED, 0) > 0)
		html(o, "; came back %lld times", (long long)rows_int(r, F_RETURNED, 0));
	out_str(o, "</dd>\n");
}

static void
put_outcome(struct out *o, struct rows *r)
{
	static const struct { int column; const char *word; } ends[] = {
		{ F_ESTABLISHED, "established" }, { F_REFUSED, "refused" }, { F_TIMED_OUT, "timed out" }, { F_UNREACHABLE, "unreachable" },
		{ F_UNSEEN, "of unseen outcome" },
	};
	const char *before = ": ";

	if (rows_int(r, F_CONNECTIONS, 0) == 0)
		return;
	html(o, "<dt>Outcome</dt><dd>%lld connection%s", (long long)rows_int(r, F_CONNECTIONS, 0), rows_int(r, F_CONNECTIONS, 0) == 1 ? "" : "s");
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (rows_int(r, ends[i].column, 0) == 0)
			continue;
		html(o, "%s%lld %s", before, (long long)rows_int(r, ends[i].column, 0), ends[i].word);
		before = ", ";
	}
	out_str(o, "</dd>\n");
}

/* Which layer, how sure, why, and what else it could be. */
static void
put_layer(struct out *o, struct rows *r)
{
	const char *open = rows_text(r, F_COULD_BE), *extended = rows_text(r, F_EXTENDED);

	html(o, "<dt>Layer</dt><dd><b>%s</b> (<code>%s</code>, %s)", html_cause(rows_text(r, F_CAUSE)), rows_text(r, F_CAUSE), rows_text(r, F_CONFIDENCE));
	if (open != NULL && *open != '\0')
		html(o, "; could also be <code>%s</code>", open);
	if (extended != NULL && *extended != '\0')
		html(o, "; longer by <code>%s</code>", extended);
	out_str(o, "</dd>\n");
}

static void
put_advice(struct out *o, struct rows *r)
{
	out_str(o, "<dt>Do</dt><dd>");
	html_action(o, rows_text(r, F_ADVICE), rows_text(r, F_ADDRESS), rows_text(r, F_NAME));
	out_str(o, "</dd>\n");
}

int
html_finding(struct page *p, struct rows *r, bool open)
{
	const char *id = rows_text(r, F_ID);
	int rc;

	html(p->o, "<details class=\"f\" id=\"f-%s\"", id);
	put_data(p->o, r);
	out_str(p->o, open ? " open>" : ">");
	put_summary(p, r);
	out_str(p->o, "<dl>\n");
	put_target(p->o, r);
	put_layer(p->o, r);
	put_advice(p->o, r);
	put_times(p->o, r, p->now);
	rc = put_why(p, id);
	if (rc == 0)
		rc = put_unseen(p, r);
	put_outcome(p->o, r);
	html(p->o, "<dt>More</dt><dd><code>staletap explain DB %s</code></dd>\n</dl>\n", id);
	if (rc == 0 && id != NULL)
		rc = svg_finding(p->rd, p->opts, id, p->o, p->err);
	out_str(p->o, "</details>\n");
	return rc;
}
