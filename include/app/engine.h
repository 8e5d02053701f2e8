/* app/engine.h - wires the stages together: the one place that knows the whole path of a packet.
 *
 *     block -> extract -> events -> flows, questions, answers -> what is known -> connections -> findings -> rows
 *
 * The second step: takes events in file order, one thread; what comes out does not depend on how the packets were cut into blocks, files,
 * runs or flushes. */
#ifndef APP_ENGINE_H
#define APP_ENGINE_H

#include "app/extract.h"
#include "app/options.h"
#include "app/past.h"
#include "judge/judge.h"
#include "know/passive.h"
#include "know/waivers.h"
#include "packet/copy.h"
#include "packet/frag.h"
#include "proto/pick.h"
#include "store/write.h"

#define ENGINE_STORE(memory) ((memory) / 4)	/* of --memory, the store's part: answers said again are found in it */
#define ENGINE_GAP (60 * TM_SEC)		/* a hole between files that is a gap in coverage (DESIGN section 1) */

/* What was read of a capture: all numbers since its first packet, over all runs. */
struct dns_counts { uint64_t queries[DNS_WAYS], answers[DNS_WAYS], a, aaaa, cname, malformed; };
/* Of a live source: what the last minute that was stored had come to. */
struct minute { usec_t began; uint64_t packets, lost, queries, answers, one_sided, sealed; struct why_counts why; };
struct source {
	int64_t id;			/* in the database; -1: not there yet */
	bool past;			/* not read in this run: packets kept earlier lead to it, or it is a copy of another */
	uint64_t known;			/* packets read by earlier runs */
	struct row_source row;		/* what the reader knows of it */
	char link[32];
	const char *reason;		/* why it ended before its time; NULL */
	uint64_t packets, bytes;	/* bytes: of the uncompressed stream */
	usec_t first, last;
	struct why_counts why;
	struct dns_counts dns;
	uint64_t flows, fresh;		/* TCP connections opened; packets of this run */
	uint64_t lost;
	uint64_t sealed, quic;		/* sessions of encrypted DNS; QUIC connections */
	bool live;			/* an interface: covered by its clock, not by its packets */
	struct minute minute;		/* of a live one; began is TM_NONE while it is down */
};

struct engine {
	const struct options *opt;
	struct deplist *list;
	struct watch *watch;
	const struct labels *labels;	/* the caller's; NULL: none */
	bool labels_stored;
	struct waivers *waivers;	/* the caller's; NULL: none */
	struct machines machines;	/* made from them */
	struct filter *filter;		/* the caller's; NULL: none */
	struct store *store;
	uint64_t seed;
	struct why_counts why;		/* of the source at hand, as are dns and flows.opened_tcp */
	struct dns_counts dns;
	struct flow_table flows;
	struct copy_table copies;
	struct frag_table *frags;
	struct pick *pick;
	struct know know;
	struct memo memo;
	struct passive passive;
	struct past past;
	struct judge judge;
	struct batch *batch;
	struct dns_tag *tags;		/* for messages that do not come from a batch */
	struct source *sources;
	uint32_t nsources, current;
	bool keep_all;			/* --history all */
	int64_t run;			/* in the database */
	int64_t *listing;		/* row ids of the list entries */
	uint64_t sealed[DNS_WAYS], quic;	/* as last counted to a source */
	uint64_t stale_answers;		/* ticks when an answer turns out stale */
	uint64_t since_flush;
	uint64_t rows;			/* stored in this run */
	usec_t next_tick, last_packet;
	usec_t day_end;			/* of the day under way (app/day.h); TM_NONE before the first packet */
	struct spans covered;		/* when a sensor was there: by all runs, as far as this one has come */
	usec_t used_until;		/* who was told what up to here is stored */
	double store_seconds;		/* CPU spent in the store */
	bool unstored;			/* the last flush failed: engine_again() */
	bool state_foreign;		/* the database's state is of another version */
	struct err err;			/* the first failure inside a callback */
};

/* The list is the engine's from then on; the filter (NULL: none) stays the caller's.  Returns 0 or ST_*. */
int engine_init(struct engine *e, const struct options *opt, struct deplist *list, struct filter *filter, struct store *store,
                uint32_t nsources, struct err *err);
void engine_free(struct engine *e);
/* What the user says of clients; the caller's. */
void engine_labels(struct engine *e, const struct labels *labels);
double engine_cpu_seconds(void);	/* of the process, so far */
/* Take in a block. */
int engine_block(struct engine *e, const struct block *b, struct err *err);
/* The data has ended: what waits for more is taken as it is. */
void engine_end(struct engine *e);
/* Live: the clock has come to now, whether there were packets or not.  Returns 0 or ST_*, as a flush does: a day may be over. */
int engine_clock(struct engine *e, usec_t now, struct err *err);
/* The sensor lost so many of so many packets since it last said so. */
void engine_dropped(struct engine *e, usec_t now, uint64_t lost, uint64_t of);
/* Until t not everything could be seen: what is absent before it says nothing. */
void engine_gap(struct engine *e, usec_t t);
/* Another list from here on; what is known stays.  The list is the engine's then.  Returns 0 or ST_*. */
int engine_relist(struct engine *e, struct deplist *list, struct err *err);
/* After a flush that failed: everything as it was at the last one that did not. */
int engine_again(struct engine *e, struct err *err);
/* A whole DNS message from elsewhere than a capture: not counted to any source. */
void engine_message(struct engine *e, const struct dns_event *ev);
/* Store all that is known now; one transaction ends and the next begins. */
int engine_flush(struct engine *e, struct err *err);
/* The same, and how things stand goes into the history of the day under way: at its end, and at the end of the data. */
int engine_flush_noted(struct engine *e, struct err *err);

#endif
