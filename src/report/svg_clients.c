/* The clients on one page: a row each, the worst first, all that each did with retired addresses, marked by the layer at fault. */
#include <stdio.h>
#include <string.h>

#include "report/report_int.h"
#include "report/svg_int.h"

#define CLIENTS 40
#define ROW 18
#define BIN 8			/* units: one mark in each */
#define BINS 60			/* at most */
#define MOMENTS 4		/* of retirement, in a row */
#define HELD 200

/* Left of the time are the names, `room` characters, right of it the numbers. */
static const struct { int left, right, room; } sheets[SVG_FORMS] = { [SVG_WIDE] = { 150, 616, 20 }, [SVG_SLIM] = { 104, 262, 14 } };

/* What a mark stands for; of several in a bin the last that comes is drawn. */
enum kind { KIND_NONE, KIND_DRAINING, KIND_CONN, KIND_UNKNOWN, KIND_PATH, KIND_BYPASS, KIND_OF_CLIENT, KIND_OF_RESOLVER, KIND_OF_ZONE, KINDS };
static const struct { const char *layer, *name, *class; enum svg_shape shape; } kinds[KINDS] = {
	[KIND_DRAINING] = { "", "draining", "d", SVG_DOT },
	[KIND_CONN] = { "connection", "held", "h", SVG_BAR },
	[KIND_UNKNOWN] = { "unknown", "unknown", "O", SVG_DOT },
	[KIND_PATH] = { "path", "path", "o", SVG_SQUARE },
	[KIND_BYPASS] = { "bypass", "no DNS", "b", SVG_CROSS },
	[KIND_OF_CLIENT] = { "client", "client", "s", SVG_UP },
	[KIND_OF_RESOLVER] = { "resolver", "resolver", "r", SVG_DIAMOND },
	[KIND_OF_ZONE] = { "authoritative", "zone", "z", SVG_SQUARE },
};

/* The worst clients, k from 1; equal addresses in two scopes are two. */
#define WORST "WITH worst AS (SELECT f.client_id AS c,ifnull(f.scope,'') AS sc,v.client,v.client_label,sum(f.stale) AS stale,sum(f.draining) AS draining," \
	"sum(f.held) AS held,row_number() OVER (ORDER BY max(f.state=1) DESC,max((f.state=1)*f.severity) DESC,sum(ifnull(f.stale,0)+ifnull(f.held,0)) " \
	"DESC,max(f.last_us) DESC,v.client,f.scope) AS k FROM finding f JOIN v_findings v ON v.id=f.fid WHERE " WHICH " AND f.kind=0 AND f.client_id " \
	"NOT NULL AND v.cause<>'background.scan' GROUP BY 1,2 ORDER BY k) "
#define CONTACTS "FROM worst w JOIN finding f ON f.client_id=w.c AND ifnull(f.scope,'')=w.sc JOIN v_findings v ON v.id=f.fid JOIN flow x ON x.finding_id=f.id " \
	"JOIN cause q ON q.id=x.cause_id WHERE w.k<=?4 AND " WHICH " AND x.started_us" SVG_SANE \
	"AND x.started_us<?9 AND (x.started_us>=?8 OR (x.stale IS NULL AND ifnull(x.ended_us,?9)>=?8)) "

struct clients {
	enum svg_form form;
	const struct report_opts *opts;
	struct svg_axis axis;
	usec_t T;			/* the first of them */
	int64_t changes;		/* how many moments of retirement there are */
	int64_t total;			/* clients */
	int shown, top, bins;
	bool used[KINDS];
	struct { uint8_t kind; uint16_t x; } mark[CLIENTS][BINS];	/* enum kind; where the first of its connections is */
};

#define CHANGES "FROM worst w JOIN finding f ON f.client_id=w.c AND ifnull(f.scope,'')=w.sc JOIN listing l ON l.id=f.listing_id " \
	"WHERE w.k<=?4 AND l.deprecated_us" SVG_SANE

static void
ask(struct rows *r, struct reader *rd, const struct clients *c, const char *sql)
{
	rows_open(r, rd, sql);
	bind_which(r, c->opts);
	rows_bind_int(r, 4, CLIENTS);
}

