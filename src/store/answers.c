/* Passive DNS: one row a sensor, record and server. */
#include <string.h>

#include "store/store_int.h"

#define KEY_MAX 1024

/* Name, type and data in one key; 0 if it is too long to remember. */
static size_t
rr_key(char *key, const struct row_answer *a)
{
	const char *const part[] = { a->name, a->type, a->data };
	size_t at = 0, n;

	key[at++] = (char)WORD_RR;
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		n = strlen(part[i]) + 1;
		if (n > KEY_MAX - at)
			return 0;
		memcpy(key + at, part[i], n);
		at += n;
	}
	return at;
}

static int64_t
rr_row(struct store *st, const struct row_answer *a)
{
	static const enum sql both[] = { SQL_RR_FIND, SQL_RR_ADD };
	int64_t name = store_word(st, WORD_NAME, a->name);

	for (size_t i = 0; i < sizeof(both) / sizeof(*both); i++) {
		struct bind b = bind_make(st, both[i]);
		int64_t id = 0;

		bind_int(&b, name);
		bind_text(&b, a->type);
		bind_text(&b, a->data);
		if (bind_row(&b) == 1)
			id = sqlite3_column_int64(b.stmt, 0);
		bind_done(&b);
		if (id != 0)
			return id;
	}
	return st->failed.code == 0 ? sqlite3_last_insert_rowid(st->db) : 0;
}

static int64_t
rr_id(struct store *st, const struct row_answer *a)
{
	char key[KEY_MAX];
	size_t n = rr_key(key, a);
	int64_t id = n > 0 ? words_get(&st->words, key, n) : 0;

	if (id != 0)
		return id;
	id = rr_row(st, a);
	if (id != 0 && n > 0)
		words_put(&st->words, key, n, id);
	return id;
}

void
store_answer(struct store *st, const struct row_answer *a)
{
	struct bind b;
	int64_t rr, server;

	if (st->failed.code != 0)
		return;
	rr = rr_id(st, a);
	server = store_word(st, WORD_ADDR, a->server);
	b = bind_make(st, SQL_ANSWER);
	bind_int(&b, rr);
	bind_int(&b, server);
	bind_int(&b, st->sensor);
	bind_text(&b, a->server_role);
	bind_int(&b, a->ttl_min);
	bind_int(&b, a->ttl_max);
	bind_int(&b, a->first);
	bind_int(&b, a->last);
	bind_int(&b, a->count);
	bind_num(&b, a->legit_until == TM_NONE ? -1 : a->after_legit);
	bind_run(&b);
}
