/* The connections of a finding: a lane for each kind, as marks, or as bars by time where there are many. */
#include <stdio.h>
#include <string.h>

#include "report/svg_story_int.h"

#define MARKS 60		/* in a lane; more are counted by bins */
#define LEVELS 3		/* marks that would touch go below each other */
#define BIN 8			/* units */
#define BINS 80		/* at most */
#define BAR 26			/* the highest */

static const struct {
	const char *name, *good, *bad, *tail;	/* classes: established, not, and how long it lasted */
	enum svg_shape shape;
} lanes[LANES] = {
	[LANE_HELD] = { "held", "h", "h", "h", SVG_BAR },
	[LANE_OTHER] = { "background", "o", "O", "ol", SVG_SQUARE },
	[LANE_DRAINING] = { "draining", "d", "D", "dl", SVG_DOT },
	[LANE_STALE] = { "stale", "s", "S", "sl", SVG_UP },
};
#define LANE_SQL "CASE draining_or_stale WHEN 'draining' THEN 2 WHEN 'stale' THEN 3 ELSE cause<>'connection.opened-before' END"
#define FAILED_SQL "ifnull(outcome IN ('refused','timed_out','unreachable'),0)"
/* Those of the period, and of those that were open before it the ones that still were in it. */
#define FLOWS_SQL " FROM v_flows WHERE finding=?1 AND started_us" SVG_SANE "AND started_us<?9 AND " \
	"(started_us>=?8 OR (draining_or_stale IS NULL AND ifnull(ended_us,?9)>=?8)) "

const char *
svg_lane_name(int lane)
{
	return lanes[lane].name;
}

int
svg_lanes_load(struct reader *rd, struct story *y, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT " LANE_SQL " AS lane,count(*),sum(" FAILED_SQL "),min(started_us),max(started_us),"
	    "max(CASE WHEN ended_us" SVG_SANE "THEN ended_us END)" FLOWS_SQL "GROUP BY lane");
	rows_bind(&r, 1, y->id);
	svg_bind_period(&r, 8, y->opts);
	while (rows_next(&r)) {
		int64_t lane = rows_int(&r, 0, -1);
		usec_t end = svg_time(&r, 5);

		if (lane < 0 || lane >= LANES)
			continue;
		y->flows[lane].n = rows_int(&r, 1, 0);
		y->flows[lane].failed = rows_int(&r, 2, 0);
		y->flows[lane].from = svg_time(&r, 3);
		y->flows[lane].to = svg_time(&r, 4);
		if (y->opts->until != TM_NONE && end > y->opts->until)
			end = y->opts->until;
		if (end > y->flows[lane].to)
			y->flows[lane].to = end;
	}
	return rows_close(&r, err);
}

static void
put_lane_name(struct svg *s, const struct story *y, int lane, int top)
{
	char text[TM_TEXT];
	long long n = y->counted[lane] >= 0 ? y->counted[lane] : y->flows[lane].n;

	snprintf(text, sizeof(text), "%lld %s", n, lanes[lane].name);
	svg_text(s, (struct svg_place){ 0, top + 11, SVG_START }, NULL, text, svg_sheet[s->form].room);
	if (y->flows[lane].failed == 0 || lane == LANE_HELD)
		return;
	snprintf(text, sizeof(text), "hollow: %lld failed", (long long)y->flows[lane].failed);
	svg_text(s, (struct svg_place){ 0, top + 25, SVG_START }, "m", text, svg_sheet[s->form].room);
}

struct mark { int x, to, level; bool failed, open; };

/* Those that would touch go one below the other.  Gives how many levels there are. */
static int
spread(struct mark *m, int n)
{
	int last[LEVELS], levels = 1;

	for (int l = 0; l < LEVELS; l++)
		last[l] = -100;
	for (int i = 0; i < n; i++) {
		int l = 0;

		while (l < LEVELS - 1 && m[i].x - last[l] < 9)
			l++;
		m[i].level = l;
		last[l] = m[i].x;
		levels = l >= levels ? l + 1 : levels;
	}
	return levels;
}

/* A bar; one that had not ended points onward. */
static void
put_held(struct svg *s, const struct mark *m, int y)
{
	int to = m->to > m->x + 5 ? m->to : m->x + 5;

	if (m->open)
		svg_put(s, "M%d %dH%dl5 3-5 3H%dz", m->x, y, to - 5, m->x);
	else
		svg_put(s, "M%d %dH%dv6H%dz", m->x, y, to, m->x);
}

static void
put_marks_of(struct svg *s, const struct mark *m, int n, int lane, bool failed, int top)
{
	svg_path(s, failed ? lanes[lane].bad : lanes[lane].good);
	for (int i = 0; i < n; i++) {
		if (m[i].failed != failed)
			continue;
		if (lane == LANE_HELD)
			put_held(s, &m[i], top + 4 + m[i].level * 10);
		else
			svg_mark(s, lanes[lane].shape, m[i].x, top + 7 + m[i].level * 10);
	}
	svg_path_end(s);
}

