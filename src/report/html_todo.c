/* What to do first: open findings by who can end them and by the layer that holds the address, the worst first. */
#include "report/html_int.h"
#include "report/present_int.h"

#define GROUPS 12
#define NAMED 4			/* clients named in a group */

/* Who can end it: for a resolver's entry the resolver, for the zone's whoever retired the address, else whose machine it is. */
#define WHO "CASE WHEN v.cause LIKE 'resolver.%' THEN v.resolver WHEN v.cause LIKE 'authoritative.%' THEN v.owner ELSE v.client_owner END"
#define OPEN WHICH " AND f.state=1 AND v.cause<>'background.scan' AND NOT ifnull(v.waived_until_us>?4,0)"

#define GONE "ifnull(v.present='over',0)"	/* nothing is left that leads there: last, and told as what was */

enum { CAUSE, RESOLVER, ZONE, WHOSE, CLIENTS, FINDINGS, ADDRESSES, ADDRESS, NAME, STALE, FIRST, LAST, SEVERITY, ADVICE, WORST, IS_GONE, CONNECTING,
	RESOLVES, NEVER, ENDS };

static int
put_named(struct page *p, const char *who, const char *cause, bool gone, int64_t clients)
{
	struct rows r;
	int64_t n = 0;

	rows_open(&r, p->rd, "SELECT DISTINCT v.client,v.client_label FROM v_findings v JOIN finding f ON f.fid=v.id WHERE " OPEN
	    " AND v.cause=?5 AND (" WHO ") IS ?6 AND " GONE "=?7 AND v.client NOT NULL ORDER BY f.severity DESC,v.stale DESC,v.client LIMIT 4");
	bind_which(&r, p->opts);
	rows_bind_int(&r, 4, p->now);
	rows_bind(&r, 5, cause);
	rows_bind(&r, 6, who);
	rows_bind_int(&r, 7, gone);
	for (; n < NAMED && rows_next(&r); n++) {
		html(p->o, "%s<code>%s</code>", n > 0 ? ", " : "", rows_text(&r, 0));
		if (rows_text(&r, 1) != NULL)
			html(p->o, " %s", rows_text(&r, 1));
	}
	if (clients > n)
		html(p->o, " and %lld more", (long long)(clients - n));
	return rows_close(&r, p->err);
}

/* "Three clients of billing use 198.51.100.10 (shop.example.net): an application keeps it." */
static void
put_what(struct page *p, struct rows *r)
{
	const char *who = rows_text(r, WHOSE);
	int64_t clients = rows_int(r, CLIENTS, 0), addresses = rows_int(r, ADDRESSES, 0);
	char n[HTML_NUMBER];

	out_str(p->o, "<p class=\"what\">");
	if (rows_int(r, RESOLVER, 0))
		html(p->o, "<b>Resolver %s</b>: ", who != NULL ? who : "not known");
	if (clients > 0)
		html(p->o, "%s client%s", rows_int(r, RESOLVER, 0) ? html_one(clients, n) : html_One(clients, n), clients == 1 ? "" : "s");
	else
		out_str(p->o, rows_int(r, RESOLVER, 0) ? "nobody yet" : "Nobody yet");
	if (!rows_int(r, RESOLVER, 0) && !rows_int(r, ZONE, 0) && who != NULL)
		html(p->o, " of <b>%s</b>", who);
	out_str(p->o, clients == 0 ? " connects, but answers still hold " : rows_int(r, IS_GONE, 0) ? " used " :
	    rows_int(r, CONNECTING, 0) == 0 ? (clients == 1 ? " is still told " : " are still told ") : clients == 1 ? " uses " : " use ");
	if (addresses == 1 && rows_text(r, ADDRESS) != NULL)
		html(p->o, "<code>%s</code>", rows_text(r, ADDRESS));
	else
		html(p->o, "%s retired address%s", html_one(addresses, n), addresses == 1 ? "" : "es");
	if (addresses <= 1 && rows_text(r, NAME) != NULL)
		html(p->o, " (%s)", rows_text(r, NAME));
	html(p->o, ": <b>%s</b>.", html_cause(rows_text(r, CAUSE)));
	if (rows_int(r, ZONE, 0) && who != NULL)
		html(p->o, " Whoever retired it can end it: <b>%s</b>.", who);
	out_str(p->o, "</p>\n");
}

