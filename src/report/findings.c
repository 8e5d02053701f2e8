/* Findings as a person wants to read them: who, which cache, how many, since when, what to do. */
#include <string.h>

#include "report/present_int.h"

#define COLUMNS(X) \
	X(ID, "v.id") X(KIND, "v.kind") X(SEVERITY, "v.severity") X(STATE, "v.state") X(RETURNED, "v.returned") X(CAUSE, "v.cause") \
	X(CONFIDENCE, "v.confidence") X(COULD_BE, "v.could_also_be") X(EXTENDED, "v.extended_by") X(CLIENT, "v.client") \
	X(SCOPE, "v.scope") X(NAME, "v.name") X(LISTED, "v.listed") X(ADDRESS, "v.deprecated_ip") X(PORT, "v.port") X(PROTO, "v.proto") \
	X(RETIRED, "v.deprecated_at_us") X(LEGIT, "v.legit_until_us") X(BASIS, "v.legit_basis") X(FIRST, "v.first_seen_us") \
	X(LAST, "v.last_seen_us") X(DRAINS, "v.drains_by_us") X(CONNECTIONS, "v.connections") X(DRAINING, "v.draining") \
	X(STALE, "v.stale") X(HELD, "v.held") X(ESTABLISHED, "v.established") X(REFUSED, "v.refused") X(TIMED_OUT, "v.timed_out") \
	X(UNREACHABLE, "v.unreachable") X(UNSEEN, "v.unseen") X(RESOLVER, "v.resolver") X(TRANSPORT, "v.dns_transport") \
	X(ANSWERS, "v.answers") X(SENDS, "v.server_name") X(REUSED, "v.reused") X(ADVICE, "v.advice") \
	X(WAIVED, "v.waived_until_us") X(WHY_WAIVED, "(SELECT w.reason FROM waived x JOIN waiver w ON w.id=x.waiver_id WHERE x.finding_id=f.id " \
	"ORDER BY w.expires_us DESC,w.id LIMIT 1)") X(PRESENT, "v.present") X(RESOLVES, "v.resolves_by_us") X(NOW, "(SELECT us FROM moment)")
enum {
#define COLUMN_ENUM(id, sql) id,
	COLUMNS(COLUMN_ENUM)
#undef COLUMN_ENUM
	COLUMN_COUNT
};
#define COLUMN_SQL(id, sql) sql ","
#define ORDER " ORDER BY max(f.severity) OVER (PARTITION BY v.deprecated_ip) DESC,v.deprecated_ip,v.listed,v.deprecated_at_us," \
	"f.severity DESC,v.stale DESC,v.client,v.name,v.port,v.id"

