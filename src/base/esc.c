#include "base/esc.h"

#include <string.h>

/* The length of the UTF-8 character at p (RFC 3629: shortest form, no surrogates), and its code point; 0 if there is none. */
static size_t
utf8(const uint8_t *p, size_t n, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf8 ? 4 : 0;
	uint32_t v = p[0];

	if (len == 0 || len > n)
		return 0;
	if (len > 1)
		v &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (p[i] & 0x3f);
	}
	if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 0;
	*point = v;
	return len;
}

static bool
unsafe(uint32_t point)
{
	static const struct { uint32_t first, last; } ranges[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f },		/* C0, DEL, C1 */
		{ 0xad, 0xad }, { 0x61c, 0x61c },	/* soft hyphen, Arabic letter mark */
		{ 0x180e, 0x180e },			/* Mongolian vowel separator */
		{ 0x200b, 0x200f },			/* no width; left-to-right and right-to-left marks */
		{ 0x2028, 0x202e },			/* line separators, embeddings and overrides */
		{ 0x2060, 0x206f },			/* no width; isolates */
		{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb },	/* byte order mark, interlinear annotation */
		{ 0xe0000, 0xe007f },			/* tags */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (point >= ranges[i].first && point <= ranges[i].last)
			return true;
	return false;
}

/* How many bytes from p on are printable ASCII and none of `special`. */
static size_t
plain(const uint8_t *p, size_t n, const char *special)
{
	size_t i = 0;

	while (i < n && p[i] >= 0x20 && p[i] < 0x7f && strchr(special, p[i]) == NULL)
		i++;
	return i;
}

/* One character as it may be shown: itself, or \xNN for each byte.  out has 16 bytes; *used gets how many of n it took. */
static size_t
shown(const uint8_t *p, size_t n, char *out, size_t *used)
{
	uint32_t point;
	size_t len = utf8(p, n, &point);

	*used = len > 0 ? len : 1;
	if (len > 0 && !unsafe(point)) {
		memcpy(out, p, len);
		return len;
	}
	for (size_t i = 0; i < *used; i++) {
		out[4 * i] = '\\';
		out[4 * i + 1] = 'x';
		out[4 * i + 2] = "0123456789abcdef"[p[i] >> 4];
		out[4 * i + 3] = "0123456789abcdef"[p[i] & 15];
	}
	return 4 * *used;
}

static size_t
put_shown(struct buf *out, const uint8_t *p, size_t n)
{
	char text[16];
	size_t used, len = shown(p, n, text, &used);

	buf_put(out, text, len);
	return used;
}

void
esc_term(struct buf *out, const void *text, size_t n)
{
	const uint8_t *p = text, *end = p + n;

	while (p < end) {
		size_t run = plain(p, (size_t)(end - p), "");

		buf_put(out, p, run);
		p += run;
		if (p < end)
			p += put_shown(out, p, (size_t)(end - p));
	}
}

void
esc_html(struct buf *out, const void *text, size_t n)
{
	const uint8_t *p = text, *end = p + n;

	while (p < end) {
		size_t run = plain(p, (size_t)(end - p), "&<>\"'");

		buf_put(out, p, run);
		p += run;
		if (p == end)
			break;
		switch (*p) {
		case '&': buf_str(out, "&amp;"); p++; break;
		case '<': buf_str(out, "&lt;"); p++; break;
		case '>': buf_str(out, "&gt;"); p++; break;
		case '"': buf_str(out, "&quot;"); p++; break;
		case '\'': buf_str(out, "&#39;"); p++; break;
		default: p += put_shown(out, p, (size_t)(end - p));
		}
	}
}

bool
esc_csv_runs(const void *text, size_t n)
{
	static const char wide[][4] = { "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0" };	/* = + - @ */
	const uint8_t *p = text;

	if (n == 0)
		return false;
	if (*p != 0 && strchr("=+-@\t\r\n'", *p) != NULL)
		return true;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (n >= 3 && memcmp(p, wide[i], 3) == 0)
			return true;
	return false;
}

static bool
wants_quotes(const uint8_t *p, size_t n)
{
	if (n > 0 && (p[0] == ' ' || p[n - 1] == ' ' || p[n - 1] == '\t'))
		return true;
	for (size_t i = 0; i < n; i++)
		if (p[i] == ',' || p[i] == '"' || p[i] == '\r' || p[i] == '\n')
			return true;
	return false;
}

void
esc_csv(struct buf *out, const void *text, size_t n)
{
	const uint8_t *p = text, *end = p + n;
	bool quotes = wants_quotes(p, n);

	if (quotes)
		buf_u8(out, '"');
	if (esc_csv_runs(p, n))
		buf_u8(out, '\'');
	while (p < end) {
		if (*p == '"')
			buf_u8(out, '"');
		if (*p == '\t' || *p == '\r' || *p == '\n')
			buf_u8(out, *p++);
		else
			p += put_shown(out, p, (size_t)(end - p));
	}
	if (quotes)
		buf_u8(out, '"');
}

static void
json_escape(struct buf *out, uint32_t point)
{
	static const char named[][3] = { "\"\"", "\\\\", "\bb", "\ff", "\nn", "\rr", "\tt" };

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (point == (uint8_t)named[i][0]) {
			buf_fmt(out, "\\%c", named[i][1]);
			return;
		}
	if (point > 0xffff)	/* RFC 8259 7: as two surrogates */
		buf_fmt(out, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (point >> 10)), (unsigned)(0xdc00 + (point & 0x3ff)));
	else
		buf_fmt(out, "\\u%04x", (unsigned)point);
}

void
esc_json(struct buf *out, const void *text, size_t n)
{
	const uint8_t *p = text, *end = p + n;

	while (p < end) {
		size_t len = plain(p, (size_t)(end - p), "\"\\");
		uint32_t point = 0;

		buf_put(out, p, len);
		p += len;
		if (p == end)
			break;
		len = utf8(p, (size_t)(end - p), &point);
		if (len == 0)
			json_escape(out, *p);
		else if (len == 1 || unsafe(point))
			json_escape(out, point);
		else
			buf_put(out, p, len);
		p += len > 0 ? len : 1;
	}
}

char *
esc_short(const char *text, char *buf)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t n = strlen(text), at = 0, whole = 0;	/* whole: the end of what leaves room for the dots */

	while (n > 0) {
		char one[16];
		size_t used, len = shown(p, n, one, &used);

		if (at + len >= ESC_SHORT) {
			memcpy(buf + whole, "...", 4);
			return buf;
		}
		memcpy(buf + at, one, len);
		at += len;
		if (at + 4 <= ESC_SHORT)
			whole = at;
		p += used;
		n -= used;
	}
	buf[at] = '\0';
	return buf;
}
