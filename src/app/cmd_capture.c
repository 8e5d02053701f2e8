#include "app/cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/sha.h>
#include <pcap/pcap.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/guard.h"
#include "app/kfilter.h"
#include "app/metrics.h"
#include "app/notify.h"
#include "app/session.h"
#include "app/state.h"
#include "app/summary.h"
#include "app/times.h"
#include "base/esc.h"
#include "input/live.h"

#define WAIT_MS 200
#define BEAT TM_SEC			/* how often the interfaces are looked at, and the clock is told */

struct capture_run {
	const struct options *opt;
	struct live *live;
	struct session session;
	int notify;
	usec_t next_beat, next_flush, next_watchdog, watchdog;
	usec_t lost_since;		/* nothing could be stored since then; TM_NONE */
	uint64_t seen[LIVE_MOST];	/* at the last beat */
	bool down[LIVE_MOST];
};

/* ---- signals ---- */

static volatile sig_atomic_t wanted_stop, wanted_reload, wanted_numbers;

static void
on_signal(int sig)
{
	if (sig == SIGHUP)
		wanted_reload = 1;
	else if (sig == SIGUSR1)
		wanted_numbers = 1;
	else
		wanted_stop = 1;
}

static void
catch_signals(void)
{
	static const int which[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };
	struct sigaction a = { .sa_handler = on_signal };

	for (size_t i = 0; i < sizeof(which) / sizeof(which[0]); i++)
		sigaction(which[i], &a, NULL);
}

/* ---- before the first packet ---- */

static usec_t
clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * TM_SEC + t.tv_nsec / 1000;
}

static bool
has_ether(const struct live *l)
{
	for (size_t i = 0; i < live_count(l); i++) {
		int dlt = live_facts(l, i)->link;

		if (dlt != DLT_EN10MB && dlt != DLT_LINUX_SLL && dlt != DLT_LINUX_SLL2)
			return false;
	}
	return true;
}

/* As much as the kernel takes: the listed addresses by name, else a sample. */
static int
set_filter(struct capture_run *c, const struct deplist *list, struct err *err)
{
	const char *user = c->opt->filter;
	struct buf text = { 0 };
	unsigned size = 0;
	int rc = 0;

	if (c->opt->no_kernel_filter && user == NULL)
		return 0;
	if (c->opt->no_kernel_filter)
		buf_str(&text, user);
	else
		kfilter_text(list, user, true, has_ether(c->live), &text);
	rc = live_filter(c->live, buf_cstr(&text), &size, err);
	if (rc == ST_ELIMIT && !c->opt->no_kernel_filter) {
		buf_clear(&text);
		kfilter_text(list, user, false, has_ether(c->live), &text);
		rc = live_filter(c->live, buf_cstr(&text), &size, err);
	}
	if (rc == 0 && c->opt->verbose > 0)
		fprintf(stderr, "staletap: kernel filter, %u instructions: %s\n", size, buf_cstr(&text));
	buf_free(&text);
	for (size_t i = 0; rc == 0 && i < live_count(c->live); i++)
		if (!live_facts(c->live, i)->filtered)
			fprintf(stderr, "staletap: %s: the kernel did not take the filter; every packet is copied out of it\n",
			        live_facts(c->live, i)->name);
	return rc;
}

static int
open_interfaces(struct capture_run *c, struct err *err)
{
	const struct live_opts o = { .iface = c->opt->iface.v, .n = c->opt->iface.n, .snaplen = (int)c->opt->snaplen, .ring = c->opt->ring,
		.promiscuous = !c->opt->no_promiscuous };

	if (c->opt->iface.n == 0)
		return err_set(err, ST_ESYNTAX, "capture: no interface is given; name one with -i, -L lists them");
	if (c->opt->args.n > 0)
		return err_set(err, ST_ESYNTAX, "capture: \"%s\" is no option; a BPF filter stands behind --", c->opt->args.v[0]);
	return live_open(&o, &c->live, err);
}

/* From root with an open interface to a user who can read it, and no more. */
static int
give_up(struct capture_run *c, const struct guard_user *user, struct err *err)
{
	int fd[LIVE_MOST], rc;

	c->notify = notify_open();
	for (size_t i = 0; i < live_count(c->live); i++)
		fd[i] = live_fd(c->live, i);
	rc = guard_become(user, err);
	return rc == 0 ? guard_confine(fd, live_count(c->live), err) : rc;
}

/* Each run of each interface is a source of its own: known by who saw it, where, and since when. */
static void
name_sources(struct capture_run *c, usec_t now)
{
	for (uint32_t i = 0; i < live_count(c->live); i++) {
		struct source *s = &c->session.engine.sources[i];
		struct buf id = { 0 };

		s->live = true;
		s->first = s->last = s->minute.began = now;
		s->row = (struct row_source){ .id = -1, .run = -1, .sensor = c->opt->sensor, .file = live_facts(c->live, i)->name };
		snprintf(s->link, sizeof(s->link), "%s", s->row.file);
		buf_fmt(&id, "live %s %s %" PRId64, c->opt->sensor, s->row.file, now);
		SHA256(id.p, id.len, s->row.head);
		s->row.head_len = id.len;
		buf_free(&id);
	}
}

