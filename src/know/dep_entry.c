/* One entry: whom and what it is for, its order among others, its text. */
#include "know/deplist_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/esc.h"

void
dep_entry_clear(struct dep_entry *e)
{
	free(e->clients);
	free(e->clients_text);
	free(e->replacement);
	free(e->owner);
	free(e->ticket);
	free(e->note);
	*e = (struct dep_entry){ 0 };
}

bool
dep_entry_for_client(const struct dep_entry *e, const struct addr *client)
{
	for (size_t i = 0; i < e->nclients; i++)
		if (prefix_has(&e->clients[i], client))
			return true;
	return e->nclients == 0;
}

bool
dep_entry_names(const struct dep_entry *e, const uint8_t *name)
{
	if (e->name_len == 0)
		return true;
	return e->wildcard ? name_below(name, e->name) : name_eq(name, e->name);
}

char *
dep_entry_name_text(const struct dep_entry *e, char *buf)
{
	char *p = buf;

	*p = '\0';
	if (e->name_len == 0)
		return buf;
	if (e->wildcard) {
		*p++ = '*';
		*p++ = '.';
	}
	name_text(e->name, p);
	return buf;
}

uint64_t
dep_entry_name_hash(const struct dep_entry *e)
{
	char text[NAME_TEXT];
	uint64_t h;

	if (e->name_len == 0)
		return 0;
	dep_entry_name_text(e, text);
	h = XXH3_64bits(text, strlen(text));
	return h != 0 ? h : 1;
}

char *
dep_entry_listed(const struct dep_entry *e, char *buf)
{
	return e->has_addr ? prefix_text(&e->prefix, buf) : dep_entry_name_text(e, buf);
}

static int
prefix_order(const struct prefix *a, const struct prefix *b)
{
	if (a->len != b->len)
		return a->len > b->len ? -1 : 1;
	return memcmp(a->addr.b, b->addr.b, sizeof(a->addr.b));
}

static int
prefix_qsort(const void *a, const void *b)
{
	return prefix_order(a, b);
}

void
dep_entry_sort_clients(struct dep_entry *e)
{
	size_t n = 0;

	if (e->nclients == 0)
		return;
	qsort(e->clients, e->nclients, sizeof(*e->clients), prefix_qsort);
	for (size_t i = 0; i < e->nclients; i++)
		if (n == 0 || prefix_order(&e->clients[i], &e->clients[n - 1]) != 0)
			e->clients[n++] = e->clients[i];
	e->nclients = n;
}

static int
clients_order(const struct dep_entry *a, const struct dep_entry *b)
{
	int order;

	if (a->nclients == 0 || b->nclients == 0)
		return (a->nclients == 0) - (b->nclients == 0);
	for (size_t i = 0; i < a->nclients && i < b->nclients; i++) {
		order = prefix_order(&a->clients[i], &b->clients[i]);
		if (order != 0)
			return order;
	}
	return (a->nclients > b->nclients) - (a->nclients < b->nclients);
}

static int
name_order(const struct dep_entry *a, const struct dep_entry *b)
{
	if (a->wildcard != b->wildcard && a->name_len > 0 && b->name_len > 0)
		return a->wildcard ? 1 : -1;
	if (a->name_len != b->name_len)		/* the longest wildcard first; none at all last */
		return a->name_len > b->name_len ? -1 : 1;
	return memcmp(a->name, b->name, a->name_len);
}

int
dep_entry_key_order(const struct dep_entry *a, const struct dep_entry *b)
{
	int order;

	if (a->has_addr != b->has_addr)
		return a->has_addr ? -1 : 1;
	order = a->has_addr ? prefix_order(&a->prefix, &b->prefix) : 0;
	if (order == 0)
		order = name_order(a, b);
	return order != 0 ? order : clients_order(a, b);
}

int
dep_entry_order(const struct dep_entry *a, const struct dep_entry *b)
{
	int order = dep_entry_key_order(a, b);

	if (order != 0)
		return order;
	if (a->deprecated_at != b->deprecated_at)
		return a->deprecated_at < b->deprecated_at ? -1 : 1;
	order = strcmp(a->file, b->file);	/* so that messages do not depend on how qsort() works */
	return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

char *
dep_entry_place(const struct dep_entry *e, char *buf)
{
	if (e->line > 0)
		snprintf(buf, DEP_TEXT, "%s:%u", e->file, e->line);
	else
		snprintf(buf, DEP_TEXT, "%s", e->file);
	return buf;
}

char *
dep_entry_subject(const struct dep_entry *e, char *buf)
{
	char listed[NAME_TEXT], name[NAME_TEXT], shown[2][ESC_SHORT];

	esc_short(dep_entry_listed(e, listed), shown[0]);
	esc_short(dep_entry_name_text(e, name), shown[1]);
	if (e->has_addr && e->name_len > 0)
		snprintf(buf, DEP_TEXT, "%s for %s", shown[0], shown[1]);
	else
		snprintf(buf, DEP_TEXT, "%s", shown[0]);
	return buf;
}

static void
field(struct buf *out, const char *text, char end)
{
	if (text != NULL)
		esc_csv(out, text, strlen(text));
	buf_u8(out, (uint8_t)end);
}

void
dep_entry_canonical(const struct dep_entry *e, struct buf *out)
{
	char text[NAME_TEXT];

	field(out, e->has_addr ? prefix_text(&e->prefix, text) : "", ',');
	field(out, dep_entry_name_text(e, text), ',');
	for (size_t i = 0; i < e->nclients; i++)
		buf_fmt(out, "%s%s", i > 0 ? " " : "", prefix_text(&e->clients[i], text));
	buf_u8(out, ',');
	field(out, tm_text(e->deprecated_at, text), ',');
	field(out, tm_text(e->reinstated_at, text), ',');
	if (e->ttl >= 0)
		buf_fmt(out, "%" PRId64, e->ttl);
	buf_u8(out, ',');
	field(out, e->replacement, ',');
	field(out, e->owner, ',');
	field(out, e->ticket, ',');
	field(out, e->note, '\n');
}
