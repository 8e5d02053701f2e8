/* Who is left: what clients were told, joined with what became of it. */
#include "report/drain_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/esc.h"
#include "judge/standing.h"
#include "report/report_int.h"

#define HORIZON (60 * TM_SEC)	/* stubs and browsers hold on so long (FIELD 3.5) */

/* For each client of an entry: what it was told (part 0), then its findings (part 1). */
#define CLIENTS_SQL \
	"SELECT * FROM (SELECT a.text AS client,u.scope,0 AS part,lb.label,u.before_us,u.told_us,u.expires_us,u.other_us,s.text," \
	"CASE WHEN u.server_id NOT NULL THEN max(CASE WHEN u.told_us<=?3 THEN u.expires_us END) OVER (PARTITION BY u.server_id) END,u.open_us,NULL,NULL,NULL FROM used u " \
	"JOIN addr a ON a.id=u.client_id LEFT JOIN addr s ON s.id=u.server_id LEFT JOIN label lb ON lb.addr_id=u.client_id " \
	"WHERE u.listing_id=?1 AND u.client_id NOT IN (SELECT server_id FROM used WHERE listing_id=?1 AND server_id NOT NULL) " \
	"UNION ALL SELECT a.text,ifnull(f.scope,''),1,lb.label,f.kind,f.state,f.cause_id,f.confidence,f.extended,f.stale," \
	"ifnull(f.connections,0)+ifnull(f.answers,0),f.last_us,(SELECT min(w.started_us) FROM flow w WHERE w.finding_id=f.id AND w.ended_us IS NULL " \
	"AND (w.stale IS NULL OR w.outcome='established')),(SELECT max(x.expires_us) FROM waived y JOIN waiver x ON x.id=y.waiver_id WHERE y.finding_id=f.id) FROM finding f JOIN addr a ON a.id=f.client_id " \
	"LEFT JOIN label lb ON lb.addr_id=f.client_id WHERE f.listing_id=?1 AND f.kind<2) WHERE ?2 IS NULL OR client=?2 ORDER BY 1,2,3"
enum { CLIENT, SCOPE, PART, LABEL };
enum { BEFORE = LABEL + 1, TOLD, EXPIRES, OTHER, BY, BY_UNTIL, OPEN_BEFORE };
enum { KIND = LABEL + 1, STATE, CAUSE, CONFIDENCE, EXTENDED, STALE, CONTACTS, LAST, OPEN, WAIVED };

const char *
drain_end_name(enum drain_end e)
{
	static const char *const names[] = { [DRAIN_OVER] = "over", [DRAIN_AGAIN] = "may-return", [DRAIN_ENDS] = "ends",
		[DRAIN_UNKNOWN] = "unknown", [DRAIN_NEVER] = "not-by-itself" };

	return names[e];
}

/* What a cause lets expect of a client. */
static enum drain_end
end_of(enum cause c)
{
	return cause_ends(c) ? DRAIN_ENDS : cause_untold(c) ? DRAIN_UNKNOWN : DRAIN_NEVER;
}

/* A database from elsewhere may hold any number: none beyond the year 9999 is a time. */
static usec_t
time_of(struct rows *r, int column)
{
	const usec_t most = INT64_C(253402300800) * TM_SEC;
	usec_t t = rows_time(r, column);

	return t > most || t < -most ? TM_NONE : t;
}

static usec_t
later(usec_t a, usec_t b)
{
	return a > b ? a : b;
}

/* t, while it is not over; else TM_NONE. */
static usec_t
runs(const struct drain_of *d, usec_t t)
{
	return t != TM_NONE && t + d->grace >= d->now ? t : TM_NONE;
}

/* ---- a client ---- */

