#include "app/cmd.h"

#include <inttypes.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/lists.h"
#include "app/sources.h"
#include "app/state.h"
#include "app/summary.h"
#include "app/times.h"
#include "app/version.h"

struct replay {
	const struct options *opt;
	struct store *store;
	struct order *order;
	struct files files;
	struct filter *filter;
	struct engine engine;
	bool engine_made;
	struct deplist *list;
	char lists_sha256[65];
};

static void
list_hash(const struct deplist *list, char out[65])
{
	unsigned char md[SHA256_DIGEST_LENGTH];
	struct buf b = { 0 };

	deplist_canonical(list, &b);
	SHA256(b.p, b.len, md);
	for (int i = 0; i < SHA256_DIGEST_LENGTH; i++)
		snprintf(out + i * 2, 3, "%02x", md[i]);
	buf_free(&b);
}

/* Everything up to the first packet. */
static int
prepare(struct replay *r, struct err *err)
{
	int rc;

	if (r->opt->args.n == 0)
		return err_set(err, ST_ESYNTAX, "replay: no FILE is given; name captures, folders of captures, or - for standard input");
	r->list = deplist_new();
	rc = r->list != NULL ? lists_from_options(r->list, r->opt, err) : err_set(err, ST_ENOMEM, "out of memory");
	if (rc < 0)
		return rc;
	rc = sources_open(r->opt, &r->order, &r->files, &r->filter, err);
	if (rc < 0)
		return rc;
	rc = store_open(r->opt->db, (size_t)ENGINE_STORE(r->opt->memory), &r->store, err);
	if (rc < 0)
		return rc;
	rc = lists_from_store(r->list, r->opt, r->store, err);
	if (rc < 0)
		return rc;
	list_hash(r->list, r->lists_sha256);
	if (r->opt->verbose >= 0)
		summary_holds(r->store, r->opt);
	r->engine_made = true;
	rc = engine_init(&r->engine, r->opt, r->list, r->filter, r->store, (uint32_t)order_count(r->order), err);
	r->list = NULL;			/* the engine's now */
	return rc;
}

/* Those that change what is found. */
static void
options_text(const struct options *o, struct buf *out)
{
	char t[TM_TEXT];

	buf_fmt(out, "grace=%g history=%s", (double)o->grace / 1e6, o->history);
	if (o->since != TM_NONE)
		buf_fmt(out, " since=%s", tm_text(o->since, t));
	if (o->until != TM_NONE)
		buf_fmt(out, " until=%s", tm_text(o->until, t));
	if (o->filter != NULL)
		buf_fmt(out, " filter=%s", o->filter);
}

static int
begin_run(struct replay *r, struct err *err)
{
	struct buf options = { 0 };
	struct row_run run = { .version = STALETAP_VERSION, .lists_sha256 = r->lists_sha256, .sensor = r->opt->sensor };
	int rc = store_begin(r->store, err);

	options_text(r->opt, &options);
	run.options = buf_cstr(&options);
	if (rc == 0) {
		r->engine.run = store_run(r->store, &run);
		lists_to_store(&r->engine);
		rc = sources_attach(&r->engine, r->order, &run, err);
	}
	buf_free(&options);
	return rc;
}

static int
read_all(struct replay *r, struct err *err)
{
	struct progress progress = { .on = r->opt->verbose >= 0 && isatty(STDERR_FILENO) };
	struct block block;
	int rc;

	rc = block_init(&block, err);
	while (rc >= 0 && (rc = order_block(r->order, &block, err)) > 0) {
		rc = engine_block(&r->engine, &block, err);
		progress_show(&progress, r->order, &block);
	}
	progress_end(&progress);
	block_free(&block);
	return rc;
}

static int
run(struct replay *r, struct err *err)
{
	int rc;

	rc = prepare(r, err);
	if (rc == 0)
		rc = begin_run(r, err);
	if (rc == 0)
		rc = state_load(&r->engine, err);
	if (rc == 0)
		rc = read_all(r, err);
	if (rc < 0)
		return rc;
	engine_end(&r->engine);
	sources_finish(&r->engine, r->order);
	rc = engine_flush(&r->engine, err);
	if (rc == 0 && r->engine.know.now != TM_NONE)
		store_history(r->store, r->engine.know.now);
	if (rc == 0)
		rc = store_commit(r->store, err);
	if (rc == 0 && r->opt->verbose >= 0)
		times_say(&r->engine);
	if (rc == 0 && r->opt->verbose > 0)
		summary_verbose(&r->engine);
	return rc;
}

int
cmd_replay(const struct options *opt)
{
	struct replay r = { .opt = opt };
	struct err err = { 0 };
	int rc, status = 0;

	rc = run(&r, &err);
	if (rc == 0)
		rc = summary_findings(&r.engine, &status, &err);
	if (r.engine_made)
		engine_free(&r.engine);
	deplist_free(r.list);
	store_close(r.store);
	order_close(r.order);
	files_free(&r.files);
	filter_free(r.filter);
	return rc < 0 ? cmd_fail(&err) : status;
}
