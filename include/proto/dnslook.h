/* proto/dnslook.h - whether bytes look like a DNS message.
 *
 * Asked where nothing around them says so: in a TCP stream after a hole, in an HTTP body whose headers were lost.  A look at the
 * header, its counts against the length, and the question or the first record; a message that passes may still be bad, random
 * bytes pass less than once in a million. */
#ifndef PROTO_DNSLOOK_H
#define PROTO_DNSLOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dns_side { DNS_ASKS, DNS_ANSWERS, DNS_EITHER };	/* by the QR bit */

/* A message of `wire` bytes, the first `have` of them here, from a side that only asks, only answers, or does both.  Of a message cut or not yet
 * complete the rest is taken to be good; below 12 bytes it is none. */
bool dns_looks(const uint8_t *p, size_t wire, size_t have, enum dns_side side);

#endif