static void
take_used(const struct drain_of *d, struct drain_client *c, struct rows *r)
{
	bool known = time_of(r, TOLD) <= d->now;	/* of what comes after now only that there was somebody */

	c->told = time_of(r, TOLD) != TM_NONE && known;
	c->before = time_of(r, BEFORE) != TM_NONE;
	c->expires = known ? time_of(r, EXPIRES) : TM_NONE;
	c->other = known && time_of(r, OTHER) <= d->now ? time_of(r, OTHER) : TM_NONE;
	c->by = rows_text(r, BY) != NULL ? strdup(rows_text(r, BY)) : NULL;
	c->own = runs(d, c->expires);
	c->again = runs(d, time_of(r, BY_UNTIL));
	c->open = time_of(r, OPEN_BEFORE);
	if (c->open != TM_NONE) {	/* not used since, so it has no finding: it may be */
		c->end = DRAIN_UNKNOWN;
		c->cause = CAUSE_OPENED_BEFORE;
		c->confidence = CONF_CERTAIN;
	}
	if (c->other == TM_NONE)
		c->again = later(c->again, runs(d, d->legit));
}

/* The cache that holds the answer may add to it. */
static usec_t
until_of(const struct drain_of *d, const struct drain_client *c, enum cause cause)
{
	usec_t own = cause == CAUSE_STUB_OVERRUN && c->expires != TM_NONE ? runs(d, c->expires + HORIZON) : c->own;

	return later(own, c->again);
}

static enum drain_end
end_of_finding(const struct drain_of *d, const struct drain_client *c, struct rows *r, enum cause cause)
{
	int64_t state = rows_int(r, STATE, -1);
	uint32_t extended = (uint32_t)rows_int(r, EXTENDED, 0);
	enum drain_end end = (extended & CAUSE_BIT(CAUSE_APP_CACHE)) ? DRAIN_NEVER : end_of(cause);

	if ((state != STATE_DRAINING && state != STATE_OPEN) || rows_int(r, CONTACTS, 0) == 0)
		return DRAIN_OVER;
	if (state == STATE_DRAINING && (end == DRAIN_UNKNOWN || cause == CAUSE_ENCRYPTED_DNS))
		end = DRAIN_ENDS;	/* a published TTL covers it: that much is known */
	if (cause == CAUSE_CLIENT_OPTIMISTIC && c->other > c->last)
		return DRAIN_OVER;
	if (end == DRAIN_ENDS && until_of(d, c, cause) == TM_NONE)
		return DRAIN_OVER;
	return end;
}

/* All that stands against it must be waived: the first to run out counts. */
static void
take_waiver(struct drain_client *c, struct rows *r)
{
	usec_t until = time_of(r, WAIVED);
	int64_t state = rows_int(r, STATE, -1);

	if (state != STATE_DRAINING && state != STATE_OPEN)
		return;
	c->waived = c->stands && (c->waived == TM_NONE || until > c->waived) ? c->waived : until;
	c->stands = true;
}

/* The worst of its findings speaks. */
static void
take_finding(const struct drain_of *d, struct drain_client *c, struct rows *r)
{
	int64_t cause = rows_int(r, CAUSE, CAUSE_COUNT);
	usec_t open = time_of(r, OPEN);
	enum drain_end end;

	if (cause < 0 || cause >= CAUSE_COUNT || cause == CAUSE_SCAN || rows_int(r, STATE, -1) == STATE_WITHDRAWN)
		return;
	c->after = true;
	take_waiver(c, r);
	c->last = later(c->last, time_of(r, LAST));
	if (!c->told && c->other == TM_NONE)
		c->again = runs(d, d->legit);
	end = end_of_finding(d, c, r, (enum cause)cause);
	if (open != TM_NONE && (c->open == TM_NONE || open < c->open))
		c->open = open;
	if (open != TM_NONE && d->T != TM_NONE && open < d->T && end < DRAIN_NEVER) {
		end = DRAIN_NEVER;
		cause = CAUSE_OPENED_BEFORE;
	}
	if (end < c->end || (end == c->end && c->cause != CAUSE_COUNT))
		return;
	c->end = end;
	c->cause = (enum cause)cause;
	c->confidence = rows_int(r, CONFIDENCE, 0) == CONF_CERTAIN ? CONF_CERTAIN : rows_int(r, CONFIDENCE, 0) == CONF_LIKELY ? CONF_LIKELY : CONF_POSSIBLE;
	c->extended = (uint32_t)rows_int(r, EXTENDED, 0);
}

