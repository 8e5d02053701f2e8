/* The forecast as a small drawing; what an earlier one said, and what came of it. */
#include <string.h>

#include "report/drain_int.h"
#include "report/report_int.h"

#define LABEL 8
#define WIDTH (OUT_WIDTH - 2 - LABEL - 1)
#define HEIGHT 6

static const struct forecast_point *
point_at(const struct forecast *f, usec_t t)
{
	size_t i = 0;

	while (i + 1 < f->n && f->point[i + 1].at <= t)
		i++;
	return &f->point[i];
}

static double
largest(const struct forecast *f)
{
	double most = 0;

	for (size_t i = 0; i < f->n; i++)
		most = f->point[i].high > most ? f->point[i].high : most;
	return most;
}

static void
put_row(struct out *o, const struct forecast *f, double most, int row)
{
	usec_t from = f->point[0].at, step = (f->point[f->n - 1].at - from) / (WIDTH - 1);
	double value = most * (row - 0.5) / HEIGHT;
	char line[WIDTH + 1];
	int n = WIDTH;

	for (int i = 0; i < WIDTH; i++) {
		const struct forecast_point *p = point_at(f, from + step * i);

		line[i] = p->low >= value ? '#' : p->expected >= value ? '+' : p->high >= value ? ':' : ' ';
	}
	while (n > 0 && line[n - 1] == ' ')
		n--;
	if (row == HEIGHT)
		out_fmt(o, "  %*.0f|%.*s\n", LABEL, most, n, line);
	else
		out_fmt(o, "  %*s|%.*s\n", LABEL, "", n, line);
}

static void
put_times(struct out *o, const struct forecast *f)
{
	char text[TM_TEXT];

	out_fmt(o, "  %*s+", LABEL, "0");
	for (int i = 0; i < WIDTH; i++)
		out_str(o, "-");
	out_fmt(o, "\n  %*s%.19s", LABEL + 1, "", tm_human(f->point[0].at, text));
	out_fmt(o, "%*.19s\n", WIDTH - 19, tm_human(f->point[f->n - 1].at, text));
}

void
drain_curve(struct out *o, const struct forecast *f)
{
	double most = largest(f);

	if (f->n == 0 || f->left == f->stays)
		return;			/* nothing is going to change */
	out_str(o, "\n");
	for (int row = HEIGHT; row > 0; row--)
		put_row(o, f, most, row);
	put_times(o, f);
	out_fmt(o, "  %*s", LABEL + 1, "");
	if (f->measured > 0)
		out_fmt(o, "# surely left, + expected, : perhaps; tail as of %lld that ended\n", (long long)f->measured);
	else
		out_str(o, "# surely left, + expected, : perhaps; nobody's end was seen yet\n");
}

/* ---- how an earlier one did ---- */

static void
put_number(struct buf *b, double v)
{
	buf_fmt(b, v < 9.95 && v - (double)(long long)v > 0.05 ? "%.1f" : "%.0f", v);
}

void
drain_scored(const struct forecast_score *s, struct buf *b)
{
	bool inside = (double)s->left >= s->said.low - 0.5 && (double)s->left <= s->said.high + 0.5;
	char text[TM_TEXT];

	buf_fmt(b, "Forecast of %.19s: ", tm_human(s->made, text));
	put_number(b, s->said.expected);
	buf_str(b, " (");
	put_number(b, s->said.low);
	buf_str(b, " to ");
	put_number(b, s->said.high);
	buf_fmt(b, ") were expected to be left now; %lld %s%s", (long long)s->left, s->left == 1 ? "is" : "are", inside ? "" : ": it was wrong");
}

struct scored { struct reader *rd; struct out *o; bool begun; };

static int
score_line(void *ctx, struct drain_of *d, struct err *err)
{
	struct scored *s = ctx;
	struct forecast_score score;
	struct buf b = { 0 };
	int rc = forecast_score_of(s->rd, d, &score, err);

	if (rc < 0 || score.made == TM_NONE)
		return rc;
	out_str(s->o, s->begun ? "  " : "\nForecasts\n  ");
	s->begun = true;
	if (d->listed != NULL)
		out_term(s->o, d->listed);
	if (d->name != NULL) {
		out_str(s->o, d->listed != NULL ? " " : "");
		out_term(s->o, d->name);
	}
	out_str(s->o, "\n    ");
	drain_scored(&score, &b);
	out_wrap(s->o, 4, 4, buf_cstr(&b));
	buf_free(&b);
	return 0;
}

int
score_any(struct reader *rd, bool *any, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT 1 FROM forecast LIMIT 1");
	*any = rows_next(&r);
	return rows_close(&r, err);
}

int
score_lines(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	struct scored s = { .rd = rd, .o = o };
	bool any;
	int rc = score_any(rd, &any, err);

	return rc == 0 && any ? drain_each(rd, opts, score_line, &s, err) : rc;
}
