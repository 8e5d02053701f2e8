#include "judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "judge/facts_int.h"
#include "judge/race_int.h"
#include "judge/scan.h"

#define OPENINGS 8192
#define OPENING_WINDOW TM_SEC

struct opening_key { struct addr server; uint32_t isn; uint16_t port, zero; };
struct opening { struct entry e; struct opening_key key; struct addr client; usec_t t; };

bool
judge_init(struct judge *j, const struct judge_limits *limits, struct know *k, struct flow_table *flows,
           const struct judge_sink *sink, struct why_counts *counts, uint64_t seed)
{
	*j = (struct judge){ .know = k, .flows = flows, .sink = *sink, .counts = counts,
		.since = limits->since, .until = limits->until, .silence = limits->silence };
	j->seen = calloc(deplist_count(k->list) + 1, sizeof(*j->seen));
	for (size_t i = 0; j->seen != NULL && i < deplist_count(k->list); i++)
		j->seen[i].last_connection = j->seen[i].last_stale_answer = TM_NONE;
	return j->seen != NULL &&
	       table_init(&j->scans, sizeof(struct scan_source), sizeof(struct scan_key), SCAN_SOURCES, seed) &&
	       table_init(&j->openings, sizeof(struct opening), sizeof(struct opening_key), OPENINGS, seed) &&
	       table_init(&j->conns, sizeof(struct conn), sizeof(uint64_t), limits->conns, seed) &&
	       table_init(&j->findings, sizeof(struct finding), sizeof(struct finding_key), limits->findings, seed);
}

void
judge_free(struct judge *j)
{
	table_free(&j->openings);
	table_free(&j->scans);
	table_free(&j->conns);
	table_free(&j->findings);
	free(j->seen);
}

static struct finding *
finding_get(struct judge *j, const struct finding_key *key, const struct dep_entry *d)
{
	struct finding *f = table_find(&j->findings, key);

	if (f != NULL)
		return f;
	f = table_add(&j->findings, key);
	if (f == NULL)
		return NULL;
	f->entry = d;
	finding_id(key, d, f->id);
	tally_clear(&f->settled);
	tally_clear(&f->all);
	f->speaker.t = f->voice.t = TM_NONE;
	return f;
}

static struct finding *
finding_of_conn(struct judge *j, const struct conn *c, const struct finding_of *o)
{
	struct finding_key key = { .client = c->client, .addr = c->server, .scope = c->scope, .port = c->port, .proto = c->proto,
		.entry_name = o->entry->name_len > 0 ? dep_entry_name_hash(o->entry) : 0 };

	return finding_get(j, &key, o->entry);
}

static void
note_seen(struct judge *j, const struct conn *c, const struct finding_of *o)
{
	struct dep_seen *s = &j->seen[deplist_index(j->know->list, o->entry)];

	if (o->unattributed)
		s->unattributed++;
	else if (c->t > s->last_connection && !o->held && !o->background)
		s->last_connection = c->t;
}

/* What was shown of it must go. */
static void
no_contact(struct judge *j, struct conn *c)
{
	if (c->shown && j->sink.no_contact != NULL)
		j->sink.no_contact(j->sink.ctx, c);
	c->shown = false;
}

/* Who used an address while it was good. */
static void
told_before(struct judge *j, struct conn *c, const struct finding_of *o)
{
	if (o->before != NULL && !c->background && j->sink.before != NULL && race_counts(j, c))
		j->sink.before(j->sink.ctx, c, o->before);
}

static void
take_state(struct judge *j, struct conn *c, const struct flow *f)
{
	c->last = f->last;
	c->last_data = f->last_data;
	c->to_seen |= f->seen >> f->opener & 1;
	c->bytes_to = f->bytes[f->opener];
	c->bytes_from = f->bytes[!f->opener];
	c->stray = f->synack && !f->syn && f->seen == 1u << !f->opener && f->fin == 0 && f->answered == 0 && j->flows->saw_syn;
	c->outcome = (uint8_t)flow_outcome(f, j->know->now > f->last ? j->know->now : f->last, j->flows->both_ways);
}

/* Before a contact is counted that seems to come after a silence: a connection of the same finding from before the change, which still carries
 * data and is not settled, may have gone on all the time. */
