#include "judge/decide.h"

#define C(x) CAUSE_BIT(CAUSE_##x)
#define ZONE (C(STILL_PUBLISHED) | C(SERVERS_DISAGREE) | C(OLD_DELEGATION) | C(PARTIAL_UPDATE))
#define CACHE (C(TTL_FLOOR) | C(SERVE_STALE) | C(RESOLVER_OPTIMISTIC) | C(LOCAL_DATA) | C(RESOLVER_OVERRUN))
#define ANY UINT32_MAX

/* One of the first and another one of the second. */
static const struct { uint32_t one, other; const char *text; } rows[] = {
	{ C(STUB_OVERRUN), C(APP_CACHE), "one more question by this client: a stub's cache asks again within a minute or so, an application goes on without" },
	{ C(CLIENT_OPTIMISTIC), C(APP_CACHE), "the same once more: question and connection together again, and no connection between, is no chance" },
	{ C(HARD_CODED), C(APP_CACHE), "a restart of the process: one that asks for the name then had kept an answer, one that does not has a hosts entry or a configuration" },
	{ C(ENCRYPTED_DNS), ANY, "what the resolver that it asks over encrypted DNS has logged" },
	{ C(REFERRAL), ANY, "what the peer announces: its list of members, its redirects, its advertised listener" },
	{ C(TRANSLATION), ANY, "a sensor on both sides of the translator" },
	{ C(DNS_NOT_SEEN), ANY, "a sensor on the path of this client's DNS" },
	{ C(BEFORE_CAPTURE), ANY, "data from a TTL and a minute earlier on" },
	{ ZONE | CACHE, ZONE | CACHE, "the resolver's upstream side: what it asked the zone's servers, and what they answered" },
};

const char *
decide_text(uint32_t causes, size_t i)
{
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		uint32_t one = causes & rows[r].one, other = causes & rows[r].other;

		if (one == 0 || other == 0 || ((one | other) & ((one | other) - 1)) == 0)
			continue;
		if (i-- == 0)
			return rows[r].text;
	}
	return NULL;
}
