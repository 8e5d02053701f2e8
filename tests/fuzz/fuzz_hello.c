/* Hellos: a TLS message by itself, in records of any size, and in the CRYPTO frames of a sealed QUIC packet; and datagrams as they come.
 *
 * The input is a byte that says what it is, one more for sizes, and the bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/proto/quic_seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(what) ((what) ? (void)0 : (fprintf(stderr, "line %d: %s\n", __LINE__, #what), abort()))

static volatile unsigned sum;

static void
look_at(const struct tls_hello *h)
{
	MUST(strlen(h->name) <= TLS_NAME_MAX);
	for (uint16_t i = 0; i < h->alpn_len; i++)
		sum += h->alpn[i];
	sum += tls_alpn_has(h->alpn, h->alpn_len, "doq");
}

/* The beginning of a message: what it says stands, or is not known yet, but does not change. */
static void
message(const uint8_t *p, size_t n, uint8_t part)
{
	size_t have = n * part / 255;
	struct tls_hello whole, cut;

	if (!tls_hello_read(p, n, n, &whole))
		return;
	look_at(&whole);
	if (!tls_hello_read(p, n, have, &cut))
		return;
	look_at(&cut);
	MUST(cut.name[0] == '\0' || strcmp(cut.name, whole.name) == 0 || !whole.client);
}

/* The record layer, in pieces of `step` bytes. */
static enum tls_found
pieces(const uint8_t *p, size_t n, size_t step, struct tls_hello *h, struct tlsrec *r)
{
	size_t from = 0, to = 0, used;

	while (to < n) {
		enum tls_found f;

		to = n - to < step ? n : to + step;
		f = tlsrec_data(r, p + from, to - from, &used, h);
		MUST(used <= to - from);
		from += used;
		if (f != TLS_MORE)
			return f;
	}
	return TLS_MORE;
}

static void
records(const uint8_t *p, size_t n, uint8_t step)
{
	struct tlsrec a = { 0 }, b = { 0 };
	struct tls_hello ha, hb;
	enum tls_found fa = pieces(p, n, n + 1, &ha, &a), fb = pieces(p, n, step + 1u, &hb, &b);

	MUST(fa == fb);
	if (fa == TLS_HELLO) {
		look_at(&ha);
		MUST(strcmp(ha.name, hb.name) == 0 && ha.alpn_len == hb.alpn_len && ha.version == hb.version);
	}
	if (fa == TLS_MORE && tlsrec_gap(&a, &ha) == TLS_HELLO)
		look_at(&ha);
	(void)tlsrec_begins(p, n);
	(void)tlsrec_goes_on(p, n);
	tlsrec_free(&a);
	tlsrec_free(&b);
}

static void
opened(void *ctx, struct quic_conn *c, const struct frame *f)
{
	(void)ctx;
	(void)c;
	(void)f;
}

static void
hello(void *ctx, struct quic_conn *c, const struct tls_hello *h, const struct frame *f)
{
	(void)ctx;
	(void)c;
	(void)f;
	look_at(h);
}

static void
datagram(struct quic_table *t, const uint8_t *p, size_t n, bool back)
{
	static const struct frame f = { .t = 5 };
	struct pkt k = { .proto = IPP_UDP, .sport = back ? 443 : 4000, .dport = back ? 4000 : 443 };
	uint8_t *block = malloc(n > 0 ? n : 1);

	MUST(block != NULL);
	memcpy(block, p, n);
	k.src.b[15] = back;
	k.dst.b[15] = !back;
	k.pay = block;
	k.pay_have = k.pay_wire = (uint32_t)n;
	quic_datagram(t, &k, &f);
	free(block);
	MUST(quic_bytes(t) < 200000 + 65536);
}

static void
quic(const uint8_t *p, size_t n, uint8_t how)
{
	static const struct quic_limits limits = { .connections = 4, .bytes = 10000, .idle = TM_SEC };
	static const struct quic_sink sink = { NULL, opened, hello, opened };
	struct why_counts why = { { 0 } };
	struct quic_table *t = quic_new(&limits, &sink, &why, 1);
	size_t half = n * how / 255;

	MUST(t != NULL);
	if (how % 2 == 0) {
		datagram(t, p, half, how % 4 == 0);
		datagram(t, p + half, n - half, how % 8 == 0);
	} else if (n <= 3000) {
		struct quic_cid d = cid_of("0102030405060708"), s = { .n = 0 };

		for (int i = 0; i < 2; i++) {
			struct bytes frames = { .n = i == 0 ? half : n - half }, out = { .n = 0 };

			memcpy(frames.b, p + (i == 0 ? 0 : half), frames.n);
			seal_initial(&out, QUIC_V1, &d, &d, &s, "", (uint32_t)i, &frames);
			datagram(t, out.b, out.n, false);
		}
	}
	quic_free(t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	switch (data[0] % 3) {
	case 0:
		message(data + 2, size - 2, data[1]);
		break;
	case 1:
		records(data + 2, size - 2, data[1]);
		break;
	default:
		quic(data + 2, size - 2, data[1]);
		break;
	}
	return 0;
}
