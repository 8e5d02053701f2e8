/* Several captures as one: rotated sets, overlapping ones, clocks that jump, and what is kept open meanwhile. */
#include "make.h"

#include <dirent.h>
#include <fcntl.h>

#include "input/order.h"

/* All packets of all of them; the capture is none. */
static struct all
read_order(struct order *o)
{
	struct all a = { .n = 0 };
	struct block b;
	int rc;

	assert_int_equal(block_init(&b, &a.err), 0);
	while ((rc = order_block(o, &b, &a.err)) > 0) {
		assert_int_equal(rc, b.n);
		keep_block(&a, &b);
	}
	if (rc == 0)
		assert_int_equal(order_block(o, &b, &a.err), 0);
	assert_int_equal(a.err.code, rc);
	block_free(&b);
	return a;
}

static struct order *
open_order(char **paths, size_t n)
{
	struct order *o;
	struct err err;

	assert_int_equal(order_open(paths, n, NULL, NULL, &o, &err), 0);
	assert_int_equal(order_count(o), n);
	return o;
}

static struct all
read_paths(char **paths, size_t n)
{
	struct order *o = open_order(paths, n);
	struct all a = read_order(o);

	order_close(o);
	return a;
}

/* A file with one packet a time in seconds; its data are the number of the file and of the packet. */
static char *
file_of(const char *name, uint8_t file, const uint32_t *sec, size_t n)
{
	struct buf b = { .p = NULL };
	size_t i;
	char *path;

	classic_file(&b, false, MICRO, 4, 65535, 1);
	for (i = 0; i < n; i++) {
		classic_rec(&b, false, sec[i], 0, 2, 2, file);
		b.p[b.len - 1] = (uint8_t)i;
	}
	path = strdup(save(name, &b));
	buf_free(&b);
	return path;
}

/* "a0 a1 b0": which packet of which file, in order. */
static const char *
told(const struct all *a)
{
	static char text[400];
	size_t i, at = 0;

	text[0] = '\0';
	for (i = 0; i < a->n && at + 8 < sizeof(text); i++)
		at += (size_t)sprintf(text + at, "%s%c%u", i > 0 ? " " : "", a->data[i][0], a->data[i][1]);
	return text;
}

