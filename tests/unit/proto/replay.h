/* Other people's captures, from file to decoder, without the program around it. */
#ifndef TESTS_REPLAY_H
#define TESTS_REPLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "input/capture.h"
#include "packet/decode.h"
#include "packet/frag.h"

/* Where they are, or NULL after a word that says so. */
static inline const char *
captures_folder(void)
{
	const char *dir = getenv("STALETAP_CAPTURES");

	if (dir == NULL)
		dir = "../shared/captures";
	if (access(dir, R_OK) == 0)
		return dir;
	printf("skipped: no captures in %s (STALETAP_CAPTURES)\n", dir);
	return NULL;
}

typedef void packet_fn(void *ctx, const struct pkt *p, const struct frame *f);

static inline void
replay_record(const struct rec *r, struct frag_table *frags, packet_fn *fn, void *ctx)
{
	struct frame f = { .t = r->ts_ns / 1000, .number = r->number, .offset = r->offset, .source = r->source,
		.link = r->link, .data = r->data, .have = r->caplen, .wire = r->wirelen };
	struct pkt p;

	if (decode_frame(&f, &p) != WHY_OK)
		return;
	for (int depth = 0; p.frag && depth < 4; depth++) {
		struct datagram d;

		if (!frag_add(frags, &p, f.t, &d) || decode_payload(&p, d.proto, d.pay, d.have, d.wire) != WHY_OK)
			return;
	}
	fn(ctx, &p, &f);
}

/* Each packet of a capture, fragments put together.  False if the file cannot be opened. */
static inline bool
replay_file(const char *path, packet_fn *fn, void *ctx)
{
	struct frag_limits limits = { .bytes = 1 << 20, .datagrams = 1000, .age = 30 * TM_SEC };
	struct why_counts why = { { 0 } };
	struct frag_table *frags;
	struct capture *c;
	struct block b;
	struct err err;
	int n;

	if (capture_open(path, &c, &err) != 0)
		return false;
	frags = frag_new(&limits, &why);
	assert_non_null(frags);
	assert_int_equal(block_init(&b, &err), 0);
	while ((n = capture_block(c, &b, &err)) > 0)
		for (uint32_t i = 0; i < b.n; i++)
			replay_record(&b.recs[i], frags, fn, ctx);
	block_free(&b);
	frag_free(frags);
	capture_close(c);
	return true;
}

/* A row of expected.tsv, by the names in its first line. */
struct expected { char *names[64], *values[64]; int n; char line[2][4096]; };

static inline int
tabs(char *line, char **out)
{
	int n = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *at = line; at != NULL && n < 64; n++)
		out[n] = strsep(&at, "\t");
	return n;
}

static inline const char *
expected_text(const struct expected *e, const char *name)
{
	for (int i = 0; i < e->n; i++)
		if (strcmp(e->names[i], name) == 0)
			return e->values[i];
	fail_msg("expected.tsv has no column %s", name);
	return "";
}

static inline unsigned long
expected_number(const struct expected *e, const char *name)
{
	return strtoul(expected_text(e, name), NULL, 10);
}

#endif
