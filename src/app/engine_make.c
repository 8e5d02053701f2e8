/* From options and a list to tables of the right size, and another list in the middle of a run. */
#include "app/engine_int.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "app/flush.h"
#include "app/lists.h"
#include "app/state.h"

/* Others must not be able to choose what collides.  Nothing that comes out depends on it: tests set it to show that. */
static uint64_t
hash_seed(const struct engine *e)
{
	const char *given = getenv("STALETAP_HASH_SEED");
	uint64_t seed;

	if (given != NULL)
		return strtoull(given, NULL, 10);
	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		seed = (uint64_t)(uintptr_t)e->sources;		/* where the heap is, at least */
	return seed;
}

/* How many entries of each kind fit into their percents of the engine's memory, 95 in all: shares by what a busy link was seen to need, each entry by its size and the index. */
static uint32_t
share(int64_t memory, unsigned percent, size_t entry)
{
	int64_t n = memory / 100 * percent / (int64_t)(entry + 16);

	return n < 64 ? 64 : n > INT32_MAX ? INT32_MAX : (uint32_t)n;
}

/* What waits for more packets, and knows nothing of the list. */
static bool
init_streams(struct engine *e, int64_t m)
{
	const struct frag_limits frags = { .bytes = (size_t)m / 100 * 3, .datagrams = 4096, .age = 30 * TM_SEC };
	const struct pick_limits pick = { .streams = 65535, .bytes = (size_t)m / 100 * 9, .hole = 2 * TM_SEC, .idle = 120 * TM_SEC };
	const struct pick_sinks picks = { .dns = { take_picked, e }, .hello = take_hello, .sealed = take_sealed, .sealed_answer = take_sealed_answer, .ctx = e };

	e->frags = frag_new(&frags, &e->why);
	e->pick = pick_new(&pick, &picks, &e->why, e->seed);
	e->batch = malloc(sizeof(*e->batch));
	e->tags = malloc(DNS_RRS_MAX * sizeof(*e->tags));
	return e->frags != NULL && e->pick != NULL && e->batch != NULL && e->tags != NULL;
}

/* What is known, and stored at each flush. */
static bool
init_tables(struct engine *e, int64_t m)
{
	const struct flow_limits flows = { .flows = share(m, 12, sizeof(struct flow)), .idle = 7200 * TM_SEC };
	const struct flow_sink sink = { take_flow_opened, take_flow_ended, e };
	const struct know_limits know = { .queries = share(m, 6, sizeof(struct query)), .clients = share(m, 6, sizeof(struct client)),
		.servers = share(m, 2, sizeof(struct served)), .names = share(m, 2, sizeof(struct name_entry)),
		.ledger = share(m, 12, sizeof(struct ledger_entry)), .kept = share(m, 6, sizeof(struct kept) + 400) };
	const struct judge_limits judge = { .conns = share(m, 8, sizeof(struct conn)), .findings = share(m, 8, sizeof(struct finding)),
		.since = e->opt->since, .until = e->opt->until, .silence = { &e->covered, e->opt->resolve_after } };
	const struct judge_sink settled = { flush_settled, flush_no_contact, flush_before, e };
	bool ok;

	ok = copy_init(&e->copies, share(m, 1, sizeof(struct copy_host)), e->seed);
	ok = flow_table_init(&e->flows, &flows, &sink, &e->why, e->seed) && ok;	/* each of them, so that free_tables() finds all of them */
	ok = know_init(&e->know, &know, e->list, e->watch, e->opt->grace, &e->why, e->seed) && ok;
	ok = memo_init(&e->memo, share(m, 4, sizeof(struct memo_set)), (size_t)m / 100 * 8, e->watch, e->seed) && ok;
	ok = passive_init(&e->passive, share(m, 4, sizeof(struct passive_entry)), e->seed) && ok;
	ok = judge_init(&e->judge, &judge, &e->know, &e->flows, &settled, &e->why, e->seed) && ok;
	past_init(&e->past, share(m, 4, 2 * sizeof(struct page_event)));
	e->know.filtered = e->filter != NULL;
	ok = machines_init(&e->machines, e->seed) && ok;
	e->know.machines = &e->machines;
	engine_labels(e, e->labels);
	e->know.copies = &e->copies;
	e->know.sink = (struct know_sink){ take_told, e };
	return ok;
}

