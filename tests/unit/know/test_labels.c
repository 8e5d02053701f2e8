#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "know/labels.h"

static int
load(struct labels *l, const char *text, struct err *err)
{
	char path[] = "/tmp/labels.XXXXXX";
	int fd = mkstemp(path), rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	*err = (struct err){ 0 };
	rc = labels_load(l, path, err);
	unlink(path);
	return rc;
}

static const struct label *
of(const struct labels *l, const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return labels_find(l, &a);
}

static void
the_most_specific_speaks(void **state)
{
	struct labels l = { .v = NULL };
	struct err err;

	(void)state;
	assert_int_equal(load(&l, "role,prefix,label\n,10.0.0.0/8,all\nnat,10.1.0.0/16,bridge\nmonitor,10.1.2.3,probe\n,2001:db8::/32,six\n", &err), 0);
	assert_string_equal(of(&l, "10.9.9.9")->label, "all");
	assert_int_equal(of(&l, "10.1.9.9")->role, ROLE_NAT);
	assert_string_equal(of(&l, "10.1.2.3")->label, "probe");
	assert_int_equal(of(&l, "10.1.2.3")->role, ROLE_MONITOR);
	assert_null(of(&l, "10.1.2.3")->owner);
	assert_string_equal(of(&l, "2001:db8::7")->label, "six");
	assert_null(of(&l, "192.0.2.1"));
	labels_free(&l);
	assert_null(of(&l, "10.1.2.3"));
}

static void
a_faulty_file_changes_nothing(void **state)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "prefix,role\n10.0.0.0/8,router\n", ":2: role: \"router\" is none of" },
		{ "prefix,role\n10.0.0.0/8,nat\nten,nat\n", ":3: prefix: \"ten\" is no address" },
		{ "label\nx\n", "prefix" },
	};
	struct labels l = { .v = NULL };
	struct err err;

	(void)state;
	assert_int_equal(load(&l, "prefix,label\n10.0.0.7,mine\n", &err), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(load(&l, bad[i].text, &err), ST_ESYNTAX);
		if (strstr(err.text, bad[i].says) == NULL)
			fail_msg("no \"%s\" in: %s", bad[i].says, err.text);
		assert_string_equal(of(&l, "10.0.0.7")->label, "mine");
	}
	labels_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_specific_speaks),
		cmocka_unit_test(a_faulty_file_changes_nothing),
	};

	return cmocka_run_group_tests_name("know/labels", tests, NULL, NULL);
}