/* How long those lasted that can be seen to last. */
static void
put_tails(struct svg *s, const struct mark *m, int n, int lane, int top)
{
	svg_path(s, lanes[lane].tail);
	for (int i = 0; i < n && lane != LANE_HELD; i++)
		if (m[i].to >= m[i].x + 7)
			svg_put(s, "M%d %dH%d", m[i].x, top + 7 + m[i].level * 10, m[i].to);
	svg_path_end(s);
}

static int
put_marks(struct reader *rd, const struct story *y, int lane, struct svg *s, int top, struct err *err)
{
	struct mark m[MARKS];
	struct rows r;
	int n = 0, levels;

	rows_open(&r, rd, "SELECT started_us,ended_us," FAILED_SQL FLOWS_SQL "AND " LANE_SQL "=?2 ORDER BY started_us,flow LIMIT ?3");
	rows_bind(&r, 1, y->id);
	svg_bind_period(&r, 8, y->opts);
	rows_bind_int(&r, 2, lane);
	rows_bind_int(&r, 3, MARKS);
	while (n < MARKS && rows_next(&r)) {
		usec_t end = svg_time(&r, 1);

		m[n].x = svg_x(&y->axis, svg_time(&r, 0));
		if (y->opts->until != TM_NONE && end >= y->opts->until)
			end = TM_NONE;		/* so far */
		m[n].open = end == TM_NONE;
		m[n].to = end != TM_NONE ? svg_x(&y->axis, end) : lane == LANE_HELD ? y->axis.right : m[n].x;
		m[n].failed = rows_int(&r, 2, 0) != 0 && lane != LANE_HELD;
		n++;
	}
	if (rows_close(&r, err) < 0)
		return err->code;
	levels = spread(m, n);
	put_tails(s, m, n, lane, top);
	put_marks_of(s, m, n, lane, false, top);
	put_marks_of(s, m, n, lane, true, top);
	return levels * 10 + 12;
}

static void
put_bins_of(struct svg *s, int left, const int64_t *n, const int64_t *below, int64_t most, const char *class, int base)
{
	svg_path(s, class);
	for (int i = 0; i < BINS; i++) {
		int high = (int)((double)n[i] / (double)most * BAR + 0.999), low = below != NULL ? (int)((double)below[i] / (double)most * BAR + 0.999) : 0;

		if (n[i] > 0)
			svg_put(s, "M%d %dv-%dh%dv%dz", left + i * BIN, base - low, high, BIN - 2, high);
	}
	svg_path_end(s);
}

/* So many that marks would be one blot: how many in each bin of time. */
static int
put_bins(struct reader *rd, const struct story *y, int lane, struct svg *s, int top, struct err *err)
{
	int64_t good[BINS] = { 0 }, bad[BINS] = { 0 }, most = 1;
	usec_t width = (usec_t)((double)(y->axis.to - y->axis.from) * BIN / (y->axis.right - y->axis.left)) + 1;
	char text[2 * TM_TEXT], span[TM_TEXT];
	struct rows r;

	rows_open(&r, rd, "SELECT (started_us-?3)/?4 AS bin,count(*),sum(" FAILED_SQL ")" FLOWS_SQL "AND " LANE_SQL "=?2 GROUP BY bin");
	rows_bind(&r, 1, y->id);
	svg_bind_period(&r, 8, y->opts);
	rows_bind_int(&r, 2, lane);
	rows_bind_int(&r, 3, y->axis.from);
	rows_bind_int(&r, 4, width);
	while (rows_next(&r)) {
		int64_t bin = rows_int(&r, 0, -1), n = rows_int(&r, 1, 0), failed = rows_int(&r, 2, 0);

		if (bin < 0 || bin >= BINS)
			continue;
		good[bin] = n - failed;
		bad[bin] = failed;
		most = n > most ? n : most;
	}
	if (rows_close(&r, err) < 0)
		return err->code;
	put_bins_of(s, y->axis.left, good, NULL, most, lanes[lane].good, top + 40);
	put_bins_of(s, y->axis.left, bad, good, most, lanes[lane].bad, top + 40);
	snprintf(text, sizeof(text), s->form == SVG_SLIM ? "\u2264 %lld in %s" : "bars: up to %lld in %s", (long long)most, svg_span(width, span));
	svg_text(s, (struct svg_place){ 0, top + (y->flows[lane].failed > 0 ? 39 : 25), SVG_START }, "m", text, svg_sheet[s->form].room);
	return 48;
}

int
svg_lane(struct reader *rd, const struct story *y, int lane, struct svg *s, int top, struct err *err)
{
	int high;

	if (y->flows[lane].n == 0)
		return 0;
	put_lane_name(s, y, lane, top);
	high = y->flows[lane].n > MARKS ? put_bins(rd, y, lane, s, top, err) : put_marks(rd, y, lane, s, top, err);
	return high >= 0 && high < 34 && y->flows[lane].failed > 0 ? 34 : high;
}
