/* packet/flow.h - who talked to whom: TCP connections and UDP exchanges.
 *
 * Owner     The table owns its flows; one handed out is valid until the next call on the table.  Who needs it longer keeps its id,
 *           which is never given twice.
 * Bound     Never more than limits.flows; at the bound the longest idle one ends as FLOW_EVICTED, and is counted.
 * Order     Visited by last use; nothing depends on the hash seed or the wall clock.
 * Hot path  flow_packet() allocates nothing but when the table grows.
 *
 * A flow may be known by SYN, SYN-ACK, FIN and RST alone: bytes then come from the sequence numbers. */
#ifndef PACKET_FLOW_H
#define PACKET_FLOW_H

#include "base/table.h"
#include "packet/pkt.h"

enum flow_end { FLOW_LIVE, FLOW_CLOSED, FLOW_RESET, FLOW_REPLACED, FLOW_IDLE, FLOW_EVICTED, FLOW_DATA_END };
enum flow_outcome { OUT_ESTABLISHED, OUT_REFUSED, OUT_TIMED_OUT, OUT_UNREACHABLE, OUT_UNSEEN, OUT_COUNT };
const char *flow_outcome_name(enum flow_outcome o);

struct flow_key {		/* the lower (address, port) first; no padding but `zero` */
	struct addr addr[2];
	uint16_t port[2];
	uint32_t scope;
	uint8_t proto, zero[7];
};

struct flow {
	struct entry e;
	struct flow_key key;
	uint8_t opener;			/* index into key: who opened it */
	bool opener_sure;		/* its SYN or SYN-ACK was seen; else a guess by ports */
	bool syn, synack, reset, refused, unreachable, port_unreachable;
	bool went_on;			/* the opener acknowledged something: somebody answered it */
	uint8_t end;			/* enum flow_end */
	uint8_t fin;			/* a bit a side */
	uint8_t seen;			/* a bit a side: packets from it were seen */
	uint8_t started;		/* a bit a side: next[] is set */
	uint8_t answered;		/* a bit a side: it sent payload */
	bool watched;
	uint32_t isn;			/* the opener's, if opener_sure in TCP */
	uint32_t next[2];		/* sequence number after the last byte seen */
	uint32_t user;			/* for who listens to the sink */
	uint64_t id;			/* from 1 */
	usec_t first, last;
	usec_t last_data;		/* of the last payload, either way; TM_NONE if none */
	uint64_t bytes[2];		/* payload by sender; retransmissions count once */
	uint32_t syns;			/* attempts: retransmitted SYNs count here only */
	struct sender from;		/* the opener, with its first packet */
};

struct flow_sink {		/* either may be NULL */
	void (*opened)(void *ctx, struct flow *f, const struct frame *frame);
	void (*ended)(void *ctx, struct flow *f);	/* exactly once a flow; f->end says how */
	void *ctx;
};
struct flow_limits { uint32_t flows; usec_t idle; };

struct flow_table {
	struct table t;
	struct flow_limits limits;
	struct flow_sink sink;
	struct why_counts *counts;
	uint64_t last_id;
	uint64_t opened_tcp;		/* TCP connections whose opening was seen (SYN without ACK) */
	bool saw_syn;			/* some SYN was seen, not of DNS: this place sees clients' packets */
	bool both_ways;			/* some answer to some SYN was seen: this place sees servers' packets too */
};

bool flow_table_init(struct flow_table *t, const struct flow_limits *limits, const struct flow_sink *sink,
                     struct why_counts *counts, uint64_t seed);
void flow_table_free(struct flow_table *t);

/* Count one TCP or UDP packet to its flow, opening it if need be.  watched: an end of it is a listed address (all of its packets come
 * here).  NULL if it opens nothing: FIN, RST or data of an unlisted flow not known, or no memory. */
struct flow *flow_packet(struct flow_table *t, const struct pkt *p, const struct frame *frame, bool watched);
/* An ICMP error about the opener's packet `quoted`: the outcome of its flow.  Returns the flow or NULL. */
struct flow *flow_icmp(struct flow_table *t, const struct pkt *quoted, const struct pkt *error);
/* It ends now, as idle, and goes. */
void flow_drop(struct flow_table *t, struct flow *f);
struct flow *flow_find(struct flow_table *t, const struct pkt *p);
/* Time has come to `now`: end what was idle too long, oldest first. */
void flow_tick(struct flow_table *t, usec_t now);

/* What became of the attempt to connect, as known at `now`: a SYN that nothing answered for FLOW_SYN_WAIT is timed out where answers
 * to others can be seen, else unseen. */
#define FLOW_SYN_WAIT (3 * TM_SEC)
enum flow_outcome flow_outcome(const struct flow *f, usec_t now, bool both_ways);

static inline const struct addr *
flow_client(const struct flow *f)
{
	return &f->key.addr[f->opener];
}

static inline const struct addr *
flow_server(const struct flow *f)
{
	return &f->key.addr[!f->opener];
}

#endif
