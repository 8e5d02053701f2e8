/* What becomes of files that are no captures; what a capture is known by; captures that come in pieces. */
#include "make.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void
refused(const char *path, int code, const char *says)
{
	struct capture *c;
	struct err err = { .code = 0 };

	assert_int_equal(capture_open(path, &c, &err), code);
	assert_null(c);
	assert_int_equal(err.code, code);
	assert_has(err.text, path);
	assert_has(err.text, says);
}

static void
what_is_no_capture_is_named(void **state)
{
	char tar[512] = "name";

	(void)state;
	refused(in_dir("missing"), ST_ESYNTAX, "there is no such file; check the name");
	refused(in_dir(""), ST_EFORMAT, "is a directory");
	refused(save_bytes("empty", "", 0), ST_EFORMAT, "is empty");
	refused("/dev/null", ST_EFORMAT, "is empty");
	refused(save_bytes("text", "hello\n", 6), ST_EFORMAT, "is no capture that staletap reads");
	refused(save_bytes("one", "\n", 1), ST_EFORMAT, "is no capture that staletap reads");
	refused(save_bytes("snoop", "snoop\0\0\0\0\0\0\2", 12), ST_EFORMAT, "editcap -F pcap");
	refused(save_bytes("zip", "PK\003\004", 4), ST_EFORMAT, "is a ZIP archive");
	refused(save_bytes("db", "SQLite format 3", 16), ST_EFORMAT, "staletap report");
	memcpy(tar + 257, "ustar", 5);
	refused(save_bytes("tar", tar, sizeof(tar)), ST_EFORMAT, "is a tar archive");
	refused(save_bytes("notgz", "\037\213\377\377\377\377\377\377\377\377\377\377", 12), ST_EFORMAT,
	    "is no capture that staletap reads");
}

/* A name from a spool folder that anybody may write to. */
static void
names_are_harmless_in_messages(void **state)
{
	char longer[400];
	struct capture *c;
	struct err err;
	size_t i;

	(void)state;
	assert_int_equal(capture_open(save_bytes("\033[2Jx", "", 0), &c, &err), ST_EFORMAT);
	assert_null(strchr(err.text, '\033'));
	assert_has(err.text, "[2Jx: is empty");
	for (i = 0; i < sizeof(longer); i++)
		longer[i] = i % 2 ? 'y' : '/';
	memcpy(longer + sizeof(longer) - 6, "/end", 5);
	assert_int_equal(capture_open(longer, &c, &err), ST_ESYNTAX);
	assert_has(err.text, "/y/y/end: there is no such file; check the name");
}

static void
what_may_not_be_read_is_named(void **state)
{
	const char *path = save_bytes("secret", "", 0);
	uid_t me = geteuid();

	(void)state;
	assert_int_equal(chmod(path, 0), 0);
	assert_true(me != 0 || seteuid(65534) == 0);		/* root may read every file */
	refused(path, ST_ESYNTAX, "ask its owner for read permission");
	assert_true(me != 0 || seteuid(0) == 0);
}

static void
thousand_packets(struct buf *b)
{
	uint32_t i;

	classic_file(b, false, MICRO, 4, 65535, 1);
	for (i = 0; i < 1000; i++)
		classic_rec(b, false, i, 0, 100, 100, (uint8_t)i);
}

/* The head are the first 64 KiB, or as many as there are. */
static void
known_by_its_first_64_kib(void **state)
{
	struct buf b = { .p = NULL };
	const uint8_t *head;
	struct all a;
	size_t n;

	(void)state;
	thousand_packets(&b);
	assert_true(b.len > 65536);
	a = read_all(save("known.pcap", &b));
	head = capture_head(a.capture, &n);
	assert_int_equal(n, 65536);
	assert_memory_equal(head, b.p, n);
	capture_rest(a.capture);
	assert_null(capture_head(a.capture, &n));
	assert_int_equal(facts_of(&a)->packets, 1000);
	free_all(&a);

	a = read_all(save_bytes("short.pcap", b.p, 1000));
	head = capture_head(a.capture, &n);
	assert_int_equal(n, 1000);
	assert_memory_equal(head, b.p, n);
	free_all(&a);
	buf_free(&b);
}

/* Into a pipe of one page, pieces that do not grow together: its reader gets each by itself. */
static void
feed_pieces(int to, const char *path, size_t piece)
{
	int from = open(path, O_RDONLY);
	ssize_t n = -1;

	if (from >= 0 && fcntl(to, F_SETPIPE_SZ, 1) > 0)
		while ((n = splice(from, NULL, to, NULL, piece, 0)) > 0)
			;
	_exit(n == 0 ? 0 : 1);
}

static struct all
read_pieces(const char *path, size_t piece)
{
	int fd[2], keep = dup(STDIN_FILENO), status;
	struct all a;
	pid_t pid;

	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (pid == 0) {
		close(fd[0]);
		feed_pieces(fd[1], path, piece);
	}
	close(fd[1]);
	assert_int_equal(dup2(fd[0], STDIN_FILENO), STDIN_FILENO);
	close(fd[0]);
	a = read_all("-");
	if (keep >= 0) {
		dup2(keep, STDIN_FILENO);
		close(keep);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return a;
}

static void
in_pieces_as_in_one(void **state)
{
	static const size_t pieces[] = { 7, 101, 1000, 4095 };
	const char *path;
	struct buf b = { .p = NULL };
	struct all whole, a;
	size_t i;

	(void)state;
	thousand_packets(&b);
	path = save("whole.pcap", &b);
	whole = read_all(path);
	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		a = read_pieces(path, pieces[i]);
		assert_same(&a, &whole);
		assert_false(facts_of(&a)->regular);
		assert_int_equal(facts_of(&a)->total, 0);
		free_all(&a);
	}
	free_all(&whole);
	buf_free(&b);
}

/* The packing is known also where a pipe brings less than its magic at a time. */
static void
packed_and_in_pieces(void **state)
{
	/* a pcap file header with no packets, by gzip */
	static const uint8_t packed_capture[] = {
		0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xbb, 0x72, 0x78, 0xd3, 0x42, 0x26, 0x06, 0x16,
		0x06, 0x18, 0xf8, 0xff, 0x9f, 0x81, 0x81, 0x11, 0x48, 0x03, 0x00, 0xe1, 0xd7, 0xa1, 0x11, 0x18, 0x00, 0x00,
		0x00,
	};
	struct all a = read_pieces(save_bytes("pieces.gz", packed_capture, sizeof(packed_capture)), 1);

	(void)state;
	assert_string_equal(facts_of(&a)->packing, "gzip");
	assert_int_equal(facts_of(&a)->offset, 24);
	assert_int_equal(facts_of(&a)->end, CAPTURE_WHOLE);
	free_all(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_capture_is_named),
		cmocka_unit_test(names_are_harmless_in_messages),
		cmocka_unit_test(what_may_not_be_read_is_named),
		cmocka_unit_test(known_by_its_first_64_kib),
		cmocka_unit_test(in_pieces_as_in_one),
		cmocka_unit_test(packed_and_in_pieces),
	};

	return cmocka_run_group_tests_name("input/capture", tests, make_dir, drop_dir);
}
