#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "know/waivers.h"

#define DAY_AFTER INT64_C(1780358400000000)	/* date -u -d 2026-06-02 +%s */

static int
load(struct waivers *w, const char *text, struct err *err)
{
	char path[] = "/tmp/waivers.XXXXXX";
	int fd = mkstemp(path), rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	*err = (struct err){ 0 };
	rc = waivers_load(w, path, err);
	unlink(path);
	return rc;
}

/* One line of these columns, and whether it fits this finding. */
static bool
fits(const char *line, const struct waivable *f)
{
	struct waivers w = { .v = NULL };
	struct err err;
	char text[400];
	bool yes;

	snprintf(text, sizeof(text), "finding,address,client,name,reason,expires\n%s,why,2026-06-01\n", line);
	if (load(&w, text, &err) != 0)
		fail_msg("%s: %s", line, err.text);
	yes = waiver_fits(&w.v[0], f);
	waivers_free(&w);
	return yes;
}

static void
all_that_is_given_must_match(void **state)
{
	const struct waivable f = { "0123456789abcdef", "192.0.2.10", "10.0.0.7", "www.example.com", NULL };
	const struct waivable bare = { "0123456789abcdef", NULL, NULL, NULL, NULL }, six = { "a", "2001:db8::1", "10.0.0.7", NULL, NULL };
	const struct waivable entry = { "0123456789abcdef", "192.0.2.10", NULL, NULL, "www.example.com" };
	static const char *const good[] = { "0123456789abcdef,,,", "0123456789ABCDEF,,,", ",192.0.2.10,,", ",192.0.2.0/24,10.0.0.0/8,", ",,10.0.0.7,",
		",,,www.example.com", ",,,WWW.Example.com.", ",,,*.example.com", "0123456789abcdef,192.0.2.0/28,10.0.0.7,*.com" };
	static const char *const other[] = { "0123456789abcdee,,,", "0123456,,,", ",192.0.2.11,,", ",192.0.2.10,10.0.0.8,", ",,10.1.0.0/16,",
		",,,example.com", ",,,*.www.example.com", ",,,ww.example.com", "0123456789abcdee,192.0.2.10,10.0.0.7,www.example.com",
		"0123456789abcdef,192.0.2.10,10.0.0.7,w.example.com", ",::/0,," };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!fits(good[i], &f))
			fail_msg("does not fit: %s", good[i]);
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		if (fits(other[i], &f))
			fail_msg("fits: %s", other[i]);
	assert_true(fits("0123456789abcdef,,,", &bare));
	assert_false(fits(",192.0.2.10,,", &bare));
	assert_false(fits(",,0.0.0.0/0,", &bare));
	assert_false(fits(",,,*.com", &bare));
	assert_true(fits(",2001:db8::/32,,", &six));
	assert_true(fits(",,,www.example.com", &entry));
}

static void
a_date_alone_ends_that_day(void **state)
{
	struct waivers w = { .v = NULL };
	struct err err;

	(void)state;
	assert_int_equal(load(&w, "expires,reason,client,owner,approved_by\n2026-06-01,\"later, perhaps\",10.0.0.7,net,ann\n"
	                          "2026-06-01T12:00:00+02:00,x,10.0.0.0/8,,\n", &err), 0);
	assert_int_equal(w.n, 2);
	assert_true(w.v[0].expires == DAY_AFTER);
	assert_true(w.v[1].expires == DAY_AFTER - INT64_C(14) * 3600 * 1000000);
	assert_string_equal(w.v[0].reason, "later, perhaps");
	assert_string_equal(w.v[0].approved_by, "ann");
	assert_null(w.v[1].owner);
	assert_string_equal(w.v[1].client, "10.0.0.0/8");
	waivers_free(&w);
}