#define FILE_OF(name, file, ...) \
	file_of(name, file, (const uint32_t[]){ __VA_ARGS__ }, sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static void
free_paths(char **paths, size_t n)
{
	while (n-- > 0)
		free(paths[n]);
}

static void
assert_order(char **paths, size_t n, const char *expect)
{
	struct all a = read_paths(paths, n);

	assert_string_equal(told(&a), expect);
	free_all(&a);
}

/* The k-th permutation of 0..3. */
static void
permute(unsigned k, char **from, char **to)
{
	char *left[4] = { from[0], from[1], from[2], from[3] };
	unsigned i, j, at;

	for (i = 4; i > 0; i--) {
		at = k % i;
		k /= i;
		to[4 - i] = left[at];
		for (j = at; j + 1 < i; j++)
			left[j] = left[j + 1];
	}
}

static void
rotated_sets_in_any_order(void **state)
{
	char *paths[4] = {
		FILE_OF("r2", 'c', 30, 30, 31), FILE_OF("r0", 'a', 10, 12, 20), FILE_OF("r1", 'b', 20, 25, 30),
		FILE_OF("r3", 'd', 40),
	};
	char *turned[4];
	unsigned k;

	(void)state;
	for (k = 0; k < 24; k++) {
		permute(k, paths, turned);
		assert_order(turned, 4, "a0 a1 a2 b0 b1 b2 c0 c1 c2 d0");
	}
	free_paths(paths, 4);
}

static void
overlapping_files_are_merged(void **state)
{
	char *paths[3] = { FILE_OF("m0", 'a', 10, 30, 30, 50), FILE_OF("m1", 'b', 20, 30, 40, 60, 61), FILE_OF("m2", 'c', 35, 45) };
	char *turned[3] = { paths[2], paths[1], paths[0] };
	const char *expect = "a0 b0 a1 a2 b1 c0 b2 c1 a3 b3 b4";	/* at 30 the first source goes first */

	(void)state;
	assert_order(paths, 3, expect);
	assert_order(turned, 3, expect);
	free_paths(paths, 3);
}

/* Inside a file packets stay as they are, and a single wrong time holds nothing up. */
static void
clocks_that_jump(void **state)
{
	char *ahead[2] = { FILE_OF("j0", 'a', 10, 4000000000, 30, 50), FILE_OF("j1", 'b', 20, 40, 60) };
	char *back[2] = { FILE_OF("j2", 'a', 10, 30, 5, 35), FILE_OF("j3", 'b', 20, 32, 40) };

	(void)state;
	assert_order(ahead, 2, "a0 b0 a1 a2 b1 a3 b2");
	assert_order(back, 2, "a0 a1 a2 b0 b1 a3 b2");
	free_paths(ahead, 2);
	free_paths(back, 2);
}

static void
captures_without_packets_have_a_place(void **state)
{
	char *paths[3] = { FILE_OF("e0", 'a', 10), FILE_OF("e1", 'b', 20), NULL };
	struct buf b = { .p = NULL };
	struct order *o;
	struct all a;

	(void)state;
	classic_file(&b, false, MICRO, 4, 65535, 1);
	put(&b, false, 4, 10);
	paths[2] = strdup(save("none", &b));		/* and cut off, too */
	buf_free(&b);
	o = open_order(paths, 3);
	a = read_order(o);
	assert_string_equal(told(&a), "a0 b0");
	assert_int_equal(order_source(o, 0)->first_ns, INT64_MIN);
	assert_int_equal(capture_facts(order_source(o, 0)->capture)->end, CAPTURE_CUT);
	assert_int_equal(order_source(o, 1)->first_ns, INT64_C(10000000000));
	assert_int_equal(capture_facts(order_source(o, 1)->capture)->packets, 1);
	assert_int_equal(a.recs[1].source, 2);
	free_all(&a);
	order_close(o);
	free_paths(paths, 3);
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* One stream of rising times dealt out to k files comes back as it was, over many blocks. */
static void
dealt_out_and_merged(void **state)
{
	enum { PACKETS = 30000, FILES = 5 };
	uint32_t seed, i, len, k;

	(void)state;
	for (seed = 1; seed <= 3; seed++) {
		struct buf whole = { .p = NULL }, part[FILES] = { { .p = NULL } };
		char *paths[FILES], name[8];
		struct all one, all;
		uint32_t r = seed, run = 0;

		classic_file(&whole, false, NANO, 4, 65535, 1);
		for (k = 0; k < FILES; k++)
			classic_file(&part[k], false, NANO, 4, 65535, 1);
		for (i = 0, k = 0; i < PACKETS; i++) {
			if (run-- == 0) {
				run = next_random(&r) % (seed == 1 ? 2 : 5000);
				k = next_random(&r) % FILES;
			}
			len = next_random(&r) % 200;
			classic_rec(&whole, false, i / 1000, i % 1000, len, len, (uint8_t)i);
			classic_rec(&part[k], false, i / 1000, i % 1000, len, len, (uint8_t)i);
		}
		for (k = 0; k < FILES; k++) {
			snprintf(name, sizeof(name), "d%u", k);
			paths[k] = strdup(save(name, &part[k]));
			buf_free(&part[k]);
		}
		one = read_buf("whole", &whole);
		all = read_paths(paths, FILES);
		assert_int_equal(one.n, all.n);
		for (i = 0; i < PACKETS; i++) {
			assert_int_equal(one.recs[i].ts_ns, all.recs[i].ts_ns);
			assert_int_equal(one.recs[i].caplen, all.recs[i].caplen);
			assert_memory_equal(one.data[i], all.data[i], one.recs[i].caplen);
		}
		free_all(&one);
		free_all(&all);
		free_paths(paths, FILES);
	}
}

/* Also where packets are larger than a block. */
static void
large_packets_are_merged(void **state)
{
	char *paths[2];
	struct all a;
	int k, i;

	(void)state;
	for (k = 0; k < 2; k++) {
		struct buf b = { .p = NULL };

		classic_file(&b, false, MICRO, 4, 128 << 20, 231);
		for (i = 0; i < 4; i++)
			classic_rec(&b, false, (uint32_t)(10 + 2 * i + k), 0, i % 2 ? 300000 + (uint32_t)i : 2, 400000, (uint8_t)(10 * i + k));
		paths[k] = strdup(save(k ? "l1" : "l0", &b));
		buf_free(&b);
	}
	a = read_paths(paths, 2);
	assert_int_equal(a.n, 8);
	for (i = 0; i < 8; i++) {
		uint32_t len = i / 2 % 2 ? 300000 + (uint32_t)i / 2 : 2;

		assert_int_equal(a.recs[i].ts_ns, INT64_C(1000000000) * (10 + i));
		assert_int_equal(a.recs[i].caplen, len);
		assert_int_equal(a.data[i][len - 1], (uint8_t)(10 * (i / 2) + i % 2 + (int)len - 1));
	}
	free_all(&a);
	free_paths(paths, 2);
}

static void
packets_known_already_are_skipped(void **state)
{
	char *paths[2] = { FILE_OF("s0", 'a', 10, 30, 50), FILE_OF("s1", 'b', 20, 40, 60) };
	struct order *o = open_order(paths, 2);
	struct all a;

	(void)state;
	order_skip(o, 0, 2);
	order_skip(o, 1, 1);
	a = read_order(o);
	assert_string_equal(told(&a), "b1 a2 b2");
	assert_int_equal(a.recs[0].number, 2);
	assert_int_equal(capture_facts(order_source(o, 0)->capture)->packets, 3);
	free_all(&a);
	order_close(o);

	o = open_order(paths, 1);
	order_skip(o, 0, 9);
	a = read_order(o);
	assert_int_equal(a.n, 0);
	free_all(&a);
	order_close(o);
	free_paths(paths, 2);
}

/* Put a small file into a pipe, and the pipe where standard input was.  Returns what was there. */
static int
pipe_to_stdin(const char *path)
{
	int keep = dup(STDIN_FILENO), from = open(path, O_RDONLY), fd[2];
	char some[200];
	ssize_t n = read(from, some, sizeof(some));

	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], some, (size_t)n), n);
	close(fd[1]);
	close(from);
	dup2(fd[0], STDIN_FILENO);
	close(fd[0]);
	return keep;
}

