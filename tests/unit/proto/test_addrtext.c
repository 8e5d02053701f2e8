#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/addrtext.h"

static struct watch *listed;

static int
make_list(void **state)
{
	struct prefix p[3];

	(void)state;
	assert_true(prefix_parse("192.0.2.10", &p[0]));
	assert_true(prefix_parse("198.51.100.0/24", &p[1]));
	assert_true(prefix_parse("2001:db8::10", &p[2]));
	listed = watch_new(p, 3);
	return listed == NULL;
}

static int
free_list(void **state)
{
	(void)state;
	watch_free(listed);
	return 0;
}

/* The addresses found, with blanks between; the text is at the end of a block, so that a sanitizer sees a byte read too many. */
static const char *
found_in(const char *text, size_t n)
{
	static char out[200];
	char one[ADDR_TEXT];
	struct addr a[4];
	uint8_t *block = malloc(n > 0 ? n : 1);
	size_t k;

	assert_non_null(block);
	memcpy(block, text, n);
	k = addrtext_find(block, n, listed, a, 4);
	free(block);
	*out = '\0';
	for (size_t i = 0; i < k; i++)
		strcat(strcat(out, i > 0 ? " " : ""), addr_text(&a[i], one));
	return out;
}

static const char *
found(const char *text)
{
	return found_in(text, strlen(text));
}

static void
what_servers_write(void **state)
{
	(void)state;
	assert_string_equal(found("-MOVED 3999 192.0.2.10:6379\r\n"), "192.0.2.10");
	assert_string_equal(found("HTTP/1.1 302 Found\r\nDate: Sun, 01 Mar 2026 11:00:00 GMT\r\nLocation: http://192.0.2.10/x\r\n\r\n"), "192.0.2.10");
	assert_string_equal(found("Alt-Svc: h2=\"[2001:db8::10]:443\"\r\n"), "2001:db8::10");
	assert_string_equal(found("Contact: <sip:bob@198.51.100.7:5060>\r\n"), "198.51.100.7");
	assert_string_equal(found("227 Entering Passive Mode (192,0,2,10,195,80)\r\n"), "192.0.2.10");
	assert_string_equal(found("\x03\0\0\0\x0d" "192.0.2.10"), "");		/* strlen: up to the first 0 */
	assert_string_equal(found_in("\x02me\0\x0d\0\0\0" "192.0.2.10:27017\0", 25), "192.0.2.10");
	assert_string_equal(found("192.0.2.10 192.0.2.10 198.51.100.1 198.51.100.2 198.51.100.3 198.51.100.4"),
	    "192.0.2.10 198.51.100.1 198.51.100.2 198.51.100.3");
}

static void
what_only_looks_like_it(void **state)
{
	static const char *const others[] = { "192.0.2.11", "192.0.2.100", "4192.0.2.10", "1.192.0.2.10", "192.0.2.10.7", "192.0.2.", "192.0.2.310",
		"192.0.2", "...", "192.0..10", "12001:db8::10", "2001:db8::101", "::", "12:34:56", "a:b", "227 (192,0,2)", "227 192,0,2,10", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_string_equal(found(others[i]), "");
	assert_string_equal(found("see 192.0.2.10."), "192.0.2.10");		/* the end of a sentence */
}

static void
only_the_first_bytes_count(void **state)
{
	char text[ADDRTEXT_BYTES + 20];

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text + ADDRTEXT_BYTES - 10, "192.0.2.10", 10);
	assert_string_equal(found_in(text, sizeof(text)), "192.0.2.10");
	memset(text, ' ', sizeof(text));
	memcpy(text + ADDRTEXT_BYTES, "192.0.2.10", 10);
	assert_string_equal(found_in(text, sizeof(text)), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_servers_write),
		cmocka_unit_test(what_only_looks_like_it),
		cmocka_unit_test(only_the_first_bytes_count),
	};

	return cmocka_run_group_tests_name("proto/addrtext", tests, make_list, free_list);
}
