/* What the sensors could see, lost and could not read, and what it means that something was not found. */
#include <stdio.h>
#include <string.h>

#include "report/html_int.h"
#include "report/svg.h"

#define GAP "60000000"		/* a hole of over a minute is a gap */

static const char *const way_words[] = { "not known", "none", "one direction", "both directions" };

/* All sensors together, at their best. */
struct all_seen { struct page *page; struct html_table t; enum seen_way way[SEEN_COUNT]; int64_t sensors, lost, packets; };

static void
put_sensor(void *ctx, const struct seen *s)
{
	struct all_seen *a = ctx;
	struct out *o = a->page->o;

	if (s->sensor == NULL)
		return;
	a->sensors++;
	a->lost += s->lost;
	a->packets += s->packets;
	html_row(&a->t);
	html_cell(&a->t, "");
	html(o, "%s", s->sensor);
	for (int i = 0; i < SEEN_COUNT; i++) {
		a->way[i] = s->way[i] > a->way[i] ? s->way[i] : a->way[i];
		html_cell(&a->t, s->way[i] == SEEN_BOTH ? "" : "less");
		html(o, "%s", way_words[s->way[i]]);
	}
	html_cell(&a->t, "");
	html_time(o, s->started);
	html_cell(&a->t, "");
	html_time(o, s->ended);
	html_cell(&a->t, "num");
	html(o, "%lld", (long long)s->packets);
	html_cell(&a->t, "num");
	html(o, "%lld", (long long)s->lost);
}

/* A hole is from the end so far of all that came before; also one at either end of the period. */
static const char gaps[] =
    "WITH c AS (SELECT sensor,started_us AS s,ended_us AS e FROM v_coverage WHERE ended_us>?1 AND started_us<?2), "
    "g AS (SELECT sensor,max(ifnull(max(e) OVER (PARTITION BY sensor ORDER BY s,e ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),?1),?1) AS til,s FROM c "
    "UNION ALL SELECT sensor,max(e),?2 FROM c GROUP BY sensor) "
    "SELECT count(*) OVER (),sensor,til,s FROM g WHERE s-til>" GAP " ORDER BY s-til DESC,sensor,s LIMIT 1";

static int
put_gaps(struct page *p)
{
	struct rows r;
	char n[HTML_NUMBER];

	rows_open(&r, p->rd, gaps);
	rows_bind_int(&r, 1, p->first);
	rows_bind_int(&r, 2, p->now);
	if (p->now != TM_NONE && rows_next(&r)) {
		int64_t many = rows_int(&r, 0, 0);

		html(p->o, "<li><b>%s gap%s in what was watched</b>, %s ", html_One(many, n), many == 1 ? "" : "s", many == 1 ? "for" : "the longest for");
		html_span(p->o, rows_time(&r, 3) - rows_time(&r, 2));
		out_str(p->o, " from ");
		html_time(p->o, rows_time(&r, 2));
		html(p->o, " at %s. A contact in a gap is not seen, and a gap resolves nothing.</li>\n", rows_text(&r, 1));
	}
	return rows_close(&r, p->err);
}

static int
put_sealed(struct page *p)
{
	struct rows r;
	int64_t sealed = 0, one_sided = 0;

	rows_open(&r, p->rd, "SELECT sum(encrypted),sum(one_sided) FROM coverage");
	if (rows_next(&r)) {
		sealed = rows_int(&r, 0, 0);
		one_sided = rows_int(&r, 1, 0);
	}
	if (sealed > 0)
		html(p->o, "<li><b>%lld packets of encrypted DNS</b> were not read: what those clients were told is not known.</li>\n", (long long)sealed);
	if (one_sided > 0)
		html(p->o, "<li><b>%lld DNS messages</b> were seen in one direction only.</li>\n", (long long)one_sided);
	return rows_close(&r, p->err);
}

/* Where databases that are read together contradict each other, or something is not known. */
static int
put_remarks(struct page *p)
{
	struct rows r;

	rows_open(&r, p->rd, "SELECT text FROM remark ORDER BY rowid");
	while (rows_next(&r))
		html(p->o, "<li><b>Note:</b> %s</li>\n", rows_text(&r, 0));
	return rows_close(&r, p->err);
}

/* What follows for somebody who finds nothing. */
static void
put_meaning(struct out *o, const struct all_seen *a)
{
	static const struct { enum seen_what what; const char *whole, *partly, *none; } means[] = {
		{ SEEN_FLOWS, "Who connects to a listed address is seen: no finding means that nobody did while a sensor was watching.",
		  "<b>Connections are seen in one direction only</b>: who connects is known, what became of it is not.",
		  "<b>No connection is seen from here.</b> No finding says nothing of who connects." },
		{ SEEN_CLIENT_DNS, "What clients are told is seen: the layer that holds an address can be named.",
		  "<b>Clients' DNS is seen in one direction only</b>: some answers may be missing, and no cause that rests on an absence is certain.",
		  "<b>What clients are told is not seen</b>: that they connect is known, the layer that holds the address mostly is not." },
		{ SEEN_UPSTREAM, "What resolvers ask the zone is seen: a resolver's mistake can be told from the zone's.",
		  "<b>What resolvers ask the zone is seen in one direction only.</b>",
		  "<b>What resolvers ask the zone is not seen</b>: whether a resolver or the zone keeps an old answer alive is mostly open." },
	};

	for (size_t i = 0; i < sizeof(means) / sizeof(means[0]); i++) {
		enum seen_way way = a->way[means[i].what];

		html(o, "<li>");
		out_str(o, way == SEEN_BOTH ? means[i].whole : way == SEEN_ONE ? means[i].partly : means[i].none);
		out_str(o, "</li>\n");
	}
	if (a->lost > 0)
		html(o, "<li><b>%lld packets were lost</b> (of %lld): counts are lower bounds, and what rests on an absence is in doubt.</li>\n",
		    (long long)a->lost, (long long)(a->packets + a->lost));
	else
		out_str(o, "<li>No packet is known to be lost.</li>\n");
}

int
html_seen(struct page *p)
{
	static const char *const heads[] = { "Sensor", "Client DNS", "Resolver upstream", "Connections", "From (UTC)", "To (UTC)", "Packets", "Lost", NULL };
	struct all_seen a = { .page = p };
	int rc;

	html_table(&a.t, p->o, "sensors", "What each sensor could see", heads);
	rc = seen_each(p->rd, put_sensor, &a, p->err);
	html_table_end(&a.t);
	if (rc < 0)
		return rc;
	if (a.sensors == 0) {
		out_str(p->o, "<p><b>Nothing was captured</b>: what this place can see is not known, and nothing is proven.</p>\n");
		return 0;
	}
	rc = svg_coverage(p->rd, p->opts, p->o, p->err);
	if (rc < 0)
		return rc;
	out_str(p->o, "<h3>What it means that something was not found</h3>\n<ul class=\"means\">\n");
	put_meaning(p->o, &a);
	rc = put_gaps(p);
	if (rc == 0)
		rc = put_sealed(p);
	if (rc == 0)
		rc = put_remarks(p);
	out_str(p->o, "</ul>\n");
	return rc;
}
