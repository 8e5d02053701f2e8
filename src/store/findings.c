/* Findings, their flows, the packets kept for them, and what was so on which day. */
#include <string.h>

#include "store/store_int.h"

/* "client.within-ttl:3 client.app-cache:24" */
static void
by_cause_text(const int64_t *n, struct buf *out)
{
	for (int i = 0; i < CAUSE_COUNT; i++)
		if (n[i] > 0)
			buf_fmt(out, "%s%s:%lld", out->len > 0 ? " " : "", cause_name((enum cause)i), (long long)n[i]);
}

/* The row of a finding before it is replaced: 0 if there is none yet.  *moved: its last_seen, connections or answers are not what
 * they will be, so that this run's sensor has seen it. */
static int64_t
finding_before(struct store *st, const struct row_finding *f, bool *moved)
{
	struct bind b = bind_make(st, SQL_FINDING_FIND);
	int64_t id = 0, is[3] = { f->last_seen == TM_NONE ? 0 : f->last_seen, f->connections, f->answers };

	*moved = true;
	bind_text(&b, f->id);
	if (bind_row(&b) == 1) {
		*moved = false;
		id = sqlite3_column_int64(b.stmt, 0);
		for (int i = 0; i < 3; i++) {
			bool null = sqlite3_column_type(b.stmt, i + 1) == SQLITE_NULL;
			int64_t was = null ? (i == 0 ? 0 : -1) : sqlite3_column_int64(b.stmt, i + 1);

			*moved |= was != is[i];
		}
	}
	bind_done(&b);
	return id;
}

static void
finding_bind_what(struct bind *b, const struct row_finding *f)
{
	struct store *st = b->st;

	bind_text(b, f->id);
	bind_int(b, st->run);
	bind_int(b, f->kind);
	bind_text(b, f->mode);
	bind_int(b, f->severity);
	bind_int(b, f->state);
	bind_num(b, f->returned);
	bind_int(b, f->cause);
	bind_int(b, f->confidence);
	bind_int(b, f->could_also_be);
	bind_int(b, f->extended_by);
	bind_id(b, store_word(st, WORD_ADDR, f->client));
	bind_text(b, f->scope);
	bind_id(b, store_word(st, WORD_NAME, f->name));
	bind_text(b, f->chain);
	bind_text(b, f->listed);
	bind_id(b, f->listing > 0 ? f->listing : 0);
	bind_id(b, store_word(st, WORD_ADDR, f->deprecated_ip));
	bind_num(b, f->port);
	bind_text(b, f->proto);
	bind_time(b, f->legit_until);
	bind_text(b, f->legit_basis);
}

static void
finding_bind_counts(struct bind *b, const struct row_finding *f, const char *by_cause)
{
	bind_time(b, f->first_seen);
	bind_time(b, f->last_seen);
	bind_time(b, f->drains_by);
	bind_num(b, f->connections);
	bind_num(b, f->draining);
	bind_num(b, f->stale);
	bind_num(b, f->held);
	bind_text(b, by_cause);
	bind_num(b, f->established);
	bind_num(b, f->refused);
	bind_num(b, f->timed_out);
	bind_num(b, f->unreachable);
	bind_num(b, f->unseen);
	bind_num(b, f->bytes_to);
	bind_num(b, f->bytes_from);
	bind_text(b, f->reused);
	bind_text(b, f->server_name);
	bind_id(b, store_word(b->st, WORD_ADDR, f->resolver));
	bind_text(b, f->dns_transport);
	bind_num(b, f->answers);
	bind_time(b, f->longest);
	bind_time(b, f->resolves);
}

void
store_finding(struct store *st, const struct row_finding *f)
{
	struct buf by_cause = { 0 };
	struct bind b;
	bool moved;
	int64_t id;

	id = finding_before(st, f, &moved);
	by_cause_text(f->by_cause, &by_cause);
	b = bind_make(st, SQL_FINDING);
	finding_bind_what(&b, f);
	finding_bind_counts(&b, f, buf_cstr(&by_cause));
	if (by_cause.failed)
		store_fail(st, SQLITE_NOMEM);
	bind_run(&b);
	buf_free(&by_cause);
	if (!moved)
		return;
	if (id == 0)
		id = sqlite3_last_insert_rowid(st->db);
	b = bind_make(st, SQL_FINDING_SENSOR);
	bind_int(&b, id);
	bind_int(&b, st->sensor);
	bind_run(&b);
}

/* The row of a finding by its id; 0 for NULL and for one that is not there. */
static int64_t
finding_row(struct store *st, const char *fid)
{
	struct bind b;
	int64_t id = 0;

	if (fid == NULL)
		return 0;
	b = bind_make(st, SQL_FINDING_FIND);
	bind_text(&b, fid);
	if (bind_row(&b) == 1)
		id = sqlite3_column_int64(b.stmt, 0);
	bind_done(&b);
	return id;
}