static void
ask_contacts(struct rows *r, struct reader *rd, const struct clients *c, const char *sql)
{
	ask(r, rd, c, sql);
	svg_bind_period(r, 8, c->opts);
}

static int
find_axis(struct reader *rd, struct clients *c, struct err *err)
{
	struct svg_axis *a = &c->axis;
	struct rows r;

	*a = svg_axis(sheets[c->form].left, sheets[c->form].right);
	c->bins = (a->right - a->left) / BIN + 1;
	ask_contacts(&r, rd, c, WORST "SELECT min(x.started_us),max(x.started_us),max(CASE WHEN x.ended_us" SVG_SANE "THEN x.ended_us END) " CONTACTS);
	if (rows_next(&r))
		for (int i = 0; i < 3; i++)
			svg_axis_add(a, c->opts->until != TM_NONE && svg_time(&r, i) > c->opts->until ? c->opts->until : svg_time(&r, i));
	if (rows_close(&r, err) < 0)
		return err->code;
	if (a->from == TM_NONE)
		return 0;
	ask(&r, rd, c, WORST "SELECT count(DISTINCT l.deprecated_us),min(l.deprecated_us) " CHANGES);
	if (rows_next(&r)) {
		c->changes = rows_int(&r, 0, 0);
		c->T = svg_time(&r, 1);
	}
	svg_axis_fit(a, 10 * TM_SEC);
	if (c->T != TM_NONE && c->T > a->from - (a->to - a->from) && (c->opts->since == TM_NONE || c->T >= c->opts->since))
		svg_axis_add(a, c->T);
	svg_axis_fit(a, (a->to - a->from) / 50 * 51);
	return rows_close(&r, err) < 0 ? err->code : 1;
}

/* Who, and how often: the names left, the numbers right. */
static int
put_names(struct reader *rd, struct clients *c, struct svg *s, struct err *err)
{
	static const struct { int column; const char *word; } counts[] = { { 3, "stale" }, { 5, "held" }, { 4, "draining" } };
	struct rows r;

	ask(&r, rd, c, WORST "SELECT client,client_label,sc,stale,draining,held,(SELECT count(*) FROM worst) FROM worst WHERE k<=?4 ORDER BY k");
	while (c->shown < CLIENTS && rows_next(&r)) {
		char name[SVG_TEXT], text[TM_TEXT];
		int y = c->top + c->shown * ROW + 13;

		svg_copy(name, &r, rows_text(&r, 1) != NULL ? 1 : 0);
		c->total = rows_int(&r, 6, 0);
		svg_tail(s, (struct svg_place){ 0, y, SVG_START }, name, sheets[c->form].room);
		for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
			if (rows_int(&r, counts[i].column, 0) <= 0)
				continue;
			snprintf(text, sizeof(text), "%lld %s", (long long)rows_int(&r, counts[i].column, 0), counts[i].word);
			svg_text(s, (struct svg_place){ c->axis.right + 12, y, SVG_START }, i == 0 ? NULL : "m", text, 12);
			if (c->shown < 5)
				buf_fmt(&s->desc, "%s%s: %s", c->shown > 0 ? "; " : "", name, text);
			break;
		}
		c->shown++;
	}
	return rows_close(&r, err);
}

static int
kind_of(const char *layer)
{
	for (int k = KIND_CONN; k < KINDS; k++)
		if (layer != NULL && strcmp(layer, kinds[k].layer) == 0)
			return k;
	return KIND_UNKNOWN;
}

