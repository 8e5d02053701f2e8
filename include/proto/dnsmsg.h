/* proto/dnsmsg.h - DNS messages: a quick walk over each, a full decode of each new one.
 *
 * Most answers on a link repeat one already seen, but for id and TTLs.  So each message is walked once (dns_walk:
 * bounds, header, question, one tag and one TTL a record, and a hash of everything but id, TTLs, OPT and TSIG that does not depend
 * on the order of records, their compression, nor the case of names), and only a set of records not seen before is decoded with ldns.
 *
 * Names are kept uncompressed and lower-case in wire format (RFC 1035 3.1, RFC 4343), at most 255 bytes. */
#ifndef PROTO_DNSMSG_H
#define PROTO_DNSMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/why.h"

#define DNS_NAME_MAX 255
#define DNS_RRS_MAX 6000	/* 64 KiB of records of 11 bytes */

enum { DNS_QR = 0x8000, DNS_AA = 0x0400, DNS_TC = 0x0200, DNS_RD = 0x0100, DNS_RA = 0x0080, DNS_AD = 0x0020, DNS_CD = 0x0010 };
enum { DNS_A = 1, DNS_NS = 2, DNS_CNAME = 5, DNS_SOA = 6, DNS_PTR = 12, DNS_MX = 15, DNS_TXT = 16, DNS_AAAA = 28, DNS_SRV = 33,
       DNS_DNAME = 39, DNS_OPT = 41, DNS_DS = 43, DNS_RRSIG = 46, DNS_DNSKEY = 48, DNS_SVCB = 64, DNS_HTTPS = 65, DNS_IXFR = 251,
       DNS_AXFR = 252, DNS_ANY = 255, DNS_CAA = 257 };
enum dns_section { DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL };

struct dns_tag { uint32_t tag, ttl; };	/* of one record: which (no TTL in it), and its TTL as delivered, 0 if above 2^31-1 (RFC 2181 8) */

struct dns_walk {
	uint16_t id, flags;		/* flags: the second 16 bits of the header, DNS_QR ... */
	uint8_t opcode, rcode;		/* rcode without the upper bits of EDNS */
	uint16_t qdcount, qtype, qclass;
	uint64_t qhash;			/* of the name asked, case folded; 0 if there is no question */
	uint64_t set;			/* of opcode, rcode, TC, question and all records but OPT and TSIG; order and case do not matter */
	uint32_t nrr;			/* records walked, OPT and TSIG not among them; rr[0..nrr) */
	uint32_t nanswer;		/* the first so many of them are of the answer section */
	int32_t ede;			/* the first extended error (RFC 8914), or -1 */
	bool edns, ecs;			/* there is OPT; a client subnet (RFC 7871) in it */
	uint8_t ecs_scope;
	enum why why;			/* WHY_OK, or why the walk ended early: the records before stand */
	uint32_t steps;			/* labels and pointers that compression made it follow: what the budget bounds */
	struct dns_tag *rr;		/* the caller's */
};

/* Walk a message of `wire` bytes of which `have` were captured; of more than 65535 the rest is not read.  w->rr has room for
 * DNS_RRS_MAX; the rest of *w is only written.  False if not even the header and, where
 * counted, the question could be read (w->why says why); else true, also when the records end early.
 * Compression pointers only lead backwards and at most 64 are followed in a name, so the cost is bounded by the length: a message
 * of chained pointers gives up at a total budget of 4 steps a byte (WHY_DNS_BAD_NAME).
 * A record whose data is not as its type says is counted like any other; the decode leaves it out.
 * seed keeps others from making collisions; nothing that is printed may depend on it. */
bool dns_walk(const uint8_t *msg, size_t wire, size_t have, uint64_t seed, struct dns_walk *w);
/* The hash that dns_walk() gives a name, never 0.  name: wire format, well formed, any case. */
uint64_t dns_name_hash(const uint8_t *name, uint64_t seed);

struct dns_rr {
	const uint8_t *owner;		/* wire format */
	const uint8_t *rdata;		/* names in it uncompressed and lower-case */
	uint32_t tag;			/* as dns_walk() gives it */
	uint16_t rdlen, type, class_;
	uint8_t section;		/* enum dns_section */
};

/* A set of records, as delivered at least once.  One block of memory of `size` bytes: free() it. */
struct dns_set {
	size_t size;
	uint64_t hash, qhash;
	const uint8_t *qname;		/* wire format; NULL if there was no question */
	uint16_t qtype;
	uint8_t rcode;
	enum why why;			/* as the walk's; WHY_DNS_BAD_RECORD if records were left out */
	uint32_t nrr, nanswer;		/* sorted by (section, owner, type, class, rdata), so that order in the message does not matter */
	struct dns_rr rr[];
};

/* Decode with ldns, record by record, what dns_walk() gave w; the records before any damage are in it.  Names are written out, so
 * a set can be larger than its message: at most 64 times its length and 1 KiB.  NULL: no memory. */
struct dns_set *dns_decode(const uint8_t *msg, size_t wire, size_t have, const struct dns_walk *w, uint64_t seed);

/* The address in an A or AAAA record; false for other types or a wrong length. */
bool dns_rr_addr(const struct dns_rr *rr, struct addr *out);
/* The name a record leads to (CNAME, DNAME, NS, PTR, MX, SRV, SVCB, HTTPS; wire format, inside rdata), or NULL.  It may be the
 * root: of MX "no mail" (RFC 7505), of SRV "no service", of SVCB and HTTPS the owner itself or, with priority 0, "no service" (RFC 9460 2.5). */
const uint8_t *dns_rr_target(const struct dns_rr *rr);
/* The i-th address hint of SVCB or HTTPS (RFC 9460 7.3), from 0; false when there are no more. */
bool dns_rr_hint(const struct dns_rr *rr, unsigned i, struct addr *out);
/* Presentation format of the data ("192.0.2.1", "10 mail.example.com"), names without final dot but the root, strings in quotes; of
 * an unknown type, and of data that ldns cannot print, \# n hex (RFC 3597 5).  Printable ASCII, but with quotes and backslashes in it. */
void dns_rr_text(const struct dns_rr *rr, struct buf *out);
/* "A", "HTTPS", "TYPE1234"; buf has 16 bytes, and may stay unused. */
const char *dns_type_text(uint16_t type, char *buf);

#endif
