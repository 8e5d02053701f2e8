/* One object a line, with the fields of v_findings in its order. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "judge/cause.h"
#include "report/report_int.h"

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

	json_key(j, finding_fields[i].name);
	if (finding_fields[i].kind == FIELD_NUMBER && n != INT64_MIN)
		json_int(j, n);
	else if (finding_fields[i].kind == FIELD_NUMBER || text == NULL)
		json_null(j);
	else if (finding_fields[i].kind == FIELD_LIST)
		put_list(j, text);
	else if (finding_fields[i].kind == FIELD_COUNTS)
		put_counts(j, text);
	else
		json_str(j, text);
}

int
finding_lines(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	struct json j;
	struct rows r;

	fields_open(&r, rd, opts);
	while (rows_next(&r)) {
		json_begin(&j, &o->buf);
		json_object(&j);
		for (size_t i = 0; i < FINDING_FIELDS; i++)
			put_field(&j, &r, (int)i);
		json_end(&j);
		out_str(o, "\n");
		out_more(o);
	}
	return rows_close(&r, err);
}

int
findings_json(struct reader *rd, const struct report_opts *opts, struct out *o, struct err *err)
{
	int rc = seen_each(rd, seen_json, o, err);

	return rc == 0 ? finding_lines(rd, opts, o, err) : rc;
}
