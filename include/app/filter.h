/* app/filter.h - the BPF filter behind "--", over captures of any link types.
 *
 * libpcap compiles it for each link type that comes.  Where it means nothing on one of them (`inbound`, `ether host` without Ethernet)
 * packets of that link type are not wanted. */
#ifndef APP_FILTER_H
#define APP_FILTER_H

#include <stdbool.h>

#include "base/err.h"
#include "input/block.h"

struct filter;

/* text must live as long as the filter.  *out is the caller's. */
int filter_new(const char *text, struct filter **out, struct err *err);
void filter_free(struct filter *f);			/* NULL is welcome */
/* Compile it for a link type (LINKTYPE_), unless that was done before.  Returns 0 or ST_ENOMEM. */
int filter_link(struct filter *f, uint16_t link, struct err *err);
/* After the link types that are known so far: 0, or ST_ESYNTAX with libpcap's words if it could be compiled for none of them. */
int filter_check(const struct filter *f, struct err *err);
/* Its link type must have been given to filter_link(). */
bool filter_wants(const struct filter *f, const struct rec *r);

/* What libpcap's functions call a link type: bare IP is 101 in files alone. */
int filter_dlt(uint16_t link);

#endif
