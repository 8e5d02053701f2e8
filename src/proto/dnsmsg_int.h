/* proto/dnsmsg_int.h - what the walk and the decode share: one pass over one message.
 *
 * Work is counted in steps, not in time: a step is one label or one compression pointer followed.  Names that lie flat in the
 * message cost no steps, for each of their bytes is read once; only pointers let a message be read more than once, and
 * each pass has a budget of steps that is proportional to the length of the message. */
#ifndef PROTO_DNSMSG_INT_H
#define PROTO_DNSMSG_INT_H

#include "proto/dnsmsg.h"

#define DNS_HEADER 12
#define DNS_HOPS_MAX 64
#define DNS_MESSAGE_MAX 65535
#define DNS_WALK_STEPS 4		/* a byte of the message; compressed reverse names of IPv6 need 2 */
/* Enough for whatever the walk accepts: 16 bytes of record lead to 3 names of 127 labels and 64 pointers at most. */
#define DNS_DECODE_STEPS 48
#define DNS_CACHE 32

enum { DNS_HIP = 55, DNS_WKS = 11, DNS_TSIG = 250 };

struct dns_key { uint64_t a, b, c; };	/* from the seed */

struct dns_pass {
	const uint8_t *msg;
	size_t have;			/* what can be read, at most DNS_MESSAGE_MAX */
	enum why past;			/* what it means to read past it: WHY_DNS_CUT or WHY_DNS_SHORT */
	struct dns_key key;
	uint32_t steps, budget;
	uint64_t qhash;			/* of the name at DNS_HEADER; 0 if none */
	uint64_t sum;			/* of the records' hashes: it does not depend on their order, and knows how often each is there */
	enum why why;			/* why the last name or record could not be read */
	unsigned hops;			/* of the last name: pointers followed */
	/* Names that a pointer alone led to, or that are the whole data of a record: offset, hash and the hops in it. */
	uint32_t cached;		/* a bit a slot */
	uint16_t at[DNS_CACHE];
	uint8_t hops_at[DNS_CACHE];
	uint64_t hash[DNS_CACHE];
};

/* One record of a message, by offsets. */
struct dns_rec {
	size_t owner, rdata;
	uint64_t mix;			/* hash of all but the TTL; the tag is its upper half */
	uint32_t ttl;
	uint16_t type, class_, rdlen;
	uint8_t section;
};

/* Where the names are in the data of a type: after `skip` bytes and `strings` counted strings. */
struct dns_layout { uint8_t skip, strings, names; };
#define DNS_LAYOUTS 250
extern const struct dns_layout dns_layouts[DNS_LAYOUTS];	/* by type */

static inline const struct dns_layout *
dns_layout(uint16_t type)
{
	return &dns_layouts[type < DNS_LAYOUTS ? type : 0];	/* there is no type 0 */
}

void dns_pass_init(struct dns_pass *ps, const uint8_t *msg, size_t wire, size_t have, uint64_t seed, unsigned steps_a_byte);
/* Read past `count` questions, the first of which is at pos.  Returns where they end, or 0: ps->why says why. */
size_t dns_pass_questions(struct dns_pass *ps, unsigned count, size_t pos);
/* Read the record at pos.  Returns where the next one is, or 0: ps->why says why. */
size_t dns_pass_record(struct dns_pass *ps, size_t pos, enum dns_section section, struct dns_rec *rec);
/* Is it about the message, and not data: OPT and TSIG. */
static inline bool
dns_rec_is_meta(const struct dns_rec *rec)
{
	return rec->type == DNS_OPT || rec->type == DNS_TSIG;
}

/* The name at *pos, expanded into out (DNS_NAME_MAX bytes), case as it came; *pos moves past it.  What lies there itself must
 * end before `end`.  Returns its length, or 0 and ps->why; sets ps->hops. */
size_t dns_name_expand(struct dns_pass *ps, size_t *pos, size_t end, uint8_t *out);
/* The length of the flat name in p[0..max), or 0 if it is compressed, too long, cut or bad. */
static inline size_t
dns_name_flat(const uint8_t *p, size_t max)
{
	size_t i = 0;

	if (max > DNS_NAME_MAX)
		max = DNS_NAME_MAX;
	while (i < max) {
		unsigned len = p[i];

		if (len - 1 >= 63)
			return len == 0 ? i + 1 : 0;
		i += len + 1;
	}
	return 0;
}


/* The length of what comes before the names in data of this layout, or SIZE_MAX if the data is too short. */
size_t dns_layout_prefix(const struct dns_layout *lay, const uint8_t *rdata, size_t len);

/* May ldns be given data of this type?  Not HIP (names that we do not expand), nor WKS (it asks the machine for the names of services). */
bool dns_ldns_reads(uint16_t type);

#endif
