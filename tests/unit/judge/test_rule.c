#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "judge/rule.h"

#define HIDDEN (B(R_CONSTANT) | B(R_STAMPED) | B(R_THEN_FRESH) | B(REFETCHED))	/* what shows without the resolver's own questions */
#define OTHERS (HIDDEN | B(R_FLOOR) | B(R_STALE) | B(R_EXPIRED) | B(UP_FAILING) | B(REFRESHED) | B(ZONE_STILL) | B(ZONE_SPLIT) | B(ZONE_LEFT) | B(ZONE_PART))
#define HEARD_TOLD (B(HEARD) | B(TOLD))
#define EXPIRED (B(OPENED_BEFORE) | B(LIVE) | B(STARTED))

/* A claim a row: what is known, what follows. */
static const struct claim {
	const char *what;
	struct facts facts;
	enum cause cause;
	enum confidence confidence;
	uint32_t could_be;
} claims[] = {
	{ "opened before T: nothing else matters",
	  { .yes = B(OPENED_BEFORE) }, CAUSE_OPENED_BEFORE, CONF_CERTAIN, 0 },
	{ "told before T, the answer runs, a published TTL covers it",
	  { .yes = HEARD_TOLD | B(LIVE) | B(BEFORE_T), .no = B(OPENED_BEFORE) | B(PAST_LEGIT) }, CAUSE_CLIENT_WITHIN_TTL, CONF_CERTAIN, 0 },
	{ "told after T by a cache, the same otherwise",
	  { .yes = HEARD_TOLD | B(LIVE), .no = B(OPENED_BEFORE) | B(PAST_LEGIT) | B(BEFORE_T) }, CAUSE_RESOLVER_WITHIN_TTL, CONF_CERTAIN, 0 },
	{ "a server that had left the delegation said it",
	  { .yes = B(UP_SEEN) | HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(ZONE_LEFT), .no = B(ASKS_NOBODY) | B(OPENED_BEFORE) | B(R_STALE) | B(R_FLOOR) | B(R_EXPIRED) },
	  CAUSE_OLD_DELEGATION, CONF_CERTAIN, 0 },
	{ "the zone moved another record of the name and left this one",
	  { .yes = HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(ZONE_PART), .no = B(OPENED_BEFORE) | B(R_STALE) | B(ZONE_LEFT) | B(ZONE_SPLIT) | B(R_FLOOR) | B(R_EXPIRED) | B(R_CONSTANT) | B(R_STAMPED) | B(R_THEN_FRESH) },
	  CAUSE_PARTIAL_UPDATE, CONF_CERTAIN, 0 },
	{ "every server still said it; whether they are the zone's was not seen",
	  { .yes = B(UP_SEEN) | HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(ZONE_STILL), .no = B(ASKS_NOBODY) | B(OPENED_BEFORE) | B(R_STALE) | B(ZONE_SPLIT) | B(ZONE_PART) | B(R_FLOOR) | B(R_EXPIRED) },
	  CAUSE_STILL_PUBLISHED, CONF_LIKELY, CAUSE_BIT(CAUSE_OLD_DELEGATION) },
	{ "a server of the zone still said it when another had stopped",
	  { .yes = B(UP_SEEN) | HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(ZONE_SPLIT), .no = B(ASKS_NOBODY) | B(OPENED_BEFORE) | B(R_STALE) | B(ZONE_STILL) | B(ZONE_LEFT) | B(ZONE_PART) | B(R_FLOOR) | B(R_EXPIRED) },
	  CAUSE_SERVERS_DISAGREE, CONF_CERTAIN, 0 },
	{ "the zone still published it when it was fetched",
	  { .yes = B(UP_SEEN) | HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(ZONE_STILL), .no = B(ASKS_NOBODY) | B(OPENED_BEFORE) | B(R_STALE) | B(ZONE_SPLIT) | B(ZONE_LEFT) | B(ZONE_PART) | B(R_FLOOR) | B(R_EXPIRED) },
	  CAUSE_STILL_PUBLISHED, CONF_CERTAIN, 0 },
	{ "run out at the resolver, which had asked in vain",
	  { .yes = B(UP_SEEN) | HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(R_EXPIRED) | B(UP_FAILING), .no = B(ASKS_NOBODY) | B(OPENED_BEFORE) | B(REFRESHED) | B(ZONE_STILL) | B(ZONE_SPLIT) | B(ZONE_LEFT) | B(ZONE_PART) },
	  CAUSE_SERVE_STALE, CONF_CERTAIN, 0 },
	{ "run out at the resolver, which asked afterwards",
	  { .yes = B(UP_SEEN) | HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(R_EXPIRED) | B(REFRESHED),
	    .no = B(ASKS_NOBODY) | B(OPENED_BEFORE) | B(UP_FAILING) | B(R_FLOOR) | B(R_STALE) | B(ZONE_STILL) | B(ZONE_SPLIT) | B(ZONE_LEFT) | B(ZONE_PART) },
	  CAUSE_RESOLVER_OPTIMISTIC, CONF_CERTAIN, 0 },
	{ "the resolver says that it is stale; whether it asked first cannot be seen",
	  { .yes = HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(R_STALE), .no = B(OPENED_BEFORE) | B(R_FLOOR) }, CAUSE_SERVE_STALE, CONF_LIKELY,
	  CAUSE_BIT(CAUSE_RESOLVER_OPTIMISTIC) },
	{ "a larger TTL than the zone's, nothing stale about it",
	  { .yes = B(UP_SEEN) | HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(R_FLOOR), .no = B(ASKS_NOBODY) | B(OPENED_BEFORE) | B(R_STALE) | B(ZONE_STILL) | B(ZONE_SPLIT) | B(ZONE_LEFT) | B(ZONE_PART) | B(UP_FAILING) },
	  CAUSE_TTL_FLOOR, CONF_CERTAIN, 0 },
	{ "one TTL for ever, AA though the zone's servers are others, and it asks nobody",
	  { .yes = HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(R_CONSTANT) | B(ASKS_NOBODY) | B(R_AA),
	    .no = B(OPENED_BEFORE) | B(R_OWN) | B(UP_SEEN) | (OTHERS & ~B(R_CONSTANT)) }, CAUSE_LOCAL_DATA, CONF_CERTAIN, 0 },
	{ "the same without AA: a copy of something",
	  { .yes = HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(R_CONSTANT) | B(ASKS_NOBODY),
	    .no = B(OPENED_BEFORE) | B(R_AA) | B(R_OWN) | B(UP_SEEN) | (OTHERS & ~B(R_CONSTANT)) }, CAUSE_LOCAL_DATA, CONF_LIKELY, CAUSE_BIT(CAUSE_RESOLVER_OVERRUN) },
	{ "one TTL for ever, with AA; what it asks, and who the zone's servers are, cannot be seen",
	  { .yes = HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(R_CONSTANT) | B(R_AA),
	    .no = B(OPENED_BEFORE) | B(UP_SEEN) | B(R_STALE) | B(R_STAMPED) | B(R_FLOOR) | B(R_THEN_FRESH) | B(UP_FAILING) | B(R_EXPIRED) | B(REFETCHED) | B(ZONE_SPLIT) },
	  CAUSE_LOCAL_DATA, CONF_LIKELY, CAUSE_BIT(CAUSE_RESOLVER_OVERRUN) | CAUSE_BIT(CAUSE_STILL_PUBLISHED) | CAUSE_BIT(CAUSE_PARTIAL_UPDATE) | CAUSE_BIT(CAUSE_OLD_DELEGATION) },
	{ "one TTL again and again, after it had counted down: stale answers, from the client's side",
	  { .yes = HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(R_STAMPED), .no = B(OPENED_BEFORE) | B(UP_SEEN) | B(ASKS_NOBODY) | (OTHERS & ~B(R_STAMPED)) },
	  CAUSE_SERVE_STALE, CONF_LIKELY, CAUSE_BIT(CAUSE_RESOLVER_OVERRUN) },
	{ "stale once, then fresh, not for the first time: from the client's side",
	  { .yes = HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(R_THEN_FRESH), .no = B(OPENED_BEFORE) | B(UP_SEEN) | B(ASKS_NOBODY) | B(R_WAITED) | (OTHERS & ~B(R_THEN_FRESH)) },
	  CAUSE_RESOLVER_OPTIMISTIC, CONF_LIKELY, CAUSE_BIT(CAUSE_RESOLVER_OVERRUN) },
	{ "fetched anew after the change, and it counts down: something above the resolver still says so",
	  { .yes = HEARD_TOLD | B(LIVE) | B(PAST_LEGIT) | B(REFETCHED), .no = B(OPENED_BEFORE) | B(UP_SEEN) | B(ASKS_NOBODY) | B(R_STALE) | B(R_FLOOR) | B(R_CONSTANT) | B(R_STAMPED) | B(R_THEN_FRESH) | B(UP_FAILING) | B(R_EXPIRED) },
	  CAUSE_STILL_PUBLISHED, CONF_LIKELY, CAUSE_BIT(CAUSE_SERVERS_DISAGREE) | CAUSE_BIT(CAUSE_OLD_DELEGATION) | CAUSE_BIT(CAUSE_PARTIAL_UPDATE) | CAUSE_BIT(CAUSE_RESOLVER_OVERRUN) },
	{ "past legit until, and nothing shows why",
	  { .yes = HEARD_TOLD | B(LIVE) | B(PAST_LEGIT), .no = B(OPENED_BEFORE) | B(ASKS_NOBODY) | OTHERS }, CAUSE_RESOLVER_OVERRUN, CONF_CERTAIN, 0 },
	{ "the question was under way: optimistic, or a pool by chance",
	  { .yes = HEARD_TOLD | B(ASKING), .no = EXPIRED | B(KEPT) | B(SHORT) | B(NEW) | B(FAILING) }, CAUSE_CLIENT_OPTIMISTIC, CONF_LIKELY,
	  CAUSE_BIT(CAUSE_APP_CACHE) },
	{ "it does so each time: no chance",
	  { .yes = HEARD_TOLD | B(ASKING) | B(AGAIN), .no = EXPIRED | B(KEPT) | B(SHORT) | B(NEW) | B(FAILING) }, CAUSE_CLIENT_OPTIMISTIC, CONF_CERTAIN, 0 },
	{ "its lookups fail, and it goes on with what it has",
	  { .yes = HEARD_TOLD | B(FAILING) | B(ASKING), .no = EXPIRED | B(NEW) | B(SHORT) }, CAUSE_APP_CACHE, CONF_CERTAIN, 0 },
	{ "the same within the minute: a stub's cache may do that too",
	  { .yes = HEARD_TOLD | B(FAILING) | B(SHORT), .no = EXPIRED | B(NEW) | B(ASKING) }, CAUSE_APP_CACHE, CONF_LIKELY, CAUSE_BIT(CAUSE_STUB_OVERRUN) },
	{ "short, asked again: a stub, or an application's short cache",
	  { .yes = HEARD_TOLD | B(SHORT) | B(ASKED_LATER), .no = EXPIRED | B(NEW) | B(ASKING) | B(KEPT) }, CAUSE_STUB_OVERRUN, CONF_LIKELY,
	  CAUSE_BIT(CAUSE_APP_CACHE) },
	{ "the client's habit on all names is one short wall: a stub",
	  { .yes = HEARD_TOLD | B(SHORT) | B(ASKED_LATER) | B(WALL), .no = EXPIRED | B(NEW) | B(ASKING) | B(KEPT) | B(FAILING) }, CAUSE_STUB_OVERRUN,
	  CONF_CERTAIN, 0 },
	{ "told the replacement since",
	  { .yes = HEARD_TOLD | B(NEW) | B(SHORT), .no = EXPIRED | B(ASKING) }, CAUSE_APP_CACHE, CONF_CERTAIN, 0 },
	{ "went on beyond the minute",
	  { .yes = HEARD_TOLD | B(KEPT) | B(SHORT), .no = EXPIRED | B(ASKING) | B(ASKED_LATER) }, CAUSE_APP_CACHE, CONF_CERTAIN, 0 },
	{ "run out long ago",
	  { .yes = HEARD_TOLD, .no = EXPIRED | B(ASKING) | B(SHORT) }, CAUSE_APP_CACHE, CONF_CERTAIN, 0 },
	{ "short, and the client is known to have no such wall",
	  { .yes = HEARD_TOLD | B(SHORT), .no = EXPIRED | B(ASKING) | B(ASKED_LATER) | B(WALL) }, CAUSE_APP_CACHE, CONF_CERTAIN, 0 },
	{ "speaks encrypted DNS, was told nothing readable",
	  { .yes = B(DNS_SEALED) | B(DNS_SEEN), .no = B(OPENED_BEFORE) | B(HEARD) | B(TOLD) | B(STARTED) | B(YOUNG) }, CAUSE_ENCRYPTED_DNS, CONF_LIKELY,
	  CAUSE_BIT(CAUSE_APP_CACHE) | CAUSE_BIT(CAUSE_HARD_CODED) },
	{ "DNS seen and healthy, never told, and it asks the server for a name: resolved before the data, or a hosts file",
	  { .yes = B(DNS_SEEN) | B(NAMED), .no = B(OPENED_BEFORE) | B(HEARD) | B(TOLD) | B(DNS_SEALED) | B(YOUNG) | B(STARTED) }, CAUSE_APP_CACHE,
	  CONF_LIKELY, CAUSE_BIT(CAUSE_HARD_CODED) },
	{ "it asks for none: in its configuration, or told before the data",
	  { .yes = B(DNS_SEEN), .no = B(OPENED_BEFORE) | B(HEARD) | B(TOLD) | B(DNS_SEALED) | B(YOUNG) | B(NAMED) | B(STARTED) }, CAUSE_HARD_CODED, CONF_LIKELY,
	  CAUSE_BIT(CAUSE_APP_CACHE) },
	{ "the host took up its address: in its configuration, or in its hosts file, or it only woke",
	  { .yes = B(DNS_SEEN) | B(NAMED), .no = B(OPENED_BEFORE) | B(HEARD) | B(TOLD) | B(DNS_SEALED) | B(YOUNG) }, CAUSE_HARD_CODED,
	  CONF_LIKELY, CAUSE_BIT(CAUSE_APP_CACHE) },
	{ "it took up its address anew after it was told the replacement: it may have lost what it was told",
	  { .yes = HEARD_TOLD | B(NEW) | B(SHORT) | B(DNS_SEEN), .no = B(OPENED_BEFORE) | B(LIVE) | B(ASKING) }, CAUSE_APP_CACHE, CONF_LIKELY,
	  CAUSE_BIT(CAUSE_HARD_CODED) },
	{ "the same connection was on its way to another address: whatever it was told of this one",
	  { .yes = B(VIP) | B(DNS_SEEN) | HEARD_TOLD | B(LIVE), .no = B(OPENED_BEFORE) }, CAUSE_TRANSLATION, CONF_CERTAIN, 0 },
	{ "one UDP exchange for hours, and no answer led to it: a translator's memory, or one of those without an answer",
	  { .yes = B(PINNED) | B(DNS_SEEN), .no = B(OPENED_BEFORE) | B(HEARD) | B(TOLD) | B(DNS_SEALED) | B(YOUNG) | B(STARTED) },
	  CAUSE_TRANSLATION, CONF_LIKELY, CAUSE_BIT(CAUSE_APP_CACHE) | CAUSE_BIT(CAUSE_HARD_CODED) },
	{ "DNS never told it, another host did",
	  { .yes = B(REFERRED) | B(DNS_SEEN), .no = B(OPENED_BEFORE) | B(HEARD) | B(TOLD) | B(DNS_SEALED) | B(YOUNG) | B(STARTED) },
	  CAUSE_REFERRAL, CONF_LIKELY, CAUSE_BIT(CAUSE_APP_CACHE) | CAUSE_BIT(CAUSE_HARD_CODED) },
	{ "both did, and what DNS told has run out long ago",
	  { .yes = B(REFERRED) | HEARD_TOLD, .no = EXPIRED | B(ASKING) | B(SHORT) }, CAUSE_APP_CACHE, CONF_LIKELY,
	  CAUSE_BIT(CAUSE_REFERRAL) },
	{ "no DNS of this client here",
	  { .no = B(OPENED_BEFORE) | B(HEARD) | B(DNS_SEEN) | B(DNS_SEALED) | B(TOLD) | B(STARTED) | B(YOUNG) | B(BACKGROUND) }, CAUSE_DNS_NOT_SEEN, CONF_CERTAIN, 0 },
	{ "it goes over the neighbours and says nothing: a broken client would look the same",
	  { .yes = B(BACKGROUND), .no = B(OPENED_BEFORE) | B(HEARD) | B(DNS_SEEN) | B(DNS_SEALED) | B(TOLD) | B(STARTED) | B(YOUNG) }, CAUSE_SCAN, CONF_LIKELY,
	  CAUSE_BIT(CAUSE_DNS_NOT_SEEN) },
	{ "the data is too young",
	  { .yes = B(YOUNG) | B(DNS_SEEN), .no = B(OPENED_BEFORE) | B(HEARD) | B(DNS_SEALED) | B(STARTED) | B(LIVE) | B(SHORT) | B(ASKING) | B(NEW) | B(KEPT) | B(WALL) },
	  CAUSE_BEFORE_CAPTURE, CONF_LIKELY, CAUSE_BIT(CAUSE_APP_CACHE) | CAUSE_BIT(CAUSE_HARD_CODED) },
	{ "half a minute over, then silence",
	  { .yes = HEARD_TOLD | B(SHORT), .no = EXPIRED | B(NEW) | B(ASKING) }, CAUSE_AMBIGUOUS, CONF_POSSIBLE,
	  CAUSE_BIT(CAUSE_STUB_OVERRUN) | CAUSE_BIT(CAUSE_APP_CACHE) },
};

