/* A finding's story: what was answered when and how long it ran, when the address was retired, who connected, what decided. */
#include "report/explain.h"

#include <string.h>

#include "base/addr.h"
#include "base/esc.h"
#include "report/explain_int.h"
#include "report/report_int.h"

#define IN_FULL 10		/* findings told in full */

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
put_story(struct reader *rd, const char *id, struct out *o, struct err *err)
{
	struct report_opts only = { .id = id };
	int64_t n;
	int rc;

	rc = finding_blocks(rd, &only, o, &n, err);
	if (rc == 0)
		rc = picture(rd, id, o, err);
	if (rc == 0)
		rc = time_line(rd, id, o, err);
	if (rc == 0)
		rc = reasons(rd, id, o, err);
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
put_stories(struct reader *rd, const struct about *about, struct out *o, int64_t *n, struct err *err)
{
	struct rows r;
	int rc = 0;

	*n = 0;
	rows_open(&r, rd, "SELECT v.id FROM v_findings v JOIN finding f ON f.fid=v.id WHERE " ABOUT " ORDER BY f.severity DESC,v.last_seen_us DESC,v.id");
	bind_about(&r, about);
	for (; rc == 0 && rows_next(&r); (*n)++)
		if (*n < IN_FULL && rows_text(&r, 0) != NULL)
			rc = put_story(rd, rows_text(&r, 0), o, err);
	if (rc < 0) {
		rows_close(&r, &(struct err){ 0 });
		return rc;
	}
	if (*n > IN_FULL)
		out_fmt(o, "\n%lld further findings are not shown; name one by its id.\n", (long long)*n - IN_FULL);
	return rows_close(&r, err);
}

int
explain(struct reader *rd, const char *what, struct out *o, struct err *err)
{
	struct about about;
	int64_t findings = 0, answers = 0, profiles = 0, habits = 0;
	char shown[ESC_SHORT];
	int rc;

	rc = about_find(rd, what, &about, err);
	if (rc == 0)
		rc = seen_each(rd, seen_text, o, err);
	if (rc == 0)
		rc = put_stories(rd, &about, o, &findings, err);
	if (rc == 0 && about.kind == ABOUT_ADDRESS)
		rc = resolver_lines(rd, about.text, o, &profiles, err);
	if (rc == 0 && about.kind == ABOUT_ADDRESS)
		rc = habit_lines(rd, about.text, o, &habits, err);
	if (rc < 0 || about.kind == ABOUT_FINDING)
		return rc;
	rc = answer_lines(rd, &about, about.kind == ABOUT_NAME ? "\nAnswers for it\n" : "\nAnswers that hold it\n", o, &answers, err);
	if (rc == 0 && findings + answers + profiles + habits == 0)
		rc = err_set(err, ST_ESYNTAX, "%s: nothing is known of it in %s: no finding, no answer", esc_short(what, shown),
		    reader_shown(rd));
	return rc;
}
