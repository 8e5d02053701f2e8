/* Kept history of one database into the book.  Its events name hosts and answers by their numbers, which are others here. */
#include <stdlib.h>

#include "store/book_int.h"
#include "store/history.h"

struct pair { uint32_t src, id; };
struct map { struct pair *v; size_t n; };
struct past {
	struct book *b;
	int64_t part;				/* of the next page */
	struct map host, said;
	sqlite3_stmt *put;
	struct page_list hour;			/* of one kind and sensor, translated */
};

#define NEW_HOSTS "INSERT OR IGNORE INTO main.host(addr,scope) SELECT addr,scope FROM src.host ORDER BY id"
#define NEW_SAID "INSERT OR IGNORE INTO main.said(hash,name,type,body) SELECT hash,name,type,body FROM src.said ORDER BY id"
#define BETWEEN " AND s.id BETWEEN 1 AND 4294967295 ORDER BY s.id"

static const char hosts_sql[] = "SELECT s.id,m.id,count(*) OVER () FROM src.host s JOIN main.host m ON m.addr=s.addr AND m.scope=s.scope" BETWEEN;
static const char said_sql[] = "SELECT s.id,m.id,count(*) OVER () FROM src.said s JOIN main.said m ON m.hash=s.hash" BETWEEN;
static const char pages_sql[] =
	"SELECT p.kind,p.hour,n.id,p.body,(SELECT max(c.ended_us) FROM src.coverage c JOIN src.source o ON o.id=c.source_id WHERE o.sensor_id=s.id) "
	"FROM src.page p JOIN src.sensor s ON s.id=p.sensor_id JOIN main.sensor n ON n.text=s.text WHERE p.kind BETWEEN 1 AND 3 AND p.hour BETWEEN 0 AND 100000000 "
	"ORDER BY p.kind,p.hour,p.sensor_id,p.shard,p.part";
enum { KIND, HOUR, SENSOR, BODY, ENDED };
static const char put_sql[] = "INSERT INTO main.page(kind,shard,hour,sensor_id,part,n,body) VALUES(?1,?2,?3,?4,?5,?6,?7)";

static int
read_map(sqlite3 *db, const char *sql, struct map *m)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);

	while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		if (m->v == NULL)
			m->v = calloc((size_t)sqlite3_column_int64(s, 2), sizeof(*m->v));
		rc = m->v != NULL ? SQLITE_OK : SQLITE_NOMEM;
		if (rc == SQLITE_OK)
			m->v[m->n++] = (struct pair){ (uint32_t)sqlite3_column_int64(s, 0), (uint32_t)sqlite3_column_int64(s, 1) };
	}
	sqlite3_finalize(s);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int
by_src(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return (x->src > y->src) - (x->src < y->src);
}

static bool
translate(const struct map *m, uint32_t *id)
{
	const struct pair key = { .src = *id }, *found = m->n > 0 ? bsearch(&key, m->v, m->n, sizeof(key), by_src) : NULL;

	if (found != NULL)
		*id = found->id;
	return found != NULL;
}

/* A page of its own for each shard: nobody adds to it. */
static int
put(struct past *p, enum page_kind kind, int64_t hour, int64_t sensor, const struct page_event *e, size_t n)
{
	int rc = SQLITE_OK;

	for (size_t i = 0, end; i < n && rc == SQLITE_OK; i = end) {
		uint32_t shard = e[i].key[0] % PAGE_SHARDS;
		struct buf body = { 0 };

		for (end = i + 1; end < n && e[end].key[0] % PAGE_SHARDS == shard; end++)
			;
		sqlite3_bind_int(p->put, 1, (int)kind);
		sqlite3_bind_int64(p->put, 2, shard);
		sqlite3_bind_int64(p->put, 3, hour);
		sqlite3_bind_int64(p->put, 4, sensor);
		sqlite3_bind_int64(p->put, 5, p->part++);
		sqlite3_bind_int64(p->put, 6, (int64_t)page_encode(&e[i], end - i, &body));
		sqlite3_bind_blob(p->put, 7, body.p, (int)body.len, SQLITE_STATIC);
		if (body.failed)
			rc = SQLITE_NOMEM;
		else if (sqlite3_step(p->put) != SQLITE_DONE || sqlite3_reset(p->put) != SQLITE_OK)
			rc = sqlite3_extended_errcode(p->b->db);
		buf_free(&body);
	}
	return rc;
}

