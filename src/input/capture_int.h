/* input/capture_int.h - what the reader of blocks and the two formats share.
 *
 * The reader gives a format a span of bytes; the format turns whole records in it into packets of the block and moves
 * span.p past them.  Where it stops, it says why. */
#ifndef INPUT_CAPTURE_INT_H
#define INPUT_CAPTURE_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "input/capture.h"
#include "input/unpack_int.h"

__extension__ typedef __int128 wide_t;		/* ticks times nanoseconds a tick need up to 95 bits */

struct span {
	const uint8_t *p, *end;
	uint64_t offset;		/* of end, in the uncompressed file: it does not move */
	size_t want;			/* WALK_MORE: so many bytes from p on */
};

enum walk {
	WALK_MORE,			/* the record at p is longer than the span, or p is the end */
	WALK_FULL,			/* the block has no room for another packet */
	WALK_STOP,			/* p is damaged; capture_damaged() was called */
	WALK_NOMEM
};

struct classic {
	uint16_t unit;			/* of a fraction, in nanoseconds */
	uint8_t header;			/* bytes before a packet */
	uint8_t lengths;		/* enum lengths */
	uint16_t link;
	uint32_t snaplen;		/* packets are cut to it, as libpcap does */
	uint32_t caplen_max;
};

struct ng_iface {			/* beside facts.ifaces */
	wide_t offset;			/* if_tsoffset in nanoseconds */
	uint64_t mul, div;		/* nanoseconds = ticks * mul / div, shifted right */
	uint8_t shift;
	uint64_t dropped, counted;	/* packets lost: by the packets' own options, by statistics */
	uint32_t caplen_max;
};

struct pcapng {
	struct ng_iface *ifaces;
	size_t cap;			/* of ifaces and of facts.ifaces */
	size_t section;			/* interfaces of the sections before */
	int64_t last;			/* time of the packet before: what a simple packet block gets */
};

struct capture {
	struct capture_facts facts;	/* first: capture_facts() gives it out */
	struct unpack *in;		/* NULL after capture_rest() */
	char *path, *shown;
	struct capture_iface *ifaces;	/* facts.ifaces */
	enum walk (*walk)(struct capture *c, struct span *s, struct block *b);
	bool swap;			/* the file (pcapng: the section) has the other byte order */
	struct classic classic;
	struct pcapng ng;
	uint64_t skip;			/* packets up to this number are not handed out */
	uint64_t jump;			/* bytes still to come of a block that nobody wants */
	uint8_t *head;			/* the first CAPTURE_HEAD bytes */
	size_t head_len;
	uint8_t *carry;			/* bytes read but not walked yet */
	size_t carry_len, carry_cap;
	bool ended;
	capture_secrets_fn *secrets;
	void *secrets_ctx;
	char warning[700];
};

static inline uint16_t
ld16(const uint8_t *p, bool swap)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return swap ? __builtin_bswap16(v) : v;
}

static inline uint32_t
ld32(const uint8_t *p, bool swap)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return swap ? __builtin_bswap32(v) : v;
}

static inline uint64_t
ld64(const uint8_t *p, bool swap)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return swap ? __builtin_bswap64(v) : v;
}

static inline uint64_t
span_offset(const struct span *s, const uint8_t *p)
{
	return s->offset - (uint64_t)(s->end - p);
}

static inline enum walk
span_more(struct span *s, size_t want)
{
	s->want = want;
	return WALK_MORE;
}

/* Is this the start of the format?  Both need 4 (pcapng 12) bytes. */
bool classic_magic(const uint8_t *p, size_t n);
bool pcapng_magic(const uint8_t *p, size_t n);

/* Read the file header and set c->walk.  Returns its length (0 if the format wants it again) or ST_EFORMAT or ST_ENOMEM. */
int classic_start(struct capture *c, const uint8_t *p, size_t n, struct err *err);
int pcapng_start(struct capture *c, const uint8_t *p, size_t n, struct err *err);

/* What else the file may be: "is a ZIP archive; unpack it first" and the like. */
const char *foreign_guess(const uint8_t *p, size_t n);

/* The largest packet to believe in, by link type; the values are libpcap's. */
uint32_t capture_caplen_max(uint16_t link);
/* The LINKTYPE_ value of a type in a file header: bits above 26 are the length of the FCS, and DLT_RAW means RAW. */
uint16_t capture_link(uint32_t type);

/* One more interface, c->ifaces[n_ifaces - 1]; 0 or ST_ENOMEM. */
int capture_add_iface(struct capture *c, uint16_t link, uint32_t snaplen);

/* Remember that the capture is damaged from here on. */
enum walk capture_damaged(struct capture *c, uint64_t offset, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
