#include "app/flush_int.h"

/* Where several sensors write into one database, what is known of a server is known from all of them, under the one that wrote last. */
static void
write_resolver(struct engine *e, const struct server *s)
{
	char addr[ADDR_TEXT], scope[SCOPE_TEXT];
	const struct policy_known k = profile_known(&s->profile);
	const struct label *l = e->labels != NULL ? labels_find(e->labels, &s->key.addr) : NULL;
	const struct profile *p = &s->profile;
	const struct row_resolver row = { .server = addr_text(&s->key.addr, addr),
		.scope = s->key.scope != 0 ? scope_text(s->key.scope, scope) : NULL, .role = know_server_role(&e->know, s), .clients = p->clients,
		.answers = (int64_t)s->answers, .after_legit = (int64_t)p->after_legit, .last_after = p->last_after, .ttl_floor = k.floor,
		.ttl_cap = k.cap, .stale_ttl = k.stale, .optimistic = k.optimistic, .prefetch = k.prefetch, .caches = k.caches,
		.upstreams = p->nup > 0 ? p->nup : -1, .samples = (int64_t)p->samples };

	store_resolver(e->store, &row);
	if (l != NULL)
		store_label(e->store, addr, l->label, l->owner, l->site);
	e->rows++;
}

void
flush_resolvers(struct engine *e)
{
	const struct table *t = &e->know.resolvers.servers;

	for (const struct server *s = table_oldest(t); s != NULL; s = table_newer(t, s))
		if (s->with_ra > 0)
			write_resolver(e, s);
}
