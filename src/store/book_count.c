/* Findings, counted anew from their connections: what the period holds of them, how they stand at its end, what became of them.
 *
 * One pass over all connections in the order of their findings and of time; a finding's row is written when its last one was seen. */
#include <stdio.h>
#include <string.h>

#include "judge/standing.h"
#include "store/book_int.h"

enum { AT_BEFORE, AT_SINCE, AT_END, MOMENTS };	/* the begin of the period before, of this one, and now */
enum outcome { ESTABLISHED, REFUSED, TIMED_OUT, UNREACHABLE, UNSEEN, OUTCOMES };

struct numbers { int64_t connections, draining, stale, held, by_cause[CAUSE_COUNT], outcome[OUTCOMES], bytes_to, bytes_from; };

struct count {
	struct book *b;
	usec_t moment[MOMENTS];		/* TM_NONE: before everything */
	usec_t grace;
	sqlite3_stmt *update, *drop, *trend;
	/* of the finding under way */
	int64_t id, kind, state;
	usec_t legit, longest, first, reinstated;
	int64_t extended, old_cause, old_severity, returned;
	bool active, any, in_period, known_before[MOMENTS];
	struct standing standing, at[MOMENTS];	/* what was known at each moment */
	struct numbers n;
	int64_t cause, confidence, could_be;
	usec_t spoke;
	bool spoke_stale;
};

/* Answers, and what is kept of findings without connections, have their ends alone. */
static const char each_sql[] =
	"SELECT f.id,f.kind,f.state,f.legit_us,f.longest_us,f.first_us,f.last_us,f.extended,f.cause_id,f.severity,f.returned,l.active,l.reinstated_us,"
	"w.started_us,w.data_us,w.stale,w.outcome,w.cause_id,w.confidence,w.could_be,w.bytes_to,w.bytes_from "
	"FROM finding f LEFT JOIN listing l ON l.id=f.listing_id LEFT JOIN flow w ON w.finding_id=f.id AND f.kind=0 "
	"ORDER BY f.id,CASE WHEN w.stale IS NULL THEN ifnull(w.data_us,w.started_us) ELSE w.started_us END,w.id";
enum { ID, KIND, STATE, LEGIT, LONGEST, FIRST, LAST, EXTENDED, CAUSE, SEVERITY, RETURNED, ACTIVE, REINSTATED, STARTED, DATA, STALE, OUTCOME,
	FLOW_CAUSE, CONFIDENCE, COULD_BE, BYTES_TO, BYTES_FROM };

static const char update_sql[] =
	"UPDATE finding SET state=?2,severity=?3,returned=?4,longest_us=?5,last_us=?6,cause_id=?7,confidence=?8,could_be=?9,extended=?10,connections=?11,"
	"draining=?12,stale=?13,held=?14,by_cause=?15,established=?16,refused=?17,timed_out=?18,unreachable=?19,unseen=?20,bytes_to=?21,bytes_from=?22,resolves_us=?23 "
	"WHERE id=?1";

static int64_t
number(sqlite3_stmt *s, int column, int64_t null)
{
	return sqlite3_column_type(s, column) == SQLITE_INTEGER ? sqlite3_column_int64(s, column) : null;
}

static int
done(sqlite3 *db, sqlite3_stmt *s)
{
	return sqlite3_step(s) == SQLITE_DONE && sqlite3_reset(s) == SQLITE_OK ? SQLITE_OK : sqlite3_extended_errcode(db);
}

static enum finding_state
stands(const struct count *c, const struct standing *s, usec_t now)
{
	usec_t until = c->legit != TM_NONE ? c->legit + c->grace : TM_NONE;

	if (!c->active || (c->reinstated != TM_NONE && now >= c->reinstated))
		return STATE_WITHDRAWN;
	return standing_at(s, now, until, &c->b->covered, c->b->opts->resolve_after);
}

/* Time goes on to t: what was so at the moments that it passes. */
static void
pass(struct count *c, usec_t t)
{
	for (int m = 0; m < MOMENTS; m++)
		if (!c->known_before[m] && c->moment[m] != TM_NONE && (t == TM_NONE || t >= c->moment[m])) {
			c->at[m] = c->standing;
			c->known_before[m] = true;
		}
}

static bool
in_period(const struct count *c, usec_t t)
{
	const struct book_opts *o = c->b->opts;

	return (o->since == TM_NONE || t >= o->since) && (o->until == TM_NONE || t < o->until);
}

