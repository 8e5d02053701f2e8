#include "judge/conn.h"

#include <string.h>

#define KEPT_SYN 192
#define UPSTREAM_RECENT (60 * TM_SEC)	/* resolvers rest half a minute after a failure before they ask anew (RFC 8767 5) */
#define UPSTREAM_WAITED TM_SEC		/* 1.8 s before a stale answer in RFC 8767 5 */
#define UPSTREAM_GIVEN_UP (10 * TM_SEC)
#define ASK_WAIT (5 * TM_SEC)		/* a question without an answer for longer was lost, or its answer was */

/* The largest TTL that the zone was seen to give the record; 0: not seen. */
static uint32_t
zone_ttl(const struct zone_rec *z)
{
	uint32_t ttl = z != NULL ? z->ttl_after : 0;

	for (int i = 0; z != NULL && i < z->nttls; i++)
		if (z->ttls[i].ttl > ttl)
			ttl = z->ttls[i].ttl;
	return ttl;
}

/* Without the resolver's own questions: a TTL above the zone's is a floor if it counts down; one that does not may be the mark of a
 * stale answer. */
static void
floor_fact(struct facts *f, uint32_t max_ttl, uint32_t zone)
{
	if (max_ttl <= zone + 1)
		f->no |= B(R_FLOOR);
	else if (f->yes & B(R_COUNTS))
		f->yes |= B(R_FLOOR);
}

/* One question without an answer may be an answer that we missed; but then the resolver had not waited with its own. */
static void
up_failing_fact(const struct told *own, const struct served *s, usec_t t, struct facts *f)
{
	usec_t since = t - own->asked;
	bool waited = since >= UPSTREAM_WAITED && since < UPSTREAM_GIVEN_UP && s != NULL && s->last == t && s->n == s->n_asked + 1;

	if (own->unanswered == 0 || since >= UPSTREAM_RECENT)
		f->no |= B(UP_FAILING);
	else if (own->unanswered > 1 || waited)
		f->yes |= B(UP_FAILING);
}

/* What the resolver's own questions show, where they cross this link: whether its entry had run out when it answered, and
 * whether the zone answered it. */
static void
upstream_facts(const struct know *k, const struct told *told, const struct served *s, const struct addr *a, struct facts *f)
{
	const struct server *r = told->server != SERVER_NONE ? server_at(&k->resolvers, told->server) : NULL;
	const struct client *up = r != NULL ? client_find(&k->clients, &r->key.addr, r->key.scope) : NULL;
	const struct ledger_entry *l = r != NULL ? ledger_find(&k->ledger, &r->key.addr, r->key.scope, a) : NULL;
	const struct told *own = l != NULL ? ledger_name(l, told->path[0]) : NULL;

	if (s != NULL && s->fetched != TM_NONE)
		fact_set(f, B(R_EXPIRED), told->t > s->fetched_expiry + k->grace);
	if (own != NULL && own->asked != TM_NONE)
		up_failing_fact(own, s, told->t, f);
	else if (up != NULL && up->answers > 0)
		f->no |= B(UP_FAILING);
	if (f->yes & B(UP_FAILING))
		f->no |= B(REFRESHED);		/* it had asked before it answered */
}

static void
zone_facts(const struct zone_rec *z, struct facts *f)
{
	if (z == NULL || (z->with_after == TM_NONE && z->first_without == TM_NONE))
		return;
	fact_set(f, B(ZONE_STILL), z->first_without == TM_NONE);
	fact_set(f, B(ZONE_SPLIT), z->split);
}

/* How the server that gave the answer came by it. */
static struct facts
server_facts(const struct know *k, const struct told *told, const struct addr *a)
{
	const struct zone_rec *z = zone_find(&k->zones, told->path[0], a);
	const struct served *s = told->server != SERVER_NONE ? served_find(&k->resolvers, told->server, told->path[0], a) : NULL;
	struct facts f = { 0 };
	uint32_t ttl = 0;

	if (told->aa && !told->ra) {		/* the client asks the zone itself */
		f.no |= B(R_FLOOR) | B(R_STALE) | B(R_EXPIRED) | B(UP_FAILING);
		zone_facts(z, &f);
		return f;
	}
	upstream_facts(k, told, s, a, &f);
	/* What ran out, while the zone answers, may have been fetched again unseen: then the zone's state of today stands for it. */
	if (s != NULL && s->fetched != TM_NONE && ((f.no & B(R_EXPIRED)) || (f.yes & B(UP_FAILING)))) {
		fact_set(&f, B(ZONE_STILL), s->fetched_still);
		fact_set(&f, B(ZONE_SPLIT), s->fetched_split);
	} else {
		zone_facts(z, &f);
	}
	if (s != NULL && s->n > 1 && (s->same_expiry > 0 || s->same_ttl > 0))
		fact_set(&f, B(R_COUNTS), s->same_expiry > 0);
	if (s != NULL && s->fetched != TM_NONE)
		fact_set(&f, B(R_FLOOR), s->floor_seen);
	else if (s != NULL && (ttl = zone_ttl(z)) > 0)
		floor_fact(&f, s->max_ttl, ttl);
	if (s != NULL)
		fact_set(&f, B(R_STALE), s->stale_said);
	return f;
}

