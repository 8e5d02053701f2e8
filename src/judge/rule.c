#include "judge/rule.h"

#define C(x) CAUSE_BIT(CAUSE_##x)

/* Up to `legit until` an answer that runs excuses the client and its resolver; after it the layer that handed the answer out is
 * named, however long the client rightly keeps it; and once it has run out the client's own caches are.
 * tests/rules/each-row takes every row out in turn and wants a test to fail. */
const struct rule rule_table[] = {
	/* cause			all of these true			all of these false				covers */
	{ CAUSE_OPENED_BEFORE,		B(OPENED_BEFORE),			0,						0 },
	{ CAUSE_TRANSLATION,		B(VIP),					B(OPENED_BEFORE),				UINT32_MAX },
	{ CAUSE_CLIENT_WITHIN_TTL,	B(TOLD) | B(LIVE) | B(BEFORE_T),	B(OPENED_BEFORE) | B(PAST_LEGIT),		0 },
	{ CAUSE_RESOLVER_WITHIN_TTL,	B(TOLD) | B(LIVE),			B(OPENED_BEFORE) | B(PAST_LEGIT) | B(BEFORE_T),	0 },
	/* the answer runs, but nothing that the zone published covers it */
	{ CAUSE_LOCAL_DATA,		B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(R_CONSTANT) | B(ASKS_NOBODY) | B(R_AA),
									B(OPENED_BEFORE) | B(R_STALE) | B(R_OWN),	C(RESOLVER_OVERRUN) },
	{ CAUSE_LOCAL_DATA,		B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(R_CONSTANT) | B(ASKS_NOBODY),
									B(OPENED_BEFORE) | B(R_STALE),			0 },
	{ CAUSE_OLD_DELEGATION,		B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(ZONE_LEFT),
									B(OPENED_BEFORE) | B(R_STALE),			C(SERVERS_DISAGREE) | C(PARTIAL_UPDATE) | C(STILL_PUBLISHED) | C(RESOLVER_OVERRUN) },
	{ CAUSE_SERVERS_DISAGREE,	B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(ZONE_SPLIT),
									B(OPENED_BEFORE) | B(R_STALE),			C(PARTIAL_UPDATE) | C(STILL_PUBLISHED) | C(RESOLVER_OVERRUN) },
	{ CAUSE_PARTIAL_UPDATE,		B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(ZONE_PART),
									B(OPENED_BEFORE) | B(R_STALE),			C(STILL_PUBLISHED) | C(RESOLVER_OVERRUN) },
	{ CAUSE_STILL_PUBLISHED,	B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(ZONE_STILL),
									B(OPENED_BEFORE) | B(R_STALE),			C(RESOLVER_OVERRUN) },
	{ CAUSE_SERVE_STALE,		B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(R_EXPIRED) | B(UP_FAILING),
									B(OPENED_BEFORE) | B(REFRESHED),		C(RESOLVER_OVERRUN) | C(TTL_FLOOR) },
	{ CAUSE_RESOLVER_OPTIMISTIC,	B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(R_EXPIRED) | B(REFRESHED),
									B(OPENED_BEFORE) | B(R_FLOOR),			C(RESOLVER_OVERRUN) },
	{ CAUSE_SERVE_STALE,		B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(R_STALE),
									B(OPENED_BEFORE),				C(RESOLVER_OVERRUN) },
	/* where only what the resolver hands out is seen, that alone */
	{ CAUSE_LOCAL_DATA,		B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(R_CONSTANT) | B(R_AA),
									B(OPENED_BEFORE) | B(R_STALE) | B(UP_SEEN),	0 },
	{ CAUSE_SERVE_STALE,		B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(R_STAMPED),
									B(OPENED_BEFORE) | B(UP_SEEN),			0 },
	{ CAUSE_RESOLVER_OPTIMISTIC,	B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(R_THEN_FRESH),
									B(OPENED_BEFORE) | B(UP_SEEN) | B(R_WAITED),	0 },
	{ CAUSE_STILL_PUBLISHED,	B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(REFETCHED),
									B(OPENED_BEFORE) | B(UP_SEEN) | B(R_STALE) | B(R_FLOOR), 0 },
	{ CAUSE_TTL_FLOOR,		B(TOLD) | B(LIVE) | B(PAST_LEGIT) | B(R_FLOOR),
									B(OPENED_BEFORE) | B(R_STALE),			C(RESOLVER_OVERRUN) },
	{ CAUSE_RESOLVER_OVERRUN,	B(TOLD) | B(LIVE) | B(PAST_LEGIT),	B(OPENED_BEFORE),				0 },
	/* the answer has run out */
	{ CAUSE_CLIENT_OPTIMISTIC,	B(TOLD) | B(ASKING) | B(AGAIN),		B(OPENED_BEFORE) | B(LIVE) | B(KEPT) | B(FAILING), C(APP_CACHE) | C(STUB_OVERRUN) },
	{ CAUSE_CLIENT_OPTIMISTIC,	B(TOLD) | B(ASKING),			B(OPENED_BEFORE) | B(LIVE) | B(KEPT) | B(FAILING), 0 },
	{ CAUSE_STUB_OVERRUN,		B(TOLD) | B(SHORT) | B(ASKED_LATER),	B(OPENED_BEFORE) | B(LIVE) | B(NEW) | B(ASKING) | B(KEPT), 0 },
	{ CAUSE_APP_CACHE,		B(TOLD) | B(NEW),			B(OPENED_BEFORE) | B(LIVE),			0 },
	{ CAUSE_APP_CACHE,		B(TOLD) | B(KEPT),			B(OPENED_BEFORE) | B(LIVE),			0 },
	{ CAUSE_APP_CACHE,		B(TOLD) | B(FAILING),			B(OPENED_BEFORE) | B(LIVE),			0 },
	{ CAUSE_APP_CACHE,		B(TOLD),				B(OPENED_BEFORE) | B(LIVE) | B(SHORT),		0 },
	/* an application's own cache of less than a minute looks like a stub's, until the client's habits are known */
	{ CAUSE_APP_CACHE,		B(TOLD),				B(OPENED_BEFORE) | B(LIVE) | B(WALL),		0 },
	/* here to be left open: that it uses what it was sent, not what it was told, does not show */
	{ CAUSE_REFERRAL,		B(REFERRED),				B(OPENED_BEFORE) | B(LIVE) | B(VIP),		0 },
	/* DNS gave it nothing that we saw */
	{ CAUSE_REFERRAL,		B(REFERRED),				B(OPENED_BEFORE) | B(TOLD) | B(VIP),		0 },
	{ CAUSE_TRANSLATION,		B(PINNED),				B(OPENED_BEFORE) | B(TOLD),			0 },
	{ CAUSE_ENCRYPTED_DNS,		B(DNS_SEALED),				B(OPENED_BEFORE) | B(HEARD),			0 },
	/* a name is configured: in a hosts file, or resolved before the data begins, which is the more usual */
	{ CAUSE_APP_CACHE,		B(DNS_SEEN) | B(NAMED),			B(OPENED_BEFORE) | B(TOLD) | B(STARTED),	0 },
	{ CAUSE_HARD_CODED,		B(DNS_SEEN),				B(OPENED_BEFORE) | B(TOLD),			0 },
	{ CAUSE_APP_CACHE,		B(DNS_SEEN),				B(OPENED_BEFORE) | B(TOLD),			0 },
	/* here to be left open: what it was told before it took up its address anew, it may have lost */
	{ CAUSE_HARD_CODED,		B(DNS_SEEN) | B(STARTED),		B(OPENED_BEFORE) | B(LIVE),			0 },
	{ CAUSE_SCAN,			B(BACKGROUND),				B(OPENED_BEFORE) | B(HEARD) | B(DNS_SEEN),	0 },
	{ CAUSE_DNS_NOT_SEEN,		0,					B(OPENED_BEFORE) | B(HEARD) | B(DNS_SEEN) | B(DNS_SEALED), 0 },
	/* here to be left open: two addresses behind one network card may still be two machines' */
	{ CAUSE_DNS_NOT_SEEN,		0,					B(OPENED_BEFORE) | B(ITSELF),			0 },
	{ CAUSE_HARD_CODED,		0,					B(OPENED_BEFORE) | B(ITSELF),			0 },
	{ CAUSE_BEFORE_CAPTURE,		B(YOUNG),				B(OPENED_BEFORE) | B(HEARD),			0 },
};
const size_t rule_count = sizeof(rule_table) / sizeof(rule_table[0]);