static int
prepare(struct capture_run *c, struct err *err)
{
	struct guard_user user;
	usec_t now;
	int rc = guard_user(c->opt->user, c->opt->allow_root, &user, err);

	if (rc == 0)
		rc = open_interfaces(c, err);
	if (rc == 0)
		rc = give_up(c, &user, err);
	if (rc == 0)
		rc = session_list(&c->session, err);
	if (rc == 0)
		rc = session_open(&c->session, (uint32_t)live_count(c->live), err);
	if (rc == 0)
		rc = set_filter(c, c->session.engine.list, err);
	if (rc == 0)
		rc = session_begin(&c->session, err);
	if (rc < 0)
		return rc;
	now = clock_now();
	name_sources(c, now);
	rc = state_load(&c->session.engine, err);
	if (rc == 0)
		rc = engine_clock(&c->session.engine, now, err);
	c->next_beat = now + BEAT;
	c->next_flush = now + c->opt->flush;
	c->watchdog = notify_watchdog();
	c->next_watchdog = now + c->watchdog;
	return rc;
}

/* ---- while it runs ---- */

/* What an interface that was down would have shown is missing from there on; the others see on. */
static void
note_state(struct capture_run *c, uint32_t i, usec_t now)
{
	struct source *s = &c->session.engine.sources[i];
	bool down = live_facts(c->live, i)->state != LIVE_UP;

	if (down && !c->down[i]) {
		fprintf(stderr, "staletap: %s: went down; waiting for it to come back\n", s->link);
		s->reason = "the interface went down";
	} else if (!down && c->down[i]) {
		fprintf(stderr, "staletap: %s: is up again\n", s->link);
		s->minute.began = now;
		engine_gap(&c->session.engine, now);
	}
	c->down[i] = down;
}

static int
beat(struct capture_run *c, usec_t now, struct err *err)
{
	struct engine *e = &c->session.engine;
	uint64_t lost = 0, seen = 0;

	live_look(c->live);
	for (uint32_t i = 0; i < live_count(c->live); i++) {
		const struct live_facts *f = live_facts(c->live, i);

		note_state(c, i, now);
		if (!c->down[i] && now > e->sources[i].last)
			e->sources[i].last = now;
		lost += f->lost + f->lost_before - e->sources[i].lost;
		seen += f->seen - c->seen[i];
		c->seen[i] = f->seen;
		e->sources[i].lost = f->lost + f->lost_before;
	}
	engine_dropped(e, now, lost, lost + seen);
	return engine_clock(e, now - BEAT, err);	/* packets may still wait in the ring */
}

/* A collector that finds no file says so itself; the capture goes on. */
static void
write_metrics(struct capture_run *c, bool stored)
{
	struct err why;

	if (c->opt->metrics != NULL && metrics_write(c->opt->metrics, &c->session.engine, c->live, stored, &why) < 0)
		fprintf(stderr, "staletap: %s\n", why.text);
}

/* What could not be stored is forgotten, as if we had not been there: the next flush can be whole again.  Of another failure nothing changes. */
static int
forget(struct capture_run *c, int rc, usec_t now, struct err *err)
{
	struct engine *e = &c->session.engine;

	if (rc >= 0 || !e->unstored)
		return rc;
	if (c->lost_since == TM_NONE) {
		fprintf(stderr, "staletap: %s; the capture goes on, and what is seen until there is room is lost\n", err->text);
		c->lost_since = now;
	}
	rc = engine_again(e, err);
	for (uint32_t i = 0; rc == 0 && i < live_count(c->live); i++) {
		e->sources[i].minute.began = now;
		e->sources[i].reason = "before this nothing could be stored";
	}
	engine_gap(e, now);
	return rc;
}

static int
flush(struct capture_run *c, usec_t now, struct err *err)
{
	int rc = engine_flush(&c->session.engine, err);

	if (rc == 0 && c->lost_since != TM_NONE) {
		fprintf(stderr, "staletap: %s: can be written again\n", c->opt->db);
		c->lost_since = TM_NONE;
	}
	write_metrics(c, rc == 0);
	return forget(c, rc, now, err);
}

/* A list that cannot be read changes nothing. */
static int
reload(struct capture_run *c, struct err *err)
{
	struct session *s = &c->session;
	struct err why = { 0 };
	int rc = session_list(s, &why);

	notify_say(c->notify, "RELOADING=1");
	if (rc == 0)
		rc = deplist_finish(s->list, &why);
	if (rc == 0)
		rc = set_filter(c, s->list, &why);
	if (rc < 0) {
		fprintf(stderr, "staletap: SIGHUP: %s; the list stays as it was\n", why.text);
		deplist_free(s->list);
		s->list = NULL;
		notify_say(c->notify, "READY=1");
		return 0;
	}
	rc = engine_relist(&s->engine, s->list, err);
	s->list = NULL;
	if (rc == 0)
		fprintf(stderr, "staletap: SIGHUP: %zu entries are listed now\n", deplist_count(s->engine.list));
	notify_say(c->notify, "READY=1");
	return rc;
}

