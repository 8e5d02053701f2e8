#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/esc.h"
#include "report/svg_int.h"

const struct svg_sheet svg_sheet[SVG_FORMS] = { [SVG_WIDE] = { 720, 128, 708, 18 }, [SVG_SLIM] = { 352, 118, 344, 16 } };

const char svg_css[] =
    ".plot{margin:.5em 0 1em;overflow-x:auto;"		/* a shade where it goes on beyond the edge */
    "background:linear-gradient(90deg,var(--paper) 40%,transparent) 0/3em 100% no-repeat local,"
    "linear-gradient(270deg,var(--paper) 40%,transparent) 100%/3em 100% no-repeat local,"
    "linear-gradient(90deg,var(--line),transparent) 0/1em 100% no-repeat scroll,"
    "linear-gradient(270deg,var(--line),transparent) 100%/1em 100% no-repeat scroll,var(--paper)}"
    ".plot svg{display:block;width:100%;min-width:600px;max-width:900px;height:auto}"
    ".slim.plot{display:none}.slim.plot svg{min-width:0;max-width:30rem}"
    "@media screen and (max-width:43rem){.plot{display:none}.slim.plot{display:block}}"
    ".plot text{font-size:12px;fill:var(--ink);stroke:var(--paper);stroke-width:3px;stroke-linejoin:round;paint-order:stroke}"
    ".plot .m{fill:var(--muted)}"			/* of less weight */
    ".plot .i{stroke:none}"				/* text on a bar */
    ".plot .e{text-anchor:end}.plot .c{text-anchor:middle}"
    ".plot path{fill:none;stroke:var(--line)}"
    ".plot .g{stroke:var(--line)}"			/* grid */
    ".plot .x{stroke:var(--muted)}"			/* axis */
    ".plot .w{fill:var(--change);opacity:.1;stroke:none}"	/* from the change until it is no longer legitimate */
    ".plot .T{stroke:var(--change);stroke-width:2}"
    ".plot .L{stroke:var(--change);stroke-width:1.5;stroke-dasharray:5 3}"
    ".plot .a{fill:var(--answer);fill-opacity:.3;stroke:var(--answer)}"	/* an answer with the address */
    ".plot .n{fill:var(--paper);stroke:var(--answer);stroke-width:1.5}"	/* with another */
    ".plot .d{fill:var(--draining);stroke:var(--draining)}.plot .D{fill:var(--paper);stroke:var(--draining);stroke-width:1.5}"
    ".plot .s{fill:var(--stale);stroke:var(--stale)}.plot .S{fill:var(--paper);stroke:var(--stale);stroke-width:1.5}"
    ".plot .h{fill:var(--change);stroke:var(--change)}.plot .o{fill:var(--muted);stroke:var(--muted)}"
    ".plot .b{stroke:var(--stale);stroke-width:2}.plot .r{fill:var(--answer);stroke:var(--answer)}.plot .z{fill:var(--change);stroke:var(--change)}"
    ".plot .O{fill:var(--paper);stroke:var(--muted);stroke-width:1.5}"
    ".plot .v{fill:var(--muted);fill-opacity:.45}.plot .u{fill:var(--paper);stroke:var(--stale);stroke-dasharray:3 2}"	/* a sensor was there; was not */
    ".plot .k{stroke:var(--ink);stroke-width:2}"		/* a curve that was measured */
    ".plot .p{stroke:var(--accent);stroke-width:2;stroke-dasharray:6 3}.plot .y{fill:var(--accent);opacity:.18;stroke:none}"	/* foretold, and its band */
    ".plot .q{stroke:var(--stale);stroke-width:1.5;stroke-dasharray:1.5 3}"	/* who stays */
    ".plot .dl{stroke:var(--draining)}.plot .sl{stroke:var(--stale)}.plot .ol{stroke:var(--muted)}"	/* how long a connection lasted */
    "@media print{.plot{overflow:visible;background:none}.plot svg{min-width:0}}";

usec_t
svg_time(struct rows *r, int column)
{
	usec_t t = rows_time(r, column);

	return t >= SVG_FIRST && t <= SVG_LAST ? t : TM_NONE;
}

void
svg_bind_period(struct rows *r, int n, const struct report_opts *opts)
{
	rows_bind_int(r, n, opts->since >= SVG_FIRST && opts->since <= SVG_LAST ? opts->since : SVG_FIRST);
	rows_bind_int(r, n + 1, opts->until >= SVG_FIRST && opts->until <= SVG_LAST ? opts->until : SVG_LAST + 1);
}

void
svg_copy(char to[SVG_TEXT], struct rows *r, int column)
{
	const char *text = rows_text(r, column);

	snprintf(to, SVG_TEXT, "%s", text != NULL ? text : "");
}

void
svg_put(struct svg *s, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_str(&s->body, text);
}

void
svg_end(struct svg *s, int height, struct out *o)
{
	buf_fmt(&o->buf, "<figure class=\"plot%s><svg viewBox=\"0 0 %d %d\" role=\"img\"><title>", s->form == SVG_SLIM ? " slim\"" : "\" tabindex=\"0\"",
	    svg_sheet[s->form].width, height);
	esc_html(&o->buf, s->title.p, s->title.len);
	buf_str(&o->buf, "</title><desc>");
	esc_html(&o->buf, s->desc.p, s->desc.len);
	buf_str(&o->buf, "</desc>");
	buf_put(&o->buf, s->body.p, s->body.len);
	buf_str(&o->buf, "</svg></figure>\n");
	o->buf.failed |= s->body.failed || s->title.failed || s->desc.failed;
	svg_free(s);
}

