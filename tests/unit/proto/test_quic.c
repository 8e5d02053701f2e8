#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "quic_rfc.h"
#include "quic_seal.h"

struct world {
	struct quic_table *t;
	struct why_counts why;
	unsigned opened, hellos, later;
	struct quic_conn conn;		/* the newest */
	char name[256];
	uint64_t number;
};

static void
opened(void *ctx, struct quic_conn *c, const struct frame *f)
{
	struct world *w = ctx;

	(void)f;
	w->opened++;
	w->conn = *c;
	c->mark = 7;
}

static void
hello(void *ctx, struct quic_conn *c, const struct tls_hello *h, const struct frame *f)
{
	struct world *w = ctx;

	(void)f;
	w->hellos++;
	w->conn = *c;
	snprintf(w->name, sizeof(w->name), "%s", h->name);
}

static void
goes_on(void *ctx, struct quic_conn *c, const struct frame *f)
{
	struct world *w = ctx;

	(void)f;
	assert_int_equal(c->mark, 7);
	w->later++;
}

static struct world *
world_of(uint32_t connections, size_t bytes)
{
	struct quic_limits limits = { .connections = connections, .bytes = bytes, .idle = 60 * TM_SEC };
	struct world *w = calloc(1, sizeof(*w));
	struct quic_sink sink = { w, opened, hello, goes_on };

	assert_non_null(w);
	w->t = quic_new(&limits, &sink, &w->why, 9);
	assert_non_null(w->t);
	return w;
}

static struct world *
world_new(void)
{
	return world_of(1000, 1 << 20);
}

static void
world_free(struct world *w)
{
	quic_free(w->t);
	free(w);
}

/* A datagram from 192.0.2.1 port 5000 + i to 192.0.2.2 port 443, or back; in a block of its own size. */
static void
datagram(struct world *w, int back, uint16_t i, const struct bytes *x)
{
	struct frame f = { .t = 1000 * TM_SEC, .number = ++w->number };
	struct pkt p = { .proto = IPP_UDP, .sport = (uint16_t)(5000 + i), .dport = 443, .smac = { 2, 3 } };
	uint8_t *block = malloc(x->n > 0 ? x->n : 1);

	p.src = addr_v4((const uint8_t *)"\xc0\x00\x02\x01");
	p.dst = addr_v4((const uint8_t *)"\xc0\x00\x02\x02");
	if (back) {
		struct pkt q = p;

		p.src = q.dst;
		p.dst = q.src;
		p.sport = q.dport;
		p.dport = q.sport;
	}
	assert_non_null(block);
	memcpy(block, x->b, x->n);
	p.pay = block;
	p.pay_have = p.pay_wire = (uint32_t)x->n;
	quic_datagram(w->t, &p, &f);
	free(block);
}

#define assert_hex(p, len, text) do { \
	struct bytes want_ = hex(text); \
	assert_int_equal(len, want_.n); \
	assert_memory_equal(p, want_.b, want_.n); \
} while (0)

static void
the_keys_of_the_rfcs(void **state)
{
	struct quic_cid d = cid_of("8394c8f03e515708");
	struct quic_keys k;

	(void)state;
	assert_true(quic_client_keys(QUIC_V1, &d, &k));		/* RFC 9001 A.1 */
	assert_hex(k.key, 16, "1f369613dd76d5467730efcbe3b1a22d");
	assert_hex(k.iv, 12, "fa044b2f42a3fd3b46fb255c");
	assert_hex(k.hp, 16, "9f50449e04a0e810283a1e9933adedd2");
	assert_true(quic_client_keys(QUIC_V2, &d, &k));		/* RFC 9369 A.1 */
	assert_hex(k.key, 16, "8b1a0bc121284290a29e0971b5cd045d");
	assert_hex(k.iv, 12, "91f73e2351d8fa91660e909f");
	assert_hex(k.hp, 16, "45b95e15235d6f45a6b19cbcb0294ba9");
}

