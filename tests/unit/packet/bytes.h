/* Packets written by hand, as hexadecimal text, and what decode_frame() makes of them. */
#ifndef TEST_PACKET_BYTES_H
#define TEST_PACKET_BYTES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packet/decode.h"

struct bytes { uint8_t b[2048]; size_t n; };

/* Append hexadecimal text; blanks are ignored. */
static inline void
add(struct bytes *x, const char *hex)
{
	for (; *hex != '\0'; hex++) {
		char two[3] = { hex[0], hex[0] == ' ' ? '\0' : hex[1], '\0' };

		if (*hex == ' ')
			continue;
		assert_true(x->n < sizeof x->b);
		x->b[x->n++] = (uint8_t)strtoul(two, NULL, 16);
		hex++;
	}
}

static inline struct bytes
bytes(const char *hex)
{
	struct bytes x = { .n = 0 };

	add(&x, hex);
	return x;
}

/* Decode the first `have` bytes of a frame that had `wire`.  They are copied to the end of a block of their own size, so
 * that a sanitizer sees the first byte read too many. */
static inline enum why
decode_cut(uint16_t link, const struct bytes *x, size_t have, size_t wire, struct pkt *p)
{
	static uint8_t *block;
	struct frame f = { .link = link, .have = (uint32_t)have, .wire = (uint32_t)wire };

	free(block);
	block = malloc(have > 0 ? have : 1);
	assert_non_null(block);
	memcpy(block, x->b, have);
	f.data = block;
	return decode_frame(&f, p);
}

static inline enum why
decode(uint16_t link, const char *hex, struct pkt *p)
{
	struct bytes x = bytes(hex);

	return decode_cut(link, &x, x.n, x.n, p);
}

static inline void
assert_addr(const struct addr *a, const char *text)
{
	struct addr want;

	assert_true(addr_parse(text, &want));
	assert_memory_equal(a->b, want.b, 16);
}

static inline void
assert_scope(const struct pkt *p, const char *text)
{
	char buf[SCOPE_TEXT];

	assert_string_equal(scope_text(p->scope, buf), text);
}

#define assert_why(got, want) assert_string_equal(why_name(got), why_name(want))

/* Ethernet header without its type; an IPv4 datagram of 33 bytes: UDP 192.0.2.1:4660 -> 198.51.100.2:53, payload "hello";
 * the same as IPv6, 2001:db8::1 -> 2001:db8::2. */
#define MACS "02 00 00 00 00 02  02 00 00 00 00 01"
#define UDP_HELLO "1234 0035 000d 0000 68656c6c6f"
#define V4_HELLO "45 00 0021 abcd 0000 40 11 0000 c0000201 c6336402" UDP_HELLO
#define V6_HELLO "60000000 000d 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002" UDP_HELLO

static inline void
assert_hello(const struct pkt *p)
{
	assert_int_equal(p->proto, IPP_UDP);
	assert_int_equal(p->sport, 4660);
	assert_int_equal(p->dport, 53);
	assert_false(p->frag);
	assert_int_equal(p->pay_wire, 5);
	assert_int_equal(p->pay_have, 5);
	assert_memory_equal(p->pay, "hello", 5);
}

#endif
