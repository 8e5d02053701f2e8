#include "report/ready_past_int.h"

#include <stdlib.h>
#include <string.h>

#define TOGETHER (2 * TM_SEC)	/* two clocks, and the same packet */
#define SENSORS 16		/* so many at most see one thing */
#define AHEAD 256		/* so many of one client and server are looked through for it */

/* The name asked, and the addresses in the answer section; the message has its names written out. */
static void
read_message(struct past_answer *a, const uint8_t *m, size_t n)
{
	size_t at = 12;

	if (n < 12)
		return;
	for (unsigned i = 0; i <= ((unsigned)m[6] << 8 | m[7]); i++) {
		size_t len;

		while (at < n && m[at] != 0)
			at += m[at] + 1u;
		at += 5;
		if (i == 0)
			continue;
		if (at + 6 > n)
			return;
		len = (size_t)m[at + 4] << 8 | m[at + 5];
		if (at + 6 + len > n || a->naddr == PAST_ADDRS)
			return;
		if (m[at - 4] == 0 && m[at - 3] == 1 && len == 4)
			a->addr[a->naddr++] = addr_v4(m + at + 6);
		else if (m[at - 4] == 0 && m[at - 3] == 28 && len == 16)
			a->addr[a->naddr++] = addr_v6(m + at + 6);
		at += 6 + len;
	}
}

static int
read_said(struct past *p, struct reader *rd, struct err *err)
{
	struct rows r;
	int64_t most = 0;
	size_t n;

	rows_open(&r, rd, "SELECT max(id) FROM said");
	if (rows_next(&r))
		most = rows_int(&r, 0, 0);
	if (rows_close(&r, err) < 0)
		return err->code;
	p->said = most >= 0 && most < INT32_MAX ? calloc((size_t)most + 1, sizeof(*p->said)) : NULL;
	if (p->said == NULL)
		return err_set(err, ST_ENOMEM, "out of memory for the kept history");
	p->nsaid = (uint32_t)most + 1;
	rows_open(&r, rd, "SELECT id,name,type,body FROM said WHERE id>0 ORDER BY id");
	while (rows_next(&r)) {
		struct past_answer *a = &p->said[rows_int(&r, 0, 0)];
		const void *body = rows_blob(&r, 3, &n);

		a->name = rows_text(&r, 1) != NULL ? strdup(rows_text(&r, 1)) : NULL;
		a->type = (uint16_t)rows_int(&r, 2, 0);
		if (body != NULL)
			read_message(a, body, n);
	}
	return rows_close(&r, err);
}

static void
add(struct past *p, const struct page_from *from, usec_t t, const struct page_event *e, bool met)
{
	if (e->key[0] >= (met ? p->hosts.n : p->nsaid) || e->key[2] >= p->hosts.n || (!met && e->key[1] >= p->hosts.n))
		return;
	if (p->n == p->cap) {
		size_t cap = p->cap > 0 ? 2 * p->cap : 1024;
		struct past_event *grown = realloc(p->at, cap * sizeof(*grown));

		p->failed |= grown == NULL;
		if (grown == NULL)
			return;
		p->at = grown;
		p->cap = cap;
	}
	p->at[p->n++] = (struct past_event){ t, (uint64_t)from->database << 32 | (uint32_t)from->sensor, *e, met };
}

static void
take_told(void *ctx, const struct page_from *from, const struct page_event *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(ctx, from, from->hour * PAGE_HOUR + e[i].at * PAGE_UNIT, &e[i], false);
}

static void
take_met(void *ctx, const struct page_from *from, const struct page_event *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(ctx, from, from->hour * PAGE_HOUR + e[i].at * PAGE_UNIT, &e[i], true);
}

static void
take_live(void *ctx, const struct page_from *from, const struct page_event *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct page_event open = e[i];

		open.value = PAST_OPEN;
		add(ctx, from, e[i].value * TM_SEC, &open, true);
	}
}