static bool
is(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static enum out_color
severity_color(const char *severity)
{
	if (is(severity, "critical") || is(severity, "high"))
		return OUT_RED;
	return is(severity, "medium") ? OUT_YELLOW : OUT_GREEN;
}

const char *
legit_basis_words(const char *basis)
{
	return is(basis, "assumed") ? "a TTL of a day is assumed" : is(basis, "list") ? "by the list's TTL" :
	       is(basis, "resolver") ? "as a resolver told" : is(basis, "authoritative") ? "by the zone's TTL" : "?";
}

/* "192.0.2.10, retired 2026-01-01 00:00:00, legitimate until 2026-01-01 00:05:00 (authoritative)" */
static void
put_address(struct out *o, struct rows *r)
{
	const char *listed = rows_text(r, LISTED);

	out_str(o, "\n");
	out_color(o, OUT_BOLD);
	out_term(o, rows_text(r, ADDRESS));
	out_color(o, OUT_PLAIN);
	if (listed != NULL && !is(listed, rows_text(r, ADDRESS))) {
		out_str(o, " in ");
		out_term(o, listed);
	}
	out_str(o, ", retired ");
	if (rows_time(r, RETIRED) == TM_NONE)
		out_str(o, "before the data begins");
	else
		out_time(o, rows_time(r, RETIRED));
	if (rows_time(r, LEGIT) != TM_NONE) {
		out_str(o, ",\n  legitimate until ");
		out_time(o, rows_time(r, LEGIT));
		out_fmt(o, " (%s)", legit_basis_words(rows_text(r, BASIS)));
	}
	out_str(o, "\n");
}

/* The first line: who, which cache, how sure; at the right how bad and what became of it. */
static void
put_head(struct out *o, struct rows *r)
{
	const char *kind = rows_text(r, KIND), *severity = rows_text(r, SEVERITY), *state = rows_text(r, STATE);
	size_t from = o->buf.len, plain = 0, used;

	out_str(o, "  ");
	if (is(kind, "resolver") || is(kind, "zone")) {
		out_fmt(o, "%s ", kind);
		out_term(o, rows_text(r, is(kind, "zone") ? NAME : RESOLVER));
	} else {
		out_term(o, rows_text(r, CLIENT));
		if (rows_text(r, SCOPE) != NULL) {
			out_str(o, " (");
			out_term(o, rows_text(r, SCOPE));
			out_str(o, ")");
		}
	}
	out_str(o, "  ");
	plain = o->buf.len - from;
	out_color(o, severity_color(severity));
	used = o->buf.len;
	out_term(o, rows_text(r, CAUSE));
	plain += o->buf.len - used;
	out_color(o, OUT_PLAIN);
	used = o->buf.len;
	out_str(o, " (");
	out_term(o, rows_text(r, CONFIDENCE));
	out_str(o, ")");
	plain += o->buf.len - used;
	used = (severity != NULL ? strlen(severity) : 1) + 2 + (state != NULL ? strlen(state) : 1);
	out_fmt(o, "%*s", plain + used + 2 < OUT_WIDTH ? (int)(OUT_WIDTH - plain - used) : 2, "");
	out_term(o, severity);
	out_str(o, ", ");
	out_term(o, state);
	out_str(o, "\n");
}

/* Where to, and under which name. */
static void
put_target(struct out *o, struct rows *r)
{
	const char *name = rows_text(r, NAME), *sends = rows_text(r, SENDS);
	int64_t port = rows_int(r, PORT, -1);

	out_str(o, "    ");
	if (port >= 0)
		out_fmt(o, "port %lld", (long long)port);
	if (rows_text(r, PROTO) != NULL) {
		out_str(o, "/");
		out_term(o, rows_text(r, PROTO));
	}
	if (name != NULL) {
		out_str(o, port >= 0 ? ", as " : "as ");
		out_term(o, name);
	}
	if (sends != NULL && !is(sends, name)) {
		out_str(o, ", asks the server for ");
		out_term(o, sends);
	}
	if (rows_text(r, RESOLVER) != NULL && !is(rows_text(r, KIND), "resolver")) {
		out_str(o, ", told by ");
		out_term(o, rows_text(r, RESOLVER));
	}
	out_str(o, "\n");
}

/* ", 3 refused" for those of the counts that are not 0. */
static void
put_counts(struct out *o, struct rows *r, const int *column, const char *const *word, int n, const char *before)
{
	for (int i = 0; i < n; i++) {
		int64_t v = rows_int(r, column[i], 0);

		if (v == 0)
			continue;
		out_fmt(o, "%s%lld %s", before, (long long)v, word[i]);
		before = ", ";
	}
}

static void
put_numbers(struct out *o, struct rows *r)
{
	static const int split[] = { DRAINING, STALE }, ends[] = { ESTABLISHED, REFUSED, TIMED_OUT, UNREACHABLE, UNSEEN };
	static const char *const split_words[] = { "draining", "stale" },
	    *const end_words[] = { "established", "refused", "timed out", "unreachable", "of unseen outcome" };
	int64_t connections = rows_int(r, CONNECTIONS, 0), held = rows_int(r, HELD, 0), answers = rows_int(r, ANSWERS, 0);

	out_str(o, "    ");
	if (connections > 0) {
		out_fmt(o, "%lld connection%s", (long long)connections, connections == 1 ? "" : "s");
		put_counts(o, r, split, split_words, 2, ": ");
		put_counts(o, r, ends, end_words, 5, "; ");
	}
	if (held > 0)
		out_fmt(o, "%s%lld held from before", connections > 0 ? "; " : "", (long long)held);
	if (connections == 0 && held == 0)
		out_fmt(o, "%lld stale answer%s", (long long)answers, answers == 1 ? "" : "s");
	out_str(o, "\n    ");
	out_time(o, rows_time(r, FIRST));
	out_str(o, " to ");
	out_time(o, rows_time(r, LAST));
	out_str(o, "\n");
}

static void
put_end(struct out *o, struct rows *r)
{
	const struct present_finding f = { .state = rows_text(r, STATE), .present = rows_text(r, PRESENT),
		.cause = rows_text(r, CAUSE), .last = rows_time(r, LAST), .drains = rows_time(r, DRAINS), .resolves = rows_time(r, RESOLVES),
		.now = rows_time(r, NOW) };
	struct buf line = { 0 };
	size_t id;

	buf_fmt(&line, "finding %.16s", rows_text(r, ID) != NULL ? rows_text(r, ID) : "-");
	id = line.len;
	buf_str(&line, "; ");
	present_ends(&f, &line);
	if (line.len == id + 2)
		line.len = id;
	if (rows_int(r, RETURNED, 0) == 1)
		buf_str(&line, "; returned once");
	else if (rows_int(r, RETURNED, 0) > 0)
		buf_fmt(&line, "; returned %lld times", (long long)rows_int(r, RETURNED, 0));
	out_str(o, "    ");
	out_wrap(o, 6, 4, buf_cstr(&line));
	buf_free(&line);
}

static void
put_waiver(struct out *o, struct rows *r)
{
	usec_t until = rows_time(r, WAIVED);

	if (until == TM_NONE)
		return;
	out_str(o, until > rows_time(r, NOW) ? "    waived until " : "    no longer waived since ");
	out_time(o, until);
	out_str(o, ": ");
	out_term(o, rows_text(r, WHY_WAIVED));
	out_str(o, "\n");
}

/* "could also be" and the like: a list, if it has anything. */
static void
put_list(struct out *o, const char *title, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	out_fmt(o, "    %s", title);
	out_wrap(o, 6, 4 + (int)strlen(title), text);
}

/* said: the advice of the finding above it. */
static void
put_finding(struct out *o, struct rows *r, struct buf *said)
{
	const char *advice = rows_text(r, ADVICE);

	put_head(o, r);
	put_target(o, r);
	put_numbers(o, r);
	put_end(o, r);
	put_waiver(o, r);
	if (is(rows_text(r, REUSED), "yes") || is(rows_text(r, REUSED), "likely"))
		out_str(o, "    The address answers as somebody else now: what is sent there reaches others.\n");
	put_list(o, "could also be: ", rows_text(r, COULD_BE));
	put_list(o, "extended by: ", rows_text(r, EXTENDED));
	if (is(advice, buf_cstr(said))) {
		out_str(o, "    > as above\n");
	} else if (advice != NULL) {
		out_str(o, "    > ");
		out_wrap(o, 6, 6, advice);
		buf_clear(said);
		buf_str(said, advice);
	}
}

int
finding_blocks(struct reader *rd, const struct report_opts *opts, struct out *o, int64_t *n, struct err *err)
{
	struct buf last = { 0 }, now = { 0 }, said = { 0 };
	struct rows r;
	int64_t scans = 0;

	*n = 0;
	rows_open(&r, rd, "SELECT " COLUMNS(COLUMN_SQL) "NULL FROM v_findings v JOIN finding f ON f.fid=v.id WHERE " WHICH ORDER);
	bind_which(&r, opts);
	while (rows_next(&r)) {
		if (opts->id == NULL && is(rows_text(&r, CAUSE), "background.scan")) {	/* no client: in no total */
			scans++;
			continue;
		}
		buf_clear(&now);
		buf_fmt(&now, "%s %s %lld", rows_text(&r, ADDRESS) ? rows_text(&r, ADDRESS) : "", rows_text(&r, LISTED) ? rows_text(&r, LISTED) : "",
		    (long long)rows_time(&r, RETIRED));
		if (*n == 0 || strcmp(buf_cstr(&now), buf_cstr(&last)) != 0) {
			put_address(o, &r);
			buf_clear(&said);
			buf_clear(&last);
			buf_put(&last, now.p, now.len);
		}
		put_finding(o, &r, &said);
		out_more(o);
		(*n)++;
	}
	if (scans > 0)
		out_fmt(o, "\n%lld scanner%s besides, counted nowhere: %s not clients.\n", (long long)scans, scans == 1 ? "" : "s",
		    scans == 1 ? "it is" : "they are");
	buf_free(&said);
	buf_free(&last);
	buf_free(&now);
	return rows_close(&r, err);
}

int
findings_text(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	int64_t n;
	int rc;

	rc = seen_each(rd, seen_text, o, err);
	if (rc == 0)
		rc = finding_blocks(rd, opts, o, &n, err);
	if (rc == 0 && n == 0)
		out_str(o, "\nNo finding.\n");
	return rc < 0 ? rc : entry_lines(rd, false, o, err);
}
