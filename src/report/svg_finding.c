/* A finding's time line: what was said of the address and for how long, the change, the connections. */
#include <stdio.h>
#include <string.h>

#include "report/svg_story_int.h"

#define TOP 20			/* the labels of the change; twice where both do not fit on a line */
#define LINE 15
#define ROW 16
#define SAID_ROOM 44		/* characters */

/* 1, 0 if there is no such finding, or ST_*. */
static int
load_finding(struct reader *rd, struct story *y, struct err *err)
{
	struct rows r;
	int found = 0;

	rows_open(&r, rd, "SELECT kind,client,deprecated_ip,name,cause,deprecated_at_us,legit_until_us,first_seen_us,last_seen_us,answers,held,"
	    "draining,stale FROM v_findings WHERE id=?1");
	rows_bind(&r, 1, y->id);
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
load_said(struct reader *rd, struct story *y, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT at_us,expires_us,ttl,server,role LIKE 'zone-%',role IN ('answer','zone-before','zone-with') FROM v_evidence "
	    "WHERE finding=?1 AND (role LIKE 'zone-%' OR role IN ('answer','replacement')) AND at_us" SVG_SANE "AND at_us<?9 ORDER BY at_us,seq");
	rows_bind(&r, 1, y->id);
	svg_bind_period(&r, 8, y->opts);
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

/* From the first that is known of it to the last; a moment besides only where it is not far off. */
static void
find_axis(struct story *y)
{
	usec_t near[2 + SAID], span;
	struct svg_axis *a = &y->axis;
	unsigned n = 0;

	*a = svg_axis(svg_sheet[y->form].left, svg_sheet[y->form].right);
	for (int i = 0; i < 2; i++) {
		usec_t t = i == 0 ? y->first : y->last;

		if ((y->opts->since == TM_NONE || t >= y->opts->since) && (y->opts->until == TM_NONE || t <= y->opts->until))
			svg_axis_add(a, t);
	}
	near[n++] = y->T;
	near[n++] = y->legit;
	for (unsigned i = 0; i < y->nsaid; i++) {
		svg_axis_add(a, y->said[i].at);
		near[n++] = y->said[i].until;
	}
	for (int i = 0; i < LANES; i++)
		if (y->flows[i].n > 0) {
			svg_axis_add(a, y->flows[i].from);
			svg_axis_add(a, y->flows[i].to);
		}
	svg_axis_fit(a, 10 * TM_SEC);
	span = a->to - a->from;
	for (unsigned i = 0; i < n; i++)
		if (near[i] != TM_NONE && (y->opts->since == TM_NONE || near[i] >= y->opts->since) && near[i] > a->from - span && near[i] < a->to + span / 2)
			svg_axis_add(a, near[i]);
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
	for (int row = 12; row <= 12 + 2 * LINE; row += LINE)	/* across its line */
		if (svg_label(s, &(struct svg_place){ svg_sheet[s->form].width, row, SVG_END }, 1, NULL, text, 60))
			return row + 8;
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

/* "TTL 10 from 192.0.2.53", "another address from 192.0.2.53"; of the zone "the address, TTL 10", "no longer".  In short without the server. */
static void
said_text(const struct said *k, bool brief, struct buf *b)
{
	buf_clear(b);
	if (k->zone)
		buf_str(b, k->with ? "the address" : "no longer");
	else if (!k->with)
		buf_str(b, "another address");
	if (k->ttl >= 0 && k->ttl <= INT32_MAX)
		buf_fmt(b, "%sTTL %lld", b->len > 0 ? ", " : "", (long long)k->ttl);
	if (!k->zone && k->server[0] != '\0' && !brief)
		buf_fmt(b, "%sfrom %s", b->len > 0 ? " " : "", k->server);
}

/* Whether a text would lie across the line of the change, or that of legit until. */
static bool
crossed(const struct story *y, int from, int wide)
{
	const usec_t at[] = { y->T, y->legit };

	for (int i = 0; i < 2; i++) {
		int x = svg_x(&y->axis, at[i]);

		if (at[i] != TM_NONE && at[i] >= y->axis.from && at[i] <= y->axis.to && x > from - 3 && x < from + wide + 2)
			return true;
	}
	return false;
}

/* On the bar, from its beginning or from one of the two lines. */
static bool
label_on(struct svg *s, const struct story *y, struct svg_box b, const char *text, int wide)
{
	const int from[] = { b.x + 4, svg_x(&y->axis, y->T) + 5, svg_x(&y->axis, y->legit) + 5 };

	for (int i = 0; i < 3; i++)
		if (from[i] >= b.x + 4 && from[i] + wide + 4 <= b.x + b.w && !crossed(y, from[i], wide)) {
			svg_text(s, (struct svg_place){ from[i], b.y + 11, SVG_START }, "i", text, SAID_ROOM);
			return true;
		}
	return false;
}

/* Behind it or before it; if need be (`across`) over a line. */
static bool
label_beside(struct svg *s, const struct story *y, struct svg_box b, const char *text, int wide, bool across)
{
	const struct svg_place behind = { b.x + b.w + 4, b.y + 11, SVG_START }, before = { b.x - 4, b.y + 11, SVG_END };

	return ((across || !crossed(y, behind.x, wide)) && svg_label(s, &behind, 1, "m", text, SAID_ROOM)) ||
	    ((across || !crossed(y, before.x - wide, wide)) && before.x - wide >= y->axis.left && svg_label(s, &before, 1, "m", text, SAID_ROOM));
}

/* Who said it and for how long. */
static void
label_bar(struct svg *s, const struct story *y, const struct said *k, struct svg_box b)
{
	struct buf text = { 0 };
	bool done = false;

	for (int i = 0; i < 4 && !done; i++) {		/* in full, in short; then the same across a line */
		int wide;

		said_text(k, i % 2 != 0, &text);
		wide = svg_wide(buf_cstr(&text), SAID_ROOM);
		done = label_on(s, y, b, buf_cstr(&text), wide) || label_beside(s, y, b, buf_cstr(&text), wide, i >= 2);
	}
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
			label_bar(s, y, &y->said[i], box[i]);
	if (rows > 0)
		svg_text(s, (struct svg_place){ 0, top + 11, SVG_START }, NULL, zone ? "the zone says" : "client is told", svg_sheet[s->form].room);
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
	svg_text(s, (struct svg_place){ 0, top + 11, SVG_START }, NULL, text, svg_sheet[s->form].room);
	svg_put(s, "<path class=\"sl\" d=\"M%d %dH%d\"/>", from, top + 7, to);
	svg_path(s, "s");
	svg_mark(s, SVG_UP, from, top + 7);
	if (to > from + 6)
		svg_mark(s, SVG_UP, to, top + 7);
	svg_path_end(s);
	return ROW + 6;
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
			buf_fmt(&s->desc, " %lld %s", (long long)(y->counted[i] >= 0 ? y->counted[i] : y->flows[i].n), svg_lane_name(i));
	if (y->answers > 0 && strcmp(y->kind, "connection") != 0)
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
put_lanes(struct reader *rd, const struct story *y, struct svg *s, int *bottom, struct err *err)
{
	int at = y->top + 4, used;

	at += put_said(s, y, true, at);
	at += put_said(s, y, false, at);
	at += put_answers(s, y, at);
	for (int i = 0; i < LANES; i++) {
		used = svg_lane(rd, y, i, s, at, err);
		if (used < 0)
			return used;
		at += used;
	}
	*bottom = at;
	return 0;
}

static int
draw(struct reader *rd, struct story *y, struct out *o, struct err *err)
{
	struct svg front = { .form = y->form }, back = { .form = y->form };
	int bottom = 0, rc;

	find_axis(y);
	y->top = put_change_labels(&front, y);
	rc = put_lanes(rd, y, &front, &bottom, err);
	if (rc == 0) {
		svg_axis_put(&back, &y->axis, y->top, bottom);
		put_changes(&back, y, bottom);
		svg_join(&back, &front);
		describe(&back, y);
		svg_end(&back, bottom + 19, o);
	}
	svg_free(&front);
	svg_free(&back);
	return rc;
}

int
svg_finding(struct reader *rd, const struct report_opts *opts, const char *id, struct out *o, struct err *err)
{
	struct story y = { .id = id, .opts = opts };
	int rc = load_finding(rd, &y, err);

	if (rc <= 0)
		return rc;
	rc = load_said(rd, &y, err);
	if (rc == 0)
		rc = svg_lanes_load(rd, &y, err);
	for (y.form = SVG_WIDE; rc == 0 && y.form < SVG_FORMS; y.form++)
		rc = draw(rd, &y, o, err);
	return rc;
}