void
svg_join(struct svg *s, const struct svg *over)
{
	buf_put(&s->body, over->body.p, over->body.len);
	buf_put(&s->title, over->title.p, over->title.len);
	buf_put(&s->desc, over->desc.p, over->desc.len);
	s->body.failed |= over->body.failed || over->title.failed || over->desc.failed;
}

void
svg_free(struct svg *s)
{
	buf_free(&s->body);
	buf_free(&s->title);
	buf_free(&s->desc);
}

/* How far a text as it is shown goes until it is `room` characters long; *chars gets how many.  A character of a script that may be
 * wider than ours counts as two. */
static size_t
cut(const char *shown, int room, int *chars)
{
	size_t i = 0;
	int n = 0;

	while (shown[i] != '\0') {
		uint8_t c = (uint8_t)shown[i];
		size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		int wide = len < 3 || (c == 0xe2 && (uint8_t)shown[i + 1] < 0xba) ? 1 : 2;	/* signs up to U+2E7F are narrow */

		if (n + wide > room)
			break;
		n += wide;
		i += len;
	}
	*chars = n;
	return i;
}

/* The text as it is shown, cut, and its width. */
static int
shown(struct buf *b, const char *text, int room)
{
	const char *whole;
	size_t n;
	int chars;

	esc_term(b, text, strnlen(text, SVG_TEXT));
	whole = buf_cstr(b);
	n = cut(whole, room, &chars);
	if (whole[n] != '\0') {
		b->len = cut(whole, room - 1, &chars);
		buf_str(b, "\u2026");
		chars++;
	}
	return (chars * SVG_CHAR + 9) / 10;
}

int
svg_wide(const char *text, int room)
{
	struct buf b = { 0 };
	int wide = shown(&b, text, room);

	buf_free(&b);
	return wide;
}

static struct svg_box
box_of(struct svg_place at, int wide)
{
	int x = at.anchor == SVG_START ? at.x : at.anchor == SVG_END ? at.x - wide : at.x - wide / 2;

	return (struct svg_box){ x, at.y - SVG_ABOVE, wide, SVG_ABOVE + SVG_BELOW };
}

void
svg_text(struct svg *s, struct svg_place at, const char *class, const char *text, int room)
{
	static const char *const anchors[] = { "", "c", "e" };
	struct buf b = { 0 };
	int wide = shown(&b, text, room);
	const char *anchor = anchors[at.anchor];

	svg_put(s, "<text x=\"%d\" y=\"%d\"", at.x, at.y);
	if (class != NULL || *anchor != '\0')
		svg_put(s, " class=\"%s%s%s\"", class != NULL ? class : "", class != NULL && *anchor != '\0' ? " " : "", anchor);
	buf_u8(&s->body, '>');
	esc_html(&s->body, b.p, b.len);
	buf_str(&s->body, "</text>");
	svg_take(s, box_of(at, wide));
	buf_free(&b);
}

void
svg_tail(struct svg *s, struct svg_place at, const char *text, int room)
{
	char cut_text[SVG_TEXT + 4];
	size_t n = strlen(text), head = 8, tail = (size_t)room - head - 1;

	for (size_t i = 0; i < n; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			n = 0;			/* no address: cut at its end */
	if (n <= (size_t)room)
		svg_text(s, at, NULL, text, room);
	else {
		snprintf(cut_text, sizeof(cut_text), "%.*s\u2026%s", (int)head, text, text + n - tail);
		svg_text(s, at, NULL, cut_text, room);
	}
}

bool
svg_label(struct svg *s, const struct svg_place *places, unsigned n, const char *class, const char *text, int room)
{
	int wide = svg_wide(text, room);

	for (unsigned i = 0; i < n; i++) {
		struct svg_box b = box_of(places[i], wide);

		if (b.x < 0 || b.y < 0 || b.x + b.w > svg_sheet[s->form].width || !svg_is_free(s, b))
			continue;
		svg_text(s, places[i], class, text, room);
		return true;
	}
	return false;
}

void
svg_take(struct svg *s, struct svg_box b)
{
	if (s->n < SVG_BOXES)
		s->box[s->n++] = b;
}

bool
svg_is_free(const struct svg *s, struct svg_box b)
{
	for (unsigned i = 0; i < s->n; i++) {
		const struct svg_box *t = &s->box[i];

		if (b.x < t->x + t->w && t->x < b.x + b.w && b.y < t->y + t->h && t->y < b.y + b.h)
			return false;
	}
	return s->n < SVG_BOXES;
}

void
svg_path(struct svg *s, const char *class)
{
	s->path = s->body.len;
	svg_put(s, "<path class=\"%s\" d=\"", class);
}

void
svg_mark(struct svg *s, enum svg_shape shape, int x, int y)
{
	static const struct { int dx, dy; const char *d; } shapes[] = {
		[SVG_DOT] = { 0, -4, "a4 4 0 1 0 .1 0z" },
		[SVG_UP] = { 0, -5, "l5 9h-10z" },
		[SVG_SQUARE] = { -3, -3, "h6v6h-6z" },
		[SVG_DIAMOND] = { 0, -5, "l5 5-5 5-5-5z" },
		[SVG_CROSS] = { -4, -4, "l8 8m0-8l-8 8" },
		[SVG_BAR] = { -1, -5, "h3v10h-3z" },
	};

	svg_put(s, "M%d %d%s", x + shapes[shape].dx, y + shapes[shape].dy, shapes[shape].d);
}

void
svg_path_end(struct svg *s)
{
	if (s->body.len > s->path && s->body.p[s->body.len - 1] == '"')
		s->body.len = s->path;
	else
		buf_str(&s->body, "\"/>");
}
