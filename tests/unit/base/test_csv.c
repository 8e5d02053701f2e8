#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/csv.h"

static const struct csv_column columns[] = { { "address", true }, { "name", false }, { "note", false } };
enum { ADDRESS, NAME, NOTE, COLUMNS };

/* The records of a list as "line:address|name|note;", or the error. */
static const char *
read_all(const char *path, struct buf *out)
{
	struct err err = { 0 };
	struct csv c;
	int rc;

	buf_clear(out);
	rc = csv_open(&c, path, &err);
	if (rc == 0)
		rc = csv_has_header(&c, columns, COLUMNS, &err);
	if (rc > 0)
		rc = csv_header(&c, columns, COLUMNS, &err);
	else if (rc == 0)
		csv_positional(&c, columns, COLUMNS);
	while (rc >= 0 && (rc = csv_next(&c, &err)) > 0)
		buf_fmt(out, "%u:%s|%s|%s;", (unsigned)c.line, csv_field(&c, ADDRESS), csv_field(&c, NAME), csv_field(&c, NOTE));
	if (rc < 0) {
		buf_clear(out);
		buf_str(out, err.text);
		assert_int_equal(rc, err.code);
	}
	csv_close(&c);
	return buf_cstr(out);
}

/* In a folder of its own, so that messages are the same each time. */
static void
check_bytes(const char *text, size_t n, const char *want)
{
	struct buf out = { 0 };
	FILE *f = fopen("x.csv", "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	assert_string_equal(read_all("x.csv", &out), want);
	buf_free(&out);
}
#define CHECK(text, want) check_bytes(text, sizeof(text) - 1, want)

/* RFC 4180 section 2, rule by rule. */
static void
rules_of_rfc4180(void **state)
{
	(void)state;
	CHECK("address,name,note\r\naaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", "2:aaa|bbb|ccc;3:zzz|yyy|xxx;");
	CHECK("address,name,note\r\naaa,bbb,ccc\r\nzzz,yyy,xxx", "2:aaa|bbb|ccc;3:zzz|yyy|xxx;");
	CHECK("address,name,note\r\n\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx", "2:aaa|bbb|ccc;3:zzz|yyy|xxx;");
	CHECK("address,name,note\r\n\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx", "2:aaa|b\r\nbb|ccc;4:zzz|yyy|xxx;");
	CHECK("address,name,note\r\n\"aaa\",\"b\"\"bb\",\"c,c\"\r\n", "2:aaa|b\"bb|c,c;");
	CHECK("address,name,note\n\"\",\"\"\"\",\"\"\"a\"\"\"\n", "2:|\"|\"a\";");
}

/* What esc_csv() puts before a formula goes again; an apostrophe that somebody wrote stays. */
static void
a_formula_made_safe(void **state)
{
	(void)state;
	CHECK("address,name,note\n'=1+1,'-5,\"'@a,b\"\n", "2:=1+1|-5|@a,b;");
	CHECK("address,name,note\n'tis,''tis,'\n", "2:'tis|'tis|';");
	CHECK("address,name,note\n'\t=1,'\357\274\235A1,it's\n", "2:\t=1|\357\274\235A1|it's;");
}

static void
header_line_in_any_order(void **state)
{
	(void)state;
	CHECK("note,address\nn1,a1\n", "2:a1||n1;");
	CHECK("\xef\xbb\xbf" "note,address\nn1,a1\n", "2:a1||n1;");
	CHECK("\n\r\n  \naddress\n\na1\n\t\na2\n", "6:a1||;8:a2||;");
	CHECK("# comment, address\naddress\n#1\n", "3:#1||;");
	CHECK("\"address\",name\na,\n", "2:a||;");
	CHECK("address,name,note\n", "");
	CHECK(" address , name\n a b\t, \" c \" \n,\n", "2:a b| c |;3:||;");
	CHECK("name\nx\n", "x.csv:1: column \"address\" is missing; add it to the header line");
	CHECK("address,name,address\n", "x.csv:1: column \"address\" is there twice; remove one");
	CHECK("address,nmae\n", "x.csv:1: unknown column \"nmae\"; the columns are: address,name,note");
	CHECK("address,name;note\n", "x.csv:1: unknown column \"name;note\"; separate columns with commas: address,name,note");
	CHECK("address,\033[31m\n", "x.csv:1: holds the control character \\x1b; is this a list?");
	CHECK("address,name\na\n",
	      "x.csv:2: has 1 fields, the header line has 2; a comma is missing, or a field with commas needs quotes");
	CHECK("address,name\na,b\na,b,c\n",
	      "x.csv:3: has 3 fields, the header line has 2; a comma is missing, or a field with commas needs quotes");
}

static void
without_a_header_line(void **state)
{
	(void)state;
	CHECK("", "");
	CHECK("a1\na2,n2\na3,n3,x3", "1:a1||;2:a2|n2|;3:a3|n3|x3;");
	CHECK("# one\n\na1\n  # two\n# \"three\na2\r\n#", "3:a1||;6:a2||;");
	CHECK("a,b,c,d\n", "x.csv:1: has 4 fields; at most 3 are read without a header line");
}

static void
what_is_likely_a_mistake(void **state)
{
	(void)state;
	CHECK("a\nb\"c\n", "x.csv:2: a quote stands inside a field; put the field in quotes, and quotes inside it twice (\"\")");
	CHECK("a\n\"b\" c\n",
	      "x.csv:2: text follows a closing quote; put the whole field in quotes, and quotes inside it twice (\"\")");
	CHECK("a\n\nb,\"c\nd\n\n",
	      "x.csv:3: a quote is opened and never closed; a quote inside a field is written twice (\"\")");
	CHECK("a\n\"", "x.csv:2: a quote is opened and never closed; a quote inside a field is written twice (\"\")");
	CHECK("a\"", "x.csv:1: a quote stands inside a field; put the field in quotes, and quotes inside it twice (\"\")");
	CHECK("a\nb\rc\n", "x.csv:2: holds a CR without LF; save it with LF or CRLF at the end of each line");
	CHECK("a\r", "x.csv:1: holds a CR without LF; save it with LF or CRLF at the end of each line");
	CHECK("\"a\"\r", "x.csv:1: holds a CR without LF; save it with LF or CRLF at the end of each line");
	CHECK("a\nb\0\n", "x.csv:2: holds the control character \\x00; is this a list?");
	CHECK("a\177\n", "x.csv:1: holds the control character \\x7f; is this a list?");
	CHECK("\xff\xfe" "a\0", "x.csv: is UTF-16; save it as CSV in UTF-8");
	CHECK("\xfe\xff\0a", "x.csv: is UTF-16; save it as CSV in UTF-8");
}

static void
fields_at_their_bound(void **state)
{
	(void)state;
	CHECK("address,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n", "x.csv:1: unknown column \"\"; the columns are: address,name,note");
	CHECK("address,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n", "x.csv:1: has more than 32 fields");
}

static void
record_at_its_bound(void **state)
{
	char *text = malloc(CSV_RECORD + 2), *want = malloc(CSV_RECORD + 8);

	(void)state;
	assert_non_null(text);
	assert_non_null(want);
	memset(text, 'a', CSV_RECORD + 1);
	text[CSV_RECORD - 1] = '\n';
	snprintf(want, CSV_RECORD + 8, "1:%.*s||;", (int)CSV_RECORD - 1, text);
	check_bytes(text, CSV_RECORD, want);
	text[CSV_RECORD - 1] = 'a';
	text[CSV_RECORD] = '\n';
	check_bytes(text, CSV_RECORD + 1, "x.csv:1: is longer than 64 KiB; is a quote missing?");
	free(text);
	free(want);
}

static void
files_that_cannot_be_read(void **state)
{
	struct buf out = { 0 };
	struct err err;
	struct csv c;

	(void)state;
	assert_int_equal(csv_open(&c, ".", &err), ST_EFORMAT);	/* the user's mistake, not the machine's */
	csv_close(&c);
	assert_string_equal(read_all("no\nsuch", &out),
	                    "no\\x0asuch: cannot be opened: No such file or directory; check the path and its permissions");
	assert_string_equal(read_all(".", &out), ".: cannot be read: Is a directory; name a file");
	buf_free(&out);
}

static void
file_beyond_its_bound(void **state)
{
	struct err err;
	struct csv c;
	FILE *f = fopen("x.csv", "wb");

	(void)state;
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(truncate("x.csv", (off_t)CSV_FILE + 1), 0);
	assert_int_equal(csv_open(&c, "x.csv", &err), ST_ELIMIT);
	assert_string_equal(err.text, "x.csv: is larger than 64 MiB; split it");
	csv_close(&c);
}

static void
text_has_no_lines(void **state)
{
	struct err err;
	struct csv c;

	(void)state;
	assert_int_equal(csv_open_text(&c, "-D", "a,b\nc\"", 6, &err), 0);
	csv_positional(&c, columns, COLUMNS);
	assert_int_equal(csv_next(&c, &err), 1);
	assert_string_equal(csv_field(&c, NAME), "b");
	assert_string_equal(csv_field(&c, NOTE), "");
	assert_int_equal(csv_next(&c, &err), ST_ESYNTAX);
	assert_string_equal(err.text, "-D: a quote stands inside a field; put the field in quotes, and quotes inside it twice (\"\")");
	csv_close(&c);
}

static int
enter_folder(void **state)
{
	static char folder[] = "/tmp/test_csv.XXXXXX";

	*state = mkdtemp(folder);
	return *state == NULL ? -1 : chdir(*state);
}

static int
remove_folder(void **state)
{
	unlink("x.csv");
	return chdir("/") < 0 ? -1 : rmdir(*state);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_of_rfc4180),
		cmocka_unit_test(a_formula_made_safe),
		cmocka_unit_test(header_line_in_any_order),
		cmocka_unit_test(without_a_header_line),
		cmocka_unit_test(what_is_likely_a_mistake),
		cmocka_unit_test(fields_at_their_bound),
		cmocka_unit_test(record_at_its_bound),
		cmocka_unit_test(files_that_cannot_be_read),
		cmocka_unit_test(file_beyond_its_bound),
		cmocka_unit_test(text_has_no_lines),
	};

	return cmocka_run_group_tests_name("base/csv", tests, enter_folder, remove_folder);
}