/* What was open when a sensor's data ended, and others go on: how long it was open until then is all that is known. */
static int
put_cut(struct past *p, int64_t sensor, usec_t ended)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < p->hour.n && rc == SQLITE_OK; i++) {
		struct page_event e = p->hour.e[i];
		usec_t opened = e.value * TM_SEC, lasted = ended > opened ? (ended - opened) / PAGE_UNIT : 0;

		e.at = (uint32_t)(opened % PAGE_HOUR / PAGE_UNIT);
		e.value = lasted < UINT32_MAX ? (uint32_t)lasted : UINT32_MAX - 1;
		rc = put(p, PAGE_MET, opened / PAGE_HOUR, sensor, &e, 1);
	}
	return rc;
}

static int
put_hour(struct past *p, enum page_kind kind, int64_t hour, int64_t sensor, usec_t ended)
{
	int rc;

	page_sort(p->hour.e, p->hour.n);
	if (p->hour.failed)
		rc = SQLITE_NOMEM;
	else if (kind == PAGE_LIVE && ended != TM_NONE && ended < p->b->end - BOOK_GAP)
		rc = put_cut(p, sensor, ended);
	else
		rc = put(p, kind, hour, sensor, p->hour.e, p->hour.n);
	p->hour.n = 0;
	return rc;
}

/* What cannot be read, or names what is not there, is not taken. */
static void
take_page(struct past *p, enum page_kind kind, const void *body, size_t n)
{
	size_t before = p->hour.n, kept = before;

	if (!page_decode(body, n, &p->hour))
		p->hour.n = before;
	for (size_t i = before; i < p->hour.n; i++) {
		struct page_event e = p->hour.e[i];

		if (translate(kind == PAGE_TOLD ? &p->said : &p->host, &e.key[0]) && (kind != PAGE_TOLD || translate(&p->host, &e.key[1])) &&
		    translate(&p->host, &e.key[2]))
			p->hour.e[kept++] = e;
	}
	p->hour.n = kept;
}

static int
take_pages(struct past *p, sqlite3_stmt *s)
{
	int64_t kind = 0, hour = 0, sensor = 0;
	usec_t ended = TM_NONE;
	int rc;

	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		bool other = sqlite3_column_int64(s, KIND) != kind || sqlite3_column_int64(s, HOUR) != hour || sqlite3_column_int64(s, SENSOR) != sensor;

		rc = other && p->hour.n > 0 ? put_hour(p, (enum page_kind)kind, hour, sensor, ended) : SQLITE_OK;
		if (rc != SQLITE_OK)
			return rc;
		kind = sqlite3_column_int64(s, KIND);
		hour = sqlite3_column_int64(s, HOUR);
		sensor = sqlite3_column_int64(s, SENSOR);
		ended = sqlite3_column_type(s, ENDED) == SQLITE_INTEGER ? sqlite3_column_int64(s, ENDED) : TM_NONE;
		if (sqlite3_column_type(s, BODY) == SQLITE_BLOB)
			take_page(p, (enum page_kind)kind, sqlite3_column_blob(s, BODY), (size_t)sqlite3_column_bytes(s, BODY));
	}
	if (rc == SQLITE_DONE)
		rc = put_hour(p, (enum page_kind)kind, hour, sensor, ended);
	return rc;
}

int
book_past(struct book *b, int64_t part)
{
	struct past p = { .b = b, .part = part * BOOK_PART };
	sqlite3_stmt *pages = NULL;
	int rc = sqlite3_exec(b->db, NEW_HOSTS ";" NEW_SAID, NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		rc = read_map(b->db, hosts_sql, &p.host);
	if (rc == SQLITE_OK)
		rc = read_map(b->db, said_sql, &p.said);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, put_sql, -1, &p.put, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->db, pages_sql, -1, &pages, NULL);
	if (rc == SQLITE_OK)
		rc = take_pages(&p, pages);
	sqlite3_finalize(pages);
	sqlite3_finalize(p.put);
	page_list_free(&p.hour);
	free(p.host.v);
	free(p.said.v);
	return rc;
}
