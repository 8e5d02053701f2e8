#include "judge/facts_int.h"

#define SEALED_ENOUGH 5

bool
hint_runs(const struct hint *h, usec_t s, usec_t grace)
{
	return h->heard && s <= h->expiry + grace;
}

/* What is hidden in encrypted DNS may be this answer or not: only where it shows each time is that more than a possibility. */
static void
sealed_facts(const struct client *cl, usec_t since, bool clocks, struct facts *f)
{
	fact_set(f, B(DNS_SEALED), cl != NULL && cl->last_sealed != TM_NONE && cl->last_sealed >= since);
	fact_set(f, B(SEALED_TIMED), cl != NULL && cl->untold >= SEALED_ENOUGH && cl->untold_timed == cl->untold);
	if ((f->no & B(SEALED_TIMED)) || !clocks)
		f->doubt |= f->yes & B(DNS_SEALED);
}

void
client_facts(const struct conn *c, const struct know *k, const struct legit *l, struct facts *f)
{
	const struct client *cl = client_find(&k->clients, &c->who, c->scope);
	usec_t cover = (l->basis == LEGIT_ASSUMED ? LEGIT_ASSUMED_TTL : l->ttl) * TM_SEC + CONN_HORIZON;

	if (cl == NULL || cl->answers == 0 || cl->last_answer >= c->since)
		fact_set(f, B(DNS_SEEN), cl != NULL && cl->answers > 0);	/* else the answers were another machine's */
	if (!c->lent)
		f->yes |= B(ITSELF);
	if (cl == NULL || !cl->link.began)
		f->no |= B(STARTED);
	fact_set(f, B(YOUNG), c->begin == TM_NONE || c->t - c->begin < cover);
	sealed_facts(cl, c->since, k->copies == NULL || copy_apart(k->copies) == 0, f);
	fact_set(f, B(REFERRED), c->referred);
	if (c->hello != HELLO_UNREAD)
		fact_set(f, B(NAMED), c->hello == HELLO_NAMED);
}

bool
hint_deaf(const struct conn *c, const struct know *k, const struct hint *h)
{
	const struct ledger_entry *l = ledger_find(&k->ledger, &c->who, c->scope, &c->server);
	const struct told *now = l != NULL ? ledger_name(l, h->path[0]) : NULL;

	if (h->deaf == TM_NONE || (h->heard && h->deaf < h->t))
		return false;
	return now == NULL || now->deaf != h->deaf || !know_audible(k, &c->who, &now->deaf_to, c->scope);
}

/* Its questions were refused, or nobody answered them, more than one. */
static bool
lookups_fail(const struct hint *h)
{
	if (h->failed != TM_NONE && h->failed > h->answered)
		return true;
	return h->waits != TM_NONE && h->asked - h->waits > ASK_WAIT;
}

/* The answer came so shortly before the connection that it may not have been known to it. */
static bool
in_a_hurry(const struct conn *c, const struct hint *h)
{
	return h->asked != TM_NONE && h->answered != TM_NONE && c->t - h->asked <= ASK_TOGETHER && c->t - h->answered <= ASK_REACH;
}

/* What the client's own question says about the answer that it used. */
static void
asking_facts(const struct conn *c, const struct know *k, const struct hint *h, const struct told *now, struct facts *f)
{
	bool deaf = hint_deaf(c, k, h);
	bool failing = lookups_fail(h) && (!deaf || h->failed > h->answered);
	bool asking = h->asked != TM_NONE && h->asked > h->answered && h->failed < h->asked;
	bool unheard = asking && now != NULL && !told_heard_back(now, h->asked);
	bool lost = deaf || (asking && !failing && (unheard || c->t - h->asked > ASK_WAIT));

	if (hint_runs(h, c->t, k->grace))
		f->yes |= B(LIVE);
	else if (!lost)
		f->no |= B(LIVE);
	if (!deaf || failing)
		fact_set(f, B(FAILING), failing);
	fact_set(f, B(AGAIN), now != NULL && now->n_together > 1 && now->n_apart == 0);
	if (asking && !failing)		/* nobody saw what it was told */
		f->doubt |= (f->yes & B(BEFORE_T)) | (f->no & B(NEW));
	if (asking && !lost && !failing)
		f->no |= B(KEPT);
	if (!in_a_hurry(c, h)) {
		if (!unheard && !deaf)
			fact_set(f, B(ASKING), asking && !lost);
		return;
	}
	f->yes &= ~B(NEW);
	f->no &= ~B(NEW);
	if (f->yes & B(AGAIN)) {
		f->yes |= B(ASKING);
		f->no |= B(KEPT);
	}
}

/* One time after which the client asks again, whatever the name: what it used within that is its stub's.  What it used later is not, but may be
 * that of a program with habits of its own. */
static void
wall_fact(const struct conn *c, const struct know *k, const struct hint *h, struct facts *f)
{
	usec_t wall = habit_wall(habit_find(&k->habits, &c->who, c->scope));

	if (wall != TM_NONE && c->t - h->t <= wall)
		f->yes |= B(WALL);
}

/* Since that answer the client took up its address anew, or nobody was looking: it may have started, or been told more.  As long as an answer
 * from then could still run, and none is known to have come after it, whether the client's own has run out is not known. */
static void
sight_facts(const struct conn *c, const struct hint *h, struct facts *f)
{
	if (h->t >= c->begin) {
		fact_set(f, B(STARTED), false);
		return;
	}
	f->no &= ~B(STARTED);
	if ((f->no & B(YOUNG)) || (f->yes & B(LIVE)) || h->answered >= c->begin)
		return;
	f->yes &= ~B(BEFORE_T);
	f->no &= ~(B(BEFORE_T) | B(LIVE));
}

/* Where the clocks of two captures differ, what came within that time of each other may have come in the other order. */
static void
clock_doubts(const struct conn *c, const struct know *k, const struct hint *h, struct facts *f)
{
	usec_t apart = k->copies != NULL ? copy_apart(k->copies) : 0;

	if (apart == 0)
		return;
	f->doubt |= f->yes & (B(ASKING) | B(AGAIN) | B(REFRESHED));
	if (h->answered != TM_NONE && c->t - h->answered <= apart)
		f->doubt |= f->no & B(ASKING);
	if (h->other != TM_NONE && c->t - h->other <= apart)
		f->doubt |= f->yes & B(NEW);
}

void
told_facts(const struct conn *c, const struct know *k, const struct hint *h, usec_t T, struct facts *f)
{
	const struct ledger_entry *l = ledger_of(k, &c->who, c->scope, &c->server, c->since);
	const struct told *now = l != NULL ? ledger_name(l, h->path[0]) : NULL;

	f->yes |= B(TOLD) | h->facts.yes;
	f->no |= h->facts.no;
	f->doubt |= h->facts.doubt;
	fact_set(f, B(BEFORE_T), T != TM_NONE && h->t <= T + k->grace);
	fact_set(f, B(NEW), h->other != TM_NONE && h->other > h->t);
	fact_set(f, B(SHORT), c->t <= h->expiry + CONN_HORIZON + k->grace);
	asking_facts(c, k, h, now, f);
	sight_facts(c, h, f);
	wall_fact(c, k, h, f);
	if (now != NULL && now->asked != TM_NONE && now->asked > c->t) {
		f->yes |= B(ASKED_LATER);
		f->no |= B(KEPT);
	} else if (now != NULL && now->beyond == h->t) {
		f->yes |= B(KEPT);
	}
	server_facts_late(k, served_of(k, &h->from, h->path[0], &c->server), &h->from, T, f);
	clock_doubts(c, k, h, f);
}