static int
read_pages(struct past *p, struct reader *rd, struct err *err)
{
	int rc = history_pages(rd, PAGE_TOLD, take_told, p, err);

	if (rc == 0)
		rc = history_pages(rd, PAGE_MET, take_met, p, err);
	if (rc == 0)
		rc = history_pages(rd, PAGE_LIVE, take_live, p, err);
	return rc == 0 && p->failed ? err_set(err, ST_ENOMEM, "out of memory for the kept history") : rc;
}

/* ---- what was seen twice ---- */

static int
ends_order(const struct past_event *x, const struct past_event *y)
{
	if (x->met != y->met)
		return x->met ? 1 : -1;
	for (int i = 0; i < 3; i++)
		if (x->e.key[i] != y->e.key[i])
			return x->e.key[i] < y->e.key[i] ? -1 : 1;
	return 0;
}

static int
by_ends(const void *a, const void *b)
{
	const struct past_event *x = a, *y = b;
	int c = ends_order(x, y);

	return c != 0 ? c : x->t != y->t ? (x->t < y->t ? -1 : 1) : (x->from > y->from) - (x->from < y->from);
}

/* Who saw most of it tells how long it was; `gone` is what another stands for. */
static void
join_one(struct past_event *e, size_t n, bool *gone)
{
	uint64_t by[SENSORS] = { e->from };
	unsigned nby = 1, k;

	for (size_t i = 1; i < n && i < AHEAD && nby < SENSORS && e[i].t - e->t <= TOGETHER && ends_order(e, &e[i]) == 0; i++) {
		for (k = 0; k < nby && by[k] != e[i].from; k++)
			;
		if (k < nby || gone[i])
			continue;
		by[nby++] = e[i].from;
		gone[i] = true;
		e->e.value = e[i].e.value > e->e.value ? e[i].e.value : e->e.value;
		e->e.more = e[i].e.more > e->e.more ? e[i].e.more : e->e.more;
	}
}

static int
join(struct past *p, struct err *err)
{
	bool *gone = calloc(p->n + 1, sizeof(*gone));
	size_t kept = 0;

	if (gone == NULL)
		return err_set(err, ST_ENOMEM, "out of memory for the kept history");
	if (p->n > 0)
		qsort(p->at, p->n, sizeof(*p->at), by_ends);
	for (size_t i = 0; i < p->n; i++) {
		if (gone[i])
			continue;
		join_one(&p->at[i], p->n - i, &gone[i]);
		p->at[kept++] = p->at[i];
	}
	p->n = kept;
	free(gone);
	return 0;
}

/* ---- all of it ---- */

static int
by_time(const void *a, const void *b)
{
	const struct past_event *x = a, *y = b;

	return x->t != y->t ? (x->t < y->t ? -1 : 1) : x->met != y->met ? (x->met ? 1 : -1) : page_order(&x->e, &y->e);
}

static void
count_answers(struct past *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct page_event *e = &p->at[i].e;

		if (p->at[i].met)
			continue;
		p->dns_seen[e->key[2]] = 1;
		p->said[e->key[0]].n += 1 + e->more;
	}
}

int
ready_past_read(struct reader *rd, struct past *p, struct err *err)
{
	struct rows r;
	int rc;

	*p = (struct past){ .now = TM_NONE };
	rc = history_hosts(rd, &p->hosts, err);
	if (rc == 0)
		rc = read_said(p, rd, err);
	if (rc < 0)
		return rc;
	p->dns_seen = calloc((size_t)p->hosts.n + 1, 1);
	if (p->dns_seen == NULL)
		return err_set(err, ST_ENOMEM, "out of memory for the kept history");
	rc = read_pages(p, rd, err);
	if (rc == 0)
		rc = join(p, err);
	if (rc < 0)
		return rc;
	if (p->n > 0)
		qsort(p->at, p->n, sizeof(*p->at), by_time);
	count_answers(p);
	rows_open(&r, rd, "SELECT max(last_us) FROM source");
	p->now = rows_next(&r) ? rows_time(&r, 0) : TM_NONE;
	return rows_close(&r, err);
}

void
ready_past_free(struct past *p)
{
	for (uint32_t i = 0; i < p->nsaid; i++)
		free(p->said[i].name);
	free(p->said);
	free(p->hosts.at);
	free(p->at);
	free(p->dns_seen);
}

