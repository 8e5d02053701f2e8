/* Waivers, and the findings that each of them fits. */
#include <stdio.h>

#include "store/store_int.h"

void
store_waivers_clear(struct store *st)
{
	static const enum sql steps[] = { SQL_WAIVED_CLEAR, SQL_WAIVER_CLEAR };

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct bind b = bind_make(st, steps[i]);

		bind_run(&b);
	}
}

void
store_waiver(struct store *st, const struct row_waiver *w)
{
	struct bind b = bind_make(st, SQL_WAIVER);

	bind_int(&b, w->id);
	bind_text(&b, w->finding);
	bind_text(&b, w->address);
	bind_text(&b, w->client);
	bind_text(&b, w->name);
	bind_text(&b, w->reason);
	bind_text(&b, w->owner);
	bind_text(&b, w->approved_by);
	bind_time(&b, w->expires);
	bind_run(&b);
}

void
store_waived(struct store *st, int64_t finding, int64_t waiver)
{
	struct bind b = bind_make(st, SQL_WAIVED);

	bind_int(&b, finding);
	bind_int(&b, waiver);
	bind_run(&b);
}

static const char *
text(sqlite3_stmt *stmt, int column)
{
	return (const char *)sqlite3_column_text(stmt, column);
}

int
store_waivers(struct store *st, int (*each)(void *ctx, const struct row_waiver *w), void *ctx, struct err *err)
{
	struct bind b = bind_make(st, SQL_WAIVERS);
	int rc = 0;

	while (rc == 0 && bind_row(&b) == 1) {
		const struct row_waiver w = { .id = sqlite3_column_int64(b.stmt, 0), .finding = text(b.stmt, 1), .address = text(b.stmt, 2),
			.client = text(b.stmt, 3), .name = text(b.stmt, 4), .reason = text(b.stmt, 5), .owner = text(b.stmt, 6),
			.approved_by = text(b.stmt, 7), .expires = sqlite3_column_int64(b.stmt, 8) };

		rc = each(ctx, &w);
	}
	bind_done(&b);
	return store_finish(st, err) < 0 ? err->code : rc;
}

void
store_waivables(struct store *st, void (*each)(void *ctx, int64_t finding, const struct row_waivable *r), void *ctx)
{
	struct bind b = bind_make(st, SQL_WAIVABLE);

	while (bind_row(&b) == 1) {
		const struct row_waivable r = { .id = text(b.stmt, 1), .address = text(b.stmt, 2), .client = text(b.stmt, 3),
			.name = text(b.stmt, 4), .listed_name = text(b.stmt, 5) };

		each(ctx, sqlite3_column_int64(b.stmt, 0), &r);
	}
	bind_done(&b);
}

int
store_finding_like(struct store *st, const char *begin, char id[FINDING_ID])
{
	struct bind b = bind_make(st, SQL_FINDING_LIKE);
	int n = 0;

	bind_text(&b, begin);
	for (; bind_row(&b) == 1; n++)
		if (n == 0 && text(b.stmt, 0) != NULL)
			snprintf(id, FINDING_ID, "%s", text(b.stmt, 0));
	bind_done(&b);
	return n;
}