static void
put_back_stdin(int keep)
{
	dup2(keep, STDIN_FILENO);
	close(keep);
}

/* A pipe cannot be opened again: what was looked at is kept. */
static void
standard_input_is_one_of_them(void **state)
{
	char *piped = FILE_OF("p1", 'b', 15, 40, 60), dash[] = "-";
	char *paths[3] = { FILE_OF("p0", 'a', 10, 30, 50), dash, FILE_OF("p2", 'c', 20, 55) };
	const uint8_t *head;
	struct order *o;
	struct all a;
	int keep;
	size_t n;

	(void)state;
	keep = pipe_to_stdin(piped);
	assert_order(paths, 3, "a0 b0 c0 a1 b1 a2 c1 b2");
	put_back_stdin(keep);

	keep = pipe_to_stdin(piped);
	o = open_order(&paths[1], 1);
	head = capture_head(order_source(o, 0)->capture, &n);
	assert_int_equal(n, 24 + 3 * 18);
	assert_memory_equal(head, "\xd4\xc3\xb2\xa1", 4);
	order_skip(o, 0, 1);
	a = read_order(o);
	assert_string_equal(told(&a), "b1 b2");
	free_all(&a);
	order_close(o);
	put_back_stdin(keep);
	free(piped);
	free(paths[0]);
	free(paths[2]);
}

static size_t
open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

/* Files that follow each other are open one at a time. */
static void
few_files_are_open(void **state)
{
	enum { FILES = 60 };
	size_t before = open_descriptors();
	char *paths[FILES], name[8];
	struct block b;
	struct order *o;
	struct err err;
	uint32_t i;

	(void)state;
	for (i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		paths[i] = FILE_OF(name, 'a', i, i);
	}
	o = open_order(paths, FILES);
	assert_int_equal(open_descriptors(), before);
	assert_int_equal(block_init(&b, &err), 0);
	for (i = 0; i < FILES; i++) {
		assert_int_equal(order_block(o, &b, &err), 2);
		assert_int_equal(b.recs[1].source, i);
		assert_true(open_descriptors() <= before + 1);
	}
	assert_int_equal(order_block(o, &b, &err), 0);
	assert_int_equal(open_descriptors(), before);
	block_free(&b);
	order_close(o);
	free_paths(paths, FILES);
}

