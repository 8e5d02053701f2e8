/* `drain` as text. */
#include "report/drain_int.h"

#include <string.h>

#include "report/report_int.h"

#define SHOWN 40		/* clients of one kind; JSON has them all */

/* What ends it, where no instant does. */
static const char *const ends_when[CAUSE_COUNT] = {
	[CAUSE_STILL_PUBLISHED] = "the zone itself still publishes it: ends when the record is corrected",
	[CAUSE_SERVERS_DISAGREE] = "one server of the zone still answers it: ends when that server takes the change",
	[CAUSE_OLD_DELEGATION] = "its resolver still asks servers that left the delegation: ends when those no longer answer it",
	[CAUSE_PARTIAL_UPDATE] = "another record of the name still leads there: ends when that one is moved too",
	[CAUSE_SERVE_STALE] = "its resolver serves expired answers: ends when that reaches the zone's servers again",
	[CAUSE_LOCAL_DATA] = "its resolver makes the answer itself: ends when it is changed there",
	[CAUSE_RESOLVER_OVERRUN] = "its resolver hands it out longer than the zone allowed: ends when the name is flushed there",
	[CAUSE_CLIENT_OPTIMISTIC] = "it goes on with an expired answer until the new one is there: ends with its next use, whenever that is",
	[CAUSE_APP_CACHE] = "an application keeps it: ends when that is restarted, or asks again",
	[CAUSE_OPENED_BEFORE] = "it ends when that is closed",
	[CAUSE_HARD_CODED] = "no answer ever gave it the address: ends when its configuration is changed",
	[CAUSE_REFERRAL] = "another host sends it there: ends when that host is corrected",
	[CAUSE_ENCRYPTED_DNS] = "its DNS cannot be read here: when it ends cannot be told",
	[CAUSE_TRANSLATION] = "an address translation still leads there: ends when that is changed",
	[CAUSE_DNS_NOT_SEEN] = "its DNS is not seen here: when it ends cannot be told",
	[CAUSE_BEFORE_CAPTURE] = "what it was told lies before the data: when it ends cannot be told",
	[CAUSE_AMBIGUOUS] = "several layers remain possible: when it ends cannot be told",
};

/* What adds to what it was told. */
static const char *
added_by(enum cause c)
{
	switch (c) {
	case CAUSE_TTL_FLOOR:
		return "its resolver stretches TTLs; ";
	case CAUSE_RESOLVER_OPTIMISTIC:
		return "its resolver gave it what had run out, and asks the zone afterwards; ";
	case CAUSE_STUB_OVERRUN:
		return "its own cache holds on for up to a minute; ";
	default:
		return "";
	}
}

static void
put_time(struct buf *out, usec_t t)
{
	char text[TM_TEXT];

	buf_fmt(out, "%.19s", tm_human(t, text));
}

/* "its own answer, from R, runs until ..., and R may tell it again until ..." */
static void
put_arithmetic(const struct drain_client *c, const struct drain_of *d, struct buf *out)
{
	buf_str(out, added_by(c->cause));
	if (!c->told) {
		buf_str(out, c->by != NULL ? "what it had been told by then is not kept" : "its DNS is not read here");
		buf_str(out, "; a published TTL may cover it until ");
		put_time(out, c->again);
		buf_str(out, ", more is not known");
		return;
	}
	buf_fmt(out, "its answer, from %s, ", c->by != NULL ? c->by : "a server");
	buf_str(out, c->own != TM_NONE ? "runs until " : "ran out at ");
	put_time(out, c->expires);
	if (c->again == TM_NONE || c->again <= c->own)
		return;
	buf_str(out, c->other != TM_NONE ? "; it was told another since, but may be told this again until " : "; it may be told again until ");
	put_time(out, c->again);
	buf_str(out, c->again == d->legit ? ", for so long a published TTL covers it" : ", when the last answer from there runs out");
}

void
drain_why(const struct drain_client *c, const struct drain_of *d, struct buf *out)
{
	if (c->end == DRAIN_ENDS || c->end == DRAIN_AGAIN) {
		put_arithmetic(c, d, out);
	} else if (c->end != DRAIN_OVER && c->cause < CAUSE_COUNT) {
		enum cause cause = (c->extended & CAUSE_BIT(CAUSE_APP_CACHE)) ? CAUSE_APP_CACHE : c->cause;

		if (cause == CAUSE_OPENED_BEFORE) {
			buf_str(out, "a connection of it is open since ");
			put_time(out, c->open);
			buf_str(out, c->end == DRAIN_NEVER ? ": " : ", and was not used since: ");
		}
		if (ends_when[cause] != NULL)
			buf_str(out, ends_when[cause]);
	} else {
		buf_str(out, "over");
	}
	if (c->end == DRAIN_ENDS && c->open != TM_NONE)
		buf_str(out, "; a connection is open, and may stay so");
}

static void
put_client(struct out *o, const struct drain_client *c, const struct drain_of *d)
{
	struct buf why = { 0 };

	out_str(o, "    ");
	out_term(o, c->client);
	if (*c->scope != '\0') {
		out_str(o, " (");
		out_term(o, c->scope);
		out_str(o, ")");
	}
	if (c->label != NULL) {
		out_str(o, " ");
		out_term(o, c->label);
	}
	if (c->end == DRAIN_ENDS) {
		out_str(o, "  until ");
		out_time(o, c->until + TM_SEC - 1);		/* not before it */
	} else {
		out_color(o, c->end == DRAIN_NEVER ? OUT_RED : OUT_YELLOW);
		out_str(o, c->end == DRAIN_NEVER ? "  not by itself" : "  not known");
		out_color(o, OUT_PLAIN);
	}
	if (c->cause != CAUSE_COUNT)
		out_fmt(o, "  %s (%s)", cause_name(c->cause), confidence_name(c->confidence));
	if (drain_waived(d, c)) {
		out_str(o, "  waived until ");
		out_time(o, c->waived);
	}
	out_str(o, "\n      ");
	drain_why(c, d, &why);
	out_wrap(o, 6, 6, buf_cstr(&why));
	buf_free(&why);
}

