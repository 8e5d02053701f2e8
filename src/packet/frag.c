#include "packet/frag.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"

enum { DATAGRAM_MAX = 65535, RECENT = 32, MALLOC_COST = 16 };
#define COPY_WINDOW ((usec_t)10000)

/* What makes fragments one datagram: in IPv6 the next header is no part of it (RFC 8200 4.5). */
struct key { struct addr src, dst; uint32_t id, scope, proto, zero; };

struct piece {
	struct piece *next;
	uint32_t off, len, have;
	bool more;
	uint8_t bytes[];
};

struct waiting {
	struct entry entry;
	struct key key;
	uint8_t proto;
	enum why spoiled;		/* WHY_OK: it may still become whole */
	uint32_t npieces, got;		/* got: bytes, as promised */
	uint32_t total;			/* 0: the last fragment is not there yet */
	usec_t first;
	struct piece *pieces;		/* by offset; they never overlap */
};

struct frag_table {
	struct table waiting;		/* oldest first: never touched after it was opened */
	struct frag_limits limits;
	struct why_counts *counts;
	size_t bytes;
	struct { struct key key; usec_t at; } recent[RECENT];	/* complete a short while ago */
	unsigned next_recent;
	uint8_t whole[DATAGRAM_MAX];
};

_Static_assert(offsetof(struct waiting, key) == sizeof(struct entry), "the key follows the entry");
_Static_assert(sizeof(struct key) == 48, "no padding in the key");

struct frag_table *
frag_new(const struct frag_limits *limits, struct why_counts *counts)
{
	struct frag_table *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	t->limits = *limits;
	t->counts = counts;
	for (int i = 0; i < RECENT; i++)
		t->recent[i].at = TM_NONE;
	if (!table_init(&t->waiting, sizeof(struct waiting), sizeof(struct key), limits->datagrams, (uintptr_t)t)) {
		free(t);
		return NULL;
	}
	return t;
}

static size_t
cost(const struct piece *piece)
{
	return MALLOC_COST + sizeof *piece + piece->have;
}

/* Let go of what a datagram has gathered; each of its fragments is counted. */
static void
drop_pieces(struct frag_table *t, struct waiting *w, enum why why)
{
	if (why != WHY_OK)
		t->counts->n[why] += w->npieces;
	while (w->pieces != NULL) {
		struct piece *next = w->pieces->next;

		t->bytes -= cost(w->pieces);
		free(w->pieces);
		w->pieces = next;
	}
	w->npieces = 0;
}

static void
drop(struct frag_table *t, struct waiting *w, enum why why)
{
	drop_pieces(t, w, why);
	table_remove(&t->waiting, w);
}

void
frag_free(struct frag_table *t)
{
	struct waiting *w;

	if (t == NULL)
		return;
	while ((w = table_oldest(&t->waiting)) != NULL)
		drop(t, w, WHY_OK);
	table_free(&t->waiting);
	free(t);
}

void
frag_tick(struct frag_table *t, usec_t now)
{
	struct waiting *w;

	while ((w = table_oldest(&t->waiting)) != NULL && now - w->first > t->limits.age)
		drop(t, w, WHY_FRAG_EXPIRED);
}

size_t
frag_bytes(const struct frag_table *t)
{
	return t->bytes;
}

/* Lengths that a datagram can have: only the last fragment ends off an 8-byte border. */
static bool
well_formed(const struct pkt *p)
{
	return p->pay_wire > 0 && (!p->frag_more || p->pay_wire % 8 == 0) &&
	    p->pay_wire <= DATAGRAM_MAX && p->frag_off + p->pay_wire <= DATAGRAM_MAX;
}

static struct key
key_of(const struct pkt *p)
{
	return (struct key){ .src = p->src, .dst = p->dst, .id = p->ip_id, .scope = p->scope,
		.proto = addr_is_v4(&p->src) ? p->proto : 0 };
}

static bool
was_complete(const struct frag_table *t, const struct key *key, usec_t now)
{
	for (int i = 0; i < RECENT; i++)
		if (t->recent[i].at != TM_NONE && memcmp(&t->recent[i].key, key, sizeof *key) == 0 &&
		    llabs(now - t->recent[i].at) <= COPY_WINDOW)
			return true;
	return false;
}

static struct waiting *
open_datagram(struct frag_table *t, const struct key *key, usec_t now)
{
	struct waiting *w;

	if (t->waiting.n >= t->waiting.max && (w = table_oldest(&t->waiting)) != NULL)
		drop(t, w, WHY_FRAG_EVICTED);
	w = table_add(&t->waiting, key);
	if (w != NULL)
		w->first = now;
	return w;
}