static enum outcome
outcome_of(const unsigned char *text)
{
	static const char *const names[OUTCOMES] = { "established", "refused", "timed_out", "unreachable", "unseen" };

	for (int i = 0; text != NULL && i < UNSEEN; i++)
		if (strcmp((const char *)text, names[i]) == 0)
			return (enum outcome)i;
	return UNSEEN;
}

/* A connection's part, once for the standing and once for the numbers. */
static void
add(struct count *c, sqlite3_stmt *s)
{
	usec_t started = number(s, STARTED, TM_NONE), data = number(s, DATA, started);
	int64_t stale = number(s, STALE, -1), cause = number(s, FLOW_CAUSE, -1), to = number(s, BYTES_TO, -1), from = number(s, BYTES_FROM, -1);
	bool scan = stale < 0 && cause == CAUSE_SCAN, held = stale < 0 && !scan;
	const usec_t after = c->b->opts->until, end = after != TM_NONE && data >= after ? after - 1 : data, at = held ? end : started;

	if (started == TM_NONE || (after != TM_NONE && started >= after))
		return;
	pass(c, at);
	c->any = true;
	if (held)
		standing_held(&c->standing, started, end, end > c->legit, &c->b->covered, c->b->opts->resolve_after);
	else
		standing_contact(&c->standing, started, stale == 1, &c->b->covered, c->b->opts->resolve_after);
	if (c->spoke == TM_NONE || (stale == 1 && !c->spoke_stale) || ((stale == 1) == c->spoke_stale && started >= c->spoke)) {
		c->spoke = started;
		c->spoke_stale = stale == 1;
		c->cause = cause;
		c->confidence = number(s, CONFIDENCE, 0);
		c->could_be = number(s, COULD_BE, 0);
	}
	if (!in_period(c, at))
		return;
	c->in_period = true;
	if (to >= 0)
		c->n.bytes_to = (c->n.bytes_to > 0 ? c->n.bytes_to : 0) + to;
	if (from >= 0)
		c->n.bytes_from = (c->n.bytes_from > 0 ? c->n.bytes_from : 0) + from;
	if (held) {
		c->n.held++;
		return;
	}
	c->n.connections++;
	c->n.stale += stale == 1;
	c->n.draining += stale == 0 || scan;		/* as the run counts it: no client's, nothing that goes on */
	c->n.outcome[outcome_of(sqlite3_column_text(s, OUTCOME))]++;
	if (cause >= 0 && cause < CAUSE_COUNT)
		c->n.by_cause[cause]++;
}

static void
begin(struct count *c, sqlite3_stmt *s)
{
	struct count clean = { .b = c->b, .grace = c->grace, .update = c->update, .drop = c->drop, .trend = c->trend };

	memcpy(clean.moment, c->moment, sizeof(clean.moment));
	*c = clean;
	c->id = sqlite3_column_int64(s, ID);
	c->kind = number(s, KIND, 0);
	c->state = number(s, STATE, STATE_OPEN);
	c->legit = number(s, LEGIT, TM_NONE);
	c->longest = number(s, LONGEST, 0);
	c->first = number(s, FIRST, TM_NONE);
	c->extended = number(s, EXTENDED, 0);
	c->old_cause = number(s, CAUSE, 0);
	c->old_severity = number(s, SEVERITY, 0);
	c->returned = number(s, RETURNED, 0);
	c->reinstated = number(s, REINSTATED, TM_NONE);
	c->active = number(s, ACTIVE, 1) != 0;
	c->spoke = TM_NONE;
	c->n.bytes_to = c->n.bytes_from = -1;
	for (int m = 0; m < MOMENTS; m++)
		standing_clear(&c->at[m]);
	standing_clear(&c->standing);
	if (number(s, STARTED, TM_NONE) != TM_NONE)
		return;
	/* without connections its ends are all there is: of answers, and of what a list has taken back */
	for (int end = 0; end < 2; end++) {
		usec_t t = number(s, end == 0 ? FIRST : LAST, TM_NONE);

		if (t == TM_NONE || (c->b->opts->until != TM_NONE && t >= c->b->opts->until))
			continue;
		pass(c, t);
		standing_contact(&c->standing, t, c->kind != 0 || c->old_severity > SEV_INFO, &c->b->covered, c->b->opts->resolve_after);
		c->in_period |= in_period(c, t);
		c->any = true;
	}
	if (c->longest > c->standing.longest)
		c->standing.longest = c->longest;
}

