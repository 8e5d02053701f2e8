/* All drawings of a database on one bare page, to be looked at and measured.
 *
 *	drawings [-d] DB >page.html		-d: in dark colours */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/svg.h"

#define FINDINGS 1000

static const char light[] = "--ink:#1b1f24;--muted:#59626c;--line:#dfe3e8;--paper:#fff;--answer:#2f6fb0;--change:#7a3e9d;--draining:#0a7f62;"
    "--stale:#c2410c;--lost:#8a6d00;--accent:#2f6fb0";
static const char dark[] = "--ink:#e8eaed;--muted:#a2abb5;--line:#333a42;--paper:#14181c;--answer:#6fb1f0;--change:#c79be6;--draining:#45c9a5;"
    "--stale:#ff8a50;--lost:#e0bd4a;--accent:#6fb1f0";

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

int
main(int argc, char **argv)
{
	bool night = argc == 3 && strcmp(argv[1], "-d") == 0;
	struct out o = { .write = put, .ctx = stdout };
	struct err err = { 0 };
	struct reader *rd;

	if (argc != 2 + night || reader_open(argv[1 + night], &rd, &err) < 0) {
		fprintf(stderr, "drawings: %s\n", err.code < 0 ? err.text : "usage: drawings [-d] DB");
		return 2;
	}
	out_fmt(&o, "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"/><title>Drawings</title><style>:root{%s}", night ? dark : light);
	out_str(&o, "body{background:var(--paper);color:var(--ink);font:15px sans-serif;margin:16px}");
	out_str(&o, svg_css);
	out_str(&o, "</style></head><body>\n");
	if (findings(rd, &o, &err) == 0)
		out_str(&o, "</body></html>\n");
	reader_close(rd);
	if (err.code == 0)
		(void)out_end(&o, &err);
	if (err.code < 0)
		fprintf(stderr, "drawings: %s\n", err.text);
	buf_free(&o.buf);
	return err_exit(err.code);
}
