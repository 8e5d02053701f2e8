#include "app/books.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/period.h"
#include "base/esc.h"

static bool
add(struct book_paths *p, char *path)
{
	char **v = path != NULL ? realloc(p->v, (p->n + 1) * sizeof(*v)) : NULL;

	if (v == NULL) {
		free(path);
		return false;
	}
	p->v = v;
	v[p->n++] = path;
	return true;
}

static int
is_database(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 3 && e->d_name[0] != '.' && strcmp(e->d_name + n - 3, ".db") == 0;
}

/* In byte order, whatever the locale. */
static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
add_directory(struct book_paths *p, const char *path, struct err *err)
{
	struct dirent **entries = NULL;
	char shown[ESC_SHORT], *file;
	int n = scandir(path, &entries, is_database, by_name);
	bool ok = true;

	if (n < 0)
		return err_set(err, err_path(errno), "%s: cannot be read: %s", esc_short(path, shown), strerror(errno));
	for (int i = 0; i < n; i++) {
		ok = ok && asprintf(&file, "%s/%s", path, entries[i]->d_name) >= 0 && add(p, file);
		free(entries[i]);
	}
	free(entries);
	if (!ok)
		return err_set(err, ST_ENOMEM, "out of memory");
	return n > 0 ? 0 : err_set(err, ST_ESYNTAX, "%s: holds no *.db; name a directory with databases that staletap replay has written",
	    esc_short(path, shown));
}

int
books_paths(const struct options *opt, struct book_paths *p, const char **match, struct err *err)
{
	struct stat st;
	int rc = 0;

	*match = NULL;
	for (size_t i = 0; rc == 0 && i < opt->args.n; i++) {
		const char *a = opt->args.v[i];
		bool there = stat(a, &st) == 0;

		if (!there && i > 0 && i + 1 == opt->args.n)
			*match = a;
		else if (there && S_ISDIR(st.st_mode))
			rc = add_directory(p, a, err);
		else if (!add(p, strdup(a)))
			rc = err_set(err, ST_ENOMEM, "out of memory");
	}
	if (rc == 0 && p->n == 0)
		rc = err_set(err, ST_ESYNTAX, "%s: give a database, or several, and what to report on if not all; --help says more", opt->command);
	return rc;
}

void
books_forget(struct book_paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i]);
	free(p->v);
}

int
books_open(const struct options *opt, struct reader **out, struct report_opts *what, struct err *err)
{
	struct waivers waivers = { 0 };
	struct book_opts o = { .as_of = opt->as_of, .day_start = opt->day_start, .resolve_after = opt->resolve_after, .min_coverage = opt->min_coverage, .waivers_path = opt->waivers,
		.waivers = opt->waivers != NULL ? &waivers : NULL };
	struct book_paths p = { 0 };
	usec_t first = TM_NONE, end = TM_NONE;
	int rc;

	*out = NULL;
	rc = books_paths(opt, &p, &what->match, err);
	if (rc == 0 && opt->waivers != NULL)
		rc = waivers_load(&waivers, opt->waivers, err);
	if (rc == 0)
		rc = book_span((const char *const *)p.v, p.n, &first, &end, err);
	if (rc == 0)
		rc = period_of(opt, first, end, &o, err);
	if (rc == 0)
		rc = book_open((const char *const *)p.v, p.n, &o, out, err);
	what->since = o.since;
	what->until = o.until;
	books_forget(&p);
	waivers_free(&waivers);
	return rc;
}

int
books_history(const struct options *opt, struct reader **out, const char **match, struct err *err)
{
	const struct book_opts o = { .since = TM_NONE, .until = TM_NONE, .as_of = TM_NONE, .history = true };
	struct book_paths p = { 0 };
	int rc;

	*out = NULL;
	rc = books_paths(opt, &p, match, err);
	if (rc == 0)
		rc = book_open((const char *const *)p.v, p.n, &o, out, err);
	books_forget(&p);
	return rc;
}
