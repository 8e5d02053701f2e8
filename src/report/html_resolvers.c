/* Each resolver, and what it was seen to do with TTLs. */
#include "report/html_int.h"

#define MOST "200"

enum { RESOLVER, LABEL, ROLE, CLIENTS, ANSWERS, AFTER, LAST, FLOOR, CAP, STALE_TTL, OPTIMISTIC, PREFETCH, CACHES, UPSTREAMS, SAMPLES, SENSOR, SCOPE };

/* One of its ways, on a line of its own, if it is known. */
static int
put_way(struct out *o, struct rows *r, int column, int64_t least, const char *before, const char *after)
{
	int64_t n = rows_int(r, column, -1);

	if (n < least)
		return 0;
	html(o, "<li>%s", before);
	if (after != NULL)
		html(o, " %lld%s", (long long)n, after);
	out_str(o, "</li>");
	return 1;
}

static void
put_ways(struct out *o, struct rows *r)
{
	int said = 0;

	out_str(o, "<ul>");
	said += put_way(o, r, FLOOR, 0, "a TTL of at least", " s, however small the zone's");
	said += put_way(o, r, CAP, 0, "a TTL of at most", " s, however large the zone's");
	said += put_way(o, r, STALE_TTL, 0, "a TTL of", " s on what has run out");
	said += put_way(o, r, OPTIMISTIC, 1, "answers first with what has run out, asks then", NULL);
	said += put_way(o, r, PREFETCH, 1, "asks anew shortly before an answer runs out", NULL);
	said += put_way(o, r, CACHES, 2, "a pool: at least", " caches answer in turn");
	said += put_way(o, r, UPSTREAMS, 1, "asks other resolvers:", "");
	if (said == 0)
		html(o, "<li class=\"none\">%s</li>", rows_int(r, OPTIMISTIC, -1) == 0 ? "nothing unusual: asks before it answers" : "nothing unusual seen");
	out_str(o, "</ul>");
}

static void
put_resolver(struct html_table *t, struct rows *r)
{
	struct out *o = t->o;

	html_row(t);
	html_cell(t, "addr");
	html(o, "<code>%s</code><small>%s</small><small>%s</small>", rows_text(r, RESOLVER), rows_text(r, LABEL), rows_text(r, SCOPE));
	html_cell(t, "");
	html(o, "%s", rows_text(r, ROLE) != NULL ? rows_text(r, ROLE) : "–");
	html_cell(t, "");
	put_ways(o, r);
	html_cell(t, "num");
	html(o, "%lld", (long long)rows_int(r, CLIENTS, 0));
	html_cell(t, "num");
	html(o, "%lld<small>%lld weighed</small>", (long long)rows_int(r, ANSWERS, 0), (long long)rows_int(r, SAMPLES, 0));
	html_cell(t, "num");
	html(o, "%lld", (long long)rows_int(r, AFTER, 0));
	if (rows_time(r, LAST) != TM_NONE) {
		out_str(o, "<small>last ");
		html_time(o, rows_time(r, LAST));
		out_str(o, "</small>");
	}
	html_cell(t, "");
	html(o, "%s", rows_text(r, SENSOR));
}

int
html_resolvers(struct page *p)
{
	static const char *const heads[] = { "Resolver", "Role", "What it does with TTLs", "Clients", "Answers", "Too late with a retired address", "Sensor", NULL };
	struct html_table t;
	struct rows r;

	html_table(&t, p->o, "resolver-list", "Learned from the answers about all names; what is not said is not known", heads);
	rows_open(&r, p->rd, "SELECT resolver,label,role,clients,answers,after_legit,last_after_legit_us,ttl_floor,ttl_cap,stale_ttl,optimistic,prefetch,"
	    "caches,upstreams,samples,sensor,scope FROM v_resolvers ORDER BY after_legit DESC,answers DESC,resolver,sensor,scope LIMIT " MOST);
	while (rows_next(&r)) {
		put_resolver(&t, &r);
		out_more(p->o);
	}
	html_table_end(&t);
	if (t.rows == 0)
		out_str(p->o, "<p>No resolver was seen.</p>\n");
	return rows_close(&r, p->err);
}
