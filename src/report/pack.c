#include "report/pack.h"

/* "PASS, for 2026-03-01 00:00:00 to 2026-03-02 00:00:00 UTC" and the policy, a line each. */
static int
put_verdict(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	enum report_verdict verdict;
	struct rows r;
	int rc = report_verdict(rd, opts, &verdict, err);

	if (rc < 0)
		return rc;
	out_fmt(o, "Verdict: %s\n", report_verdict_name(verdict));
	rows_open(&r, rd, "SELECT ifnull(since_us,first_us),ifnull(until_us,now_us),databases FROM period");
	if (rows_next(&r)) {
		out_str(o, "Period:  ");
		out_time(o, rows_time(&r, 0));
		out_str(o, " to ");
		out_time(o, rows_time(&r, 1));
		out_fmt(o, " UTC, of %lld database%s\n", (long long)rows_int(&r, 2, 0), rows_int(&r, 2, 0) == 1 ? "" : "s");
	}
	if (opts->match != NULL) {
		out_str(o, "Only:    ");
		out_term(o, opts->match);
		out_str(o, "\n");
	}
	out_str(o, "Policy:  ");
	report_policy(opts, o);
	out_str(o, "\n");
	return rows_close(&r, err);
}

int
pack_readme(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	int rc;

	out_str(o, "Who still connects to retired addresses: a report of staletap, with what it rests on\n\n");
	rc = put_verdict(rd, opts, o, err);
	out_str(o, "\n"
	    "  report.html, report.txt      the report, for a browser and as text\n"
	    "  findings.json, findings.csv  every finding; in CSV a text that a spreadsheet would run has an apostrophe before it\n"
	    "  deprecated.csv               the list of retired addresses that was judged by; if there, retired-before.csv has\n"
	    "                               those that were retired before the data begins, clients.csv who the clients are,\n"
	    "                               waivers.csv who answers for what, and until when\n"
	    "  policy.ini                   the settings: staletap report --config policy.ini\n"
	    "  packets.pcap                 the packets that decide, without application data (pcap, or pcapng if of several links)\n"
	    "  queries.sql                  the numbers, asked of a database: sqlite3 -readonly -header DATABASE <queries.sql\n"
	    "  SIGN-OFF.txt                 to be signed\n"
	    "  MANIFEST.sha256              SHA-256 of all of these; in comment lines of the databases and captures, too\n"
	    "\n"
	    "It tells who connects where, which is personal data: keep it where only those read it who must.\n"
	    "\n"
	    "To verify that nothing was changed, in this directory:\n"
	    "  sha256sum -c MANIFEST.sha256\n"
	    "and that the databases are those it was made from, where they still are:\n"
	    "  sed -n 's/^# database: //p' MANIFEST.sha256 | sha256sum -c\n"
	    "\n"
	    "To reproduce it: staletap report --config policy.ini --evidence OTHER-DIRECTORY DATABASE... gives the same bytes. With the captures:\n"
	    "staletap replay -o NEW.db -d deprecated.csv CAPTURE... (grace as in policy.ini; -d retired-before.csv, --clients, --waivers where they\n"
	    "are here) judges anew, and gives the findings the same ids.\n"
	    "\n"
	    "A pack without MANIFEST.sha256 is not whole.\n");
	return rc;
}

int
pack_sign_off(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	static const char *const roles[] = { "Made by", "Reviewed by", "Approved by" };
	int rc = put_verdict(rd, opts, o, err);

	out_str(o, "\nThe SHA-256 of MANIFEST.sha256 stands for all of it:\n\n  ________________________________________________________________\n");
	for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++)
		out_fmt(o, "\n%s\n\n  Name ______________________  Date ____________  Signature ______________________\n", roles[i]);
	out_str(o, "\nRemarks\n\n  ____________________________________________________________________________\n");
	return rc;
}

int
pack_captures(struct reader *rd, struct out *o, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT sha256,sensor,packets,file FROM v_sources ORDER BY sensor,first_seen_us,sha256");
	while (rows_next(&r)) {
		out_str(o, "# capture (its first 64 KiB): ");
		out_term(o, rows_text(&r, 0));
		out_str(o, "  ");
		out_term(o, rows_text(&r, 3));
		out_fmt(o, ", %lld packets, sensor ", (long long)rows_int(&r, 2, 0));
		out_term(o, rows_text(&r, 1));
		out_str(o, "\n");
		out_more(o);
	}
	return rows_close(&r, err);
}
