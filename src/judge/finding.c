#include "judge/finding.h"

#include <stdio.h>
#include <string.h>

#include <openssl/sha.h>

#include "base/name.h"

const char *
proto_name(uint8_t proto)
{
	return proto == IPP_TCP ? "tcp" : proto == IPP_UDP ? "udp" : proto == CONN_QUIC ? "quic" : NULL;
}

void
tally_clear(struct tally *t)
{
	memset(t, 0, sizeof(*t));
	t->first = t->drains_by = TM_NONE;
	standing_clear(&t->standing);
}

bool
verdict_ends(const struct verdict *v)
{
	return cause_ends(v->cause) && (v->extended & ~CAUSE_BIT(CAUSE_STUB_OVERRUN)) == 0;
}

/* When a client with this verdict stops by itself. */
static usec_t
ends_by(const struct finding_of *o)
{
	bool minute = o->verdict.cause == CAUSE_STUB_OVERRUN || (o->verdict.extended & CAUSE_BIT(CAUSE_STUB_OVERRUN));

	if (!verdict_ends(&o->verdict))
		return TM_NONE;
	if (o->hint != NULL && o->hint->expiry != TM_NONE)
		return o->hint->expiry + (minute ? CONN_HORIZON : 0);
	return minute ? TM_NONE : o->legit.until;
}

static void
begins(struct tally *t, usec_t at)
{
	if (t->first == TM_NONE || at < t->first)
		t->first = at;
}

void
tally_conn(struct tally *t, const struct conn *c, const struct finding_of *o, const struct silence *s)
{
	begins(t, c->t);
	t->bytes_to += c->bytes_to;
	t->bytes_from += c->bytes_from;
	if (o->held) {
		t->held++;
		t->going_on += !c->ended;
		if (c->ended && c->last > t->drains_by)
			t->drains_by = c->last;
		standing_held(&t->standing, c->t, c->last_data, c->last_data > o->legit.until, s->covered, s->resolve_after);
		return;
	}
	standing_contact(&t->standing, c->t, !o->draining, s->covered, s->resolve_after);
	t->connections++;
	t->by_cause[o->verdict.cause]++;
	t->outcome[c->outcome]++;
	if (ends_by(o) > t->drains_by)
		t->drains_by = ends_by(o);
	if (o->draining) {
		t->draining++;
		return;
	}
	t->stale++;
}

bool
speaks(const struct speaker *s, usec_t t, bool stale)
{
	return s->t == TM_NONE || (stale && !s->stale) || (stale == s->stale && t >= s->t);
}

static void
add_evidence(struct speaker *s, enum ev_role role, usec_t at, uint64_t kept, uint32_t server, int64_t ttl, usec_t expiry)
{
	if (at == TM_NONE || s->nevidence == EVIDENCE_MAX)
		return;
	s->evidence[s->nevidence++] = (struct evidence){ role, at, kept, server, ttl, expiry };
}

static void
lead_evidence(struct speaker *s, const struct lead *l)
{
	s->lead = *l;
	if (l->n > 0)
		add_evidence(s, EV_LEAD, l->t, l->kept, SERVER_NONE, -1, l->expiry);
}

static void
zone_evidence(struct speaker *s, const struct know *k, const struct addr *a)
{
	uint32_t name = s->lead.n > 0 ? s->path[0] : s->name;
	const struct zone_rec *z = name != NAME_NONE ? zone_find(&k->zones, name, s->by, a) : NULL;

	if (z == NULL)
		return;
	if (z->nttls > 0)
		add_evidence(s, EV_ZONE_BEFORE, z->ttls[z->nttls - 1].last, z->kept_before, SERVER_NONE,
		             z->ttls[z->nttls - 1].ttl, TM_NONE);
	add_evidence(s, EV_ZONE_WITH, z->with_after, z->kept_with, server_find(&k->resolvers, &z->with_server, 0), z->ttl_after, TM_NONE);
	add_evidence(s, EV_ZONE_WITHOUT, z->without_after, z->kept_without, server_find(&k->resolvers, &z->without_server, 0), -1, TM_NONE);
}

