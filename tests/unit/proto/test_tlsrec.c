#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hex.h"
#include "proto/tlsrec.h"

/* RFC 8448 section 3: the ClientHello and the ServerHello of a simple handshake. */
#define RFC8448_CLIENT "010000c0 0303 cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7 00 0006130113031302 0100 0091" \
	"0000000b0009000006736572766572 ff01000100 000a00140012001d00170018001901000101010201030104 00230000" \
	"00330026 0024001d0020 99381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c 002b0003020304" \
	"000d0020001e040305030603020308040805080604010501060102010402050206020202 002d00020101 001c00024001"
#define RFC8448_SERVER "02000056 0303 a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e26928 00 1301 00 002e" \
	"00330024001d0020 c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f 002b00020304"

static void
the_hellos_of_rfc_8448(void **state)
{
	struct bytes c = hex(RFC8448_CLIENT), s = hex(RFC8448_SERVER);
	struct tls_hello h;

	(void)state;
	assert_int_equal(c.n, 196);
	assert_true(tls_hello_read(c.b, c.n, c.n, &h));
	assert_true(h.client && h.whole && !h.ech);
	assert_string_equal(h.name, "server");
	assert_int_equal(h.version, 0x0304);
	assert_null(h.alpn);
	assert_int_equal(s.n, 90);
	assert_true(tls_hello_read(s.b, s.n, s.n, &h));
	assert_false(h.client);
	assert_int_equal(h.version, 0x0304);
}

/* A ClientHello of TLS 1.2 with these extensions. */
static struct bytes
client_hello(const char *extensions)
{
	struct bytes e = hex(extensions), x = hex("01000000 0303"), rest = hex("00 0002c02f 0100");

	for (int i = 0; i < 32; i++)
		x.b[x.n++] = 0x11;
	memcpy(x.b + x.n, rest.b, rest.n);
	x.n += rest.n;
	x.b[x.n++] = (uint8_t)(e.n >> 8);
	x.b[x.n++] = (uint8_t)e.n;
	memcpy(x.b + x.n, e.b, e.n);
	x.n += e.n;
	x.b[2] = (uint8_t)((x.n - 4) >> 8);
	x.b[3] = (uint8_t)(x.n - 4);
	return x;
}

#define SNI "0000 0013 0011 00 000e 5757572e6578616D706c652e43 2e"		/* "WWW.example.C." */
#define ALPN "0010 000e 000c 02 6832 08 687474702f312e31"			/* h2, http/1.1 */
#define ECH "fe0d 0001 00"
#define GREASED "dada 0001 00"
#define VERSIONS "002b 0007 06 7a7a 0304 0303"

static void
name_protocols_and_versions(void **state)
{
	struct bytes x = client_hello(GREASED SNI ALPN VERSIONS ECH);
	struct tls_hello h;

	(void)state;
	assert_true(tls_hello_read(x.b, x.n, x.n, &h));
	assert_string_equal(h.name, "www.example.c");
	assert_int_equal(h.alpn_len, 12);
	assert_true(tls_alpn_has(h.alpn, h.alpn_len, "h2"));
	assert_true(tls_alpn_has(h.alpn, h.alpn_len, "http/1.1"));
	assert_false(tls_alpn_has(h.alpn, h.alpn_len, "http"));
	assert_false(tls_alpn_has(h.alpn, h.alpn_len, "dot"));
	assert_false(tls_alpn_has(NULL, 0, "dot"));
	assert_int_equal(h.version, 0x0304);
	assert_true(h.ech);
	x = client_hello("");
	assert_true(tls_hello_read(x.b, x.n, x.n, &h));
	assert_string_equal(h.name, "");
	assert_int_equal(h.version, 0x0303);
	assert_false(h.ech);
	x = client_hello("0000 0006 0004 00 0001 00");			/* a name with a zero byte is none */
	assert_true(tls_hello_read(x.b, x.n, x.n, &h));
	assert_string_equal(h.name, "");
	x = client_hello("0010 0004 0002 02 68");			/* a protocol that ends behind its list */
	assert_true(tls_hello_read(x.b, x.n, x.n, &h));
	assert_null(h.alpn);
}

static void
cut_and_broken(void **state)
{
	struct bytes x = client_hello(SNI ALPN), y;
	struct tls_hello h;
	uint8_t *p;

	(void)state;
	for (size_t n = 0; n < x.n; n++) {		/* cut: the name is there as soon as its extension is */
		bool good;

		p = malloc(n > 0 ? n : 1);
		memcpy(p, x.b, n);
		good = tls_hello_read(p, x.n, n, &h);
		assert_int_equal(good, n >= 44);	/* where its extensions would begin */
		assert_true(!good || !h.whole);
		assert_string_equal(h.name, n >= 47 + 23 ? "www.example.c" : "");
		free(p);
		/* broken: the message is as long as it says, but its parts are not */
		y = x;
		y.n = n;
		if (n > 4) {
			y.b[2] = (uint8_t)((n - 4) >> 8);
			y.b[3] = (uint8_t)(n - 4);
		}
		assert_int_equal(tls_hello_read(y.b, n, n, &h), n == 45);
	}
	x.b[0] = 11;
	assert_false(tls_hello_read(x.b, x.n, x.n, &h));
}

/* The message in records of at most `size` bytes. */
static struct bytes
records(const struct bytes *m, size_t size)
{
	struct bytes x = { .n = 0 };

	for (size_t at = 0; at < m->n; at += size) {
		size_t n = m->n - at < size ? m->n - at : size;

		hex_add(&x, "16 0301");
		x.b[x.n++] = (uint8_t)(n >> 8);
		x.b[x.n++] = (uint8_t)n;
		memcpy(x.b + x.n, m->b + at, n);
		x.n += n;
	}
	return x;
}

