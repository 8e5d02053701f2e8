#include "doh_got.h"

static struct doh_head
head_of(const char *const fields[][2])
{
	struct doh_head h;

	doh_head_begin(&h);
	for (; (*fields)[0] != NULL; fields++)
		doh_head_field(&h, (*fields)[0], strlen((*fields)[0]), (*fields)[1], strlen((*fields)[1]));
	return h;
}
#define HEAD(...) head_of((const char *const[][2]){ __VA_ARGS__, { NULL, NULL } })

static void
the_queries_of_rfc_8484(void **state)
{
	struct bytes q = hex(RFC8484_QUERY);
	struct doh_head h = HEAD({ ":path", "/dns-query?dns=" RFC8484_GET });
	struct doh_msg m;

	(void)state;
	assert_true(doh_get(&h, &m));
	assert_int_equal(m.wire, 33);
	assert_int_equal(m.have, 33);
	assert_memory_equal(m.msg, q.b, 33);
	doh_head_free(&h);
	h = HEAD({ ":path", "/dns-query?dns=AAABAAABAAAAAAAAAWE-NjJjaGFyYWN0ZXJsYWJlbC1tYWtlcy1iYXNlNjR1cmwtZGlzdGluY3QtZnJvbS1zdGFu"
	    "ZGFyZC1iYXNlNjQHZXhhbXBsZQNjb20AAAEAAQ" });
	assert_true(doh_get(&h, &m));
	assert_int_equal(m.wire, 94);
	assert_memory_equal(m.msg + 12, "\x01" "a" "\x3e" "62characterlabel-makes-base64url-distinct-from-standard-base64"
	    "\x07" "example\x03" "com\x00\x00\x01\x00\x01", 82);
	doh_head_free(&h);
}

