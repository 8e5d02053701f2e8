/* A finding's story: what was answered when and how long it ran, when the address was retired, who connected, what decided. */
#include "report/explain.h"

#include <string.h>

#include "base/addr.h"
#include "base/esc.h"
#include "report/explain_int.h"
#include "report/report_int.h"

#define IN_FULL 10		/* findings told in full */
#define FLOWS "12"		/* connections shown at each end of the time line */

#define MOMENT 27		/* columns of it */

static const char *
or_dash(const char *s)
{
	return s != NULL ? s : "-";
}

static void
put_moment(struct out *o, usec_t t)
{
	char text[TM_TEXT];

	out_fmt(o, "  %-23.23s  ", tm_human(t, text));
}

/* The columns of the time line's union: what they hold depends on the kind of row. */
enum { AT, RANK, ROW, A, B, C, D, N1, N2, UNTIL };
enum { ROW_RETIRED, ROW_LEGIT, ROW_EVIDENCE, ROW_FLOW, ROW_LEFT_OUT };
static const char time_line[] =
    "WITH w AS (SELECT *,row_number() OVER (ORDER BY started_us,flow) AS k,count(*) OVER () AS total FROM v_flows WHERE finding=?1) "
    "SELECT deprecated_at_us AS t,0 AS rank,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL FROM v_findings WHERE id=?1 "
    "UNION ALL SELECT legit_until_us,3,1,legit_basis,NULL,NULL,NULL,NULL,NULL,NULL FROM v_findings WHERE id=?1 "
    "UNION ALL SELECT at_us,1,2,role,what,server,NULL,ttl,seq,expires_us FROM v_evidence WHERE finding=?1 "
    "AND ifnull(role,'')<>'opening' "
    "UNION ALL SELECT started_us,2,3,outcome,cause,confidence,draining_or_stale,client_port,gap_us,ended_us FROM w "
    "WHERE k<=" FLOWS " OR k>total-" FLOWS " "
    "UNION ALL SELECT started_us,2,4,NULL,NULL,NULL,NULL,total-2*" FLOWS ",NULL,NULL FROM w WHERE k=" FLOWS "+1 AND total>2*" FLOWS " "
    "ORDER BY t,rank";

/* An answer, or what else is evidence: one line for a person, then whose it is and how long it runs. */
static void
put_answer(struct buf *b, struct rows *r)
{
	char until[TM_TEXT];

	buf_fmt(b, "%s: %s", or_dash(rows_text(r, A)), or_dash(rows_text(r, B)));
	if (rows_text(r, C) != NULL)
		buf_fmt(b, ", from %s", rows_text(r, C));
	if (rows_int(r, N1, -1) >= 0)
		buf_fmt(b, ", TTL %lld", (long long)rows_int(r, N1, 0));
	if (rows_time(r, UNTIL) != TM_NONE)
		buf_fmt(b, ", runs out %.19s", tm_human(rows_time(r, UNTIL), until));
}

static void
put_flow(struct buf *b, struct rows *r)
{
	int64_t gap = rows_int(r, N2, INT64_MIN);

	buf_str(b, "connects");
	if (rows_int(r, N1, -1) >= 0)
		buf_fmt(b, " from port %lld", (long long)rows_int(r, N1, 0));
	if (gap != INT64_MIN)
		buf_fmt(b, ", %.1f s after its answer", (double)gap / 1e6);
	if (rows_text(r, A) != NULL)
		buf_fmt(b, ": %s", rows_text(r, A));
	if (rows_text(r, D) != NULL)
		buf_fmt(b, "; %s", rows_text(r, D));
	buf_fmt(b, ", %s (%s)", or_dash(rows_text(r, B)), or_dash(rows_text(r, C)));
}

static void
put_row(struct buf *b, struct rows *r)
{
	switch (rows_int(r, ROW, -1)) {
	case ROW_RETIRED:
		buf_str(b, "--- the address is retired");
		break;
	case ROW_LEGIT:
		buf_fmt(b, "--- no published TTL covers it any more (basis: %s)", or_dash(rows_text(r, A)));
		break;
	case ROW_EVIDENCE:
		put_answer(b, r);
		break;
	case ROW_FLOW:
		put_flow(b, r);
		break;
	default:
		buf_fmt(b, "... %lld connections are left out here", (long long)rows_int(r, N1, 0));
	}
}

