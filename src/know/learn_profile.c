#include "know/learn_int.h"

/* A host that asks may be one that answers, whichever was seen first. */
static void
as_server(struct know *k, struct client *c, const struct server *s)
{
	uint32_t id;

	if (s->with_ra == 1) {
		struct client *other = client_find(&k->clients, &s->key.addr, s->key.scope);

		if (other != NULL)
			other->as_server = s->e.id + 1;
	}
	if (c->answers == 1) {
		id = server_find(&k->resolvers, &c->key.addr, c->key.scope);
		if (id != SERVER_NONE && server_at(&k->resolvers, id)->with_ra > 0)
			c->as_server = id + 1;
	}
}

static void
count_client(struct client *c, struct server *s)
{
	unsigned i = 0;

	while (i < CLIENT_SERVERS && c->by[i] != s->e.id + 1 && c->by[i] != 0)
		i++;
	if (i == CLIENT_SERVERS || c->by[i] != 0)
		return;
	c->by[i] = s->e.id + 1;
	s->profile.clients++;
}

/* What this answer tells of the server's ways, and of its client's if that answers others too. */
void
learn_profile(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct memo_set *ms,
              struct client *c, struct server *s)
{
	bool ra = w->flags & DNS_RA, aa = w->flags & DNS_AA, fresh = ms != NULL && ms->plain && w->nanswer > 0 && ev->ttl_less == 0;
	uint32_t ttl = fresh ? w->rr[0].ttl : 0;
	struct profile *up;

	if (s->with_ra == 1 || c->answers == 1)
		as_server(k, c, s);
	if (ra && c->by[0] != s->e.id + 1)
		count_client(c, s);
	if (c->as_server != 0) {
		up = &server_at(&k->resolvers, c->as_server - 1)->profile;
		if (ra)
			profile_asks(up, s->e.id);
		else if (aa)
			up->iterates = true;
		if (fresh && sample_has(&up->sample, ms->question))
			profile_fetched(&k->resolvers, c->as_server - 1, ms->question, ev->t, ttl);
	}
	if (!fresh)
		return;
	if (aa) {
		if (!ra && sample_has(&k->resolvers.seen.zone, ms->question))
			profile_zone(&k->resolvers, ms->question, ttl);
		return;
	}
	if (!ra)
		return;
	if (w->ede == 3)
		profile_stale(&s->profile, ev->t, ttl);
	if (ttl > s->profile.most)
		s->profile.most = ttl;
	if (sample_has(&s->profile.sample, ms->question))
		profile_told(&k->resolvers, s->e.id, ms->question, ev->t, ttl);
}
