/* Passive DNS: one row a sensor, record and server; and one a sensor and resolver.
 *
 * A flush brings thousands of these, nearly all of them there already: the row's number comes from the cache, and what is left is
 * to add to it in its place. */
#include <string.h>

#include "store/store_int.h"

#define KEY_MAX 1400

/* All that tells rows apart in one key; 0 if it is too long to remember. */
static size_t
answer_key(char *key, const struct row_answer *a, int64_t sensor)
{
	const char *const part[] = { a->name, a->type, a->data, a->server };
	size_t at = 0, n;

	key[at++] = (char)WORD_ANSWER;
	memcpy(key + at, &sensor, sizeof(sensor));
	at += sizeof(sensor);
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		n = strlen(part[i]) + 1;
		if (n > KEY_MAX - at)
			return 0;
		memcpy(key + at, part[i], n);
		at += n;
	}
	return at;
}

static void
bind_key(struct bind *b, const struct row_answer *a, int64_t server)
{
	bind_text(b, a->name);
	bind_text(b, a->type);
	bind_text(b, a->data);
	bind_int(b, server);
	bind_int(b, b->st->sensor);
}

static void
bind_values(struct bind *b, const struct row_answer *a)
{
	bind_text(b, a->server_role);
	bind_int(b, a->ttl_min);
	bind_int(b, a->ttl_max);
	bind_int(b, a->first);
	bind_int(b, a->last);
	bind_int(b, a->count);
	bind_num(b, a->after_legit);
}

static int64_t
find_row(struct store *st, const struct row_answer *a, int64_t server)
{
	struct bind b = bind_make(st, SQL_ANSWER_FIND);
	int64_t id = 0;

	bind_key(&b, a, server);
	if (bind_row(&b) == 1)
		id = sqlite3_column_int64(b.stmt, 0);
	bind_done(&b);
	return id;
}

/* A new row: its number, or 0 if it is there already. */
static int64_t
new_row(struct store *st, const struct row_answer *a, int64_t server)
{
	struct bind b = bind_make(st, SQL_ANSWER_NEW);

	bind_values(&b, a);
	bind_key(&b, a, server);
	bind_run(&b);
	return st->failed.code == 0 && sqlite3_changes(st->db) > 0 ? sqlite3_last_insert_rowid(st->db) : 0;
}

static void
add_to_row(struct store *st, const struct row_answer *a, int64_t id)
{
	struct bind b = bind_make(st, SQL_ANSWER_ADD);

	bind_values(&b, a);
	bind_int(&b, id);
	bind_run(&b);
}

void
store_answer(struct store *st, const struct row_answer *a)
{
	char key[KEY_MAX];
	size_t n;
	int64_t id, server;

	if (st->failed.code != 0)
		return;
	n = answer_key(key, a, st->sensor);
	id = n > 0 ? words_get(&st->words, key, n) : 0;
	if (id != 0) {
		add_to_row(st, a, id);
		return;
	}
	server = store_word(st, WORD_ADDR, a->server);
	id = new_row(st, a, server);
	if (id == 0) {
		id = find_row(st, a, server);
		add_to_row(st, a, id);
	}
	if (id != 0 && n > 0)
		words_put(&st->words, key, n, id);
}

void
store_resolver(struct store *st, const struct row_resolver *r)
{
	int64_t addr = store_word(st, WORD_ADDR, r->server);
	struct bind b = bind_make(st, SQL_RESOLVER);

	bind_int(&b, st->sensor);
	bind_int(&b, addr);
	bind_text(&b, r->scope != NULL ? r->scope : "");
	bind_text(&b, r->role);
	bind_num(&b, r->clients);
	bind_num(&b, r->answers);
	bind_num(&b, r->after_legit);
	bind_time(&b, r->last_after);
	bind_num(&b, r->ttl_floor);
	bind_num(&b, r->ttl_cap);
	bind_num(&b, r->stale_ttl);
	bind_num(&b, r->optimistic);
	bind_num(&b, r->prefetch);
	bind_num(&b, r->caches);
	bind_num(&b, r->upstreams);
	bind_num(&b, r->samples);
	bind_run(&b);
}

void
store_habit(struct store *st, const struct row_habit *h)
{
	int64_t client = store_word(st, WORD_ADDR, h->client);
	struct bind b = bind_make(st, SQL_HABIT);

	bind_int(&b, st->sensor);
	bind_int(&b, client);
	bind_text(&b, h->scope != NULL ? h->scope : "");
	bind_num(&b, h->samples);
	bind_num(&b, h->beyond);
	bind_time(&b, h->longest);
	bind_time(&b, h->soonest);
	bind_time(&b, h->wall);
	bind_run(&b);
}
