/* know/kept.h - packets kept because a verdict may rest on them.
 *
 * Owner     The table owns the bytes until they are written (kept_written); after that only where the packet stood is kept here.
 *           Who holds an id counts as a user: kept_hold() and kept_drop() come in pairs; without users a packet is let go of.
 * Bound     limits by those who hold them; KEPT_BYTES of each packet at most: headers, DNS message, hello. */
#ifndef KNOW_KEPT_H
#define KNOW_KEPT_H

#include "base/table.h"
#include "packet/pkt.h"

#define KEPT_BYTES 1600
#define KEPT_NONE 0		/* no packet; ids count from 1 */

struct kept_key { uint64_t number; uint32_t source, zero; };
struct kept {
	struct entry e;
	struct kept_key key;
	uint64_t id, offset;
	usec_t t;
	uint32_t wire, have, users;
	uint16_t link;
	bool written;
	uint8_t *bytes;		/* NULL once written */
};

struct kept_table {
	struct table t;		/* by where it stood */
	struct table by_id;
	uint64_t last_id;
	uint64_t *gone;		/* ids written once and let go of since: their rows can go too */
	size_t ngone, gone_cap;
};

bool kept_init(struct kept_table *t, uint32_t max, uint64_t seed);
void kept_free(struct kept_table *t);
/* Keep a packet, cut to `snap` bytes; the same packet twice is one.  The caller holds it.  KEPT_NONE without memory, or where there are no bytes. */
uint64_t kept_add(struct kept_table *t, const struct frame *f, uint32_t snap);
uint64_t kept_hold(struct kept_table *t, uint64_t id);	/* returns id */
void kept_drop(struct kept_table *t, uint64_t id);	/* KEPT_NONE is fine */
struct kept *kept_get(struct kept_table *t, uint64_t id);
/* Put one back as it was saved, without its bytes.  False: no memory, or known already. */
bool kept_restore(struct kept_table *t, const struct kept *k);
void kept_written(struct kept_table *t, struct kept *k);

#endif