static int
put_time_line(struct reader *rd, const char *id, struct out *o, struct err *err)
{
	struct buf text = { 0 };
	struct rows r;

	out_str(o, "\n  Time line (UTC)\n");
	rows_open(&r, rd, time_line);
	rows_bind(&r, 1, id);
	while (rows_next(&r)) {
		if (rows_time(&r, AT) == TM_NONE)
			continue;
		buf_clear(&text);
		put_row(&text, &r);
		put_moment(o, rows_time(&r, AT));
		out_wrap(o, MOMENT + 2, MOMENT, buf_cstr(&text));
		out_more(o);
	}
	buf_free(&text);
	return rows_close(&r, err);
}

/* A line for each fact of these bits; with a question mark where it is in doubt. */
static void
put_bits(struct out *o, const char *word, uint64_t bits, uint64_t doubt, const struct explain_opts *opts)
{
	const char *name;

	for (int bit = 0; bit < 64; bit++) {
		name = bits >> bit & 1 ? opts->fact_name(bit) : NULL;
		if (name == NULL)
			continue;
		out_fmt(o, "    %s%-*s", word, 6 - (int)strlen(word), doubt >> bit & 1 ? "?" : "");
		out_wrap(o, 10, 10, name);
	}
}

/* The facts of the connection whose verdict is the finding's: the latest stale one, else the latest. */
static int
put_facts(struct reader *rd, const char *id, const struct explain_opts *opts, struct out *o, struct err *err)
{
	struct rows r;
	uint64_t doubt;

	if (opts->fact_name == NULL)
		return 0;
	rows_open(&r, rd, "SELECT w.yes,w.no,w.doubt FROM flow w JOIN finding f ON f.id=w.finding_id WHERE f.fid=?1 "
	    "ORDER BY ifnull(w.stale,-1)=1 DESC,w.started_us DESC,w.id DESC LIMIT 1");
	rows_bind(&r, 1, id);
	if (rows_next(&r)) {
		doubt = (uint64_t)rows_int(&r, 2, 0);
		out_str(o, "\n  Facts that decided the latest (? in doubt)\n");
		put_bits(o, "yes", (uint64_t)rows_int(&r, 0, 0), doubt, opts);
		put_bits(o, "no", (uint64_t)rows_int(&r, 1, 0), doubt, opts);
	}
	return rows_close(&r, err);
}

static int
put_evidence(struct reader *rd, const char *id, struct out *o, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT role,file,packet,byte_offset,at_us FROM v_evidence WHERE finding=?1 AND packet IS NOT NULL ORDER BY at_us,seq");
	rows_bind(&r, 1, id);
	for (bool first = true; rows_next(&r); first = false) {
		if (first)
			out_str(o, "\n  Packets kept\n");
		put_moment(o, rows_time(&r, 4));
		out_term(o, rows_text(&r, 0));
		out_str(o, ": ");
		out_term(o, rows_text(&r, 1));
		out_fmt(o, " packet %lld, offset %lld\n", (long long)rows_int(&r, 2, 0), (long long)rows_int(&r, 3, 0));
	}
	return rows_close(&r, err);
}

/* Whether a text may stand in a command line for others to copy: nothing a shell or tshark would read otherwise. */
static bool
plain(const char *s)
{
	return s != NULL && *s != '\0' && *s != '-' && strlen(s) < 200 &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+:-") == strlen(s);
}

/* The flows, and the answers that named the address, as a display filter; only what reads as an address goes in. */
static void
put_filter(struct out *o, const char *client, const char *address, const char *proto, int64_t port)
{
	struct addr c, a;
	const char *ip;
	bool known;

	if (address == NULL || !addr_parse(address, &a))
		return;
	known = client != NULL && addr_parse(client, &c);
	ip = addr_is_v4(&a) ? "ip" : "ipv6";
	out_fmt(o, "(%s.addr==%s", ip, address);
	if (known && addr_is_v4(&c) == addr_is_v4(&a))
		out_fmt(o, " && %s.addr==%s", ip, client);
	if (proto != NULL && port >= 0 && (strcmp(proto, "tcp") == 0 || strcmp(proto, "udp") == 0))
		out_fmt(o, " && %s.port==%lld", proto, (long long)port);
	out_fmt(o, ") || (dns.%s==%s", addr_is_v4(&a) ? "a" : "aaaa", address);
	if (known)
		out_fmt(o, " && %s.dst==%s", addr_is_v4(&c) ? "ip" : "ipv6", client);
	out_str(o, ")");
}

