#include "report/lookup.h"

#include <string.h>

#include "base/addr.h"
#include "base/esc.h"
#include "base/name.h"
#include "report/explain_int.h"
#include "report/report_int.h"

/* The finding whose id begins so: how many there are, and the first of them. */
static int
by_prefix(struct reader *rd, const char *prefix, struct about *out, int64_t *n, struct err *err)
{
	struct rows r;

	*n = 0;
	rows_open(&r, rd, "SELECT count(*),min(fid) FROM finding WHERE fid>=?1 AND fid<?1||'g'");
	rows_bind(&r, 1, prefix);
	if (rows_next(&r) && rows_int(&r, 0, 0) > 0 && rows_text(&r, 1) != NULL) {
		*n = rows_int(&r, 0, 0);
		*out = (struct about){ .kind = ABOUT_FINDING };
		strncpy(out->text, rows_text(&r, 1), sizeof(out->text) - 1);
	}
	return rows_close(&r, err);
}

/* In the one form that the database has it in. */
static int
by_name(const char *what, struct about *out, struct err *err)
{
	uint8_t name[NAME_WIRE];
	const char *fault;
	char shown[ESC_SHORT];

	if (name_parse(what, name, &fault) == 0)
		return err_set(err, ST_ESYNTAX, "%s: no finding, no address, and as a name it %s", esc_short(what, shown), fault);
	*out = (struct about){ .kind = ABOUT_NAME };
	name_text(name, out->text);
	return 0;
}

int
about_find(struct reader *rd, const char *what, struct about *out, struct err *err)
{
	struct addr addr;
	int64_t n = 0;
	int rc;

	if (addr_parse(what, &addr)) {
		*out = (struct about){ .kind = ABOUT_ADDRESS };
		addr_text(&addr, out->text);
		return 0;
	}
	if (*what != '\0' && strspn(what, "0123456789abcdef") == strlen(what) && strlen(what) <= 16) {
		rc = by_prefix(rd, what, out, &n, err);
		if (rc < 0 || n == 1)
			return rc;
		if (n > 1)
			return err_set(err, ST_ESYNTAX, "%s: the ids of %lld findings begin so; write more of it", what, (long long)n);
	}
	return by_name(what, out, err);
}

static void
answer_line(struct out *o, struct rows *r)
{
	int64_t low = rows_int(r, 6, 0), high = rows_int(r, 7, 0), late = rows_int(r, 11, 0);

	out_str(o, "  ");
	for (int i = 1; i <= 3; i++) {
		out_term(o, rows_text(r, i));
		out_str(o, i < 3 ? " " : "\n      from ");
	}
	out_term(o, rows_text(r, 4));
	if (rows_text(r, 5) != NULL) {
		out_str(o, " (");
		out_term(o, rows_text(r, 5));
		out_str(o, ")");
	}
	out_fmt(o, low == high ? ", TTL %lld" : ", TTL %lld to %lld", (long long)low, (long long)high);
	out_fmt(o, ", %lld time%s", (long long)rows_int(r, 10, 0), rows_int(r, 10, 0) == 1 ? "" : "s");
	if (late > 0)
		out_fmt(o, ", %lld after legit until", (long long)late);
	out_str(o, "\n      ");
	out_time(o, rows_time(r, 12));
	out_str(o, " to ");
	out_time(o, rows_time(r, 13));
	out_str(o, " at ");
	out_term(o, rows_text(r, 0));
	out_str(o, "\n");
}

int
answer_lines(struct reader *rd, const struct about *about, const char *head, struct out *o, int64_t *n, struct err *err)
{
	struct rows r;

	*n = 0;
	rows_open(&r, rd, about->kind == ABOUT_ADDRESS ? "SELECT * FROM v_answers WHERE data=?1 ORDER BY name,first_seen_us,server,sensor" :
	    "SELECT * FROM v_answers WHERE name=?1 ORDER BY type,first_seen_us,data,server,sensor");
	rows_bind(&r, 1, about->text);
	for (; rows_next(&r); (*n)++) {
		out_str(o, *n == 0 ? head : "");
		answer_line(o, &r);
		out_more(o);
	}
	return rows_close(&r, err);
}

int
lookup(struct reader *rd, const char *what, struct out *o, struct err *err)
{
	struct about about;
	int64_t n;
	int rc;

	rc = about_find(rd, what, &about, err);
	if (rc == 0 && about.kind == ABOUT_FINDING)
		rc = by_name(what, &about, err);
	if (rc == 0)
		rc = seen_each(rd, seen_text, o, err);
	if (rc < 0)
		return rc;
	out_str(o, about.kind == ABOUT_ADDRESS ? "\nAnswers that hold " : "\nAnswers for ");
	out_term(o, about.text);
	out_str(o, "\n");
	rc = answer_lines(rd, &about, "", o, &n, err);
	if (rc == 0 && n == 0)
		out_str(o, "  none was seen\n");
	return rc;
}
