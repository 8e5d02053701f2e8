#include "input/unpack_int.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/shown_int.h"

#define IN_SIZE ((size_t)64 << 10)
#define MAGIC_MAX 6

struct packing {
	const char *name;
	uint8_t magic[MAGIC_MAX];
	uint8_t len;
	int (*filter)(struct archive *);
};

static const struct packing packings[] = {
	{ "gzip",  { 0x1f, 0x8b },                         2, archive_read_support_filter_gzip },
	{ "bzip2", { 'B', 'Z', 'h' },                      3, archive_read_support_filter_bzip2 },
	{ "xz",    { 0xfd, '7', 'z', 'X', 'Z', 0 },        6, archive_read_support_filter_xz },
	{ "lz4",   { 0x04, 0x22, 0x4d, 0x18 },             4, archive_read_support_filter_lz4 },
	{ "zstd",  { 0x28, 0xb5, 0x2f, 0xfd },             4, archive_read_support_filter_zstd },
};

struct unpack {
	char *shown;			/* its path, for messages */
	int fd;
	bool is_stdin;
	bool regular;
	uint64_t done, total;
	int io_errno;			/* why read(2) failed, 0 if it did not */
	const struct packing *packing;	/* NULL: plain */
	struct archive *archive;	/* NULL if plain */
	const uint8_t *chunk;		/* read or unpacked but not handed out yet */
	size_t chunk_len;
	bool ended;
	char trouble[160];
	uint8_t in[IN_SIZE];		/* the start of the file, then what the unpacker is fed */
};

static const struct packing *
packing_of(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(packings) / sizeof(packings[0]); i++)
		if (n >= packings[i].len && memcmp(p, packings[i].magic, packings[i].len) == 0)
			return &packings[i];
	return NULL;
}

const char *
unpack_magic(const uint8_t *p, size_t n)
{
	const struct packing *k = packing_of(p, n);

	return k != NULL ? k->name : NULL;
}