static void
not_silent(struct judge *j, const struct conn *c, const struct finding_of *o, struct tally *t)
{
	if (o->held || !standing_silent(&t->standing, c->t, j->silence.covered, j->silence.resolve_after))
		return;
	for (struct conn *x = table_oldest(&j->conns); x != NULL; x = table_newer(&j->conns, x)) {
		const struct flow *flow = x->ended ? NULL : table_at(&j->flows->t, x->flow_at);

		if (x == c || x->t > o->entry->deprecated_at || x->port != c->port || x->scope != c->scope || !addr_eq(&x->client, &c->client) ||
		    !addr_eq(&x->server, &c->server))
			continue;
		if (flow != NULL)
			take_state(j, x, flow);
		standing_held(&t->standing, x->t, x->last_data < c->t ? x->last_data : c->t, false, j->silence.covered, j->silence.resolve_after);
	}
}

/* A connection before T shows that this place sees the way to the address; or, where its answers alone cross this link, that it does not: who
 * tries it when it is silent will not be seen. */
static void
note_before(struct judge *j, const struct conn *c)
{
	const struct dep_entry *d;

	for (size_t i = 0; (d = deplist_match(j->know->list, &c->server, i)) != NULL; i++) {
		struct dep_seen *s = &j->seen[deplist_index(j->know->list, d)];

		if (d->deprecated_at != TM_NONE && c->t < d->deprecated_at)
			*(c->to_seen ? &s->reached : &s->half) = true;
	}
}

/* Judge it by what is known now.  The finding that it counts for, or NULL. */
static struct finding *
judge_conn(struct judge *j, struct conn *c, struct finding_of *o)
{
	struct finding *f = NULL;

	c->background = scan_background(j, c);
	note_before(j, c);
	conn_check(c, j->know);
	*o = conn_judge(c, j->know);
	told_before(j, c, o);
	if (o->entry != NULL && race_counts(j, c)) {
		note_seen(j, c, o);
		f = o->unattributed ? NULL : finding_of_conn(j, c, o);
	}
	if (f == NULL)
		no_contact(j, c);
	return f;
}

static void
settle(struct judge *j, struct conn *c)
{
	struct finding_of o;
	struct finding *f = judge_conn(j, c, &o);

	if (f != NULL) {
		not_silent(j, c, &o, &f->settled);
		tally_conn(&f->settled, c, &o, &j->silence);
		if (speaks(&f->speaker, c->t, !o.draining && !o.held)) {
			speaker_drop(&f->speaker, &j->know->kept);
			speaker_conn(&f->speaker, c, &o, j->know);
			speaker_hold(&f->speaker, &j->know->kept);
		}
		if (j->sink.settled != NULL)
			j->sink.settled(j->sink.ctx, c, &o, f);
	}
	conn_free(c, j->know);
	table_remove(&j->conns, c);
}

/* The same start, the same initial sequence number, the same server, another client: a translator's other side.  The first seen is the
 * client. */
static bool
translated(struct judge *j, const struct flow *f)
{
	struct opening_key k = { .server = *flow_server(f), .isn = f->isn, .port = f->key.port[!f->opener] };
	struct opening *o = table_find(&j->openings, &k);

	if (!f->syn)
		return false;
	if (o != NULL && f->first - o->t < OPENING_WINDOW)
		return !addr_eq(&o->client, flow_client(f));
	if (o != NULL)
		table_remove(&j->openings, o);
	if (j->openings.n >= j->openings.max)
		table_remove(&j->openings, table_oldest(&j->openings));
	o = table_add(&j->openings, &k);
	if (o != NULL) {
		o->client = *flow_client(f);
		o->t = f->first;
	}
	return false;
}

void
judge_opened(struct judge *j, struct flow *f, const struct frame *frame)
{
	struct conn *c;

	if (f->first < j->since || (j->until != TM_NONE && f->first >= j->until))
		return;
	if (!f->watched || watch_find(j->know->watch, flow_server(f)) < 0)
		return;		/* a deprecated host that opens connections itself is no stale client */
	if (translated(j, f)) {
		j->counts->n[WHY_COPY]++;
		return;
	}
	if (j->conns.n >= j->conns.max) {
		j->counts->n[WHY_EVICTED_CONN]++;
		settle(j, table_oldest(&j->conns));
	}
	c = table_add(&j->conns, &f->id);
	if (c == NULL)
		return;
	conn_open(c, j->know, f, frame);
	c->vip = translated_from(j->flows, f);
	habit_connects(&j->know->habits, c->lent ? &c->client : &c->who, c->scope, &c->server, c->t);
	f->user = c->e.id;
	race_opened(j, f);
	scan_opened(j, f, true);
}

void
judge_other(struct judge *j, const struct flow *f)
{
	if (f->syn)
		habit_connects(&j->know->habits, machine_of(j->know->machines, flow_client(f)), f->key.scope, flow_server(f), f->first);
	race_opened(j, f);
	scan_opened(j, f, false);
}

