#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/esc.h"

typedef void escape(struct buf *out, const void *p, size_t n);

static void
check(escape *esc, const char *in, size_t n, const char *want)
{
	struct buf b = { 0 };

	esc(&b, in, n);
	assert_string_equal(buf_cstr(&b), want);
	buf_free(&b);
}
#define CHECK(esc, in, want) check(esc, in, sizeof(in) - 1, want)

static void
terminal(void **state)
{
	(void)state;
	CHECK(esc_term, "", "");
	CHECK(esc_term, "www.example.com", "www.example.com");
	CHECK(esc_term, "\033[2J\007\r\n\t\177", "\\x1b[2J\\x07\\x0d\\x0a\\x09\\x7f");
	CHECK(esc_term, "a\0b", "a\\x00b");
	CHECK(esc_term, "\302\2331m", "\\xc2\\x9b1m");			/* U+009B, a C1 CSI */
	CHECK(esc_term, "b\303\274cher \342\202\254 \360\237\230\200", "b\303\274cher \342\202\254 \360\237\230\200");
	CHECK(esc_term, "a\342\200\256b", "a\\xe2\\x80\\xaeb");		/* U+202E, override */
	CHECK(esc_term, "\342\201\246\330\234\342\200\217", "\\xe2\\x81\\xa6\\xd8\\x9c\\xe2\\x80\\x8f");	/* 2066 61C 200F */
	CHECK(esc_term, "a\342\200\213b\357\273\277", "a\\xe2\\x80\\x8bb\\xef\\xbb\\xbf");		/* 200B FEFF */
	CHECK(esc_term, "\\x1b", "\\x1b");
}

/* RFC 3629: what looks like UTF-8 and is not. */
static void
bytes_that_are_no_utf8(void **state)
{
	(void)state;
	CHECK(esc_term, "\374", "\\xfc");
	CHECK(esc_term, "\200", "\\x80");
	CHECK(esc_term, "\300\200", "\\xc0\\x80");			/* 0 in two bytes */
	CHECK(esc_term, "\340\202\254", "\\xe0\\x82\\xac");		/* in three what fits two */
	CHECK(esc_term, "\355\240\200", "\\xed\\xa0\\x80");		/* a surrogate */
	CHECK(esc_term, "\364\220\200\200", "\\xf4\\x90\\x80\\x80");	/* beyond U+10FFFF */
	CHECK(esc_term, "\364\217\277\277", "\364\217\277\277");
	CHECK(esc_term, "\370\210\200\200\200", "\\xf8\\x88\\x80\\x80\\x80");
	check(esc_term, "\342\202\254", 2, "\\xe2\\x82");		/* its third byte is not ours */
	CHECK(esc_term, "\342\202x", "\\xe2\\x82x");
	CHECK(esc_term, "\342\342\202\254", "\\xe2\342\202\254");
}

static void
html(void **state)
{
	(void)state;
	CHECK(esc_html, "<b onclick=\"a('x')\">&amp;", "&lt;b onclick=&quot;a(&#39;x&#39;)&quot;&gt;&amp;amp;");
	CHECK(esc_html, "a\0\n\302\205\342\200\256", "a\\x00\\x0a\\xc2\\x85\\xe2\\x80\\xae");
	CHECK(esc_html, "\303\274", "\303\274");
}

static void
csv_quotes(void **state)
{
	(void)state;
	CHECK(esc_csv, "", "");
	CHECK(esc_csv, "plain text", "plain text");
	CHECK(esc_csv, "a,b", "\"a,b\"");
	CHECK(esc_csv, "say \"x\"", "\"say \"\"x\"\"\"");
	CHECK(esc_csv, "two\r\nlines", "\"two\r\nlines\"");
	CHECK(esc_csv, " a", "\" a\"");
	CHECK(esc_csv, "a ", "\"a \"");
	CHECK(esc_csv, "a\t", "\"a\t\"");
	CHECK(esc_csv, "a\tb\033", "a\tb\\x1b");
}

static void
csv_runs_nothing(void **state)
{
	(void)state;
	CHECK(esc_csv, "=1+1", "'=1+1");
	CHECK(esc_csv, "+1", "'+1");
	CHECK(esc_csv, "-1", "'-1");
	CHECK(esc_csv, "@SUM(A1)", "'@SUM(A1)");
	CHECK(esc_csv, "\t=1", "'\t=1");
	CHECK(esc_csv, "\r=1", "\"'\r=1\"");
	CHECK(esc_csv, "\n=1", "\"'\n=1\"");
	CHECK(esc_csv, "\357\274\235A1", "'\357\274\235A1");
	CHECK(esc_csv, "=cmd,\"x\"", "\"'=cmd,\"\"x\"\"\"");
	CHECK(esc_csv, "'tis", "''tis");
	CHECK(esc_csv, "a=1", "a=1");
	CHECK(esc_csv, "\0", "\\x00");
}

static void
json(void **state)
{
	(void)state;
	CHECK(esc_json, "a\"b\\c/", "a\\\"b\\\\c/");
	CHECK(esc_json, "\b\f\n\r\t\001\037\177\0", "\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\\u0000");
	CHECK(esc_json, "b\303\274cher \360\237\230\200", "b\303\274cher \360\237\230\200");
	CHECK(esc_json, "\342\200\256\342\200\250\302\233", "\\u202e\\u2028\\u009b");
	CHECK(esc_json, "\363\240\200\201", "\\udb40\\udc01");		/* U+E0001 */
	CHECK(esc_json, "b\374cher\342", "b\\u00fccher\\u00e2");
}

static void
short_fits(void **state)
{
	char text[300], buf[ESC_SHORT];

	(void)state;
	assert_string_equal(esc_short("a\033b", buf), "a\\x1bb");
	assert_string_equal(esc_short("", buf), "");
	for (size_t n = 1; n < 250; n++) {
		memset(text, 'x', n);
		text[n] = '\0';
		esc_short(text, buf);
		if (n < ESC_SHORT)
			assert_string_equal(buf, text);
		else
			assert_int_equal(strlen(buf), ESC_SHORT - 1);
		memset(text, '\033', n);
		esc_short(text, buf);
		assert_true(strlen(buf) == 4 * n || (n * 4 >= ESC_SHORT && strcmp(buf + strlen(buf) - 3, "...") == 0));
		memcpy(text + n, "\303\274", 3);	/* no character is cut in two */
		esc_short(text, buf);
		assert_true(strchr(buf, '\303') == NULL || strstr(buf, "\303\274") != NULL);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(terminal),
		cmocka_unit_test(bytes_that_are_no_utf8),
		cmocka_unit_test(html),
		cmocka_unit_test(csv_quotes),
		cmocka_unit_test(csv_runs_nothing),
		cmocka_unit_test(json),
		cmocka_unit_test(short_fits),
	};

	return cmocka_run_group_tests_name("base/esc", tests, NULL, NULL);
}
