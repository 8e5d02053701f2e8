#include "input/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "input/capture_int.h"
#include "input/shown_int.h"
#include "input/unpack_int.h"

#define MAGIC_BYTES 12

static int
no_memory(struct err *err)
{
	return err_set(err, ST_ENOMEM, "out of memory for a list of captures");
}

/* Takes over path, which may be NULL. */
static int
add(struct files *f, char *path, struct err *err)
{
	char **p;

	if (path == NULL)
		return no_memory(err);
	p = realloc(f->path, (f->n + 1) * sizeof(*p));
	if (p == NULL) {
		free(path);
		return no_memory(err);
	}
	f->path = p;
	f->path[f->n++] = path;
	return 0;
}

/* Does it begin as a capture does?  1, 0, or why it cannot be read. */
static int
looks_like_capture(const char *path, struct err *err)
{
	uint8_t magic[MAGIC_BYTES];
	struct unpack *u;
	ssize_t n;
	int rc;

	rc = unpack_open(path, &u, err);
	if (rc < 0)
		return rc;
	n = unpack_read(u, magic, sizeof(magic), err);
	unpack_close(u);
	if (n < 0)
		return (int)n;
	return classic_magic(magic, (size_t)n) || pcapng_magic(magic, (size_t)n);
}

static int
add_if_capture(struct files *f, const char *dir, const char *name, struct err *err)
{
	const char *slash = dir[strlen(dir) - 1] == '/' ? "" : "/";
	struct stat st;
	char *path;
	int rc = 0;

	if (asprintf(&path, "%s%s%s", dir, slash, name) < 0)
		return no_memory(err);
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		rc = looks_like_capture(path, err);
	if (rc == 1)
		return add(f, path, err);
	free(path);
	return rc;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
add_entries(struct files *f, const char *dir, const char *shown, struct err *err)
{
	size_t before = f->n;
	struct dirent **e;
	int i, n, rc = 0;

	n = scandir(dir, &e, NULL, by_name);
	if (n < 0)
		return err_set(err, err_path(errno), "%s: cannot be listed: %s; check its permissions", shown, strerror(errno));
	for (i = 0; i < n; i++) {
		if (rc == 0)
			rc = add_if_capture(f, dir, e[i]->d_name, err);
		free(e[i]);
	}
	free(e);
	if (rc == 0 && f->n == before)
		return err_set(err, ST_EFORMAT, "%s: is a directory without captures: no file in it begins as pcap or pcapng do, "
		    "plain or packed; folders below it are not searched, name them", shown);
	return rc;
}

static int
add_directory(struct files *f, const char *dir, struct err *err)
{
	char *shown = path_shown(dir);
	int rc;

	rc = shown != NULL ? add_entries(f, dir, shown, err) : no_memory(err);
	free(shown);
	return rc;
}

int
files_expand(char *const *given, size_t n, struct files *out, struct err *err)
{
	struct stat st;
	size_t i;
	int rc = 0;

	*out = (struct files){ .n = 0 };
	for (i = 0; i < n && rc == 0; i++) {
		if (strcmp(given[i], "-") != 0 && stat(given[i], &st) == 0 && S_ISDIR(st.st_mode))
			rc = add_directory(out, given[i], err);
		else
			rc = add(out, strdup(given[i]), err);
	}
	return rc;
}

void
files_free(struct files *f)
{
	while (f->n > 0)
		free(f->path[--f->n]);
	free(f->path);
	f->path = NULL;
}
