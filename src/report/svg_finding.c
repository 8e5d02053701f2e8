/* A finding's time line: what was said of the address and for how long, the change, the connections. */
#include <stdio.h>
#include <string.h>

#include "report/svg_int.h"

#define SAID 16			/* packets of evidence that a finding has at most */
#define MARKS 60		/* in a lane; more are counted by bins */
#define BIN 8			/* units */
#define BINS ((SVG_RIGHT - SVG_LEFT + BIN - 1) / BIN)
#define LEVELS 3		/* marks that would touch go below each other */
#define TOP 20			/* the labels of the change; twice where both do not fit on a line */
#define LINE 15
#define ROW 16
#define SAID_ROOM 44		/* characters */

/* What a connection was: its lane.  The worst is last. */
enum lane { LANE_HELD, LANE_OTHER, LANE_DRAINING, LANE_STALE, LANES };
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
#define FLOWS_SQL " FROM v_flows WHERE finding=?1 AND started_us" SVG_SANE

struct said { usec_t at, until; int64_t ttl; bool zone, with; char server[SVG_TEXT]; };
struct story {
	char kind[SVG_TEXT], client[SVG_TEXT], address[SVG_TEXT], name[SVG_TEXT], cause[SVG_TEXT];
	usec_t T, legit, first, last;
	int64_t answers;
	int64_t counted[LANES];			/* as the finding has it; -1: not known */
	struct { int64_t n, failed; usec_t from, to; } flows[LANES];
	struct said said[SAID];
	unsigned nsaid;
	struct svg_axis axis;
	int top;				/* of the lanes */
};

/* 1, 0 if there is no such finding, or ST_*. */
static int
load_finding(struct reader *rd, const char *id, struct story *y, struct err *err)
{
	struct rows r;
	int found = 0;

	rows_open(&r, rd, "SELECT kind,client,deprecated_ip,name,cause,deprecated_at_us,legit_until_us,first_seen_us,last_seen_us,answers,held,"
	    "draining,stale FROM v_findings WHERE id=?1");
	rows_bind(&r, 1, id);
	if (rows_next(&r)) {
		svg_copy(y->kind, &r, 0);
		svg_copy(y->client, &r, 1);
		svg_copy(y->address, &r, 2);
		svg_copy(y->name, &r, 3);
		svg_copy(y->cause, &r, 4);
		y->T = svg_time(&r, 5);
		y->legit = svg_time(&r, 6);
		y->first = svg_time(&r, 7);
		y->last = svg_time(&r, 8);
		y->answers = rows_int(&r, 9, 0);
		y->counted[LANE_HELD] = rows_int(&r, 10, -1);
		y->counted[LANE_OTHER] = -1;
		y->counted[LANE_DRAINING] = rows_int(&r, 11, -1);
		y->counted[LANE_STALE] = rows_int(&r, 12, -1);
		found = 1;
	}
	return rows_close(&r, err) < 0 ? err->code : found;
}

/* A server of the zone is told by its role; what the client is told has an end. */
static int
load_said(struct reader *rd, const char *id, struct story *y, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT at_us,expires_us,ttl,server,role LIKE 'zone-%',role IN ('answer','zone-before','zone-with') FROM v_evidence "
	    "WHERE finding=?1 AND (role LIKE 'zone-%' OR role IN ('answer','replacement')) AND at_us" SVG_SANE "ORDER BY at_us,seq");
	rows_bind(&r, 1, id);
	while (y->nsaid < SAID && rows_next(&r)) {
		struct said *k = &y->said[y->nsaid++];

		*k = (struct said){ .at = svg_time(&r, 0), .until = svg_time(&r, 1), .ttl = rows_int(&r, 2, -1),
			.zone = rows_int(&r, 4, 0) != 0, .with = rows_int(&r, 5, 0) != 0 };
		svg_copy(k->server, &r, 3);
		if (k->until < k->at)
			k->until = k->at;
	}
	return rows_close(&r, err);
}

