#include "app/pack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/books.h"
#include "base/esc.h"
#include "report/explain.h"
#include "report/lists.h"
#include "report/pack.h"

struct pack {
	struct reader *rd;
	const struct report_opts *what;
	const struct options *opt;
	const char *dir;
	int dirfd, fd;
	EVP_MD_CTX *md;			/* of the file that is being written */
	struct out manifest;
	struct err *err;
};

static int
fail(struct pack *p, const char *name)
{
	char shown[ESC_SHORT];
	int code = err_path(errno);

	return err_set(p->err, code, "%s/%s: %s; give --evidence a directory that does not exist yet", esc_short(p->dir, shown), name, strerror(errno));
}

/* Write all of it and count it into the hash. */
static int
take(void *ctx, const void *bytes, size_t n, struct err *err)
{
	struct pack *p = ctx;
	const char *at = bytes;

	EVP_DigestUpdate(p->md, bytes, n);
	while (n > 0) {
		ssize_t put = write(p->fd, at, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_set(err, ST_EIO, "the evidence pack cannot be written: %s", strerror(errno));
		at += put;
		n -= (size_t)put;
	}
	return 0;
}

static void
put_hash(struct out *o, EVP_MD_CTX *md, const char *name, const char *before)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	EVP_DigestFinal_ex(md, hash, &n);
	out_str(o, before);
	for (unsigned i = 0; i < n; i++)
		out_fmt(o, "%02x", hash[i]);
	out_str(o, "  ");
	esc_term(&o->buf, name, strlen(name));
	out_str(o, "\n");
}

