#include "report/present_int.h"

#include <stdio.h>
#include <string.h>

#include "judge/cause.h"
#include "report/html_int.h"

enum { CONNECTS = 1, TOLD, OVER };	/* standing.present */

static void
put_time(struct buf *b, usec_t t)
{
	char text[TM_TEXT];

	buf_fmt(b, "%.19s", t != TM_NONE ? tm_human(t, text) : "a time not known");
}

/* ---- all of it ---- */

static int
read_entries(struct reader *rd, struct present *p, struct err *err)
{
	struct rows r;

	p->last = p->resolves = TM_NONE;
	rows_open(&r, rd, "SELECT ifnull(d.state,'unproven'),s.present,s.last_us,s.resolves_us FROM listing l LEFT JOIN deprecated d ON d.listing_id=l.id "
	    "LEFT JOIN standing s ON s.listing_id=l.id WHERE l.active");
	while (rows_next(&r)) {
		const char *state = rows_text(&r, 0);
		int64_t present = rows_int(&r, 1, CONNECTS);

		p->entries++;
		if (!html_is(state, "contacted")) {
			++*(html_is(state, "draining") ? &p->draining : html_is(state, "clean") ? &p->clean : &p->unproven);
			continue;
		}
		++*(present == OVER ? &p->quiet : present == TOLD ? &p->told : &p->used);
		if (present == OVER) {
			p->last = rows_time(&r, 2) > p->last ? rows_time(&r, 2) : p->last;
			p->resolves = rows_time(&r, 3) > p->resolves ? rows_time(&r, 3) : p->resolves;
		}
	}
	return rows_close(&r, err);
}

/* A client, by all of its findings. */
struct one { bool any, connects, told, never, untold, draining; usec_t ends; int64_t open, waived; };

static void
add_client(struct present *p, const struct one *c)
{
	if (!c->any)
		return;
	p->covered += c->draining && c->open == 0;
	p->waived += c->open > 0 && c->waived == c->open;
	p->only_told += c->open > 0 && !c->connects && c->told;
	p->over += c->open > 0 && !c->connects && !c->told;
	if (!c->connects)
		return;
	p->clients++;
	p->never += c->never;
	p->untold += c->untold && !c->never;
	if (!c->never && !c->untold && c->ends > p->ends)
		p->ends = c->ends;
}

static int
read_clients(struct reader *rd, const struct report_opts *opts, struct present *p, struct err *err)
{
	struct one c = { .ends = TM_NONE };
	struct rows r;
	struct buf last = { 0 };

	p->ends = TM_NONE;
	rows_open(&r, rd, "SELECT f.client_id||' '||ifnull(f.scope,''),f.state,v.present,v.cause,f.drains_us,v.waived_until_us>(SELECT us FROM moment) "
	    "FROM v_findings v JOIN finding f ON f.fid=v.id WHERE " WHICH " AND f.state<2 AND f.client_id NOT NULL AND v.cause<>'background.scan' ORDER BY 1");
	bind_which(&r, opts);
	while (rows_next(&r)) {
		bool open = rows_int(&r, 1, 0) == 1, connects = html_is(rows_text(&r, 2), "connects");
		enum cause cause = cause_find(rows_text(&r, 3) != NULL ? rows_text(&r, 3) : "");
		usec_t drains = rows_time(&r, 4);

		if (!html_is(rows_text(&r, 0), buf_cstr(&last))) {
			add_client(p, &c);
			c = (struct one){ .any = true, .ends = TM_NONE };
			buf_clear(&last);
			buf_str(&last, rows_text(&r, 0) != NULL ? rows_text(&r, 0) : "");
		}
		p->findings_over += open && html_is(rows_text(&r, 2), "over");
		c.open += open;
		c.waived += open && rows_int(&r, 5, 0) != 0;
		c.draining |= !open && connects;
		c.told |= open && html_is(rows_text(&r, 2), "told");
		if (!open || !connects)
			continue;
		c.connects = true;
		c.never |= drains == TM_NONE && (cause == CAUSE_COUNT || !cause_untold(cause));
		c.untold |= drains == TM_NONE && cause < CAUSE_COUNT && cause_untold(cause);
		c.ends = drains > c.ends ? drains : c.ends;
	}
	add_client(p, &c);
	buf_free(&last);
	return rows_close(&r, err);
}