static int
load_flows(struct reader *rd, const char *id, struct story *y, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT " LANE_SQL " AS lane,count(*),sum(" FAILED_SQL "),min(started_us),max(started_us),"
	    "max(CASE WHEN ended_us" SVG_SANE "THEN ended_us END)" FLOWS_SQL "GROUP BY lane");
	rows_bind(&r, 1, id);
	while (rows_next(&r)) {
		int64_t lane = rows_int(&r, 0, -1);
		usec_t end = svg_time(&r, 5);

		if (lane < 0 || lane >= LANES)
			continue;
		y->flows[lane].n = rows_int(&r, 1, 0);
		y->flows[lane].failed = rows_int(&r, 2, 0);
		y->flows[lane].from = svg_time(&r, 3);
		y->flows[lane].to = svg_time(&r, 4);
		if (end > y->flows[lane].to)
			y->flows[lane].to = end;
	}
	return rows_close(&r, err);
}

static void
widen(struct svg_axis *a, usec_t t)
{
	if (t == TM_NONE)
		return;
	if (a->from == TM_NONE || t < a->from)
		a->from = t;
	if (a->to == TM_NONE || t > a->to)
		a->to = t;
}

/* From the first that is known of it to the last; a moment besides only where it is not far off. */
static void
find_axis(struct story *y)
{
	usec_t near[2 + SAID], span;
	struct svg_axis *a = &y->axis;
	unsigned n = 0;

	*a = (struct svg_axis){ TM_NONE, TM_NONE };
	widen(a, y->first);
	widen(a, y->last);
	near[n++] = y->T;
	near[n++] = y->legit;
	for (unsigned i = 0; i < y->nsaid; i++) {
		widen(a, y->said[i].at);
		near[n++] = y->said[i].until;
	}
	for (int i = 0; i < LANES; i++)
		if (y->flows[i].n > 0) {
			widen(a, y->flows[i].from);
			widen(a, y->flows[i].to);
		}
	svg_axis_fit(a, 10 * TM_SEC);
	span = a->to - a->from;
	for (unsigned i = 0; i < n; i++)
		if (near[i] != TM_NONE && near[i] > a->from - span && near[i] < a->to + span / 2)
			widen(a, near[i]);
	svg_axis_fit(a, (a->to - a->from) / 50 * 51);
}

/* The change or legit until, where it lies or to which side: to the left or the right of its line, or below that.  Gives where the label ends. */
static int
put_change(struct svg *s, const struct story *y, usec_t t, const char *what)
{
	const struct svg_axis *a = &y->axis;
	char moment[TM_TEXT], text[2 * TM_TEXT];
	int x = svg_x(a, t);
	struct svg_place left = { x - 4, 12, SVG_END }, right = { x + 4, 12, SVG_START };

	svg_moment(a, t, moment);
	snprintf(text, sizeof(text), "%s%s %s%s", t < a->from ? "\u25c2 " : "", what, moment, t > a->to ? " \u25b8" : "");
	for (int row = 0; row < 2; row++, left.y += LINE, right.y += LINE)
		if ((t >= a->from && svg_label(s, t == y->legit ? &right : &left, 1, NULL, text, 60)) ||
		    svg_label(s, t == y->legit ? &left : &right, 1, NULL, text, 60))
			return right.y + 8;
	return 0;
}

static bool
within(const struct svg_axis *a, usec_t t)
{
	return t != TM_NONE && t >= a->from && t <= a->to;
}

/* Their labels.  Gives where the lanes begin. */
static int
put_change_labels(struct svg *s, const struct story *y)
{
	int top = TOP, end;

	if (y->T != TM_NONE && (end = put_change(s, y, y->T, "retired")) > top)
		top = end;
	if (y->legit != TM_NONE && (end = put_change(s, y, y->legit, "legit until")) > top)
		top = end;
	return top;
}

static void
put_changes(struct svg *s, const struct story *y, int bottom)
{
	const struct svg_axis *a = &y->axis;

	if (y->T != TM_NONE && y->legit > y->T && y->legit > a->from && y->T < a->to)
		svg_put(s, "<path class=\"w\" d=\"M%d %dH%dV%dH%dz\"/>", svg_x(a, y->T), y->top, svg_x(a, y->legit), bottom, svg_x(a, y->T));
	if (within(a, y->T))
		svg_put(s, "<path class=\"T\" d=\"M%d 2V%d\"/>", svg_x(a, y->T), bottom);
	if (within(a, y->legit))
		svg_put(s, "<path class=\"L\" d=\"M%d 2V%d\"/>", svg_x(a, y->legit), bottom);
}