static uint32_t
served_max(const struct know *k, const struct told *t, const struct addr *a)
{
	const struct served *s = t->server != SERVER_NONE ? served_find(&k->resolvers, t->server, t->path[0], a) : NULL;

	return s != NULL ? s->max_ttl : 0;
}

/* Where no authority was seen, the list says what the zone's TTL was. */
static void
floor_by_list(struct facts *f, const struct legit *l, uint32_t max_ttl)
{
	if (!((f->yes | f->no) & B(R_FLOOR)) && l->basis == LEGIT_LIST && l->until != TM_NONE && max_ttl > 0)
		floor_fact(f, max_ttl, l->ttl);
}

static void
take_hint(struct hint *h, struct know *k, const struct told *t, const struct addr *a)
{
	memcpy(h->path, t->path, sizeof(h->path));
	h->npath = t->npath;
	h->way = t->way;
	h->heard = t->n > 0;
	h->t = t->t;
	h->expiry = t->expiry;
	h->ttl = t->ttl;
	h->server = t->server;
	h->other = t->other;
	h->asked = t->asked;
	h->answered = t->answered;
	h->kept = kept_hold(&k->kept, t->kept);
	h->kept_other = kept_hold(&k->kept, t->kept_other);
	h->max_ttl = h->heard ? served_max(k, t, a) : 0;
	if (h->heard)
		h->facts = server_facts(k, t, a);
}

/* A connection that goes on with an answer beyond the horizon, the name not asked again, shows that an application keeps it: for
 * the connections before it too. */
static void
note_kept(struct told *t, usec_t s, usec_t grace)
{
	if (t->n > 0 && s > t->expiry + CONN_HORIZON + grace && (t->asked == TM_NONE || t->asked <= t->t))
		t->beyond = t->t;
}

void
conn_open(struct conn *c, struct know *k, const struct flow *f, const struct frame *frame)
{
	struct ledger_entry *l;

	c->client = *flow_client(f);
	c->server = addr_meant(flow_server(f));
	c->scope = f->key.scope;
	c->cport = f->key.port[f->opener];
	c->port = f->key.port[!f->opener];
	c->proto = f->key.proto;
	c->opening_seen = f->opener_sure || f->key.proto != IPP_TCP;
	c->t = c->last = f->first;
	c->last_data = TM_NONE;
	c->begin = k->begin;
	c->isn = f->isn;
	c->lossy = know_lossy(k, &c->client, c->scope);
	c->flow_at = f->e.id;
	c->sni = NAME_NONE;
	c->kept_first = kept_add(&k->kept, frame, KEPT_SYN);
	l = ledger_find(&k->ledger, &c->client, c->scope, &c->server);
	for (uint32_t i = 0; l != NULL && i < l->n; i++) {
		take_hint(&c->hints[c->nhints++], k, &l->told[i], &c->server);
		note_kept(&l->told[i], c->t, k->grace);
	}
}

void
conn_free(struct conn *c, struct know *k)
{
	for (unsigned i = 0; i < c->nhints; i++) {
		kept_drop(&k->kept, c->hints[i].kept);
		kept_drop(&k->kept, c->hints[i].kept_other);
	}
	kept_drop(&k->kept, c->kept_first);
	kept_drop(&k->kept, c->kept_last);
}

static bool
runs(const struct hint *h, usec_t s, usec_t grace)
{
	return h->heard && s <= h->expiry + grace;
}

static bool
leads_by(const struct hint *h, uint32_t name)
{
	for (unsigned i = 0; i < h->npath; i++)
		if (h->path[i] == name)
			return true;
	return false;
}

/* Of several names: the one the client sent; else the last told of those that run; else the last told (Allman, IMC 2020). */
static const struct hint *
pick_hint(const struct conn *c, usec_t grace)
{
	const struct hint *best = NULL;

	for (unsigned i = 0; i < c->nhints; i++) {
		const struct hint *h = &c->hints[i];

		if (c->sni != NAME_NONE && !leads_by(h, c->sni))
			continue;
		if (best == NULL || (h->heard && !best->heard) ||
		    (h->heard == best->heard && (runs(h, c->t, grace) > runs(best, c->t, grace) ||
		     (runs(h, c->t, grace) == runs(best, c->t, grace) && h->t > best->t))))
			best = h;
	}
	return best;
}