/* One mark for each client and bin: the layer that most of its stale connections there are put down to. */
static int
load_marks(struct reader *rd, struct clients *c, struct err *err)
{
	usec_t width = (c->axis.to - c->axis.from) / (c->bins - 1) + 1;
	struct rows r;

	ask_contacts(&r, rd, c, WORST "SELECT w.k,(x.started_us-?5)/?6 AS bin,x.stale,substr(q.text,1,instr(q.text,'.')-1) AS layer,min(x.started_us) " CONTACTS
	    "AND (x.stale NOT NULL OR q.text<>'connection.opened-before') GROUP BY 1,2,3,4 ORDER BY w.k,bin,ifnull(x.stale,0),count(*),layer");
	rows_bind_int(&r, 5, c->axis.from);
	rows_bind_int(&r, 6, width);
	while (rows_next(&r)) {
		int64_t k = rows_int(&r, 0, 0), bin = rows_int(&r, 1, -1);
		int kind = rows_int(&r, 2, 0) == 0 ? KIND_DRAINING : kind_of(rows_text(&r, 3));

		if (k < 1 || k > CLIENTS || bin < 0 || bin >= c->bins)
			continue;
		c->mark[k - 1][bin].kind = (uint8_t)kind;
		c->mark[k - 1][bin].x = (uint16_t)svg_x(&c->axis, svg_time(&r, 4));
	}
	return rows_close(&r, err);
}

static void
put_marks(struct clients *c, struct svg *s)
{
	for (int k = KIND_DRAINING; k < KINDS; k++) {
		svg_path(s, kinds[k].class);
		for (int i = 0; i < c->shown; i++)
			for (int b = 0; b < c->bins; b++) {
				if (c->mark[i][b].kind != k)
					continue;
				c->used[k] = true;
				svg_mark(s, kinds[k].shape, c->mark[i][b].x, c->top + i * ROW + ROW / 2);
			}
		svg_path_end(s);
	}
}

/* Connections from before the change that go on. */
static int
put_held(struct reader *rd, struct clients *c, struct svg *s, struct err *err)
{
	struct rows r;

	ask_contacts(&r, rd, c, WORST "SELECT w.k,x.started_us,x.ended_us " CONTACTS "AND x.stale IS NULL AND q.text='connection.opened-before' "
	    "ORDER BY w.k,x.started_us,x.id LIMIT ?5");
	rows_bind_int(&r, 5, HELD);
	svg_path(s, kinds[KIND_CONN].class);
	while (rows_next(&r)) {
		usec_t end = svg_time(&r, 2);
		int y = c->top + (int)(rows_int(&r, 0, 1) - 1) * ROW + ROW / 2, x = svg_x(&c->axis, svg_time(&r, 1));
		int to = end != TM_NONE ? svg_x(&c->axis, end) : c->axis.right;

		c->used[KIND_CONN] = true;
		svg_put(s, "M%d %dH%dv4H%dz", x, y - 2, to > x + 2 ? to : x + 2, x);
	}
	svg_path_end(s);
	return rows_close(&r, err);
}

/* A sign's word; begins a new line where there is no room for both. */
static void
put_word(struct svg *s, struct svg_place *at, int sign, const char *word)
{
	svg_text(s, (struct svg_place){ at->x + sign, at->y, SVG_START }, "m", word, 20);
	at->x += sign + 11 + svg_wide(word, 20);
}

static void
make_room(const struct svg *s, struct svg_place *at, int sign, const char *word)
{
	if (at->x > 0 && at->x + sign + svg_wide(word, 20) > svg_sheet[s->form].width)
		*at = (struct svg_place){ 0, at->y + 15, SVG_START };
}

/* Which mark is what.  Gives the last line of it. */
static int
put_key(const struct clients *c, struct svg *s, int y)
{
	struct svg_place at = { 0, y, SVG_START };
	bool named = false;

	if (c->changes > 1) {
		svg_put(s, "<path class=\"T\" d=\"M4 %dv12\"/>", y - 10);
		put_word(s, &at, 12, "retired");
	}
	for (int k = KIND_DRAINING; k < KINDS; k++) {
		int sign = k == KIND_CONN ? 19 : 15;

		if (!c->used[k])
			continue;
		if (k > KIND_CONN && !named) {
			make_room(s, &at, 0, "stale by:");
			put_word(s, &at, 0, "stale by:");
			at.x -= 4;
			named = true;
		}
		make_room(s, &at, sign, kinds[k].name);
		svg_path(s, kinds[k].class);
		if (k == KIND_CONN)
			svg_put(s, "M%d %dh14v4h-14z", at.x, at.y - 6);
		else
			svg_mark(s, kinds[k].shape, at.x + 6, at.y - 4);
		svg_path_end(s);
		put_word(s, &at, sign, kinds[k].name);
	}
	return at.y;
}