/* What is said of a finding that stood so at the begin of a period, and so at its end. */
static enum trend
became(const struct count *c, int from, int to)
{
	enum finding_state was = STATE_RESOLVED, is;
	bool known = c->moment[from] != TM_NONE && c->known_before[from] && c->at[from].last != TM_NONE;

	if (!c->known_before[to] || c->at[to].last == TM_NONE)
		return TREND_NONE;
	is = stands(c, &c->at[to], c->moment[to]);
	if (known)
		was = stands(c, &c->at[from], c->moment[from]);
	if (is == STATE_WITHDRAWN)
		return known && was == STATE_WITHDRAWN ? TREND_NONE : TREND_WITHDRAWN;
	if (is == STATE_OPEN && ((known && was == STATE_RESOLVED) || (!known && c->at[to].returned > 0)))
		return TREND_RETURNED;
	if (is != STATE_RESOLVED)
		return !known ? TREND_NEW : is == STATE_OPEN ? TREND_OPEN : TREND_NONE;
	if (known && was == STATE_RESOLVED)
		return TREND_NONE;
	return c->at[to].last_stale == TM_NONE ? TREND_DRAINED : TREND_RESOLVED;
}

static enum severity
severity(const struct count *c, int64_t cause, int64_t extended)
{
	enum severity worst;

	if (c->kind != 0 || cause < 0 || cause >= CAUSE_COUNT)
		return (enum severity)c->old_severity;
	if (c->n.stale == 0 && c->standing.last_stale == TM_NONE)
		return c->n.held > 0 ? SEV_MEDIUM : SEV_INFO;
	if (!c->spoke_stale)
		return SEV_MEDIUM;	/* held beyond its time */
	worst = cause_severity((enum cause)cause);
	for (int i = 0; i < CAUSE_COUNT; i++)
		if ((extended & CAUSE_BIT(i)) && cause_severity((enum cause)i) > worst)
			worst = cause_severity((enum cause)i);
	return worst;
}

/* "client.within-ttl:3 client.app-cache:24", in the order of causes. */
static void
by_cause_text(const int64_t *n, char *out, size_t room)
{
	size_t at = 0;

	out[0] = '\0';
	for (int i = 0; i < CAUSE_COUNT; i++)
		if (n[i] > 0 && at < room)
			at += (size_t)snprintf(out + at, room - at, "%s%s:%lld", at > 0 ? " " : "", cause_name((enum cause)i), (long long)n[i]);
}

/* When silence will resolve it; TM_NONE: it is not open. */
static usec_t
resolves(const struct count *c, enum finding_state state)
{
	if (state != STATE_OPEN || c->moment[AT_END] == TM_NONE || c->standing.last == TM_NONE)
		return TM_NONE;
	return standing_resolves(&c->standing, c->moment[AT_END], &c->b->covered, c->b->opts->resolve_after);
}

static void
bind_or_null(sqlite3_stmt *s, int at, usec_t t)
{
	if (t != TM_NONE)
		sqlite3_bind_int64(s, at, t);
	else
		sqlite3_bind_null(s, at);
}

static int
write_counts(struct count *c, enum finding_state state)
{
	char by_cause[CAUSE_COUNT * 48];
	int64_t extended = c->cause == c->old_cause ? c->extended : 0;
	const int64_t v[] = { c->id, state, severity(c, c->cause, extended), c->standing.returned, c->standing.longest, c->standing.last, c->cause,
		c->confidence, c->could_be, extended, c->n.connections, c->n.draining, c->n.stale, c->n.held };
	sqlite3_stmt *s = c->update;

	by_cause_text(c->n.by_cause, by_cause, sizeof(by_cause));
	for (int i = 0; i < (int)(sizeof(v) / sizeof(*v)); i++)
		sqlite3_bind_int64(s, i + 1, v[i]);
	sqlite3_bind_text(s, 15, by_cause, -1, SQLITE_STATIC);
	for (int i = 0; i < OUTCOMES; i++)
		sqlite3_bind_int64(s, 16 + i, c->n.outcome[i]);
	for (int i = 0; i < 2; i++) {
		int64_t bytes = i == 0 ? c->n.bytes_to : c->n.bytes_from;

		if (bytes < 0)
			sqlite3_bind_null(s, 21 + i);
		else
			sqlite3_bind_int64(s, 21 + i, bytes);
	}
	bind_or_null(s, 23, resolves(c, state));
	return done(c->b->db, s);
}

static int
write_state(struct count *c, enum finding_state state)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(c->b->db, "UPDATE finding SET state=?2,resolves_us=?3 WHERE id=?1", -1, &s, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_bind_int64(s, 1, c->id);
		sqlite3_bind_int64(s, 2, state);
		bind_or_null(s, 3, resolves(c, state));
		rc = done(c->b->db, s);
	}
	sqlite3_finalize(s);
	return rc;
}

