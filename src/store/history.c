#include "store/history.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#include "base/name.h"
#include "store/store_int.h"

#define HASH 16

/* An id of 32 bits, found or made. */
static uint32_t
number(struct store *st, struct bind *b)
{
	uint32_t id = bind_row(b) == 1 ? (uint32_t)sqlite3_column_int64(b->stmt, 0) : 0;

	bind_done(b);
	return st->failed.code == 0 ? id : 0;
}

static uint32_t
added(struct store *st, struct bind *b)
{
	bind_run(b);
	return st->failed.code == 0 ? (uint32_t)sqlite3_last_insert_rowid(st->db) : 0;
}

uint32_t
store_host(struct store *st, const struct addr *a, uint32_t scope)
{
	struct bind b = bind_make(st, SQL_HOST_FIND);
	uint32_t id;

	bind_blob(&b, a->b, sizeof(a->b));
	bind_int(&b, scope);
	id = number(st, &b);
	if (id != 0 || st->failed.code != 0)
		return id;
	b = bind_make(st, SQL_HOST_ADD);
	bind_blob(&b, a->b, sizeof(a->b));
	bind_int(&b, scope);
	return added(st, &b);
}

static bool
too_many(struct store *st, const struct row_said *s)
{
	struct bind b = bind_make(st, SQL_SAID_COUNT);

	bind_text(&b, s->name);
	bind_int(&b, s->type);
	return number(st, &b) >= HISTORY_SETS;
}

/* Of the message, which holds the question too; without one, of the question alone. */
static void
said_hash(const struct row_said *s, unsigned char hash[SHA256_DIGEST_LENGTH])
{
	char question[NAME_TEXT + 16];
	int n = snprintf(question, sizeof(question), "%s %u", s->name, s->type);

	if (s->len > 0)
		SHA256(s->message, s->len, hash);
	else
		SHA256((const unsigned char *)question, (size_t)n, hash);
}

/* Of a name with ever other data one row stands for all that are not kept: it has no message. */
uint32_t
store_said(struct store *st, const struct row_said *s)
{
	unsigned char hash[SHA256_DIGEST_LENGTH];
	struct bind b = bind_make(st, SQL_SAID_FIND);
	const struct row_said other = { .name = s->name, .type = s->type, .always = true };
	uint32_t id;

	said_hash(s, hash);
	bind_blob(&b, hash, HASH);
	id = number(st, &b);
	if (id != 0 || st->failed.code != 0)
		return id;
	if (!s->always && too_many(st, s))
		return store_said(st, &other);
	b = bind_make(st, SQL_SAID_ADD);
	bind_blob(&b, hash, HASH);
	bind_text(&b, s->name);
	bind_int(&b, s->type);
	bind_blob(&b, s->message, s->len);
	return added(st, &b);
}

struct page_at { enum page_kind kind; int64_t shard, hour, part; };

static size_t
put_page(struct store *st, const struct page_at *at, const struct page_event *e, size_t n)
{
	struct buf body = { 0 };
	size_t entries = page_encode(e, n, &body);
	struct bind b = bind_make(st, SQL_PAGE_PUT);

	bind_int(&b, at->kind);
	bind_int(&b, at->shard);
	bind_int(&b, at->hour);
	bind_int(&b, st->sensor);
	bind_int(&b, at->part);
	bind_int(&b, (int64_t)entries);
	bind_blob(&b, body.p, body.len);
	if (body.failed)
		store_fail(st, SQLITE_NOMEM);
	bind_run(&b);
	buf_free(&body);
	return entries;
}

/* The last part of a page, if it is not much larger than the n events to come: those are merged into it.  So an hour has few parts,
 * and none is written often.  A part that cannot be read is not ours, and stays as it is. */
static void
last_part(struct store *st, struct page_at *at, size_t n, struct page_list *out)
{
	struct bind b = bind_make(st, SQL_PAGE_GET);

	bind_int(&b, at->kind);
	bind_int(&b, at->shard);
	bind_int(&b, at->hour);
	bind_int(&b, st->sensor);
	if (bind_row(&b) == 1) {
		at->part = sqlite3_column_int64(b.stmt, 0);
		if ((uint64_t)sqlite3_column_int64(b.stmt, 1) / 2 > n ||
		    !page_decode(sqlite3_column_blob(b.stmt, 2), (size_t)sqlite3_column_bytes(b.stmt, 2), out)) {
			at->part++;
			out->n = 0;
		}
	}
	bind_done(&b);
}

