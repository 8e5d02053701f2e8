/* The line that comes first: what this place can see, and what it cannot. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "report/report_int.h"

static const char *const keys[SEEN_COUNT] = { "client-dns", "upstream", "flows" };
static const char *const words[SEEN_COUNT] = { "client DNS", "resolver upstream", "flows" };
static const char *const ways[] = { NULL, "none", "one", "both" };
static const char *const way_words[] = { "not known", "none", "one direction", "both directions" };

/* "client-dns:both upstream:none": what is better than before counts. */
static void
add_seen(struct seen *s, const char *text)
{
	char key[32], way[32];
	int used;

	while (text != NULL && sscanf(text, " %31[^: ]:%31[^ ]%n", key, way, &used) == 2) {
		text += used;
		for (int k = 0; k < SEEN_COUNT; k++)
			for (int w = SEEN_NONE; w <= SEEN_BOTH; w++)
				if (strcmp(key, keys[k]) == 0 && strcmp(way, ways[w]) == 0 && s->way[k] < (enum seen_way)w)
					s->way[k] = (enum seen_way)w;
	}
}

/* One sensor: its name, and all its coverage. */
static int
load(struct reader *rd, const char *sensor, struct seen *s, struct err *err)
{
	struct rows r;

	*s = (struct seen){ .sensor = sensor, .started = TM_NONE, .ended = TM_NONE };
	rows_open(&r, rd, "SELECT c.seen,count(DISTINCT c.source_id),sum(c.packets),sum(c.lost),min(c.started_us),max(c.ended_us) FROM coverage c "
	    "JOIN source s ON s.id=c.source_id JOIN sensor n ON n.id=s.sensor_id WHERE n.text=?1 GROUP BY c.seen");
	rows_bind(&r, 1, sensor);
	while (rows_next(&r)) {
		usec_t from = rows_time(&r, 4), to = rows_time(&r, 5);

		add_seen(s, rows_text(&r, 0));
		s->captures += rows_int(&r, 1, 0);
		s->packets += rows_int(&r, 2, 0);
		s->lost += rows_int(&r, 3, 0);
		if (s->started == TM_NONE || (from != TM_NONE && from < s->started))
			s->started = from;
		if (to > s->ended)
			s->ended = to;
	}
	return rows_close(&r, err);
}

int
seen_each(struct reader *rd, void (*each)(void *ctx, const struct seen *s), void *ctx, struct err *err)
{
	struct seen s = { .started = TM_NONE, .ended = TM_NONE };
	struct rows r;
	bool any = false;
	int rc = 0;

	rows_open(&r, rd, "SELECT DISTINCT sensor FROM v_coverage ORDER BY sensor");
	while (rc == 0 && rows_next(&r)) {
		rc = load(rd, rows_text(&r, 0), &s, err);
		if (rc == 0)
			each(ctx, &s);
		any = true;
	}
	if (rc < 0) {
		rows_close(&r, &(struct err){ 0 });
		return rc;
	}
	if (!any)
		each(ctx, &s);
	return rows_close(&r, err);
}

void
seen_text(void *ctx, const struct seen *s)
{
	struct out *o = ctx;

	if (s->sensor == NULL) {
		out_str(o, "Nothing was captured: what this place can see is not known.\n");
		return;
	}
	out_str(o, "Seen at ");
	out_term(o, s->sensor);
	for (int i = 0; i < SEEN_COUNT; i++)
		out_fmt(o, "%s %s %s", i == 0 ? ":" : ",", words[i], way_words[s->way[i]]);
	out_str(o, ".\n");
	out_time(o, s->started);
	out_str(o, " to ");
	out_time(o, s->ended);
	out_fmt(o, " UTC: %lld capture%s, %lld packets, %lld lost.\n", (long long)s->captures, s->captures == 1 ? "" : "s",
	    (long long)s->packets, (long long)s->lost);
}

static void
json_time(struct json *j, const char *key, usec_t t)
{
	char text[TM_TEXT];

	json_key(j, key);
	json_str(j, t == TM_NONE ? NULL : tm_text(t, text));
}

void
seen_json(void *ctx, const struct seen *s)
{
	static const char *const json_keys[SEEN_COUNT] = { "client_dns", "upstream", "flows" };
	struct out *o = ctx;
	struct json j;

	json_begin(&j, &o->buf);
	json_object(&j);
	json_key(&j, "kind");
	json_str(&j, "sensor");
	json_key(&j, "sensor");
	json_str(&j, s->sensor);
	for (int i = 0; i < SEEN_COUNT; i++) {
		json_key(&j, json_keys[i]);
		json_str(&j, ways[s->way[i]]);
	}
	json_time(&j, "started", s->started);
	json_time(&j, "ended", s->ended);
	json_key(&j, "captures");
	json_int(&j, s->captures);
	json_key(&j, "packets");
	json_int(&j, s->packets);
	json_key(&j, "lost");
	json_int(&j, s->lost);
	json_end(&j);
	out_str(o, "\n");
}