static void
over_any_records_and_segments(void **state)
{
	struct bytes m = client_hello(SNI ALPN), rec;
	static const size_t sizes[] = { 1, 3, 50, 1000 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		rec = records(&m, sizes[i]);
		hex_add(&rec, "14 0303 0001 01");
		for (size_t step = 1; step <= rec.n; step++) {
			struct tlsrec r = { 0 };
			struct tls_hello h;
			size_t from = 0, to = 0, used, hellos = 0;

			while (to < rec.n) {
				enum tls_found f;

				to = to + step < rec.n ? to + step : rec.n;
				do {
					f = tlsrec_data(&r, rec.b + from, to - from, &used, &h);
					from += used;
					if (f == TLS_HELLO) {
						assert_string_equal(h.name, "www.example.c");
						hellos++;
					}
					assert_int_not_equal(f, TLS_NONE);
				} while (f != TLS_MORE && from < to);
			}
			assert_int_equal(from, rec.n);
			assert_int_equal(hellos, 1);
			tlsrec_free(&r);
		}
	}
}

/* As servers do it: the next message begins in the same record. */
static void
another_message_behind_it(void **state)
{
	struct bytes m = hex(RFC8448_SERVER), rec;
	struct tlsrec r = { 0 };
	struct tls_hello h;
	size_t used, n = m.n;

	(void)state;
	hex_add(&m, "0b 000005 01020304");
	rec = records(&m, 1000);
	assert_int_equal(tlsrec_data(&r, rec.b, rec.n, &used, &h), TLS_HELLO);
	assert_int_equal(used, 5 + n);
	assert_int_equal(tlsrec_data(&r, rec.b + used, rec.n - used, &used, &h), TLS_OTHER);
	tlsrec_free(&r);
}

static void
what_is_no_hello(void **state)
{
	static const struct { const char *bytes; enum tls_found found; } rows[] = {
		{ "160301 0004 0b000000", TLS_NONE },		/* a certificate */
		{ "170303 0004 00000000", TLS_OTHER },
		{ "150303 0002 0228", TLS_OTHER },
		{ "160301 ffff", TLS_NONE },
		{ "160301 0000", TLS_NONE },
		{ "474554202f", TLS_NONE },
		{ "160301 0004 01010001", TLS_MORE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes x = hex(rows[i].bytes);
		struct tlsrec r = { 0 };
		struct tls_hello h;
		size_t used;

		assert_int_equal(tlsrec_data(&r, x.b, x.n, &used, &h), rows[i].found);
		tlsrec_free(&r);
	}
}

/* A hello of 16 MB is not waited for. */
static void
bounded(void **state)
{
	struct bytes x = hex("160301 4000 01 ffffff");
	struct tlsrec r = { 0 };
	struct tls_hello h;
	size_t used;
	int n = 0;

	(void)state;
	x.n = 4096;
	assert_int_equal(tlsrec_data(&r, x.b, x.n, &used, &h), TLS_MORE);
	for (; n < 100; n++) {
		struct bytes more = { .n = 4096 };

		if (r.left == 0) {
			more = hex("160301 4000");
			more.n = 4096;
		}
		if (tlsrec_data(&r, more.b, more.n, &used, &h) == TLS_NONE)
			break;
	}
	assert_true(n < 17);
	assert_true(r.cap <= TLS_HELLO_MAX);
	tlsrec_free(&r);
}

static void
a_hole_in_the_hello(void **state)
{
	struct bytes m = client_hello(SNI ALPN), rec = records(&m, 1000);
	struct tlsrec r = { 0 };
	struct tls_hello h;
	size_t used;

	(void)state;
	assert_int_equal(tlsrec_data(&r, rec.b, 5 + 70, &used, &h), TLS_MORE);
	assert_int_equal(tlsrec_gap(&r, &h), TLS_HELLO);
	assert_string_equal(h.name, "www.example.c");
	assert_false(h.whole);
	assert_int_equal(tlsrec_gap(&r, &h), TLS_NONE);
	tlsrec_free(&r);
}

static void
how_a_connection_begins(void **state)
{
	struct bytes m = hex(RFC8448_CLIENT), x = records(&m, 1000);

	(void)state;
	for (size_t n = 0; n <= x.n; n++)
		assert_int_equal(tlsrec_begins(x.b, n), n < 6 ? -1 : 1);
	assert_int_equal(tlsrec_begins((const uint8_t *)"\x17\x03", 2), 0);
	assert_int_equal(tlsrec_begins((const uint8_t *)"\x17\x03\x03\x00\x10\x01", 6), 0);
	assert_int_equal(tlsrec_goes_on((const uint8_t *)"\x17\x03\x03\x00\x10\x01", 6), 1);
	assert_int_equal(tlsrec_goes_on((const uint8_t *)"\x17\x03", 2), -1);
	assert_int_equal(tlsrec_goes_on((const uint8_t *)"\x00\x03", 2), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hellos_of_rfc_8448),
		cmocka_unit_test(name_protocols_and_versions),
		cmocka_unit_test(cut_and_broken),
		cmocka_unit_test(over_any_records_and_segments),
		cmocka_unit_test(another_message_behind_it),
		cmocka_unit_test(what_is_no_hello),
		cmocka_unit_test(bounded),
		cmocka_unit_test(a_hole_in_the_hello),
		cmocka_unit_test(how_a_connection_begins),
	};

	return cmocka_run_group_tests_name("proto/tlsrec", tests, NULL, NULL);
}