/* Room for `need` more bytes of w: the oldest datagrams go.  False if w itself had to go. */
static bool
make_room(struct frag_table *t, const struct waiting *w, size_t need)
{
	while (t->bytes + need > t->limits.bytes) {
		struct waiting *oldest = table_oldest(&t->waiting);
		bool self = oldest == w;

		drop(t, oldest, WHY_FRAG_EVICTED);
		if (self)
			return false;
	}
	return true;
}

static bool
is_copy(const struct piece *a, const struct pkt *p)
{
	uint32_t both = a->have < p->pay_have ? a->have : p->pay_have;

	return a->off == p->frag_off && a->len == p->pay_wire && a->more == p->frag_more && memcmp(a->bytes, p->pay, both) == 0;
}

/* Where the fragment belongs, or why it cannot be. */
static enum why
find_place(struct waiting *w, const struct pkt *p, struct piece ***place)
{
	uint32_t off = p->frag_off, end = off + p->pay_wire;
	struct piece **at = &w->pieces;

	while (*at != NULL && (*at)->off + (*at)->len <= off)
		at = &(*at)->next;
	*place = at;
	if (*at != NULL && (*at)->off < end)
		return is_copy(*at, p) ? WHY_COPY : WHY_FRAG_OVERLAP;
	if ((w->total != 0 && end > w->total) || (!p->frag_more && *at != NULL) || w->npieces == FRAG_PIECES)
		return WHY_FRAG_BAD;
	return WHY_OK;
}

static enum why
insert(struct frag_table *t, struct waiting *w, const struct pkt *p, struct piece **at)
{
	struct piece *piece = malloc(sizeof *piece + p->pay_have);

	if (piece == NULL)
		return WHY_FRAG_EVICTED;
	*piece = (struct piece){ .next = *at, .off = p->frag_off, .len = p->pay_wire, .have = p->pay_have, .more = p->frag_more };
	memcpy(piece->bytes, p->pay, p->pay_have);
	*at = piece;
	t->bytes += cost(piece);
	w->npieces++;
	w->got += piece->len;
	if (!p->frag_more)
		w->total = p->frag_off + p->pay_wire;
	if (p->frag_off == 0)
		w->proto = p->proto;
	return WHY_OK;
}

/* All is there.  What was captured ends where the first fragment was cut. */
static void
hand_out(struct frag_table *t, struct waiting *w, usec_t now, struct datagram *out)
{
	uint32_t have = 0;

	for (const struct piece *p = w->pieces; p != NULL && have == p->off; p = p->next) {
		memcpy(t->whole + p->off, p->bytes, p->have);
		have += p->have;
	}
	*out = (struct datagram){ .pay = t->whole, .have = have, .wire = w->total, .proto = w->proto };
	t->recent[t->next_recent].key = w->key;
	t->recent[t->next_recent].at = now;
	t->next_recent = (t->next_recent + 1) % RECENT;
	drop(t, w, WHY_OK);
}

/* WHY_OK: the fragment is in w. */
static enum why
put(struct frag_table *t, struct waiting *w, const struct pkt *p)
{
	struct piece **at;
	enum why why;

	if (w->spoiled != WHY_OK)
		return w->spoiled;
	why = find_place(w, p, &at);
	if (why == WHY_OK && !make_room(t, w, MALLOC_COST + sizeof(struct piece) + p->pay_have))
		return WHY_FRAG_EVICTED;
	if (why == WHY_OK)
		return insert(t, w, p, at);
	if (why != WHY_COPY) {
		drop_pieces(t, w, why);
		w->spoiled = why;
	}
	return why;
}

bool
frag_add(struct frag_table *t, const struct pkt *p, usec_t now, struct datagram *out)
{
	struct key key = key_of(p);
	struct waiting *w;
	enum why why;

	frag_tick(t, now);
	w = table_find(&t->waiting, &key);
	if (!well_formed(p))
		why = WHY_FRAG_BAD;
	else if (w == NULL && was_complete(t, &key, now))
		why = WHY_COPY;
	else if (w == NULL && (w = open_datagram(t, &key, now)) == NULL)
		why = WHY_FRAG_EVICTED;
	else
		why = put(t, w, p);
	if (why == WHY_OK && w->total != 0 && w->got == w->total) {
		hand_out(t, w, now, out);
		return true;
	}
	t->counts->n[why == WHY_OK ? WHY_FRAG_WAIT : why]++;
	return false;
}
