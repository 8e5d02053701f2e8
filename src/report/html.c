/* The page: its head, its sections in their order, and three ways in. */
#include <string.h>

#include <openssl/evp.h>

#include "report/html_int.h"
#include "report/svg.h"

extern const char asset_report_css[], asset_report_js[];

enum way { WAY_SUMMARY, WAY_ON_CALL, WAY_DEBUG, WAY_COUNT };
static const struct { const char *title, *what; } ways[WAY_COUNT] = {
	[WAY_SUMMARY] = { "Executive summary", "passed or not, and how it goes on" },
	[WAY_ON_CALL] = { "On call", "who has to do what" },
	[WAY_DEBUG] = { "Debug", "why, and how that is known" },
};

static const struct section {
	const char *id, *title;
	enum way way;
	int (*put)(struct page *p);
} sections[] = {
	{ "verdict", "Verdict", WAY_SUMMARY, html_verdict },
	{ "todo", "What to do first", WAY_ON_CALL, html_todo },
	{ "seen", "What was seen, and what was not", WAY_DEBUG, html_seen },
	{ "addresses", "Retired addresses", WAY_SUMMARY, html_entries },
	{ "trend", "What has changed", WAY_SUMMARY, html_trend },
	{ "findings", "Findings", WAY_ON_CALL, html_findings },
	{ "drains", "How they drain", WAY_SUMMARY, html_drain },
	{ "resolvers", "Resolvers and their TTLs", WAY_DEBUG, html_resolvers },
	{ "waivers", "Waivers", WAY_ON_CALL, html_waivers },
	{ "captures", "Captures", WAY_DEBUG, html_captures },
	{ "method", "Method and limits", WAY_DEBUG, html_method },
};
#define SECTIONS (sizeof(sections) / sizeof(*sections))

/* As a Content-Security-Policy wants it: the one script that may run. */
static void
put_hash(struct out *o, const char *script)
{
	unsigned char hash[EVP_MAX_MD_SIZE], text[EVP_MAX_MD_SIZE * 2];
	unsigned n = 0;

	if (EVP_Digest(script, strlen(script), hash, &n, EVP_sha256(), NULL) != 1)
		n = 0;		/* no script runs then */
	EVP_EncodeBlock(text, hash, (int)n);
	html(o, "'sha256-%s'", (const char *)text);
}

static void
put_head(struct page *p)
{
	enum report_verdict v = REPORT_UNPROVEN;

	report_verdict(p->rd, p->opts, &v, p->err);
	out_str(p->o, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
	    "form-action 'none'; script-src ");
	put_hash(p->o, asset_report_js);
	out_str(p->o, "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
	html(p->o, "<title>%s: retired addresses", report_verdict_name(v));
	if (p->now != TM_NONE) {
		char text[TM_TEXT];

		html(p->o, ", %s", (tm_human(p->now, text)[10] = '\0', text));
	}
	out_str(p->o, "</title>\n<style>\n");
	out_str(p->o, asset_report_css);
	out_str(p->o, svg_css);
	out_str(p->o, "</style>\n</head>\n");
}

static void
put_nav(struct out *o)
{
	out_str(o, "<nav aria-label=\"Three ways in\">\n");
	for (int w = 0; w < WAY_COUNT; w++) {
		html(o, "<div><b>%s</b> <span>%s</span><ul>", ways[w].title, ways[w].what);
		for (size_t i = 0; i < SECTIONS; i++)
			if (sections[i].way == (enum way)w)
				html(o, "<li><a href=\"#%s\">%s</a></li>", sections[i].id, sections[i].title);
		out_str(o, "</ul></div>\n");
	}
	out_str(o, "</nav>\n");
}

static void
put_period(struct page *p)
{
	out_str(p->o, "<header>\n<p><b>staletap</b> report");
	if (p->first != TM_NONE && p->now != TM_NONE) {
		out_str(p->o, " <span>on ");
		html_time(p->o, p->first);
		out_str(p->o, " to ");
		html_time(p->o, p->now);
		out_str(p->o, " UTC");
		if (p->databases > 1)
			html(p->o, ", of %lld databases", (long long)p->databases);
		out_str(p->o, "</span>");
	}
	if (p->opts->match != NULL)
		html(p->o, " <span>for %s alone</span>", p->opts->match);
	out_str(p->o, "</p>\n</header>\n");
}

/* The period that it is about: as asked for, else all of the data. */
static int
find_period(struct page *p)
{
	struct rows r;

	p->first = p->now = TM_NONE;
	rows_open(&r, p->rd, "SELECT max(ifnull(since_us,first_us),first_us),now_us,databases FROM period");
	if (rows_next(&r)) {
		p->first = rows_time(&r, 0);
		p->now = rows_time(&r, 1);
		p->databases = rows_int(&r, 2, 1);
	}
	return rows_close(&r, p->err);
}

int
report_html(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	struct page p = { .rd = rd, .opts = opts, .policy = opts->policy != NULL ? opts->policy : &policy_default, .o = o, .err = err };
	int rc = find_period(&p);

	if (rc < 0)
		return rc;
	put_head(&p);
	out_str(o, "<body>\n<a class=\"skip\" href=\"#main\">To the verdict</a>\n");
	put_period(&p);
	out_str(o, "<main id=\"main\">\n");
	for (size_t i = 0; rc == 0 && i < SECTIONS; i++) {
		html(o, "<section id=\"%s\" aria-labelledby=\"h-%s\">\n", sections[i].id, sections[i].id);
		if (i > 0)	/* the verdict is a heading of its own */
			html(o, "<h2 id=\"h-%s\">%s</h2>\n", sections[i].id, sections[i].title);
		rc = sections[i].put(&p);
		out_str(o, "</section>\n");
		if (i == 0)
			put_nav(o);
		out_more(o);
	}
	out_str(o, "</main>\n<script>");
	out_str(o, asset_report_js);
	out_str(o, "</script>\n</body>\n</html>\n");
	return rc;
}
