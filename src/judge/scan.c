#include "judge/scan.h"

#include <string.h>

static bool
neighbours(const struct addr *a, const struct addr *b)
{
	return addr_is_v4(a) == addr_is_v4(b) && memcmp(a->b, b->b, addr_is_v4(a) ? 15 : 8) == 0;	/* /24, /64 */
}

/* The same in every run: the hash is stored. */
static uint32_t
target(const struct flow *f)
{
	uint32_t h = f->key.port[!f->opener];

	for (int i = 0; i < 16; i++)
		h = (h ^ flow_server(f)->b[i]) * 16777619u;
	return h;
}

static void
note(struct scan_source *s, const struct flow *f, usec_t now)
{
	uint32_t h = target(f);

	if (s->scans || !f->syn || !neighbours(flow_server(f), &s->about))
		return;
	if (now - s->since > SCAN_WINDOW) {
		s->since = now;
		s->n = 0;
	}
	for (unsigned i = 0; i < s->n; i++)
		if (s->tried[i] == h)
			return;
	if (s->n < SCAN_MANY)
		s->tried[s->n++] = h;
	s->scans = s->n == SCAN_MANY;
}

/* Data went both ways. */
static bool
talks(const struct flow *f)
{
	return f->bytes[0] > 0 && f->bytes[1] > 0;
}

/* On a connection that is still open. */
static bool
talked(const struct judge *j, const struct scan_source *s)
{
	for (const struct conn *c = table_oldest(&j->conns); c != NULL; c = table_newer(&j->conns, c))
		if (!c->ended && c->scope == s->key.scope && addr_eq(&c->client, &s->key.client) && talks(table_at(&j->flows->t, c->flow_at)))
			return true;
	return false;
}

static struct scan_source *
source_get(struct judge *j, const struct scan_key *k, const struct flow *f)
{
	struct scan_source *s = table_add(&j->scans, k);
	const struct table *t = &j->flows->t;
	uint32_t id = t->newest;

	if (s == NULL && j->scans.n >= j->scans.max) {
		table_remove(&j->scans, table_oldest(&j->scans));
		s = table_add(&j->scans, k);
	}
	if (s == NULL)
		return NULL;
	s->about = *flow_server(f);
	s->since = f->first;
	for (int n = 0; n < SCAN_FLOWS && id != TABLE_NIL; n++) {	/* it came here by way of the neighbours */
		const struct flow *b = table_at(t, id);

		if (f->first - b->last > SCAN_WINDOW)
			break;
		if (b->key.proto == IPP_TCP && b->key.scope == k->scope && addr_eq(flow_client(b), &k->client))
			note(s, b, f->first);
		id = b->e.older;
	}
	return s;
}

void
scan_opened(struct judge *j, const struct flow *f, bool listed)
{
	const struct scan_key k = { .client = *flow_client(f), .scope = f->key.scope };
	struct scan_source *s;
	bool did;

	if (f->key.proto != IPP_TCP || (j->scans.n == 0 && !listed))
		return;
	s = table_find(&j->scans, &k);
	did = s != NULL && s->scans;
	if (s == NULL && listed)
		s = source_get(j, &k, f);
	if (s == NULL)
		return;
	table_touch(&j->scans, s);
	note(s, f, f->first);
	if (s->scans && !did)
		s->used = s->used || talked(j, s);
}

void
scan_ended(struct judge *j, const struct flow *f)
{
	const struct scan_key k = { .client = *flow_client(f), .scope = f->key.scope };
	struct scan_source *s = table_find(&j->scans, &k);

	if (s != NULL && !s->scans && talks(f))
		s->used = true;
}

bool
scan_background(const struct judge *j, const struct conn *c)
{
	const struct scan_key k = { .client = c->client, .scope = c->scope };
	const struct scan_source *s = table_find(&j->scans, &k);

	if (c->proto != IPP_TCP || c->bytes_to > 0 || c->sni != NAME_NONE)
		return false;
	return c->stray || (s != NULL && s->scans && !s->used);
}
