/* The small pieces of the HTML report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/html_int.h"

/* What was written, and a clean buffer. */
#define WROTE(o, text) do { \
		assert_string_equal(buf_cstr(&(o)->buf), text); \
		buf_clear(&(o)->buf); \
	} while (0)

static void
text_is_escaped(void **state)
{
	struct out o = { 0 };

	(void)state;
	html(&o, "<b title=\"%s\">%d %lld %% %s</b>", "\"'", -1, 1LL << 40, "</b><script>&\033\xff");
	WROTE(&o, "<b title=\"&quot;&#39;\">-1 1099511627776 % &lt;/b&gt;&lt;script&gt;&amp;\\x1b\\xff</b>");
	buf_free(&o.buf);
}

static void
numbers_are_words(void **state)
{
	char n[HTML_NUMBER];
	struct out o = { 0 };

	(void)state;
	assert_string_equal(html_one(0, n), "no");
	assert_string_equal(html_One(1, n), "One");
	assert_string_equal(html_one(12, n), "twelve");
	assert_string_equal(html_one(13, n), "13");
	assert_string_equal(html_one(999, n), "999");
	assert_string_equal(html_one(1000, n), "1,000");
	assert_string_equal(html_one(1234567, n), "1,234,567");
	assert_string_equal(html_one(-1234, n), "-1,234");
	assert_string_equal(html_one(INT64_MIN, n), "-9,223,372,036,854,775,808");
	html_count(&o, 1, "client");
	WROTE(&o, "one client");
	html_count(&o, 2, "address");
	WROTE(&o, "two addresses");
	buf_free(&o.buf);
}

static void
spans_have_two_units(void **state)
{
	static const struct { int64_t seconds; const char *text; } spans[] = {
		{ 0, "0 s" }, { 59, "59 s" }, { 60, "1 min" }, { 3599, "59 min 59 s" }, { 86400, "1 d" }, { 86400 * 3 + 7200 + 59, "3 d 2 h" },
		{ 86400 + 60, "1 d" },
	};
	struct out o = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		html_span(&o, spans[i].seconds * TM_SEC);
		WROTE(&o, spans[i].text);
	}
	html_time(&o, TM_NONE);
	WROTE(&o, "<span class=\"none\">–</span>");
	html_time(&o, 1795238594 * TM_SEC + 300749);	/* date -u -d @1795238594 */
	WROTE(&o, "<time>2026-11-21 05:23:14</time>");
	buf_free(&o.buf);
}

static void
advice_is_what_to_do(void **state)
{
	struct out o = { 0 };

	(void)state;
	html_action(&o, "It is so: end it (ss -K dst ADDRESS), and ask for NAME.", "192.0.2.1", "<a>.example");
	WROTE(&o, "End it (ss -K dst <code>192.0.2.1</code>), and ask for <code>&lt;a&gt;.example</code>.");
	html_action(&o, "It is so: end ADDRESS", NULL, "x");
	WROTE(&o, "End ADDRESS");
	html_action(&o, "A NAMELESS <thing", NULL, NULL);
	WROTE(&o, "A NAMELESS &lt;thing");
	html_action(&o, "", NULL, NULL);
	html_action(&o, NULL, NULL, NULL);
	WROTE(&o, "");
	buf_free(&o.buf);
}

static void
a_table_without_rows_is_not_there(void **state)
{
	static const char *const heads[] = { "A", "B", NULL };
	struct html_table t;
	struct out o = { 0 };

	(void)state;
	html_table(&t, &o, "x", "none", heads);
	html_table_end(&t);
	WROTE(&o, "");
	html_table(&t, &o, NULL, "one", heads);
	html_row(&t);
	html_cell(&t, "");
	html(&o, "a");
	html_cell(&t, "num");
	html(&o, "1");
	html_table_end(&t);
	WROTE(&o, "<table role=\"table\"><caption>one</caption>\n<thead role=\"rowgroup\"><tr role=\"row\"><th role=\"columnheader\" scope=\"col\">A</th>"
	    "<th role=\"columnheader\" scope=\"col\">B</th></tr></thead>\n<tbody role=\"rowgroup\">\n<tr role=\"row\">"
	    "<th role=\"rowheader\" scope=\"row\" class=\"\">a</th><td role=\"cell\" data-l=\"B\" class=\"num\">1</td></tr>\n</tbody></table>\n");
	buf_free(&o.buf);
}

/* Each cause has words and a layer of its own; what is none of ours has not. */
static void
causes_have_words(void **state)
{
	(void)state;
	for (int c = 0; c < CAUSE_COUNT; c++) {
		assert_string_not_equal(html_cause(cause_name((enum cause)c)), "");
		assert_non_null(html_layer(cause_name((enum cause)c)));
	}
	assert_string_equal(html_cause("<b>"), "");
	assert_string_equal(html_cause(NULL), "");
	assert_string_equal(html_layer("client.app-cache"), "Clients and their applications");
	assert_string_equal(html_layer("what.ever"), "Not known");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_escaped),
		cmocka_unit_test(numbers_are_words),
		cmocka_unit_test(spans_have_two_units),
		cmocka_unit_test(advice_is_what_to_do),
		cmocka_unit_test(a_table_without_rows_is_not_there),
		cmocka_unit_test(causes_have_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