/* read(2) as long as there is anything: a pipe gives what it has.  -1 and io_errno on failure. */
static ssize_t
read_some(struct unpack *u, uint8_t *to, size_t n)
{
	ssize_t got;

	do
		got = read(u->fd, to, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		u->io_errno = errno;
	else
		u->done += (uint64_t)got;
	return got;
}

static int
read_failed(struct unpack *u, struct err *err)
{
	return err_set(err, ST_EIO, "%s: cannot be read at byte %llu: %s; copy it to a disk that works and try again",
	    u->shown, (unsigned long long)u->done, strerror(u->io_errno));
}

/* libarchive asks for more; the first time it gets the start of the file, which is already in memory. */
static ssize_t
feed(struct archive *a, void *ctx, const void **p)
{
	struct unpack *u = ctx;
	ssize_t got = (ssize_t)u->chunk_len;

	*p = u->in;
	u->chunk_len = 0;
	if (got == 0)
		got = read_some(u, u->in, sizeof(u->in));
	if (got < 0)
		archive_set_error(a, u->io_errno, "%s", strerror(u->io_errno));
	return got;
}

/* No more bytes will come.  If that is not the end of the packed data, keep the reason. */
static void
unpack_end(struct unpack *u, bool whole)
{
	const char *why = archive_error_string(u->archive);
	size_t n = why != NULL ? strlen(why) : 0;

	u->ended = true;
	if (whole)
		return;
	if (n >= sizeof(u->trouble))
		n = sizeof(u->trouble) - 1;
	memcpy(u->trouble, n > 0 ? why : "damaged", n > 0 ? n : sizeof("damaged"));
}

static int
start_unpacking(struct unpack *u, struct err *err)
{
	struct archive_entry *entry;
	int rc;

	u->archive = archive_read_new();
	if (u->archive == NULL)
		return err_set(err, ST_ENOMEM, "%s: out of memory", u->shown);
	if (u->packing->filter(u->archive) != ARCHIVE_OK || archive_read_support_format_raw(u->archive) != ARCHIVE_OK ||
	    archive_read_support_format_empty(u->archive) != ARCHIVE_OK)
		return err_set(err, ST_EFORMAT, "%s: is packed with %s, which the libarchive of this machine cannot unpack; "
		    "unpack it first", u->shown, u->packing->name);
	rc = archive_read_open(u->archive, u, NULL, feed, NULL);
	if (rc == ARCHIVE_OK)
		rc = archive_read_next_header(u->archive, &entry);
	if (u->io_errno != 0)
		return read_failed(u, err);
	if (rc != ARCHIVE_OK)
		unpack_end(u, rc == ARCHIVE_EOF);
	return 0;
}

/* Enough of the start to know the packing.  A pipe may give it in pieces. */
static int
sniff(struct unpack *u, struct err *err)
{
	ssize_t got = 1;

	while (got > 0 && u->chunk_len < MAGIC_MAX) {
		got = read_some(u, u->in + u->chunk_len, sizeof(u->in) - u->chunk_len);
		if (got < 0)
			return read_failed(u, err);
		u->chunk_len += (size_t)got;
	}
	u->chunk = u->in;
	u->packing = packing_of(u->in, u->chunk_len);
	return u->packing != NULL ? start_unpacking(u, err) : 0;
}

static int
open_failed(const char *path, int why, struct err *err)
{
	switch (why) {
	case EACCES:
	case EPERM:
		return err_set(err, err_path(why), "%s: may not be read by this user; ask its owner for read permission", path);
	case ENOENT:
	case ENOTDIR:
		return err_set(err, err_path(why), "%s: there is no such file; check the name", path);
	default:
		return err_set(err, err_path(why), "%s: cannot be opened: %s; see that other programs can read it", path, strerror(why));
	}
}

static int
open_path(struct unpack *u, const char *path, struct err *err)
{
	struct stat st;

	u->is_stdin = strcmp(path, "-") == 0;
	if (u->is_stdin) {
		if (isatty(STDIN_FILENO))
			return err_set(err, ST_EFORMAT, "-: standard input is a terminal; pipe a capture into it or name a file");
		u->fd = STDIN_FILENO;
	} else {
		u->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	}
	if (u->fd < 0)
		return open_failed(u->shown, errno, err);
	if (fstat(u->fd, &st) < 0)
		return err_set(err, ST_EIO, "%s: %s", u->shown, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return err_set(err, ST_EFORMAT, "%s: is a directory; name the captures in it", u->shown);
	u->regular = S_ISREG(st.st_mode);
	u->total = u->regular ? (uint64_t)st.st_size : 0;
	return 0;
}

int
unpack_open(const char *path, struct unpack **out, struct err *err)
{
	struct unpack *u;
	int rc;

	*out = NULL;
	u = calloc(1, sizeof(*u));
	if (u != NULL)
		u->shown = path_shown(path);
	if (u == NULL || u->shown == NULL) {
		free(u);
		return err_set(err, ST_ENOMEM, "out of memory to open a capture");
	}
	u->fd = -1;
	rc = open_path(u, path, err);
	if (rc == 0)
		rc = sniff(u, err);
	if (rc < 0)
		unpack_close(u);
	else
		*out = u;
	return rc;
}

void
unpack_close(struct unpack *u)
{
	if (u == NULL)
		return;
	archive_read_free(u->archive);
	if (u->fd >= 0 && !u->is_stdin)
		close(u->fd);
	free(u->shown);
	free(u);
}

/* Hand out what lies ready. */
static size_t
take_chunk(struct unpack *u, uint8_t *to, size_t n)
{
	if (n > u->chunk_len)
		n = u->chunk_len;
	if (n == 0)
		return 0;
	memcpy(to, u->chunk, n);
	u->chunk += n;
	u->chunk_len -= n;
	return n;
}

static ssize_t
read_plain(struct unpack *u, uint8_t *to, size_t n, struct err *err)
{
	size_t have = take_chunk(u, to, n);
	ssize_t got;

	while (have < n && !u->ended) {
		got = read_some(u, to + have, n - have);
		if (got < 0)
			return read_failed(u, err);
		u->ended = got == 0;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

static ssize_t
read_packed(struct unpack *u, uint8_t *to, size_t n, struct err *err)
{
	size_t have = 0, len;
	const void *p;
	la_int64_t offset;
	int rc;

	for (;;) {
		have += take_chunk(u, to + have, n - have);
		if (have == n || u->ended)
			return (ssize_t)have;
		rc = archive_read_data_block(u->archive, &p, &len, &offset);
		if (u->io_errno != 0)
			return read_failed(u, err);
		if (rc != ARCHIVE_OK) {
			unpack_end(u, rc == ARCHIVE_EOF);
			continue;
		}
		u->chunk = p;
		u->chunk_len = len;
	}
}

ssize_t
unpack_read(struct unpack *u, uint8_t *to, size_t n, struct err *err)
{
	return u->archive != NULL ? read_packed(u, to, n, err) : read_plain(u, to, n, err);
}

const char *
unpack_packing(const struct unpack *u)
{
	return u->packing != NULL ? u->packing->name : "";
}

bool
unpack_regular(const struct unpack *u)
{
	return u->regular;
}

const char *
unpack_trouble(const struct unpack *u)
{
	return u->trouble[0] != '\0' ? u->trouble : NULL;
}

uint64_t
unpack_done(const struct unpack *u)
{
	return u->done;
}

uint64_t
unpack_total(const struct unpack *u)
{
	return u->total;
}