int
present_read(struct reader *rd, const struct report_opts *opts, struct present *p, struct err *err)
{
	int rc;

	*p = (struct present){ 0 };
	rc = read_entries(rd, p, err);
	return rc < 0 ? rc : read_clients(rd, opts, p, err);
}

static const char *
are(int64_t n)
{
	return n == 1 ? "is" : "are";
}

/* "Two of the four retired addresses"; "The retired address" */
static void
put_of(const struct present *p, int64_t n, struct buf *b)
{
	char some[HTML_NUMBER], all[HTML_NUMBER];

	if (p->entries == 1)
		buf_str(b, "The retired address");
	else
		buf_fmt(b, "%s of the %s retired addresses", html_One(n, some), html_one(p->entries, all));
}

void
present_title(const struct present *p, struct buf *b)
{
	char n[HTML_NUMBER];

	if (p->entries == 0) {
		buf_str(b, "The list is empty: there is nothing to prove.");
	} else if (p->used > 0) {
		put_of(p, p->used, b);
		buf_fmt(b, " %s still in use", are(p->used));
		if (p->clients > 0)
			buf_fmt(b, ", by %s client%s", html_one(p->clients, n), p->clients == 1 ? "" : "s");
		buf_str(b, ".");
	} else if (p->told > 0) {
		put_of(p, p->told, b);
		buf_fmt(b, " %s still handed out; no client was seen to go on connecting.", are(p->told));
	} else if (p->quiet > 0) {
		put_of(p, p->quiet, b);
		buf_fmt(b, " %s in use, and %s not been silent for long enough since.", p->quiet == 1 ? "was" : "were", p->quiet == 1 ? "has" : "have");
	} else {
		put_of(p, 0, b);
		if (p->entries > 1) {
			b->len = 0;
			buf_fmt(b, "None of the %s retired addresses", html_one(p->entries, n));
		}
		buf_str(b, p->entries == 1 ? " was seen with no stale contact" : " was seen with a stale contact");
		if (p->unproven > 0)
			buf_fmt(b, p->entries == 1 ? ", but that is no proof" : "; for %s of them that is no proof", html_one(p->unproven, n));
		buf_str(b, ".");
	}
}

/* Whether those that connect end by themselves. */
static void
put_ends(const struct present *p, struct buf *b)
{
	int64_t rest = p->clients - p->never - p->untold;
	char n[HTML_NUMBER];

	if (p->clients == 0)
		return;
	if (p->never == p->clients)
		buf_str(b, p->clients == 1 ? "The client will not stop by itself. " : "None of the clients will stop by itself. ");
	else if (p->never > 0)
		buf_fmt(b, "%s of the clients will not stop by %s. ", html_One(p->never, n), p->never == 1 ? "itself" : "themselves");
	if (p->untold == p->clients)
		buf_str(b, "Whether that ends by itself, and when, cannot be told. ");
	else if (p->untold > 0)
		buf_fmt(b, "Of %s%s it cannot be told. ", html_one(p->untold, n), p->never > 0 ? " more" : "");
	if (rest == 0)
		return;
	buf_str(b, rest < p->clients ? (rest == 1 ? "The other ends by itself" : "The others end by themselves") :
	    rest == 1 ? "The client stops by itself" : "They stop by themselves");
	if (p->ends != TM_NONE) {
		buf_str(b, " by ");
		put_time(b, p->ends);
	}
	buf_str(b, ". ");
}

/* The contacted ones that the title does not speak of; and until when the quiet ones stay so. */
static void
put_contacted(const struct present *p, struct buf *b)
{
	char n[HTML_NUMBER];

	if (p->told > 0 && p->used > 0)
		buf_fmt(b, "%s more address%s still handed out; no client was seen to go on connecting there. ", html_One(p->told, n), p->told == 1 ? " is" : "es are");
	if (p->quiet == 0)
		return;
	if (p->used + p->told > 0)
		buf_fmt(b, "%s more address%s in use: open, but not contacted since ", html_One(p->quiet, n), p->quiet == 1 ? " was" : "es were");
	else
		buf_str(b, "Not contacted since ");
	put_time(b, p->last);
	buf_fmt(b, "; if that stays so, %s resolved at ", p->quiet == 1 ? "it is" : "they are");
	put_time(b, p->resolves);
	buf_str(b, ". ");
}

