/* Frames through decode_frame(), frag_add() and decode_payload(), and what ICMP errors among them quote.
 *
 * The input is a link type (2 bytes) and frames: 2 bytes length as captured, 1 byte how many more the wire had, data.
 * Each frame lies in a block of its own size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cur.h"
#include "packet/decode.h"
#include "packet/decode_int.h"
#include "packet/frag.h"

enum { BYTES = 4096, DATAGRAMS = 8, NESTED = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(what) ((what) ? (void)0 : (fprintf(stderr, "line %d: %s\n", __LINE__, #what), abort()))

static volatile unsigned sum;

/* What was decoded can be read, and holds together. */
static void
look_at(enum why w, const struct pkt *p)
{
	static const struct addr none;
	char text[SCOPE_TEXT];

	(void)scope_text(p->scope, text);
	MUST(strlen(text) < SCOPE_TEXT);
	if (w != WHY_OK)
		return;
	MUST(p->ip != NULL && p->pay != NULL);
	MUST(!addr_eq(&p->src, &none) || p->ip[0] >> 4 == 6);
	MUST(p->pay_have <= p->pay_wire);
	sum += p->ip[0] + p->ip[addr_is_v4(&p->src) && p->ip[0] >> 4 == 4 ? 19 : 39];
	for (uint32_t i = 0; i < p->pay_have; i++)
		sum += p->pay[i];
}

/* The short cut of decode_frame() says what the steps say. */
static void
both_ways(const struct frame *f)
{
	struct pkt a, b;
	enum why wa, wb;

	memset(&a, 0, sizeof a);
	memset(&b, 0, sizeof b);
	wa = decode_frame(f, &a);
	wb = dec_frame(f, &b);
	MUST(wa == wb);
	MUST(memcmp(&a, &b, sizeof a) == 0);
}

static void
one_frame(struct frag_table *t, const struct frame *f)
{
	struct pkt p, quoted;
	struct datagram d;
	enum why w = decode_frame(f, &p);

	look_at(w, &p);
	both_ways(f);
	for (int i = 0; i < NESTED && w == WHY_OK && p.frag && frag_add(t, &p, f->t, &d); i++) {
		MUST(d.have <= d.wire && d.wire <= UINT16_MAX);
		w = decode_payload(&p, d.proto, d.pay, d.have, d.wire);
		look_at(w, &p);
	}
	MUST(frag_bytes(t) <= BYTES);
	if (w == WHY_OK && decode_quoted(&p, &quoted))
		MUST(quoted.ip != NULL && (quoted.proto != IPP_ICMP && quoted.proto != IPP_ICMP6));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frag_limits limits = { .bytes = BYTES, .datagrams = DATAGRAMS, .age = TM_SEC };
	struct why_counts counts = { { 0 } };
	struct frag_table *t = frag_new(&limits, &counts);
	struct cur c = cur_make(data, size, size);
	uint16_t link = cur_u16(&c);
	struct frame f = { .link = link };

	MUST(t != NULL);
	while (cur_left(&c) > 0) {
		size_t n = cur_u16(&c), more = cur_u8(&c);
		const uint8_t *bytes;
		uint8_t *block;

		if (n > cur_left(&c))
			n = cur_left(&c);
		bytes = cur_take(&c, n);
		if (bytes == NULL)
			break;
		block = malloc(n > 0 ? n : 1);
		MUST(block != NULL);
		memcpy(block, bytes, n);
		f.data = block;
		f.have = (uint32_t)n;
		f.wire = (uint32_t)(n + more);
		f.t += (usec_t)more * 1000;
		one_frame(t, &f);
		free(block);
	}
	frag_free(t);
	return 0;
}