static void
the_packets_of_the_rfcs(void **state)
{
	static const char *const packets[] = { RFC9001_CLIENT, RFC9369_CLIENT };
	struct quic_cid d = cid_of("8394c8f03e515708");
	static uint8_t plain[1500];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct bytes x = hex(packets[i]);
		struct quic_packet q;
		struct quic_keys k;
		uint64_t largest = UINT64_MAX;

		assert_true(quic_packet_read(x.b, x.n, &q));
		assert_int_equal(q.type, QUIC_INITIAL);
		assert_int_equal(q.size, 1200);
		assert_int_equal(q.number_at, 18);
		assert_int_equal(q.dcid.n, 8);
		assert_memory_equal(q.dcid.b, d.b, 8);
		assert_int_equal(q.scid.n, 0);
		quic_client_keys(q.version, &q.dcid, &k);
		assert_int_equal(quic_open(&k, &q, &largest, plain), 1162);
		assert_int_equal(largest, 2);
		assert_hex(plain, 21, "060040f1010000ed0303ebf8fa56f12939b9584a38");
		for (size_t b = 0; b < x.n; b += 7) {		/* a bit wrong anywhere */
			x.b[b] ^= 4;
			largest = UINT64_MAX;
			assert_true(!quic_packet_read(x.b, x.n, &q) || q.type != QUIC_INITIAL || !q.whole ||
			    quic_open(&k, &q, &largest, plain) < 0);
			x.b[b] ^= 4;
		}
	}
}

static void
a_connection_and_its_name(void **state)
{
	static const char *const clients[] = { RFC9001_CLIENT, RFC9369_CLIENT };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct world *w = world_new();
		struct bytes c = hex(clients[i]), s = hex(RFC9001_SERVER);

		datagram(w, 0, 0, &c);
		assert_int_equal(w->opened, 1);
		assert_int_equal(w->hellos, 1);
		assert_string_equal(w->name, "example.com");
		assert_int_equal(w->conn.cport, 5000);
		assert_int_equal(w->conn.sport, 443);
		assert_int_equal(w->conn.client.b[15], 1);
		assert_int_equal(w->conn.smac[1], 3);
		assert_int_equal(w->conn.version, i == 0 ? QUIC_V1 : QUIC_V2);
		datagram(w, 1, 0, &s);
		datagram(w, 0, 0, &c);				/* sent again */
		assert_int_equal(w->opened, 1);
		assert_int_equal(w->hellos, 1);
		assert_int_equal(w->later, 2);
		assert_int_equal(w->why.n[WHY_QUIC_SEALED], 1);
		assert_int_equal(w->why.n[WHY_QUIC_BAD], 0);
		quic_tick(w->t, 2000 * TM_SEC);
		datagram(w, 0, 0, &c);				/* long after */
		assert_int_equal(w->opened, 2);
		world_free(w);
	}
}

/* A ClientHello with this name and nothing else. */
static struct bytes
hello_for(const char *name)
{
	struct bytes x = hex("01000000 0303");
	uint8_t n = (uint8_t)strlen(name);

	x.n += 32;
	hex_add(&x, "00 00021301 0100 00");
	x.b[x.n++] = (uint8_t)(n + 9);
	hex_add(&x, "0000 00");
	x.b[x.n++] = (uint8_t)(n + 5);
	hex_add(&x, "00");
	x.b[x.n++] = (uint8_t)(n + 3);
	hex_add(&x, "00 00");
	x.b[x.n++] = n;
	memcpy(x.b + x.n, name, n);
	x.n += n;
	x.b[3] = (uint8_t)(x.n - 4);
	return x;
}

static const char none[] = "";

static void
a_hello_in_pieces_in_any_order(void **state)
{
	struct bytes h = hello_for("a-name-of-some-length.example");
	struct quic_cid d = cid_of("0102030405060708"), s = cid_of("aabb");

	(void)state;
	for (unsigned seed = 1; seed < 60; seed++) {
		struct world *w = world_new();
		unsigned r = seed;
		size_t from[100], len[100], n = 0;

		for (size_t at = 0; at < h.n; at += len[n], n++) {
			from[n] = at;
			len[n] = 1 + (size_t)rand_r(&r) % 9;
			if (len[n] > h.n - at)
				len[n] = h.n - at;
		}
		for (size_t i = 0, number = 0; i < n;) {
			struct bytes frames = hex("02 05 00 00 00  01 00"), out = { .n = 0 };	/* ACK, PING, PADDING */

			for (unsigned k = (unsigned)rand_r(&r) % 5; k < 5 && i < n; k++, i++) {
				size_t j = i + (size_t)rand_r(&r) % (n - i);

				crypto_frame(&frames, (uint32_t)from[j], h.b + from[j], len[j]);
				if (from[j] > 2)	/* and some of it again */
					crypto_frame(&frames, (uint32_t)from[j] - 2, h.b + from[j] - 2, len[j] + 2);
				from[j] = from[i];
				len[j] = len[i];
			}
			frames.n += 200;
			seal_initial(&out, seed % 2 ? QUIC_V1 : QUIC_V2, &d, &d, &s, none, (uint32_t)number++, &frames);
			datagram(w, 0, 0, &out);
		}
		assert_int_equal(w->opened, 1);
		assert_int_equal(w->hellos, 1);
		assert_int_equal(w->why.n[WHY_QUIC_BAD], 0);
		assert_string_equal(w->name, "a-name-of-some-length.example");
		world_free(w);
	}
}