static void
each_claim_holds(void **state)
{
	const uint64_t seldom = B(VIP) | B(PINNED) | B(REFERRED);	/* known in all of them, as is ITSELF */
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		const struct claim *c = &claims[i];
		struct facts f = { c->facts.yes | B(ITSELF), c->facts.no | (seldom & ~c->facts.yes), 0 };
		struct verdict v = rule_judge(f);

		if (v.cause == c->cause && v.confidence == c->confidence && v.could_be == c->could_be)
			continue;
		print_error("%s: %s %s, could be", c->what, cause_name(v.cause), confidence_name(v.confidence));
		for (int k = 0; k < CAUSE_COUNT; k++)
			if (v.could_be & CAUSE_BIT(k))
				print_error(" %s", cause_name((enum cause)k));
		print_error("\n");
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* What is known of another address behind the same network card is never certain of this one. */
static void
what_a_sibling_was_told_leaves_others_open(void **state)
{
	const uint32_t two = CAUSE_BIT(CAUSE_DNS_NOT_SEEN) | CAUSE_BIT(CAUSE_HARD_CODED);
	const struct facts seldom = { .no = B(VIP) | B(PINNED) | B(REFERRED) };

	(void)state;
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		const struct facts *f = &claims[i].facts;
		struct facts own = { f->yes | B(ITSELF), f->no | (seldom.no & ~f->yes), 0 }, lent = { f->yes, own.no, 0 };
		struct verdict v = rule_judge(own), w = rule_judge(lent);

		assert_int_equal(v.cause, w.cause);
		if (f->yes & (B(OPENED_BEFORE) | B(VIP)))
			continue;	/* has nothing to do with what was told; covers all */
		assert_int_equal(w.could_be | CAUSE_BIT(w.cause), v.could_be | CAUSE_BIT(v.cause) | two);
		assert_int_not_equal(w.confidence, CONF_CERTAIN);
	}
}

