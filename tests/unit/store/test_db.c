/* What is opened, what is refused, and who else may look. */
#include "fill.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store/store_int.h"

#define NOBODY 65534

static void
put_file(const char *path, const void *p, size_t n)
{
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	assert_int_equal(fwrite(p, 1, n, out), n);
	fclose(out);
}

/* Refused for writing and for reading, with these words, and the file is as it was. */
static void
refused(const char *path, int code, const char *words)
{
	struct store *st;
	struct err err = { 0 };
	struct stat before, after;
	sqlite3 *db;

	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(store_open(path, FILL_MEMORY, &st, &err), code);
	assert_null(st);
	if (strstr(err.text, words) == NULL || strstr(err.text, path) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
	assert_int_equal(db_open_read(path, path, &db, &err), code);
	assert_null(db);
	if (strstr(err.text, path) == NULL)
		fail_msg("\"%s\"", err.text);
	assert_int_equal(stat(path, &after), 0);
	assert_true(before.st_size == after.st_size && before.st_mtime == after.st_mtime && before.st_ino == after.st_ino);
}

static void
make_sqlite(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
not_ours_is_refused(void **state)
{
	struct fill *f = *state;
	unsigned char bytes[5000];

	put_file(f->path, "address,name\n192.0.2.1,www\n", 26);
	refused(f->path, ST_EFORMAT, "not a database");
	memset(bytes, 0xa5, sizeof(bytes));
	put_file(f->path, bytes, sizeof(bytes));
	refused(f->path, ST_EFORMAT, "not a database");
	put_file(f->path, "SQLite format 3", 16);
	refused(f->path, ST_EFORMAT, "not a database");
	unlink(f->path);
	make_sqlite(f->path, "CREATE TABLE t(x)");
	refused(f->path, ST_EFORMAT, "not of staletap");
	make_sqlite(f->path, "PRAGMA application_id=0x53544c54; PRAGMA user_version=99");
	refused(f->path, ST_EFORMAT, "newer");
	make_sqlite(f->path, "PRAGMA user_version=1");
	refused(f->path, ST_EFORMAT, "not those of staletap");
	refused(f->dir, ST_EFORMAT, "not a regular file");
}

/* Ours, but with something of somebody else's in the place of a view, a table or behind a table. */
static void
a_changed_schema_is_refused(void **state)
{
	static const char *const changes[] = {
		"DROP VIEW v_findings; CREATE VIEW v_findings AS SELECT 1 AS id",
		"DROP VIEW v_answers",
		"DROP TABLE counter; CREATE TABLE counter(source_id INTEGER, name TEXT, n INTEGER)",
		"DROP TABLE state; CREATE VIEW state AS SELECT 1 AS kind, 0 AS shard, x'00' AS body",
	};
	struct fill *f = *state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		struct store *st;
		struct err err = { 0 };
		sqlite3 *db;

		store_close(fill_open(f->path));
		make_sqlite(f->path, changes[i]);
		assert_int_equal(store_open(f->path, FILL_MEMORY, &st, &err), ST_EFORMAT);
		assert_non_null(strstr(err.text, "not those of staletap"));
		assert_int_equal(db_open_read(f->path, f->path, &db, &err), ST_EFORMAT);
		unlink(f->path);
	}
	store_close(fill_open(f->path));
	make_sqlite(f->path, "CREATE VIEW mine AS SELECT client FROM v_findings; CREATE TABLE notes(x)");
	store_close(fill_open(f->path));	/* what is besides is the user's */
}

/* A trigger that somebody left in the file does not fire. */
static void
triggers_do_not_fire(void **state)
{
	struct fill *f = *state;
	struct store *st;

	store_close(fill_open(f->path));
	make_sqlite(f->path, "CREATE TRIGGER bad AFTER INSERT ON run BEGIN DELETE FROM cause; END");
	st = fill_open(f->path);
	fill_begin(st);
	fill_sample(st);
	fill_commit(st);
	assert_string_not_equal(fill_ask(f->path, "SELECT count(*) FROM cause"), "0");
	store_close(st);
}

static void
made_as_the_contract_says(void **state)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	struct fill *f = *state;
	mode_t mask = umask(0077);
	struct store *st = fill_open(f->path);
	struct stat sb;
	char name[250];

	fill_begin(st);
	fill_sample(st);
	fill_commit(st);
	for (int closed = 0; closed < 2; closed++) {
		for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
			snprintf(name, sizeof(name), "%s%s", f->path, tails[i]);
			assert_int_equal(stat(name, &sb), 0);
			assert_int_equal(sb.st_mode & 0777, 0640);
		}
		store_close(closed == 0 ? st : NULL);
	}
	umask(mask);
	assert_string_equal(fill_ask(f->path, "PRAGMA application_id"), "1398033492");	/* 0x53544c54 */
	assert_string_equal(fill_ask(f->path, "PRAGMA user_version"), "3");
	assert_string_equal(fill_ask(f->path, "PRAGMA page_size"), "8192");
	assert_string_equal(fill_ask(f->path, "PRAGMA auto_vacuum"), "2");
	assert_string_equal(fill_ask(f->path, "PRAGMA journal_mode"), "wal");
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM sqlite_schema WHERE type='table' AND sql NOT LIKE '%STRICT%'"), "0");
}

