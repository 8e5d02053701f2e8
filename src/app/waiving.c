#include "app/waiving.h"

static int
known(void *ctx, const char *begin, char id[WAIVER_ID + 1])
{
	return store_finding_like(ctx, begin, id);
}

int
waiving_complete(struct waivers *w, const struct options *opt, struct store *store, struct err *err)
{
	return waivers_complete(w, known, store, opt->waivers != NULL ? opt->waivers : opt->db, err);
}

struct stored { struct waivers *waivers; struct err *err; };

static int
take_stored(void *ctx, const struct row_waiver *r)
{
	struct stored *s = ctx;

	return waivers_add(s->waivers, r->finding, r->address, r->client, r->name, r->reason, r->owner, r->approved_by, r->expires, s->err);
}

int
waiving_from_store(struct waivers *w, const struct options *opt, struct store *store, struct err *err)
{
	struct stored s = { w, err };

	return opt->waivers == NULL ? store_waivers(store, take_stored, &s, err) : 0;
}

static void
waive(void *ctx, int64_t finding, const struct row_waivable *r)
{
	const struct engine *e = ctx;
	const struct waivable f = { r->id, r->address, r->client, r->name, r->listed_name };

	for (size_t i = 0; i < e->waivers->n; i++)
		if (waiver_fits(&e->waivers->v[i], &f))
			store_waived(e->store, finding, (int64_t)i + 1);
}

void
waiving_flush(struct engine *e)
{
	struct err later;	/* an id's beginning that fits two by now fits none, and the next run says so */

	if (e->waivers == NULL || (e->waivers->n == 0 && e->opt->waivers == NULL))
		return;
	(void)waiving_complete(e->waivers, e->opt, e->store, &later);
	store_waivers_clear(e->store);
	for (size_t i = 0; i < e->waivers->n; i++) {
		const struct waiver *w = &e->waivers->v[i];
		const struct row_waiver row = { .id = (int64_t)i + 1, .finding = w->finding, .address = w->address, .client = w->client, .name = w->name,
			.reason = w->reason, .owner = w->owner, .approved_by = w->approved_by, .expires = w->expires };

		store_waiver(e->store, &row);
	}
	store_waivables(e->store, waive, e);
}
