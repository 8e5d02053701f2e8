/* Waivers, captures; and how all this was found out. */
#include "report/html_int.h"

static void
put_or_dash(struct out *o, const char *text)
{
	html(o, "%s", text != NULL && *text != '\0' ? text : "–");
}

int
html_waivers(struct page *p)
{
	static const char *const heads[] = { "Waived", "Reason", "Owner", "Approved by", "Expires", "Findings", NULL };
	struct html_table t;
	struct rows r;

	rows_open(&r, p->rd, "SELECT finding,address,client,name,reason,owner,approved_by,expires_us,matches FROM v_waivers ORDER BY expires_us,waiver");
	html_table(&t, p->o, "waiver-list", "What is accepted, by whom, and until when", heads);
	while (rows_next(&r)) {
		html_row(&t);
		html_cell(&t, "addr");
		for (int i = 0; i < 4; i++)
			if (rows_text(&r, i) != NULL)
				html(p->o, "<code>%s</code> ", rows_text(&r, i));
		html_cell(&t, "");
		html(p->o, "%s", rows_text(&r, 4));
		html_cell(&t, "");
		put_or_dash(p->o, rows_text(&r, 5));
		html_cell(&t, "");
		put_or_dash(p->o, rows_text(&r, 6));
		html_cell(&t, "");
		html_time(p->o, rows_time(&r, 7));
		if (p->now != TM_NONE && rows_time(&r, 7) <= p->now)
			out_str(p->o, " <span class=\"badge fail\">expired</span>");
		html_cell(&t, "num");
		html(p->o, "%lld", (long long)rows_int(&r, 8, 0));
		out_more(p->o);
	}
	html_table_end(&t);
	if (t.rows == 0)
		out_str(p->o, "<p>Nothing is waived.</p>\n");
	return rows_close(&r, p->err);
}

int
html_captures(struct page *p)
{
	static const char *const heads[] = { "File", "Sensor, link", "From (UTC)", "To (UTC)", "Packets", "Lost", "Not read", "SHA-256 of its beginning", NULL };
	struct buf unread = { 0 };
	struct html_table t;
	struct rows r;

	rows_open(&r, p->rd, "SELECT s.file,n.text,c.link,c.started_us,c.ended_us,c.packets,c.lost,c.unread,c.reason,lower(hex(s.head)) FROM coverage c "
	    "JOIN source s ON s.id=c.source_id JOIN sensor n ON n.id=s.sensor_id ORDER BY c.started_us DESC,s.id,c.link LIMIT 200");
	html_table(&t, p->o, "capture-list", "What was read, the latest first", heads);
	while (rows_next(&r)) {
		html_row(&t);
		html_cell(&t, "code");
		html(p->o, "%s", rows_text(&r, 0));
		html_cell(&t, "");
		html(p->o, "%s, %s", rows_text(&r, 1), rows_text(&r, 2));
		for (int i = 3; i < 5; i++) {
			html_cell(&t, "");
			html_time(p->o, rows_time(&r, i));
		}
		for (int i = 5; i < 7; i++) {
			html_cell(&t, "num");
			html(p->o, "%lld", (long long)rows_int(&r, i, 0));
		}
		html_cell(&t, "");
		buf_clear(&unread);
		unread_words(rows_text(&r, 7), &unread);
		html(p->o, "%s<small>%s</small>", unread.len > 0 ? buf_cstr(&unread) : "–", rows_text(&r, 8));
		html_cell(&t, "hash");
		html(p->o, "%s", rows_text(&r, 9));
		out_more(p->o);
	}
	html_table_end(&t);
	buf_free(&unread);
	return rows_close(&r, p->err);
}

int
html_method(struct page *p)
{
	static const char text[] =
	    "<p>staletap reads packets and sends none. Each DNS answer is kept with whom it was given to and until when its TTL lets it live; each connection "
	    "to a listed address is judged by rules over facts that are seen to be so, seen not to be so, or not known. The cause is the first rule, most specific "
	    "first, whose facts are all known.</p>\n"
	    "<dl class=\"words\">\n<dt>certain</dt><dd>no other rule is left open</dd>\n<dt>likely</dt><dd>another layer could not be excluded; it is named</dd>\n"
	    "<dt>possible</dt><dd>a fact that the verdict rests on is itself in doubt: packets lost, an address shared by several machines, a TTL that was assumed</dd>\n"
	    "<dt>draining</dt><dd>a TTL that was published still covers the connection: nobody is at fault</dd>\n"
	    "<dt>stale</dt><dd>every other connection to a retired address after the change</dd>\n"
	    "<dt>held</dt><dd>a connection opened before the change that still carries data</dd>\n"
	    "<dt>legitimate until</dt><dd>the change, and the TTL that the record had then</dd>\n</dl>\n"
	    "<p>What it cannot know: which of several programs or machines behind one address it was; what stands in encrypted DNS without its keys; what a client was "
	    "told before the data begins; whether a silent client would be stale. Where the wire cannot tell two layers apart, both are named.</p>\n";
	struct rows r;

	out_str(p->o, text);
	rows_open(&r, p->rd, "SELECT DISTINCT version,options,lists_sha256 FROM run ORDER BY id DESC LIMIT 5");
	while (rows_next(&r)) {
		html(p->o, "<p>Written by staletap %s", rows_text(&r, 0));
		if (rows_text(&r, 1) != NULL)
			html(p->o, " with <code>%s</code>", rows_text(&r, 1));
		if (rows_text(&r, 2) != NULL)
			html(p->o, ", lists <code class=\"hash\">%s</code>", rows_text(&r, 2));
		out_str(p->o, ".</p>\n");
	}
	return rows_close(&r, p->err);
}
