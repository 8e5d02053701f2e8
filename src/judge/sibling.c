/* A machine asks from one of its addresses and connects from another: its network card says that they are one machine's. */
#include "judge/facts_int.h"

struct ledger_entry *
ledger_of(const struct know *k, const struct addr *who, uint32_t scope, const struct addr *server, usec_t since)
{
	struct ledger_entry *l = ledger_find(&k->ledger, who, scope, server);

	return l != NULL && l->since == since ? l : NULL;
}

/* Nothing that the user has said of it already, and nobody who asks for others. */
static bool
plain(const struct know *k, const struct addr *a, uint32_t scope)
{
	const struct label *l = k->labels != NULL ? labels_find(k->labels, a) : NULL;

	return (l == NULL || (l->host == NULL && l->role == ROLE_NONE)) && !know_hands_on(k, a, scope);
}

/* When it was last told the server's address; TM_NONE: never. */
static usec_t
told_at(const struct know *k, const struct client *cl, const struct addr *server)
{
	const struct ledger_entry *l = ledger_of(k, &cl->key.addr, cl->key.scope, server, cl->since);
	usec_t at = TM_NONE;

	for (uint32_t i = 0; l != NULL && i < l->n; i++)
		if (l->told[i].n > 0 && l->told[i].last > at)
			at = l->told[i].last;
	return at;
}

static const struct client *
better(const struct know *k, const struct client *one, const struct client *two, const struct addr *server)
{
	usec_t told_one, told_two;

	if (one == NULL)
		return two;
	told_one = told_at(k, one, server);
	told_two = told_at(k, two, server);
	if (told_one != told_two)
		return told_one > told_two ? one : two;
	return one->last_answer >= two->last_answer ? one : two;
}

const struct client *
sibling_of(const struct know *k, const struct conn *c, const struct client *own)
{
	const struct nic *nic = !k->recalled && own != NULL && memcmp(own->link.nic, c->from.mac, 6) == 0 ? nic_find(&k->nics, own->link.nic, c->scope) : NULL;
	const struct client *best = NULL;

	if (nic == NULL || !plain(k, &c->client, c->scope))
		return NULL;
	for (unsigned i = 0; i < nic->n; i++) {
		const struct client *cl = client_find(&k->clients, &nic->of[i].addr, c->scope);

		if (cl != NULL && cl != own && cl->answers > 0 && memcmp(cl->link.nic, own->link.nic, 6) == 0 && plain(k, &cl->key.addr, c->scope))
			best = better(k, best, cl, &c->server);
	}
	if (best == NULL || (told_at(k, best, &c->server) == TM_NONE && own->answers > 0))
		return NULL;
	return best;
}
