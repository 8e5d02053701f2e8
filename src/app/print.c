#include "app/print.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/cause.h"

static int
write_stdout(void *ctx, const void *p, size_t n, struct err *err)
{
	(void)ctx;
	if (fwrite(p, 1, n, stdout) != n || fflush(stdout) != 0)
		return err_set(err, ST_EIO, "standard output: %s", strerror(errno));
	return 0;
}

struct out
print_out(void)
{
	return (struct out){ .write = write_stdout, .color = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL };
}

/* Beside the file, so that it can take its place in one step; what is no file (a terminal, /dev/null) is written to as it is. */
static FILE *
begin_file(struct file_out *f)
{
	struct stat st;
	int fd;

	if (stat(f->path, &st) == 0 && !S_ISREG(st.st_mode))
		return fopen(f->path, "wb");
	if (asprintf(&f->temporary, "%s.XXXXXX", f->path) < 0) {
		f->temporary = NULL;
		return NULL;
	}
	fd = mkostemp(f->temporary, O_CLOEXEC);
	if (fd < 0) {
		free(f->temporary);
		f->temporary = NULL;
		return NULL;
	}
	fchmod(fd, 0640);	/* as the database: it tells who connects where */
	return fdopen(fd, "wb");
}

int
file_out_write(void *ctx, const void *p, size_t n, struct err *err)
{
	struct file_out *f = ctx;

	if (f->f == NULL)
		f->f = begin_file(f);
	if (f->f == NULL)
		return err_set(err, err_path(errno), "%s: cannot be written: %s; choose another place", f->path, strerror(errno));
	if (fwrite(p, 1, n, f->f) != n)
		return err_set(err, ST_EIO, "%s: %s", f->path, strerror(errno));
	return 0;
}

int
file_out_close(struct file_out *f, int rc, struct err *err)
{
	if (f->f != NULL && fclose(f->f) != 0 && rc == 0)
		rc = err_set(err, ST_EIO, "%s: %s", f->path, strerror(errno));
	if (f->temporary != NULL && rc == 0 && rename(f->temporary, f->path) != 0)
		rc = err_set(err, ST_EIO, "%s: cannot be put in its place: %s", f->path, strerror(errno));
	if (f->temporary != NULL && rc < 0)
		unlink(f->temporary);
	free(f->temporary);
	return rc;
}

int
print_fail_on(struct reader *rd, const struct options *opt, const struct report_opts *what, int *status, struct err *err)
{
	struct report_totals n = { 0 };
	int64_t unproven = 0;
	int rc;

	if (opt->fail_on == NULL)
		return 0;
	rc = report_totals(rd, what, &n, err);
	if (rc == 0)
		rc = report_unproven(rd, &unproven, err);
	if (rc == 0 && (n.failing > 0 || unproven > 0))
		*status = 1;
	return rc;
}

struct policy
print_policy(const struct options *opt)
{
	return (struct policy){ .resolve_after = opt->resolve_after, .min_coverage = opt->min_coverage, .quiet_from = opt->quiet_from,
		.quiet_to = opt->quiet_to, .fail_on = opt->fail_on != NULL ? severity_find(opt->fail_on) : policy_default.fail_on };
}
