/* report/explain_int.h - what explaining and writing out the evidence share. */
#ifndef REPORT_EXPLAIN_INT_H
#define REPORT_EXPLAIN_INT_H

#include "report/lookup.h"

/* The findings a question is about, over v_findings v, with parameters 1 to 3: bind_about(). */
#define ABOUT "(v.id=?1 OR ?2 IN (v.client,v.deprecated_ip,v.resolver,v.listed) OR ?3 IN (v.name,v.server_name))"
void bind_about(struct rows *r, const struct about *about);

/* A line or more for each answer; *n: how many. */
int answer_lines(struct reader *rd, const struct about *about, struct out *o, int64_t *n, struct err *err);

#endif