static int
put_how(struct reader *rd, const char *id, struct out *o, struct err *err)
{
	const char *path = plain(reader_path(rd)) ? reader_path(rd) : "DB";
	struct rows r;

	rows_open(&r, rd, "SELECT v.client,v.deprecated_ip,v.proto,v.port,(SELECT file FROM v_evidence WHERE finding=?1 AND file NOT NULL "
	    "ORDER BY at_us DESC LIMIT 1) FROM v_findings v WHERE v.id=?1");
	rows_bind(&r, 1, id);
	if (rows_next(&r)) {
		out_fmt(o, "\n  To see it yourself\n    tshark -r %s -Y '", plain(rows_text(&r, 4)) ? rows_text(&r, 4) : "CAPTURE");
		put_filter(o, rows_text(&r, 0), rows_text(&r, 1), rows_text(&r, 2), rows_int(&r, 3, -1));
		out_str(o, "'\n");
	}
	if (plain(id)) {
		out_fmt(o, "    sqlite3 -readonly %s \"select * from v_flows where finding='%s'\"\n", path, id);
		out_fmt(o, "    staletap explain %s %s --pcap evidence.pcap\n", path, id);
	}
	return rows_close(&r, err);
}

static int
put_story(struct reader *rd, const char *id, const struct explain_opts *opts, struct out *o, struct err *err)
{
	struct report_opts only = { .id = id };
	int64_t n;
	int rc;

	rc = finding_blocks(rd, &only, o, &n, err);
	if (rc == 0)
		rc = put_time_line(rd, id, o, err);
	if (rc == 0)
		rc = put_facts(rd, id, opts, o, err);
	if (rc == 0)
		rc = put_evidence(rd, id, o, err);
	return rc < 0 ? rc : put_how(rd, id, o, err);
}

void
bind_about(struct rows *r, const struct about *about)
{
	for (int kind = ABOUT_FINDING; kind <= ABOUT_NAME; kind++)
		rows_bind(r, kind + 1, about->kind == (enum about_kind)kind ? about->text : NULL);
}

static int
put_stories(struct reader *rd, const struct about *about, const struct explain_opts *opts, struct out *o, int64_t *n, struct err *err)
{
	struct rows r;
	int rc = 0;

	*n = 0;
	rows_open(&r, rd, "SELECT v.id FROM v_findings v JOIN finding f ON f.fid=v.id WHERE " ABOUT " ORDER BY f.severity DESC,v.last_seen_us DESC,v.id");
	bind_about(&r, about);
	for (; rc == 0 && rows_next(&r); (*n)++)
		if (*n < IN_FULL && rows_text(&r, 0) != NULL)
			rc = put_story(rd, rows_text(&r, 0), opts, o, err);
	if (rc < 0) {
		rows_close(&r, &(struct err){ 0 });
		return rc;
	}
	if (*n > IN_FULL)
		out_fmt(o, "\n%lld further findings are not shown; name one by its id.\n", (long long)*n - IN_FULL);
	return rows_close(&r, err);
}

int
explain(struct reader *rd, const char *what, const struct explain_opts *opts, struct out *o, struct err *err)
{
	struct about about;
	int64_t findings = 0, answers = 0;
	char shown[ESC_SHORT];
	int rc;

	rc = about_find(rd, what, &about, err);
	if (rc == 0)
		rc = seen_each(rd, seen_text, o, err);
	if (rc == 0)
		rc = put_stories(rd, &about, opts, o, &findings, err);
	if (rc < 0 || about.kind == ABOUT_FINDING)
		return rc;
	out_str(o, "\nAnswers seen\n");
	rc = answer_lines(rd, &about, o, &answers, err);
	if (rc == 0 && answers == 0)
		out_str(o, "  none\n");
	if (rc == 0 && findings + answers == 0)
		rc = err_set(err, ST_ESYNTAX, "%s: nothing is known of it in %s: no finding, no answer", esc_short(what, shown),
		    reader_shown(rd));
	return rc;
}
