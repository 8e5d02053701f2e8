/* What the sensors saw: when each was there, what it lost, what it could not read. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/spans.h"
#include "report/svg_int.h"

#define SENSORS 12
#define GAP (60 * TM_SEC)	/* a hole of over a minute is a gap */
#define LABELS 5		/* gaps that say how long they are, the longest of each sensor */
#define HOUR (3600 * TM_SEC)
#define BINS 96
#define BAR 12			/* the highest bar of a bin */
#define ROW 30
#define LANE 20
#define MOMENTS 16		/* of retirement */

enum what { LOST, ONE_SIDED, ENCRYPTED, WHATS };
struct sensor {
	char name[SVG_TEXT];
	struct spans there;
	double n[WHATS][BINS], packets[BINS];	/* by bin */
};
struct coverage {
	enum svg_form form;
	struct svg_axis axis;
	usec_t bin;
	usec_t T[MOMENTS];
	unsigned changes;
	int64_t sensors;		/* that there are */
	int at;				/* the next lane begins there */
};

/* The period; without one from the first to the last that any saw.  Bins are of an hour at least, where that is not all of it. */
static int
find_axis(struct reader *rd, const struct report_opts *opts, struct coverage *c, struct err *err)
{
	struct rows r;

	c->axis = svg_axis(svg_sheet[c->form].left, svg_sheet[c->form].right);
	rows_open(&r, rd, "SELECT min(started_us),max(ended_us),count(DISTINCT sensor) FROM v_coverage WHERE started_us" SVG_SANE "AND ended_us" SVG_SANE);
	if (rows_next(&r)) {
		svg_axis_add(&c->axis, svg_time(&r, 0));
		svg_axis_add(&c->axis, svg_time(&r, 1));
		c->sensors = rows_int(&r, 2, 0);
	}
	if (rows_close(&r, err) < 0)
		return err->code;
	if (c->sensors == 0)
		return 0;
	if (opts->since >= SVG_FIRST && opts->since <= SVG_LAST)
		c->axis.from = opts->since;
	if (opts->until >= SVG_FIRST && opts->until <= SVG_LAST)
		c->axis.to = opts->until;
	svg_axis_fit(&c->axis, 10 * TM_SEC);
	c->bin = (c->axis.to - c->axis.from) / BINS + 1;
	if (c->bin < HOUR && c->axis.to - c->axis.from > 24 * HOUR)
		c->bin = HOUR;
	return 1;
}

static int
find_changes(struct reader *rd, struct coverage *c, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT DISTINCT deprecated_at_us FROM v_deprecated WHERE deprecated_at_us BETWEEN ?1 AND ?2 ORDER BY 1");
	rows_bind_int(&r, 1, c->axis.from);
	rows_bind_int(&r, 2, c->axis.to);
	while (c->changes < MOMENTS && rows_next(&r))
		c->T[c->changes++] = rows_time(&r, 0);
	return rows_close(&r, err);
}

/* Spread over the bins that it lies in. */
static void
add_row(const struct coverage *c, struct sensor *s, usec_t from, usec_t to, const double n[WHATS], double packets)
{
	usec_t start = from > c->axis.from ? from : c->axis.from, end = to < c->axis.to ? to : c->axis.to;

	assert(c->bin > 0);
	for (usec_t t = start; t <= end; ) {
		size_t b = (size_t)((t - c->axis.from) / c->bin);
		usec_t next = c->axis.from + (usec_t)(b + 1) * c->bin;
		double part = to > from ? (double)((next < end ? next : end) - t) / (double)(to - from) : 1;

		if (b >= BINS)
			break;
		for (int w = 0; w < WHATS; w++)
			s->n[w][b] += n[w] * part;
		s->packets[b] += packets * part;
		t = next;
	}
}

/* All of one sensor; its name is there already. */
static int
load(struct reader *rd, const struct coverage *c, struct sensor *s, struct err *err)
{
	struct rows r;

	s->there.join = GAP;
	rows_open(&r, rd, "SELECT started_us,ended_us,lost,dns_one_sided,dns_encrypted,packets FROM v_coverage WHERE sensor=?1 AND started_us"
	    SVG_SANE "AND ended_us" SVG_SANE);
	rows_bind(&r, 1, s->name);
	while (rows_next(&r)) {
		usec_t from = svg_time(&r, 0), to = svg_time(&r, 1);
		const double n[WHATS] = { (double)rows_int(&r, 2, 0), (double)rows_int(&r, 3, 0), (double)rows_int(&r, 4, 0) };

		if (to < from || to < c->axis.from || from > c->axis.to)
			continue;
		if (!spans_add(&s->there, from, to)) {
			rows_close(&r, &(struct err){ 0 });
			return err_set(err, ST_ENOMEM, "out of memory for the drawing");
		}
		add_row(c, s, from, to, n, (double)rows_int(&r, 5, 0));
	}
	return rows_close(&r, err);
}

