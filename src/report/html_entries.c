/* The list, a row an entry: contacted, draining, clean or unproven, and what that rests on. */
#include "report/html_int.h"

enum { STATE, LISTED, NAME, RETIRED, LEGIT, BASIS, OPEN, DRAINING, LAST, COVERED, SEEN_BEFORE, OWNER, TICKET, WHY, UNATTRIBUTED, REPLACEMENT, CLIENTS };

static const char *
basis_words(const char *basis)
{
	return html_is(basis, "authoritative") ? "the zone's TTL" : html_is(basis, "list") ? "the list's TTL" :
	    html_is(basis, "resolver") ? "as a resolver told" : html_is(basis, "assumed") ? "a TTL of a day is assumed" : "not known";
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
	char n[HTML_NUMBER];
	int64_t open = rows_int(r, OPEN, 0), draining = rows_int(r, DRAINING, 0), unattributed = rows_int(r, UNATTRIBUTED, 0);

	if (open > 0) {
		html_count(o, open, "client");
		out_str(o, " stale");
	}
	if (draining > 0 && open == 0)
		html_count(o, draining, "client");
	if (draining > 0)
		html(o, "%s%s draining", open > 0 ? ", " : "", open > 0 ? html_one(draining, n) : "");
	if (open + draining == 0 && html_is(state, "clean"))
		out_str(o, "nobody");
	if (open + draining == 0 && !html_is(state, "clean"))
		html(o, "%s", rows_text(r, WHY) != NULL ? rows_text(r, WHY) : "nothing was judged yet");
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
	html_badge(o, state, state);
	html_cell(t, "");
	put_why(o, r, state);
	html_cell(t, "");
	html_time(o, rows_time(r, LAST));
	html_cell(t, "");
	html_time(o, rows_time(r, RETIRED));
	if (rows_time(r, LEGIT) != TM_NONE) {
		out_str(o, "<small>a TTL covers it until ");
		html_time(o, rows_time(r, LEGIT));
		html(o, " (%s)</small>", basis_words(rows_text(r, BASIS)));
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

	out_str(p->o, "<p><b>Contacted</b>: somebody uses it without a TTL that covers it. <b>Draining</b>: only answers that still run. "
	    "<b>Clean</b>: watched, and nobody came. <b>Unproven</b>: nobody came, but that proves nothing from here.</p>\n");
	html_table(&t, p->o, "list", "The list, entry by entry; times are UTC", heads);
	rows_open(&r, p->rd, "WITH seen AS (SELECT listing_id,max(last_us) AS last FROM finding WHERE listing_id NOT NULL GROUP BY 1) SELECT ifnull(d.state,'unproven'),nullif(l.listed,''),nullif(l.name,''),l.deprecated_us,d.legit_us,d.legit_basis,"
	    "d.clients_open,d.clients_draining,ifnull(d.last_connection_us,x.last),d.covered,d.seen_before,l.owner,l.ticket,d.why,d.unattributed,l.replacement,"
	    "nullif(l.clients,'') FROM listing l LEFT JOIN deprecated d ON d.listing_id=l.id LEFT JOIN seen x ON x.listing_id=l.id WHERE l.active "
	    "ORDER BY CASE ifnull(d.state,'unproven') WHEN 'contacted' THEN 0 WHEN 'draining' THEN 1 WHEN 'clean' THEN 3 ELSE 2 END,"
	    "l.listed,l.name,l.deprecated_us,l.id");
	while (rows_next(&r)) {
		put_entry(&t, &r);
		out_more(p->o);
	}
	html_table_end(&t);
	return rows_close(&r, p->err);
}