void
store_flow(struct store *st, const struct row_flow *f)
{
	int64_t finding = finding_row(st, f->finding);
	struct bind b = bind_make(st, SQL_FLOW);

	bind_int(&b, f->id);
	bind_int(&b, st->sensor);
	bind_id(&b, finding);
	bind_time(&b, f->started);
	bind_time(&b, f->ended);
	bind_id(&b, store_word(st, WORD_ADDR, f->client));
	bind_num(&b, f->client_port);
	bind_id(&b, store_word(st, WORD_ADDR, f->server));
	bind_num(&b, f->port);
	bind_text(&b, f->proto);
	bind_id(&b, store_word(st, WORD_NAME, f->name));
	bind_text(&b, f->server_name);
	bind_text(&b, f->outcome);
	bind_num(&b, f->stale);
	bind_int(&b, f->cause);
	bind_int(&b, f->confidence);
	bind_time(&b, f->gap_us);	/* INT64_MIN: none */
	bind_num(&b, f->bytes_to);
	bind_num(&b, f->bytes_from);
	bind_int(&b, (int64_t)f->tag);
	bind_int(&b, (int64_t)f->yes);
	bind_int(&b, (int64_t)f->no);
	bind_int(&b, (int64_t)f->doubt);
	bind_int(&b, f->could_also_be);
	bind_time(&b, f->last_data);
	bind_run(&b);
}

int
store_last_ids(struct store *st, uint64_t *flow, uint64_t *frame, struct err *err)
{
	struct bind b = bind_make(st, SQL_LAST_IDS);

	if (bind_row(&b) == 1) {
		*flow = (uint64_t)sqlite3_column_int64(b.stmt, 0);
		*frame = (uint64_t)sqlite3_column_int64(b.stmt, 1);
	}
	bind_done(&b);
	return store_finish(st, err);
}

void
store_flow_drop(struct store *st, int64_t id)
{
	struct bind b = bind_make(st, SQL_FLOW_DROP);

	bind_int(&b, id);
	bind_run(&b);
}

void
store_finding_drop(struct store *st, const char *finding)
{
	static const enum sql each[] = { SQL_EVIDENCE_CLEAR, SQL_HISTORY_DROP, SQL_FINDING_SENSOR_DROP, SQL_WAIVED_DROP, SQL_FINDING_DROP };
	int64_t id = finding_row(st, finding);

	for (size_t i = 0; i < sizeof(each) / sizeof(*each); i++) {
		struct bind b = bind_make(st, each[i]);

		bind_int(&b, id);
		bind_run(&b);
	}
}

void
store_frame(struct store *st, const struct row_frame *f)
{
	struct bind b = bind_make(st, SQL_FRAME);

	bind_int(&b, f->id);
	bind_int(&b, f->source);
	bind_time(&b, f->t);
	bind_int(&b, (int64_t)f->number);
	bind_int(&b, (int64_t)f->offset);
	bind_int(&b, f->link);
	bind_int(&b, f->wire);
	bind_blob(&b, f->bytes, f->have);
	bind_run(&b);
}

void
store_frame_drop(struct store *st, int64_t id)
{
	struct bind b = bind_make(st, SQL_FRAME_DROP);

	bind_int(&b, id);
	bind_run(&b);
}

void
store_evidence_clear(struct store *st, const char *finding)
{
	int64_t id = finding_row(st, finding);
	struct bind b = bind_make(st, SQL_EVIDENCE_CLEAR);

	bind_int(&b, id);
	bind_run(&b);
}

void
store_evidence(struct store *st, const struct row_evidence *e)
{
	int64_t finding = finding_row(st, e->finding);
	struct bind b = bind_make(st, SQL_EVIDENCE);

	bind_id(&b, finding);
	bind_int(&b, e->seq);
	bind_time(&b, e->at);
	bind_text(&b, e->role);
	bind_text(&b, e->what);
	bind_id(&b, store_word(st, WORD_ADDR, e->server));
	bind_num(&b, e->ttl);
	bind_time(&b, e->expires);
	bind_num(&b, e->frame);
	bind_num(&b, e->flow);
	bind_run(&b);
}

void
store_day(struct store *st, usec_t now, int64_t day, double covered)
{
	struct bind b = bind_make(st, SQL_HISTORY);

	bind_int(&b, now);
	bind_int(&b, day);
	bind_run(&b);
	b = bind_make(st, SQL_TOTAL);
	bind_int(&b, now);
	bind_int(&b, day);
	bind_real(&b, covered);
	bind_run(&b);
}
