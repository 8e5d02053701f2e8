#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/name.h"

static size_t
parse(const char *text, uint8_t *out)
{
	const char *fault = NULL;
	size_t n = name_parse(text, out, &fault);

	assert_true((n == 0) == (fault != NULL));
	return n;
}

/* String literals as wire format; the literal's own 0 is the root. */
static void
check_wire(const char *text, const char *wire, size_t size, const char *back)
{
	uint8_t name[NAME_WIRE];
	char buf[NAME_TEXT];

	if (parse(text, name) != size)
		fail_msg("%s is not %zu bytes", text, size);
	assert_memory_equal(name, wire, size);
	assert_int_equal(name_len(name), size);
	assert_string_equal(name_text(name, buf), back);
}
#define CHECK_WIRE(text, wire, back) check_wire(text, wire, sizeof(wire), back)

static void
text_to_wire_and_back(void **state)
{
	(void)state;
	CHECK_WIRE(".", "", ".");
	CHECK_WIRE("com", "\3com", "com");
	CHECK_WIRE("com.", "\3com", "com");
	CHECK_WIRE("F.ISI.ARPA", "\1f\3isi\4arpa", "f.isi.arpa");	/* RFC 1035 4.1.4 */
	CHECK_WIRE("_dns.resolver.arpa", "\4_dns\10resolver\4arpa", "_dns.resolver.arpa");
	CHECK_WIRE("*.example.com", "\1*\7example\3com", "*.example.com");
	CHECK_WIRE("xn--bcher-kva.example", "\15xn--bcher-kva\7example", "xn--bcher-kva.example");
}

/* RFC 1035 5.1 and RFC 4343 2.1. */
static void
escapes(void **state)
{
	(void)state;
	CHECK_WIRE("a\\.b.c", "\3a.b\1c", "a\\.b.c");
	CHECK_WIRE("a\\\\b", "\3a\\b", "a\\\\b");
	CHECK_WIRE("\\000\\032\\255", "\3\0 \377", "\\000\\032\\255");
	CHECK_WIRE("a\\046b", "\3a.b", "a\\.b");
	CHECK_WIRE("\\065\\A", "\2aa", "aa");
	CHECK_WIRE("\\@\\$\\;\\(\\)\\\"", "\6@$;()\"", "\\@\\$\\;\\(\\)\\\"");
	CHECK_WIRE("@", "\1@", "\\@");
	CHECK_WIRE("!~{}", "\4!~{}", "!~{}");
}

static void
bad_text_is_refused(void **state)
{
	static const char *const bad[][2] = {
		{ "", "is empty" }, { "..", "empty label" }, { ".com", "empty label" }, { "a..b", "empty label" },
		{ "a.b..", "empty label" }, { "a b", "blank" }, { " a", "blank" }, { "a\t", "blank" }, { "a\177", "ASCII" },
		{ "b\303\274cher.example", "A-label" }, { "a\\", "backslash" }, { "a\\1", "escape" }, { "a\\12x", "escape" },
		{ "a\\256", "escape" }, { "\\999", "escape" }, { "a\\\303\274", "backslash" }, { "a\\ b", "backslash" },
	};
	uint8_t name[NAME_WIRE];
	const char *fault;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(name_parse(bad[i][0], name, &fault), 0);
		if (strstr(fault, bad[i][1]) == NULL)
			fail_msg("\"%s\": %s", bad[i][0], fault);
	}
}

/* Text of labels of the given lengths. */
static const char *
labels(const unsigned *length, char *text)
{
	char *p = text;

	for (; *length > 0; length++) {
		memset(p, 'a', *length);
		p += *length;
		*p++ = '.';
	}
	*p = '\0';
	return text;
}

static void
lengths_at_their_border(void **state)
{
	uint8_t name[NAME_WIRE + 1];
	char text[400];

	(void)state;
	name[NAME_WIRE] = 0xa5;
	assert_int_equal(parse(labels((const unsigned[]){ 63, 0 }, text), name), 65);
	assert_int_equal(parse(labels((const unsigned[]){ 64, 0 }, text), name), 0);
	assert_int_equal(parse(labels((const unsigned[]){ 63, 63, 63, 60, 0 }, text), name), 254);
	assert_int_equal(parse(labels((const unsigned[]){ 63, 63, 63, 61, 0 }, text), name), 255);
	assert_int_equal(parse(labels((const unsigned[]){ 63, 63, 63, 62, 0 }, text), name), 0);
	assert_int_equal(parse(labels((const unsigned[]){ 63, 63, 63, 59, 1, 0 }, text), name), 255);
	assert_int_equal(parse(labels((const unsigned[]){ 63, 63, 63, 60, 1, 0 }, text), name), 0);
	assert_int_equal(parse(labels((const unsigned[]){ 63, 63, 63, 61, 1, 0 }, text), name), 0);
	assert_int_equal(name[NAME_WIRE], 0xa5);
}

