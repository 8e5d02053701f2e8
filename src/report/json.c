/* One object a line.  The fields are those of v_findings, in its order: the table below is the contract's. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "judge/cause.h"
#include "report/report_int.h"

enum field_kind { TEXT, NUMBER, LIST, COUNTS };
static const struct { const char *name; enum field_kind kind; } fields[] = {
	{ "id", TEXT }, { "kind", TEXT }, { "mode", TEXT }, { "severity", TEXT }, { "state", TEXT }, { "returned", NUMBER },
	{ "waived_until", TEXT }, { "cause", TEXT }, { "confidence", TEXT }, { "could_also_be", LIST }, { "extended_by", LIST },
	{ "client", TEXT }, { "client_label", TEXT }, { "client_owner", TEXT }, { "site", TEXT }, { "scope", TEXT }, { "name", TEXT },
	{ "chain", LIST }, { "listed", TEXT }, { "deprecated_ip", TEXT }, { "port", NUMBER }, { "proto", TEXT }, { "owner", TEXT },
	{ "ticket", TEXT }, { "deprecated_at", TEXT }, { "legit_until", TEXT }, { "legit_basis", TEXT }, { "first_seen", TEXT },
	{ "last_seen", TEXT }, { "drains_by", TEXT }, { "connections", NUMBER }, { "draining", NUMBER }, { "stale", NUMBER },
	{ "held", NUMBER }, { "by_cause", COUNTS }, { "established", NUMBER }, { "refused", NUMBER }, { "timed_out", NUMBER },
	{ "unreachable", NUMBER }, { "unseen", NUMBER }, { "bytes_to_server", NUMBER }, { "bytes_from_server", NUMBER },
	{ "reused", TEXT }, { "server_name", TEXT }, { "resolver", TEXT }, { "dns_transport", TEXT }, { "answers", NUMBER },
	{ "sensors", LIST }, { "advice", TEXT },
};
#define FIELDS (sizeof(fields) / sizeof(*fields))

/* The next word of a list in SQL, copied to `word`; false at its end. */
static bool
next_word(const char **text, struct buf *word)
{
	size_t n;

	*text += strspn(*text, " ");
	n = strcspn(*text, " ");
	buf_clear(word);
	buf_put(word, *text, n);
	*text += n;
	return n > 0;
}

static void
put_list(struct json *j, const char *text)
{
	struct buf word = { 0 };

	json_array(j);
	while (next_word(&text, &word))
		json_str(j, buf_cstr(&word));
	json_end(j);
	buf_free(&word);
}

/* "name:3 name:24" as an object; what is no cause with a number behind it is left out. */
static void
put_counts(struct json *j, const char *text)
{
	struct buf word = { 0 };
	enum cause cause;
	char *colon;

	json_object(j);
	while (next_word(&text, &word)) {
		(void)buf_cstr(&word);
		colon = word.failed ? NULL : strrchr((char *)word.p, ':');
		if (colon == NULL)
			continue;
		*colon = '\0';
		cause = cause_find((char *)word.p);
		if (cause == CAUSE_COUNT)
			continue;
		json_key(j, cause_name(cause));
		json_int(j, strtoll(colon + 1, NULL, 10));
	}
	json_end(j);
	buf_free(&word);
}

static void
put_field(struct json *j, struct rows *r, int i)
{
	const char *text = rows_text(r, i);
	int64_t n = rows_int(r, i, INT64_MIN);

	json_key(j, fields[i].name);
	if (fields[i].kind == NUMBER && n != INT64_MIN)
		json_int(j, n);
	else if (fields[i].kind == NUMBER || text == NULL)
		json_null(j);
	else if (fields[i].kind == LIST)
		put_list(j, text);
	else if (fields[i].kind == COUNTS)
		put_counts(j, text);
	else
		json_str(j, text);
}

int
findings_json(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	struct buf sql = { 0 };
	struct json j;
	struct rows r;
	int rc;

	rc = seen_each(rd, seen_json, o, err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < FIELDS; i++)
		buf_fmt(&sql, "%sv.%s", i == 0 ? "SELECT " : ",", fields[i].name);
	buf_str(&sql, " FROM v_findings v JOIN finding f ON f.fid=v.id WHERE " WHICH
	    " ORDER BY v.deprecated_ip,v.name,v.client,v.port,v.id");
	rows_open(&r, rd, buf_cstr(&sql));
	bind_which(&r, opts);
	while (rows_next(&r)) {
		json_begin(&j, &o->buf);
		json_object(&j);
		for (size_t i = 0; i < FIELDS; i++)
			put_field(&j, &r, (int)i);
		json_end(&j);
		out_str(o, "\n");
		out_more(o);
	}
	buf_free(&sql);
	return rows_close(&r, err);
}
