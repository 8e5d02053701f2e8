#include "know/machine.h"

#include <string.h>

struct found {
	struct entry e;
	struct addr addr;
	struct addr main;
};

bool
machines_init(struct machines *m, uint64_t seed)
{
	m->labels = NULL;
	return table_init(&m->t, sizeof(struct found), sizeof(struct addr), MACHINE_MAX, seed);
}

void
machines_use(struct machines *m, const struct labels *labels)
{
	table_clear(&m->t);
	m->labels = NULL;
	for (size_t i = 0; labels != NULL && i < labels->n; i++)
		if (labels->v[i].host != NULL)
			m->labels = labels;
}

void
machines_free(struct machines *m)
{
	table_free(&m->t);
}

/* The first row with the same host. */
static const struct addr *
look_up(const struct labels *labels, const struct addr *a)
{
	const struct label *l = labels_find(labels, a);

	for (size_t i = 0; l != NULL && l->host != NULL && i < labels->n; i++)
		if (labels->v[i].host != NULL && strcmp(labels->v[i].host, l->host) == 0)
			return &labels->v[i].prefix.addr;
	return a;
}

const struct addr *
machine_other(struct machines *m, const struct addr *a)
{
	bool fresh;
	struct found *f;

	if (m->t.n == m->t.max && table_find(&m->t, a) == NULL)
		table_remove(&m->t, table_oldest(&m->t));
	f = table_get(&m->t, a, &fresh);
	if (f == NULL)
		return a;
	if (fresh)
		f->main = *look_up(m->labels, a);
	else
		table_touch(&m->t, f);
	return &f->main;
}