static void
too_many_at_a_time_are_refused(void **state)
{
	char *paths[ORDER_OPEN + 1], name[8];
	struct order *o;
	struct all a;
	uint32_t i;

	(void)state;
	for (i = 0; i <= ORDER_OPEN; i++) {
		snprintf(name, sizeof(name), "o%03u", i);
		paths[i] = FILE_OF(name, 'a', i, 1000);
	}
	o = open_order(paths, ORDER_OPEN);
	a = read_order(o);
	assert_int_equal(a.n, 2 * ORDER_OPEN);
	free_all(&a);
	order_close(o);

	o = open_order(paths, ORDER_OPEN + 1);
	a = read_order(o);
	assert_int_equal(a.err.code, ST_ELIMIT);
	assert_has(a.err.text, "o128: more than 128 captures overlap in time");
	assert_has(a.err.text, "mergecap");
	free_all(&a);
	order_close(o);
	free_paths(paths, ORDER_OPEN + 1);
}

static void
a_file_replaced_meanwhile_is_noticed(void **state)
{
	char *paths[2] = { FILE_OF("x0", 'a', 10), FILE_OF("x1", 'b', 20, 30) };
	struct order *o = open_order(paths, 2);
	struct all a;

	(void)state;
	free(FILE_OF("x1", 'b', 20, 31));
	a = read_order(o);
	assert_string_equal(told(&a), "a0");
	assert_int_equal(a.err.code, ST_EIO);
	assert_has(a.err.text, "x1: was replaced");
	free_all(&a);
	order_close(o);

	free(FILE_OF("x1", 'b', 20, 30));
	o = open_order(paths, 2);
	free(FILE_OF("x1", 'b', 20, 30, 40));			/* grown, not replaced */
	assert_order(paths, 2, "a0 b0 b1 b2");
	order_close(o);
	free_paths(paths, 2);
}

static void
count_secrets(void *ctx, uint32_t type, const uint8_t *data, size_t len)
{
	(void)type;
	assert_memory_equal(data, "KEY", len);
	++*(int *)ctx;
}

/* Looking at a file first does not bring its secrets twice. */
static void
secrets_come_once(void **state)
{
	struct buf b = { .p = NULL }, body = { .p = NULL };
	char *paths[2];
	struct order *o;
	struct err err;
	struct all a;
	int n, count;

	(void)state;
	ng_section(&b, false);
	ng_iface(&b, false, 1, 0, 0, 0);
	put(&body, false, 4, 0x544c534b);
	put(&body, false, 4, 3);
	buf_put(&body, "KEY", 3);
	ng_block(&b, false, 10, &body);
	ng_packet(&b, false, 0, 5, 1, 1, 'a', 0);
	paths[0] = strdup(save("k0", &b));
	paths[1] = strdup(save("k1", &b));
	buf_free(&b);
	buf_free(&body);
	for (n = 1; n <= 2; n++) {
		count = 0;
		assert_int_equal(order_open(paths, (size_t)n, count_secrets, &count, &o, &err), 0);
		a = read_order(o);
		assert_int_equal(a.n, n);
		assert_int_equal(count, n);
		free_all(&a);
		order_close(o);
	}
	free_paths(paths, 2);
}

static void
what_cannot_be_opened_is_said_at_once(void **state)
{
	char *paths[2] = { FILE_OF("y0", 'a', 10), strdup(in_dir("missing")) };
	struct order *o;
	struct err err;

	(void)state;
	assert_int_equal(order_open(paths, 2, NULL, NULL, &o, &err), ST_ESYNTAX);
	assert_null(o);
	assert_has(err.text, "missing: there is no such file");
	free_paths(paths, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rotated_sets_in_any_order),
		cmocka_unit_test(overlapping_files_are_merged),
		cmocka_unit_test(clocks_that_jump),
		cmocka_unit_test(captures_without_packets_have_a_place),
		cmocka_unit_test(dealt_out_and_merged),
		cmocka_unit_test(large_packets_are_merged),
		cmocka_unit_test(packets_known_already_are_skipped),
		cmocka_unit_test(standard_input_is_one_of_them),
		cmocka_unit_test(few_files_are_open),
		cmocka_unit_test(too_many_at_a_time_are_refused),
		cmocka_unit_test(a_file_replaced_meanwhile_is_noticed),
		cmocka_unit_test(secrets_come_once),
		cmocka_unit_test(what_cannot_be_opened_is_said_at_once),
	};

	return cmocka_run_group_tests_name("input/order", tests, make_dir, drop_dir);
}
