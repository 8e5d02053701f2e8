#include "zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_NAMES = 64, FAVOURITES = 32, POPULAR_BITS = 16 };

int
zone_init(struct zone *z, uint64_t retired_at, uint32_t new_ppm)
{
	memset(z, 0, sizeof(*z));
	z->retired_at = retired_at;
	z->new_ppm = new_ppm;
	z->names = RETIRED + FIRST_NAMES;
	z->room = 4096;
	z->entries = calloc(z->room, 2 * sizeof(*z->entries));
	return z->entries == NULL ? -1 : 0;
}

void
zone_free(struct zone *z)
{
	free(z->entries);
}

uint32_t
zone_old(uint32_t name)
{
	return 0xc000020a + name;
}

uint32_t
zone_new(uint32_t name)
{
	return 0xc633640a + name;
}

struct entry *
zone_entry(struct zone *z, uint32_t name, uint16_t type)
{
	return &z->entries[2 * (size_t)name + (type == DNS_AAAA)];
}

static int32_t
add_name(struct zone *z)
{
	struct entry *more;

	if (z->names == z->room) {
		more = realloc(z->entries, z->room * 4 * sizeof(*more));
		if (more == NULL)
			return -1;
		memset(more + 2 * (size_t)z->room, 0, z->room * 2 * sizeof(*more));
		z->entries = more;
		z->room *= 2;
	}
	return (int32_t)z->names++;
}

/* One of the client's favourites, most often the first of them.  Over all clients a name is asked for in inverse
 * proportion to its rank. */
static uint32_t
favourite(const struct zone *z, struct rnd *r, uint32_t client)
{
	uint64_t bits = rnd_next(r);
	unsigned which = bits == 0 ? 0 : (unsigned)__builtin_ctzll(bits) * 4 + (unsigned)(bits >> 62);
	uint64_t h = rnd_mix((uint64_t)client * FAVOURITES + which % FAVOURITES + 1);
	uint32_t rank = 1u << h % POPULAR_BITS;

	rank += (uint32_t)(h >> 32) & (rank - 1);
	while (rank > z->names - RETIRED)
		rank >>= 1;
	return RETIRED + rank - 1;
}

int32_t
zone_pick(struct zone *z, struct rnd *r, uint32_t client)
{
	uint32_t name = favourite(z, r, client);

	if (z->sets * 1000000 >= z->responses * z->new_ppm)
		return (int32_t)name;
	if (rnd_chance(r, 500000))
		return add_name(z);
	/* the next fetch finds other addresses */
	zone_entry(z, name, DNS_A)->expires = 0;
	return (int32_t)name;
}

void
zone_fetch(struct zone *z, uint32_t name, uint16_t type, uint64_t now)
{
	struct entry *e = zone_entry(z, name, type);
	uint32_t version = e->version;
	struct record_set set;

	zone_set(z, name, type, &set);
	if (name < RETIRED)
		version = now >= z->retired_at;
	else if (e->answered && set.addrs > 0 && z->sets * 1000000 < z->responses * z->new_ppm)
		version++;
	if (version != e->version)
		e->answered = 0;
	e->version = version;
	e->expires = now + set.ttl * 1000000ull;
}

/* How many aliases and addresses, from a random byte. */
static unsigned
aliases(unsigned byte)
{
	return byte < 160 ? 0 : byte < 220 ? 1 : byte < 246 ? 2 : 3;
}

static unsigned
addrs(unsigned byte)
{
	return byte < 80 ? 1 : byte < 150 ? 2 : byte < 200 ? 3 : 4;
}

static void
retired_set(const struct zone *z, uint32_t name, struct record_set *set)
{
	char label[16];

	snprintf(label, sizeof(label), "old-%u", (unsigned)name);
	set->name_len = dns_retired_name(set->name, label);
	set->ttl = RETIRED_TTL;
	set->addrs = 1;
	set->first = z->entries[2 * (size_t)name].version == 0 ? zone_old(name) : zone_new(name);
}

void
zone_set(const struct zone *z, uint32_t name, uint16_t type, struct record_set *set)
{
	static const uint32_t ttls[] = { 30, 60, 60, 300, 300, 300, 3600, 3600 };
	const struct entry *e = &z->entries[2 * (size_t)name + (type == DNS_AAAA)];
	uint64_t h = rnd_mix(name * 2ull + 1);

	memset(set, 0, sizeof(*set));
	set->type = type;
	if (name < RETIRED) {
		retired_set(z, name, set);
		return;
	}
	set->name_len = dns_host_name(set->name, name);
	set->ttl = ttls[h & 7];
	set->content = ((uint64_t)name << 24 ^ e->version) * 64 + (type == DNS_AAAA) * 32;
	if ((h >> 8 & 0xff) < 8) {
		set->rcode = 3;
	} else if (type == DNS_A || (h >> 16 & 0xff) < 160) {	/* the others have no IPv6 */
		set->aliases = (uint8_t)aliases(h >> 24 & 0xff);
		set->addrs = (uint8_t)addrs(h >> 32 & 0xff);
	}
}

void
zone_answered(struct zone *z, uint32_t name, uint16_t type)
{
	struct entry *e = zone_entry(z, name, type);

	z->responses++;
	z->sets += !e->answered;
	e->answered = 1;
}
