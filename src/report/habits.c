/* How long a client goes on with an answer, in words. */
#include "report/explain_int.h"

enum { H_SENSOR, H_SCOPE, H_SAMPLES, H_BEYOND, H_LONGEST, H_SOONEST, H_WALL };

static void
put_seconds(struct out *o, struct rows *r, int column, const char *before, const char *after)
{
	out_fmt(o, "%s%.1f s%s", before, (double)rows_int(r, column, 0) / TM_SEC, after);
}

static void
put_habit(struct out *o, struct rows *r)
{
	int64_t samples = rows_int(r, H_SAMPLES, 0), beyond = rows_int(r, H_BEYOND, 0);

	out_str(o, "  at ");
	out_term(o, rows_text(r, H_SENSOR));
	if (rows_text(r, H_SCOPE) != NULL) {
		out_str(o, " in ");
		out_term(o, rows_text(r, H_SCOPE));
	}
	out_str(o, "\n");
	if (samples > 0) {
		put_seconds(o, r, H_LONGEST, "  uses answers that have run out until they are at most ", " old,\n");
		put_seconds(o, r, H_SOONEST, "  and asks for such a name again after at least ", "\n");
	}
	if (beyond > 0)
		out_fmt(o, "  went on %lld time%s for over a minute after an answer had run out\n", (long long)beyond, beyond == 1 ? "" : "s");
	if (rows_time(r, H_WALL) != TM_NONE)
		put_seconds(o, r, H_WALL, "  keeps all names for the same time, ", ", as a stub resolver does\n");
	out_fmt(o, "  learned from %lld name%s that it asked for again\n", (long long)samples, samples == 1 ? "" : "s");
}

int
habit_lines(struct reader *rd, const char *address, struct out *o, int64_t *n, struct err *err)
{
	struct rows r;

	*n = 0;
	rows_open(&r, rd, "SELECT s.text,nullif(h.scope,''),h.samples,h.beyond,h.longest_us,h.soonest_us,h.wall_us FROM habit h "
	    "JOIN sensor s ON s.id=h.sensor_id JOIN addr a ON a.id=h.client_id WHERE a.text=?1 ORDER BY 1,2");
	rows_bind(&r, 1, address);
	for (; rows_next(&r); (*n)++) {
		out_str(o, *n == 0 ? "\nAs a client, how long it goes on with an answer\n" : "");
		put_habit(o, &r);
	}
	return rows_close(&r, err);
}
