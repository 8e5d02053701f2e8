#include "know/ledger.h"

#include <string.h>

bool
ledger_init(struct ledger *l, uint32_t max, struct kept_table *kept, struct why_counts *counts, uint64_t seed)
{
	*l = (struct ledger){ .kept = kept, .counts = counts, .since = TM_NONE };
	return table_init(&l->t, sizeof(struct ledger_entry), sizeof(struct ledger_key), max, seed);
}

void
ledger_free(struct ledger *l)
{
	table_free(&l->t);
}

struct ledger_entry *
ledger_find(const struct ledger *l, const struct addr *client, uint32_t scope, const struct addr *a)
{
	struct ledger_key k = { .client = *client, .addr = *a, .scope = scope };

	return table_find(&l->t, &k);
}

static void
forget(struct ledger *l, struct told *t)
{
	kept_drop(l->kept, t->kept);
	kept_drop(l->kept, t->kept_other);
	memset(t, 0, sizeof(*t));
}

static void
forget_all(struct ledger *l, struct ledger_entry *e)
{
	while (e->n > 0)
		forget(l, &e->told[--e->n]);
}

static struct ledger_entry *
entry_get(struct ledger *l, const struct addr *client, uint32_t scope, const struct addr *a)
{
	struct ledger_key k = { .client = *client, .addr = *a, .scope = scope };
	struct ledger_entry *e = table_find(&l->t, &k);

	if (e != NULL) {
		table_touch(&l->t, e);
		if (e->since != l->since)
			forget_all(l, e);
	} else {
		if (l->t.n >= l->t.max) {
			e = table_oldest(&l->t);
			forget_all(l, e);
			table_remove(&l->t, e);
			l->counts->n[WHY_EVICTED_LEDGER]++;
		}
		e = table_add(&l->t, &k);
	}
	if (e != NULL)
		e->since = l->since;
	return e;
}

static struct told *
told_find(struct ledger_entry *e, uint32_t name)
{
	for (uint32_t i = 0; e != NULL && i < e->n; i++)
		if (e->told[i].path[0] == name)
			return &e->told[i];
	return NULL;
}

const struct told *
ledger_name(const struct ledger_entry *e, uint32_t name)
{
	for (uint32_t i = 0; i < e->n; i++)
		if (e->told[i].path[0] == name)
			return &e->told[i];
	return NULL;
}

static struct told *
told_get(struct ledger *l, struct ledger_entry *e, uint32_t name)
{
	struct told *t = told_find(e, name);
	uint32_t old = 0;

	if (t != NULL)
		return t;
	if (e->n < LEDGER_NAMES) {
		t = &e->told[e->n++];
	} else {
		for (uint32_t i = 1; i < e->n; i++)
			if (e->told[i].last < e->told[old].last)
				old = i;
		t = &e->told[old];
		forget(l, t);
	}
	t->path[0] = name;
	t->npath = 1;
	t->first = t->last = t->t = t->expiry = t->other = t->asked = t->answered = t->waits = t->failed = t->beyond = t->together = t->unheard = t->unheard_last =
		t->deaf = TM_NONE;
	return t;
}

/* An answer of any content. */
static void
answered(struct told *d, usec_t t)
{
	d->n_together += d->awaited && t - d->asked <= LEDGER_WAIT;
	d->awaited = false;
	d->answered = t;
	d->waits = TM_NONE;
	d->unanswered = 0;
}

struct told *
ledger_told(struct ledger *l, const struct ledger_answer *a)
{
	struct ledger_entry *e = entry_get(l, &a->client, a->scope, &a->addr);
	usec_t expiry = a->t + a->ttl * TM_SEC;
	struct told *t;

	if (e == NULL)
		return NULL;
	t = told_get(l, e, a->path[0]);
	if (t->n++ == 0)
		t->first = a->t;
	t->last = a->t;
	answered(t, a->t);
	if (t->n > 1 && expiry < t->expiry && a->t < t->expiry)
		return t;		/* the one before runs longer */
	memcpy(t->path, a->path, a->npath * sizeof(t->path[0]));
	t->npath = a->npath;
	t->way = a->way;
	t->aa = a->aa;
	t->ra = a->ra;
	t->by = a->by;
	t->authority = a->authority;
	t->stood = a->stood;
	t->t = a->t;
	t->expiry = expiry;
	t->ttl = a->ttl;
	t->server = a->server;
	t->from = a->from;
	kept_drop(l->kept, t->kept);
	t->kept = kept_add(l->kept, a->frame, KEPT_BYTES);
	return t;
}

