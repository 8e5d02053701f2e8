#include "app/cmd.h"

#include <unistd.h>

#include "app/session.h"
#include "app/sources.h"
#include "app/state.h"
#include "app/summary.h"
#include "app/times.h"

struct replay {
	const struct options *opt;
	struct order *order;
	struct files files;
	struct session session;
};

/* Everything up to the first packet. */
static int
prepare(struct replay *r, struct err *err)
{
	int rc;

	if (r->opt->args.n == 0)
		return err_set(err, ST_ESYNTAX, "replay: no FILE is given; name captures, folders of captures, or - for standard input");
	rc = session_list(&r->session, err);
	if (rc == 0)
		rc = sources_open(r->opt, &r->order, &r->files, &r->session.filter, err);
	if (rc == 0)
		rc = session_open(&r->session, (uint32_t)order_count(r->order), err);
	if (rc == 0)
		rc = session_begin(&r->session, err);
	return rc == 0 ? sources_attach(&r->session.engine, r->order, &r->session.run, err) : rc;
}

static int
read_all(struct replay *r, struct err *err)
{
	struct progress progress = { .on = r->opt->verbose >= 0 && isatty(STDERR_FILENO) };
	struct block block;
	int rc;

	rc = block_init(&block, err);
	while (rc >= 0 && (rc = order_block(r->order, &block, err)) > 0) {
		rc = engine_block(&r->session.engine, &block, err);
		progress_show(&progress, r->order, &block);
	}
	progress_end(&progress);
	block_free(&block);
	return rc;
}

static int
run(struct replay *r, struct err *err)
{
	struct engine *e = &r->session.engine;
	int rc = prepare(r, err);

	if (rc == 0)
		rc = state_load(e, err);
	if (rc == 0)
		rc = read_all(r, err);
	if (rc < 0)
		return rc;
	engine_end(e);
	sources_finish(e, r->order);
	rc = engine_flush_noted(e, err);
	if (rc == 0)
		rc = store_commit(r->session.store, err);
	if (rc == 0 && r->opt->verbose >= 0)
		times_say(e);
	if (rc == 0 && r->opt->verbose > 0)
		summary_verbose(e);
	return rc;
}

int
cmd_replay(const struct options *opt)
{
	struct replay r = { .opt = opt, .session = { .opt = opt } };
	struct err err = { 0 };
	int rc, status = 0;

	rc = run(&r, &err);
	if (rc == 0)
		rc = summary_findings(&r.session.engine, &status, &err);
	session_close(&r.session);
	order_close(r.order);
	files_free(&r.files);
	filter_free(r.session.filter);
	return rc < 0 ? cmd_fail(&err) : status;
}
