/* The small pieces that all sections are made of. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/esc.h"
#include "report/html_int.h"

#define TEXT_MOST 4096		/* bytes shown of one text: a database may come from anywhere */

static void
put_text(struct out *o, const char *s)
{
	size_t n = s != NULL ? strlen(s) : 0;

	esc_html(&o->buf, s, n < TEXT_MOST ? n : TEXT_MOST);
	if (n > TEXT_MOST)
		out_str(o, "...");
}

void
html(struct out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	for (const char *p = fmt; *p != '\0'; ) {
		size_t n = strcspn(p, "%");

		buf_put(&o->buf, p, n);
		p += n;
		if (*p == '\0')
			break;
		if (p[1] == 's') {
			put_text(o, va_arg(ap, const char *));
			p += 2;
		} else if (p[1] == 'd') {
			out_fmt(o, "%d", va_arg(ap, int));
			p += 2;
		} else if (strncmp(p, "%lld", 4) == 0) {
			out_fmt(o, "%lld", va_arg(ap, long long));
			p += 4;
		} else {
			assert(p[1] == '%');
			out_str(o, "%");
			p += 2;
		}
	}
	va_end(ap);
}

void
html_time(struct out *o, usec_t t)
{
	char text[TM_TEXT];

	if (t == TM_NONE)
		out_str(o, "<span class=\"none\">–</span>");
	else
		out_fmt(o, "<time>%.19s</time>", tm_human(t, text));
}

void
html_say(struct out *o, const char *text)
{
	static const char moment[] = "0000-00-00 00:00:00";

	for (const char *p = text; *text != '\0'; text = p) {
		size_t n = 0;

		while (n < sizeof(moment) - 1 && (moment[n] == '0' ? p[n] >= '0' && p[n] <= '9' : p[n] == moment[n]))
			n++;
		if (n == sizeof(moment) - 1) {
			out_fmt(o, "<time>%.19s</time>", p);
			p += n;
			continue;
		}
		p += 1 + strcspn(p + 1, "0123456789");
		esc_html(&o->buf, text, (size_t)(p - text));
	}
}

static char *
number(int64_t n, char *buf, bool upper)
{
	static const char *const words[] = { "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
		"twelve" };
	char digits[HTML_NUMBER];
	size_t len, at = 0;

	if (n >= 0 && n < (int64_t)(sizeof(words) / sizeof(words[0]))) {
		snprintf(buf, HTML_NUMBER, "%s", words[n]);
		if (upper)
			buf[0] = (char)(buf[0] - 'a' + 'A');
		return buf;
	}
	len = (size_t)snprintf(digits, sizeof(digits), "%lld", (long long)n);
	for (size_t i = 0; i < len && at + 2 < HTML_NUMBER; i++) {
		buf[at++] = digits[i];
		if (digits[i] != '-' && i + 1 < len && (len - i) % 3 == 1)
			buf[at++] = ',';
	}
	buf[at] = '\0';
	return buf;
}

char *
html_one(int64_t n, char *buf)
{
	return number(n, buf, false);
}

char *
html_One(int64_t n, char *buf)
{
	return number(n, buf, true);
}

void
html_count(struct out *o, int64_t n, const char *noun)
{
	char text[HTML_NUMBER];
	size_t len = strlen(noun);

	if (n == 1)
		html(o, "one %s", noun);
	else if (len > 2 && strcmp(noun + len - 2, "ss") == 0)
		html(o, "%s %ses", html_one(n, text), noun);
	else
		html(o, "%s %ss", html_one(n, text), noun);
}

void
html_span(struct out *o, usec_t span)
{
	static const struct { usec_t length; const char *name; } units[] = {
		{ 86400 * TM_SEC, "d" }, { 3600 * TM_SEC, "h" }, { 60 * TM_SEC, "min" }, { TM_SEC, "s" },
	};
	int said = 0;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && said < 2; i++) {
		int64_t n = span / units[i].length;

		if (n == 0 && said == 0 && units[i].length > TM_SEC)
			continue;
		if (n > 0 || said == 0)
			out_fmt(o, "%s%lld %s", said > 0 ? " " : "", (long long)n, units[i].name);
		said++;
		span -= n * units[i].length;
	}
}

void
html_badge(struct out *o, const char *kind, const char *word)
{
	html(o, "<span class=\"badge %s\">%s</span>", kind, word);
}

