/* proto/pick_int.h - what the readers of one connection share: pickdns.c for DNS over TCP. */
#ifndef PROTO_PICK_INT_H
#define PROTO_PICK_INT_H

#include "proto/dnslook.h"
#include "proto/pick.h"

struct pick {
	struct stream_table *streams;
	struct pick_sinks sinks;
	struct why_counts *why;
};

enum pick_kind { PICK_NEW, PICK_DNS, PICK_KINDS };	/* stream.kind: who reads it */

/* As struct stream_sink has them; stream.reader is there. */
struct pick_reader {
	bool (*open)(struct pick *k, struct stream *s);		/* make stream.reader; false: no memory */
	size_t (*data)(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, const struct stream_at *at);
	void (*gap)(struct pick *k, struct stream *s, int side, const uint8_t *p, size_t n, uint32_t lost,
	    const struct stream_at *at);
	void (*fin)(struct pick *k, struct stream *s, int side, const struct stream_at *at);	/* may be NULL */
	void (*free)(struct stream *s);
};

extern const struct pick_reader pick_dns;

/* A message that `side` sent goes to the sink; one that comes from the wrong end is counted instead. */
void pick_message(struct pick *k, const struct stream *s, int side, const struct stream_at *at, struct dns_event *ev);

/* Whether this side only asks or only answers, by who opened the connection, else by its port. */
enum dns_side pick_asks(const struct stream *s, int side);

#endif