/* When it was retired: one line where it is one moment for all, else a piece in each row. */
static int
put_changes(struct reader *rd, const struct clients *c, struct svg *s, int bottom, struct err *err)
{
	int x = svg_x(&c->axis, c->T), n = 0;
	int64_t k = 0;
	const struct svg_place at[] = { { x - 4, c->top - 8, SVG_END }, { x + 4, c->top - 8, SVG_START },
		{ svg_sheet[s->form].width, c->top - 8, SVG_END } };
	char text[2 * TM_TEXT], moment[TM_TEXT];
	struct rows r;

	if (c->changes == 0)
		return 0;
	snprintf(text, sizeof(text), "%sretired %s", c->T < c->axis.from ? "\u25c2 " : "", svg_moment(&c->axis, c->T, moment));
	if (c->changes == 1)
		(void)svg_label(s, at, 3, NULL, text, 40);
	svg_path(s, "T");
	if (c->changes == 1 && c->T >= c->axis.from)
		svg_put(s, "M%d %dV%d", x, c->top - 18, bottom);
	ask(&r, rd, c, WORST "SELECT DISTINCT w.k,l.deprecated_us " CHANGES "ORDER BY 1,2");
	while (c->changes > 1 && rows_next(&r)) {
		usec_t T = svg_time(&r, 1);

		n = rows_int(&r, 0, 0) == k ? n + 1 : 0;
		k = rows_int(&r, 0, 0);
		if (n < MOMENTS && T >= c->axis.from && T <= c->axis.to)
			svg_put(s, "M%d %dv%d", svg_x(&c->axis, T), c->top + (int)(k - 1) * ROW, ROW);
	}
	svg_path_end(s);
	return rows_close(&r, err);
}

static void
describe(const struct clients *c, struct svg *s)
{
	struct buf more = { 0 };

	buf_fmt(&s->title, "Connections of %d client%s to retired addresses%s", c->shown, c->shown == 1 ? "" : "s", c->shown == 1 ? "" : ", the worst first");
	if (c->total > c->shown)
		buf_fmt(&more, "%lld more clients are left out here", (long long)(c->total - c->shown));
	if (c->total > c->shown)
		buf_fmt(&s->desc, "; %s", buf_cstr(&more));
	buf_str(&s->desc, ".");
	if (c->total > c->shown)
		svg_text(s, (struct svg_place){ c->form == SVG_SLIM ? 0 : c->axis.left, c->top + c->shown * ROW + 40, SVG_START }, "m", buf_cstr(&more), 60);
	buf_free(&more);
}

static int
draw(struct reader *rd, const struct report_opts *opts, enum svg_form form, struct out *o, struct err *err)
{
	struct clients c = { .form = form, .opts = opts, .T = TM_NONE };
	struct svg back = { .form = form }, front = { .form = form };
	int bottom, end, rc = find_axis(rd, &c, err);

	if (rc <= 0)
		return rc;
	c.top = (c.changes == 1 ? 20 : 6) + (form == SVG_WIDE ? 18 : 0);	/* the key is above it, or below */
	rc = put_names(rd, &c, &front, err);
	bottom = c.top + c.shown * ROW + 2;
	end = bottom + (c.total > c.shown ? 42 : 19);
	svg_axis_put(&back, &c.axis, c.top, bottom);
	if (rc == 0)
		rc = put_changes(rd, &c, &back, bottom, err);
	if (rc == 0)
		rc = load_marks(rd, &c, err);
	if (rc == 0)
		rc = put_held(rd, &c, &front, err);
	if (rc == 0) {
		put_marks(&c, &front);
		if (form == SVG_WIDE)
			put_key(&c, &front, 12);
		else
			end = put_key(&c, &front, end + 14) + 4;
		describe(&c, &front);
		svg_join(&back, &front);
		svg_end(&back, end, o);
	}
	svg_free(&front);
	svg_free(&back);
	return rc;
}

int
svg_clients(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	int rc = draw(rd, opts, SVG_WIDE, o, err);

	return rc < 0 ? rc : draw(rd, opts, SVG_SLIM, o, err);
}