static void
a_doubt_about_what_it_rests_on_makes_it_possible(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		struct facts f = claims[i].facts;
		struct verdict v = rule_judge(f);

		for (uint64_t bit = 1; bit < UINT64_C(1) << FACT_COUNT; bit <<= 1) {
			f.doubt = bit;
			if (v.rule >= 0 && (v.because & bit))
				assert_int_equal(rule_judge(f).confidence, CONF_POSSIBLE);
			else
				assert_int_equal(rule_judge(f).confidence, v.confidence);
			assert_int_equal(rule_judge(f).cause, v.cause);
		}
	}
}

static uint64_t
next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static void
check_monotone(struct facts f)
{
	uint32_t open = rule_open(f);

	for (uint64_t bit = 1; bit < UINT64_C(1) << FACT_COUNT; bit <<= 1) {
		if ((f.yes | f.no) & bit)
			continue;
		if ((rule_open((struct facts){ f.yes | bit, f.no, 0 }) & ~open) != 0 || (rule_open((struct facts){ f.yes, f.no | bit, 0 }) & ~open) != 0)
			fail_msg("knowing %#llx opens a cause that was excluded", (unsigned long long)bit);
	}
}

/* Seeing more can only take causes away: over all values of the facts that any pair of rules names, and random ones. */
static void
seeing_more_only_takes_causes_away(void **state)
{
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (size_t i = 0; i < rule_count; i++) {
		for (size_t j = 0; j <= i; j++) {
			uint64_t named = rule_table[i].need | rule_table[i].none | rule_table[j].need | rule_table[j].none;

			for (uint64_t yes = named; ; yes = (yes - 1) & named) {
				check_monotone((struct facts){ yes, named & ~yes, 0 });
				if (yes == 0)
					break;
			}
		}
	}
	for (int i = 0; i < 200000; i++) {
		uint64_t known = next_random(&seed) & next_random(&seed), value = next_random(&seed), all = (UINT64_C(1) << FACT_COUNT) - 1;

		check_monotone((struct facts){ known & value & all, known & ~value & all, 0 });
	}
}

static void
names_lead_back_to_causes(void **state)
{
	(void)state;
	for (int i = 0; i < CAUSE_COUNT; i++) {
		assert_int_equal(cause_find(cause_name((enum cause)i)), i);
		assert_true(cause_advice((enum cause)i)[0] != '\0');
	}
	assert_int_equal(cause_find("client.nothing"), CAUSE_COUNT);
	assert_int_equal(severity_find("critical"), SEV_CRITICAL);
	assert_int_equal(severity_find("no"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_claim_holds),
		cmocka_unit_test(what_a_sibling_was_told_leaves_others_open),
		cmocka_unit_test(a_doubt_about_what_it_rests_on_makes_it_possible),
		cmocka_unit_test(seeing_more_only_takes_causes_away),
		cmocka_unit_test(names_lead_back_to_causes),
	};

	return cmocka_run_group_tests_name("judge/rule", tests, NULL, NULL);
}