static bool
fits(const struct rule *r, struct facts f)
{
	return (r->need & ~f.yes) == 0 && (r->none & ~f.no) == 0;
}

static bool
excluded(const struct rule *r, struct facts f)
{
	return (r->need & f.no) != 0 || (r->none & f.yes) != 0;
}

uint32_t
rule_open(struct facts f)
{
	uint32_t open = 0;

	for (size_t i = 0; i < rule_count; i++)
		if (!excluded(&rule_table[i], f))
			open |= CAUSE_BIT(rule_table[i].cause);
	return open;
}

struct verdict
rule_judge(struct facts f)
{
	struct verdict v = { .cause = CAUSE_AMBIGUOUS, .confidence = CONF_POSSIBLE, .could_be = rule_open(f), .rule = -1 };

	for (size_t i = 0; i < rule_count; i++) {
		const struct rule *r = &rule_table[i];

		if (!fits(r, f))
			continue;
		v.cause = r->cause;
		v.rule = (int)i;
		v.because = r->need | r->none;
		v.could_be &= ~(CAUSE_BIT(r->cause) | r->covers);
		v.confidence = (v.because & f.doubt) != 0 ? CONF_POSSIBLE : v.could_be != 0 ? CONF_LIKELY : CONF_CERTAIN;
		break;
	}
	return v;
}

static const struct { const char *name, *text; } fact_words[FACT_COUNT] = {
#define FACT_ROW(id, words) [FACT_##id] = { #id, words },
	FACT_TABLE(FACT_ROW)
#undef FACT_ROW
};

const char *
fact_name(enum fact f)
{
	return fact_words[f].name;
}

const char *
fact_text(enum fact f)
{
	return fact_words[f].text;
}
