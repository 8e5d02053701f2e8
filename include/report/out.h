/* report/out.h - where a report goes, piece by piece.
 *
 * Text is composed in memory and handed on whenever 64 KiB have come together, so that a report of any length needs no more.
 * A failure (memory, or the writer's) sticks and is told by out_end().
 *
 * What is ours goes through out_str() and out_fmt(); what comes from the database, which is what came from the network, through
 * out_term() or base/json.h (on buf), never otherwise. */
#ifndef REPORT_OUT_H
#define REPORT_OUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/tm.h"

#define OUT_WIDTH 80

struct out {
	struct buf buf;
	bool color;
	int (*write)(void *ctx, const void *p, size_t n, struct err *err);	/* NULL: all stays in buf */
	void *ctx;
	struct err failed;
};

enum out_color { OUT_PLAIN, OUT_BOLD, OUT_RED, OUT_YELLOW, OUT_GREEN, OUT_DIM };

void out_str(struct out *o, const char *s);
void out_fmt(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Escaped for a terminal, at most 200 bytes of it; "-" for NULL. */
void out_term(struct out *o, const char *s);
/* Nothing without `color`.  OUT_PLAIN ends it. */
void out_color(struct out *o, enum out_color c);
/* "2026-03-01 02:00:00", to the second; "-" for TM_NONE. */
void out_time(struct out *o, usec_t t);
/* Words of a text as out_term(), broken into lines of OUT_WIDTH that begin with `indent` spaces; the first begins where the
 * line is, at column `at`. */
void out_wrap(struct out *o, int indent, int at, const char *text);
/* Between two pieces: hand on what has come together. */
void out_more(struct out *o);
/* Hand on the rest.  0, or the first failure. */
int out_end(struct out *o, struct err *err);

#endif