static void
say_numbers(const struct capture_run *c)
{
	for (size_t i = 0; i < live_count(c->live); i++) {
		const struct live_facts *f = live_facts(c->live, i);

		fprintf(stderr, "staletap: %s: %" PRIu64 " packets seen, %" PRIu64 " lost in the kernel, %" PRIu64 " by the interface%s\n", f->name,
		        f->seen, f->lost, f->lost_before, f->filtered ? "; the kernel filters" : "");
	}
}

static int
chores(struct capture_run *c, struct err *err)
{
	usec_t now = clock_now();
	int rc = 0;

	if (now >= c->next_beat) {
		rc = forget(c, beat(c, now, err), now, err);
		c->next_beat = now + BEAT;
	}
	if (wanted_numbers) {
		wanted_numbers = 0;
		say_numbers(c);
	}
	if (rc == 0 && wanted_reload) {
		wanted_reload = 0;
		rc = reload(c, err);
	}
	if (rc == 0 && now >= c->next_flush) {
		rc = flush(c, now, err);
		c->next_flush = now + c->opt->flush;
	}
	if (c->watchdog > 0 && now >= c->next_watchdog) {
		notify_say(c->notify, "WATCHDOG=1");
		c->next_watchdog = now + c->watchdog;
	}
	return rc;
}

static void
say_listening(const struct capture_run *c)
{
	for (size_t i = 0; i < live_count(c->live); i++)
		fprintf(stderr, "staletap: listening on %s%s, storing every %" PRId64 " s in %s\n", live_facts(c->live, i)->name,
		        live_facts(c->live, i)->filtered ? ", filtered by the kernel" : "", c->opt->flush / TM_SEC, c->opt->db);
}

/* What came before the word to stop, and still waits in the ring. */
static int
drain(struct capture_run *c, struct block *block, struct err *err)
{
	int64_t until = clock_now() * 1000;
	int rc;

	while ((rc = live_block(c->live, block, WAIT_MS, err)) > 0 && block->recs[0].ts_ns <= until)
		if ((rc = forget(c, engine_block(&c->session.engine, block, err), clock_now(), err)) < 0)
			break;
	return rc < 0 ? rc : 0;
}

static int
listen_on(struct capture_run *c, struct err *err)
{
	struct block block;
	int rc = block_init(&block, err);

	catch_signals();
	if (rc == 0 && c->opt->verbose >= 0)
		say_listening(c);
	notify_say(c->notify, "READY=1");
	while (rc >= 0 && !wanted_stop) {
		rc = live_block(c->live, &block, WAIT_MS, err);
		if (rc > 0)
			rc = forget(c, engine_block(&c->session.engine, &block, err), clock_now(), err);
		if (rc >= 0)
			rc = chores(c, err);
	}
	notify_say(c->notify, "STOPPING=1");
	if (rc >= 0)
		rc = drain(c, &block, err);
	block_free(&block);
	return rc;
}

/* Also after an interface was deleted: what is known is stored first. */
static int
finish(struct capture_run *c, struct err *err)
{
	struct engine *e = &c->session.engine;
	usec_t now = clock_now();
	int rc = forget(c, beat(c, now, err), now, err);

	engine_end(e);
	if (rc == 0)
		rc = engine_flush_noted(e, err);
	if (rc == 0)
		rc = store_commit(c->session.store, err);
	write_metrics(c, rc == 0);
	if (c->opt->verbose >= 0)
		say_numbers(c);
	if (rc == 0 && c->opt->verbose > 0)
		summary_verbose(e);
	return rc;
}

static void
list_one(void *ctx, const char *name, const char *what, bool up)
{
	(void)ctx;
	printf("%-16s %-4s %s\n", name, up ? "up" : "down", what);
}

int
cmd_capture(const struct options *opt)
{
	struct capture_run c = { .opt = opt, .session = { .opt = opt }, .notify = -1, .lost_since = TM_NONE };
	struct err err = { 0 }, ended = { 0 };
	int rc, status = 0;

	if (opt->list_interfaces)
		return live_list(list_one, NULL, &err) < 0 ? cmd_fail(&err) : 0;
	rc = prepare(&c, &err);
	if (rc == 0) {
		rc = listen_on(&c, &ended);
		rc = finish(&c, &err) < 0 ? err.code : rc;
		if (rc == ended.code)
			err = ended;
	}
	if (rc == 0)
		rc = summary_findings(&c.session.engine, &status, &err);
	session_close(&c.session);
	live_close(c.live);
	if (c.notify >= 0)
		close(c.notify);
	return rc < 0 ? cmd_fail(&err) : status;
}
