/* What an HTTP decoder hands over, kept as text: "side:length[/captured][ -less][ <cap]; " for a message, "side=name; ". */
#ifndef TESTS_DOH_GOT_H
#define TESTS_DOH_GOT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hex.h"
#include "make_dns.h"
#include "proto/doh.h"

struct got { char text[8192]; size_t n; unsigned messages; uint8_t last[DOH_MAX]; uint32_t last_len; };

static inline void __attribute__((format(printf, 2, 3)))
got_add(struct got *g, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	g->n += (size_t)vsnprintf(g->text + g->n, sizeof(g->text) - g->n, fmt, ap);
	va_end(ap);
	assert_true(g->n < sizeof(g->text));
}

static inline void
got_message(void *ctx, int side, const struct doh_msg *m)
{
	struct got *g = ctx;

	got_add(g, "%d:%u", side, m->wire);
	if (m->have != m->wire)
		got_add(g, "/%u", m->have);
	if (m->less != 0)
		got_add(g, " -%u", m->less);
	if (m->cap != UINT32_MAX)
		got_add(g, " <%u", m->cap);
	got_add(g, "; ");
	memcpy(g->last, m->msg, m->have);
	g->last_len = m->have;
	g->messages++;
}

static inline void
got_name(void *ctx, int side, const char *name)
{
	got_add(ctx, "%d=%s; ", side, name);
}

static inline struct http_sink
got_sink(struct got *g)
{
	memset(g, 0, sizeof(*g));
	return (struct http_sink){ g, got_message, got_name };
}

/* RFC 8484 4.1.1 and 4.2.2: a query for www.example.com, and an answer with its AAAA. */
#define RFC8484_GET "AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB"
#define RFC8484_QUERY "0000 0100 0001 0000 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001"
#define RFC8484_ANSWER "0000 8180 0001 0001 0000 0000 03777777 076578616d706c65 03636f6d 00 001c 0001" \
	"c00c 001c 0001 00000e7d 0010 20010db8abcd00120001000200030004"

/* An answer with that many A records: 33 + 16 each. */
static inline struct msg
answer_of(unsigned records)
{
	struct msg m;

	m_header(&m, DNS_QR | DNS_RD | DNS_RA, 1, records, 0, 0);
	m_question(&m, "www.example.com", DNS_A);
	for (unsigned i = 0; i < records; i++)
		m_rr(&m, 12, NULL, DNS_A, 300, "\xc0\x00\x02\x01", 4);
	return m;
}

#endif
