/* The list, a row an entry: contacted, draining, clean or unproven, and what that rests on. */
#include "report/html_int.h"
#include "report/present_int.h"

enum { STATE, LISTED, NAME, RETIRED, LEGIT, BASIS, OPEN, DRAINING, LAST, COVERED, SEEN_BEFORE, OWNER, TICKET, WHY, UNATTRIBUTED, REPLACEMENT, CLIENTS,
	CONNECTS, TOLD, OVER, GONE, RESOLVES, PRESENT };

static const char *
basis_words(const char *basis)
{
	return html_is(basis, "authoritative") ? "the zone's TTL" : html_is(basis, "list") ? "the list's TTL" :
	    html_is(basis, "resolver") ? "what a resolver told" : html_is(basis, "assumed") ? "a TTL of a day, assumed" : "what is not known";
}

static void
put_covered(struct out *o, struct rows *r)
{
	double covered = rows_real(r, COVERED, -1);

	if (covered >= 0 && covered <= 1)
		out_fmt(o, "%.1f&nbsp;%%", (double)(int)(covered * 1000) / 10);
	else
		out_str(o, "not known");
	if (rows_int(r, SEEN_BEFORE, -1) == 1)
		out_str(o, "<small>seen here before</small>");
	else if (rows_int(r, SEEN_BEFORE, -1) == 0)
		out_str(o, "<small>never seen here before</small>");
}

/* What stands behind the state, in a few words. */
static void
put_why(struct out *o, struct rows *r, const char *state)
{
	const struct present_entry e = { .connects = rows_int(r, CONNECTS, 0), .told = rows_int(r, TOLD, 0), .over = rows_int(r, OVER, 0),
		.draining = rows_int(r, DRAINING, 0), .last = rows_time(r, GONE), .resolves = rows_time(r, RESOLVES) };
	int64_t unattributed = rows_int(r, UNATTRIBUTED, 0);
	struct buf who = { 0 };

	present_who(&e, &who);
	if (who.len > 0) {
		out_str(o, "<span>");
		html_say(o, buf_cstr(&who));
		out_str(o, "</span>");
	} else if (html_is(state, "clean")) {
		out_str(o, "nobody");
	} else {
		html(o, "%s", rows_text(r, WHY) != NULL ? rows_text(r, WHY) : "nothing was judged yet");
	}
	buf_free(&who);
	if (unattributed > 0)
		html(o, "<small>%lld connections that no name tells apart</small>", (long long)unattributed);
}

static void
put_entry(struct html_table *t, struct rows *r)
{
	struct out *o = t->o;
	const char *state = rows_text(r, STATE);

	state = state != NULL ? state : "unproven";
	html_row(t);
	html_cell(t, "addr");
	html(o, "<code>%s</code>", rows_text(r, LISTED) != NULL ? rows_text(r, LISTED) : "any address");
	html(o, "<small>%s</small>", rows_text(r, NAME) != NULL ? rows_text(r, NAME) : "every name");
	if (rows_text(r, CLIENTS) != NULL)
		html(o, "<small>for clients in %s</small>", rows_text(r, CLIENTS));
	html_cell(t, "");
	html_badge(o, rows_int(r, PRESENT, 0) > 1 ? "medium" : state, state);	/* filled is who goes on connecting */
	html_cell(t, "");
	put_why(o, r, state);
	html_cell(t, "");
	html_time(o, rows_time(r, LAST));
	html_cell(t, "");
	html_time(o, rows_time(r, RETIRED));
	if (rows_time(r, LEGIT) != TM_NONE) {
		out_str(o, "<small>covered until ");
		html_time(o, rows_time(r, LEGIT));
		html(o, "</small><small>by %s</small>", basis_words(rows_text(r, BASIS)));
	}
	html_cell(t, "");
	put_covered(o, r);
	html_cell(t, "");
	html(o, "%s", rows_text(r, REPLACEMENT) != NULL ? rows_text(r, REPLACEMENT) : "–");
	html_cell(t, "");
	html(o, "%s<small>%s</small>", rows_text(r, OWNER) != NULL ? rows_text(r, OWNER) : "–", rows_text(r, TICKET));
}

int
html_entries(struct page *p)
{
	static const char *const heads[] = { "Address and name", "State", "Who", "Last contact", "Retired", "Watched since then",
		"Replaced by", "Owner, ticket", NULL };
	struct html_table t;
	struct rows r;

	out_str(p->o, "<p><b>Contacted</b>: somebody used it without a TTL that covers it, and has not been silent for long enough since. <b>Draining</b>: only "
	    "answers that still run. <b>Clean</b>: watched, and nobody came. <b>Unproven</b>: nobody came, but that proves nothing from here.</p>\n");
	html_table(&t, p->o, "list", "The list, entry by entry; times are UTC", heads);
	rows_open(&r, p->rd, "WITH seen AS (SELECT listing_id,max(last_us) AS last FROM finding WHERE listing_id NOT NULL GROUP BY 1) SELECT ifnull(d.state,'unproven'),nullif(l.listed,''),nullif(l.name,''),l.deprecated_us,d.legit_us,d.legit_basis,"
	    "d.clients_open,d.clients_draining,ifnull(d.last_connection_us,x.last),d.covered,d.seen_before,l.owner,l.ticket,d.why,d.unattributed,l.replacement,"
	    "nullif(l.clients,'')," PRESENT_ENTRY ",s.present FROM listing l LEFT JOIN deprecated d ON d.listing_id=l.id LEFT JOIN seen x ON x.listing_id=l.id LEFT JOIN standing s ON s.listing_id=l.id WHERE l.active "
	    "ORDER BY CASE ifnull(d.state,'unproven') WHEN 'contacted' THEN iif(s.present=1,-1,0) WHEN 'draining' THEN 1 WHEN 'clean' THEN 3 ELSE 2 END,"
	    "l.listed,l.name,l.deprecated_us,l.id");
	while (rows_next(&r)) {
		put_entry(&t, &r);
		out_more(p->o);
	}
	html_table_end(&t);
	return rows_close(&r, p->err);
}