/* "Of the others, two are clean and one cannot be proven from here." */
static void
put_others(const struct present *p, struct buf *b)
{
	const struct { int64_t n; const char *one, *many; } rest[] = {
		{ p->draining, "is draining", "are draining" }, { p->clean, "is clean", "are clean" },
		{ p->unproven, "cannot be proven from here", "cannot be proven from here" },
	};
	char n[HTML_NUMBER];
	int left = 0, said = 0;

	for (size_t i = 0; i < 3; i++)
		left += rest[i].n > 0;
	if (left == 0 || p->entries == 1)
		return;
	buf_str(b, p->used + p->told + p->quiet > 0 ? "Of the others, " : "Of them, ");
	for (size_t i = 0; i < 3; i++) {
		if (rest[i].n == 0)
			continue;
		buf_fmt(b, "%s%s %s", said == 0 ? "" : said + 1 == left ? " and " : ", ", html_one(rest[i].n, n), rest[i].n == 1 ? rest[i].one : rest[i].many);
		said++;
	}
	buf_str(b, ". ");
}

void
present_lead(const struct present *p, struct buf *b)
{
	char n[HTML_NUMBER];

	put_ends(p, b);
	put_contacted(p, b);
	if (p->waived > 0)
		buf_fmt(b, "%s client%s waived. ", html_One(p->waived, n), p->waived == 1 ? " is" : "s are");
	put_others(p, b);
	if (p->covered > 0 && p->draining == 0)
		buf_fmt(b, "%s client%s still within a TTL: nothing to do there. ", html_One(p->covered, n), p->covered == 1 ? " is" : "s are");
	b->len -= b->len > 0;
}

/* ---- a finding, an entry ---- */

void
present_ends(const struct present_finding *f, struct buf *b)
{
	bool open = html_is(f->state, "open");
	enum cause cause = cause_find(f->cause != NULL ? f->cause : "");

	if (!open && !html_is(f->state, "draining"))
		return;
	if (html_is(f->present, "over") && !open) {
		buf_str(b, "its answer has run out");
	} else if (html_is(f->present, "over")) {
		buf_str(b, "open, but not contacted since ");
		put_time(b, f->last);
		buf_str(b, "; resolved at ");
		put_time(b, f->resolves);
		buf_str(b, " if that stays so");
	} else if (f->drains != TM_NONE && f->drains > f->now) {
		buf_str(b, "ends by ");
		put_time(b, f->drains);
	} else if (f->drains != TM_NONE) {
		buf_str(b, "ends when its answer runs out");
	} else if (cause < CAUSE_COUNT && cause_untold(cause)) {
		buf_str(b, "whether it ends by itself cannot be told");
	} else if (open) {
		buf_str(b, "will not end by itself");
	}
}

void
present_who(const struct present_entry *e, struct buf *b)
{
	int64_t open = e->connects + e->told + e->over;
	const char *between = "";

	if (e->connects > 0)
		buf_fmt(b, "%lld client%s stale", (long long)e->connects, e->connects == 1 ? "" : "s"), between = ", ";
	if (e->told > 0)
		buf_fmt(b, "%s%lld client%s told it, not seen to connect", between, (long long)e->told, e->told == 1 ? "" : "s"), between = ", ";
	if (e->over > 0) {
		buf_fmt(b, "%s%lld client%s gone since ", between, (long long)e->over, e->over == 1 ? "" : "s");
		put_time(b, e->last);
		buf_str(b, ": resolved at ");
		put_time(b, e->resolves);
		buf_str(b, " if that stays so");
		between = ", ";
	}
	if (open > 0 && e->waived > 0)
		buf_fmt(b, "%s%lld of them waived", between, (long long)e->waived);
	if (e->draining > 0 && open > 0)
		buf_fmt(b, "%s%lld draining", between, (long long)e->draining);
	else if (e->draining > 0)
		buf_fmt(b, "%lld client%s draining", (long long)e->draining, e->draining == 1 ? "" : "s");
}
