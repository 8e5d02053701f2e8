/* The subcommands that only read: report, drain, ready, explain, lookup. */
#include "app/cmd.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/books.h"
#include "app/pack.h"
#include "app/print.h"
#include "judge/cause.h"
#include "report/drain.h"
#include "report/explain.h"
#include "report/format.h"
#include "report/lookup.h"
#include "report/ready.h"

static int
want_args(const struct options *opt, size_t least, size_t most, const char *usage, struct err *err)
{
	if (opt->args.n < least || opt->args.n > most)
		return err_set(err, ST_ESYNTAX, "%s: give %s; --help says more", opt->command, usage);
	return 0;
}

static int
hand_over(struct out *o, int rc, struct err *err)
{
	struct err last = { 0 };

	if (out_end(o, &last) < 0 && rc >= 0) {
		*err = last;
		rc = last.code;
	}
	buf_free(&o->buf);
	return rc;
}

/* One form of the report to standard output, or to a file. */
static int
write_report(struct reader *rd, const struct format *format, const struct report_opts *what, const char *path, struct err *err)
{
	struct file_out file = { .path = path };
	struct out o = path != NULL ? (struct out){ .write = file_out_write, .ctx = &file } : print_out();
	int rc;

	rc = hand_over(&o, format->report(rd, what, &o, err), err);
	return file_out_close(&file, rc, err);
}

/* "night.json" beside "night.html".  The caller frees it. */
static char *
beside(const char *path)
{
	size_t n = strlen(path);
	char *to = NULL;

	if (n > 5 && strcmp(path + n - 5, ".html") == 0)
		n -= 5;
	return asprintf(&to, "%.*s.json", (int)n, path) < 0 ? NULL : to;
}

/* To a file; where the form does not show all findings, with a second one beside it that has them. */
static int
write_files(struct reader *rd, const struct format *format, struct report_opts *what, const char *path, struct err *err)
{
	char *rest = beside(path);
	int64_t n = 0;
	int rc;

	if (rest == NULL)
		return err_set(err, ST_ENOMEM, "out of memory");
	what->beside = strrchr(rest, '/') != NULL ? strrchr(rest, '/') + 1 : rest;
	rc = write_report(rd, format, what, path, err);
	if (rc == 0 && format->most > 0)
		rc = report_count(rd, what, &n, err);
	if (rc == 0 && n > format->most && format->most > 0)
		rc = write_report(rd, format_find("json"), what, rest, err);
	what->beside = NULL;
	free(rest);
	return rc;
}

int
cmd_report(const struct options *opt)
{
	const struct format *format = format_find(opt->format);
	const struct policy policy = print_policy(opt);
	struct report_opts what = { .policy = &policy };
	struct reader *rd = NULL;
	struct err err = { 0 };
	int rc, status = 0;

	rc = books_open(opt, &rd, &what, &err);
	if (rc == 0 && opt->evidence != NULL)
		rc = pack_write(rd, &what, opt, &err);
	if (rc == 0 && format != NULL && (opt->evidence == NULL || opt->output != NULL))
		rc = opt->output != NULL ? write_files(rd, format, &what, opt->output, &err) : write_report(rd, format, &what, NULL, &err);
	if (rc == 0)
		rc = print_fail_on(rd, opt, &what, &status, &err);
	reader_close(rd);
	return rc < 0 ? cmd_fail(&err) : status;
}

static int
write_packets(struct reader *rd, const struct options *opt, struct err *err)
{
	struct file_out file = { .path = opt->pcap };
	struct out o = { .write = file_out_write, .ctx = &file };
	int64_t packets = 0;
	int rc;

	rc = explain_pcap(rd, opt->args.v[1], &o, &packets, err);
	rc = hand_over(&o, rc, err);
	return file_out_close(&file, rc, err);
}

int
cmd_explain(const struct options *opt)
{
	struct out o = print_out();
	struct reader *rd = NULL;
	struct err err = { 0 };
	int rc;

	rc = want_args(opt, 2, 2, "a database, and a finding's id, an address or a name", &err);
	if (rc == 0)
		rc = reader_open(opt->args.v[0], &rd, &err);
	if (rc == 0)
		rc = hand_over(&o, explain(rd, opt->args.v[1], &o, &err), &err);
	if (rc == 0 && opt->pcap != NULL)
		rc = write_packets(rd, opt, &err);
	reader_close(rd);
	return rc < 0 ? cmd_fail(&err) : 0;
}

int
cmd_ready(const struct options *opt)
{
	struct out o = print_out();
	struct reader *rd = NULL;
	struct err err = { 0 };
	const char *match = NULL;
	uint64_t stale = 0;
	int rc;

	if (strcmp(opt->format, "none") == 0)
		o.write = NULL;		/* nothing is handed on */
	rc = books_history(opt, &rd, &match, &err);
	if (rc == 0)
		rc = ready(rd, match, strcmp(opt->format, "json") == 0, &o, &stale, &err);
	rc = hand_over(&o, rc, &err);
	reader_close(rd);
	return rc < 0 ? cmd_fail(&err) : opt->fail_on != NULL && stale > 0;
}

typedef int drain_fn(struct reader *rd, const struct report_opts *opts, struct out *o, int64_t *left, struct err *err);
static drain_fn *
drain_form(const char *format)
{
	return strcmp(format, "json") == 0 ? drain_json : strcmp(format, "csv") == 0 ? drain_csv : drain_text;
}

/* `drain` is met by anybody who is left, however severe. */
int
cmd_drain(const struct options *opt)
{
	struct report_opts what = { 0 };
	struct file_out file = { .path = opt->output };
	struct out o = opt->output != NULL ? (struct out){ .write = file_out_write, .ctx = &file } : print_out();
	struct reader *rd = NULL;
	struct err err = { 0 };
	int64_t left = 0;
	int rc;

	if (strcmp(opt->format, "none") == 0)
		o.write = NULL;		/* nothing is handed on */
	rc = books_open(opt, &rd, &what, &err);
	if (rc == 0)
		rc = drain_asked(rd, &what, &err);
	if (rc == 0)
		rc = drain_form(opt->format)(rd, &what, &o, &left, &err);
	rc = file_out_close(&file, hand_over(&o, rc, &err), &err);
	reader_close(rd);
	return rc < 0 ? cmd_fail(&err) : opt->fail_on != NULL && left > 0;
}

int
cmd_lookup(const struct options *opt)
{
	struct out o = print_out();
	struct reader *rd = NULL;
	struct err err = { 0 };
	int rc;

	rc = want_args(opt, 2, 2, "a database, and a name or an address", &err);
	if (rc == 0)
		rc = reader_open(opt->args.v[0], &rd, &err);
	if (rc == 0)
		rc = hand_over(&o, lookup(rd, opt->args.v[1], &o, &err), &err);
	reader_close(rd);
	return rc < 0 ? cmd_fail(&err) : 0;
}
