/* What FILE... on the command line stands for. */
#include "make.h"

#include <sys/stat.h>

#include "input/files.h"

static void
a_directory_is_its_captures(void **state)
{
	/* by gzip: a line of text, and a pcap file header with no packets */
	static const uint8_t packed_text[] = {
		0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0xcb, 0x2f, 0x51, 0x48, 0x54, 0x48, 0x4e,
		0x2c, 0x28, 0x29, 0x2d, 0x4a, 0xe5, 0x02, 0x00, 0x1f, 0x45, 0x64, 0x25, 0x0e, 0x00, 0x00, 0x00,
	};
	static const uint8_t packed_capture[] = {
		0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xbb, 0x72, 0x78, 0xd3, 0x42, 0x26, 0x06, 0x16,
		0x06, 0x18, 0xf8, 0xff, 0x9f, 0x81, 0x81, 0x11, 0x48, 0x03, 0x00, 0xe1, 0xd7, 0xa1, 0x11, 0x18, 0x00, 0x00,
		0x00,
	};
	char text[] = "some/file", dash[] = "-", *given[] = { text, dir, dash, NULL };
	struct buf b = { .p = NULL };
	struct files f;
	struct err err;

	(void)state;
	classic_file(&b, true, NANO, 4, 0, 1);
	save("b.pcap", &b);
	save("a", &b);
	buf_clear(&b);
	ng_section(&b, true);
	save("c.pcapng", &b);
	buf_free(&b);
	save_bytes("text", "hello, world\n", 13);
	save_bytes("empty.pcap", "", 0);
	save_bytes("text.gz", packed_text, sizeof(packed_text));
	save_bytes("d", packed_capture, sizeof(packed_capture));
	assert_int_equal(mkdir(in_dir("e.pcap"), 0700), 0);

	assert_int_equal(files_expand(given, 3, &f, &err), 0);
	assert_int_equal(f.n, 6);
	assert_string_equal(f.path[0], "some/file");
	assert_string_equal(f.path[1], in_dir("a"));
	assert_string_equal(f.path[2], in_dir("b.pcap"));
	assert_string_equal(f.path[3], in_dir("c.pcapng"));
	assert_string_equal(f.path[4], in_dir("d"));
	assert_string_equal(f.path[5], "-");
	files_free(&f);
}

static void
a_directory_without_captures_is_an_error(void **state)
{
	char path[150], *given[] = { path };
	struct files f;
	struct err err;

	(void)state;
	snprintf(path, sizeof(path), "%s/", in_dir("none"));
	assert_int_equal(mkdir(path, 0700), 0);
	save_bytes("none/readme", "hello\n", 6);
	assert_int_equal(files_expand(given, 1, &f, &err), ST_EFORMAT);
	assert_has(err.text, "is a directory without captures");
	files_free(&f);
}

static void
what_is_not_there_stays_as_given(void **state)
{
	char path[] = "/nowhere/at/all", *given[] = { path };
	struct files f;
	struct err err;

	(void)state;
	assert_int_equal(files_expand(given, 1, &f, &err), 0);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.path[0], path);
	files_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_directory_is_its_captures),
		cmocka_unit_test(a_directory_without_captures_is_an_error),
		cmocka_unit_test(what_is_not_there_stays_as_given),
	};

	return cmocka_run_group_tests_name("input/files", tests, make_dir, drop_dir);
}
