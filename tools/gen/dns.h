/* DNS messages from numbers: what a name is called and what it holds follows from its number. */
#ifndef GEN_DNS_H
#define GEN_DNS_H

#include <stddef.h>
#include <stdint.h>

enum { DNS_A = 1, DNS_AAAA = 28 };
enum { DNS_RD = 0x0100, DNS_RA = 0x0080, DNS_AA = 0x0400, DNS_QR = 0x8000 };
enum { DNS_NAME_MAX = 64, DNS_MESSAGE_MAX = 512 };

struct record_set {
	uint8_t name[DNS_NAME_MAX];	/* in wire form */
	size_t name_len;
	uint16_t type;
	uint8_t rcode;			/* with one, or without aliases and addresses, a SOA and no answer */
	uint8_t aliases, addrs;
	uint32_t first;			/* the first address if it is fixed, or 0 */
	uint64_t content;		/* aliases and addresses follow from this number */
	uint32_t ttl;
};

/* Write the name of host `number` in wire form, or of `label` in the zone of the retired hosts; return its length. */
size_t dns_host_name(uint8_t *name, uint64_t number);
size_t dns_retired_name(uint8_t *name, const char *label);
/* The name as text with dots, without the last one. */
void   dns_name_text(const uint8_t *name, char *text);

/* The address number `i` of a set, of those for A. */
uint32_t dns_addr(const struct record_set *set, unsigned i);

/* Both write at most DNS_MESSAGE_MAX bytes and return how many. */
size_t dns_query(uint8_t *m, uint16_t id, unsigned flags, const struct record_set *set);
size_t dns_response(uint8_t *m, uint16_t id, unsigned flags, const struct record_set *set, uint32_t ttl);

#endif
