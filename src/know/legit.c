/* Until when an address may rightly be believed (DESIGN section 1): over all records that carried it, each with what led on from it. */
#include "know/know.h"

const char *
legit_basis_name(enum legit_basis b)
{
	static const char *const names[] = { "authoritative", "list", "resolver", "assumed" };

	return names[b];
}

struct legit
legit_by_list(usec_t deprecated_at, int64_t list_ttl)
{
	struct legit l = { .until = TM_NONE, .basis = LEGIT_LIST };

	if (deprecated_at == TM_NONE)
		return l;
	l.basis = list_ttl >= 0 ? LEGIT_LIST : LEGIT_ASSUMED;
	l.ttl = list_ttl >= 0 ? (uint32_t)list_ttl : LEGIT_ASSUMED_TTL;
	l.until = deprecated_at + l.ttl * TM_SEC;
	return l;
}

/* T + the TTL then in force; or, if a larger one was lowered too late, the moment of lowering + the larger one. */
static struct legit
by_authority(const struct zone_rec *r, usec_t T)
{
	struct legit l = { .basis = LEGIT_AUTHORITATIVE, .ttl = r->ttls[r->nttls - 1].ttl };

	l.until = T + l.ttl * TM_SEC;
	for (int i = 0; i + 1 < r->nttls; i++) {	/* lowered at some time before ttls[i+1] was first seen */
		usec_t e = r->ttls[i + 1].since + r->ttls[i].ttl * TM_SEC;

		if (r->ttls[i].ttl > r->ttls[i + 1].ttl && e > l.until)
			l.until = e;
	}
	return l;
}

static void
take_later(struct legit *l, struct legit other)
{
	if (l->until == TM_NONE || other.until > l->until)
		*l = other;
}

/* What leads from a name to the address: its record, and where that is an alias, those of the next name.  Only the record that was
 * changed counts; where that was not seen, any of which it was not seen that it was not; and else the last. */
struct branch { struct legit changed, open, last; bool same; };

static void
take_element(struct branch *b, const struct zone_rec *r, usec_t T)
{
	enum zone_word moved = zone_moved(r);
	struct legit l;

	b->same = b->same && moved == SAID_NO;
	if (r->nttls == 0)
		return;
	l = by_authority(r, T);
	b->last = l;
	if (moved == SAID_YES)
		take_later(&b->changed, l);
	else if (moved == SAID_UNKNOWN)
		take_later(&b->open, l);
}

static struct branch
branch_of(const struct know *k, const struct zone_rec *r, const struct addr *a, usec_t T)
{
	struct branch b = { { .until = TM_NONE }, { .until = TM_NONE }, { .until = TM_NONE }, true };

	take_element(&b, r, T);
	for (int hop = 1; hop < LEDGER_PATH && r != NULL && r->next != NAME_NONE; hop++) {
		uint32_t next = r->next;

		r = NULL;
		for (enum zone_by by = ZONE_ADDRESS; by < ZONE_BYS; by++) {
			const struct zone_rec *n = zone_find(&k->zones, next, by, a);

			if (n == NULL)
				continue;
			take_element(&b, n, T);
			if (n->next != NAME_NONE)
				r = n;
		}
	}
	return b;
}

static struct legit
branch_legit(const struct branch *b)
{
	return b->changed.until != TM_NONE ? b->changed : b->open.until != TM_NONE ? b->open : b->last;
}

struct legit
know_legit(const struct know *k, uint32_t name, const struct addr *a, usec_t T, int64_t list_ttl)
{
	struct legit moved = { .until = TM_NONE }, same = { .until = TM_NONE }, told = { .until = TM_NONE, .basis = LEGIT_RESOLVER };

	if (T == TM_NONE || name == NAME_NONE)
		return legit_by_list(T, list_ttl);
	for (enum zone_by by = ZONE_ADDRESS; by < ZONE_BYS; by++) {
		const struct zone_rec *r = zone_find(&k->zones, name, by, a);
		struct branch b;
		struct legit l;

		if (r == NULL || !zone_had(r))
			continue;
		b = branch_of(k, r, a, T);
		l = branch_legit(&b);
		if (l.until != TM_NONE)
			take_later(b.same ? &same : &moved, l);
		else if (r->resolver_expiry != TM_NONE && (list_ttl < 0 || by == ZONE_HINT))
			take_later(&told, (struct legit){ .until = r->resolver_expiry > T ? r->resolver_expiry : T, .basis = LEGIT_RESOLVER });
	}
	told.ttl = told.until != TM_NONE ? (uint32_t)((told.until - T) / TM_SEC) : 0;
	if (moved.until == TM_NONE)
		moved = same;
	if (moved.until == TM_NONE && list_ttl >= 0)
		moved = legit_by_list(T, list_ttl);
	if (told.until != TM_NONE)
		take_later(&moved, told);
	return moved.until != TM_NONE ? moved : legit_by_list(T, list_ttl);
}