static void
a_faulty_file_changes_nothing(void **state)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "client,reason\n10.0.0.7,x\n", "expires" },
		{ "client,expires\n10.0.0.7,2026-06-01\n", "reason" },
		{ "client,reason,expires\n10.0.0.7,x,2026-06-01\n10.0.0.8,,2026-06-01\n", ":3: reason is empty; write why" },
		{ "client,reason,expires\n10.0.0.7,x,\n", ":2: expires is empty; write until when" },
		{ "client,reason,expires\n10.0.0.7,x,2026-06-01T00:00:00\n", ":2: expires: \"2026-06-01T00:00:00\" has no offset; write" },
		{ "client,reason,expires\n10.0.0.7,x,2026-02-30\n", ":2: expires: \"2026-02-30\" is not a time; write" },
		{ "client,reason,expires\n,x,2026-06-01\n", ":2: finding, address, client and name are all empty; give one" },
		{ "client,reason,expires\n10.0.0.7/8,x,2026-06-01\n", ":2: client: \"10.0.0.7/8\" has bits set beyond /8; write" },
		{ "address,reason,expires\nten,x,2026-06-01\n", ":2: address: \"ten\" is not an address; write" },
		{ "finding,reason,expires\n01234,x,2026-06-01\n", ":2: finding: \"01234\" is no finding's id; write" },
		{ "finding,reason,expires\n0123456789abcdef0,x,2026-06-01\n", ":2: finding: \"0123456789abcdef0\" is no finding's id; write" },
		{ "finding,reason,expires\n01234g,x,2026-06-01\n", ":2: finding: \"01234g\" is no finding's id; write" },
		{ "name,reason,expires\na..b,x,2026-06-01\n", ":2: name: \"a..b\" has an empty label; write" },
		{ "name,reason,expires\nw*.b,x,2026-06-01\n", ":2: name: \"w*.b\": a * stands only before" },
		{ "client,why,reason,expires\n10.0.0.7,,x,2026-06-01\n", "why" },
	};
	struct waivers w = { .v = NULL };
	struct err err;

	(void)state;
	assert_int_equal(load(&w, "client,reason,expires\n10.0.0.7,mine,2026-06-01\n", &err), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(load(&w, bad[i].text, &err), ST_ESYNTAX);
		if (strstr(err.text, bad[i].says) == NULL)
			fail_msg("no \"%s\" in: %s", bad[i].says, err.text);
		assert_string_equal(w.v[0].reason, "mine");
	}
	waivers_free(&w);
	assert_int_equal(w.n, 0);
}

/* Two findings are known: 0123456... and 012345f... */
static int
known(void *ctx, const char *begin, char id[WAIVER_ID + 1])
{
	static const char *const ids[] = { "0123456789abcdef", "012345f789abcdef" };
	int n = 0;

	(void)ctx;
	for (int i = 0; i < 2; i++)
		if (strncmp(ids[i], begin, strlen(begin)) == 0 && n++ == 0)
			memcpy(id, ids[i], WAIVER_ID + 1);
	return n;
}

static void
the_beginning_of_an_id_is_completed(void **state)
{
	struct waivers w = { .v = NULL };
	struct err err;

	(void)state;
	assert_int_equal(load(&w, "finding,client,reason,expires\n0123456,,x,2026-06-01\nffffff,,x,2026-06-01\n,10.0.0.7,x,2026-06-01\n", &err), 0);
	assert_int_equal(waivers_complete(&w, known, NULL, "w.csv", &err), 0);
	assert_string_equal(w.v[0].finding, "0123456789abcdef");
	assert_string_equal(w.v[1].finding, "ffffff");
	assert_null(w.v[2].finding);
	assert_int_equal(load(&w, "finding,reason,expires\n0123456,x,2026-06-01\n012345,x,2026-06-01\n", &err), 0);
	assert_int_equal(waivers_complete(&w, known, NULL, "w.csv", &err), ST_ESYNTAX);
	assert_string_equal(err.text, "w.csv:3: finding: \"012345\" is the beginning of several findings' ids; write more of its digits");
	waivers_free(&w);
}

static void
what_was_stored_comes_back(void **state)
{
	const struct waivable f = { "0123456789abcdef", "192.0.2.10", "10.0.0.7", "www.example.com", NULL };
	struct waivers w = { .v = NULL };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(waivers_add(&w, NULL, "192.0.2.0/24", NULL, "*.example.com", "why", NULL, "ann", 77, &err), 0);
	assert_true(waiver_fits(&w.v[0], &f));
	assert_true(w.v[0].expires == 77);
	assert_string_equal(w.v[0].address, "192.0.2.0/24");
	assert_int_equal(waivers_add(&w, NULL, "junk", NULL, NULL, "why", NULL, NULL, 77, &err), ST_ESYNTAX);
	assert_int_equal(w.n, 1);
	waivers_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_is_given_must_match),
		cmocka_unit_test(a_date_alone_ends_that_day),
		cmocka_unit_test(a_faulty_file_changes_nothing),
		cmocka_unit_test(the_beginning_of_an_id_is_completed),
		cmocka_unit_test(what_was_stored_comes_back),
	};

	return cmocka_run_group_tests_name("know/waivers", tests, NULL, NULL);
}