static void
coalesced_packets(void **state)
{
	struct bytes h = hello_for("b.example"), frames = { .n = 0 }, more = { .n = 0 }, out = { .n = 0 };
	struct quic_cid d = cid_of("0102030405060708"), s = cid_of("aabb");
	struct world *w = world_new();

	(void)state;
	crypto_frame(&frames, 20, h.b + 20, h.n - 20);
	crypto_frame(&more, 0, h.b, 20);
	hex_add(&out, "e0 00000001 08 0102030405060708 02 aabb 02 0000");	/* a Handshake packet first */
	seal_initial(&out, QUIC_V1, &d, &d, &s, "a token", 0, &frames);
	seal_initial(&out, QUIC_V1, &d, &d, &s, "a token", 1, &more);
	hex_add(&out, "40 00 11 22");						/* and a short header */
	datagram(w, 0, 0, &out);
	assert_int_equal(w->opened, 1);
	assert_int_equal(w->hellos, 1);
	assert_string_equal(w->name, "b.example");
	world_free(w);
}

static void
after_a_retry_the_keys_are_new(void **state)
{
	struct bytes h = hello_for("c.example"), frames = { .n = 0 }, out = { .n = 0 }, retry = hex(RFC9001_RETRY);
	struct quic_cid d = cid_of("8394c8f03e515708"), zero = { .n = 0 }, chosen = cid_of("f067a5502a4262b5");
	struct world *w = world_new();

	(void)state;
	crypto_frame(&frames, 0, h.b, 40);
	seal_initial(&out, QUIC_V1, &d, &d, &zero, none, 0, &frames);
	datagram(w, 0, 0, &out);
	datagram(w, 1, 0, &retry);
	out.n = frames.n = 0;
	crypto_frame(&frames, 0, h.b, h.n);
	seal_initial(&out, QUIC_V1, &chosen, &chosen, &zero, "token", 1, &frames);
	datagram(w, 0, 0, &out);
	assert_int_equal(w->opened, 1);
	assert_int_equal(w->hellos, 1);
	assert_string_equal(w->name, "c.example");
	world_free(w);
	/* only the server was seen so far: who sends a Retry is one */
	w = world_new();
	datagram(w, 1, 0, &retry);
	assert_int_equal(w->opened, 1);
	assert_int_equal(w->conn.cport, 5000);
	assert_int_equal(w->conn.smac[0], 0);
	datagram(w, 0, 0, &out);
	assert_int_equal(w->opened, 1);
	assert_int_equal(w->hellos, 1);
	world_free(w);
}

/* The same where only the client is seen: its own id tells. */
static void
a_retry_that_was_not_seen(void **state)
{
	struct bytes h = hello_for("c.example"), frames = { .n = 0 }, out = { .n = 0 };
	struct quic_cid d = cid_of("8394c8f03e515708"), own = cid_of("aabb"), chosen = cid_of("f067a5502a4262b5");
	struct world *w = world_new();

	(void)state;
	crypto_frame(&frames, 0, h.b, 40);
	seal_initial(&out, QUIC_V1, &d, &d, &own, none, 0, &frames);
	datagram(w, 0, 0, &out);
	out.n = frames.n = 0;
	crypto_frame(&frames, 0, h.b, h.n);
	seal_initial(&out, QUIC_V1, &chosen, &chosen, &own, "token", 1, &frames);
	datagram(w, 0, 0, &out);
	assert_int_equal(w->opened, 1);
	assert_int_equal(w->hellos, 1);
	world_free(w);
}

