/* report/explain_int.h - what explaining and writing out the evidence share. */
#ifndef REPORT_EXPLAIN_INT_H
#define REPORT_EXPLAIN_INT_H

#include "report/lookup.h"

/* The findings a question is about, over v_findings v, with parameters 1 to 3: bind_about(). */
#define ABOUT "(v.id=?1 OR ?2 IN (v.client,v.deprecated_ip,v.resolver,v.listed) OR ?3 IN (v.name,v.server_name))"
void bind_about(struct rows *r, const struct about *about);

/* A line or more for each answer, below a heading; *n: how many. */
int answer_lines(struct reader *rd, const struct about *about, const char *head, struct out *o, int64_t *n, struct err *err);

/* What is known of the address as a resolver, for each sensor; *n: how many rows. */
int resolver_lines(struct reader *rd, const char *address, struct out *o, int64_t *n, struct err *err);

/* The same for how long it goes on with an answer, as a client. */
int habit_lines(struct reader *rd, const char *address, struct out *o, int64_t *n, struct err *err);

/* The parts of a finding's story: 0 or ST_*. */
int picture(struct reader *rd, const char *id, struct out *o, struct err *err);		/* drawn */
int time_line(struct reader *rd, const char *id, struct out *o, struct err *err);	/* told */
int reasons(struct reader *rd, const char *id, struct out *o, struct err *err);		/* why, and why nothing else */
/* The facts that decided it, each with whether it is so and whether that is in doubt; none where no connection was judged. */
int reasons_each(struct reader *rd, const char *id, void (*each)(void *ctx, const char *fact, bool yes, bool doubt), void *ctx, struct err *err);
/* What is not known, and keeps another layer possible. */
int reasons_unseen(struct reader *rd, const char *id, void (*each)(void *ctx, const char *fact), void *ctx, struct err *err);
/* A time, with two columns before and after it. */
void put_moment(struct out *o, usec_t t);

#endif
