#include "app/entries.h"

#include <stdio.h>
#include <stdlib.h>

/* One client of one entry, in one state: counted once. */
struct client_of_key { struct addr client; uint32_t scope, entry, state, zero; };
struct client_of { struct entry e; struct client_of_key key; };

bool
entries_init(struct entries *x, struct engine *e)
{
	x->engine = e;
	x->sum = calloc(deplist_count(e->list) + 1, sizeof(*x->sum));
	return x->sum != NULL && table_init(&x->clients, sizeof(struct client_of), sizeof(struct client_of_key), UINT32_MAX, e->seed);
}

void
entries_free(struct entries *x)
{
	free(x->sum);
	table_free(&x->clients);
}

static bool
first_time(struct entries *x, const struct finding *f, uint32_t entry, enum finding_state state)
{
	const struct client_of_key k = { .client = f->key.client, .scope = f->key.scope, .entry = entry, .state = state };

	return table_find(&x->clients, &k) == NULL && table_add(&x->clients, &k) != NULL;
}

void
entries_finding(struct entries *x, const struct finding *f, enum finding_state state, const struct speaker *s)
{
	uint32_t i = (uint32_t)deplist_index(x->engine->list, f->entry);
	struct entry_sum *sum = &x->sum[i];

	if (s->verdict.cause == CAUSE_SCAN)
		return;			/* no client */
	if (!sum->judged || s->legit.until > sum->legit.until)
		sum->legit = s->legit;
	sum->judged = true;
	if (state == STATE_OPEN) {
		sum->open = true;
		sum->clients_open += f->key.kind < FINDING_RESOLVER && first_time(x, f, i, state);
	} else if (state == STATE_DRAINING) {
		sum->draining = true;
		sum->clients_draining += f->key.kind < FINDING_RESOLVER && first_time(x, f, i, state);
	}
}

/* Without a finding: the largest that holds for a name on the entry's address. */
static struct legit
legit_of(const struct engine *e, const struct dep_entry *d)
{
	struct legit best = legit_by_list(d->deprecated_at, d->ttl);

	for (const struct zone_rec *z = table_oldest(&e->know.zones.t); z != NULL; z = table_newer(&e->know.zones.t, z)) {
		struct legit l;

		if (!d->has_addr || !prefix_has(&d->prefix, &z->key.addr) ||
		    !dep_entry_names(d, names_at(&e->know.names, z->key.name)->wire))
			continue;
		l = know_legit(&e->know, z->key.name, &z->key.addr, d->deprecated_at, d->ttl);
		if (l.basis < best.basis || (l.basis == best.basis && l.until > best.until))
			best = l;
	}
	return best;
}

/* Whether who goes to the address would be seen here.  An answer with it shows that where clients' connections open in sight. */
static bool
in_sight(const struct engine *e, const struct dep_seen *s)
{
	return s->reached || (s->told && !s->half && e->flows.saw_syn);
}

static void
write_entry(struct entries *x, size_t i, const struct dep_seen *seen, double share)
{
	struct engine *e = x->engine;
	const struct dep_entry *d = deplist_at(e->list, i);
	const struct entry_sum *sum = &x->sum[i];
	char why[60];
	const struct legit l = sum->judged ? sum->legit : legit_of(e, d);
	struct row_deprecated row = { .listing = e->listing[i], .legit_until = l.until, .legit_basis = legit_basis_name(l.basis),
		.clients_open = sum->clients_open, .clients_draining = sum->clients_draining, .seen_before = in_sight(e, &seen[i]),
		.last_connection = seen[i].last_connection, .last_stale_answer = seen[i].last_stale_answer,
		.unattributed = (int64_t)seen[i].unattributed, .covered = share, .grace = e->know.grace };

	if (sum->open) {
		row.state = "contacted";
	} else if (share < 0 || (d->deprecated_at != TM_NONE && d->deprecated_at > e->know.now)) {
		row.state = "unproven";
		row.why = share < 0 ? "no packets were read" : "the data ends before it is retired";
	} else if (!row.seen_before) {
		row.state = "unproven";
		row.why = ENTRY_NO_SIGHT;
	} else if (share < e->opt->min_coverage) {
		snprintf(why, sizeof(why), "less than %g %% of the period is covered", 100 * e->opt->min_coverage);
		row.state = "unproven";
		row.why = why;
	} else if (l.basis == LEGIT_ASSUMED) {
		row.state = "unproven";
		row.why = "the record's TTL is not known: write it into the list's ttl column";
	} else {
		row.state = sum->draining ? "draining" : "clean";
	}
	store_deprecated(e->store, &row);
	e->rows++;
}

/* Of the time from the first packet to the last; negative without any. */
static double
covered(const struct spans *s)
{
	usec_t from = s->n > 0 ? s->v[0].from : 0, to = s->n > 0 ? s->v[s->n - 1].to : 0;

	return s->n == 0 ? -1 : to > from ? (double)spans_within(s, from, to) / (double)(to - from) : 1;
}

void
entries_write(struct entries *x, const struct dep_seen *seen)
{
	double share = covered(&x->engine->covered);

	for (size_t i = 0; i < deplist_count(x->engine->list); i++)
		write_entry(x, i, seen, share);
}