static size_t
add_to_page(struct store *st, enum page_kind kind, int64_t hour, const struct page_event *e, size_t n)
{
	struct page_at at = { .kind = kind, .shard = e[0].key[0] % PAGE_SHARDS, .hour = hour };
	struct page_list before = { 0 }, all = { 0 };
	size_t entries = 0;

	last_part(st, &at, n, &before);
	if (before.n > 0)
		page_merge(&all, before.e, before.n, e, n);
	if (before.failed || all.failed)
		store_fail(st, SQLITE_NOMEM);
	else
		entries = before.n > 0 ? put_page(st, &at, all.e, all.n) : put_page(st, &at, e, n);
	page_list_free(&before);
	page_list_free(&all);
	return entries;
}

size_t
store_page(struct store *st, enum page_kind kind, int64_t hour, const struct page_event *e, size_t n)
{
	size_t entries = 0, end;

	for (size_t i = 0; i < n && st->failed.code == 0; i = end) {
		for (end = i + 1; end < n && e[end].key[0] % PAGE_SHARDS == e[i].key[0] % PAGE_SHARDS; end++)
			;
		entries += add_to_page(st, kind, hour, &e[i], end - i);
	}
	return entries;
}

void
store_live(struct store *st, const struct page_event *e, size_t n)
{
	const struct page_at at = { .kind = PAGE_LIVE };

	put_page(st, &at, e, n);
}

void
store_retain(struct store *st, int64_t hour)
{
	struct bind b = bind_make(st, SQL_PAGE_OLD);

	bind_int(&b, hour);
	bind_run(&b);
}

/* ---- traffic by day ---- */

struct traffic { struct store *st; int64_t day; bool (*listed)(void *ctx, const struct addr *a); void *ctx; };

static bool
host_addr(struct store *st, uint32_t id, struct addr *out)
{
	struct bind b = bind_make(st, SQL_HOST_ADDR);
	bool found;

	bind_int(&b, id);
	found = bind_row(&b) == 1 && sqlite3_column_bytes(b.stmt, 0) == sizeof(out->b);
	if (found)
		memcpy(out->b, sqlite3_column_blob(b.stmt, 0), sizeof(out->b));
	bind_done(&b);
	return found;
}

/* The events of one server, port and protocol, in order: by client. */
static void
traffic_row(const struct traffic *t, const struct page_event *e, size_t n)
{
	char text[ADDR_TEXT], proto[16];
	int64_t clients = 0, connections = 0, established = 0;
	struct addr a;
	struct bind b;

	if (!host_addr(t->st, e->key[0], &a) || t->listed(t->ctx, &a))
		return;
	for (size_t i = 0; i < n; i++) {
		clients += i == 0 || e[i].key[2] != e[i - 1].key[2];
		connections += 1 + (int64_t)e[i].more;
		if (PAGE_OUTCOME(e[i].flags) == 0)
			established += 1 + (int64_t)e[i].more;
	}
	snprintf(proto, sizeof(proto), "%u", e->key[1] & 0xff);
	b = bind_make(t->st, SQL_TRAFFIC);
	bind_int(&b, t->st->sensor);
	bind_int(&b, t->day);
	bind_int(&b, store_word(t->st, WORD_ADDR, addr_text(&a, text)));
	bind_int(&b, e->key[1] >> 8);
	bind_text(&b, (e->key[1] & 0xff) == 6 ? "tcp" : (e->key[1] & 0xff) == 17 ? "udp" : proto);
	bind_int(&b, clients);
	bind_int(&b, connections);
	bind_int(&b, established);
	bind_run(&b);
}

/* A day's events of one shard. */
static void
day_of_shard(const struct traffic *t, int64_t shard, struct page_list *out)
{
	struct bind b = bind_make(t->st, SQL_PAGE_DAY);

	out->n = 0;
	bind_int(&b, PAGE_MET);
	bind_int(&b, shard);
	bind_int(&b, t->day * 24);
	bind_int(&b, t->st->sensor);
	while (bind_row(&b) == 1)
		(void)page_decode(sqlite3_column_blob(b.stmt, 0), (size_t)sqlite3_column_bytes(b.stmt, 0), out);
	bind_done(&b);
	if (out->failed)
		store_fail(t->st, SQLITE_NOMEM);
	page_sort(out->e, out->n);
}

void
store_traffic(struct store *st, int64_t day, bool (*listed)(void *ctx, const struct addr *a), void *ctx)
{
	const struct traffic t = { st, day, listed, ctx };
	struct page_list l = { 0 };
	size_t end;

	for (int64_t shard = 0; shard < PAGE_SHARDS && st->failed.code == 0; shard++) {
		day_of_shard(&t, shard, &l);
		for (size_t i = 0; i < l.n; i = end) {
			for (end = i; end < l.n && l.e[end].key[0] == l.e[i].key[0] && l.e[end].key[1] == l.e[i].key[1]; end++)
				;
			traffic_row(&t, &l.e[i], end - i);
		}
	}
	page_list_free(&l);
}