static struct conn *
conn_of(struct judge *j, const struct flow *f)
{
	return table_find(&j->conns, &f->id);
}

void
judge_ended(struct judge *j, const struct flow *f)
{
	struct conn *c = f->watched ? conn_of(j, f) : NULL;

	if (c == NULL)
		return;
	take_state(j, c, f);
	c->ended = true;
	scan_ended(j, f);
}

void
judge_named(struct judge *j, const struct flow *f, const uint8_t *name, enum conn_hello said, bool quic)
{
	struct conn *c = f->watched ? conn_of(j, f) : NULL;

	if (c == NULL)
		return;
	if (c->hello == HELLO_UNREAD) {
		c->hello = (uint8_t)said;
		c->sni = name != NULL ? names_add(&j->know->names, name) : NAME_NONE;
	}
	if (quic)
		c->proto = CONN_QUIC;
}

static const struct server *
as_server(const struct know *k, const struct addr *client, uint32_t scope)
{
	uint32_t id = server_find(&k->resolvers, client, scope);

	return id != SERVER_NONE ? server_at(&k->resolvers, id) : NULL;
}

/* An answer of the zone's own server to a resolver is the zone's matter, not the resolver's; one to a forwarder is for its clients. */
static bool
fetched(const struct know *k, const struct told_event *t)
{
	const struct server *s = as_server(k, &t->ev->client, t->ev->scope);

	return know_hands_on(k, &t->ev->client, t->ev->scope) || (s != NULL && t->authority && s->iterates);
}

/* Of answers: to somebody who does not hand them on, as far as is known now. */
static bool
is_shown(const struct know *k, const struct finding *f)
{
	return f->key.kind == FINDING_CONNECTION || (f->shown && (f->key.kind != FINDING_ANSWER || !know_hands_on(k, &f->key.client, f->key.scope)));
}

/* What an answer was may show at the next one. */
static void
settle_answer(struct judge *j, struct finding *f)
{
	if (f->speaker.t == TM_NONE)
		return;
	answer_judge_late(&f->speaker, f, j->know);
	tally_answer(&f->settled, &f->speaker, &j->silence);
}

static void
answer_speaks(struct judge *j, struct finding *f, const struct told_event *t, const struct finding_of *o)
{
	settle_answer(j, f);
	speaker_drop(&f->speaker, &j->know->kept);
	speaker_answer(&f->speaker, t, o, j->know);
	speaker_hold(&f->speaker, &j->know->kept);
}

/* The zone's own answer, from the change on: what covers caches afterwards does not cover the zone. */
static void
zone_told(struct judge *j, const struct told_event *t, const struct finding_of *o)
{
	const uint32_t zone_causes = CAUSE_BIT(CAUSE_STILL_PUBLISHED) | CAUSE_BIT(CAUSE_SERVERS_DISAGREE) | CAUSE_BIT(CAUSE_OLD_DELEGATION) |
		CAUSE_BIT(CAUSE_PARTIAL_UPDATE);
	struct finding_key key = { .addr = t->addr, .kind = FINDING_ZONE,
		.entry_name = o->entry->name_len > 0 ? dep_entry_name_hash(o->entry) : 0 };
	struct finding *f = CAUSE_BIT(rule_judge(o->facts).cause) & zone_causes ? finding_get(j, &key, o->entry) : NULL;

	if (f == NULL)
		return;
	f->shown = true;
	answer_speaks(j, f, t, o);
}

/* Through a service: where the record that leads to the name runs, and it is the address that went stale. */
static void
answer_of_entry(const struct know *k, const struct told_event *t, struct finding_of *o)
{
	const struct told *told = t->told;
	const struct lead_of of = { .who = t->ev->client, .client = t->ev->client, .addr = t->addr, .scope = t->ev->scope, .name = told->path[0], .t = t->ev->t };

	know_lead(k, &of, &o->lead);
	o->entry = know_entry_led(k, &of, told->path, told->npath, &o->lead, &o->by_lead);
	o->name = o->by_lead ? o->lead.path[0] : told->path[0];
	if (o->by_lead && (t->ev->t > o->lead.expiry + k->grace || know_lead_stale(k, &o->lead, told->path[0], (enum zone_by)told->by, &t->addr) != LEAD_ADDRESS))
		o->entry = NULL;
}

