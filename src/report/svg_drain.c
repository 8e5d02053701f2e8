/* How a retired address drains: who was still on it, step by step, until now; then what is to be expected. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/drain_int.h"
#include "report/svg_int.h"

#define TOP 40
#define CLIENT 40		/* so high is a client where there are few */
#define HIGHEST 128

/* Right of a wide one the curves say what they are; in a slim one they do above their ends. */
static const struct { int left, right; } sheets[SVG_FORMS] = { [SVG_WIDE] = { 128, 560 }, [SVG_SLIM] = { 122, 344 } };

struct curve {
	enum svg_form form;
	const struct drain_of *d;
	struct forecast f;
	struct svg_axis axis;
	int64_t all, left, most;	/* clients at the change; now; what the scale holds */
	int bottom;
	usec_t *end;			/* of each that is not left, the first first */
	size_t n;
};

static usec_t
sane(usec_t t)
{
	return t >= SVG_FIRST && t <= SVG_LAST ? t : TM_NONE;
}

static usec_t
later(usec_t a, usec_t b)
{
	return a > b ? a : b;
}

/* When a client was done with it: its last contact, or later when its answer had run out or was replaced. */
static usec_t
end_of(const struct drain_client *c, usec_t now)
{
	usec_t told = sane(c->expires), other = sane(c->other), end;

	if (told != TM_NONE && other != TM_NONE && other < told)
		told = other;
	end = later(sane(c->last), told);
	return end < now ? end : now;
}

static int
by_time(const void *a, const void *b)
{
	usec_t x = *(const usec_t *)a, y = *(const usec_t *)b;

	return x < y ? -1 : x > y;
}

/* Those that were on it when it was retired, or came later. */
static int
load(struct curve *c, struct err *err)
{
	const struct drain_of *d = c->d;
	usec_t T = sane(d->T), now = d->now;

	c->end = calloc(d->n + 1, sizeof(*c->end));
	if (c->end == NULL)
		return err_set(err, ST_ENOMEM, "out of memory for the drawing");
	for (size_t i = 0; i < d->n; i++) {
		usec_t end = d->client[i].end >= DRAIN_ENDS ? TM_NONE : end_of(&d->client[i], now);

		if (d->client[i].end >= DRAIN_ENDS)
			c->left++;
		else if (end != TM_NONE && (T == TM_NONE || end > T))
			c->end[c->n++] = end;
	}
	if (c->n > 0)
		qsort(c->end, c->n, sizeof(*c->end), by_time);
	c->all = c->left + (int64_t)c->n;
	return 0;
}

static bool
same(const struct forecast_point *a, const struct forecast_point *b)
{
	return b->low - a->low > -.25 && a->expected - b->expected < .25 && a->high - b->high < .25;
}

/* The forecast as far as it says something, and leaves room for what was measured. */
static void
cut_forecast(struct curve *c, usec_t first)
{
	struct forecast *f = &c->f;
	usec_t now = c->d->now, past = now - first > TM_SEC ? now - first : TM_SEC, most = now + past / 5;
	size_t flat = f->n;

	while (flat > 1 && same(&f->point[flat - 2], &f->point[f->n - 1]))
		flat--;
	if (flat > 1 && f->point[flat - 1].at > most)	/* it falls until then */
		most = f->point[flat - 1].at < now + past ? f->point[flat - 1].at : now + past;
	for (size_t i = 1; i < f->n; i++) {
		const struct forecast_point *a = &f->point[i - 1];
		struct forecast_point *b = &f->point[i];
		double part;

		if (b->at <= most || b->at <= a->at)
			continue;
		part = (double)(most - a->at) / (double)(b->at - a->at);
		b->low = a->low + (b->low - a->low) * part;
		b->expected = a->expected + (b->expected - a->expected) * part;
		b->high = a->high + (b->high - a->high) * part;
		b->at = most;
		f->n = i + 1;
	}
}

static void
find_axis(struct curve *c)
{
	const struct drain_of *d = c->d;
	usec_t first = c->n > 0 ? c->end[0] : TM_NONE, T = sane(d->T), legit = sane(d->legit), span;

	c->axis = svg_axis(sheets[c->form].left, sheets[c->form].right);
	svg_axis_add(&c->axis, d->now);
	svg_axis_add(&c->axis, first);
	svg_axis_add(&c->axis, T);
	cut_forecast(c, c->axis.from);
	if (c->left > 0 && c->f.n > 1)
		svg_axis_add(&c->axis, sane(c->f.point[c->f.n - 1].at));
	svg_axis_fit(&c->axis, 10 * TM_SEC);
	span = c->axis.to - c->axis.from;
	if (legit != TM_NONE && legit < c->axis.to + span)
		svg_axis_add(&c->axis, legit);
	svg_axis_fit(&c->axis, (c->axis.to - c->axis.from) / 50 * 51);
}