static void
an_empty_file_is_a_new_database(void **state)
{
	struct fill *f = *state;
	struct err err = { 0 };
	sqlite3 *db;

	put_file(f->path, "", 0);
	assert_int_equal(db_open_read(f->path, f->path, &db, &err), ST_EFORMAT);
	assert_non_null(strstr(err.text, "empty"));
	store_close(fill_open(f->path));
	assert_int_equal(db_open_read(f->path, f->path, &db, &err), 0);
	sqlite3_close(db);
}

static void
a_second_writer_is_told(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path), *other;
	struct err err = { 0 };

	assert_int_equal(store_open(f->path, FILL_MEMORY, &other, &err), ST_EBUSY);
	assert_non_null(strstr(err.text, "another staletap"));
	store_close(st);
	store_close(fill_open(f->path));
}

/* Not one of ours, but somebody's shell that has begun to write. */
static void
somebody_else_s_transaction(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct err err = { 0 };
	sqlite3 *db;

	sqlite3_busy_timeout(st->db, 0);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(store_begin(st, &err), ST_EBUSY);
	assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	fill_begin(st);
	fill_commit(st);
	sqlite3_close(db);
	store_close(st);
}

static void
a_reader_beside_a_writer(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	struct err err = { 0 };
	sqlite3 *db;

	fill_begin(st);
	fill_sample(st);
	fill_commit(st);
	fill_begin(st);
	store_state_put(st, 1, 1, "open", 4);
	assert_int_equal(db_open_read(f->path, f->path, &db, &err), 0);	/* in the middle of a flush */
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_findings"), "1");
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM state"), "0");
	fill_commit(st);					/* and the reader is not in the writer's way */
	assert_int_equal(sqlite3_exec(db, "DELETE FROM state", NULL, NULL, NULL), SQLITE_READONLY);
	sqlite3_close(db);
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM state"), "1");
	store_close(st);
}

