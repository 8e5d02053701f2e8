/* The trend: for each list entry, how many clients were open and draining when each day was over. */
#include <stdio.h>
#include <string.h>

#include "report/svg_int.h"

#define DAYS 62			/* at most, the last ones */
#define ENTRIES 12		/* the worst */
#define COLUMNS 3
#define BAR 44			/* the highest */
#define FIRST 44		/* where the bars of the first panel end, above */
#define ROW (FIRST + BAR + 34)

struct day { int64_t open, draining; usec_t at; };	/* at TM_NONE: nothing is known of that day */
struct trend {
	const struct report_opts *opts;
	int64_t from, to;		/* days; to - from < DAYS */
	int64_t most, entries;
	int n;				/* panels so far */
	int columns, width;
};
struct panel { int64_t listing; char address[SVG_TEXT], name[SVG_TEXT]; struct day day[DAYS]; };

#define WHICH_DAYS "(?1 IS NULL OR ?1 IN (l.listed,l.name)) AND l.active AND t.at_us>?2 AND t.at_us<=?3 AND t.day BETWEEN -300000 AND 2500000"

static void
bind(struct rows *r, const struct report_opts *opts)
{
	rows_bind(r, 1, opts->match);
	svg_bind_period(r, 2, opts);
}

/* 1, 0 where there are not two days to compare, or ST_*. */
static int
find_days(struct reader *rd, struct trend *t, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT min(t.day),max(t.day),max(ifnull(t.clients_open,0)+ifnull(t.clients_draining,0)),count(DISTINCT iif(t.clients_open+t.clients_draining>0,l.id,NULL)) FROM total t JOIN listing l ON l.id=t.listing_id WHERE "
	    WHICH_DAYS);
	bind(&r, t->opts);
	if (rows_next(&r)) {
		t->from = rows_int(&r, 0, 0);
		t->to = rows_int(&r, 1, 0);
		t->most = rows_int(&r, 2, 0);
		t->entries = rows_int(&r, 3, 0);
	}
	if (rows_close(&r, err) < 0)
		return err->code;
	if (t->to - t->from >= DAYS)
		t->from = t->to - DAYS + 1;
	t->columns = t->entries < COLUMNS ? (int)t->entries : COLUMNS;
	return t->to > t->from && t->most > 0 && t->most < INT64_MAX / 1000 && t->entries > 0;
}

static int
load(struct reader *rd, const struct trend *t, struct panel *p, struct err *err)
{
	struct rows r;

	for (int i = 0; i < DAYS; i++)
		p->day[i].at = TM_NONE;
	rows_open(&r, rd, "SELECT t.day,t.clients_open,t.clients_draining,t.at_us FROM total t JOIN listing l ON l.id=t.listing_id WHERE " WHICH_DAYS
	    " AND t.listing_id=?4 AND t.day BETWEEN ?5 AND ?6");
	bind(&r, t->opts);
	rows_bind_int(&r, 4, p->listing);
	rows_bind_int(&r, 5, t->from);
	rows_bind_int(&r, 6, t->to);
	while (rows_next(&r)) {
		struct day *d = &p->day[rows_int(&r, 0, t->from) - t->from];

		*d = (struct day){ rows_int(&r, 1, 0), rows_int(&r, 2, 0), svg_time(&r, 3) };
		d->open = d->open > 0 ? d->open : 0;
		d->draining = d->draining > 0 ? d->draining : 0;
	}
	return rows_close(&r, err);
}

/* Where the bar of day i begins. */
static int
column(const struct trend *t, int x, int i)
{
	return x + (int)((int64_t)t->width * i / (t->to - t->from + 1));
}

static int
high(const struct trend *t, int64_t n)
{
	return (int)((double)n / (double)t->most * BAR + .99);
}

static void
put_bars(const struct trend *t, const struct panel *p, struct svg *s, int x, int base, bool draining)
{
	svg_path(s, draining ? "D" : "s");
	for (int i = 0; i <= t->to - t->from; i++) {
		const struct day *d = &p->day[i];
		int from = column(t, x, i), wide = column(t, x, i + 1) - from - 2, below = draining ? high(t, d->open) : 0;
		int64_t n = draining ? d->draining : d->open;

		if (d->at != TM_NONE && n > 0)
			svg_put(s, "M%d %dv-%dh%dv%dz", from, base - below, high(t, n), wide > 1 ? wide : 1, high(t, n));
	}
	svg_path_end(s);
}

/* Days of which something is known. */
static void
put_base(const struct trend *t, const struct panel *p, struct svg *s, int x, int base)
{
	svg_path(s, "x");
	for (int i = 0; i <= t->to - t->from; i++) {
		int from = i;

		if (p->day[i].at == TM_NONE)
			continue;
		while (i < t->to - t->from && p->day[i + 1].at != TM_NONE)
			i++;
		svg_put(s, "M%d %dH%d", column(t, x, from), base, column(t, x, i + 1));
	}
	svg_path_end(s);
}

static void
put_date(struct svg *s, int64_t day, struct svg_place place)
{
	char text[TM_TEXT];

	tm_human(day * 86400 * TM_SEC, text);
	text[10] = '\0';
	(void)svg_label(s, &place, 1, "m", text, 10);
}