static void
longest_text_fits(void **state)
{
	uint8_t name[NAME_WIRE], back[NAME_WIRE];
	char text[NAME_TEXT];
	size_t i = 0;

	(void)state;
	for (int label = 0; label < 4; label++) {
		size_t n = label < 3 ? 63 : 61;

		name[i++] = (uint8_t)n;
		memset(name + i, 0xff, n);
		i += n;
	}
	name[i] = 0;
	assert_int_equal(strlen(name_text(name, text)), 250 * 4 + 3);
	assert_int_equal(parse(text, back), NAME_WIRE);
	assert_memory_equal(back, name, NAME_WIRE);
}

/* Fold exactly these bytes; a sanitizer sees a read beyond them. */
static size_t
fold(const void *p, size_t n, uint8_t *out)
{
	uint8_t *copy = malloc(n > 0 ? n : 1);
	size_t len;

	assert_non_null(copy);
	memcpy(copy, p, n);
	out[NAME_WIRE] = 0xa5;
	len = name_fold(copy, n, out);
	assert_int_equal(out[NAME_WIRE], 0xa5);
	free(copy);
	return len;
}

static void
fold_checks_each_length(void **state)
{
	static const uint8_t in[] = "\3WwW\7eXaMpLe\0behind";
	static const uint8_t want[] = "\3www\7example";
	static const uint8_t pointer[] = { 1, 'a', 0xc0, 0 };
	uint8_t out[NAME_WIRE + 1], label[70] = { 63 };

	(void)state;
	for (size_t n = 0; n < sizeof(want); n++)
		assert_int_equal(fold(in, n, out), 0);
	assert_int_equal(fold(in, sizeof(want), out), sizeof(want));
	assert_memory_equal(out, want, sizeof(want));
	assert_int_equal(fold(in, sizeof(in), out), sizeof(want));
	assert_int_equal(fold(pointer, sizeof(pointer), out), 0);
	memset(label + 1, 'a', 64);
	assert_int_equal(fold(label, sizeof(label), out), 0);	/* the 64th letter is the next length: 97 */
	label[64] = 0;
	assert_int_equal(fold(label, sizeof(label), out), 65);
	label[0] = 64;
	label[64] = 'a';
	assert_int_equal(fold(label, sizeof(label), out), 0);
}

/* RFC 4343 3: the 26 letters and no other byte, wherever in a name it stands. */
static void
fold_is_for_ascii_letters(void **state)
{
	uint8_t in[24] = { 22 }, out[NAME_WIRE + 1];

	(void)state;
	for (unsigned c = 0; c < 256; c++)
		for (unsigned at = 1; at <= 22; at++) {
			memset(in + 1, '-', 22);
			in[at] = (uint8_t)c;
			assert_int_equal(fold(in, sizeof(in), out), sizeof(in));
			in[at] = (uint8_t)(c >= 65 && c <= 90 ? c + 32 : c);
			assert_memory_equal(out, in, sizeof(in));
		}
}

static void
fold_stops_at_255(void **state)
{
	uint8_t in[300], out[NAME_WIRE + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(in); i += 2) {
		in[i] = 1;
		in[i + 1] = 'A';
	}
	in[254] = 0;
	assert_int_equal(fold(in, sizeof(in), out), 255);
	in[254] = 1;
	in[256] = 0;
	assert_int_equal(fold(in, sizeof(in), out), 0);
	in[252] = 2;	/* the label ends with the 255th byte, the root would be the 256th */
	in[255] = 0;
	assert_int_equal(fold(in, sizeof(in), out), 0);
}

static bool
below(const char *name, const char *apex)
{
	uint8_t a[NAME_WIRE], b[NAME_WIRE];

	assert_true(parse(name, a) > 0 && parse(apex, b) > 0);
	return name_below(a, b);
}

static void
below_is_by_label(void **state)
{
	(void)state;
	assert_true(below("www.example.com", "example.com"));
	assert_true(below("a.b.example.com", "EXAMPLE.com"));
	assert_true(below("com", "."));
	assert_false(below("example.com", "example.com"));
	assert_false(below(".", "."));
	assert_false(below("com", "example.com"));
	assert_false(below("badexample.com", "example.com"));
	assert_false(below("www.example.org", "example.com"));
	assert_false(below("a\\007example.com", "example.com"));	/* the bytes end alike, the labels do not */
}

static void
equal_without_case(void **state)
{
	uint8_t a[NAME_WIRE], b[NAME_WIRE];

	(void)state;
	parse("WWW.Example.COM.", a);
	parse("www.example.com", b);
	assert_true(name_eq(a, b));
	parse("www.example.co", b);
	assert_false(name_eq(a, b));
	parse("ww.wexample.com", b);
	assert_false(name_eq(a, b));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_to_wire_and_back),
		cmocka_unit_test(escapes),
		cmocka_unit_test(bad_text_is_refused),
		cmocka_unit_test(lengths_at_their_border),
		cmocka_unit_test(longest_text_fits),
		cmocka_unit_test(fold_checks_each_length),
		cmocka_unit_test(fold_is_for_ascii_letters),
		cmocka_unit_test(fold_stops_at_255),
		cmocka_unit_test(below_is_by_label),
		cmocka_unit_test(equal_without_case),
	};

	return cmocka_run_group_tests_name("base/name", tests, NULL, NULL);
}
