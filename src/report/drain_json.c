/* `drain` as JSON: an object for each entry, a line each. */
#include "base/json.h"
#include "report/drain_int.h"
#include "report/report_int.h"

static void
json_time(struct json *j, const char *key, usec_t t)
{
	char text[TM_TEXT];

	json_key(j, key);
	json_str(j, t == TM_NONE ? NULL : tm_text(t, text));
}

static void
json_text(struct json *j, const char *key, const char *s)
{
	json_key(j, key);
	json_str(j, s);
}

static void
json_number(struct json *j, const char *key, int64_t v)
{
	json_key(j, key);
	json_int(j, v);
}

static void
put_client(struct json *j, const struct drain_client *c, const struct drain_of *d)
{
	struct buf why = { 0 };

	drain_why(c, d, &why);
	json_object(j);
	json_text(j, "client", c->client);
	json_text(j, "scope", *c->scope != '\0' ? c->scope : NULL);
	json_text(j, "client_label", c->label);
	json_text(j, "end", drain_end_name(c->end));
	json_time(j, "earliest", c->from);
	json_time(j, "until", c->until);
	json_text(j, "why", buf_cstr(&why));
	json_text(j, "cause", c->cause != CAUSE_COUNT ? cause_name(c->cause) : NULL);
	json_text(j, "confidence", c->cause != CAUSE_COUNT ? confidence_name(c->confidence) : NULL);
	json_time(j, "last_contact", c->last);
	json_time(j, "answer_until", c->expires);
	json_text(j, "resolver", c->by);
	json_time(j, "told_again_until", c->again);
	json_time(j, "told_other", c->other);
	json_time(j, "open_since", c->open);
	json_time(j, "waived_until", c->waived);
	json_end(j);
	buf_free(&why);
}

static void
put_clients(struct json *j, const struct drain_of *d)
{
	json_key(j, "clients");
	json_array(j);
	for (size_t i = 0; i < d->n; i++)
		if (d->client[i].end != DRAIN_OVER)
			put_client(j, &d->client[i], d);
	json_end(j);
}

static void
put_point(struct json *j, const struct forecast_point *p)
{
	json_time(j, "at", p->at);
	json_key(j, "low");
	json_real(j, p->low);
	json_key(j, "expected");
	json_real(j, p->expected);
	json_key(j, "high");
	json_real(j, p->high);
}

static void
put_forecast(struct json *j, const struct forecast *f)
{
	json_number(j, "measured", f->measured);
	json_key(j, "forecast");
	json_array(j);
	for (size_t i = 0; i < f->n; i++) {
		json_object(j);
		put_point(j, &f->point[i]);
		json_end(j);
	}
	json_end(j);
}

static void
put_score(struct json *j, const struct forecast_score *s)
{
	json_time(j, "made", s->made);
	put_point(j, &s->said);
	json_number(j, "left", s->left);
}

static void
put_scored(struct json *j, const struct forecast_score *s)
{
	json_key(j, "scored");
	if (s->made == TM_NONE) {
		json_null(j);
		return;
	}
	json_object(j);
	put_score(j, s);
	json_end(j);
}

struct scores { struct reader *rd; struct json *j; };

static int
score_of(void *ctx, struct drain_of *d, struct err *err)
{
	struct scores *s = ctx;
	struct forecast_score score;
	int rc = forecast_score_of(s->rd, d, &score, err);

	if (rc < 0 || score.made == TM_NONE)
		return rc;
	json_object(s->j);
	json_text(s->j, "listed", d->listed);
	json_text(s->j, "name", d->name);
	put_score(s->j, &score);
	json_end(s->j);
	return 0;
}

int
score_json(struct reader *rd, const struct report_opts *opts, struct json *j, struct err *err)
{
	struct scores s = { rd, j };
	bool any;
	int rc = score_any(rd, &any, err);

	json_key(j, "scored");
	json_array(j);
	if (rc == 0 && any)
		rc = drain_each(rd, opts, score_of, &s, err);
	json_end(j);
	return rc;
}

struct lines { struct reader *rd; struct out *o; int64_t left; };

static int
each(void *ctx, struct drain_of *d, struct err *err)
{
	struct lines *l = ctx;
	struct forecast_score score;
	struct forecast f;
	struct json j;
	int rc = forecast_of(l->rd, d, &f, err);

	if (rc == 0)
		rc = forecast_score_of(l->rd, d, &score, err);
	if (rc < 0)
		return rc;
	json_begin(&j, &l->o->buf);
	json_object(&j);
	json_text(&j, "kind", "drain");
	json_text(&j, "listed", d->listed);
	json_text(&j, "name", d->name);
	json_time(&j, "deprecated_at", d->T);
	json_time(&j, "legit_until", d->legit);
	json_text(&j, "legit_basis", d->basis);
	json_time(&j, "now", d->now);
	json_number(&j, "clients_before", d->before);
	json_number(&j, "clients_since", d->after);
	json_number(&j, "left", drain_left(d));
	json_number(&j, "waived", d->waived);
	json_number(&j, "ends", d->count[DRAIN_ENDS]);
	json_number(&j, "unknown", d->count[DRAIN_UNKNOWN]);
	json_number(&j, "not_by_itself", d->count[DRAIN_NEVER]);
	json_number(&j, "may_return", d->count[DRAIN_AGAIN]);
	json_time(&j, "empty_by", d->empty);
	put_clients(&j, d);
	put_forecast(&j, &f);
	put_scored(&j, &score);
	json_end(&j);
	out_str(l->o, "\n");
	out_more(l->o);
	l->left += drain_left(d) - d->waived;
	return 0;
}

int
drain_json(struct reader *rd, const struct report_opts *opts, struct out *o, int64_t *left, struct err *err)
{
	struct lines l = { .rd = rd, .o = o };
	int rc = seen_each(rd, seen_json, o, err);

	if (rc == 0)
		rc = drain_each(rd, opts, each, &l, err);
	*left = l.left;
	return rc;
}