/* The k-th hole in what it saw of the period, also at both ends; false: there are no more. */
static bool
hole(const struct coverage *c, const struct spans *v, size_t k, struct span *out)
{
	*out = (struct span){ k > 0 ? v->v[k - 1].to : c->axis.from, k < v->n ? v->v[k].from : c->axis.to };
	return k <= v->n;
}

/* Holes are never narrower than two units: they are what matters. */
static void
put_holes(const struct coverage *c, const struct spans *v, struct svg *s)
{
	struct span h;
	int end = -1;

	svg_path(s, "u");
	for (size_t k = 0; hole(c, v, k, &h); k++) {
		int from = svg_x(&c->axis, h.from), to = svg_x(&c->axis, h.to);

		if (h.to - h.from <= GAP || to <= end)
			continue;
		to = to > from + 2 ? to : from + 2;
		svg_put(s, "M%d %dH%dv10H%dz", from, c->at + 2, to, from);
		end = to;
	}
	svg_path_end(s);
}

/* Below the longest of them: how long. */
static void
label_holes(const struct coverage *c, const struct spans *v, struct svg *s)
{
	usec_t below = INT64_MAX;
	char text[TM_TEXT];

	for (int i = 0; i < LABELS; i++) {
		struct span best = { 0, 0 }, h;

		for (size_t k = 0; hole(c, v, k, &h); k++)
			if (h.to - h.from < below && h.to - h.from > best.to - best.from)
				best = h;
		if (best.to - best.from <= GAP)
			return;
		below = best.to - best.from;
		svg_span(below, text);
		(void)svg_label(s, &(struct svg_place){ (svg_x(&c->axis, best.from) + svg_x(&c->axis, best.to)) / 2, c->at + 25, SVG_MIDDLE }, 1, "m", text, 12);
	}
}

static double
share(const struct sensor *m, int what, int b)
{
	double all = m->packets[b] + m->n[what][b];

	return what != LOST ? m->n[what][b] : all > 0 ? m->n[what][b] / all : 0;
}

/* Of what was lost the share, of the rest how many. */
static void
put_lane(struct coverage *c, const struct sensor *m, int what, struct svg *s)
{
	static const char *const names[] = { "lost", "one-sided DNS", "encrypted DNS" };
	double most = 0, sum = 0;
	char text[TM_TEXT];

	for (int b = 0; b < BINS; b++) {
		most = share(m, what, b) > most ? share(m, what, b) : most;
		sum += m->n[what][b];
	}
	if (sum < .5)
		return;
	if (what == LOST)
		snprintf(text, sizeof(text), "lost, up to %.2g %%", most * 100);
	else if (sum < 9999.5)
		snprintf(text, sizeof(text), "%.0f %s", sum, names[what]);
	else
		snprintf(text, sizeof(text), "%.0f%s %s", sum / (sum < 999499 ? 1e3 : 1e6), sum < 999499 ? "k" : "M", names[what]);
	svg_text(s, (struct svg_place){ 0, c->at + 12, SVG_START }, "m", text, svg_sheet[s->form].room);
	svg_path(s, "o");
	for (int b = 0; b < BINS; b++) {
		int from = svg_x(&c->axis, c->axis.from + b * c->bin), to = svg_x(&c->axis, c->axis.from + (b + 1) * c->bin);
		int high = (int)(share(m, what, b) / most * BAR + .99);

		if (share(m, what, b) > 0 && to > from)
			svg_put(s, "M%d %dv-%dH%dv%dz", from, c->at + BAR + 2, high, to - from > 3 ? to - 1 : to, high);
	}
	svg_path_end(s);
	c->at += LANE;
}