/* RFC 9000 A.3: only the last bits of a packet number are sent. */
static void
packet_numbers_are_cut(void **state)
{
	static const struct { uint64_t largest; uint32_t number; unsigned len; } rows[] = {
		{ UINT64_MAX, 7, 1 }, { 250, 260, 1 }, { 260, 255, 1 }, { 300, 299, 1 }, { 0xa82f30ea, 0xa82f9b32, 2 }, { 5, 133, 1 },
	};
	struct quic_cid d = cid_of("1111111111111111"), zero = { .n = 0 };
	struct bytes frames = { .n = 40 };
	struct quic_packet q;
	struct quic_keys k;
	uint8_t plain[100];

	(void)state;
	quic_client_keys(QUIC_V1, &d, &k);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t largest = rows[i].largest;
		struct bytes out = { .n = 0 };

		seal_number_len = rows[i].len;
		seal_initial(&out, QUIC_V1, &d, &d, &zero, none, rows[i].number, &frames);
		assert_true(quic_packet_read(out.b, out.n, &q));
		assert_int_equal(quic_open(&k, &q, &largest, plain), 40);
		assert_int_equal(largest, rows[i].largest != UINT64_MAX && rows[i].largest > rows[i].number ? rows[i].largest :
		    rows[i].number);
	}
	seal_number_len = 4;
}

/* Chrome has no connection id of its own: connections on the same ports differ by what they can be opened with. */
static void
one_connection_after_the_other(void **state)
{
	struct bytes h = hello_for("d.example"), e = hello_for("e.example"), frames = { .n = 0 }, ack = hex("0200000000"), out = { .n = 0 };
	struct quic_cid d = cid_of("1111111111111111"), d2 = cid_of("2222222222222222"), zero = { .n = 0 },
	    server = cid_of("3333333333333333");
	struct world *w = world_new();

	(void)state;
	ack.n += 30;
	crypto_frame(&frames, 0, h.b, 30);
	seal_initial(&out, QUIC_V1, &d, &d, &zero, none, 0, &frames);
	datagram(w, 0, 0, &out);
	out.n = frames.n = 0;
	crypto_frame(&frames, 30, h.b + 30, h.n - 30);
	seal_initial(&out, QUIC_V1, &d, &server, &zero, none, 1, &frames);	/* to the id that the server chose, unseen */
	datagram(w, 0, 0, &out);
	assert_int_equal(w->opened, 1);
	assert_string_equal(w->name, "d.example");
	out.n = frames.n = 0;
	seal_initial(&out, QUIC_V1, &d, &server, &zero, none, 2, &ack);
	datagram(w, 0, 0, &out);
	assert_int_equal(w->opened, 1);
	out.n = 0;
	crypto_frame(&frames, 0, e.b, e.n);
	seal_initial(&out, QUIC_V1, &d2, &d2, &zero, none, 0, &frames);
	datagram(w, 0, 0, &out);
	assert_int_equal(w->opened, 2);
	assert_int_equal(w->hellos, 2);
	assert_string_equal(w->name, "e.example");
	world_free(w);
}

static void
versions(void **state)
{
	struct bytes h = hello_for("f.example"), frames = { .n = 0 }, out = { .n = 0 },
	    grease = hex("c0 1a2a3a4a 08 1111111111111111 02 aabb 00112233445566778899"),
	    list = hex("80 00000000 02 aabb 08 1111111111111111 00000001 6b3343cf"),
	    q046 = hex("c3 51303436 50 1111111111111111 00000001 0000"), q039 = hex("0d 1111111111111111 51303339 01 00");
	struct quic_cid d = cid_of("1111111111111111"), s = cid_of("aabb");
	struct world *w = world_new();

	(void)state;
	datagram(w, 0, 0, &grease);
	assert_int_equal(w->opened, 1);
	assert_int_equal(w->why.n[WHY_QUIC_VERSION], 1);
	datagram(w, 1, 0, &list);
	crypto_frame(&frames, 0, h.b, h.n);
	seal_initial(&out, QUIC_V2, &d, &d, &s, none, 0, &frames);
	datagram(w, 0, 0, &out);
	assert_int_equal(w->opened, 1);
	assert_int_equal(w->hellos, 1);
	datagram(w, 0, 1, &q046);				/* Google's are no connections of QUIC, but counted */
	datagram(w, 0, 2, &q039);
	datagram(w, 0, 2, &q039);
	assert_int_equal(w->opened, 1);
	assert_int_equal(w->why.n[WHY_QUIC_VERSION], 3);
	datagram(w, 1, 3, &list);				/* of a connection that was not seen */
	assert_int_equal(w->opened, 1);
	world_free(w);
}

