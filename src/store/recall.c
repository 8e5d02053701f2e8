/* Kept history, read. */
#include <stdlib.h>
#include <string.h>

#include "store/book_int.h"
#include "store/history.h"

int
history_pages(struct reader *rd, enum page_kind kind, void (*each)(void *ctx, const struct page_from *from, const struct page_event *e, size_t n),
    void *ctx, struct err *err)
{
	struct page_list l = { 0 };
	struct rows r;
	size_t n;

	rows_open(&r, rd, "SELECT hour,body,sensor_id,part FROM page WHERE kind=?1 AND hour BETWEEN 0 AND 100000000 ORDER BY hour,shard,sensor_id,part");
	rows_bind_int(&r, 1, kind);
	while (rows_next(&r)) {
		const void *body = rows_blob(&r, 1, &n);

		l.n = 0;
		if (body != NULL && page_decode(body, n, &l))
			each(ctx, &(struct page_from){ rows_int(&r, 0, 0), rows_int(&r, 2, 0), rows_int(&r, 3, 0) / BOOK_PART }, l.e, l.n);
	}
	if (l.failed)
		err_set(err, ST_ENOMEM, "out of memory for the kept history");
	page_list_free(&l);
	return rows_close(&r, err) < 0 ? err->code : l.failed ? ST_ENOMEM : 0;
}

int
history_hosts(struct reader *rd, struct hosts *out, struct err *err)
{
	struct rows r;
	size_t n;
	int64_t id, most = 0;

	*out = (struct hosts){ 0 };
	rows_open(&r, rd, "SELECT max(id) FROM host");
	if (rows_next(&r))
		most = rows_int(&r, 0, 0);
	if (rows_close(&r, err) < 0)
		return err->code;
	out->at = most >= 0 && most < UINT32_MAX ? calloc((size_t)most + 1, sizeof(*out->at)) : NULL;
	if (out->at == NULL)
		return err_set(err, ST_ENOMEM, "out of memory for the kept history");
	out->n = (uint32_t)most + 1;
	rows_open(&r, rd, "SELECT id,addr,scope FROM host");
	while (rows_next(&r)) {
		const void *addr = rows_blob(&r, 1, &n);

		id = rows_int(&r, 0, -1);
		if (addr == NULL || n != sizeof(out->at->addr) || id < 0 || id > most)
			continue;
		memcpy(&out->at[id].addr, addr, n);
		out->at[id].scope = (uint32_t)rows_int(&r, 2, 0);
	}
	return rows_close(&r, err);
}

int
history_said(struct reader *rd, void (*each)(void *ctx, uint32_t id, const void *message, size_t n), void *ctx, struct err *err)
{
	struct rows r;
	size_t n;

	rows_open(&r, rd, "SELECT id,body FROM said WHERE id BETWEEN 1 AND 4294967295 ORDER BY id");
	while (rows_next(&r)) {
		const void *message = rows_blob(&r, 1, &n);

		each(ctx, (uint32_t)rows_int(&r, 0, 0), message, n);
	}
	return rows_close(&r, err);
}

int
history_spans(struct reader *rd, usec_t gap, void (*each)(void *ctx, usec_t first, usec_t last), void *ctx, struct err *err)
{
	usec_t first = TM_NONE, last = TM_NONE;
	struct rows r;

	/* what a run that kept findings alone has read is a gap, and so is what was let go of */
	rows_open(&r, rd, "SELECT max(s.first_us,(SELECT min(hour) FROM page WHERE kind<3)*3600000000),s.last_us FROM source s "
	    "JOIN run r ON r.id=s.run_id WHERE r.options LIKE '%history=all%' AND s.first_us NOT NULL ORDER BY 1");
	while (rows_next(&r)) {
		usec_t from = rows_time(&r, 0), to = rows_time(&r, 1);

		if (from == TM_NONE || to < from)
			continue;
		if (first != TM_NONE && from - last > gap) {
			each(ctx, first, last);
			first = last = TM_NONE;
		}
		first = first == TM_NONE ? from : first;
		last = to > last ? to : last;
	}
	if (first != TM_NONE)
		each(ctx, first, last);
	return rows_close(&r, err);
}
