/* The stored list, and what is known of each entry. */
#include "store/store_int.h"

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

/* The four that an entry is known by. */
static void
bind_key(struct bind *b, const struct row_listing *l)
{
	bind_text(b, or_empty(l->listed));
	bind_text(b, or_empty(l->name));
	bind_text(b, or_empty(l->clients));
	bind_time(b, l->deprecated_at);
}

int64_t
store_listing(struct store *st, const struct row_listing *l)
{
	struct bind b = bind_make(st, SQL_LISTING_FIND);
	int64_t id = 0;

	bind_key(&b, l);
	if (bind_row(&b) == 1)
		id = sqlite3_column_int64(b.stmt, 0);
	bind_done(&b);
	b = bind_make(st, id != 0 ? SQL_LISTING_SET : SQL_LISTING_ADD);
	if (id != 0)
		b.i = 4;		/* the key stays */
	else
		bind_key(&b, l);
	bind_time(&b, l->reinstated_at);
	bind_num(&b, l->ttl);
	bind_text(&b, l->replacement);
	bind_text(&b, l->owner);
	bind_text(&b, l->ticket);
	bind_text(&b, l->note);
	if (id != 0)
		bind_int(&b, id);
	bind_run(&b);
	if (st->failed.code != 0)
		return -1;
	return id != 0 ? id : sqlite3_last_insert_rowid(st->db);
}

void
store_listing_withdraw(struct store *st, int64_t id)
{
	struct bind b = bind_make(st, SQL_LISTING_OFF);

	bind_int(&b, id);
	bind_run(&b);
}

void
store_listing_findings_withdraw(struct store *st, int64_t id)
{
	static const enum sql steps[] = { SQL_FINDINGS_OFF, SQL_FLOWS_OFF, SQL_USED_OFF };

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct bind b = bind_make(st, steps[i]);

		bind_int(&b, id);
		bind_run(&b);
	}
}

static const char *
text(sqlite3_stmt *stmt, int column)
{
	return (const char *)sqlite3_column_text(stmt, column);
}

static int64_t
number(sqlite3_stmt *stmt, int column, int64_t null)
{
	return sqlite3_column_type(stmt, column) == SQLITE_NULL ? null : sqlite3_column_int64(stmt, column);
}

int
store_listings(struct store *st, int (*each)(void *ctx, int64_t id, const struct row_listing *l), void *ctx, struct err *err)
{
	struct bind b = bind_make(st, SQL_LISTINGS);
	int rc = 0;

	while (rc == 0 && bind_row(&b) == 1) {
		struct row_listing l = {
			.listed = text(b.stmt, 1), .name = text(b.stmt, 2), .clients = text(b.stmt, 3),
			.deprecated_at = number(b.stmt, 4, TM_NONE), .reinstated_at = number(b.stmt, 5, TM_NONE),
			.ttl = number(b.stmt, 6, -1), .replacement = text(b.stmt, 7), .owner = text(b.stmt, 8),
			.ticket = text(b.stmt, 9), .note = text(b.stmt, 10),
		};

		rc = each(ctx, sqlite3_column_int64(b.stmt, 0), &l);
	}
	bind_done(&b);
	return store_finish(st, err) < 0 ? err->code : rc;
}

void
store_deprecated(struct store *st, const struct row_deprecated *d)
{
	struct bind b = bind_make(st, SQL_DEPRECATED);

	bind_int(&b, d->listing);
	bind_text(&b, d->state);
	bind_text(&b, d->why);
	bind_time(&b, d->legit_until);
	bind_text(&b, d->legit_basis);
	bind_num(&b, d->clients_open);
	bind_num(&b, d->clients_draining);
	bind_num(&b, d->seen_before);
	bind_time(&b, d->last_connection);
	bind_time(&b, d->last_stale_answer);
	bind_num(&b, d->unattributed);
	bind_real(&b, d->covered);
	bind_num(&b, d->grace);
	bind_run(&b);
}

void
store_used(struct store *st, const struct row_used *u)
{
	int64_t client = store_word(st, WORD_ADDR, u->client), server = store_word(st, WORD_ADDR, u->server);
	struct bind b = bind_make(st, SQL_USED);

	bind_int(&b, u->listing);
	bind_int(&b, client);
	bind_text(&b, u->scope != NULL ? u->scope : "");
	bind_time(&b, u->before);
	bind_time(&b, u->told);
	bind_time(&b, u->expires);
	bind_id(&b, server);
	bind_time(&b, u->other);
	bind_time(&b, u->open);
	bind_run(&b);
}

void
store_forecast(struct store *st, const struct row_forecast *f)
{
	struct bind b = bind_make(st, SQL_FORECAST);

	bind_int(&b, f->listing);
	bind_int(&b, f->made);
	bind_int(&b, f->at);
	bind_real(&b, f->low);
	bind_real(&b, f->expected);
	bind_real(&b, f->high);
	bind_run(&b);
}

void
store_forecast_drop(struct store *st, usec_t before)
{
	struct bind b = bind_make(st, SQL_FORECAST_OLD);

	bind_int(&b, before);
	bind_run(&b);
}

void
store_used_closed(struct store *st)
{
	struct bind b = bind_make(st, SQL_USED_CLOSED);

	bind_run(&b);
}

void
store_clients_clear(struct store *st)
{
	struct bind b = bind_make(st, SQL_CLIENT_CLEAR);

	bind_run(&b);
}

void
store_client(struct store *st, const struct row_client *c)
{
	const char *const texts[] = { c->prefix, c->label, c->owner, c->site, c->host, c->role };
	struct bind b = bind_make(st, SQL_CLIENT);

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		bind_text(&b, texts[i]);
	bind_run(&b);
}

void
store_label(struct store *st, const char *client, const char *label, const char *owner, const char *site)
{
	int64_t addr = store_word(st, WORD_ADDR, client);
	struct bind b = bind_make(st, SQL_LABEL);

	bind_int(&b, addr);
	bind_text(&b, label);
	bind_text(&b, owner);
	bind_text(&b, site);
	bind_run(&b);
}
