#include "know/resolver.h"

#define AT_ONCE (2 * TM_SEC)		/* so soon after its own answer a server hands out all of the TTL that it gives it */
#define ASKED_SOON (5 * TM_SEC)		/* so soon after a stale answer an optimistic one has asked */

bool
profiles_init(struct profiles *p, uint64_t seed)
{
	p->zone = (struct sample){ 0, 0 };
	return table_init(&p->t, sizeof(struct seen), sizeof(struct seen_key), PROFILE_MAX, seed);
}

void
profiles_free(struct profiles *p)
{
	table_free(&p->t);
}

void
profile_begin(struct profile *p)
{
	p->least = UINT32_MAX;
	p->last_after = TM_NONE;
	p->floor.last = p->cap.last = p->stale.last = TM_NONE;
}

/* ---- votes ---- */

static bool
near(uint32_t a, uint32_t b)
{
	return a > b ? a - b <= 1 : b - a <= 1;
}

/* Names that are fetched together show it at one moment only: several clients load a page in the same second in which a zone's TTL was lowered. */
static void
vote(struct vote *v, uint32_t *name, uint32_t value, usec_t t)
{
	bool again = *name != 0 && near(*name - 1, value);

	if (v->times > 0 && !near(v->value, value)) {
		v->times--;
		return;
	}
	if (v->times == 0)
		*v = (struct vote){ .value = value, .last = TM_NONE };
	else if (t - v->last < EXPIRY_STEP)
		return;
	v->times++;
	v->names += !again || v->names == 0;
	v->last = t;
	*name = value + 1;
}

static bool
agreed(const struct vote *v, uint32_t own)
{
	return v->times > 0 && (v->names >= PROFILE_ENOUGH || (own >= 2 && v->times >= 2));
}

struct policy_known
profile_known(const struct profile *p)
{
	struct policy_known k = { PROFILE_UNKNOWN, PROFILE_UNKNOWN, PROFILE_UNKNOWN, PROFILE_UNKNOWN, PROFILE_UNKNOWN, PROFILE_UNKNOWN };

	if (agreed(&p->floor, p->own_floor) && (p->least == UINT32_MAX || p->least + 1 >= p->floor.value))
		k.floor = p->floor.value;
	if (agreed(&p->cap, p->own_cap) && p->most <= p->cap.value + 1)
		k.cap = p->cap.value;
	if (p->stale.times >= PROFILE_ENOUGH || (p->stale_said > 0 && p->stale.times > 0))
		k.stale = p->stale.value;
	if (p->asked_after + p->once_fresh >= 2)
		k.optimistic = 1;
	else if (p->asked_before >= PROFILE_ENOUGH && p->asked_after + p->once_fresh == 0)
		k.optimistic = 0;
	if (p->caches > 1 || (p->caches == 1 && p->other == 0))
		k.caches = p->caches;
	if (p->ahead >= 2 && p->caches <= 1 && p->other < p->ahead)
		k.prefetch = 1;
	return k;
}

/* ---- the sample ---- */

static void
leave_out(struct profiles *all, struct sample *s, uint32_t server)
{
	struct seen *next;

	s->mask = s->mask << 1 | 1;
	for (struct seen *x = table_oldest(&all->t); x != NULL; x = next) {
		next = table_newer(&all->t, x);
		if (x->key.server != server || sample_has(s, x->key.name))
			continue;
		table_remove(&all->t, x);
		s->n--;
	}
}

static struct sample *
sample_of(struct resolver_table *r, uint32_t server)
{
	return server == SERVER_NONE ? &r->seen.zone : &server_at(r, server)->profile.sample;
}

static void
forget_oldest(struct resolver_table *r)
{
	struct seen *x = table_oldest(&r->seen.t);

	sample_of(r, x->key.server)->n--;
	table_remove(&r->seen.t, x);
}

/* NULL if the sample leaves it out from now on, or without memory. */
static struct seen *
seen_get(struct resolver_table *r, uint32_t server, uint64_t name)
{
	const uint32_t most = server == SERVER_NONE ? PROFILE_ZONE : PROFILE_NAMES;
	const struct seen_key k = { .name = name, .server = server };
	struct sample *s = sample_of(r, server);
	struct profiles *all = &r->seen;
	struct seen *x = table_find(&all->t, &k);

	if (x != NULL) {
		table_touch(&all->t, x);
		return x;
	}
	while (s->n >= most && s->mask != UINT32_MAX)
		leave_out(all, s, server);
	if (!sample_has(s, name))
		return NULL;
	if (all->t.n == all->t.max)
		forget_oldest(r);
	x = table_add(&all->t, &k);
	if (x == NULL)
		return NULL;
	s->n++;
	x->ttl_min = UINT32_MAX;
	x->fetched = x->fetched_expiry = x->run_out = TM_NONE;
	return x;
}

/* ---- what is seen ---- */

