/* input/capture.h - one saved capture, read a block of packets at a time.
 *
 * Reads classic pcap (either byte order, micro- and nanoseconds, the header with 8 more bytes of A. Kuznetzov's patches) and pcapng (sections of
 * either byte order, all interfaces with their own link types, lengths, resolutions and offsets of time; enhanced,
 * simple and obsolete packet blocks; statistics; decryption secrets), packed with gzip, bzip2, xz, lz4 or zstd or not.
 *
 * A file that is damaged or ends in the middle of a record is no failure: what is before is handed out, and
 * capture_facts() has a warning.  A failure is a file that cannot be opened, is no capture, or cannot be read further.
 *
 * Bound     A head of 64 KiB, the unread rest of a block, 65,535 interfaces, and what the unpacker needs.
 * Hot path  capture_block() copies nothing but the record that straddles two blocks. */
#ifndef INPUT_CAPTURE_H
#define INPUT_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "input/block.h"

#define CAPTURE_HEAD ((size_t)64 << 10)

struct capture;

enum capture_end {
	CAPTURE_WHOLE,			/* ends after a record, or has not ended yet */
	CAPTURE_CUT,			/* ends inside a record, or its packed data end early */
	CAPTURE_DAMAGED			/* goes on, but not as a capture */
};

struct capture_iface {
	char name[32];			/* if_name, shortened if need be; "" if not given */
	uint16_t link;			/* LINKTYPE_ value */
	uint32_t snaplen;		/* 0: no limit */
	uint64_t lost;			/* packets its statistics or packets say were dropped */
};

struct capture_facts {
	const char *path;		/* as opened */
	const char *shown;		/* the same for messages: escaped, of a very long one the end */
	const char *format;		/* "pcap" or "pcapng" */
	const char *packing;		/* "gzip" ..., "" if plain */
	bool regular;			/* a regular file: can be opened again */
	uint64_t packets;		/* read so far, skipped ones too */
	uint64_t offset;		/* bytes read so far, uncompressed */
	uint64_t done, total;		/* bytes of the file itself, for a progress line; total 0 if not known */
	uint64_t lost;			/* over all interfaces */
	const struct capture_iface *ifaces;
	size_t n_ifaces;
	enum capture_end end;
	const char *warning;		/* what end means here: where, and what was done about it; NULL if CAPTURE_WHOLE */
};

/* Open a file; "-" is standard input.  On success *out is the caller's, to be freed with capture_close().
 * Returns 0, ST_ESYNTAX (no such file, no permission), ST_EFORMAT (empty, a directory, no capture; the text says what it is),
 * ST_EIO or ST_ENOMEM. */
int capture_open(const char *path, struct capture **out, struct err *err);
void capture_close(struct capture *c);		/* NULL is welcome */

/* Fill b with the next packets.  Returns how many (> 0), 0 at the end, ST_EIO or ST_ENOMEM. */
int capture_block(struct capture *c, struct block *b, struct err *err);

/* Do not hand out packets up to this number. */
void capture_skip(struct capture *c, uint64_t number);

/* Call back with each decryption secrets block as the reader comes to it (type: 0x544c534b is a TLS key log), before
 * the packets after it are handed out.  To be set before the first capture_block(). */
typedef void capture_secrets_fn(void *ctx, uint32_t type, const uint8_t *data, size_t len);
void capture_secrets(struct capture *c, capture_secrets_fn *fn, void *ctx);

/* The first bytes, uncompressed: what a capture is known by.  *n is CAPTURE_HEAD, or less if it is shorter.  NULL after
 * capture_rest(). */
const uint8_t *capture_head(const struct capture *c, size_t *n);

/* Close the file and free all but the facts.  Only capture_facts(), capture_skip(), capture_wake() and capture_close() may follow. */
void capture_rest(struct capture *c);

/* Open a capture that rests again, from its beginning.  Returns what capture_open() does; after a failure it still rests.
 * facts.path and facts.shown stay where they are. */
int capture_wake(struct capture *c, struct err *err);

/* What is known so far; valid until capture_close(), current until the next capture_block(). */
const struct capture_facts *capture_facts(const struct capture *c);

#endif