/* Of this finding all was seen.  Flows: it had some. */
static int
end(struct count *c, bool flows)
{
	bool no_client = c->kind == 0 && (flows ? c->cause : c->old_cause) == CAUSE_SCAN;
	enum finding_state state;
	enum trend now, before;
	int rc = SQLITE_OK;

	pass(c, TM_NONE);
	state = (enum finding_state)c->state;
	if (c->moment[AT_END] != TM_NONE && (flows || c->kind != 0 || c->b->opts->until != TM_NONE))
		state = stands(c, &c->standing, c->moment[AT_END]);
	now = no_client ? TREND_NONE : became(c, AT_SINCE, AT_END);
	before = !no_client && c->moment[AT_BEFORE] != TM_NONE ? became(c, AT_BEFORE, AT_SINCE) : TREND_NONE;
	if (c->any && (now != TREND_NONE || before != TREND_NONE)) {
		sqlite3_bind_int64(c->trend, 1, c->id);
		sqlite3_bind_int64(c->trend, 2, now);
		sqlite3_bind_int64(c->trend, 3, before);
		rc = done(c->b->db, c->trend);
	}
	if (rc != SQLITE_OK)
		return rc;
	if (!c->any || (!c->in_period && state != STATE_OPEN && state != STATE_DRAINING && now == TREND_NONE)) {
		sqlite3_bind_int64(c->drop, 1, c->id);
		return done(c->b->db, c->drop);
	}
	if (flows)
		return write_counts(c, state);
	return write_state(c, state);
}

/* How long after its end an answer still counted, in the runs that wrote this. */
static usec_t
grace_of(sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	usec_t grace = 0;

	if (sqlite3_prepare_v2(db, "SELECT max(grace_us) FROM deprecated", -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		grace = number(s, 0, 0);
	sqlite3_finalize(s);
	return grace;
}

/* What a period did not see yet: that a connection from before was closed.  All but findings goes with them. */
static const char after[] =
	"UPDATE finding SET drains_us=NULL WHERE drains_us>(SELECT until_us FROM period) AND cause_id IN (SELECT id FROM cause WHERE text='connection.opened-before');"
	"DELETE FROM evidence WHERE finding_id NOT IN (SELECT id FROM finding); DELETE FROM finding_sensor WHERE finding_id NOT IN (SELECT id FROM finding);"
	"DELETE FROM history WHERE finding_id NOT IN (SELECT id FROM finding); DELETE FROM waived WHERE finding_id NOT IN (SELECT id FROM finding);"
	"UPDATE flow SET finding_id=NULL WHERE finding_id NOT IN (SELECT id FROM finding)";

int
book_count(struct book *b)
{
	struct count c = { .b = b, .id = -1, .grace = grace_of(b->db) };
	sqlite3_stmt *each = NULL;
	usec_t to = b->opts->until != TM_NONE ? b->opts->until : b->now, length = b->opts->since != TM_NONE && to != TM_NONE ? to - b->opts->since : 0;
	bool flows = false;
	int rc;

	c.moment[AT_END] = b->now;
	c.moment[AT_SINCE] = b->opts->since;
	c.moment[AT_BEFORE] = length > 0 && b->first != TM_NONE && b->opts->since - length >= b->first - BOOK_GAP ? b->opts->since - length : TM_NONE;
	rc = sqlite3_prepare_v2(b->db, each_sql, -1, &each, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, update_sql, -1, &c.update, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, "DELETE FROM finding WHERE id=?1", -1, &c.drop, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, "INSERT INTO trend(finding_id,now,before) VALUES(?1,nullif(?2,0),nullif(?3,0))", -1, &c.trend, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(each)) == SQLITE_ROW) {
		rc = SQLITE_OK;
		if (sqlite3_column_int64(each, ID) != c.id) {
			rc = c.id >= 0 ? end(&c, flows) : SQLITE_OK;
			begin(&c, each);
			flows = number(each, STARTED, TM_NONE) != TM_NONE;
		}
		if (rc == SQLITE_OK && flows)
			add(&c, each);
	}
	if (rc == SQLITE_DONE)
		rc = c.id >= 0 ? end(&c, flows) : SQLITE_OK;
	sqlite3_finalize(each);
	sqlite3_finalize(c.update);
	sqlite3_finalize(c.drop);
	sqlite3_finalize(c.trend);
	return rc == SQLITE_OK ? sqlite3_exec(b->db, after, NULL, NULL, NULL) : rc;
}
