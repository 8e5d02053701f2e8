/* All drawings of a database on one bare page, to be looked at and measured.
 *
 *	drawings DB >page.html */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/drain_int.h"
#include "report/svg.h"

#define FINDINGS 1000

extern const char asset_report_css[];

static int
put(void *ctx, const void *p, size_t n, struct err *err)
{
	return fwrite(p, 1, n, ctx) == n ? 0 : err_set(err, ST_EIO, "cannot write");
}

/* The drawing of each finding, below its id. */
static int
findings(struct reader *rd, struct out *o, struct err *err)
{
	char (*ids)[17] = calloc(FINDINGS, sizeof(*ids));
	struct rows r;
	int n = 0, rc;

	if (ids == NULL)
		return err_set(err, ST_ENOMEM, "out of memory");
	rows_open(&r, rd, "SELECT id FROM v_findings ORDER BY id");
	while (n < FINDINGS && rows_next(&r))
		if (rows_text(&r, 0) != NULL && strlen(rows_text(&r, 0)) == 16)
			strcpy(ids[n++], rows_text(&r, 0));
	rc = rows_close(&r, err);
	for (int i = 0; i < n && rc == 0; i++) {
		out_fmt(o, "<p id=\"f%s\">%s</p>\n", ids[i], ids[i]);
		rc = svg_finding(rd, ids[i], o, err);
		out_more(o);
	}
	free(ids);
	return rc;
}

struct page { struct reader *rd; struct out *o; };

static int
drain(void *ctx, struct drain_of *d, struct err *err)
{
	struct page *p = ctx;

	return svg_drain(p->rd, d, p->o, err);
}

int
main(int argc, char **argv)
{
	const struct report_opts opts = { .since = TM_NONE, .until = TM_NONE };
	struct out o = { .write = put, .ctx = stdout };
	struct err err = { 0 };
	struct reader *rd;
	struct page page;

	if (argc != 2 || reader_open(argv[1], &rd, &err) < 0) {
		fprintf(stderr, "drawings: %s\n", err.code < 0 ? err.text : "usage: drawings DB");
		return 2;
	}
	out_str(&o, "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"/><title>Drawings</title><style>");
	out_str(&o, asset_report_css);
	out_str(&o, svg_css);
	out_str(&o, "</style></head><body><main>\n");
	page = (struct page){ rd, &o };
	if (svg_trend(rd, &opts, &o, &err) == 0 && svg_coverage(rd, &opts, &o, &err) == 0 && svg_clients(rd, &opts, &o, &err) == 0 && drain_each(rd, &opts, drain, &page, &err) == 0 && findings(rd, &o, &err) == 0)
		out_str(&o, "</main></body></html>\n");
	reader_close(rd);
	if (err.code == 0)
		(void)out_end(&o, &err);
	if (err.code < 0)
		fprintf(stderr, "drawings: %s\n", err.text);
	buf_free(&o.buf);
	return err_exit(err.code);
}
