/* proto/addrtext.h - listed addresses that are written out in what one host sends another: a redirect to an address, members of a
 * cluster, a SIP contact, FTP's passive mode.
 *
 * Hot path  addrtext_find() looks at the first ADDRTEXT_BYTES of a payload alone, and at little more than its dots and colons. */
#ifndef PROTO_ADDRTEXT_H
#define PROTO_ADDRTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/watch.h"

#define ADDRTEXT_BYTES 512

/* The listed addresses among the first bytes of a payload, at most `max` of them; how many. */
size_t addrtext_find(const uint8_t *p, size_t n, const struct watch *w, struct addr *found, size_t max);

/* Whether it may be text at all: no TLS record (RFC 8446 5.1), and long enough for an address. */
static inline bool
addrtext_may(const uint8_t *p, size_t n)
{
	return n >= 7 && !(p[0] >= 20 && p[0] <= 24 && p[1] == 3);
}

#endif
