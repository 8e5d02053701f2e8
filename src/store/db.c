#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/esc.h"
#include "store/store_int.h"

#define WAIT_MS 5000			/* for somebody else's short transaction */
#define WAL_KEEP "67108864"		/* what -wal may keep after a long reader let it grow */
#define READ_LENGTH (16 << 20)		/* no value of a file that is only read may be longer */

char *
db_shown(const char *path)
{
	struct buf b = { 0 };
	char *shown;

	esc_term(&b, path, strlen(path));
	shown = b.failed ? NULL : strdup(buf_cstr(&b));
	buf_free(&b);
	return shown;
}

static int
no_space(sqlite3 *db, int rc)
{
	int e = db != NULL ? sqlite3_system_errno(db) : 0;

	return (rc & 0xff) == SQLITE_FULL || ((rc & 0xff) == SQLITE_IOERR && (e == ENOSPC || e == EDQUOT)) ||
	    rc == SQLITE_IOERR_SHMSIZE;
}

int
db_fail(sqlite3 *db, int rc, const char *shown, const char *doing, struct err *err)
{
	char detail[ESC_SHORT];

	if (no_space(db, rc))
		return err_set(err, ST_EIO, "%s: the disk is full; what was stored before is kept: make room and run again", shown);
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, ST_EBUSY, "%s: another program is writing to it; wait for its end, or choose another file", shown);
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return err_set(err, ST_EFORMAT, "%s: damaged (%s); restore a copy, or save what is left with sqlite3's .recover", shown,
		    sqlite3_errstr(rc));
	case SQLITE_MISMATCH:
		return err_set(err, ST_EFORMAT, "%s: its tables or views are not those of staletap's version %d; choose another file",
		    shown, STORE_VERSION);
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return err_set(err, ST_EIO, "%s: %s (%s); check the permissions of the file, of its -wal and -shm, and of the directory",
		    shown, doing, sqlite3_errstr(rc));
	case SQLITE_NOMEM:
		return err_set(err, ST_ENOMEM, "%s: out of memory", shown);
	case SQLITE_TOOBIG:
		return err_set(err, ST_EFORMAT, "%s: a value in it is larger than staletap ever writes; it is damaged or not ours", shown);
	default:
		return err_set(err, ST_EIO, "%s: %s (%s)", shown, doing,
		    esc_short(db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(rc), detail));
	}
}

/* Where a file lies and whom it belongs to is the user's choice; the same code later on is the machine's. */
static int
open_fail(sqlite3 *db, int rc, const char *shown, const char *doing, struct err *err)
{
	int code = db_fail(db, rc, shown, doing, err);

	switch (rc & 0xff) {
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		if (code == ST_EIO && !no_space(db, rc))
			err->code = ST_ESYNTAX;
	}
	return err->code;
}

static uint32_t
be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The two marks in a database's header: whose it is, and which version of it. */
static int
check_marks(uint32_t application, uint32_t version, const char *shown, struct err *err)
{
	if (application != STORE_APPLICATION)
		return err_set(err, ST_EFORMAT, "%s: a database, but not of staletap; nothing was written to it: choose another file", shown);
	if (version > STORE_VERSION)
		return err_set(err, ST_EFORMAT, "%s: written by a newer staletap (its version is %u, this one knows %d); use that one, or "
		    "another file", shown, (unsigned)version, STORE_VERSION);
	if (version == 0)
		return err_set(err, ST_EFORMAT, "%s: has no version; it is damaged: choose another file", shown);
	return 0;
}

/* The marks of a file to write to, from its first 100 bytes (sqlite.org/fileformat: user version at 60, application id at 68),
 * before SQLite touches it.  *empty: it has no byte yet. */
static int
check_head(int fd, const char *shown, bool *empty, struct err *err)
{
	unsigned char head[100];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	*empty = n == 0;
	if (n == 0)
		return 0;
	if (n < 0)
		return err_set(err, ST_EIO, "%s: cannot be read: %s", shown, strerror(errno));
	if (n < (ssize_t)sizeof(head) || memcmp(head, "SQLite format 3", 16) != 0)
		return err_set(err, ST_EFORMAT, "%s: not a database; nothing was written to it: choose another file", shown);
	return check_marks(be32(head + 68), be32(head + 60), shown, err);
}