static void
free_tables(struct engine *e)
{
	judge_free(&e->judge);
	passive_free(&e->passive);
	past_free(&e->past);
	memo_free(&e->memo);
	know_free(&e->know);
	machines_free(&e->machines);
	flow_table_free(&e->flows);
	copy_free(&e->copies);
}

void
engine_labels(struct engine *e, const struct labels *labels)
{
	e->labels = e->know.labels = labels;
	e->labels_stored = false;
	machines_use(&e->machines, labels);
}

/* The list, and what is made from it. */
static int
take_list(struct engine *e, struct deplist *list, struct err *err)
{
	int64_t m = e->opt->memory - ENGINE_STORE(e->opt->memory);
	size_t n = deplist_count(list);
	struct prefix *prefixes = malloc((n + 1) * sizeof(*prefixes));

	e->list = list;
	e->used_until = TM_NONE;
	e->listing = calloc(n + 1, sizeof(*e->listing));
	if (prefixes != NULL)
		e->watch = watch_new(prefixes, (uint32_t)deplist_prefixes(list, prefixes));
	free(prefixes);
	if (e->watch == NULL || e->listing == NULL || !init_tables(e, m))
		return err_set(err, ST_ENOMEM, "out of memory; try a smaller --memory");
	return 0;
}

static void
drop_list(struct engine *e)
{
	free_tables(e);
	free(e->listing);
	watch_free(e->watch);
	deplist_free(e->list);
}

int
engine_init(struct engine *e, const struct options *opt, struct deplist *list, struct filter *filter, struct store *store,
            uint32_t nsources, struct err *err)
{
	int rc;

	memset(e, 0, sizeof(*e));
	e->opt = opt;
	e->filter = filter;
	e->store = store;
	e->nsources = nsources;
	e->current = UINT32_MAX;
	e->keep_all = strcmp(opt->history, "all") == 0;
	e->next_tick = e->last_packet = e->day_end = TM_NONE;
	e->sources = calloc(nsources + 1, sizeof(*e->sources));
	e->seed = hash_seed(e);
	e->covered.join = ENGINE_GAP;
	rc = take_list(e, list, err);
	if (rc == 0)
		rc = store_spans(store, &e->covered, err);
	if (rc < 0 || e->sources == NULL || !init_streams(e, opt->memory - ENGINE_STORE(opt->memory)))
		return err_set(err, ST_ENOMEM, "out of memory; try a smaller --memory");
	for (uint32_t i = 0; i < nsources; i++) {
		e->sources[i].id = -1;
		e->sources[i].first = e->sources[i].last = e->sources[i].minute.began = TM_NONE;
	}
	return 0;
}

void
engine_free(struct engine *e)
{
	drop_list(e);
	spans_free(&e->covered);
	frag_free(e->frags);
	pick_free(e->pick);
	free(e->batch);
	free(e->tags);
	free(e->sources);
}

/* What is stored is what the next run would find: another list, or a flush that failed, is a new run without an end of the old one.
 * Streams and fragments that wait for more go on. */
static int
reload(struct engine *e, struct deplist *list, struct err *err)
{
	usec_t doubted_until = e->know.doubted_until;
	int rc;

	e->current = UINT32_MAX;	/* counters of the source at hand are read back with it */
	e->day_end = TM_NONE;		/* known from what was stored last */
	rc = take_list(e, list, err);
	spans_free(&e->covered);
	if (rc == 0)
		rc = store_spans(e->store, &e->covered, err);
	if (rc < 0)
		return rc;
	e->know.doubted_until = doubted_until;
	lists_to_store(e);
	return state_load(e, err);
}

int
engine_relist(struct engine *e, struct deplist *list, struct err *err)
{
	int rc = engine_flush(e, err);

	if (rc < 0) {
		deplist_free(list);
		return rc;
	}
	drop_list(e);
	return reload(e, list, err);
}

int
engine_again(struct engine *e, struct err *err)
{
	struct deplist *list = e->list;

	int rc = store_begin(e->store, err);

	if (rc < 0)
		return rc;
	e->err = (struct err){ 0 };
	e->unstored = false;
	e->list = NULL;
	drop_list(e);
	return reload(e, list, err);
}
