#include "report/forecast.h"

#include <math.h>
#include <stdlib.h>

#include "report/drain_int.h"

#define Z 1.96			/* 95 % of a normal distribution lie within so many deviations */
#define HALF_DAY (12 * 3600 * TM_SEC)

/* ---- the arithmetic ---- */

/* How many of those that ended came later than this. */
static size_t
later_than(const struct forecast_in *in, usec_t late)
{
	size_t from = 0, to = in->ntail;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (in->tail[mid] > late)
			to = mid;
		else
			from = mid + 1;
	}
	return in->ntail - from;
}

/* k of n were seen: the largest share that hides behind it (Wilson 1927). */
static double
at_most(size_t k, size_t n)
{
	double p, m = (double)n, z2 = Z * Z;

	if (n == 0)
		return 1;
	p = (double)k / m;
	p = (p + z2 / (2 * m) + Z * sqrt(p * (1 - p) / m + z2 / (4 * m * m))) / (1 + z2 / m);
	return p < 1 ? p : 1;
}

static double
share(size_t k, size_t n)
{
	return n > 0 ? (double)k / (double)n : 0;
}

struct sum { double low, expected, sure, perhaps, spread; size_t tailed; };	/* high is sure, and what perhaps comes of the tailed */

static void
add_tail(struct sum *s, size_t k, size_t n)
{
	double p = at_most(k, n);

	s->perhaps += p;
	s->spread += p * (1 - p);
	s->tailed++;
}

static void
add_ending(struct sum *s, const struct forecast_in *in, const struct forecast_client *c, usec_t at)
{
	double stays = share(later_than(in, 0), in->ntail);

	if (at >= c->until) {
		size_t k = later_than(in, at - c->until);

		s->expected += share(k, in->ntail);
		add_tail(s, k, in->ntail);
		return;
	}
	s->sure++;
	s->low += at < c->from;
	s->expected += at < c->from ? 1 : 1 - (1 - stays) * (double)(at - c->from) / (double)(c->until - c->from);
}

/* Past every TTL already: what those did that had come as far.  None has: it stays as it is. */
static void
add_unknown(struct sum *s, const struct forecast_in *in, usec_t at)
{
	usec_t late = in->legit != TM_NONE && in->now > in->legit ? in->now - in->legit : 0;
	size_t n = later_than(in, late);

	s->sure++;
	s->expected += n > 0 ? share(later_than(in, late + at - in->now), n) : 1;
}

struct forecast_point
forecast_at(const struct forecast_in *in, usec_t at)
{
	struct sum s = { 0 };
	double high;

	for (size_t i = 0; i < in->n; i++) {
		const struct forecast_client *c = &in->client[i];

		if (c->kind == FORECAST_ENDS) {
			add_ending(&s, in, c, at);
		} else if (c->kind == FORECAST_MAY_RETURN) {
			s.sure += at < c->until;
		} else if (c->kind == FORECAST_UNKNOWN) {
			add_unknown(&s, in, at);
		} else {
			s.low++;
			s.expected++;
			s.sure++;
		}
	}
	high = s.perhaps + Z * sqrt(s.spread);
	return (struct forecast_point){ at, s.low, s.expected, s.sure + (high < (double)s.tailed ? high : (double)s.tailed) };
}

/* ---- of a database ---- */