bool
html_is(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

int
html_number(struct page *p, const char *sql, int64_t *out)
{
	struct rows r;

	*out = 0;
	rows_open(&r, p->rd, sql);
	bind_which(&r, p->opts);
	if (rows_next(&r))
		*out = rows_int(&r, 0, 0);
	return rows_close(&r, p->err);
}

/* In the order of enum cause. */
static const char *const cause_words[CAUSE_COUNT] = {
	[CAUSE_STILL_PUBLISHED] = "the zone still publishes it",
	[CAUSE_SERVERS_DISAGREE] = "a server of the zone was left behind",
	[CAUSE_OLD_DELEGATION] = "the resolver follows an old delegation",
	[CAUSE_PARTIAL_UPDATE] = "a record of the name was left behind",
	[CAUSE_RESOLVER_WITHIN_TTL] = "the resolver's answer covers it",
	[CAUSE_TTL_FLOOR] = "the resolver stretches TTLs",
	[CAUSE_SERVE_STALE] = "the resolver cannot reach the zone",
	[CAUSE_RESOLVER_OPTIMISTIC] = "the resolver answers first, asks later",
	[CAUSE_LOCAL_DATA] = "the resolver makes the answer itself",
	[CAUSE_RESOLVER_OVERRUN] = "the resolver hands it out too long",
	[CAUSE_CLIENT_WITHIN_TTL] = "the client's answer covers it",
	[CAUSE_STUB_OVERRUN] = "the client's own cache runs over",
	[CAUSE_CLIENT_OPTIMISTIC] = "the client connects while it asks",
	[CAUSE_APP_CACHE] = "an application keeps it",
	[CAUSE_OPENED_BEFORE] = "a connection from before the change",
	[CAUSE_HARD_CODED] = "it stands in a configuration",
	[CAUSE_REFERRAL] = "another application announces it",
	[CAUSE_ENCRYPTED_DNS] = "it came by encrypted DNS",
	[CAUSE_TRANSLATION] = "a translation on the way holds it",
	[CAUSE_SCAN] = "a scanner",
	[CAUSE_DNS_NOT_SEEN] = "the client's DNS is not seen",
	[CAUSE_BEFORE_CAPTURE] = "the data begins too late to tell",
	[CAUSE_AMBIGUOUS] = "several layers are possible",
};

const char *
html_cause(const char *cause)
{
	enum cause c = cause != NULL ? cause_find(cause) : CAUSE_COUNT;

	return c < CAUSE_COUNT ? cause_words[c] : "";
}

const char *
html_layer(const char *cause)
{
	static const char *const layers[][2] = {
		{ "authoritative.", "The zone" }, { "resolver.", "Resolvers" }, { "client.", "Clients and their applications" },
		{ "connection.", "Open connections" }, { "bypass.", "Past the DNS seen here" }, { "path.", "On the way" },
		{ "unknown.", "Not known" }, { "background.", "Background: no clients, in no total" },
	};

	for (size_t i = 0; cause != NULL && i < sizeof(layers) / sizeof(layers[0]); i++)
		if (strncmp(cause, layers[i][0], strlen(layers[i][0])) == 0)
			return layers[i][1];
	return "Not known";
}

/* Our own advice is "what is wrong: what to do", or that there is nothing to do; the words ADDRESS and NAME in it stand for those of whom it is given for. */
void
html_action(struct out *o, const char *advice, const char *address, const char *name)
{
	const char *p = advice != NULL && strncmp(advice, "Nothing ", 8) != 0 ? strstr(advice, ": ") : NULL;
	const struct { const char *word, *for_it; } words[] = { { "ADDRESS", address }, { "NAME", name } };

	p = p != NULL ? p + 2 : advice;
	if (p == NULL)
		return;
	html(o, "%s", (char[]){ *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p, '\0' });
	for (p += *p != '\0'; *p != '\0'; ) {
		size_t n = strcspn(p, "AN"), used = n == 0;

		esc_html(&o->buf, p, n);
		for (size_t i = 0; n == 0 && used == 1 && i < 2; i++)
			if (words[i].for_it != NULL && strncmp(p, words[i].word, strlen(words[i].word)) == 0) {
				html(o, "<code>%s</code>", words[i].for_it);
				used = strlen(words[i].word);
			}
		if (used == 1)
			esc_html(&o->buf, p, 1);
		p += n + used;
	}
}

void
html_table(struct html_table *t, struct out *o, const char *id, const char *caption, const char *const *heads)
{
	*t = (struct html_table){ .o = o, .id = id, .caption = caption, .heads = heads };
}

void
html_row(struct html_table *t)
{
	if (t->rows++ > 0) {
		out_str(t->o, "</td></tr>\n<tr role=\"row\">");
	} else {
		out_str(t->o, "<table role=\"table\"");
		if (t->id != NULL)
			html(t->o, " id=\"%s\"", t->id);
		html(t->o, "><caption>%s</caption>\n<thead role=\"rowgroup\"><tr role=\"row\">", t->caption);
		for (int i = 0; t->heads[i] != NULL; i++)
			html(t->o, "<th role=\"columnheader\" scope=\"col\">%s</th>", t->heads[i]);
		out_str(t->o, "</tr></thead>\n<tbody role=\"rowgroup\">\n<tr role=\"row\">");
	}
	t->at = 0;
}

void
html_cell(struct html_table *t, const char *kind)
{
	assert(t->heads[t->at] != NULL);
	if (t->at == 0) {
		html(t->o, "<th role=\"rowheader\" scope=\"row\" class=\"%s\">", kind);
	} else {
		out_str(t->o, t->at == 1 ? "</th>" : "</td>");
		html(t->o, "<td role=\"cell\" data-l=\"%s\" class=\"%s\">", t->heads[t->at], kind);
	}
	t->at++;
}

void
html_table_end(struct html_table *t)
{
	if (t->rows > 0)
		out_str(t->o, "</td></tr>\n</tbody></table>\n");
}
