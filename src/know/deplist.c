#include "know/deplist_int.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/esc.h"

struct deplist *
deplist_new(void)
{
	return calloc(1, sizeof(struct deplist));
}

void
deplist_cut(struct deplist *l, size_t n)
{
	while (l->n > n)
		dep_entry_clear(&l->e[--l->n]);
}

void
deplist_free(struct deplist *l)
{
	if (l == NULL)
		return;
	deplist_cut(l, 0);
	free(l->e);
	free(l->group_end);
	watch_free(l->watch);
	while (l->nfiles > 0)
		free(l->files[--l->nfiles]);
	free(l->files);
	free(l);
}

static int
no_memory(struct err *err)
{
	return err_set(err, ST_ENOMEM, "out of memory for the list of deprecated addresses");
}

const char *
deplist_file(struct deplist *l, const char *name)
{
	char **files;

	for (size_t i = 0; i < l->nfiles; i++)
		if (strcmp(l->files[i], name) == 0)
			return l->files[i];
	files = realloc(l->files, (l->nfiles + 1) * sizeof(*files));
	if (files == NULL)
		return NULL;
	l->files = files;
	files[l->nfiles] = strdup(name);
	return files[l->nfiles] != NULL ? files[l->nfiles++] : NULL;
}

int
deplist_push(struct deplist *l, struct dep_entry *e, struct err *err)
{
	struct dep_entry *grown;
	size_t cap = l->cap > 0 ? 2 * l->cap : 16;

	assert(l->watch == NULL);	/* not finished yet */
	if (l->n == DEPLIST_MAX) {
		dep_entry_clear(e);
		return err_set(err, ST_ELIMIT, "more than %d deprecated entries; list prefixes instead", DEPLIST_MAX);
	}
	if (l->n == l->cap) {
		grown = realloc(l->e, cap * sizeof(*grown));
		if (grown == NULL) {
			dep_entry_clear(e);
			return no_memory(err);
		}
		l->e = grown;
		l->cap = cap;
	}
	l->e[l->n++] = *e;
	*e = (struct dep_entry){ 0 };
	return ST_OK;
}

/* ---- finishing: order, entries given twice, contradictions ---- */

static int
order_qsort(const void *a, const void *b)
{
	return dep_entry_order(a, b);
}

static bool
same_text(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* The first column in which two rows of one key and time differ, or NULL. */
static const char *
difference(const struct dep_entry *a, const struct dep_entry *b)
{
	if (a->reinstated_at != b->reinstated_at)
		return "reinstated_at";
	if (a->ttl != b->ttl)
		return "ttl";
	if (!same_text(a->replacement, b->replacement))
		return "replacement";
	if (!same_text(a->owner, b->owner))
		return "owner";
	if (!same_text(a->ticket, b->ticket))
		return "ticket";
	return same_text(a->note, b->note) ? NULL : "note";
}

static const char *
moment(usec_t t, char *buf)
{
	return t == TM_NONE ? "before the data begins" : tm_text(t, buf);
}

/* a and b have one key, a is not later.  0 if they may stand side by side, 1 if b says the same again. */
static int
agree(const struct dep_entry *a, const struct dep_entry *b, struct err *err)
{
	char here[DEP_TEXT], there[DEP_TEXT], what[DEP_TEXT], from[2][TM_TEXT];
	const char *column;

	dep_entry_place(a, there);
	dep_entry_place(b, here);
	dep_entry_subject(b, what);
	if (a->deprecated_at == b->deprecated_at) {
		column = difference(a, b);
		if (column == NULL)
			return 1;
		return err_set(err, ST_ESYNTAX, "%s: %s is also in %s, with another %s; remove one of the two", here, what, there,
		               column);
	}
	if (a->reinstated_at != TM_NONE && a->reinstated_at <= b->deprecated_at)
		return 0;
	return err_set(err, ST_ESYNTAX, "%s: %s is retired from %s, but %s has it retired from %s on; remove one of the two, or end the "
	               "earlier one with reinstated_at", here, what, moment(b->deprecated_at, from[0]), there,
	               moment(a->deprecated_at, from[1]));
}

/* Entries given twice go; two that contradict each other are refused. */
static int
merge(struct deplist *l, struct err *err)
{
	size_t n = 0, i;
	int rc = 0;

	for (i = 0; i < l->n; i++) {
		rc = n > 0 && dep_entry_key_order(&l->e[n - 1], &l->e[i]) == 0 ? agree(&l->e[n - 1], &l->e[i], err) : 0;
		if (rc < 0)
			break;
		if (rc == 1)
			dep_entry_clear(&l->e[i]);
		else
			l->e[n++] = l->e[i];
	}
	for (; i < l->n; i++)	/* after a contradiction: keep the rest, to be freed */
		l->e[n++] = l->e[i];
	l->n = n;
	return rc < 0 ? rc : ST_OK;
}

size_t
deplist_prefixes(const struct deplist *l, struct prefix *out)
{
	size_t n;

	for (n = 0; n < l->n && l->e[n].has_addr; n++)
		out[n] = l->e[n].prefix;
	return n;
}

static bool
same_prefix(const struct prefix *a, const struct prefix *b)
{
	return a->len == b->len && addr_eq(&a->addr, &b->addr);
}

int
deplist_finish(struct deplist *l, struct err *err)
{
	struct prefix *prefixes;
	int rc;

	assert(l->watch == NULL);
	if (l->n > 0)
		qsort(l->e, l->n, sizeof(*l->e), order_qsort);
	rc = merge(l, err);
	if (rc < 0)
		return rc;
	prefixes = calloc(l->n + 1, sizeof(*prefixes));
	l->group_end = calloc(l->n + 1, sizeof(*l->group_end));
	if (prefixes != NULL && l->group_end != NULL) {
		l->naddr = deplist_prefixes(l, prefixes);
		l->watch = watch_new(prefixes, (uint32_t)l->naddr);
	}
	free(prefixes);
	if (l->watch == NULL)
		return no_memory(err);
	for (size_t i = l->naddr; i-- > 0;) {
		bool last = i + 1 == l->naddr || !same_prefix(&l->e[i].prefix, &l->e[i + 1].prefix);

		l->group_end[i] = last ? (uint32_t)i + 1 : l->group_end[i + 1];
	}
	return ST_OK;
}

/* ---- look-up ---- */

size_t
deplist_count(const struct deplist *l)
{
	return l->n;
}

const struct dep_entry *
deplist_at(const struct deplist *l, size_t i)
{
	assert(i < l->n);
	return &l->e[i];
}

size_t
deplist_index(const struct deplist *l, const struct dep_entry *e)
{
	return (size_t)(e - l->e);
}

const struct dep_entry *
deplist_match(const struct deplist *l, const struct addr *a, size_t i)
{
	for (int32_t first = watch_find(l->watch, a); first >= 0; first = watch_wider(l->watch, (uint32_t)first)) {
		size_t size = l->group_end[first] - (size_t)first;

		if (i < size)
			return &l->e[(size_t)first + i];
		i -= size;
	}
	return NULL;
}

void
deplist_canonical(const struct deplist *l, struct buf *out)
{
	for (size_t i = 0; i < l->n; i++)
		dep_entry_canonical(&l->e[i], out);
}