static int
height(const struct curve *c, double clients)
{
	return svg_y((int64_t)(clients * 100 + 0.5), c->most * 100, TOP, c->bottom);
}

/* The measured part: a step for each that ended, at most one a column. */
static void
put_measured(const struct curve *c, struct svg *s)
{
	usec_t T = sane(c->d->T);
	int x = T != TM_NONE && T > c->axis.from ? svg_x(&c->axis, T) : c->axis.left, now = svg_x(&c->axis, c->d->now);

	int from = height(c, (double)c->all), to;

	svg_put(s, "<path class=\"k\" d=\"M%d %d", x, from);
	for (size_t i = 0; i < c->n; i++) {
		int at = svg_x(&c->axis, c->end[i]);

		if (i + 1 < c->n && svg_x(&c->axis, c->end[i + 1]) == at)
			continue;
		to = height(c, (double)(c->all - (int64_t)i - 1));
		svg_put(s, "H%dV%d", at, to);
		svg_take(s, (struct svg_box){ x, from - 2, at - x, 4 });
		svg_take(s, (struct svg_box){ at - 2, from, 4, to - from });
		x = at;
		from = to;
	}
	svg_put(s, "H%d\"/>", now);
	svg_take(s, (struct svg_box){ x, from - 2, now - x, 4 });
}

/* What is to be expected, and the band it will lie in. */
static void
put_forecast(const struct curve *c, struct svg *s)
{
	const struct forecast *f = &c->f;

	if (f->n < 2 || c->left == 0)
		return;
	svg_path(s, "y");
	for (size_t i = 0; i < f->n; i++)
		svg_put(s, "%c%d %d", i == 0 ? 'M' : 'L', svg_x(&c->axis, f->point[i].at), height(c, f->point[i].high));
	for (size_t i = f->n; i-- > 0; )
		svg_put(s, "L%d %d", svg_x(&c->axis, f->point[i].at), height(c, f->point[i].low));
	buf_str(&s->body, "z\"/>");
	svg_path(s, "p");
	for (size_t i = 0; i < f->n; i++)
		svg_put(s, "%c%d %d", i == 0 ? 'M' : 'L', svg_x(&c->axis, f->point[i].at), height(c, f->point[i].expected));
	svg_path_end(s);
}

/* A word for each curve, right of it: as near to its end as there is room. */
static void
put_word(struct svg *s, int right, int y, const char *class, const char *text)
{
	struct svg_place at[9];

	for (int i = 0; i < 9; i++)
		at[i] = s->form == SVG_SLIM ? (struct svg_place){ right, i < 4 ? y - 6 - i * 13 : y + 15 + (i - 4) * 13, SVG_END } :
		    (struct svg_place){ right + 10, y + 4 + (i % 2 ? -1 : 1) * (i + 1) / 2 * 13, SVG_START };
	(void)svg_label(s, at, 9, class, text, 20);
}

/* How many are left now, at the curve; then the curves beyond it. */
static void
put_words(const struct curve *c, struct svg *s)
{
	const struct forecast_point *last = c->f.n > 0 ? &c->f.point[c->f.n - 1] : NULL;
	char text[80], moment[TM_TEXT];
	int x = svg_x(&c->axis, c->d->now), y = height(c, (double)c->left);
	int64_t never = c->d->count[DRAIN_NEVER];

	if (never > 0) {
		svg_put(s, "<path class=\"q\" d=\"M%d %dH%d\"/>", c->axis.left, height(c, (double)never), c->axis.right);
		snprintf(text, sizeof(text), "%lld not by %s", (long long)never, never == 1 ? "itself" : "themselves");
		put_word(s, c->axis.right, height(c, (double)never), NULL, text);
	}
	if (last != NULL && c->left != never) {
		snprintf(text, sizeof(text), "%.0f expected", last->expected);
		put_word(s, c->axis.right, height(c, last->expected), NULL, text);
		snprintf(text, sizeof(text), "%.0f to %.0f possible", last->low, last->high);
		if (last->high - last->low >= .5)
			put_word(s, c->axis.right, height(c, last->high), "m", text);
	}
	snprintf(text, sizeof(text), "%lld left, %s", (long long)c->left, svg_moment(&c->axis, c->d->now, moment));
	for (int up = 0; up < 100; up += 13) {		/* above it, or below */
		const struct svg_place at[] = { { x + 5, y - up - 7, SVG_START }, { x - 5, y - up - 7, SVG_END }, { x - 5, y + up + 15, SVG_END } };

		if (svg_label(s, at, y + up + 20 < c->bottom ? 3 : 2, NULL, text, 40))
			break;
	}
}

