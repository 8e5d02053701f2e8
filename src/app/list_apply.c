#include "app/list_cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/lists.h"
#include "app/recall.h"
#include "app/session.h"
#include "app/state.h"
#include "app/summary.h"
#include "base/esc.h"

struct old { int64_t id; struct prefix prefix; bool stays, judge; };
struct apply {
	struct session session;
	struct options opt;
	struct old *old;
	size_t nold;
	bool *again;			/* by index in the new list: to be judged again */
	bool *known;			/* it was there before */
	struct err *err;
	unsigned comes, changes, goes;
	bool failed;
};

static bool
same(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static void
say_entry(const struct apply *a, char sign, const char *listed, const char *name, const char *what)
{
	char one[ESC_SHORT], two[ESC_SHORT];

	if (a->opt.verbose >= 0)
		fprintf(stderr, "%c %s%s%s%s\n", sign, esc_short(listed, one), name != NULL && !same(listed, name) ? " for " : "",
		    name != NULL && !same(listed, name) ? esc_short(name, two) : "", what);
}

static void
say_time(char *to, size_t room, const char *what, usec_t from, usec_t now)
{
	char x[TM_TEXT], y[TM_TEXT];

	if (from != now)
		snprintf(to + strlen(to), room - strlen(to), ", %s %s -> %s", what, from == TM_NONE ? "none" : tm_human(from, x),
		    now == TM_NONE ? "none" : tm_human(now, y));
}

/* What is new of an entry that was there; *judge: it may change verdicts. */
static void
differences(const struct row_listing *was, const struct row_listing *now, char *to, size_t room, bool *judge)
{
	*to = '\0';
	say_time(to, room, "retired", was->deprecated_at, now->deprecated_at);
	say_time(to, room, "reinstated", was->reinstated_at, now->reinstated_at);
	if (was->ttl != now->ttl)
		snprintf(to + strlen(to), room - strlen(to), ", TTL %" PRId64 " -> %" PRId64, was->ttl, now->ttl);
	*judge = *to != '\0';
	if (!same(was->replacement, now->replacement) || !same(was->owner, now->owner) || !same(was->ticket, now->ticket) || !same(was->note, now->note))
		snprintf(to + strlen(to), room - strlen(to), ", its texts");
}

/* One that is stored: it stays, changes or goes.  Several rows of one address and name are told apart by their time. */
static int
take_old(void *ctx, int64_t id, const struct row_listing *was)
{
	struct apply *a = ctx;
	struct deplist *list = a->session.engine.list;
	struct old *grown = realloc(a->old, (a->nold + 1) * sizeof(*grown)), *o;
	size_t n = deplist_count(list), at = n;
	struct lists_text text;
	struct row_listing now;
	char what[200];
	bool judge;

	if (grown == NULL)
		return ST_ENOMEM;
	a->old = grown;
	o = &grown[a->nold++];
	*o = (struct old){ .id = id };
	if (!prefix_parse(was->listed != NULL ? was->listed : "", &o->prefix))
		o->prefix.len = 255;		/* a name alone */
	for (size_t i = 0; i < n; i++) {
		now = lists_row(deplist_at(list, i), &text);
		if (a->known[i] || !same(was->listed, now.listed) || !same(was->name, now.name) || !same(was->clients, now.clients))
			continue;
		if (at == n || was->deprecated_at == now.deprecated_at)
			at = i;
	}
	if (at == n) {
		a->goes++;
		say_entry(a, '-', was->listed, was->name, "");
		return 0;
	}
	now = lists_row(deplist_at(list, at), &text);
	differences(was, &now, what, sizeof(what), &judge);
	a->known[at] = true;
	a->again[at] = judge;
	o->stays = was->deprecated_at == now.deprecated_at;
	if (*what != '\0') {
		a->changes++;
		say_entry(a, '~', was->listed, was->name, what);
	}
	o->judge = judge;
	return 0;
}

static bool
overlap(const struct prefix *a, const struct prefix *b)
{
	return a->len <= 128 && b->len <= 128 && (prefix_has(a, &b->addr) || prefix_has(b, &a->addr));
}

/* An address that stands in an entry that comes, changes or goes is judged again for all its entries. */
static void
spread(struct apply *a)
{
	const struct deplist *list = a->session.engine.list;
	size_t n = deplist_count(list);
	bool more;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < a->nold; j++)
			if (!a->old[j].stays && deplist_at(list, i)->has_addr && overlap(&deplist_at(list, i)->prefix, &a->old[j].prefix))
				a->again[i] = true;
	do {
		more = false;
		for (size_t i = 0; i < n; i++) {
			for (size_t j = 0; j < n && !a->again[i]; j++) {
				if (!a->again[j] || !deplist_at(list, i)->has_addr || !deplist_at(list, j)->has_addr ||
				    !overlap(&deplist_at(list, i)->prefix, &deplist_at(list, j)->prefix))
					continue;
				a->again[i] = more = true;
			}
		}
	} while (more);
}

