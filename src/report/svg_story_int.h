/* report/svg_story_int.h - what is drawn of a finding, and its lanes. */
#ifndef REPORT_SVG_STORY_INT_H
#define REPORT_SVG_STORY_INT_H

#include "report/svg_int.h"

#define SAID 16			/* packets of evidence that a finding has at most */

/* What a connection was: its lane.  The worst is last. */
enum lane { LANE_HELD, LANE_OTHER, LANE_DRAINING, LANE_STALE, LANES };
const char *svg_lane_name(int lane);

struct said { usec_t at, until; int64_t ttl; bool zone, with; char server[SVG_TEXT]; };
struct story {
	const char *id;
	const struct report_opts *opts;
	enum svg_form form;
	char kind[SVG_TEXT], client[SVG_TEXT], address[SVG_TEXT], name[SVG_TEXT], cause[SVG_TEXT];
	usec_t T, legit, first, last;
	int64_t answers;
	int64_t counted[LANES];			/* as the finding has it; -1: not known */
	struct { int64_t n, failed; usec_t from, to; } flows[LANES];
	struct said said[SAID];
	unsigned nsaid;
	struct svg_axis axis;
	int top;				/* of the lanes */
};

int svg_lanes_load(struct reader *rd, struct story *y, struct err *err);
/* A lane of connections, with its name.  Gives its height, 0 where there are none, or ST_*. */
int svg_lane(struct reader *rd, const struct story *y, int lane, struct svg *s, int top, struct err *err);

#endif
