#include "know/memo.h"

#include <stdlib.h>

#include "know/service.h"

bool
memo_init(struct memo *m, uint32_t max, size_t max_bytes, const struct watch *watch, uint64_t seed)
{
	*m = (struct memo){ .max_bytes = max_bytes, .watch = watch, .seed = seed };
	return table_init(&m->t, sizeof(struct memo_set), sizeof(uint64_t), max, seed);
}

static void
forget(struct memo *m, struct memo_set *s)
{
	m->bytes -= s->bytes;
	free(s->set);
	table_remove(&m->t, s);
}

void
memo_free(struct memo *m)
{
	while (m->t.n > 0)
		forget(m, table_oldest(&m->t));
	table_free(&m->t);
}

/* The oldest one that was not used since it became that; NULL if it is held. */
static struct memo_set *
least_used(struct memo *m)
{
	struct memo_set *s;

	while ((s = table_oldest(&m->t)) != NULL && s->used) {
		s->used = false;
		table_touch(&m->t, s);
	}
	return s != NULL && s->holders == 0 ? s : NULL;
}

static bool
rr_listed(const struct watch *w, const struct dns_rr *rr)
{
	struct addr a;

	if (dns_rr_addr(rr, &a))
		return watch_find(w, &a) >= 0;
	for (unsigned i = 0; dns_rr_hint(rr, i, &a); i++)
		if (watch_find(w, &a) >= 0)
			return true;
	return false;
}

/* Records of the type asked for, perhaps signed. */
static bool
plain(const struct dns_set *s)
{
	for (uint32_t i = 0; i < s->nanswer; i++)
		if (s->rr[i].type != s->qtype && s->rr[i].type != DNS_RRSIG)
			return false;
	return s->nanswer > 0 && s->qname != NULL && s->rcode == 0;
}

/* The address of a name that the answer leads to may come beside it. */
static bool
extra_listed(const struct memo *m, const struct dns_set *s)
{
	for (uint32_t i = s->nanswer; i < s->nrr; i++)
		if (s->rr[i].section == DNS_ADDITIONAL && rr_listed(m->watch, &s->rr[i]))
			return true;
	return false;
}

static void
describe(struct memo *m, struct memo_set *s)
{
	s->bytes = (uint32_t)(s->set->size + sizeof(*s));
	s->nanswer = (uint16_t)s->set->nanswer;
	s->plain = plain(s->set);
	if (s->plain)
		s->question = dns_name_hash(s->set->qname, s->set->qtype);
	for (uint32_t i = 0; i < s->set->nrr; i++) {
		const struct dns_rr *rr = &s->set->rr[i];

		s->ns = s->ns || (rr->type == DNS_NS && rr->section != DNS_ADDITIONAL);
		if (rr->section != DNS_ANSWER)
			continue;
		s->na += rr->type == DNS_A;
		s->naaaa += rr->type == DNS_AAAA;
		s->ncname += rr->type == DNS_CNAME;
		s->listed = s->listed || rr_listed(m->watch, rr);
		s->leads = s->leads || service_next(rr) != NULL;
	}
	if (s->leads && !s->listed)
		s->listed = extra_listed(m, s->set);
}

struct memo_set *
memo_get(struct memo *m, uint32_t hint, const uint8_t *msg, size_t wire, size_t have, const struct dns_walk *w)
{
	struct memo_set *s = table_if_any(&m->t, hint);

	if (s == NULL || s->hash != w->set)
		s = table_find(&m->t, &w->set);
	if (s != NULL) {
		s->used = true;
		return s;
	}
	while ((m->t.n >= m->t.max || m->bytes > m->max_bytes) && (s = least_used(m)) != NULL)
		forget(m, s);
	s = table_add(&m->t, &w->set);
	if (s == NULL)
		return NULL;
	s->set = dns_decode(msg, wire, have, w, m->seed);
	if (s->set == NULL) {
		table_remove(&m->t, s);
		return NULL;
	}
	m->decoded++;
	describe(m, s);
	m->bytes += s->bytes;
	return s;
}