static int
by_value(const void *a, const void *b)
{
	const usec_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int
read_tail(struct reader *rd, usec_t **tail, size_t *n, struct err *err)
{
	struct rows r;
	size_t cap = 0;
	int rc;

	*tail = NULL;
	*n = 0;
	rows_open(&r, rd, "SELECT max(last_us-legit_us,0) FROM finding WHERE kind=0 AND state=2 AND last_us NOT NULL AND legit_us NOT NULL");
	while (rows_next(&r)) {
		if (*n == cap) {
			usec_t *grown = realloc(*tail, (cap = cap > 0 ? 2 * cap : 256) * sizeof(*grown));

			if (grown == NULL) {
				rows_close(&r, err);
				return err_set(err, ST_ENOMEM, "out of memory for the forecast");
			}
			*tail = grown;
		}
		(*tail)[(*n)++] = rows_int(&r, 0, 0);
	}
	rc = rows_close(&r, err);
	if (*n > 0)
		qsort(*tail, *n, sizeof(**tail), by_value);
	return rc;
}

static const enum forecast_kind kinds[] = { [DRAIN_AGAIN] = FORECAST_MAY_RETURN, [DRAIN_ENDS] = FORECAST_ENDS,
	[DRAIN_UNKNOWN] = FORECAST_UNKNOWN, [DRAIN_NEVER] = FORECAST_STAYS };

/* Even steps to where arithmetic ends, then some over the tail. */
static void
make_points(const struct forecast_in *in, struct forecast *out)
{
	const size_t most = FORECAST_POINTS - 1, body = most * 3 / 4;
	usec_t end = out->empty != TM_NONE && out->empty > in->now ? out->empty : in->now + 3600 * TM_SEC;
	usec_t span = end - in->now, longest = in->ntail > 0 ? in->tail[in->ntail - 1] : 0, over = longest > span / 4 ? longest : span / 4;

	for (size_t i = 0; i <= most; i++)
		out->point[i] = forecast_at(in, i <= body ? in->now + span / (usec_t)body * (usec_t)i :
		    end + over / (usec_t)(most - body) * (usec_t)(i - body));
	out->point[body] = forecast_at(in, end);
	out->n = FORECAST_POINTS;
}

struct make { struct forecast_in in; struct forecast_client *client; usec_t *tail; };

static int
make_in(struct reader *rd, const struct drain_of *d, struct make *m, struct err *err)
{
	m->in = (struct forecast_in){ .now = d->now, .legit = d->legit };
	m->client = malloc((d->n + 1) * sizeof(*m->client));
	if (m->client == NULL)
		return err_set(err, ST_ENOMEM, "out of memory for the forecast");
	for (size_t i = 0; i < d->n; i++) {
		const struct drain_client *c = &d->client[i];

		if (c->end != DRAIN_OVER)
			m->client[m->in.n++] = (struct forecast_client){ kinds[c->end], c->from, c->until };
	}
	m->in.client = m->client;
	if (read_tail(rd, &m->tail, &m->in.ntail, err) < 0)
		return err->code;
	m->in.tail = m->tail;
	return 0;
}

static void
free_in(struct make *m)
{
	free(m->client);
	free(m->tail);
}

int
forecast_of(struct reader *rd, const struct drain_of *d, struct forecast *out, struct err *err)
{
	struct make m = { 0 };
	int rc = make_in(rd, d, &m, err);

	*out = (struct forecast){ .now = d->now, .empty = d->empty, .left = drain_left(d), .stays = d->count[DRAIN_NEVER],
		.measured = (int64_t)m.in.ntail };
	if (rc == 0 && m.in.n > 0)
		make_points(&m.in, out);
	free_in(&m);
	return rc;
}

int
forecast_make(struct reader *rd, int64_t listing, usec_t now, struct forecast *out, struct err *err)
{
	struct drain_of d;
	int rc = drain_read(rd, listing, now, NULL, &d, err);

	*out = (struct forecast){ .now = now, .empty = TM_NONE };
	if (rc == 0)
		rc = forecast_of(rd, &d, out, err);
	drain_free(&d);
	return rc;
}

int
forecast_when(struct reader *rd, int64_t listing, usec_t now, const usec_t *when, size_t *n, struct forecast_point *out, struct err *err)
{
	struct make m = { 0 };
	struct drain_of d;
	int rc = drain_read(rd, listing, now, NULL, &d, err);

	if (rc == 0)
		rc = make_in(rd, &d, &m, err);
	if (rc < 0 || m.in.n == 0)
		*n = 0;
	for (size_t i = 0; i < *n; i++)
		out[i] = forecast_at(&m.in, when[i]);
	free_in(&m);
	drain_free(&d);
	return rc;
}

/* ---- what an earlier one said ---- */

static struct forecast_point
between(const struct forecast_point *a, const struct forecast_point *b, usec_t at)
{
	double f = b->at > a->at ? (double)(at - a->at) / (double)(b->at - a->at) : 0;

	return (struct forecast_point){ at, a->low + f * (b->low - a->low), a->expected + f * (b->expected - a->expected), a->high + f * (b->high - a->high) };
}

/* Of the latest that is old enough, what it said of now: the points around it. */
static int
read_said(struct reader *rd, int64_t listing, usec_t now, struct forecast_score *out, struct err *err)
{
	struct forecast_point before = { .at = TM_NONE }, p;
	struct rows r;

	rows_open(&r, rd, "SELECT made_us,at_us,low,expected,high FROM forecast WHERE listing_id=?1 AND made_us="
	    "(SELECT max(made_us) FROM forecast WHERE listing_id=?1 AND made_us<=?2) AND at_us BETWEEN made_us AND made_us+?3 ORDER BY at_us");
	rows_bind_int(&r, 1, listing);
	rows_bind_int(&r, 2, now - HALF_DAY);
	rows_bind_int(&r, 3, 100 * 2 * HALF_DAY);
	while (rows_next(&r)) {
		p = (struct forecast_point){ rows_int(&r, 1, 0), rows_real(&r, 2, 0), rows_real(&r, 3, 0), rows_real(&r, 4, 0) };
		out->made = rows_time(&r, 0);
		out->said = before.at != TM_NONE && p.at >= now ? between(&before, &p, now) : p;
		before = p;
		if (p.at >= now)
			break;
	}
	return rows_close(&r, err);
}

int
forecast_score_of(struct reader *rd, const struct drain_of *d, struct forecast_score *out, struct err *err)
{
	*out = (struct forecast_score){ .made = TM_NONE, .left = drain_left(d) };
	return read_said(rd, d->listing, d->now, out, err);
}

int
forecast_score(struct reader *rd, int64_t listing, usec_t now, struct forecast_score *out, struct err *err)
{
	struct drain_of d;
	int rc = drain_read(rd, listing, now, NULL, &d, err);

	*out = (struct forecast_score){ .made = TM_NONE };
	if (rc == 0)
		rc = forecast_score_of(rd, &d, out, err);
	drain_free(&d);
	return rc;
}