/* Another name than those listed lives on the address: somebody was told so after it was retired. */
static bool
others_live(const struct know *k, const struct conn *c, const struct dep_entry *d)
{
	for (const struct zone_rec *z = table_oldest(&k->zones.t); z != NULL; z = table_newer(&k->zones.t, z))
		if (addr_eq(&z->key.addr, &c->server) && z->last_told != TM_NONE && z->last_told > d->deprecated_at &&
		    !dep_entry_names(d, names_at(&k->names, z->key.name)->wire))
			return true;
	return false;
}

static const struct dep_entry *
any_name(const struct know *k, const struct conn *c)
{
	const struct dep_entry *d, *best = NULL;

	for (size_t i = 0; (d = deplist_match(k->list, &c->server, i)) != NULL; i++) {
		if (!dep_entry_for_client(d, &c->client))
			continue;
		if ((d->deprecated_at == TM_NONE || c->t >= d->deprecated_at) && (d->reinstated_at == TM_NONE || c->t < d->reinstated_at))
			return d;
		best = best != NULL ? best : d;
	}
	return best;
}

/* Which entry the connection falls under, and by which name. */
static void
attribute(const struct conn *c, const struct know *k, struct finding_of *o)
{
	const struct hint *h = pick_hint(c, k->grace);

	o->name = NAME_NONE;
	if (h != NULL && h->heard) {
		o->hint = h;
		o->name = h->path[0];
		o->entry = know_entry(k, &c->server, &c->client, h->path, h->npath, c->t);
	} else if (c->sni != NAME_NONE) {
		o->hint = h;
		o->name = c->sni;
		o->entry = know_entry(k, &c->server, &c->client, &c->sni, 1, c->t);
	} else {
		o->hint = h;
		o->entry = any_name(k, c);
		o->unattributed = o->entry != NULL && o->entry->name_len > 0 && others_live(k, c, o->entry);
	}
}

static struct legit
legit_of(const struct conn *c, const struct know *k, const struct finding_of *o)
{
	const struct zone_rec *z = NULL;
	uint32_t name = o->hint != NULL ? o->hint->path[0] : o->name;
	struct legit best, l;

	if (name == NAME_NONE && o->entry->name_len > 0 && !o->entry->wildcard)
		name = names_find(&k->names, dns_name_hash(o->entry->name, k->names.seed));
	if (name != NAME_NONE)
		z = zone_find(&k->zones, name, &c->server);
	best = zone_legit(z, o->entry->deprecated_at, o->entry->ttl);
	if (z != NULL || best.basis != LEGIT_ASSUMED)
		return best;
	/* nothing names it: the longest that any name on the address may rightly be believed */
	for (z = table_oldest(&k->zones.t); z != NULL; z = table_newer(&k->zones.t, z)) {
		if (!addr_eq(&z->key.addr, &c->server))
			continue;
		l = zone_legit(z, o->entry->deprecated_at, -1);
		if (l.basis != LEGIT_ASSUMED && (best.basis == LEGIT_ASSUMED || l.until > best.until))
			best = l;
	}
	return best;
}

/* What the sensor could see of this client. */
static void
client_facts(const struct conn *c, const struct know *k, const struct legit *l, struct facts *f)
{
	const struct client *cl = client_find(&k->clients, &c->client, c->scope);
	usec_t cover = (l->basis == LEGIT_ASSUMED ? LEGIT_ASSUMED_TTL : l->ttl) * TM_SEC + CONN_HORIZON;

	fact_set(f, B(DNS_SEEN), cl != NULL && cl->answers > 0);
	fact_set(f, B(DNS_SEALED), cl != NULL && cl->last_sealed != TM_NONE);
	fact_set(f, B(YOUNG), c->begin == TM_NONE || c->t - c->begin < cover);
}

/* That something did not happen may be because its packets are hidden, or were lost. */
struct verdict
doubted(struct facts *f, const struct legit *l)
{
	const uint64_t if_not = B(HEARD) | B(TOLD) | B(LIVE) | B(NEW) | B(SHORT) | B(ASKED_LATER) | B(ASKING) | B(DNS_SEEN) | B(DNS_SEALED) |
		B(ZONE_SPLIT) | B(REFRESHED);
	const uint64_t if_so = B(BEFORE_T) | B(SHORT) | B(ASKING) | B(KEPT) | B(WALL) | B(EARLIER) | B(ZONE_STILL) | B(R_EXPIRED) | B(UP_FAILING) | B(REFRESHED);

	f->doubt |= (f->no & if_not) | (f->yes & if_so);
	if (l->basis == LEGIT_RESOLVER)
		f->doubt |= f->yes & B(PAST_LEGIT);	/* a later answer may have been among them */
	return rule_judge(*f);
}