/* Run fn as nobody in root's group, who may read a 0640 file of root's and not write it.  Skipped where we are not root. */
static void
as_nobody(int (*fn)(const struct fill *f), const struct fill *f)
{
	pid_t child;
	int status;

	if (geteuid() != 0)
		skip();
	child = fork();
	if (child == 0) {
		if (setgroups(0, NULL) < 0 || setgid(0) < 0 || setuid(NOBODY) < 0)
			_exit(90);
		_exit(fn(f));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int
count_findings(const struct fill *f)
{
	struct err err = { 0 };
	sqlite3 *db;
	sqlite3_stmt *stmt;
	int n = 50;

	if (db_open_read(f->path, f->path, &db, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		return 51;
	}
	if (sqlite3_prepare_v2(db, "SELECT count(*) FROM v_findings", -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		n = sqlite3_column_int(stmt, 0) == 1 ? 0 : 52;
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return n;
}

static int
count_with_sqlite_alone(const struct fill *f)
{
	return strcmp(fill_ask(f->path, "SELECT count(*) FROM v_findings"), "1") == 0 ? 0 : 53;
}

static void
a_reader_without_write_permission(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	char name[250];

	chmod(f->dir, 0755);
	fill_begin(st);
	fill_sample(st);
	fill_commit(st);
	as_nobody(count_findings, f);			/* while it is written */
	as_nobody(count_with_sqlite_alone, f);
	store_close(st);
	as_nobody(count_findings, f);			/* and after */
	as_nobody(count_with_sqlite_alone, f);
	snprintf(name, sizeof(name), "%s-wal", f->path);
	unlink(name);
	snprintf(name, sizeof(name), "%s-shm", f->path);
	unlink(name);
	as_nobody(count_findings, f);			/* only the file itself was copied here */
}

/* The writer was killed: what it had committed stands in -wal, and there is nobody who may tidy up. */
static void
a_reader_after_a_kill(void **state)
{
	struct fill *f = *state;
	struct store *st;
	pid_t child = fork();

	if (child == 0) {
		st = fill_open(f->path);
		fill_begin(st);
		fill_sample(st);
		fill_commit(st);
		fill_begin(st);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &(int){ 0 }, 0), child);
	chmod(f->dir, 0755);
	as_nobody(count_findings, f);
	as_nobody(count_with_sqlite_alone, f);
	assert_string_equal(fill_ask(f->path, "SELECT count(*) FROM v_findings"), "1");
}

static int
write_is_refused(const struct fill *f)
{
	struct store *st;
	struct err err = { 0 };

	if (store_open(f->path, FILL_MEMORY, &st, &err) != ST_ESYNTAX)
		return 60;
	return strstr(err.text, "cannot be opened for writing: Permission denied") != NULL ? 0 : 61;
}

static void
no_permission_to_write(void **state)
{
	struct fill *f = *state;
	struct stat sb;

	chmod(f->dir, 0755);
	as_nobody(write_is_refused, f);			/* a directory that is not ours */
	assert_int_equal(stat(f->path, &sb), -1);
	store_close(fill_open(f->path));
	as_nobody(write_is_refused, f);			/* a file that is not ours */
}

/* A file system of 2 MiB: first filled by somebody else, then by us. */
static int
on_a_small_disk(const struct fill *f)
{
	struct store *st;
	struct err err = { 0 };
	struct row_answer a = { .type = "A", .data = "192.0.2.10", .server = "10.0.0.53", .count = 1};
	char name[250];
	static char zeros[250000];
	int fd;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", f->dir, "tmpfs", 0, "size=2m") < 0)
		return 77;
	snprintf(name, sizeof(name), "%s/big", f->dir);
	fd = open(name, O_WRONLY | O_CREAT, 0600);
	while (write(fd, zeros, sizeof(zeros)) > 0)
		;
	close(fd);
	if (store_open(f->path, FILL_MEMORY, &st, &err) != ST_EIO || strstr(err.text, "disk is full") == NULL) {
		fprintf(stderr, "%s\n", err.text);
		return 70;
	}
	if (access(f->path, F_OK) == 0)
		return 71;
	unlink(name);
	if (store_open(f->path, FILL_MEMORY, &st, &err) < 0 || store_begin(st, &err) < 0)
		return 72;
	fill_sample(st);
	if (store_commit(st, &err) < 0 || store_begin(st, &err) < 0)
		return 73;
	a.name = name;
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "host%d.example.com", i);
		store_answer(st, &a);
	}
	if (store_commit(st, &err) != ST_EIO || strstr(err.text, "disk is full") == NULL) {
		fprintf(stderr, "%s\n", err.text);
		return 74;
	}
	store_close(st);
	if (strcmp(fill_ask(f->path, "SELECT count(*) FROM v_answers"), "2") != 0)
		return 75;
	return strcmp(fill_ask(f->path, "PRAGMA integrity_check"), "ok") == 0 ? 0 : 76;
}

static void
a_full_disk(void **state)
{
	struct fill *f = *state;
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(on_a_small_disk(f));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();				/* no mount here */
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Bytes overturned anywhere: an error or an answer, never a crash. */
static void
damage_is_an_error(void **state)
{
	struct fill *f = *state;
	struct store *st = fill_open(f->path);
	unsigned char *bytes;
	uint32_t dice = 1;
	char other[250];
	FILE *in;
	long n;
	int failed = 0;

	fill_begin(st);
	fill_sample(st);
	fill_commit(st);
	store_close(st);
	in = fopen(f->path, "rb");
	fseek(in, 0, SEEK_END);
	n = ftell(in);
	rewind(in);
	bytes = malloc((size_t)n);
	assert_int_equal(fread(bytes, 1, (size_t)n, in), n);
	fclose(in);
	snprintf(other, sizeof(other), "%s/damaged.db", f->dir);
	for (int round = 0; round < 60; round++) {
		unsigned char keep[40];
		long at[40];
		struct err err = { 0 };
		sqlite3 *db;

		for (int i = 0; i < 40; i++) {
			dice = dice * 1664525 + 1013904223;
			at[i] = 100 + (long)(dice % (uint32_t)(n - 100));
			keep[i] = bytes[at[i]];
			bytes[at[i]] ^= (unsigned char)(dice >> 24 | 1);
		}
		put_file(other, bytes, (size_t)n);
		if (db_open_read(other, other, &db, &err) == 0) {
			failed += sqlite3_exec(db, "SELECT * FROM v_findings; SELECT * FROM v_evidence; SELECT * FROM v_flows; "
			    "SELECT * FROM v_answers; SELECT * FROM v_deprecated", NULL, NULL, NULL) != SQLITE_OK;
			sqlite3_close(db);
		} else
			failed++;
		for (int i = 39; i >= 0; i--)
			bytes[at[i]] = keep[i];
	}
	assert_true(failed > 0);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FILL_TEST(not_ours_is_refused),
		FILL_TEST(a_changed_schema_is_refused),
		FILL_TEST(triggers_do_not_fire),
		FILL_TEST(made_as_the_contract_says),
		FILL_TEST(an_empty_file_is_a_new_database),
		FILL_TEST(a_second_writer_is_told),
		FILL_TEST(somebody_else_s_transaction),
		FILL_TEST(a_reader_beside_a_writer),
		FILL_TEST(a_reader_without_write_permission),
		FILL_TEST(a_reader_after_a_kill),
		FILL_TEST(no_permission_to_write),
		FILL_TEST(a_full_disk),
		FILL_TEST(damage_is_an_error),
	};

	return cmocka_run_group_tests_name("store/db", tests, NULL, NULL);
}