static void
put_panel(struct trend *t, const struct panel *p, struct svg *s)
{
	const int columns = t->columns > 0 ? t->columns : 1, pitch = (svg_sheet[s->form].width + 16) / columns;
	const int x = t->n % columns * pitch, y = t->n / columns * ROW, base = y + FIRST + BAR;
	const struct day *first = NULL, *last = NULL;
	char text[80];

	for (int i = 0; i <= t->to - t->from; i++)
		if (p->day[i].at != TM_NONE) {
			first = first != NULL ? first : &p->day[i];
			last = &p->day[i];
		}
	if (last == NULL)
		return;
	t->width = pitch - 24;
	if (t->n % columns == 0) {
		snprintf(text, sizeof(text), "%lld client%s", (long long)t->most, t->most == 1 ? "" : "s");
		svg_put(s, "<path class=\"g\" d=\"M0 %dH%d\"/>", base - BAR, svg_sheet[s->form].width);
		svg_text(s, (struct svg_place){ svg_sheet[s->form].width, base - BAR - 4, SVG_END }, "m", text, 20);
	}
	snprintf(text, sizeof(text), "%.60s", p->address[0] != '\0' ? p->address : p->name);
	svg_text(s, (struct svg_place){ x, y + 11, SVG_START }, NULL, text, t->width * 10 / SVG_CHAR);
	put_bars(t, p, s, x, base, false);
	put_bars(t, p, s, x, base, true);
	put_base(t, p, s, x, base);
	put_date(s, t->from, (struct svg_place){ x, base + 15, SVG_START });
	put_date(s, t->to, (struct svg_place){ x + t->width, base + 15, SVG_END });
	svg_put(s, "<path class=\"s\" d=\"M%d %dh8v8h-8z\"/><path class=\"D\" d=\"M%d %dh8v8h-8z\"/>", x, y + 18, x + 84, y + 18);
	snprintf(text, sizeof(text), "%lld open", (long long)last->open);
	svg_text(s, (struct svg_place){ x + 13, y + 26, SVG_START }, "m", text, 9);
	snprintf(text, sizeof(text), "%lld draining", (long long)last->draining);
	svg_text(s, (struct svg_place){ x + 97, y + 26, SVG_START }, "m", text, 14);
	buf_fmt(&s->desc, "%s: %lld open and %lld draining on the first day, %lld and %lld on the last. ", p->address[0] != '\0' ? p->address : p->name,
	    (long long)first->open, (long long)first->draining, (long long)last->open, (long long)last->draining);
	t->n++;
}

static int
put_panels(struct reader *rd, struct trend *t, struct svg *s, struct err *err)
{
	struct panel p;
	struct rows r;
	int rc = 0;

	rows_open(&r, rd, "SELECT l.id,l.listed,l.name FROM total t JOIN listing l ON l.id=t.listing_id WHERE " WHICH_DAYS " AND t.day BETWEEN ?4 AND ?5 "
	    "GROUP BY l.id HAVING sum(t.clients_open+t.clients_draining)>0 ORDER BY sum(iif(t.day=?5,t.clients_open,0)) DESC,sum(t.clients_open) DESC,"
	    "sum(t.clients_draining) DESC,l.listed,l.name,l.id LIMIT ?6");
	bind(&r, t->opts);
	rows_bind_int(&r, 4, t->from);
	rows_bind_int(&r, 5, t->to);
	rows_bind_int(&r, 6, ENTRIES);
	while (rc == 0 && t->n < ENTRIES && rows_next(&r)) {
		p.listing = rows_int(&r, 0, -1);
		svg_copy(p.address, &r, 1);
		svg_copy(p.name, &r, 2);
		rc = load(rd, t, &p, err);
		if (rc == 0)
			put_panel(t, &p, s);
	}
	return rows_close(&r, rc == 0 ? err : &(struct err){ 0 }) < 0 && rc == 0 ? err->code : rc;
}

static int
draw(struct reader *rd, const struct report_opts *opts, enum svg_form form, struct out *o, struct err *err)
{
	struct trend t = { .opts = opts };
	struct svg s = { .form = form };
	int height, rc = find_days(rd, &t, err);

	if (rc <= 0)
		return rc;
	if (form == SVG_SLIM)
		t.columns = 1;
	rc = put_panels(rd, &t, &s, err);
	if (rc == 0 && t.n > 0 && t.columns > 0) {
		height = (t.n + t.columns - 1) / t.columns * ROW;
		svg_text(&s, (struct svg_place){ 0, height + 11, SVG_START }, "m", t.entries <= t.n ? "Clients when each day was over (UTC)" : form == SVG_SLIM ?
		    "Clients at each day's end (UTC); the worst" : "Clients when each day was over (UTC); further entries are left out", 100);
		buf_str(&s.title, "Clients of each retired address, day by day");
		svg_end(&s, height + 18, o);
	}
	svg_free(&s);
	return rc;
}

int
svg_trend(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	int rc = draw(rd, opts, SVG_WIDE, o, err);

	return rc < 0 ? rc : draw(rd, opts, SVG_SLIM, o, err);
}