static void
put_when(struct page *p, struct rows *r)
{
	int64_t never = rows_int(r, NEVER, 0), connecting = rows_int(r, CONNECTING, 0), stale = rows_int(r, STALE, 0);
	const struct present_finding f = { .state = "open",
		.present = rows_int(r, IS_GONE, 0) ? "over" : "", .cause = rows_text(r, CAUSE), .last = rows_time(r, LAST),
		.drains = never == 0 ? rows_time(r, ENDS) : TM_NONE, .resolves = rows_time(r, RESOLVES), .now = p->now };
	struct buf ends = { 0 };

	html(p->o, "<p class=\"when\">");
	html_badge(p->o, severity_name((enum severity)(rows_int(r, SEVERITY, 0) & 3)), severity_name((enum severity)rows_int(r, SEVERITY, 0)));
	out_str(p->o, " since ");
	html_time(p->o, rows_time(r, FIRST));
	if (!rows_int(r, IS_GONE, 0)) {
		out_str(p->o, ", last ");
		html_time(p->o, rows_time(r, LAST));
	}
	if (stale > 0)
		html(p->o, ", %lld stale connection%s", (long long)stale, stale == 1 ? "" : "s");
	if (never > 0 && never < connecting)
		buf_str(&ends, "some will not end by themselves");
	else
		present_ends(&f, &ends);
	out_str(p->o, "; <b>");
	html_say(p->o, buf_cstr(&ends));
	out_str(p->o, "</b></p>\n");
	buf_free(&ends);
}

static int
put_group(struct page *p, struct rows *r)
{
	bool one = rows_int(r, ADDRESSES, 0) == 1;
	int rc = 0;

	html(p->o, "<li class=\"%s\">", severity_name((enum severity)(rows_int(r, SEVERITY, 0))));
	put_what(p, r);
	out_str(p->o, "<p class=\"advice\">");
	html_action(p->o, rows_text(r, ADVICE), one ? rows_text(r, ADDRESS) : NULL, one ? rows_text(r, NAME) : NULL);
	out_str(p->o, "</p>\n");
	if (rows_int(r, CLIENTS, 0) > 0) {
		out_str(p->o, "<p class=\"who\">");
		rc = put_named(p, rows_text(r, WHOSE), rows_text(r, CAUSE), rows_int(r, IS_GONE, 0) != 0, rows_int(r, CLIENTS, 0));
		html(p->o, " <a href=\"#f-%s\">%s</a></p>\n", rows_text(r, WORST), rows_int(r, FINDINGS, 0) == 1 ? "the finding" : "the worst finding");
	}
	put_when(p, r);
	out_str(p->o, "</li>\n");
	return rc;
}

/* What nobody can do anything about from here, but with another sensor. */
static int
put_unproven(struct page *p)
{
	struct rows r;
	int64_t n = 0;

	rows_open(&r, p->rd, "SELECT ifnull(nullif(l.listed,''),l.name),nullif(l.name,''),d.why FROM listing l LEFT JOIN deprecated d ON d.listing_id=l.id "
	    "WHERE l.active AND ifnull(d.state,'unproven') NOT IN ('contacted','draining','clean') ORDER BY l.listed,l.name,l.deprecated_us,l.id");
	for (; rows_next(&r); n++) {
		if (n >= NAMED)
			continue;
		html(p->o, "<p class=\"unproven\">Not proven: <code>%s</code>", rows_text(&r, 0));
		if (rows_text(&r, 1) != NULL)
			html(p->o, " (%s)", rows_text(&r, 1));
		html(p->o, ": %s.</p>\n", rows_text(&r, 2) != NULL ? rows_text(&r, 2) : "nothing was judged yet");
	}
	if (n > NAMED)
		html(p->o, "<p><a href=\"#addresses\">%lld more</a> are not proven either.</p>\n", (long long)(n - NAMED));
	return rows_close(&r, p->err);
}

int
html_todo(struct page *p)
{
	struct rows r;
	int64_t n = 0;
	int rc = 0;

	rows_open(&r, p->rd, "SELECT v.cause, v.cause LIKE 'resolver.%', v.cause LIKE 'authoritative.%'," WHO " AS who,count(DISTINCT v.client),count(*),"
	    "count(DISTINCT v.deprecated_ip),min(v.deprecated_ip),min(v.name),sum(v.stale),min(v.first_seen_us),max(v.last_seen_us),"
	    "max(f.severity*1000000000+min(ifnull(v.stale,0),999999999))/1000000000,"
	    "v.advice,v.id," GONE " AS gone,sum(v.present='connects'),max(v.resolves_by_us),sum(v.present='connects' AND v.drains_by_us IS NULL),"
	    "max(v.drains_by_us) FROM v_findings v JOIN finding f ON f.fid=v.id WHERE " OPEN " GROUP BY v.cause,who,gone "
	    "ORDER BY gone,max(f.severity) DESC,5 DESC,10 DESC,v.cause,who");
	bind_which(&r, p->opts);
	rows_bind_int(&r, 4, p->now);
	for (; rc == 0 && rows_next(&r); n++) {
		if (n == 0)
			out_str(p->o, "<ol class=\"todo\">\n");
		if (n < GROUPS)
			rc = put_group(p, &r);
		out_more(p->o);
	}
	if (rc < 0) {
		rows_close(&r, &(struct err){ 0 });
		return rc;
	}
	out_str(p->o, n > 0 ? "</ol>\n" : "<p>Nothing: no finding is open that nobody has waived.</p>\n");
	if (n > GROUPS)
		html(p->o, "<p><a href=\"#findings\">%lld more groups</a> are among the findings.</p>\n", (long long)(n - GROUPS));
	rc = rows_close(&r, p->err);
	return rc < 0 ? rc : put_unproven(p);
}