static void
put_sensor(struct coverage *c, const struct sensor *m, struct svg *s)
{
	usec_t all = c->axis.to - c->axis.from, seen = spans_within(&m->there, c->axis.from, c->axis.to);
	double lost = 0;
	char text[TM_TEXT];

	svg_text(s, (struct svg_place){ 0, c->at + 11, SVG_START }, NULL, m->name, svg_sheet[s->form].room - 1);
	snprintf(text, sizeof(text), "there %.*f %%", seen < all && seen > all / 1000 * 995 ? 2 : 0, (double)seen / (double)all * 100);
	svg_text(s, (struct svg_place){ 0, c->at + 25, SVG_START }, "m", text, svg_sheet[s->form].room);
	svg_path(s, "v");
	for (size_t k = 0; k < m->there.n; k++) {
		int from = svg_x(&c->axis, m->there.v[k].from), to = svg_x(&c->axis, m->there.v[k].to);

		while (k + 1 < m->there.n && svg_x(&c->axis, m->there.v[k + 1].from) <= to + 2)	/* what is drawn over it shows the hole */
			to = svg_x(&c->axis, m->there.v[++k].to);
		svg_put(s, "M%d %dH%dv10H%dz", from, c->at + 2, to > from ? to : from + 1, from);
	}
	svg_path_end(s);
	put_holes(c, &m->there, s);
	label_holes(c, &m->there, s);
	c->at += ROW;
	for (int w = 0; w < WHATS; w++)
		put_lane(c, m, w, s);
	for (int b = 0; b < BINS; b++)
		lost += m->n[LOST][b];
	c->at += 6;
	buf_fmt(&s->desc, "%s: %s, %.0f packets lost. ", m->name, text, lost);
}

static int
put_sensors(struct reader *rd, struct coverage *c, struct svg *s, struct err *err)
{
	struct sensor *m = calloc(1, sizeof(*m));
	struct rows r;
	int rc = 0;

	if (m == NULL)
		return err_set(err, ST_ENOMEM, "out of memory for the drawing");
	rows_open(&r, rd, "SELECT DISTINCT sensor FROM v_coverage WHERE started_us" SVG_SANE "AND ended_us" SVG_SANE "ORDER BY sensor");
	for (int n = 0; rc == 0 && n < SENSORS && rows_next(&r); n++) {
		memset(m, 0, sizeof(*m));
		svg_copy(m->name, &r, 0);
		rc = load(rd, c, m, err);
		if (rc == 0)
			put_sensor(c, m, s);
		spans_free(&m->there);
	}
	free(m);
	return rows_close(&r, rc == 0 ? err : &(struct err){ 0 }) < 0 && rc == 0 ? err->code : rc;
}

static void
put_changes(const struct coverage *c, struct svg *s)
{
	char text[2 * TM_TEXT], moment[TM_TEXT];

	svg_path(s, "T");
	for (unsigned i = 0; i < c->changes; i++)
		svg_put(s, "M%d %dV%d", svg_x(&c->axis, c->T[i]), c->changes == 1 ? 2 : 20, c->at);
	if (c->changes > 1)
		svg_put(s, "M4 2v12");
	svg_path_end(s);
	if (c->changes > 1) {
		svg_text(s, (struct svg_place){ 12, 12, SVG_START }, "m", "retired", 20);
	} else if (c->changes == 1) {
		int x = svg_x(&c->axis, c->T[0]);
		const struct svg_place at[] = { { x - 4, 12, SVG_END }, { x + 4, 12, SVG_START }, { svg_sheet[s->form].width, 12, SVG_END } };

		snprintf(text, sizeof(text), "retired %s", svg_moment(&c->axis, c->T[0], moment));
		(void)svg_label(s, at, 3, NULL, text, 40);
	}
}

static int
draw(struct reader *rd, const struct report_opts *opts, enum svg_form form, struct out *o, struct err *err)
{
	struct svg back = { .form = form }, front = { .form = form };
	struct coverage c = { .form = form, .at = 4 };
	int top, rc = find_axis(rd, opts, &c, err);

	if (rc <= 0)
		return rc;
	rc = find_changes(rd, &c, err);
	top = c.at = c.changes > 0 ? 22 : 4;
	if (rc == 0)
		rc = put_sensors(rd, &c, &front, err);
	if (rc == 0) {
		buf_str(&front.title, "When each sensor was there, what it lost and could not read");
		svg_axis_put(&back, &c.axis, top, c.at);
		put_changes(&c, &back);
		svg_join(&back, &front);
		if (c.sensors > SENSORS)
			buf_fmt(&back.desc, "%lld more sensors are left out.", (long long)(c.sensors - SENSORS));
		svg_end(&back, c.at + 19, o);
	}
	svg_free(&front);
	svg_free(&back);
	return rc;
}

int
svg_coverage(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	int rc = draw(rd, opts, SVG_WIDE, o, err);

	return rc < 0 ? rc : draw(rd, opts, SVG_SLIM, o, err);
}