static void
where_the_parameter_may_stand(void **state)
{
	static const struct { const char *path; bool good; } rows[] = {
		{ "/?dns=" RFC8484_GET, true },
		{ "/a/b?x=y&dns=" RFC8484_GET "&ct", true },
		{ "/dns-query?dns=" RFC8484_GET "%3D%3D", true },
		{ "http://dns.example/dns-query?dns=" RFC8484_GET "==", true },
		{ "/dns-query?xdns=" RFC8484_GET, false },
		{ "/dns=" RFC8484_GET, false },
		{ "/dns-query?dns=", false },
		{ "/dns-query?dns=AAABAAAB", false },
		{ "/dns-query?dns=AAA+" RFC8484_GET, false },
		{ "/dns-query?name=www.example.com&type=A", false },
		{ "", false },
		{ "?", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct doh_head h = HEAD({ ":path", rows[i].path });
		struct doh_msg m;

		assert_int_equal(doh_get(&h, &m), rows[i].good);
		assert_true(h.request);
		doh_head_free(&h);
	}
}

static void
age_and_max_age(void **state)
{
	static const struct { const char *control; uint32_t cap; } rows[] = {
		{ "max-age=3709", 3709 }, { "private, max-age=9", 9 }, { "Max-Age=\"60\",public", 60 }, { "max-age=60, max-age=30", 30 },
		{ "s-maxage=10", UINT32_MAX }, { "no-store", UINT32_MAX }, { "max-age=", UINT32_MAX }, { "max-age=-1", UINT32_MAX },
		{ "max-age=99999999999999999999999", UINT32_MAX }, { ",,, ,", UINT32_MAX }, { "", UINT32_MAX }, { "max-age=0", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct doh_head h = HEAD({ "cache-control", rows[i].control }, { "age", "250" });

		assert_int_equal(h.cap, rows[i].cap);
		assert_int_equal(h.less, 250);
	}
}

static void
hosts(void **state)
{
	static const char *const rows[][2] = {
		{ "WWW.Example.COM:8080", "www.example.com" }, { "www.example.com.", "www.example.com" }, { "192.0.2.1", "192.0.2.1" },
		{ "[2001:DB8::1]:443", "2001:db8::1" }, { "", "" }, { ":80", "" }, { "[", "[" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct doh_head h = HEAD({ ":authority", rows[i][0] });

		assert_string_equal(h.name, rows[i][1]);
	}
}

static void
a_body_of_the_right_type(void **state)
{
	struct doh_head h = HEAD({ ":status", "200" }, { "content-type", "Application/DNS-Message; q=1" }, { "age", "7" },
	    { "cache-control", "max-age=3709" }), other = HEAD({ ":status", "200" }, { "content-type", "application/dns-messages" });
	struct bytes a = hex(RFC8484_ANSWER);
	struct doh_body b = { .over = false };
	struct doh_msg m;

	(void)state;
	doh_body_begin(&b, &h);
	assert_false(doh_body_add(&b, a.b, 10, &m));
	assert_false(doh_body_add(&b, a.b + 10, a.n - 10, &m));
	assert_true(doh_body_end(&b, &m));
	assert_int_equal(m.wire, 61);
	assert_memory_equal(m.msg, a.b, 61);
	assert_int_equal(m.less, 7);
	assert_int_equal(m.cap, 3709);
	assert_false(doh_body_end(&b, &m));			/* once */
	doh_body_begin(&b, &other);
	assert_false(doh_body_add(&b, a.b, a.n, &m));
	assert_false(doh_body_end(&b, &m));
	assert_null(b.p);
	h.length = 61;						/* its length says that it is complete */
	doh_body_begin(&b, &h);
	assert_false(doh_body_add(&b, a.b, 60, &m));
	assert_true(doh_body_add(&b, a.b + 60, 1, &m));
	assert_false(doh_body_end(&b, &m));
	doh_body_drop(&b);
}

static void
a_body_of_unknown_type_by_its_looks(void **state)
{
	struct bytes a = hex(RFC8484_ANSWER);
	struct doh_body b = { .over = false };
	struct doh_msg m;

	(void)state;
	assert_false(doh_body_add(&b, a.b, a.n, &m));
	assert_true(doh_body_end(&b, &m));
	assert_int_equal(m.wire, 61);
	assert_int_equal(m.cap, UINT32_MAX);
	doh_body_drop(&b);
	b = (struct doh_body){ .over = false };
	assert_false(doh_body_add(&b, (const uint8_t *)"<!DOCTYPE html>", 15, &m));
	assert_null(b.p);					/* it is not kept */
	assert_false(doh_body_end(&b, &m));
}

static void
a_hole_in_a_body(void **state)
{
	struct doh_head h = HEAD({ ":status", "200" }, { "content-type", "application/dns-message" });
	struct msg a = answer_of(100);
	struct doh_body b = { .over = false };
	struct doh_msg m;

	(void)state;
	doh_body_begin(&b, &h);
	assert_false(doh_body_add(&b, a.b, 500, &m));
	doh_body_lost(&b, 300);
	assert_false(doh_body_add(&b, a.b + 800, a.n - 800, &m));
	assert_true(doh_body_end(&b, &m));
	assert_int_equal(m.wire, a.n);
	assert_int_equal(m.have, 500);
	doh_body_begin(&b, &h);
	assert_false(doh_body_add(&b, a.b, 500, &m));
	doh_body_lost(&b, 70000);				/* longer than a message can be */
	assert_false(doh_body_end(&b, &m));
	doh_body_begin(&b, &h);
	doh_body_lost(&b, 5);					/* nothing is left of its header */
	assert_false(doh_body_add(&b, a.b + 5, a.n - 5, &m));
	assert_false(doh_body_end(&b, &m));
	doh_body_drop(&b);
}

static void
no_body_is_larger_than_a_message(void **state)
{
	struct doh_head h = HEAD({ ":status", "200" }, { "content-type", "application/dns-message" });
	struct doh_body b = { .over = false };
	struct msg a = answer_of(1);
	struct doh_msg m;

	(void)state;
	doh_body_begin(&b, &h);
	for (int i = 0; i < 5000; i++) {
		assert_false(doh_body_add(&b, a.b, a.n, &m));
		assert_true(b.size <= 65536);
	}
	assert_true(b.too_long);
	assert_false(doh_body_end(&b, &m));
	doh_body_drop(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_queries_of_rfc_8484),
		cmocka_unit_test(where_the_parameter_may_stand),
		cmocka_unit_test(age_and_max_age),
		cmocka_unit_test(hosts),
		cmocka_unit_test(a_body_of_the_right_type),
		cmocka_unit_test(a_body_of_unknown_type_by_its_looks),
		cmocka_unit_test(a_hole_in_a_body),
		cmocka_unit_test(no_body_is_larger_than_a_message),
	};

	return cmocka_run_group_tests_name("proto/doh", tests, NULL, NULL);
}
