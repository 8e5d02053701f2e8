#include "judge/conn.h"

#include <string.h>

#include "judge/facts_int.h"

#define KEPT_SYN 192

static void
take_hint(struct hint *h, struct know *k, const struct told *t, const struct addr *a)
{
	memcpy(h->path, t->path, sizeof(h->path));
	h->npath = t->npath;
	h->way = t->way;
	h->by = t->by;
	h->heard = t->n > 0;
	h->t = t->t;
	h->expiry = t->expiry;
	h->ttl = t->ttl;
	h->server = t->server;
	h->from = t->from;
	h->other = t->other;
	h->asked = t->asked;
	h->answered = t->answered;
	h->failed = t->failed;
	h->waits = t->waits;
	h->deaf = t->deaf;
	h->kept = kept_hold(&k->kept, t->kept);
	h->kept_other = kept_hold(&k->kept, t->kept_other);
	if (h->heard)
		h->facts = server_facts(k, t, a);
}

/* Which record of another name led the client to the name. */
static void
take_lead(const struct conn *c, struct know *k, struct hint *h)
{
	const struct lead_of of = { .who = c->who, .client = c->client, .addr = c->server, .scope = c->scope, .name = h->path[0], .port = c->port, .t = c->t };

	if (know_lead(k, &of, &h->lead))
		kept_hold(&k->kept, h->lead.kept);
}

/* A connection that goes on with an answer beyond the horizon, the name not asked again, shows that an application keeps it: for
 * the connections before it too. */
static void
note_kept(struct told *t, usec_t s, usec_t grace)
{
	if (t->n > 0 && s > t->expiry + CONN_HORIZON + grace && (t->asked == TM_NONE || t->asked <= t->t))
		t->beyond = t->t;
}

/* Question and connection leave together, though an answer had run out: the client does not wait for the new one.  It counts once that is seen. */
static void
note_together(struct told *t, usec_t s, usec_t grace)
{
	bool asking = t->asked != TM_NONE && (t->answered == TM_NONE || t->asked > t->answered || s - t->answered <= ASK_REACH);

	if (t->n == 0 || s <= t->expiry + grace)
		return;
	if (t->asked == TM_NONE || s - t->asked > ASK_WAIT) {
		t->n_apart++;
	} else if (asking && s - t->asked <= ASK_TOGETHER && t->together != t->asked) {
		t->awaited = t->together == TM_NONE || t->asked - t->together > ASK_WAIT;
		t->together = t->asked;
		if (t->awaited && t->answered >= t->asked) {
			t->n_together++;
			t->awaited = false;
		}
	}
}

static bool
heard(const struct conn *c)
{
	for (unsigned i = 0; i < c->nhints; i++)
		if (c->hints[i].heard)
			return true;
	return false;
}

/* That it is at work, and whether it had just talked to a DNS server that cannot be read. */
static void
note_client(struct client *cl, const struct conn *c)
{
	cl->running = true;
	if (heard(c))
		return;
	cl->untold++;
	cl->untold_timed += cl->sealed_answer != TM_NONE && c->t - cl->sealed_answer <= ASK_TOGETHER;
}

/* Who asks is this one: since when he was in sight, and what he was told. */
static void
take_who(struct conn *c, struct know *k, const struct client *cl)
{
	struct ledger_entry *l;

	if (cl != NULL) {
		c->who = cl->key.addr;
		c->since = k->recalled ? TM_NONE : cl->since;
		if (cl->came > c->begin && cl->came <= c->t)
			c->begin = cl->came;
	}
	l = ledger_of(k, &c->who, c->scope, &c->server, c->since);
	for (uint32_t i = 0; l != NULL && i < l->n; i++) {
		take_hint(&c->hints[c->nhints], k, &l->told[i], &c->server);
		take_lead(c, k, &c->hints[c->nhints++]);
		if (c->lent)		/* what it does is not held against another address */
			continue;
		note_kept(&l->told[i], c->t, k->grace);
		note_together(&l->told[i], c->t, k->grace);
	}
}

static void
drop_hints(struct conn *c, struct know *k)
{
	for (unsigned i = 0; i < c->nhints; i++) {
		kept_drop(&k->kept, c->hints[i].kept);
		kept_drop(&k->kept, c->hints[i].kept_other);
		kept_drop(&k->kept, c->hints[i].lead.kept);
	}
	c->nhints = 0;
	memset(c->hints, 0, sizeof(c->hints));
}

static void
ask_sibling(struct conn *c, struct know *k, const struct client *own)
{
	const struct client *cl = heard(c) ? NULL : sibling_of(k, c, own);

	if (cl == NULL)
		return;
	drop_hints(c, k);
	c->lent = true;
	c->begin = k->begin;
	take_who(c, k, cl);
}

void
conn_open(struct conn *c, struct know *k, const struct flow *f, const struct frame *frame)
{
	struct client *own;

	c->client = *flow_client(f);
	c->who = *machine_of(k->machines, &c->client);
	c->server = addr_meant(flow_server(f));
	c->scope = f->key.scope;
	c->cport = f->key.port[f->opener];
	c->port = f->key.port[!f->opener];
	c->proto = f->key.proto;
	c->opening_seen = f->opener_sure || f->key.proto != IPP_TCP;
	c->to_seen = f->syn || k->recalled;
	c->t = c->last = f->first;
	c->last_data = TM_NONE;
	c->begin = k->begin;
	c->since = TM_NONE;
	c->from = f->from;
	c->isn = f->isn;
	c->recalled = k->recalled;
	c->race = k->recalled ? RACE_NONE : RACE_OPEN;		/* its flow is gone at once */
	c->flow_at = f->e.id;
	c->sni = NAME_NONE;
	c->kept_first = kept_add(&k->kept, frame, KEPT_SYN);
	own = client_get(&k->clients, &c->who, c->scope);
	if (own != NULL)
		know_sender(k, own, &c->client, &c->from, true, c->t);
	take_who(c, k, own);
	if (own != NULL)
		note_client(own, c);
	ask_sibling(c, k, own);
	c->lossy = k->recalled || know_lossy(k, &c->who, c->scope) || know_lossy(k, &c->client, c->scope);
	c->referred = referral_find(&k->referrals, &c->client, c->scope, &c->server) != NULL;
}

/* It was not told the address itself, else it would not have been lent another's word. */
void
conn_check(struct conn *c, struct know *k)
{
	const struct client *own;

	if (!c->lent || nic_find(&k->nics, c->from.mac, c->scope) != NULL)
		return;
	drop_hints(c, k);
	c->lent = false;
	c->who = c->client;
	own = client_find(&k->clients, &c->client, c->scope);
	c->since = own != NULL && own->since <= c->t ? own->since : TM_NONE;
}

void
conn_free(struct conn *c, struct know *k)
{
	drop_hints(c, k);
	kept_drop(&k->kept, c->kept_first);
	kept_drop(&k->kept, c->kept_last);
}
