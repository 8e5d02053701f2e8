#include "app/lists.h"

#include <string.h>
#include <unistd.h>

#include "base/esc.h"

static int
nothing_listed(const struct options *opt, struct err *err)
{
	char shown[ESC_SHORT];

	return err_set(err, ST_ESYNTAX, "nothing is listed as deprecated: give -d FILE or -D ADDRESS[,NAME[,TIME]] (and %s holds no list)",
	               esc_short(opt->db, shown));
}

int
lists_from_options(struct deplist *l, const struct options *opt, struct err *err)
{
	int rc = 0;

	if (opt->deprecated.n + opt->deprecate.n == 0 && access(opt->db, F_OK) < 0)
		return nothing_listed(opt, err);	/* and no database is made */
	for (size_t i = 0; i < opt->deprecated.n && rc == 0; i++)
		rc = deplist_load(l, opt->deprecated.v[i], err);
	for (size_t i = 0; i < opt->deprecate.n && rc == 0; i++)
		rc = deplist_add_spec(l, opt->deprecate.v[i], err);
	return rc;
}

struct stored { struct deplist *list; struct err *err; };

static int
take_stored(void *ctx, int64_t id, const struct row_listing *row)
{
	struct stored *s = ctx;

	(void)id;
	return deplist_add_stored(s->list, row->listed, row->name, row->clients, row->deprecated_at, row->reinstated_at, row->ttl,
	                          row->replacement, row->owner, row->ticket, row->note, s->err);
}

int
lists_from_store(struct deplist *l, const struct options *opt, struct store *store, struct err *err)
{
	struct stored s = { l, err };
	int rc = 0;

	if (opt->deprecated.n + opt->deprecate.n == 0)
		rc = store_listings(store, take_stored, &s, err);
	if (rc == 0)
		rc = deplist_finish(l, err);
	if (rc == 0 && deplist_count(l) == 0)
		rc = nothing_listed(opt, err);
	return rc;
}

struct row_listing
lists_row(const struct dep_entry *d, struct lists_text *buf)
{
	return (struct row_listing){ .listed = dep_entry_listed(d, buf->listed),
		.name = d->name_len > 0 ? dep_entry_name_text(d, buf->name) : NULL, .clients = d->clients_text, .replacement = d->replacement,
		.owner = d->owner, .ticket = d->ticket, .note = d->note, .deprecated_at = d->deprecated_at,
		.reinstated_at = d->reinstated_at, .ttl = d->ttl };
}

void
lists_to_store(struct engine *e)
{
	struct lists_text text;

	for (size_t i = 0; i < deplist_count(e->list); i++) {
		const struct row_listing row = lists_row(deplist_at(e->list, i), &text);

		e->listing[i] = store_listing(e->store, &row);
	}
}