/* One thing said: a bar as long as it holds, or a mark. */
static struct svg_box
put_bar(struct svg *s, const struct svg_axis *a, const struct said *k, int row)
{
	int from = svg_x(a, k->at), to = k->until > k->at ? svg_x(a, k->until) : from;

	svg_path(s, k->with ? "a" : "n");
	if (to - from >= 4)
		svg_put(s, "M%d %dH%dv10H%dz", from, row + 2, to, from);
	else
		svg_mark(s, SVG_SQUARE, from, row + 7);
	svg_path_end(s);
	return to - from >= 4 ? (struct svg_box){ from, row, to - from, ROW - 2 } : (struct svg_box){ from - 4, row, 9, ROW - 2 };
}

/* "TTL 10 from 192.0.2.53", "another address from 192.0.2.53"; of the zone "the address, TTL 10", "no longer". */
static void
said_text(const struct said *k, struct buf *b)
{
	if (k->zone)
		buf_str(b, k->with ? "the address" : "no longer");
	else if (!k->with)
		buf_str(b, "another address");
	if (k->ttl >= 0 && k->ttl <= INT32_MAX)
		buf_fmt(b, "%sTTL %lld", b->len > 0 ? ", " : "", (long long)k->ttl);
	if (!k->zone && k->server[0] != '\0')
		buf_fmt(b, "%sfrom %s", b->len > 0 ? " " : "", k->server);
}

/* Who said it and for how long: on the bar, behind it, or before it. */
static void
label_bar(struct svg *s, const struct said *k, struct svg_box b)
{
	const struct svg_place places[] = { { b.x + b.w + 4, b.y + 11, SVG_START }, { b.x - 4, b.y + 11, SVG_END } };
	struct buf text = { 0 };

	said_text(k, &text);
	if (svg_wide(buf_cstr(&text), SAID_ROOM) + 8 <= b.w)
		svg_text(s, (struct svg_place){ b.x + 4, b.y + 11, SVG_START }, NULL, buf_cstr(&text), SAID_ROOM);
	else
		(void)svg_label(s, places, 2, "m", buf_cstr(&text), SAID_ROOM);
	buf_free(&text);
}

/* What the zone said, or the client was told.  Bars that overlap go below each other.  Gives the height. */
static int
put_said(struct svg *s, const struct story *y, bool zone, int top)
{
	struct svg_box box[SAID];
	int ends[4] = { -1, -1, -1, -1 }, rows = 0;

	for (unsigned i = 0; i < y->nsaid; i++) {
		const struct said *k = &y->said[i];
		int row = 0;

		if (k->zone != zone)
			continue;
		while (row < 3 && ends[row] > svg_x(&y->axis, k->at) - 5)
			row++;
		box[i] = put_bar(s, &y->axis, k, top + row * ROW);
		svg_take(s, box[i]);
		ends[row] = box[i].x + box[i].w;
		rows = row >= rows ? row + 1 : rows;
	}
	for (unsigned i = 0; i < y->nsaid; i++)
		if (y->said[i].zone == zone)
			label_bar(s, &y->said[i], box[i]);
	if (rows > 0)
		svg_text(s, (struct svg_place){ 0, top + 11, SVG_START }, NULL, zone ? "the zone says" : "client is told", 18);
	return rows > 0 ? rows * ROW + 6 : 0;
}