static void
put_clients(struct out *o, const struct drain_of *d)
{
	int64_t shown[DRAIN_END_COUNT] = { 0 };

	for (size_t i = 0; i < d->n && d->client[i].end >= DRAIN_ENDS; i++) {
		if (++shown[d->client[i].end] <= SHOWN)
			put_client(o, &d->client[i], d);
		out_more(o);
	}
	for (int e = DRAIN_NEVER; e >= DRAIN_ENDS; e--)
		if (shown[e] > SHOWN)
			out_fmt(o, "    and %lld more (%s)\n", (long long)(shown[e] - SHOWN), drain_end_name((enum drain_end)e));
}

static const char *
plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

/* "empty by ... but for 2 clients that will not drain by themselves" */
static void
put_empty(struct out *o, const struct drain_of *d)
{
	int64_t never = d->count[DRAIN_NEVER], unknown = d->count[DRAIN_UNKNOWN];
	struct buf b = { 0 };

	if (d->empty != TM_NONE) {
		buf_str(&b, "empty by ");
		put_time(&b, d->empty + TM_SEC - 1);
	} else {
		buf_str(&b, "not empty");
	}
	if (never > 0)
		buf_fmt(&b, "%s %lld client%s that will not drain by %s", d->empty != TM_NONE ? " but for" : ":", (long long)never, plural(never),
		    never == 1 ? "itself" : "themselves");
	if (unknown > 0)
		buf_fmt(&b, "%s %lld client%s of which it cannot be told", never > 0 ? ", and" : d->empty != TM_NONE ? " but for" : ":",
		    (long long)unknown, plural(unknown));
	out_str(o, "  ");
	out_wrap(o, 2, 2, buf_cstr(&b));
	buf_free(&b);
}

static void
put_entry(struct out *o, const struct drain_of *d)
{
	out_str(o, "\n");
	out_color(o, OUT_BOLD);
	if (d->listed != NULL)
		out_term(o, d->listed);
	if (d->name != NULL) {
		out_str(o, d->listed != NULL ? " " : "");
		out_term(o, d->name);
	}
	out_color(o, OUT_PLAIN);
	out_str(o, ", retired ");
	if (d->T != TM_NONE)
		out_time(o, d->T);
	else
		out_str(o, "before the data begins");
	if (d->legit != TM_NONE) {
		out_str(o, ",\n  legitimate until ");
		out_time(o, d->legit);
		out_fmt(o, " (%s)", legit_basis_words(d->basis));
	}
	out_str(o, "\n  ");
	if (d->before + d->after == 0)
		out_str(o, "nobody was seen to use it");
	else
		out_fmt(o, "%lld client%s used it before, %lld since; ", (long long)d->before, plural(d->before), (long long)d->after);
	if (drain_left(d) > 0)
		out_fmt(o, "%lld %s left", (long long)drain_left(d), drain_left(d) == 1 ? "is" : "are");
	else if (d->before + d->after > 0)
		out_str(o, "nobody is left");
	if (d->waived > 0)
		out_fmt(o, ", %lld of them waived", (long long)d->waived);
	out_str(o, "\n");
	if (drain_left(d) > 0 || d->empty != TM_NONE)
		put_empty(o, d);
	if (d->count[DRAIN_AGAIN] > 0)
		out_fmt(o, "  %lld more used it before and may be told it again until then\n", (long long)d->count[DRAIN_AGAIN]);
}

static void
put_score(struct out *o, const struct forecast_score *s)
{
	struct buf b = { 0 };

	drain_scored(s, &b);
	out_str(o, "  ");
	out_wrap(o, 2, 2, buf_cstr(&b));
	buf_free(&b);
}

struct text { struct reader *rd; const struct report_opts *opts; struct out *o; int64_t left, n; };

static int
each(void *ctx, struct drain_of *d, struct err *err)
{
	struct text *t = ctx;
	struct forecast_score score;
	struct forecast f;
	int rc = forecast_of(t->rd, d, &f, err);

	if (rc == 0)
		rc = forecast_score_of(t->rd, d, &score, err);
	if (rc < 0)
		return rc;
	if (t->n++ == 0) {
		out_str(t->o, "As of ");
		out_time(t->o, d->now);
		out_fmt(t->o, ", the end of the %s.\n", t->opts->until != TM_NONE ? "period" : "data");
	}
	drain_sort(d);
	put_entry(t->o, d);
	if (score.made != TM_NONE)
		put_score(t->o, &score);
	put_clients(t->o, d);
	drain_curve(t->o, &f);
	t->left += drain_left(d) - d->waived;
	return 0;
}

int
drain_text(struct reader *rd, const struct report_opts *opts, struct out *o, int64_t *left, struct err *err)
{
	struct text t = { .rd = rd, .opts = opts, .o = o };
	int rc = seen_each(rd, seen_text, o, err);

	if (rc == 0)
		rc = remark_lines(rd, o, err);
	if (rc == 0)
		rc = drain_each(rd, opts, each, &t, err);
	if (rc == 0 && t.n == 0)
		out_str(o, "\nNo entry of the list was retired by then.\n");
	*left = t.left;
	return rc;
}