void
ledger_told_other(struct ledger *l, const struct addr *client, uint32_t scope, const struct addr *a, uint32_t name,
                  usec_t t, const struct frame *frame)
{
	struct ledger_entry *e = entry_get(l, client, scope, a);
	struct told *d = e != NULL ? told_get(l, e, name) : NULL;

	if (d == NULL)
		return;
	d->other = t;
	answered(d, t);
	kept_drop(l->kept, d->kept_other);
	d->kept_other = kept_add(l->kept, frame, KEPT_BYTES);
}

void
ledger_hint_other(struct ledger *l, const struct addr *client, uint32_t scope, const struct addr *a, uint32_t name,
                  usec_t t, const struct frame *frame)
{
	const struct ledger_entry *e = ledger_find(l, client, scope, a);
	const struct told *d = e != NULL ? ledger_name(e, name) : NULL;

	if (d != NULL && d->n > 0 && d->by == ZONE_HINT)
		ledger_told_other(l, client, scope, a, name, t, frame);
}

/* The question before this one was long enough ago that its answer, if there was one, came by another way or was lost. */
static void
note_unheard(struct told *d, usec_t t)
{
	if (d->asked == TM_NONE || d->answered >= d->asked || d->failed >= d->asked || t - d->asked <= LEDGER_WAIT)
		return;
	d->awaited = false;
	if (d->unheard == TM_NONE || d->answered > d->unheard_last)
		d->unheard = d->asked;
	d->unheard_last = d->asked;
}

/* Who asks another server after a while was told nothing by the first. */
static void
note_deaf(struct told *d, const struct ledger_question *q)
{
	if (!q->audible) {
		d->deaf = q->t;
		d->deaf_to = q->server;
	} else if (d->deaf != TM_NONE && q->t - d->deaf > TM_SEC) {
		d->deaf = TM_NONE;
	}
}

void
ledger_asked(struct ledger *l, const struct ledger_question *q)
{
	struct ledger_entry *e = entry_get(l, &q->client, q->scope, &q->addr);
	struct told *d = e != NULL ? told_get(l, e, q->name) : NULL;

	if (d == NULL)
		return;
	if (d->asked != TM_NONE && d->answered >= d->asked && d->question == q->number && q->t - d->asked <= TM_SEC)
		return;		/* answered already: a mirror's copy of it */
	note_unheard(d, q->t);
	note_deaf(d, q);
	d->question = q->number;
	d->asked = q->t;
	if (d->waits == TM_NONE)
		d->waits = q->t;
	d->unanswered += d->unanswered < UINT32_MAX;
}

bool
told_heard_back(const struct told *t, usec_t asked)
{
	if (asked == t->asked)
		return t->failed >= asked || (t->answered >= asked && t->answered - asked <= LEDGER_WAIT);
	return t->unheard == TM_NONE || asked < t->unheard || asked > t->unheard_last;
}

void
ledger_answered(struct ledger *l, const struct addr *client, uint32_t scope, const struct addr *a, uint32_t name, usec_t t)
{
	struct told *d = told_find(ledger_find(l, client, scope, a), name);

	if (d != NULL)
		answered(d, t);
}

void
ledger_failed(struct ledger *l, const struct addr *client, uint32_t scope, const struct addr *a, uint32_t name, usec_t t)
{
	struct told *d = told_find(ledger_find(l, client, scope, a), name);

	if (d != NULL)
		d->failed = t;
}