/* Answers that nothing followed: when, from the first to the last. */
static int
put_answers(struct svg *s, const struct story *y, int top)
{
	char text[TM_TEXT];
	int from = svg_x(&y->axis, y->first), to = svg_x(&y->axis, y->last);

	if (strcmp(y->kind, "connection") == 0 || y->answers <= 0 || y->first == TM_NONE || y->last < y->first)
		return 0;
	snprintf(text, sizeof(text), "%lld answer%s", (long long)y->answers, y->answers == 1 ? "" : "s");
	svg_text(s, (struct svg_place){ 0, top + 11, SVG_START }, NULL, text, 18);
	svg_put(s, "<path class=\"sl\" d=\"M%d %dH%d\"/>", from, top + 7, to);
	svg_path(s, "s");
	svg_mark(s, SVG_UP, from, top + 7);
	if (to > from + 6)
		svg_mark(s, SVG_UP, to, top + 7);
	svg_path_end(s);
	return ROW + 6;
}

static void
put_lane_name(struct svg *s, const struct story *y, int lane, int top)
{
	char text[TM_TEXT];
	long long n = y->counted[lane] >= 0 ? y->counted[lane] : y->flows[lane].n;

	snprintf(text, sizeof(text), "%lld %s", n, lanes[lane].name);
	svg_text(s, (struct svg_place){ 0, top + 11, SVG_START }, NULL, text, 18);
	if (y->flows[lane].failed == 0 || lane == LANE_HELD)
		return;
	snprintf(text, sizeof(text), "hollow: %lld failed", (long long)y->flows[lane].failed);
	svg_text(s, (struct svg_place){ 0, top + 25, SVG_START }, "m", text, 18);
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
	bool any = false;

	for (int i = 0; i < n; i++) {
		if (m[i].failed != failed)
			continue;
		if (!any)
			svg_path(s, failed ? lanes[lane].bad : lanes[lane].good);
		any = true;
		if (lane == LANE_HELD)
			put_held(s, &m[i], top + 4 + m[i].level * 10);
		else
			svg_mark(s, lanes[lane].shape, m[i].x, top + 7 + m[i].level * 10);
	}
	if (any)
		svg_path_end(s);
}

/* How long those lasted that can be seen to last. */
static void
put_tails(struct svg *s, const struct mark *m, int n, int lane, int top)
{
	bool any = false;

	for (int i = 0; i < n && lane != LANE_HELD; i++) {
		if (m[i].to < m[i].x + 7)
			continue;
		if (!any)
			svg_path(s, lanes[lane].tail);
		any = true;
		svg_put(s, "M%d %dH%d", m[i].x, top + 7 + m[i].level * 10, m[i].to);
	}
	if (any)
		svg_path_end(s);
}