static int
compare(struct apply *a)
{
	struct engine *e = &a->session.engine;
	size_t n = deplist_count(e->list);
	struct lists_text text;
	int rc;

	a->again = calloc(n + 1, sizeof(*a->again));
	a->known = calloc(n + 1, sizeof(*a->known));
	if (a->again == NULL || a->known == NULL)
		return err_set(a->err, ST_ENOMEM, "out of memory");
	rc = store_listings(a->session.store, take_old, a, a->err);
	if (rc < 0)
		return a->err->code != 0 ? rc : err_set(a->err, ST_ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		struct row_listing row = lists_row(deplist_at(e->list, i), &text);

		if (a->known[i])
			continue;
		a->comes++;
		a->again[i] = true;
		say_entry(a, '+', row.listed, row.name, "");
	}
	spread(a);
	if (a->opt.verbose >= 0)
		fprintf(stderr, "staletap: %u come%s, %u change%s, %u go%s\n", a->comes, a->comes == 1 ? "s" : "", a->changes,
		    a->changes == 1 ? "s" : "", a->goes, a->goes == 1 ? "es" : "");
	return 0;
}

/* What goes leaves the stored list; what is to be judged again is withdrawn until it has been. */
static void
take_out(struct apply *a)
{
	for (size_t i = 0; i < a->nold; i++) {
		if (!a->old[i].stays)
			store_listing_withdraw(a->session.store, a->old[i].id);
		if (!a->old[i].stays || a->old[i].judge)
			store_listing_findings_withdraw(a->session.store, a->old[i].id);
	}
}

static int
judge_again(struct apply *a)
{
	struct engine *e = &a->session.engine;
	int rc = state_load(e, a->err);

	if (rc == 0)
		rc = recall(e, a->again, a->err);
	if (rc == 0)
		rc = engine_flush_noted(e, a->err);
	return rc == 0 ? store_commit(a->session.store, a->err) : rc;
}

static int
apply(struct apply *a)
{
	int rc = session_list(&a->session, a->err);

	if (rc == 0)
		rc = session_open(&a->session, 0, a->err);
	if (rc == 0)
		rc = compare(a);
	if (rc == 0)
		rc = session_begin(&a->session, a->err);
	if (rc < 0)
		return rc;
	take_out(a);
	return judge_again(a);
}

int
list_apply(const struct options *opt, int *status, struct err *err)
{
	char history[] = "findings";	/* what is told again is not kept again */
	struct apply a = { .opt = *opt, .err = err };
	int rc;

	a.session.opt = &a.opt;
	a.opt.db = opt->args.v[1];
	a.opt.deprecated = (struct texts){ .v = &opt->args.v[2], .n = 1 };
	a.opt.history = history;
	a.opt.flush_packets = INT64_MAX;
	rc = access(a.opt.db, F_OK) == 0 ? apply(&a) : err_set(err, ST_ESYNTAX, "%s: not there; name a database that staletap replay has written", a.opt.db);
	if (rc == 0)
		rc = summary_findings(&a.session.engine, status, err);
	session_close(&a.session);
	free(a.old);
	free(a.again);
	free(a.known);
	return rc;
}