/* Open the file itself, made with mode 0640 if it is not there (*made).  Gives the descriptor or ST_*. */
static int
open_file(const char *path, const char *shown, bool *made, struct err *err)
{
	struct stat sb;
	int fd;

	*made = false;
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd >= 0) {
		*made = true;
		(void)fchmod(fd, 0640);		/* whatever the umask: group may read */
		return fd;
	}
	if (errno == EEXIST)
		fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno != EISDIR)
		return err_set(err, err_path(errno), "%s: cannot be opened for writing: %s; choose a place for the database that can be written to",
		    shown, strerror(errno));
	if (fd >= 0 && fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode))
		return fd;
	if (fd >= 0)
		close(fd);
	return err_set(err, ST_EFORMAT, "%s: not a regular file; choose another file", shown);
}

/* What an untrusted file could do without these: run functions from its schema, fire its triggers, write to its own schema. */
void
db_distrust(sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_busy_timeout(db, WAIT_MS);
}

/* SQLite counts its memory under a lock at each allocation; nobody asks for the count.  Has no effect once it is running. */
static void
no_memory_count(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Settings that last as long as the connection. */
static int
settings(sqlite3 *db, size_t cache)
{
	int on = 1, rc;
	char *sql;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
	sql = sqlite3_mprintf("PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=" WAL_KEEP "; PRAGMA synchronous=NORMAL; "
	    "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA cache_size=-%lld", (long long)(cache / 1024 + 64));
	if (sql == NULL)
		return SQLITE_NOMEM;
	rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_free(sql);
	return rc;
}

static int
pragma_number(sqlite3 *db, const char *sql, uint32_t *out)
{
	sqlite3_stmt *stmt;
	int rc;

	rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	if (rc != SQLITE_OK)
		return rc;
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*out = (uint32_t)sqlite3_column_int(stmt, 0);
	return sqlite3_finalize(stmt);
}

/* An older database is brought forward; the version that counts may still stand in its -wal. */
static int
prepare_write(sqlite3 *db, bool empty, size_t cache)
{
	uint32_t version = 0;
	int rc;

	db_distrust(db);
	rc = empty ? schema_bring(db, 0) : SQLITE_OK;
	if (rc == SQLITE_OK)
		rc = settings(db, cache);
	if (rc == SQLITE_OK)
		rc = pragma_number(db, "PRAGMA user_version", &version);
	if (rc == SQLITE_OK && !empty)
		rc = version > STORE_VERSION ? SQLITE_MISMATCH : schema_check(db, "main", (int)version);
	if (rc == SQLITE_OK && version < STORE_VERSION)
		rc = schema_bring(db, (int)version);
	else if (rc == SQLITE_OK)
		rc = schema_causes(db);
	return rc;
}

/* Through its real path: SQLite gives names like ":memory:" a meaning of their own. */
static int
open_sqlite(const char *path, const char *shown, bool empty, size_t cache, sqlite3 **db, struct err *err)
{
	char *real = realpath(path, NULL);
	int rc;

	if (real == NULL)
		return err_set(err, err_path(errno), "%s: cannot be opened: %s", shown, strerror(errno));
	no_memory_count();
	rc = sqlite3_open_v2(real, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	free(real);
	if (rc == SQLITE_OK)
		rc = prepare_write(*db, empty, cache);
	return rc == SQLITE_OK ? 0 : open_fail(*db, rc, shown, "cannot be opened for writing", err);
}

/* A database that could not be finished leaves nothing behind. */
static void
unmake(const char *path)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	char *name;

	for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
		name = sqlite3_mprintf("%s%s", path, tails[i]);
		if (name != NULL)
			(void)unlink(name);
		sqlite3_free(name);
	}
}

int
db_open_write(const char *path, const char *shown, size_t cache, sqlite3 **db, int *lock, struct err *err)
{
	bool made, empty;
	int fd, rc;

	*db = NULL;
	fd = open_file(path, shown, &made, err);
	if (fd < 0)
		return fd;
	/* Not SQLite's own locks, which last a transaction, but one for the whole run: two engines would overwrite each
	 * other's tables.  The descriptor must outlive the connection, for closing it drops SQLite's locks too. */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		close(fd);
		return err_set(err, ST_EBUSY, "%s: another staletap is writing to it; wait for its end, or choose another file", shown);
	}
	rc = check_head(fd, shown, &empty, err);
	if (rc == 0)
		rc = open_sqlite(path, shown, empty, cache, db, err);
	if (rc == 0) {
		*lock = fd;
		return 0;
	}
	sqlite3_close(*db);
	*db = NULL;
	if (made)
		unmake(path);
	close(fd);
	return rc;
}

