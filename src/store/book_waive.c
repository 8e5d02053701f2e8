/* Waivers of a report's own, in place of those that the databases hold. */
#include "store/book_int.h"

static const char *
text(sqlite3_stmt *s, int column)
{
	return (const char *)sqlite3_column_text(s, column);
}

/* Ids that begin so: the first of them, and whether there are 0, 1 or more. */
static int
known(void *ctx, const char *begin, char id[WAIVER_ID + 1])
{
	sqlite3_stmt *s = NULL;
	int n = 0;

	id[0] = '\0';
	if (sqlite3_prepare_v2(ctx, "SELECT fid FROM finding WHERE substr(fid,1,length(?1))=?1 LIMIT 2", -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_bind_text(s, 1, begin, -1, SQLITE_STATIC) == SQLITE_OK)
		for (; sqlite3_step(s) == SQLITE_ROW; n++)
			if (n == 0)
				sqlite3_snprintf(WAIVER_ID + 1, id, "%s", text(s, 0));
	sqlite3_finalize(s);
	return n;
}

static int
put_waiver(sqlite3_stmt *put, const struct waiver *w, int64_t id)
{
	const char *const texts[] = { w->finding, w->address, w->client, w->name, w->reason, w->owner, w->approved_by };

	sqlite3_bind_int64(put, 1, id);
	for (int i = 0; i < 7; i++)
		sqlite3_bind_text(put, i + 2, texts[i], -1, SQLITE_STATIC);
	sqlite3_bind_int64(put, 9, w->expires);
	sqlite3_step(put);
	return sqlite3_reset(put);
}

/* One that fits: the finding's row, the waiver's. */
static int
put_waived(sqlite3_stmt *put, int64_t finding, int64_t waiver)
{
	sqlite3_bind_int64(put, 1, finding);
	sqlite3_bind_int64(put, 2, waiver);
	sqlite3_step(put);
	return sqlite3_reset(put);
}

static int
match(const struct waivers *w, sqlite3_stmt *each, sqlite3_stmt *put)
{
	int rc = SQLITE_OK;

	while (rc == SQLITE_OK && (rc = sqlite3_step(each)) == SQLITE_ROW) {
		const struct waivable f = { .id = text(each, 1), .address = text(each, 2), .client = text(each, 3), .name = text(each, 4),
			.listed_name = text(each, 5) };

		rc = SQLITE_OK;
		for (size_t i = 0; rc == SQLITE_OK && i < w->n; i++)
			if (waiver_fits(&w->v[i], &f))
				rc = put_waived(put, sqlite3_column_int64(each, 0), (int64_t)i + 1);
	}
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int
book_waive(struct book *b, int *failed, struct err *err)
{
	struct waivers *w = b->opts->waivers;
	sqlite3_stmt *put = NULL, *waived = NULL, *each = NULL;
	int rc;

	*failed = 0;
	if (w == NULL)
		return SQLITE_OK;
	*failed = waivers_complete(w, known, b->db, b->opts->waivers_path, err);
	if (*failed < 0)
		return SQLITE_OK;
	rc = sqlite3_exec(b->db, "DELETE FROM waived; DELETE FROM waiver", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, "INSERT INTO waiver(id,finding,address,client,name,reason,owner,approved_by,expires_us) "
		    "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)", -1, &put, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, "INSERT INTO waived(finding_id,waiver_id) VALUES(?1,?2)", -1, &waived, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, "SELECT f.id,f.fid,d.text,c.text,n.text,nullif(l.name,'') FROM finding f LEFT JOIN addr d ON d.id=f.dst_id "
		    "LEFT JOIN addr c ON c.id=f.client_id LEFT JOIN name n ON n.id=f.name_id LEFT JOIN listing l ON l.id=f.listing_id", -1, &each, NULL);
	for (size_t i = 0; rc == SQLITE_OK && i < w->n; i++)
		rc = put_waiver(put, &w->v[i], (int64_t)i + 1);
	if (rc == SQLITE_OK)
		rc = match(w, each, waived);
	sqlite3_finalize(put);
	sqlite3_finalize(waived);
	sqlite3_finalize(each);
	return rc;
}
