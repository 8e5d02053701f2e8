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
#define DNS_DECODE_STEPS 16		/* no cache of names there */
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
	/* Names that a pointer alone led to, or that are the whole data of a record: offset, hash and the hops in it. */
	uint32_t cached;		/* a bit a slot */
	uint16_t at[DNS_CACHE];
	uint8_t hops[DNS_CACHE];
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

void dns_pass_init(struct dns_pass *ps, const uint8_t *msg, size_t wire, size_t have, uint64_t seed, unsigned steps_a_byte);
/* Read past the questions, of which there are `count`; *pos is at the first.  WHY_OK or why not. */
enum why dns_pass_questions(struct dns_pass *ps, unsigned count, size_t *pos);
/* Read the record at *pos, which moves past it. */
enum why dns_pass_record(struct dns_pass *ps, size_t *pos, enum dns_section section, struct dns_rec *rec);
/* Is it about the message, and not data: OPT and TSIG. */
bool dns_rec_is_meta(const struct dns_rec *rec);

/* The name at *pos, expanded into out (DNS_NAME_MAX bytes), case as it came; *pos moves past it.  What lies there itself must
 * end before `end`.  Returns its length, or 0 and *why.  *hops counts the pointers followed. */
size_t dns_name_expand(struct dns_pass *ps, size_t *pos, size_t end, uint8_t *out, unsigned *hops, enum why *why);
/* The length of the flat name in p[0..max), or 0 if it is compressed, too long, cut or bad. */
size_t dns_name_flat(const uint8_t *p, size_t max);
void dns_name_fold(uint8_t *name, size_t len);

struct dns_layout dns_layout(uint16_t type);
/* The length of what comes before the names in data of this layout, or SIZE_MAX if the data is too short. */
size_t dns_layout_prefix(struct dns_layout lay, const uint8_t *rdata, size_t len);

/* May ldns be given data of this type?  Not HIP (names that we do not expand), nor WKS (it asks the machine for the names of services). */
bool dns_ldns_reads(uint16_t type);

#endif