/* One file of it; without `always` it goes again where there is nothing to say. */
static int
put_file(struct pack *p, const char *name, bool always, int (*write_it)(struct pack *p, struct out *o, int64_t *n))
{
	struct out o = { .write = take, .ctx = p };
	struct err last = { 0 };
	int64_t n = 0;
	int rc;

	p->fd = openat(p->dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (p->fd < 0)
		return fail(p, name);
	EVP_DigestInit_ex(p->md, EVP_sha256(), NULL);
	rc = write_it(p, &o, &n);
	if (out_end(&o, &last) < 0 && rc == 0) {
		*p->err = last;
		rc = last.code;
	}
	buf_free(&o.buf);
	if (rc == 0 && fchmod(p->fd, 0640) < 0)
		rc = fail(p, name);
	if (close(p->fd) < 0 && rc == 0)
		rc = fail(p, name);
	if (rc == 0 && !always && n == 0)
		return unlinkat(p->dirfd, name, 0) == 0 ? 0 : fail(p, name);
	if (rc == 0)
		put_hash(&p->manifest, p->md, name, "");
	return rc;
}

#define FORM(form) \
static int \
put_##form(struct pack *p, struct out *o, int64_t *n) \
{ \
	*n = 1; \
	return format_find(#form)->report(p->rd, p->what, o, p->err); \
}
FORM(html)
FORM(text)
FORM(csv)
FORM(json)

#define LIST(list) \
static int \
put_##list(struct pack *p, struct out *o, int64_t *n) \
{ \
	return lists_##list(p->rd, o, n, p->err); \
}
LIST(deprecated)
LIST(before)
LIST(clients)
LIST(waivers)

static int
put_packets(struct pack *p, struct out *o, int64_t *n)
{
	return explain_pcap(p->rd, NULL, o, n, p->err);
}

static int
put_policy(struct pack *p, struct out *o, int64_t *n)
{
	struct rows r;

	*n = 1;
	out_str(o, "# What the verdict was found by; --config reads it.\n");
	options_ini(p->opt, CMD_REPORT, &o->buf);
	rows_open(&r, p->rd, "SELECT max(grace_us) FROM deprecated");
	if (rows_next(&r) && rows_int(&r, 0, -1) >= 0)
		out_fmt(o, "# of the replay or capture\ngrace = %.15g\n", (double)rows_int(&r, 0, 0) / 1e6);
	return rows_close(&r, p->err);
}

static int
put_queries(struct pack *p, struct out *o, int64_t *n)
{
	(void)p;
	*n = 1;
	out_str(o, asset_queries_sql);
	return 0;
}

static int
put_readme(struct pack *p, struct out *o, int64_t *n)
{
	*n = 1;
	return pack_readme(p->rd, p->what, o, p->err);
}

static int
put_sign_off(struct pack *p, struct out *o, int64_t *n)
{
	*n = 1;
	return pack_sign_off(p->rd, p->what, o, p->err);
}

static int
put_manifest(struct pack *p, struct out *o, int64_t *n)
{
	*n = 1;
	buf_put(&o->buf, p->manifest.buf.p, p->manifest.buf.len);
	return p->manifest.buf.failed ? err_set(p->err, ST_ENOMEM, "out of memory") : 0;
}

/* The hash of a database as it is, and of what is not yet in it. */
static int
put_input(struct pack *p, const char *path, bool must)
{
	unsigned char block[65536];
	char shown[ESC_SHORT];
	char *whole = realpath(path, NULL);
	FILE *f = whole != NULL ? fopen(whole, "rb") : NULL;
	size_t n, all = 0;
	int rc = 0;

	EVP_DigestInit_ex(p->md, EVP_sha256(), NULL);
	for (; f != NULL && (n = fread(block, 1, sizeof(block), f)) > 0; all += n)
		EVP_DigestUpdate(p->md, block, n);
	if ((f == NULL && (must || errno != ENOENT)) || (f != NULL && ferror(f)))
		rc = err_set(p->err, err_path(errno), "%s: cannot be read: %s", esc_short(path, shown), strerror(errno));
	else if (must || all > 0)
		put_hash(&p->manifest, p->md, whole, "# database: ");
	if (f != NULL)
		fclose(f);
	free(whole);
	return rc;
}

static int
put_inputs(struct pack *p)
{
	struct book_paths paths = { 0 };
	const char *match;
	int rc = books_paths(p->opt, &paths, &match, p->err);

	for (size_t i = 0; rc == 0 && i < paths.n; i++) {
		char *wal = NULL;

		rc = put_input(p, paths.v[i], true);
		if (rc == 0 && asprintf(&wal, "%s-wal", paths.v[i]) < 0)
			rc = err_set(p->err, ST_ENOMEM, "out of memory");
		if (rc == 0)
			rc = put_input(p, wal, false);
		free(wal);
	}
	books_forget(&paths);
	return rc == 0 ? pack_captures(p->rd, &p->manifest, p->err) : rc;
}

static int
is_entry(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

/* Make the directory, or take an empty one. */
static int
open_directory(struct pack *p)
{
	struct dirent **entries = NULL;
	char shown[ESC_SHORT];
	int n = 0;

	if (mkdir(p->dir, 0750) < 0) {
		if (errno == EEXIST)
			n = scandir(p->dir, &entries, is_entry, NULL);
		for (int i = 0; i < n; i++)
			free(entries[i]);
		free(entries);
		if (n > 0)
			return err_set(p->err, ST_ESYNTAX, "%s: is not empty; give --evidence a directory that does not exist yet", esc_short(p->dir, shown));
		if (n < 0 || errno != EEXIST)
			return fail(p, "");
	}
	p->dirfd = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return p->dirfd < 0 ? fail(p, "") : 0;
}

int
pack_write(struct reader *rd, const struct report_opts *what, const struct options *opt, struct err *err)
{
	static const struct { const char *name; bool always; int (*write_it)(struct pack *p, struct out *o, int64_t *n); } files[] = {
		{ "README.txt", true, put_readme }, { "SIGN-OFF.txt", true, put_sign_off }, { "report.html", true, put_html },
		{ "report.txt", true, put_text }, { "findings.json", true, put_json }, { "findings.csv", true, put_csv },
		{ "deprecated.csv", true, put_deprecated }, { "retired-before.csv", false, put_before }, { "clients.csv", false, put_clients },
		{ "waivers.csv", false, put_waivers }, { "policy.ini", true, put_policy }, { "packets.pcap", false, put_packets },
		{ "queries.sql", true, put_queries },
	};
	struct report_opts beside = *what;
	struct pack p = { .rd = rd, .what = &beside, .opt = opt, .dir = opt->evidence, .dirfd = -1, .md = EVP_MD_CTX_new(), .err = err };
	int rc = p.md != NULL ? open_directory(&p) : err_set(err, ST_ENOMEM, "out of memory");

	beside.beside = "findings.json";
	for (size_t i = 0; rc == 0 && i < sizeof(files) / sizeof(*files); i++)
		rc = put_file(&p, files[i].name, files[i].always, files[i].write_it);
	if (rc == 0)
		rc = put_inputs(&p);
	if (rc == 0)
		rc = put_file(&p, "MANIFEST.sha256", true, put_manifest);
	if (p.dirfd >= 0)
		close(p.dirfd);
	EVP_MD_CTX_free(p.md);
	buf_free(&p.manifest.buf);
	return rc;
}