static void
what_cannot_be_opened(void **state)
{
	struct bytes c = hex(RFC9001_CLIENT), s = hex(RFC9001_SERVER), junk = hex("c0 00000001 15 00"), cut;
	struct world *w = world_new();

	(void)state;
	c.b[600] ^= 1;
	datagram(w, 0, 0, &c);					/* counted, without a name */
	assert_int_equal(w->opened, 1);
	assert_int_equal(w->hellos, 0);
	datagram(w, 1, 1, &s);					/* the server's alone: by the ports */
	assert_int_equal(w->opened, 2);
	assert_int_equal(w->conn.sport, 443);
	for (size_t n = 0; n < 40; n++) {			/* no header, or more than the datagram */
		cut = s;
		cut.n = n;
		datagram(w, 1, 2, &cut);
	}
	junk.n = 60;
	datagram(w, 0, 3, &junk);
	assert_int_equal(w->opened, 2);
	world_free(w);
}

static void
bad_frames(void **state)
{
	static const char *const rows[] = { "06 00 40ff 01", "06 8000ffff 05 0102030405", "1b00", "06 00 05 0200000100", "02 00",
	    "06 7ff6 14 0102030405060708090a0b0c0d0e0f1011121314" /* behind the largest hello */ };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct quic_cid d = cid_of("1111111111111111"), zero = { .n = 0 };
		struct bytes frames = hex(rows[i]), out = { .n = 0 };
		struct world *w = world_new();

		seal_initial(&out, QUIC_V1, &d, &d, &zero, none, 0, &frames);
		datagram(w, 0, 0, &out);
		assert_int_equal(w->opened, 1);
		assert_int_equal(w->hellos, 0);
		assert_int_equal(w->why.n[WHY_QUIC_BAD], 1);
		world_free(w);
	}
}

/* Thirty packets that nobody can open in one datagram, then a real one: it is not reached. */
static void
few_packets_of_a_datagram_are_tried(void **state)
{
	struct bytes h = hello_for("h.example"), frames = { .n = 0 }, out = { .n = 0 };
	struct quic_cid d = cid_of("1111111111111111"), zero = { .n = 0 };
	struct world *w = world_new();

	(void)state;
	for (int i = 0; i < 30; i++) {
		hex_add(&out, "c0 00000001 08 2222222222222222 00 00 20");
		out.n += 32;
	}
	crypto_frame(&frames, 0, h.b, h.n);
	seal_initial(&out, QUIC_V1, &d, &d, &zero, none, 0, &frames);
	datagram(w, 0, 0, &out);
	assert_int_equal(w->opened, 1);
	assert_int_equal(w->hellos, 0);
	world_free(w);
}

/* Ten thousand beginnings of a hello: connections and bytes stay inside the bounds. */
static void
a_flood(void **state)
{
	struct world *w = world_of(500, 200000);
	struct quic_cid d = cid_of("1111111111111111"), zero = { .n = 0 };
	struct bytes h = hello_for("g.example"), frames = { .n = 0 }, out = { .n = 0 };

	(void)state;
	crypto_frame(&frames, 0, h.b, 30);
	seal_initial(&out, QUIC_V1, &d, &d, &zero, none, 0, &frames);
	for (unsigned i = 0; i < 10000; i++) {
		datagram(w, 0, (uint16_t)i, &out);
		assert_true(quic_bytes(w->t) < 200000 + 65536 + 500 * 600);
	}
	assert_int_equal(w->opened, 10000);
	assert_true(w->why.n[WHY_STREAM_EVICTED] >= 9800);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_keys_of_the_rfcs),
		cmocka_unit_test(the_packets_of_the_rfcs),
		cmocka_unit_test(a_connection_and_its_name),
		cmocka_unit_test(a_hello_in_pieces_in_any_order),
		cmocka_unit_test(coalesced_packets),
		cmocka_unit_test(after_a_retry_the_keys_are_new),
		cmocka_unit_test(a_retry_that_was_not_seen),
		cmocka_unit_test(packet_numbers_are_cut),
		cmocka_unit_test(one_connection_after_the_other),
		cmocka_unit_test(versions),
		cmocka_unit_test(what_cannot_be_opened),
		cmocka_unit_test(bad_frames),
		cmocka_unit_test(few_packets_of_a_datagram_are_tried),
		cmocka_unit_test(a_flood),
	};

	return cmocka_run_group_tests_name("proto/quic", tests, NULL, NULL);
}