static void
stale_vote(struct profile *p, usec_t t, uint32_t ttl)
{
	uint32_t name = 0;

	vote(&p->stale, &name, ttl, t);
}

void
profile_stale(struct profile *p, usec_t t, uint32_t ttl)
{
	p->stale_said++;
	stale_vote(p, t, ttl);
}

/* What it handed out just after it got it. */
static void
beside_own(struct profile *p, struct seen *x, usec_t t, uint32_t ttl)
{
	if (ttl > x->fetched_ttl + 1) {
		vote(&p->floor, &x->floor, ttl, t);
		p->own_floor++;
	} else if (ttl + 1 + AT_ONCE / TM_SEC < x->fetched_ttl) {
		vote(&p->cap, &x->cap, ttl, t);
		p->own_cap++;
	} else if (ttl < p->least) {
		p->least = ttl;
	}
}

/* A new entry of a resolver whose own questions are not seen, beside what the zone gives. */
static void
beside_zone(const struct profiles *all, struct profile *p, struct seen *x, usec_t t, uint32_t ttl)
{
	const struct seen_key k = { .name = x->key.name, .server = SERVER_NONE };
	const struct seen *zone = table_find(&all->t, &k);

	if (zone == NULL)
		return;
	if (ttl > zone->ttl_max + 1)
		vote(&p->floor, &x->floor, ttl, t);
	else if (ttl + 1 < zone->ttl_min)
		vote(&p->cap, &x->cap, ttl, t);
}

static void
count_caches(struct profile *p, const struct seen *x, enum expiry_how how)
{
	uint32_t n = 0;

	if (how == EXPIRY_BACK)
		n = expiry_caches(&x->x);
	else if (how == EXPIRY_AGAIN && x->x.full > 0)
		n = 1;
	if (n > p->caches)
		p->caches = n;
}

/* Stale once, with a TTL short of what the name has, and then something fresh while that would still have run. */
static void
then_fresh(struct profile *p, struct seen *x, usec_t t, uint32_t ttl, enum expiry_how how)
{
	if (x->run_out != TM_NONE && how == EXPIRY_OTHER && ttl + 1 >= x->x.full) {
		p->once_fresh++;
		stale_vote(p, x->run_out, x->run_out_ttl);
	} else if (how == EXPIRY_OTHER) {
		p->other++;
	}
	x->run_out = how == EXPIRY_AFTER && ttl + 1 < x->x.full ? t : TM_NONE;
	x->run_out_ttl = ttl;
}

void
profile_told(struct resolver_table *r, uint32_t server, uint64_t name, usec_t t, uint32_t ttl)
{
	struct profile *p = &server_at(r, server)->profile;
	struct seen *x = seen_get(r, server, name);
	enum expiry_how how;
	bool own;

	if (x == NULL)
		return;
	p->samples++;
	own = x->fetched != TM_NONE && t >= x->fetched && t - x->fetched <= AT_ONCE;
	how = expiry_add(&x->x, t, ttl);
	if (own)
		beside_own(p, x, t, ttl);
	else if (x->fetched == TM_NONE && how != EXPIRY_AGAIN && how != EXPIRY_BACK && how != EXPIRY_STUCK)
		beside_zone(&r->seen, p, x, t, ttl);
	p->asked_before += own && how == EXPIRY_AFTER;
	p->ahead += how == EXPIRY_AHEAD && ttl + 1 >= x->x.full && x->x.full > 0;
	count_caches(p, x, how);
	if (how == EXPIRY_STUCK && expiry_stamped(&x->x))
		stale_vote(p, t, ttl);
	then_fresh(p, x, t, ttl, how);
}

void
profile_fetched(struct resolver_table *r, uint32_t server, uint64_t name, usec_t t, uint32_t ttl)
{
	struct seen *x = seen_get(r, server, name);
	usec_t last;

	if (x == NULL)
		return;
	last = x->x.streak.last;
	if (x->fetched != TM_NONE && x->x.answers > 0 && last > x->fetched_expiry + EXPIRY_NEAR && t - last < ASKED_SOON)
		server_at(r, server)->profile.asked_after++;
	x->fetched = t;
	x->fetched_ttl = ttl;
	x->fetched_expiry = t + ttl * TM_SEC;
}

void
profile_zone(struct resolver_table *r, uint64_t name, uint32_t ttl)
{
	struct seen *x = seen_get(r, SERVER_NONE, name);

	if (x == NULL)
		return;
	if (ttl < x->ttl_min)
		x->ttl_min = ttl;
	if (ttl > x->ttl_max)
		x->ttl_max = ttl;
}

void
profile_asks(struct profile *p, uint32_t up)
{
	for (unsigned i = 0; i < p->nup; i++)
		if (p->up[i] == up)
			return;
	if (p->nup < PROFILE_UPS)
		p->up[p->nup++] = up;
}