/* All of it is known. */
static void
close_client(struct drain_of *d, struct drain_client *c)
{
	if (c->end < DRAIN_ENDS)
		c->end = c->own != TM_NONE ? DRAIN_ENDS : c->again != TM_NONE ? DRAIN_AGAIN : DRAIN_OVER;
	if (c->end == DRAIN_ENDS || c->end == DRAIN_AGAIN) {
		c->from = c->own > d->now ? c->own : d->now;
		c->until = until_of(d, c, c->cause) + d->grace;
		d->empty = later(d->empty, c->until);
	}
	d->count[c->end]++;
	d->waived += c->end >= DRAIN_ENDS && drain_waived(d, c);
	d->before += c->before;
	d->after += c->after;
}

static struct drain_client *
add_client(struct drain_of *d, struct rows *r)
{
	struct drain_client *c;

	if (d->n == d->cap) {
		size_t cap = d->cap > 0 ? 2 * d->cap : 64;
		struct drain_client *grown = realloc(d->client, cap * sizeof(*grown));

		if (grown == NULL)
			return NULL;
		d->client = grown;
		d->cap = cap;
	}
	c = &d->client[d->n];
	*c = (struct drain_client){ .own = TM_NONE, .again = TM_NONE, .from = TM_NONE, .until = TM_NONE, .last = TM_NONE, .open = TM_NONE,
		.expires = TM_NONE, .other = TM_NONE, .waived = TM_NONE, .cause = CAUSE_COUNT };
	c->client = strdup(rows_text(r, CLIENT) != NULL ? rows_text(r, CLIENT) : "");
	c->scope = strdup(rows_text(r, SCOPE) != NULL ? rows_text(r, SCOPE) : "");
	c->label = rows_text(r, LABEL) != NULL ? strdup(rows_text(r, LABEL)) : NULL;
	d->n += c->client != NULL && c->scope != NULL;
	return c->client != NULL && c->scope != NULL ? c : NULL;
}

static bool
same(const struct drain_client *c, struct rows *r)
{
	return rows_text(r, CLIENT) != NULL && rows_text(r, SCOPE) != NULL && strcmp(c->client, rows_text(r, CLIENT)) == 0 &&
	       strcmp(c->scope, rows_text(r, SCOPE)) == 0;
}

static int
read_clients(struct reader *rd, struct drain_of *d, const char *match, struct err *err)
{
	struct drain_client *c = NULL;
	struct rows r;
	bool failed = false;
	int rc;

	rows_open(&r, rd, CLIENTS_SQL);
	rows_bind_int(&r, 1, d->listing);
	rows_bind(&r, 2, match);
	rows_bind_int(&r, 3, d->now);
	while (!failed && rows_next(&r)) {
		if (c == NULL || !same(c, &r)) {
			if (c != NULL)
				close_client(d, c);
			c = add_client(d, &r);
		}
		if (c == NULL)
			failed = true;
		else
			(rows_int(&r, PART, 0) == 0 ? take_used : take_finding)(d, c, &r);
	}
	if (c != NULL)
		close_client(d, c);
	rc = rows_close(&r, err);
	return rc == 0 && failed ? err_set(err, ST_ENOMEM, "out of memory for the clients that are left") : rc;
}

static int
by_end(const void *a, const void *b)
{
	const struct drain_client *x = a, *y = b;

	if (x->end != y->end)
		return x->end > y->end ? -1 : 1;
	return x->until != y->until ? (x->until > y->until ? -1 : 1) : strcmp(x->client, y->client);
}

void
drain_sort(struct drain_of *d)
{
	if (d->n > 0)
		qsort(d->client, d->n, sizeof(*d->client), by_end);
}

/* ---- an entry ---- */

static char *
copy(const char *s)
{
	return s != NULL && *s != '\0' ? strdup(s) : NULL;
}

