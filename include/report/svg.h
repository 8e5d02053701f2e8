/* report/svg.h - the drawings of the HTML report: inline SVG.
 *
 * Each function writes one <figure class="plot"> that stands by itself, with an <svg> that says in its title and description what it
 * shows; or nothing at all where there is nothing to draw.  The page puts svg_css into its style sheet, once, and defines there the
 * colours --ink --muted --line --paper --answer --change --draining --stale --lost.  Shapes, dashes and filling mean the
 * same as the colours do, so that nothing is lost in grey.
 *
 * Bound    A drawing holds a few hundred marks, whatever is stored: where there are more they are counted by bins.
 * Hostile  Every text is escaped and cut; a time that is no date of the years 1000 to 8999 counts as not known.
 *
 * All return 0 or ST_*. */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include "report/format.h"

extern const char svg_css[];

/* A finding: what the zone and the client were told, the change and legit until, its connections in the period. */
int svg_finding(struct reader *rd, const struct report_opts *opts, const char *finding_id, struct out *o, struct err *err);
/* The worst 40 clients, a row each: all connections to retired addresses, marked by the layer at fault. */
int svg_clients(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
/* When each sensor was there in the period, what it lost, what of DNS it could not read. */
int svg_coverage(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);
/* The worst 12 entries, a panel each: clients open and draining at the end of each day.  Nothing with less than two days. */
int svg_trend(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err);

#endif
