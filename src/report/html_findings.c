/* The findings: whose they are, then each, by the layer that holds the address. */
#include <string.h>

#include "report/html_finding.h"
#include "report/svg.h"

#define OPENED "4"		/* the worst so many are shown in full at once */
#define OWNERS 40

/* Worse first: what is open, how bad, how often, how lately. */
#define WORSE "f.state=1 DESC,f.severity DESC,ifnull(f.stale,0)+ifnull(f.held,0) DESC,f.last_us DESC,f.fid"

/* "billing, Berlin: 3 clients, 12 findings, ..." */
static int
put_owners(struct page *p)
{
	static const char *const heads[] = { "Owner", "Site", "Clients open", "Draining", "Resolved", "Worst", "Layers", NULL };
	struct html_table t;
	struct rows r;
	int64_t n = 0;

	rows_open(&r, p->rd, "SELECT v.client_owner,v.site,count(DISTINCT iif(f.state=1,f.client_id,NULL)),count(DISTINCT iif(f.state=0,f.client_id,NULL)),"
	    "count(DISTINCT iif(f.state=2,f.client_id,NULL)),max(iif(f.state=1,f.severity,0)),"
	    "group_concat(DISTINCT iif(f.state=1,v.cause,NULL)) FROM v_findings v JOIN finding f ON f.fid=v.id WHERE " WHICH
	    " AND f.client_id NOT NULL AND v.cause<>'background.scan' GROUP BY 1,2 ORDER BY 3 DESC,6 DESC,4 DESC,1,2");
	bind_which(&r, p->opts);
	html_table(&t, p->o, "owners", "Clients by owner and site", heads);
	for (; rows_next(&r); n++) {
		if (n >= OWNERS)
			continue;
		html_row(&t);
		html_cell(&t, "");
		html(p->o, "%s", rows_text(&r, 0) != NULL ? rows_text(&r, 0) : "not known");
		html_cell(&t, "");
		html(p->o, "%s", rows_text(&r, 1) != NULL ? rows_text(&r, 1) : "–");
		for (int i = 2; i < 5; i++) {
			html_cell(&t, "num");
			html(p->o, "%lld", (long long)rows_int(&r, i, 0));
		}
		html_cell(&t, "");
		if (rows_int(&r, 2, 0) > 0)
			html_badge(p->o, severity_name((enum severity)rows_int(&r, 5, 0)), severity_name((enum severity)rows_int(&r, 5, 0)));
		html_cell(&t, "code");
		for (const char *c = rows_text(&r, 6); c != NULL && *c != '\0'; ) {	/* a comma a cause: room to break the line */
			struct buf one = { 0 };
			size_t len = strcspn(c, ",");

			buf_put(&one, c, len);
			html(p->o, "%s%s", buf_cstr(&one), c[len] != '\0' ? ", " : "");
			buf_free(&one);
			c += len + (c[len] != '\0');
		}
	}
	html_table_end(&t);
	if (n > OWNERS)
		html(p->o, "<p>%lld more owners and sites are left out here.</p>\n", (long long)(n - OWNERS));
	return rows_close(&r, p->err);
}

/* A new layer, a new cause: its heading. */
static void
put_group(struct page *p, struct rows *r, const char *layer, const char *cause, bool first)
{
	const char *l = html_layer(rows_text(r, F_CAUSE));

	if (!first && html_is(cause, rows_text(r, F_CAUSE)))
		return;
	if (!first)
		out_str(p->o, "</div>\n");
	if (layer == NULL || strcmp(layer, l) != 0)
		html(p->o, "<h3>%s</h3>\n", l);
	html(p->o, "<div class=\"cause\"><h4>%s <code>%s</code></h4>\n", html_cause(rows_text(r, F_CAUSE)),
	    rows_text(r, F_CAUSE));
}

static int
put_findings(struct page *p)
{
	struct buf cause = { 0 };
	const char *layer = NULL;
	struct rows r;
	int rc = 0;

	rows_open(&r, p->rd, "WITH worst AS (SELECT f.id,row_number() OVER (ORDER BY " WORSE ") AS k FROM finding f JOIN v_findings v ON v.id=f.fid WHERE " WHICH
	    " ORDER BY k LIMIT ?4) SELECT " FINDING_COLUMNS(FINDING_SQL) "w.k<=" OPENED " AND f.state<2 FROM worst w JOIN finding f ON f.id=w.id "
	    "JOIN v_findings v ON v.id=f.fid ORDER BY CASE substr(v.cause,1,4) WHEN 'auth' THEN 0 WHEN 'reso' THEN 1 WHEN 'clie' THEN 2 WHEN 'conn' THEN 3 "
	    "WHEN 'bypa' THEN 4 WHEN 'path' THEN 5 WHEN 'unkn' THEN 6 ELSE 7 END,max(f.severity) OVER (PARTITION BY v.cause) DESC,v.cause,w.k");
	bind_which(&r, p->opts);
	rows_bind_int(&r, 4, HTML_FINDINGS);
	for (bool first = true; rc == 0 && rows_next(&r); first = false) {
		put_group(p, &r, layer, buf_cstr(&cause), first);
		layer = html_layer(rows_text(&r, F_CAUSE));
		buf_clear(&cause);
		buf_str(&cause, rows_text(&r, F_CAUSE) != NULL ? rows_text(&r, F_CAUSE) : "");
		rc = html_finding(p, &r, rows_int(&r, F_COUNT, 0));
		out_more(p->o);
	}
	if (cause.len > 0)
		out_str(p->o, "</div>\n");
	buf_free(&cause);
	if (rc < 0) {
		rows_close(&r, &(struct err){ 0 });
		return rc;
	}
	return rows_close(&r, p->err);
}

int
html_findings(struct page *p)
{
	int64_t all = 0;
	int rc = report_count(p->rd, p->opts, &all, p->err);

	if (rc == 0 && all == 0) {
		out_str(p->o, "<p>There is none.</p>\n");
		return 0;
	}
	if (rc == 0)
		rc = svg_clients(p->rd, p->opts, p->o, p->err);
	if (rc == 0)
		rc = put_owners(p);
	if (rc < 0)
		return rc;
	if (all > HTML_FINDINGS)
		html(p->o, "<p>The worst %d of %lld findings; all of them are in <code>%s</code>.</p>\n", HTML_FINDINGS, (long long)all,
		    p->opts->beside != NULL ? p->opts->beside : "staletap report --format json");
	out_str(p->o, "<div id=\"tools\"></div>\n<div id=\"all\">\n");
	rc = put_findings(p);
	out_str(p->o, "</div>\n");
	return rc;
}
