/* base/addr.h - an IP address, a prefix, and their text.
 *
 * Both families are 16 bytes: IPv4 is kept as ::ffff:a.b.c.d (RFC 4291 2.5.5.2), so an address is one key
 * everywhere and a prefix of length 96+n covers n bits of IPv4. */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ADDR_TEXT 48		/* enough for any address or prefix as text, with its 0 */

struct addr   { uint8_t b[16]; };
struct prefix { struct addr addr; uint8_t len; };	/* len 0..128; the bits beyond it are 0 */

static inline struct addr
addr_v6(const uint8_t *p)
{
	struct addr a;

	memcpy(a.b, p, 16);
	return a;
}

static inline struct addr
addr_v4(const uint8_t *p)
{
	struct addr a = { { [10] = 0xff, [11] = 0xff } };

	memcpy(a.b + 12, p, 4);
	return a;
}

static inline bool
addr_eq(const struct addr *a, const struct addr *b)
{
	return memcmp(a->b, b->b, 16) == 0;
}

bool addr_is_v4(const struct addr *a);

/* Read an address ("192.0.2.1", "2001:db8::1") or a prefix ("192.0.2.0/24"; without a slash the whole address).
 * Bits set beyond the length are refused: "10.0.0.1/8" is more likely a mistake than a wish.  True if well formed. */
bool addr_parse(const char *text, struct addr *out);
bool prefix_parse(const char *text, struct prefix *out);
/* An IPv6 prefix, "::/0" too, holds no IPv4 address. */
bool prefix_has(const struct prefix *p, const struct addr *a);
/* Canonical text (RFC 5952) into buf, which has ADDR_TEXT bytes.  Returns buf.  A prefix of one address has no slash. */
char *addr_text(const struct addr *a, char *buf);
char *prefix_text(const struct prefix *p, char *buf);
/* The same address, but of a NAT64 address the IPv4 address inside: what is listed, told and contacted is that one. */
struct addr addr_meant(const struct addr *a);
/* The IPv4 address inside a NAT64 address of 64:ff9b::/96 (RFC 6052), as IPv4; false if it is none. */
bool addr_nat64(const struct addr *a, struct addr *v4);

#endif
