#include "report/out.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/esc.h"

#define PIECE 65536
#define TERM_MAX 200

void
out_str(struct out *o, const char *s)
{
	buf_str(&o->buf, s);
}

void
out_fmt(struct out *o, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_str(&o->buf, text);
}

void
out_term(struct out *o, const char *s)
{
	size_t n;

	if (s == NULL) {
		out_str(o, "-");
		return;
	}
	n = strlen(s);
	esc_term(&o->buf, s, n < TERM_MAX ? n : TERM_MAX);
	if (n > TERM_MAX)
		out_str(o, "...");
}

void
out_color(struct out *o, enum out_color c)
{
	static const char *const codes[] = { [OUT_PLAIN] = "0", [OUT_BOLD] = "1", [OUT_RED] = "31", [OUT_YELLOW] = "33",
		[OUT_GREEN] = "32", [OUT_DIM] = "2" };

	if (o->color)
		out_fmt(o, "\033[%sm", codes[c]);
}

void
out_time(struct out *o, usec_t t)
{
	char text[TM_TEXT];

	if (t == TM_NONE)
		out_str(o, "-");
	else
		out_fmt(o, "%.19s", tm_human(t, text));
}

/* How long the next word is; a moment is one. */
static size_t
word_length(const char *text)
{
	static const char moment[] = "0000-00-00 00:";
	size_t n = strcspn(text, " "), i = 0;

	while (i < sizeof(moment) - 1 && (moment[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == moment[i]))
		i++;
	return i == sizeof(moment) - 1 ? n + 1 + strcspn(text + n + 1, " ") : n;
}

void
out_wrap(struct out *o, int indent, int at, const char *text)
{
	int column = at;
	bool first = true;

	for (text += strspn(text, " "); *text != 0; text += strspn(text, " ")) {
		size_t n = word_length(text), start = o->buf.len;

		if (column > indent && column + !first + (int)n > OUT_WIDTH) {
			out_fmt(o, "\n%*s", indent, "");
			column = indent;
			start = o->buf.len;
		} else if (!first) {
			out_str(o, " ");
		}
		first = false;
		esc_term(&o->buf, text, n < TERM_MAX ? n : TERM_MAX);
		column += (int)(o->buf.len - start);
		text += n;
	}
	out_str(o, "\n");
}

static void
hand_on(struct out *o)
{
	if (o->failed.code == 0 && o->buf.failed)
		err_set(&o->failed, ST_ENOMEM, "out of memory for the report");
	if (o->write == NULL)
		return;
	if (o->failed.code == 0 && o->buf.len > 0)
		o->write(o->ctx, o->buf.p, o->buf.len, &o->failed);
	buf_clear(&o->buf);
}

void
out_more(struct out *o)
{
	if (o->buf.len >= PIECE || o->buf.failed)
		hand_on(o);
}

int
out_end(struct out *o, struct err *err)
{
	hand_on(o);
	*err = o->failed;
	return err->code;
}