int
drain_read(struct reader *rd, int64_t listing, usec_t now, const char *match, struct drain_of *d, struct err *err)
{
	struct rows r;

	*d = (struct drain_of){ .listing = listing, .T = TM_NONE, .legit = TM_NONE, .now = now, .empty = TM_NONE };
	rows_open(&r, rd, "SELECT l.listed,l.name,l.deprecated_us,d.legit_us,d.legit_basis,d.grace_us FROM listing l "
	    "LEFT JOIN deprecated d ON d.listing_id=l.id WHERE l.id=?1");
	rows_bind_int(&r, 1, listing);
	if (rows_next(&r)) {
		d->listed = copy(rows_text(&r, 0));
		d->name = copy(rows_text(&r, 1));
		d->T = time_of(&r, 2);
		d->legit = time_of(&r, 3);
		d->basis = copy(rows_text(&r, 4));
		d->grace = rows_int(&r, 5, 0);
		d->grace = d->grace > 0 && d->grace < 366 * 86400 * TM_SEC ? d->grace : 0;
	}
	if (rows_close(&r, err) < 0)
		return err->code;
	if (runs(d, d->legit) != TM_NONE)
		d->empty = d->legit + d->grace;		/* until then somebody not seen yet may be told it */
	return read_clients(rd, d, match, err);
}

void
drain_free(struct drain_of *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->client[i].client);
		free(d->client[i].scope);
		free(d->client[i].label);
		free(d->client[i].by);
	}
	free(d->client);
	free(d->listed);
	free(d->name);
	free(d->basis);
	memset(d, 0, sizeof(*d));
}

/* The end of the data, or of the period. */
static int
find_now(struct reader *rd, const struct report_opts *opts, usec_t *now, struct err *err)
{
	struct rows r;

	rows_open(&r, rd, "SELECT max(last_us) FROM source");
	*now = rows_next(&r) ? time_of(&r, 0) : TM_NONE;
	if (opts->until != TM_NONE && opts->until < *now)
		*now = opts->until;
	return rows_close(&r, err);
}

/* Entries that have to do with what is asked for (?1): by the whole of them, or by a client. */
#define ENTRY_ASKED "(?1 IN (l.listed,l.name) OR EXISTS(SELECT 1 FROM finding f LEFT JOIN addr a ON a.id=f.dst_id LEFT JOIN name n ON n.id=f.name_id " \
	"WHERE f.listing_id=l.id AND ?1 IN (a.text,n.text)))"
#define ASKED "(?1 IS NULL OR " ENTRY_ASKED " OR EXISTS(SELECT 1 FROM finding f JOIN addr a ON a.id=f.client_id " \
	"WHERE f.listing_id=l.id AND a.text=?1) OR EXISTS(SELECT 1 FROM used u JOIN addr a ON a.id=u.client_id WHERE u.listing_id=l.id AND a.text=?1))"

int
drain_asked(struct reader *rd, const struct report_opts *opts, struct err *err)
{
	char shown[ESC_SHORT];
	bool any = opts->match == NULL;
	struct rows r;

	rows_open(&r, rd, "SELECT 1 FROM listing l WHERE l.active AND " ASKED " LIMIT 1");
	rows_bind(&r, 1, opts->match);
	any |= rows_next(&r);
	if (rows_close(&r, err) < 0)
		return err->code;
	return any ? 0 : err_set(err, ST_ESYNTAX, "%s: no entry of the list has it as address or name, and no client of one; give one that the report shows",
	    esc_short(opts->match, shown));
}

int
drain_each(struct reader *rd, const struct report_opts *opts, int (*each)(void *ctx, struct drain_of *d, struct err *err), void *ctx,
    struct err *err)
{
	struct rows r;
	usec_t now;
	int rc = find_now(rd, opts, &now, err);

	if (rc < 0 || now == TM_NONE)
		return rc;
	rows_open(&r, rd, "SELECT l.id,?1 IS NOT NULL AND NOT " ENTRY_ASKED " FROM listing l WHERE l.active AND (l.deprecated_us IS NULL OR l.deprecated_us<=?2) AND "
	    ASKED " ORDER BY l.listed,l.name,l.deprecated_us,l.id");
	rows_bind(&r, 1, opts->match);
	rows_bind_int(&r, 2, now);
	while (rc == 0 && rows_next(&r)) {
		struct drain_of d;

		rc = drain_read(rd, rows_int(&r, 0, 0), now, rows_int(&r, 1, 0) ? opts->match : NULL, &d, err);
		if (rc == 0)
			rc = each(ctx, &d, err);
		drain_free(&d);
	}
	return rows_close(&r, rc == 0 ? err : &(struct err){ 0 }) < 0 && rc == 0 ? err->code : rc;
}