void
speaker_conn(struct speaker *s, const struct conn *c, const struct finding_of *o, const struct know *k)
{
	const struct hint *h = o->hint;

	memset(s, 0, sizeof(*s));
	s->t = c->t;
	s->stale = !o->draining && !o->held;
	s->verdict = o->verdict;
	s->facts = o->facts;
	s->legit = o->legit;
	s->name = o->name;
	s->sni = c->sni;
	s->recalled = c->recalled;
	s->server = SERVER_NONE;
	if (h != NULL) {
		memcpy(s->path, h->path, sizeof(s->path));
		s->npath = h->npath;
		s->way = h->way;
		s->by = h->by;
		lead_evidence(s, &h->lead);
		if (h->heard) {
			s->server = h->from.server;
			add_evidence(s, EV_ANSWER, h->t, h->kept, h->server, h->ttl, h->expiry);
		}
		add_evidence(s, EV_OTHER, h->other, h->kept_other, SERVER_NONE, -1, TM_NONE);
	}
	zone_evidence(s, k, &c->server);
	add_evidence(s, EV_OPENING, c->t, c->kept_first, SERVER_NONE, -1, TM_NONE);
	if (c->kept_last != KEPT_NONE)
		add_evidence(s, EV_END, c->last, c->kept_last, SERVER_NONE, -1, TM_NONE);
}

/* Where the next answer is another one, this one's end is that of the matter. */
void
tally_answer(struct tally *t, const struct speaker *a, const struct silence *s)
{
	begins(t, a->t);
	standing_contact(&t->standing, a->t, true, s->covered, s->resolve_after);
	t->answers++;
	t->by_cause[a->verdict.cause]++;
	for (unsigned i = 0; verdict_ends(&a->verdict) && i < a->nevidence; i++)
		if (a->evidence[i].role == EV_ANSWER && a->evidence[i].expiry > t->drains_by)
			t->drains_by = a->evidence[i].expiry;
}

void
speaker_answer(struct speaker *s, const struct told_event *t, const struct finding_of *o, const struct know *k)
{
	memset(s, 0, sizeof(*s));
	s->t = t->ev->t;
	s->stale = true;
	s->lossy = o->lossy;
	s->recalled = k->recalled;
	s->from = t->told->from;
	s->facts = o->facts;
	s->legit = o->legit;
	s->name = o->name;
	s->sni = NAME_NONE;
	s->server = t->told->from.server;
	memcpy(s->path, t->told->path, sizeof(s->path));
	s->npath = t->told->npath;
	s->way = t->told->way;
	s->by = t->told->by;
	lead_evidence(s, &o->lead);
	add_evidence(s, EV_ANSWER, t->told->t, t->told->kept, t->server, t->told->ttl, t->told->expiry);
	zone_evidence(s, k, &t->addr);
}

void
speaker_hold(struct speaker *s, struct kept_table *k)
{
	for (unsigned i = 0; i < s->nevidence; i++)
		s->evidence[i].kept = kept_hold(k, s->evidence[i].kept);
}

void
speaker_drop(struct speaker *s, struct kept_table *k)
{
	for (unsigned i = 0; i < s->nevidence; i++)
		kept_drop(k, s->evidence[i].kept);
	s->nevidence = 0;
}

/* The id is of the text, so that it is the same wherever and whenever it is made (DESIGN section 1). */
void
finding_id(const struct finding_key *k, const struct dep_entry *d, char id[17])
{
	char client[ADDR_TEXT], addr[ADDR_TEXT], scope[SCOPE_TEXT], name[NAME_TEXT], text[NAME_TEXT + 200];
	unsigned char md[SHA256_DIGEST_LENGTH];
	const char *proto = proto_name(k->proto);
	static const char *const kinds[] = { "connection", "answer", "resolver", "zone" };
	int n;

	n = snprintf(text, sizeof(text), "%s|%s%s%s|%s|%u|%s|%s", kinds[k->kind], k->kind < FINDING_RESOLVER ? addr_text(&k->client, client) : "",
	             k->scope != 0 ? "%" : "", scope_text(k->scope, scope), addr_text(&k->addr, addr), k->port,
	             proto != NULL ? proto : "", d->name_len > 0 ? dep_entry_name_text(d, name) : "");
	SHA256((const unsigned char *)text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1, md);
	for (int i = 0; i < 8; i++)
		snprintf(id + i * 2, 3, "%02x", md[i]);
}