static int
put_marks(struct reader *rd, const char *id, const struct story *y, int lane, struct svg *s, int top, struct err *err)
{
	struct mark m[MARKS];
	struct rows r;
	int n = 0, levels;

	rows_open(&r, rd, "SELECT started_us,ended_us," FAILED_SQL FLOWS_SQL "AND " LANE_SQL "=?2 ORDER BY started_us,flow LIMIT ?3");
	rows_bind(&r, 1, id);
	rows_bind_int(&r, 2, lane);
	rows_bind_int(&r, 3, MARKS);
	while (n < MARKS && rows_next(&r)) {
		usec_t end = svg_time(&r, 1);

		m[n].x = svg_x(&y->axis, svg_time(&r, 0));
		m[n].open = end == TM_NONE;
		m[n].to = end != TM_NONE ? svg_x(&y->axis, end) : lane == LANE_HELD ? SVG_RIGHT : m[n].x;
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
put_bins_of(struct svg *s, const int64_t *n, const int64_t *below, int64_t most, const char *class, int base)
{
	svg_path(s, class);
	for (int i = 0; i < BINS; i++) {
		int high = (int)((double)n[i] / (double)most * 26 + 0.999), low = below != NULL ? (int)((double)below[i] / (double)most * 26 + 0.999) : 0;

		if (n[i] > 0)
			svg_put(s, "M%d %dv-%dh%dv%dz", SVG_LEFT + i * BIN, base - low, high, BIN - 2, high);
	}
	svg_path_end(s);
}

/* So many that marks would be one blot: how many in each bin of time. */
static int
put_bins(struct reader *rd, const char *id, const struct story *y, int lane, struct svg *s, int top, struct err *err)
{
	int64_t good[BINS] = { 0 }, bad[BINS] = { 0 }, most = 1;
	usec_t width = (usec_t)((double)(y->axis.to - y->axis.from) * BIN / (SVG_RIGHT - SVG_LEFT)) + 1;
	char text[2 * TM_TEXT], span[TM_TEXT];
	struct rows r;

	rows_open(&r, rd, "SELECT (started_us-?3)/?4 AS bin,count(*),sum(" FAILED_SQL ")" FLOWS_SQL "AND " LANE_SQL "=?2 GROUP BY bin");
	rows_bind(&r, 1, id);
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
	put_bins_of(s, good, NULL, most, lanes[lane].good, top + 40);
	if (y->flows[lane].failed > 0)
		put_bins_of(s, bad, good, most, lanes[lane].bad, top + 40);
	snprintf(text, sizeof(text), "bars: up to %lld in %s", (long long)most, svg_span(width, span));
	svg_text(s, (struct svg_place){ 0, top + (y->flows[lane].failed > 0 ? 39 : 25), SVG_START }, "m", text, 18);
	return 48;
}

static void
describe(struct svg *s, const struct story *y)
{
	static const char *const before[] = { "Retired", "legitimate until", "first contact", "last contact" };
	const usec_t at[] = { y->T, y->legit, y->first, y->last };
	char text[TM_TEXT];

	buf_fmt(&s->title, "Time line of %s and %s", y->client[0] != '\0' ? y->client : y->name, y->address);
	for (int i = 0; i < 4; i++)
		if (at[i] != TM_NONE)
			buf_fmt(&s->desc, "%s %.19s, ", before[i], tm_human(at[i], text));
	buf_fmt(&s->desc, "%s:", y->cause);
	for (int i = 0; i < LANES; i++)
		if (y->flows[i].n > 0 || y->counted[i] > 0)
			buf_fmt(&s->desc, " %lld %s", (long long)(y->counted[i] >= 0 ? y->counted[i] : y->flows[i].n), lanes[i].name);
	if (y->answers > 0)
		buf_fmt(&s->desc, " %lld stale answers", (long long)y->answers);
	for (unsigned i = y->nsaid; i-- > 0; )
		if (!y->said[i].zone && y->said[i].with) {
			buf_fmt(&s->desc, "; last told the address %.19s", tm_human(y->said[i].at, text));
			break;
		}
	buf_str(&s->desc, ".");
}

/* The lanes, from the top down; *bottom gets where they end. */
static int
put_lanes(struct reader *rd, const char *id, const struct story *y, struct svg *s, int *bottom, struct err *err)
{
	int at = y->top + 4, used;

	at += put_said(s, y, true, at);
	at += put_said(s, y, false, at);
	at += put_answers(s, y, at);
	for (int i = 0; i < LANES; i++) {
		if (y->flows[i].n == 0)
			continue;
		put_lane_name(s, y, i, at);
		used = y->flows[i].n > MARKS ? put_bins(rd, id, y, i, s, at, err) : put_marks(rd, id, y, i, s, at, err);
		if (used < 0)
			return used;
		if (used < 34 && y->flows[i].failed > 0)
			used = 34;
		at += used;
	}
	*bottom = at;
	return 0;
}

int
svg_finding(struct reader *rd, const char *id, struct out *o, struct err *err)
{
	struct svg front = { 0 }, back = { 0 };
	struct story y = { 0 };
	int bottom = 0, rc = load_finding(rd, id, &y, err);

	if (rc <= 0)
		return rc;
	rc = load_said(rd, id, &y, err);
	if (rc == 0)
		rc = load_flows(rd, id, &y, err);
	if (rc < 0)
		return rc;
	find_axis(&y);
	y.top = put_change_labels(&front, &y);
	rc = put_lanes(rd, id, &y, &front, &bottom, err);
	if (rc == 0) {
		svg_axis_put(&back, &y.axis, y.top, bottom);
		put_changes(&back, &y, bottom);
		buf_put(&back.body, front.body.p, front.body.len);
		describe(&back, &y);
		svg_end(&back, bottom + 19, o);
	}
	buf_free(&front.body);
	return rc;
}