/* An optimistic resolver answers first and asks afterwards; that is known only later. */
static void
refreshed_fact(const struct know *k, const struct hint *h, const struct addr *a, struct facts *f)
{
	const struct served *s = h->server != SERVER_NONE ? served_find(&k->resolvers, h->server, h->path[0], a) : NULL;

	if (s != NULL && s->refreshed == h->t)
		f->yes |= B(REFRESHED);
}

/* What the client was told, and did with it. */
static void
told_facts(const struct conn *c, const struct know *k, const struct hint *h, usec_t T, struct facts *f)
{
	const struct ledger_entry *l = ledger_find(&k->ledger, &c->client, c->scope, &c->server);
	const struct told *now = NULL;
	bool asking = h->asked != TM_NONE && (h->answered == TM_NONE || h->asked > h->answered);
	bool lost = asking && c->t - h->asked > ASK_WAIT;

	if (l != NULL)
		now = ledger_name(l, h->path[0]);
	f->yes |= h->facts.yes;
	f->no |= h->facts.no;
	if (runs(h, c->t, k->grace))
		f->yes |= B(LIVE);
	else if (!lost)
		f->no |= B(LIVE);
	fact_set(f, B(BEFORE_T), T != TM_NONE && h->t <= T + k->grace);
	fact_set(f, B(NEW), h->other != TM_NONE && h->other > h->t);
	fact_set(f, B(SHORT), c->t <= h->expiry + CONN_HORIZON + k->grace);
	fact_set(f, B(ASKING), asking && !lost);
	if (asking)			/* nobody saw what it was told */
		f->doubt |= (f->yes & B(BEFORE_T)) | (f->no & B(NEW));
	if (asking && !lost)
		f->no |= B(KEPT);
	if (now != NULL && now->asked != TM_NONE && now->asked > c->t) {
		f->yes |= B(ASKED_LATER);
		f->no |= B(KEPT);
	} else if (now != NULL && now->beyond == h->t) {
		f->yes |= B(KEPT);
	}
	refreshed_fact(k, h, &c->server, f);
}

struct finding_of
conn_judge(const struct conn *c, const struct know *k)
{
	struct finding_of o = { .name = NAME_NONE };
	struct facts *f = &o.facts;
	usec_t T;

	attribute(c, k, &o);
	if (o.entry == NULL)
		return o;
	T = o.entry->deprecated_at;
	if (o.entry->reinstated_at != TM_NONE && c->t >= o.entry->reinstated_at) {
		o.entry = NULL;
		return o;
	}
	if (T != TM_NONE && c->t < T) {
		o.held = c->last_data != TM_NONE && c->last_data > T;
		if (!o.held) {
			o.entry = NULL;
			return o;
		}
	}
	o.legit = legit_of(c, k, &o);
	if (c->opening_seen || o.held)
		fact_set(f, B(OPENED_BEFORE), o.held);
	fact_set(f, B(PAST_LEGIT), T == TM_NONE || c->t > o.legit.until + k->grace);
	if (o.legit.basis == LEGIT_ASSUMED)
		f->doubt |= B(PAST_LEGIT);
	client_facts(c, k, &o.legit, f);
	fact_set(f, B(HEARD), o.hint != NULL && o.hint->heard);
	if (f->yes & B(HEARD)) {
		f->yes |= B(TOLD);
		told_facts(c, k, o.hint, T, f);
		floor_by_list(f, &o.legit, o.hint->max_ttl);
	} else if ((f->yes & B(DNS_SEEN)) && (f->no & B(YOUNG))) {
		f->no |= B(TOLD);
	}
	if (k->filtered || c->lossy || know_lossy(k, &c->client, c->scope))
		o.verdict = doubted(f, &o.legit);
	else
		o.verdict = rule_judge(*f);
	if (o.entry->name_len > 0 && o.name == NAME_NONE && o.verdict.confidence == CONF_CERTAIN)
		o.verdict.confidence = CONF_LIKELY;	/* nothing says that it was for a listed name */
	o.draining = !o.held && (f->no & B(PAST_LEGIT)) && !(f->no & B(LIVE));
	return o;
}

void
answer_judge(struct finding_of *o, const struct told_event *t, const struct know *k)
{
	o->facts = server_facts(k, t->told, &t->addr);
	floor_by_list(&o->facts, &o->legit, served_max(k, t->told, &t->addr));
	o->facts.yes |= B(HEARD) | B(TOLD) | B(LIVE) | B(PAST_LEGIT);
	o->facts.no |= B(OPENED_BEFORE) | B(BEFORE_T);
	if (o->legit.basis == LEGIT_ASSUMED)
		o->facts.doubt |= B(PAST_LEGIT);
	if (k->filtered || know_lossy(k, &t->ev->client, t->ev->scope))
		o->verdict = doubted(&o->facts, &o->legit);
	else
		o->verdict = rule_judge(o->facts);
}
