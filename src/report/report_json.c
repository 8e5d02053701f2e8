/* The report as JSON, an object a line: what was seen, what it comes to (kind "report"), the list (kind "entry"), the findings. */
#include "base/json.h"
#include "report/present_int.h"
#include "report/trend.h"

static void
put_time(struct json *j, const char *key, usec_t t)
{
	char text[TM_TEXT];

	json_key(j, key);
	json_str(j, t == TM_NONE ? NULL : tm_text(t, text));
}

static void
put_number(struct json *j, const char *key, int64_t n)
{
	json_key(j, key);
	json_int(j, n);
}

static void
put_trend(struct json *j, const char *key, const int64_t *n)
{
	json_key(j, key);
	if (n[TREND_NEW] < 0) {		/* there is no such data */
		json_null(j);
		return;
	}
	json_object(j);
	for (int t = TREND_NONE + 1; t < TREND_COUNT; t++)
		put_number(j, trend_name((enum trend)t), n[t]);
	json_end(j);
}

static int
put_period(struct reader *rd, const struct report_opts *opts, struct json *j, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT first_us,last_us,now_us,covered,databases FROM period");
	if (rows_next(&r)) {
		put_time(j, "since", opts->since != TM_NONE ? opts->since : rows_time(&r, 0));
		put_time(j, "until", opts->until != TM_NONE ? opts->until : rows_time(&r, 1));
		put_time(j, "now", rows_time(&r, 2));
		json_key(j, "covered_percent");
		if (rows_real(&r, 3, -1) < 0)
			json_null(j);
		else
			json_int(j, (int64_t)(100 * rows_real(&r, 3, 0)));
		put_number(j, "databases", rows_int(&r, 4, 0));
	}
	return rows_close(&r, err);
}

int
remarks_json(struct reader *rd, struct json *j, struct err *err)
{
	struct rows r;

	json_key(j, "remarks");
	json_array(j);
	rows_open(&r, rd, "SELECT text FROM remark ORDER BY rowid");
	while (rows_next(&r))
		json_str(j, rows_text(&r, 0));
	json_end(j);
	return rows_close(&r, err);
}

static int
put_head(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	struct trend_counts trend = { 0 };
	struct report_totals n = { 0 };
	struct present now = { 0 };
	struct out policy = { 0 };
	enum report_verdict v;
	struct json j;
	int rc;

	rc = report_verdict(rd, opts, &v, err);
	if (rc == 0)
		rc = report_totals(rd, opts, &n, err);
	if (rc == 0)
		rc = present_read(rd, opts, &now, err);
	if (rc == 0)
		rc = trend_counts(rd, &trend, err);
	if (rc < 0)
		return rc;
	report_policy(opts, &policy);
	json_begin(&j, &o->buf);
	json_object(&j);
	json_key(&j, "kind");
	json_str(&j, "report");
	json_key(&j, "verdict");
	json_str(&j, report_verdict_name(v));
	json_key(&j, "policy");
	json_str(&j, buf_cstr(&policy.buf));
	rc = put_period(rd, opts, &j, err);
	put_number(&j, "open", n.open);
	put_number(&j, "open_waived", n.waived);
	put_number(&j, "open_slight", n.slight);
	put_number(&j, "open_quiet", n.quiet);
	put_number(&j, "open_failing", n.failing);
	put_number(&j, "open_over", now.findings_over);
	put_number(&j, "clients_connecting", now.clients);
	put_number(&j, "clients_told", now.only_told);
	put_number(&j, "clients_over", now.over);
	put_trend(&j, "trend", trend.now);
	put_trend(&j, "trend_before", trend.before);
	if (rc == 0)
		rc = score_json(rd, opts, &j, err);
	if (rc == 0)
		rc = remarks_json(rd, &j, err);
	json_end(&j);
	out_str(o, "\n");
	buf_free(&policy.buf);
	return rc;
}

/* v_deprecated, and why an entry is not proven. */
static const struct { const char *name; enum { TEXT, NUMBER, REAL } kind; } fields[] = {
	{ "listed", TEXT }, { "name", TEXT }, { "clients", TEXT }, { "deprecated_at", TEXT }, { "reinstated_at", TEXT }, { "ttl", NUMBER },
	{ "legit_until", TEXT }, { "legit_basis", TEXT }, { "replacement", TEXT }, { "owner", TEXT }, { "ticket", TEXT }, { "note", TEXT },
	{ "state", TEXT }, { "why", TEXT }, { "clients_open", NUMBER }, { "clients_draining", NUMBER }, { "seen_before", NUMBER },
	{ "last_connection", TEXT }, { "last_stale_answer", TEXT }, { "unattributed", NUMBER }, { "covered_percent", REAL },
	{ "clients_connecting", NUMBER }, { "clients_told", NUMBER }, { "clients_over", NUMBER },
};

static void
put_entry(struct rows *r, struct out *o)
{
	struct json j;

	json_begin(&j, &o->buf);
	json_object(&j);
	json_key(&j, "kind");
	json_str(&j, "entry");
	for (int i = 0; i < (int)(sizeof(fields) / sizeof(*fields)); i++) {
		json_key(&j, fields[i].name);
		if (fields[i].kind == TEXT)
			json_str(&j, rows_text(r, i));
		else if (rows_real(r, i, -1) < 0)
			json_null(&j);
		else
			json_int(&j, fields[i].kind == REAL ? (int64_t)(100 * rows_real(r, i, 0)) : rows_int(r, i, 0));
	}
	json_end(&j);
	out_str(o, "\n");
	out_more(o);
}

static int
put_entries(struct reader *rd, struct out *o, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT v.listed,v.name,v.clients,v.deprecated_at,v.reinstated_at,v.ttl,v.legit_until,v.legit_basis,v.replacement,v.owner,v.ticket,"
	    "v.note,ifnull(v.state,'unproven'),d.why,v.clients_open,v.clients_draining,v.seen_before,v.last_connection,v.last_stale_answer,v.unattributed,"
	    "v.covered,ifnull(s.connects,0),ifnull(s.told,0),ifnull(s.over,0) FROM v_deprecated v LEFT JOIN listing l ON l.listed=ifnull(v.listed,'') AND l.name=ifnull(v.name,'') AND "
	    "l.clients=ifnull(v.clients,'') AND l.deprecated_us IS v.deprecated_at_us LEFT JOIN deprecated d ON d.listing_id=l.id LEFT JOIN standing s ON s.listing_id=l.id ORDER BY 1,2,3,4");
	while (rows_next(&r))
		put_entry(&r, o);
	return rows_close(&r, err);
}

int
report_json(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	int rc = seen_each(rd, seen_json, o, err);

	if (rc == 0)
		rc = put_head(rd, opts, o, err);
	if (rc == 0)
		rc = put_entries(rd, o, err);
	return rc == 0 ? finding_lines(rd, opts, o, err) : rc;
}
