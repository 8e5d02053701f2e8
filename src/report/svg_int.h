/* report/svg_int.h - what the drawings are made of.
 *
 * Coordinates are whole units of the view box.  There is one size of type; how wide a text gets is estimated, on the wide side, and
 * remembered, so that texts that cannot be placed without touching another are left out instead.
 *
 *	struct svg s = { .form = SVG_WIDE };
 *
 *	buf_fmt(&s.title, ...); buf_fmt(&s.desc, ...);		as they are: escaped at the end
 *	svg_text(&s, ...); ...
 *	svg_end(&s, height, o);					writes it and frees
 *
 * What must lie below something else, and is known after it, is drawn into another one: svg_join(). */
#ifndef REPORT_SVG_INT_H
#define REPORT_SVG_INT_H

#include "base/tm.h"
#include "report/svg.h"

/* Each drawing is made twice, as a figure for a page and a slim one for a telephone: nobody scrolls sideways, type keeps its size.  The style
 * shows one of them. */
enum svg_form { SVG_WIDE, SVG_SLIM, SVG_FORMS };
struct svg_sheet { int width, left, right, room; };	/* the time is between left and right; so many characters fit left of it */
extern const struct svg_sheet svg_sheet[SVG_FORMS];
#define SVG_CHAR 72		/* tenths of a unit that a character takes: 0.6 of the size of type, 12 */
#define SVG_ABOVE 10		/* a text takes so much above its line */
#define SVG_BELOW 3
#define SVG_BOXES 256
#define SVG_TEXT 200		/* bytes of a text from the database that are kept */

/* Times between these, or not known. */
#define SVG_FIRST INT64_C(-30610224000000000)
#define SVG_LAST INT64_C(221845391999999999)
#define SVG_SANE " BETWEEN -30610224000000000 AND 221845391999999999 "
usec_t svg_time(struct rows *r, int column);
/* The period of the report, since and until: parameters n and n + 1; both are always times. */
void svg_bind_period(struct rows *r, int n, const struct report_opts *opts);
/* A text of the database, cut to fit; "" for NULL. */
void svg_copy(char to[SVG_TEXT], struct rows *r, int column);

struct svg_box { int x, y, w, h; };
struct svg {
	enum svg_form form;
	struct buf body, title, desc;
	struct svg_box box[SVG_BOXES];		/* taken; beyond that many nothing more is placed */
	unsigned n;
	size_t path;				/* where the one under way begins */
};
enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };
struct svg_place { int x, y; enum svg_anchor anchor; };

void svg_put(struct svg *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));	/* our own markup */
void svg_end(struct svg *s, int height, struct out *o);
void svg_join(struct svg *s, const struct svg *over);	/* draw that over it; its title and description too */
void svg_free(struct svg *s);				/* of one that does not end */

/* How wide it gets, at most `room` characters of it, the last an ellipsis if it is cut. */
int svg_wide(const char *text, int room);
/* On this line, whatever else is there.  class: NULL for none. */
void svg_text(struct svg *s, struct svg_place at, const char *class, const char *text, int room);
/* Of one that is too long the end is what tells it apart: "2001:db8…:53". */
void svg_tail(struct svg *s, struct svg_place at, const char *text, int room);
/* At the first of the places where it neither leaves the drawing nor touches what is taken.  False: nowhere. */
bool svg_label(struct svg *s, const struct svg_place *places, unsigned n, const char *class, const char *text, int room);
void svg_take(struct svg *s, struct svg_box b);
bool svg_is_free(const struct svg *s, struct svg_box b);

/* Marks of a class are one path; one without any is none. */
enum svg_shape { SVG_DOT, SVG_UP, SVG_SQUARE, SVG_DIAMOND, SVG_CROSS, SVG_BAR };
void svg_path(struct svg *s, const char *class);
void svg_mark(struct svg *s, enum svg_shape shape, int x, int y);	/* centred, about 8 units wide */
void svg_path_end(struct svg *s);

/* A time axis, between two columns. */
struct svg_axis { usec_t from, to; int left, right; };
struct svg_axis svg_axis(int left, int right);		/* of no time yet */
void svg_axis_add(struct svg_axis *a, usec_t t);	/* make it hold t; TM_NONE: nothing */
/* Make both ends times, from < to, at least `least` apart. */
void svg_axis_fit(struct svg_axis *a, usec_t least);
int svg_x(const struct svg_axis *a, usec_t t);		/* beyond an end: that end */
/* Faint lines from top to bottom, their times below; the date stands in front, once, or where it changes.  Takes 18 units. */
void svg_axis_put(struct svg *s, const struct svg_axis *a, int top, int bottom);
/* "05:23:14" where all of the axis is one day, else with the date before it; to the minute where the seconds do not matter. */
char *svg_moment(const struct svg_axis *a, usec_t t, char text[TM_TEXT]);
/* "45 s", "5 min", "1.5 h": for people. */
char *svg_span(usec_t span, char text[TM_TEXT]);
/* A scale of whole numbers, 0 at the bottom: faint lines, their numbers left of them.  Gives the number at the top, at least `most`. */
int64_t svg_scale_put(struct svg *s, int64_t most, int left, int right, int top, int bottom);
/* Where n lies on it. */
int svg_y(int64_t n, int64_t most, int top, int bottom);

#endif
