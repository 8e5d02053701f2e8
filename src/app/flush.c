#include "app/flush_int.h"
#include "app/waiving.h"

static void
write_answer(void *ctx, const struct passive_entry *p, const struct ttl_range *ttls)
{
	struct engine *e = ctx;
	const struct server *server = server_at(&e->know.resolvers, p->key.server);
	const struct dns_set *set = p->set->set;
	char addr[ADDR_TEXT], name[NAME_TEXT], type[16];
	struct row_answer row = { .server = addr_text(&server->key.addr, addr), .server_role = know_server_role(&e->know, server),
		.count = (int64_t)p->n, .first = p->first, .last = p->last };
	struct buf data = { 0 };

	for (uint32_t i = 0; i < set->nanswer; i++) {
		const struct dns_rr *rr = &set->rr[i];
		struct addr a;

		if (i == 0 || rr->owner != rr[-1].owner)	/* equal owners are one */
			row.name = name_text(rr->owner, name);
		row.type = dns_type_text(rr->type, type);
		row.ttl_min = ttls[i].min;
		row.ttl_max = ttls[i].max;
		row.after_legit = -1;
		buf_clear(&data);
		dns_rr_text(rr, &data);
		row.data = buf_cstr(&data);
		if (dns_rr_addr(rr, &a) && watch_find(e->watch, &a) >= 0)
			row.after_legit = (int64_t)p->stale;
		store_answer(e->store, &row);
		e->rows++;
	}
	buf_free(&data);
}

void
flush_answers(struct engine *e)
{
	passive_drain(&e->passive, write_answer, e);
}

/* What the user says of clients, once a run: a later one says it anew. */
static void
write_clients(struct engine *e)
{
	if (e->labels == NULL || e->labels->n == 0 || e->labels_stored)
		return;
	store_clients_clear(e->store);
	for (size_t i = 0; i < e->labels->n; i++) {
		const struct label *l = &e->labels->v[i];
		char prefix[ADDR_TEXT];

		store_client(e->store, &(struct row_client){ prefix_text(&l->prefix, prefix), l->label, l->owner, l->site, l->host, role_name(l->role) });
	}
	e->labels_stored = true;
}

static void
write_kept(struct engine *e)
{
	struct kept_table *t = &e->know.kept;

	for (size_t i = 0; i < t->ngone; i++)
		store_frame_drop(e->store, (int64_t)t->gone[i]);
	t->ngone = 0;
	for (struct kept *k = table_oldest(&t->t); k != NULL; k = table_newer(&t->t, k)) {
		const struct row_frame row = { .id = (int64_t)k->id, .source = e->sources[k->key.source].id, .t = k->t, .number = k->key.number,
			.offset = k->offset, .link = k->link, .wire = k->wire, .bytes = k->bytes, .have = k->have };

		if (k->written)
			continue;
		store_frame(e->store, &row);
		kept_written(t, k);
		e->rows++;
	}
}

void
flush_all(struct engine *e)
{
	struct entries x;
	const struct judge_view view = { see_conn, see_no_finding, see_finding, see_entries, &x };

	flush_sources(e);
	write_clients(e);
	flush_answers(e);
	flush_resolvers(e);
	flush_habits(e);
	if (e->keep_all) {
		past_drain(e);
		past_end(e);
		if (e->past.failed)
			err_set(&e->err, ST_ENOMEM, "out of memory while storing; try a smaller --memory");
	}
	write_kept(e);
	flush_used(e);
	if (!entries_init(&x, e) || !judge_look(&e->judge, &view))
		err_set(&e->err, ST_ENOMEM, "out of memory while storing; try a smaller --memory");
	entries_free(&x);
	waiving_flush(e);
	e->used_until = e->know.now;
}
