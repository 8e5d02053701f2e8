/* packet/stream_int.h - the table (stream.c) and the order of one direction (streamdir.c). */
#ifndef PACKET_STREAM_INT_H
#define PACKET_STREAM_INT_H

#include "packet/stream.h"

struct stream_table {
	struct table table;
	struct stream_limits limits;
	struct stream_sink sink;
	struct why_counts *counts;
	struct stream_gate gate;
	size_t bytes;		/* held by all directions, and charged */
};

struct stream_seg {		/* bytes behind a hole */
	struct stream_seg *next;
	uint32_t seq, len;
	uint32_t cut;		/* so many more were there, but not captured */
	uint32_t source;	/* of their packet, as its number */
	uint64_t number;
	usec_t t;
	uint8_t b[];
};

/* Bytes of a packet: n captured ones, and `cut` behind them that were not. */
struct piece { const uint8_t *p; uint32_t seq, n, cut; };

static inline bool
stream_read_on(const struct stream *s)
{
	return !s->closed && !s->resting;
}

void dir_data(struct stream_table *t, struct stream *s, int side, struct piece pc, const struct stream_at *at);
/* The other side has everything before `ack`. */
void dir_acked(struct stream_table *t, struct stream *s, int side, uint32_t ack, const struct stream_at *at);
/* Whether the FIN has been reached; tells the sink once. */
void dir_check_fin(struct stream_table *t, struct stream *s, int side, const struct stream_at *at);
/* Nothing more will come: give all holes up. */
void dir_flush(struct stream_table *t, struct stream *s, int side);
void dir_drop(struct stream_table *t, struct stream_dir *d);	/* forget the bytes held */

#endif
