/* The list, entry by entry: what can be said of each. */
#include <string.h>

#include "report/present_int.h"

#define COLUMNS "l.listed,l.name,d.state,d.why,d.covered,d.clients_open,d.clients_draining,ifnull(d.last_connection_us,(SELECT max(f.last_us) FROM finding f WHERE f.listing_id=l.id)),d.seen_before," \
	"l.deprecated_us,d.legit_basis,d.unattributed,(SELECT count(*) FROM (SELECT 1 FROM v_findings v " \
	"JOIN finding f ON f.fid=v.id WHERE f.listing_id=l.id AND f.state=1 AND f.client_id NOT NULL GROUP BY f.client_id,f.scope " \
	"HAVING min(ifnull(v.waived_until_us,0)>(SELECT us FROM moment))))," PRESENT_ENTRY
enum { LISTED, NAME, STATE, WHY, COVERED, OPEN, DRAINING, LAST, SEEN_BEFORE, SINCE, BASIS, UNATTRIBUTED, WAIVED,
	CONNECTS, TOLD, OVER, GONE, RESOLVES };

static enum out_color
state_color(const char *state)
{
	if (strcmp(state, "contacted") == 0)
		return OUT_RED;
	return strcmp(state, "clean") == 0 ? OUT_GREEN : OUT_YELLOW;
}

static void
say_covered(struct buf *b, struct rows *r)
{
	double covered = rows_real(r, COVERED, -1);

	if (covered >= 0 && covered <= 1)
		buf_fmt(b, "covered %.1f %% of the time since", (double)(int)(covered * 1000) / 10);
	else
		buf_str(b, "coverage not known");
	if (rows_int(r, SEEN_BEFORE, -1) == 1)
		buf_str(b, ", on a link seen in use before");
}

static void
say_why(struct buf *b, struct rows *r, const char *state)
{
	const struct present_entry e = { .connects = rows_int(r, CONNECTS, 0), .told = rows_int(r, TOLD, 0), .over = rows_int(r, OVER, 0),
		.draining = rows_int(r, DRAINING, 0), .waived = rows_int(r, WAIVED, 0), .last = rows_time(r, GONE), .resolves = rows_time(r, RESOLVES) };
	const char *why = rows_text(r, WHY);
	char text[TM_TEXT];

	if (strcmp(state, "clean") == 0) {
		say_covered(b, r);
		return;
	}
	if (strcmp(state, "contacted") != 0 && strcmp(state, "draining") != 0) {
		buf_str(b, why != NULL ? why : "nothing was judged yet");
		return;
	}
	present_who(&e, b);
	if (rows_time(r, LAST) != TM_NONE && (e.connects > 0 || e.over == 0))
		buf_fmt(b, "%slast contact %.19s", b->len > 0 ? "; " : "", tm_human(rows_time(r, LAST), text));
}

static void
line(struct out *o, struct rows *r)
{
	const char *listed = rows_text(r, LISTED), *name = rows_text(r, NAME), *state = rows_text(r, STATE);
	const char *basis = rows_text(r, BASIS);
	int64_t unattributed = rows_int(r, UNATTRIBUTED, 0);
	struct buf why = { 0 };

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
	say_why(&why, r, state);
	if (unattributed > 0)
		buf_fmt(&why, "; %lld connections that no name tells apart", (long long)unattributed);
	if (basis != NULL && strcmp(basis, "assumed") == 0)
		buf_str(&why, "; rests on an assumed TTL of a day");
	out_wrap(o, 12, 12, buf_cstr(&why));
	buf_free(&why);
}

int
entry_lines(struct reader *rd, bool all, struct out *o, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT " COLUMNS " FROM listing l LEFT JOIN deprecated d ON d.listing_id=l.id LEFT JOIN standing s ON s.listing_id=l.id WHERE l.active AND "
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