/* A moment with its line and its name above. */
static void
put_moment(const struct curve *c, struct svg *s, usec_t t, const char *class, const char *what, bool before)
{
	char moment[TM_TEXT], text[2 * TM_TEXT];
	int x = svg_x(&c->axis, t);

	if (t == TM_NONE)
		return;
	snprintf(text, sizeof(text), "%s%s %s", t < c->axis.from ? "\u25c2 " : "", what, svg_moment(&c->axis, t, moment));
	if (t >= c->axis.from && t <= c->axis.to)
		svg_put(s, "<path class=\"%s\" d=\"M%d 2V%d\"/>", class, x, c->bottom);
	for (int y = 12; y <= 27; y += 15) {
		const struct svg_place left = { x - 4, y, SVG_END }, right = { x + 4, y, SVG_START };

		if (svg_label(s, before ? &left : &right, 1, NULL, text, 40) || svg_label(s, before ? &right : &left, 1, NULL, text, 40))
			return;
	}
	(void)svg_label(s, &(struct svg_place){ svg_sheet[s->form].width, 27, SVG_END }, 1, NULL, text, 40);
}

static void
describe(const struct curve *c, struct svg *s)
{
	const struct drain_of *d = c->d;
	char text[TM_TEXT];

	buf_fmt(&s->title, "How %s drains", d->listed != NULL ? d->listed : d->name != NULL ? d->name : "it");
	buf_fmt(&s->desc, "%lld client%s on it", (long long)c->all, c->all == 1 ? " was" : "s were");
	if (sane(d->T) != TM_NONE)
		buf_fmt(&s->desc, " when it was retired, %.19s", tm_human(d->T, text));
	buf_fmt(&s->desc, "; %lld %s left at %.19s, %lld not ending by %s.", (long long)c->left, c->left == 1 ? "is" : "are", tm_human(d->now, text),
	    (long long)d->count[DRAIN_NEVER], d->count[DRAIN_NEVER] == 1 ? "itself" : "themselves");
	if (c->left > 0 && c->f.n > 0)
		buf_fmt(&s->desc, " To be expected at %.19s: %.0f, between %.0f and %.0f.", tm_human(c->f.point[c->f.n - 1].at, text),
		    c->f.point[c->f.n - 1].expected, c->f.point[c->f.n - 1].low, c->f.point[c->f.n - 1].high);
}

/* What the scale must hold: also more clients than were ever seen, where the forecast cannot exclude them. */
static int64_t
largest(const struct curve *c)
{
	double most = (double)c->all;

	for (size_t i = 0; i < c->f.n; i++)
		most = c->f.point[i].high > most ? c->f.point[i].high : most;
	return (int64_t)(most + .99);
}

static void
draw(struct curve *c, struct out *o)
{
	struct svg s = { .form = c->form };

	find_axis(c);
	svg_text(&s, (struct svg_place){ 0, 44, SVG_START }, "m", "clients", 12);
	c->most = largest(c);
	c->bottom = TOP + (int)(c->most < HIGHEST / CLIENT ? c->most * CLIENT : HIGHEST);
	svg_axis_put(&s, &c->axis, TOP, c->bottom);
	c->most = svg_scale_put(&s, c->most, c->axis.left, c->axis.right, TOP, c->bottom);
	put_moment(c, &s, sane(c->d->T), "T", "retired", true);
	put_moment(c, &s, sane(c->d->legit), "L", "legit until", false);
	svg_put(&s, "<path class=\"x\" d=\"M%d %dV%d\"/>", svg_x(&c->axis, c->d->now), TOP, c->bottom);
	put_forecast(c, &s);
	put_measured(c, &s);
	put_words(c, &s);
	describe(c, &s);
	svg_end(&s, c->bottom + 19, o);
}

int
svg_drain(struct reader *rd, const struct drain_of *d, struct out *o, struct err *err)
{
	struct curve c = { .d = d };
	int rc;

	if (sane(d->now) == TM_NONE)
		return 0;
	rc = load(&c, err);
	for (c.form = SVG_WIDE; rc == 0 && c.form < SVG_FORMS; c.form++) {
		if (c.left > 0)
			rc = forecast_of(rd, d, &c.f, err);	/* anew: it is cut to the axis */
		if (rc == 0 && c.all > 0)
			draw(&c, o);
	}
	free(c.end);
	return rc;
}
