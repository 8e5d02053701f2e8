/* The list, entry by entry: what can be said of each. */
#include <string.h>

#include "report/report_int.h"

#define COLUMNS "l.listed,l.name,d.state,d.why,d.covered,d.clients_open,d.clients_draining,d.last_connection_us,d.seen_before," \
	"l.deprecated_us,d.legit_basis,d.unattributed,(SELECT count(*) FROM (SELECT 1 FROM v_findings v " \
	"JOIN finding f ON f.fid=v.id WHERE f.listing_id=l.id AND f.state=1 AND f.client_id NOT NULL GROUP BY f.client_id,f.scope " \
	"HAVING min(ifnull(v.waived_until_us,0)>(SELECT max(ended_us) FROM coverage))))"
enum { LISTED, NAME, STATE, WHY, COVERED, OPEN, DRAINING, LAST, SEEN_BEFORE, SINCE, BASIS, UNATTRIBUTED, WAIVED };

static enum out_color
state_color(const char *state)
{
	if (strcmp(state, "contacted") == 0)
		return OUT_RED;
	return strcmp(state, "clean") == 0 ? OUT_GREEN : OUT_YELLOW;
}

static void
say_covered(struct out *o, struct rows *r)
{
	double covered = rows_real(r, COVERED, -1);

	if (covered >= 0 && covered <= 1)
		out_fmt(o, "covered %.1f %% of the time since", (double)(int)(covered * 1000) / 10);
	else
		out_str(o, "coverage not known");
	if (rows_int(r, SEEN_BEFORE, -1) == 1)
		out_str(o, ", on a link seen in use before");
}

static void
say_why(struct out *o, struct rows *r, const char *state)
{
	const char *why = rows_text(r, WHY);
	int64_t open = rows_int(r, OPEN, 0), draining = rows_int(r, DRAINING, 0);

	if (strcmp(state, "clean") == 0) {
		say_covered(o, r);
		return;
	}
	if (strcmp(state, "contacted") != 0 && strcmp(state, "draining") != 0) {
		out_wrap(o, 12, 12, why != NULL ? why : "nothing was judged yet");
		return;
	}
	if (open > 0 && rows_int(r, WAIVED, 0) > 0)
		out_fmt(o, "%lld client%s stale, %lld of them waived%s", (long long)open, open == 1 ? "" : "s", (long long)rows_int(r, WAIVED, 0),
		    draining > 0 ? ", " : "");
	else if (open > 0)
		out_fmt(o, "%lld client%s stale%s", (long long)open, open == 1 ? "" : "s", draining > 0 ? ", " : "");
	if (draining > 0)
		out_fmt(o, "%lld draining", (long long)draining);
	if (rows_time(r, LAST) != TM_NONE) {
		out_str(o, open > 0 || draining > 0 ? "; last contact " : "last contact ");
		out_time(o, rows_time(r, LAST));
	}
}

static void
line(struct out *o, struct rows *r)
{
	const char *listed = rows_text(r, LISTED), *name = rows_text(r, NAME), *state = rows_text(r, STATE);
	const char *basis = rows_text(r, BASIS);
	int64_t unattributed = rows_int(r, UNATTRIBUTED, 0);

	state = state != NULL ? state : "unproven";
	out_str(o, "  ");
	out_color(o, state_color(state));
	out_term(o, state);
	out_color(o, OUT_PLAIN);
	out_fmt(o, "%*s", strlen(state) < 10 ? (int)(10 - strlen(state)) : 1, "");
	if (listed != NULL && *listed != '\0')
		out_term(o, listed);
	if (name != NULL && *name != '\0') {
		out_str(o, " ");
		out_term(o, name);
	}
	if (rows_time(r, SINCE) != TM_NONE) {
		out_str(o, ", retired ");
		out_time(o, rows_time(r, SINCE));
	}
	out_fmt(o, "\n%12s", "");
	say_why(o, r, state);
	if (unattributed > 0)
		out_fmt(o, "; %lld connections that no name tells apart", (long long)unattributed);
	if (basis != NULL && strcmp(basis, "assumed") == 0)
		out_str(o, "; rests on an assumed TTL of a day");
	out_str(o, "\n");
}

int
entry_lines(struct reader *rd, bool all, struct out *o, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT " COLUMNS " FROM listing l LEFT JOIN deprecated d ON d.listing_id=l.id WHERE l.active AND "
	    "(?1 OR ifnull(d.state,'') NOT IN ('contacted','draining')) ORDER BY l.listed,l.name,l.deprecated_us,l.id");
	rows_bind_int(&r, 1, all);
	for (bool first = true; rows_next(&r); first = false) {
		if (first)
			out_str(o, all ? "\nThe list\n" : "\nOther addresses on the list\n");
		line(o, &r);
		out_more(o);
	}
	return rows_close(&r, err);
}