bool
judge_told(struct judge *j, const struct told_event *t)
{
	struct know *k = j->know;
	const struct told *told = t->told;
	const struct dep_entry *d;
	struct finding_of o = { .entry = NULL };
	struct finding_key key = { .client = t->ev->client, .addr = t->addr, .scope = t->ev->scope, .kind = FINDING_ANSWER };
	struct finding *f;

	answer_of_entry(k, t, &o);
	d = o.entry;
	if (d == NULL)
		return false;
	if (d->deprecated_at != TM_NONE && t->ev->t <= d->deprecated_at) {
		j->seen[deplist_index(k->list, d)].told = true;
		return false;
	}
	if (d->reinstated_at != TM_NONE && t->ev->t >= d->reinstated_at)
		return false;
	o.legit = know_legit(k, told->path[0], &t->addr, d->deprecated_at, d->ttl);
	if (d->deprecated_at != TM_NONE && t->ev->t <= (t->authority ? d->deprecated_at : o.legit.until) + k->grace)
		return false;
	answer_judge(&o, t, k);
	if (t->authority)
		zone_told(j, t, &o);
	if (d->deprecated_at != TM_NONE && t->ev->t <= o.legit.until + k->grace)
		return false;
	key.entry_name = d->name_len > 0 ? dep_entry_name_hash(d) : 0;
	f = finding_get(j, &key, d);
	if (f == NULL)
		return false;
	f->shown = f->shown || !fetched(k, t);
	answer_speaks(j, f, t, &o);
	if (f->shown)
		j->seen[deplist_index(k->list, d)].last_stale_answer = t->ev->t;
	return true;
}

/* Packets turn out to be missing: the last hour may have lost some too. */
static void
doubt_recent(struct judge *j, usec_t now)
{
	for (struct conn *c = table_oldest(&j->conns); c != NULL; c = table_newer(&j->conns, c))
		c->lossy = true;
	for (struct finding *f = table_oldest(&j->findings); f != NULL; f = table_newer(&j->findings, f))
		if (f->key.kind != FINDING_CONNECTION && now - f->speaker.t < CONN_LATE)
			f->speaker.lossy = true;
}

/* Once a second of packet time: settle what is due. */
void
judge_tick(struct judge *j, usec_t now)
{
	bool lossy = know_missing(j->know);
	struct conn *c;

	if (lossy && !j->lossy)
		doubt_recent(j, now);
	j->lossy = lossy;
	race_tick(j, now);
	while ((c = table_oldest(&j->conns)) != NULL && now - c->t > CONN_LATE) {
		if (!c->ended) {	/* long-lived: look again after the others */
			table_touch(&j->conns, c);
			break;
		}
		settle(j, c);
	}
}

static void
look_at_conn(struct judge *j, struct conn *c, const struct judge_view *v)
{
	struct finding_of o;
	struct finding *f;
	struct flow *flow = c->ended ? NULL : table_at(&j->flows->t, c->flow_at);

	if (flow != NULL)
		take_state(j, c, flow);
	f = judge_conn(j, c, &o);
	if (f == NULL)
		return;
	c->shown = true;
	not_silent(j, c, &o, &f->all);
	tally_conn(&f->all, c, &o, &j->silence);
	if (speaks(&f->voice, c->t, !o.draining && !o.held))
		speaker_conn(&f->voice, c, &o, j->know);
	v->conn(v->ctx, c, &o, f);
}

bool
judge_look(struct judge *j, const struct judge_view *v)
{
	size_t n = deplist_count(j->know->list);
	struct dep_seen *settled = malloc((n + 1) * sizeof(*settled));
	struct finding *f;
	struct conn *c;

	if (settled == NULL)
		return false;
	memcpy(settled, j->seen, n * sizeof(*settled));
	for (f = table_oldest(&j->findings); f != NULL; f = table_newer(&j->findings, f)) {
		f->all = f->settled;
		f->voice = f->speaker;
		if (f->key.kind == FINDING_CONNECTION || f->voice.t == TM_NONE)
			continue;
		answer_judge_late(&f->voice, f, j->know);
		tally_answer(&f->all, &f->voice, &j->silence);
	}
	for (c = table_oldest(&j->conns); c != NULL; c = table_newer(&j->conns, c))
		look_at_conn(j, c, v);
	for (f = table_oldest(&j->findings); f != NULL; f = table_newer(&j->findings, f))
		if (f->voice.t == TM_NONE || !is_shown(j->know, f))
			v->no_finding(v->ctx, f);
		else
			v->finding(v->ctx, f, &f->all, &f->voice);
	if (v->entries != NULL)
		v->entries(v->ctx, j->seen);
	memcpy(j->seen, settled, n * sizeof(*settled));
	free(settled);
	return true;
}
