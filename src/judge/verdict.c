#include "judge/facts_int.h"
#include "judge/finding.h"

/* That something did not happen may be because its packets are hidden, or were lost. */
struct verdict
doubted(struct facts *f, const struct legit *l)
{
	const uint64_t if_not = B(HEARD) | B(TOLD) | B(LIVE) | B(NEW) | B(SHORT) | B(ASKED_LATER) | B(ASKING) | B(DNS_SEEN) | B(DNS_SEALED) |
		B(STARTED) | B(ZONE_SPLIT) | B(REFRESHED) | B(UP_SEEN);
	const uint64_t if_so = B(BEFORE_T) | B(SHORT) | B(ASKING) | B(KEPT) | B(WALL) | B(FAILING) | B(AGAIN) | B(ZONE_STILL) | B(R_EXPIRED) | B(UP_FAILING) | B(REFRESHED) |
		B(ASKS_NOBODY) | B(R_THEN_FRESH);

	f->doubt |= (f->no & if_not) | (f->yes & if_so);
	if (l->basis == LEGIT_RESOLVER)
		f->doubt |= f->yes & B(PAST_LEGIT);	/* a later answer may have been among them */
	return rule_judge(*f);
}

/* Kept history has answers and connections, not questions, nor what else a packet says; some of an hour are left out. */
static struct verdict
recalled(struct facts *f, const struct legit *l)
{
	const uint64_t not_kept = B(ASKING) | B(UP_FAILING) | B(REFRESHED) | B(R_WAITED) | B(R_THEN_FRESH) | B(R_STALE) | B(UP_SEEN) | B(ASKS_NOBODY);
	const uint64_t shaky = B(OPENED_BEFORE) | B(R_EXPIRED) | B(R_CONSTANT) | B(R_STAMPED) | B(R_COUNTS) | B(R_FLOOR) | B(REFETCHED) | B(ASKED_LATER);

	f->yes &= ~not_kept;
	f->no &= ~not_kept;
	f->doubt = (f->doubt & ~not_kept) | (f->yes & shaky) | (f->no & (shaky & ~B(OPENED_BEFORE)));
	return doubted(f, l);
}

/* An answer with the address stands right behind the connection that nothing else explains: two queues of a sensor, or an answer that it
 * lost. */
static bool
answer_behind(const struct conn *c, const struct know *k)
{
	const struct ledger_entry *l = ledger_of(k, &c->who, c->scope, &c->server, c->since);

	for (uint32_t i = 0; l != NULL && i < l->n; i++)
		if (l->told[i].n > 0 && l->told[i].first >= c->t && l->told[i].first - c->t <= ASK_TOGETHER)
			return true;
	return false;
}

/* What the client kept had been handed to it when no published TTL covered it any more: the layer that did so is the cause, and the client's
 * added time (DESIGN section 5).  That an application has it from an earlier answer stays possible. */
static struct verdict
chained(struct verdict client, struct facts f)
{
	const uint32_t app = CAUSE_BIT(CAUSE_APP_CACHE);
	struct verdict v;

	fact_set(&f, B(LIVE), true);
	v = rule_judge(f);
	v.extended = CAUSE_BIT(client.cause) & (app | CAUSE_BIT(CAUSE_STUB_OVERRUN) | CAUSE_BIT(CAUSE_CLIENT_OPTIMISTIC));
	v.could_be |= (client.could_be | (v.extended & app)) & ~CAUSE_BIT(v.cause);
	if (v.confidence == CONF_CERTAIN && v.could_be != 0)
		v.confidence = CONF_LIKELY;
	return v;
}

static bool
told_past_legit(const struct finding_of *o, usec_t told, usec_t grace)
{
	return (o->facts.yes & B(TOLD)) && (o->facts.no & B(LIVE)) && (o->facts.yes & B(PAST_LEGIT)) && told > o->legit.until + grace;
}

struct finding_of
conn_judge(const struct conn *c, const struct know *k)
{
	struct finding_of o = { .name = NAME_NONE };
	struct facts *f = &o.facts;
	enum client_role role = know_role(k, &c->client);
	usec_t T, told = TM_NONE;

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
			o.before = o.unattributed ? NULL : o.entry;
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
	path_facts(c, f);
	fact_set(f, B(BACKGROUND), c->background || role == ROLE_SCANNER || role == ROLE_MONITOR);
	if ((o.hint != NULL && o.hint->heard) || !answer_behind(c, k))
		fact_set(f, B(HEARD), o.hint != NULL && o.hint->heard);
	if ((f->yes & B(HEARD)) && o.by_other != OTHER_EARLIER) {
		told = o.hint->t;
		told_facts(c, k, o.hint, T, f);
		floor_by_list(k, f, served_of(k, &o.hint->from, o.hint->path[0], &c->server), &o.legit);
		if (o.by_lead)
			told = lead_facts(c, k, o.hint, T, f);
		if (o.by_other != OTHER_NOT)
			f->doubt |= B(TOLD);
	} else if ((f->no & B(HEARD)) && (f->yes & B(DNS_SEEN)) && (f->no & B(YOUNG)) && (o.hint == NULL || !hint_deaf(c, k, o.hint))) {
		f->no |= B(TOLD);
	}
	if (c->recalled)
		o.verdict = recalled(f, &o.legit);
	else if (k->filtered || c->lossy || know_lossy(k, &c->who, c->scope))
		o.verdict = doubted(f, &o.legit);
	else
		o.verdict = rule_judge(*f);
	if (told_past_legit(&o, told, k->grace))
		o.verdict = chained(o.verdict, *f);
	if (o.entry->name_len > 0 && o.name == NAME_NONE && o.verdict.confidence == CONF_CERTAIN)
		o.verdict.confidence = CONF_LIKELY;	/* nothing says that it was for a listed name */
	if (role == ROLE_NAT || role == ROLE_PROXY)	/* one of the hosts behind it was told, and another connects */
		o.verdict.confidence = CONF_POSSIBLE;
	o.background = o.verdict.cause == CAUSE_SCAN;
	o.draining = o.background || (!o.held && (f->no & B(PAST_LEGIT)) && !(f->no & B(LIVE)));
	return o;
}

void
answer_judge(struct finding_of *o, const struct told_event *t, const struct know *k)
{
	o->facts = server_facts(k, t->told, &t->addr);
	o->facts.yes |= B(HEARD) | B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(ITSELF);
	o->facts.no |= B(OPENED_BEFORE) | B(BEFORE_T) | B(VIP) | B(PINNED) | B(REFERRED);
	if (o->legit.basis == LEGIT_ASSUMED)
		o->facts.doubt |= B(PAST_LEGIT);
	o->lossy = k->filtered || k->recalled || know_lossy(k, &t->ev->client, t->ev->scope);
}

void
answer_judge_late(struct speaker *s, const struct finding *f, const struct know *k)
{
	const struct served *by = served_of(k, &s->from, s->path[0], &f->key.addr);

	server_facts_late(k, by, &s->from, f->entry->deprecated_at, &s->facts);
	floor_by_list(k, &s->facts, by, &s->legit);
	s->verdict = s->recalled ? recalled(&s->facts, &s->legit) : s->lossy ? doubted(&s->facts, &s->legit) : rule_judge(s->facts);
}