/* "file:" with all that has a meaning in a URI encoded, and what is asked for. */
static char *
uri_of(const char *path, const char *query)
{
	static const char hex[] = "0123456789ABCDEF";
	char *out, *p;

	out = sqlite3_malloc64(strlen(path) * 3 + strlen(query) + 6);
	if (out == NULL)
		return NULL;
	p = stpcpy(out, "file:");
	for (; *path != 0; path++) {
		unsigned char c = (unsigned char)*path;

		if (c > ' ' && c < 0x7f && strchr("%?#", c) == NULL) {
			*p++ = (char)c;
			continue;
		}
		*p++ = '%';
		*p++ = hex[c >> 4];
		*p++ = hex[c & 15];
	}
	strcpy(p, query);
	return out;
}

/* One way to open; what it is good for shows only when the schema is read. */
static int
try_read(const char *real, const char *query, sqlite3 **db, char **uri)
{
	int rc;

	sqlite3_free(*uri);
	*uri = uri_of(real, query);
	if (*uri == NULL)
		return SQLITE_NOMEM;
	rc = sqlite3_open_v2(*uri, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (rc != SQLITE_OK)
		return rc;
	db_distrust(*db);
	sqlite3_limit(*db, SQLITE_LIMIT_LENGTH, READ_LENGTH);
	/* one snapshot for as long as it is open: a report does not change while it is made */
	return sqlite3_exec(*db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA query_only=ON; BEGIN; "
	    "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
}

/* Whether all of the database is in its main file: then it can be read without -wal and -shm, as long as nobody writes. */
static bool
wal_is_empty(const char *real)
{
	char *name = sqlite3_mprintf("%s-wal", real);
	struct stat sb;
	bool empty = false;

	if (name != NULL)
		empty = stat(name, &sb) < 0 ? errno == ENOENT : sb.st_size == 0;
	sqlite3_free(name);
	return empty;
}

static int
open_reading(const char *real, const char *shown, sqlite3 **db, char **uri, struct err *err)
{
	uint32_t application = 0, version = 0;
	int rc = try_read(real, "?mode=ro", db, uri);

	if (((rc & 0xff) == SQLITE_CANTOPEN || (rc & 0xff) == SQLITE_READONLY) && wal_is_empty(real)) {
		sqlite3_close(*db);
		*db = NULL;
		rc = try_read(real, "?immutable=1", db, uri);
	}
	if (rc == SQLITE_NOTADB)
		return err_set(err, ST_EFORMAT, "%s: not a database; name one that staletap replay has written", shown);
	if (rc == SQLITE_OK)
		rc = pragma_number(*db, "PRAGMA application_id", &application);
	if (rc == SQLITE_OK)
		rc = pragma_number(*db, "PRAGMA user_version", &version);
	if (rc == SQLITE_OK && check_marks(application, version, shown, err) < 0)
		return err->code;
	if (rc == SQLITE_OK)
		rc = schema_check(*db, "main", (int)version);
	if (rc == SQLITE_OK && version < STORE_VERSION)
		return err_set(err, ST_EFORMAT, "%s: written by an older staletap (its version is %u, this one reads %d); staletap replay -o "
		    "with any capture, also one that it holds already, brings it forward", shown, (unsigned)version, STORE_VERSION);
	return rc == SQLITE_OK ? 0 : open_fail(*db, rc, shown, "cannot be opened for reading", err);
}

/* Never through a descriptor of our own: closing one would drop the locks of a writer in this process. */
int
db_open_uri(const char *path, const char *shown, sqlite3 **db, char **uri, struct err *err)
{
	struct stat sb;
	char *real;
	int rc;

	*db = NULL;
	*uri = NULL;
	real = realpath(path, NULL);
	if (real == NULL || stat(real, &sb) < 0)
		rc = err_set(err, err_path(errno), "%s: cannot be opened: %s; name a database that staletap replay has written", shown,
		    strerror(errno));
	else if (!S_ISREG(sb.st_mode))
		rc = err_set(err, ST_EFORMAT, "%s: not a regular file; name a database", shown);
	else if (sb.st_size == 0)
		rc = err_set(err, ST_EFORMAT, "%s: empty; nothing was stored in it yet", shown);
	else
		rc = open_reading(real, shown, db, uri, err);
	free(real);
	if (rc < 0) {
		sqlite3_close(*db);
		*db = NULL;
		sqlite3_free(*uri);
		*uri = NULL;
	}
	return rc;
}

int
db_open_read(const char *path, const char *shown, sqlite3 **db, struct err *err)
{
	char *uri;
	int rc = db_open_uri(path, shown, db, &uri, err);

	sqlite3_free(uri);
	return rc;
}
