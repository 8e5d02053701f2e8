/* proto/pick_int.h - what the readers of one connection share: pickdns.c for DNS over TCP, picktls.c for TLS,
 * pickhttp.c for clear HTTP, pickquic.c for QUIC. */
#ifndef PROTO_PICK_INT_H
#define PROTO_PICK_INT_H

#include "proto/dnslook.h"
#include "proto/pick.h"
#include "proto/tlsrec.h"

struct pick {
	struct stream_table *streams;
	struct quic_table *quic;
	struct pick_sinks sinks;
	struct why_counts *why;
	struct pick_counts counts;
};

enum pick_kind { PICK_NEW, PICK_DNS, PICK_TLS, PICK_HTTP1, PICK_H2, PICK_KINDS };	/* stream.kind: who reads it */

/* As struct stream_sink has them; stream.reader is there. */
struct pick_reader {
	bool (*open)(struct pick *k, struct stream *s);		/* make stream.reader; false: no memory */
	size_t (*data)(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, const struct stream_at *at);
	void (*gap)(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, uint32_t lost,
	    const struct stream_at *at);
	void (*fin)(struct pick *k, struct stream *s, int side, const struct stream_at *at);	/* may be NULL */
	void (*free)(struct stream *s);
};

extern const struct pick_reader pick_dns, pick_tls, pick_http1, pick_h2;

/* A message that `side` sent goes to the sink; one that comes from the wrong end is counted instead. */
void pick_message(struct pick *k, const struct stream *s, int side, const struct stream_at *at, struct dns_event *ev);
/* Whether this side only asks or only answers, by who opened the connection, else by its port. */
enum dns_side pick_asks(const struct stream *s, int side);
/* Who is the client: the opener, else the side given. */
int pick_client(const struct stream *s, int side);
/* The addresses of a stream whose client is the side given. */
struct hello pick_flow(const struct stream *s, int client, const struct stream_at *at);

/* pickquic.c: a table of QUIC connections that hands over to k; NULL: no memory. */
struct quic_table *pick_quic(struct pick *k, const struct pick_limits *limits, uint64_t seed);

/* Whether a TLS connection has told all that can be read of it but its client's name. */
bool pick_tls_nameless(const struct stream *s);

/* pickname.c: a client names its server; h is complete.  Goes to the sink and is counted. */
void pick_name(struct pick *k, const struct hello *h);
/* A session's hello.  *h has the flow; the rest is taken from t.  Goes to the sinks and is counted.
 * Returns the way if what follows is sealed DNS, else DNS_WAYS. */
enum dns_way pick_hello(struct pick *k, struct hello *h, const struct tls_hello *t, const uint8_t smac[6]);
/* The same without a hello: sealed DNS goes on. */
void pick_sealed(struct pick *k, const struct hello *flow, enum dns_way way, const uint8_t smac[6]);
void pick_sealed_answer(struct pick *k, const struct hello *flow, enum dns_way way);

#endif
