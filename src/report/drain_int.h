/* report/drain_int.h - what `drain` finds out of a list entry, and what each of its parts does with it. */
#ifndef REPORT_DRAIN_INT_H
#define REPORT_DRAIN_INT_H

#include "judge/cause.h"
#include "report/drain.h"
#include "report/forecast.h"

/* What is to be expected of a client; of several findings the worst holds. */
enum drain_end {
	DRAIN_OVER,		/* its answers have run out, or it was told something else */
	DRAIN_AGAIN,		/* so too, but a resolver may still tell it again */
	DRAIN_ENDS,		/* it ends by itself, no later than `until` */
	DRAIN_UNKNOWN,		/* it may end by itself; when cannot be told */
	DRAIN_NEVER,		/* not by itself */
	DRAIN_END_COUNT
};
const char *drain_end_name(enum drain_end e);

struct drain_client {
	char *client, *scope, *label;	/* scope, label: may be NULL */
	char *by;		/* who gave it the answer that runs longest; NULL: nobody seen */
	enum drain_end end;
	usec_t own;		/* its own answer runs until then, which is not over; TM_NONE */
	usec_t again;		/* it may be told again until then, which is not over; TM_NONE */
	usec_t from, until;	/* it ends in between; TM_NONE where it is not known, or over */
	usec_t last;		/* contact after the change; TM_NONE: none */
	usec_t open;		/* since when its oldest connection that is still open is; TM_NONE: none is */
	enum cause cause;	/* of the finding that speaks; CAUSE_COUNT: it has none */
	enum confidence confidence;
	uint32_t extended;	/* CAUSE_BIT() */
	usec_t expires, other;	/* its answer that runs longest; what it was told since, instead; TM_NONE */
	usec_t waived;		/* until when all findings that stand against it are waived, which may be over; TM_NONE: not all are */
	bool told;		/* an answer with the address was seen */
	bool before, after;	/* it used it before, after it was retired */
	bool stands;		/* a finding stands against it */
};

struct drain_of {
	int64_t listing;
	char *listed, *name, *basis;		/* may be NULL */
	usec_t T, legit, now, grace;		/* T: TM_NONE: before the data begins */
	struct drain_client *client;
	size_t n, cap;
	int64_t before, after, count[DRAIN_END_COUNT];
	int64_t waived;		/* of those that are left */
	usec_t empty;		/* those that end, and those that may yet be told, are over then; TM_NONE: there are none */
};

/* DRAIN_ENDS and beyond. */
static inline int64_t
drain_left(const struct drain_of *d)
{
	return d->count[DRAIN_ENDS] + d->count[DRAIN_UNKNOWN] + d->count[DRAIN_NEVER];
}

/* Somebody answers for it now. */
static inline bool
drain_waived(const struct drain_of *d, const struct drain_client *c)
{
	return c->waived != TM_NONE && c->waived > d->now;
}

/* As of now.  match: NULL, or only the client of this address.  Freed by drain_free() in any case. */
int drain_read(struct reader *rd, int64_t listing, usec_t now, const char *match, struct drain_of *out, struct err *err);
void drain_free(struct drain_of *d);
/* Why it ends then, or does not: a sentence. */
void drain_why(const struct drain_client *c, const struct drain_of *d, struct buf *out);
/* Each entry that was retired by now and is asked for. */
int drain_each(struct reader *rd, const struct report_opts *opts, int (*each)(void *ctx, struct drain_of *d, struct err *err), void *ctx,
    struct err *err);

/* forecast.h, of what was read. */
int forecast_of(struct reader *rd, const struct drain_of *d, struct forecast *out, struct err *err);
int forecast_score_of(struct reader *rd, const struct drain_of *d, struct forecast_score *out, struct err *err);
/* How it drains, as report/svg.h draws; nothing where nobody was on it. */
int svg_drain(struct reader *rd, const struct drain_of *d, struct out *o, struct err *err);
void drain_curve(struct out *o, const struct forecast *f);
/* "Forecast of ...: 12 (9 to 14) were expected to be left now; 11 are"; of one that there is. */
void drain_scored(const struct forecast_score *s, struct buf *out);
/* Those that do not end first, then who is last. */
void drain_sort(struct drain_of *d);

#endif
