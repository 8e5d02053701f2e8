/* judge/rule.h - from facts to a cause.
 *
 * A fact is known true, known false, or unknown (the sensor could not see it).  A rule FITS if every fact it names
 * is known as it needs it; it is OPEN if no known fact speaks against it.  The cause is the first rule that fits;
 * could_be has the other open ones, for the evidence does not exclude them, but for the more general rules that the
 * verdict covers.  Confidence is not written down, it follows: possible if the verdict rests on a doubted fact, else likely
 * if another rule is open, else certain.
 * A pure function: a verdict can be stored, tested, and explained later from its facts. */
#ifndef JUDGE_RULE_H
#define JUDGE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge/cause.h"

#define FACT_TABLE(X) \
	X(OPENED_BEFORE, "the connection was opened before the change") \
	X(HEARD,	"an answer that gave the client this address was seen") \
	X(TOLD,		"DNS told the client this address before it connected") \
	X(LIVE,		"the client's answer with this address still ran") \
	X(BEFORE_T,	"that answer was delivered before the change") \
	X(PAST_LEGIT,	"no published TTL covers the connection any more") \
	X(NEW,		"the client had since been told something else") \
	X(SHORT,	"the answer had run out by no more than a stub's or browser's minute") \
	X(ASKED_LATER,	"the client asked for the name again afterwards") \
	X(KEPT,		"the client went on with the same answer beyond a stub resolver's minute") \
	X(WALL,		"over all names this client holds on for the same short time and then asks again") \
	X(ASKING,	"the client's question for the name was under way when it connected") \
	X(STARTED,	"the client has started anew since, and lost what it was told") /* never known true: see packet/begin.h */ \
	X(DNS_SEEN,	"answers to this client are seen here") \
	X(DNS_SEALED,	"the client speaks encrypted DNS") \
	X(YOUNG,	"the data begins less than the record's TTL and a minute before the connection") \
	X(ZONE_STILL,	"the zone still published the address when it was fetched") \
	X(ZONE_SPLIT,	"one server of the zone still answered the address when another had stopped") \
	X(R_FLOOR,	"the resolver hands out a larger TTL than the zone's") \
	X(R_EXPIRED,	"the resolver's own entry had run out when it answered") \
	X(UP_FAILING,	"the resolver had asked the zone and got no answer") \
	X(REFRESHED,	"the resolver answered first and asked the zone afterwards") \
	X(R_STALE,	"the resolver says that its answer is stale (RFC 8914 code 3)") \
	X(R_COUNTS,	"the resolver's entry counts down to one expiry instant") \
	X(ZONE_LEFT,	"the server that answered the address had left the zone's delegation") \
	X(UP_SEEN,	"the resolver was seen to ask for the name itself") \
	X(ASKS_NOBODY,	"the resolver's own questions are seen here, and none was for the name in more than twice its TTL") \
	X(R_AA,		"the resolver says that it speaks for the zone itself (AA)") \
	X(R_OWN,	"the server is one of the zone's own") \
	X(R_CONSTANT,	"the resolver's answers never count down: one TTL, from before the change on, for more than twice as long as it") \
	X(R_STAMPED,	"the resolver put one and the same TTL on it again and again, its entry having counted down before") \
	X(R_WAITED,	"the answer came as late as from a resolver that tries the zone before it serves stale data") \
	X(R_THEN_FRESH,	"the resolver's answer after it was a fresh one, and not for the first time") \
	X(REFETCHED,	"the resolver's entry was fetched after the change, and counts down") \
	X(NAMED,	"the client asked the server for a name, not for its address") \
	X(FAILING,	"the client's questions for the name fail or stay without an answer, and it goes on") \
	X(AGAIN,	"it did so more than once: question and connection together, on an answer that had run out") \
	X(SEALED_TIMED,	"five connections and more without a readable answer, each right after a packet of its encrypted DNS") \
	X(ZONE_PART,	"the zone had moved another record of the name, and not this one") \
	X(VIP,		"the same connection was seen on its way to another address: a translation led it here") \
	X(PINNED,	"one UDP exchange from one port for more than an hour: no lookup is behind it any more") \
	X(REFERRED,	"another host had sent the client this address, written out in the clear") \
	X(BACKGROUND,	"it tries many neighbours or ports in a minute, or is the answer to a SYN that it never sent; no data, no name") \
	X(ITSELF,	"its questions come from this very address, or from one that the user says is the same machine's") /* never known false */

enum fact {
#define FACT_ENUM(id, text) FACT_##id,
	FACT_TABLE(FACT_ENUM)
#undef FACT_ENUM
	FACT_COUNT
};
#define B(f) (UINT64_C(1) << FACT_##f)

struct facts { uint64_t yes, no, doubt; };	/* in neither yes nor no: unknown; doubt: known, but shaky */
struct verdict {
	enum cause cause;
	enum confidence confidence;
	uint32_t could_be;		/* CAUSE_BIT() */
	uint64_t because;		/* the facts that the verdict rests on */
	int rule;			/* its row; -1 for unknown.ambiguous */
	uint32_t extended;		/* CAUSE_BIT() of layers that added time to what the cause introduced */
};

struct rule { enum cause cause; uint64_t need, none; uint32_t covers; };
/* The table, most specific first. */
extern const struct rule rule_table[];
extern const size_t rule_count;

struct verdict rule_judge(struct facts f);
/* All causes that no known fact excludes. */
uint32_t rule_open(struct facts f);
const char *fact_name(enum fact f);		/* "OPENED_BEFORE" */
const char *fact_text(enum fact f);		/* the sentence */

static inline void
fact_set(struct facts *f, uint64_t bit, bool value)
{
	f->yes = value ? f->yes | bit : f->yes & ~bit;
	f->no = value ? f->no & ~bit : f->no | bit;
}

#endif
