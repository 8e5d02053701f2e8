/* pcapng: draft-ietf-opsawg-pcapng.  Block types and options below are those of the draft. */
#include <limits.h>
#include <stdlib.h>

#include "input/capture_int.h"

enum {
	BLOCK_IFACE = 1, BLOCK_OLD_PACKET = 2, BLOCK_SIMPLE = 3, BLOCK_STATS = 5, BLOCK_PACKET = 6, BLOCK_SECRETS = 10,
};
#define BLOCK_SECTION 0x0a0d0d0au	/* the same in either byte order */
#define ORDER_MAGIC   0x1a2b3c4du

enum { OPT_END = 0, IF_NAME = 2, IF_TSRESOL = 9, IF_TSOFFSET = 14, ISB_IFDROP = 5, ISB_OSDROP = 7, EPB_DROPCOUNT = 4 };

#define BLOCK_MAX (((size_t)128 << 20) + ((size_t)128 << 10))	/* the largest packet, and its options */
#define NS 1000000000u

/* One block that is whole in memory: both lengths agree. */
struct ng_block {
	const uint8_t *p;
	uint32_t type, len;
	uint64_t offset;
};

struct ng_packet {
	uint32_t iface, caplen, wirelen, options;	/* options: where they begin in the block */
	const uint8_t *data;
	int64_t ts_ns;
};

static int64_t
clamp_ns(wide_t ns)
{
	if (ns > INT64_MAX)
		return INT64_MAX;
	return ns < INT64_MIN ? INT64_MIN : (int64_t)ns;
}

static int64_t
ticks_ns(const struct ng_iface *i, uint64_t ticks)
{
	wide_t ns = (wide_t)ticks * i->mul;

	if (i->shift > 0)
		ns >>= i->shift;
	else if (i->div > 1)
		ns /= i->div;
	return clamp_ns(ns + i->offset);
}

/* if_tsresol: 10^-n, or with the top bit 2^-n.  False where a tick is too short to count in. */
static bool
set_resolution(struct ng_iface *i, uint8_t resol)
{
	int n = resol & 0x7f;

	i->shift = 0;
	i->mul = i->div = 1;
	if (resol & 0x80) {
		i->mul = NS;
		i->shift = (uint8_t)n;
		return true;
	}
	if (n > 28)
		return false;
	for (; n < 9; n++)
		i->mul *= 10;
	for (; n > 9; n--)
		i->div *= 10;
	return true;
}

struct option { uint16_t code, len; const uint8_t *value; };

/* The option at *at; moves *at past it.  False at the end of the options, or where they are damaged. */
static bool
next_option(const struct ng_block *k, bool swap, uint32_t *at, struct option *o)
{
	uint32_t end = k->len - 4;

	if (*at > end || end - *at < 4)
		return false;
	o->code = ld16(k->p + *at, swap);
	o->len = ld16(k->p + *at + 2, swap);
	o->value = k->p + *at + 4;
	if (o->code == OPT_END || o->len > end - *at - 4)
		return false;
	*at += 4 + ((o->len + 3u) & ~3u);
	return true;
}

static enum walk
too_short(struct capture *c, const struct ng_block *k)
{
	return capture_damaged(c, k->offset, "block of type %#x has only %u bytes", k->type, k->len);
}

static enum walk
take_section(struct capture *c, const struct ng_block *k)
{
	uint16_t major;

	if (k->len < 28)
		return too_short(c, k);
	major = ld16(k->p + 12, c->swap);
	if (major != 1)
		return capture_damaged(c, k->offset, "section of pcapng version %u, and only version 1 is known", major);
	c->ng.section = c->facts.n_ifaces;
	return WALK_FULL;
}

/* Names are for display: control characters have no place in them. */
static void
copy_name(char *to, size_t size, const struct option *o)
{
	size_t i, n = o->len < size - 1 ? o->len : size - 1;

	for (i = 0; i < n && o->value[i] != '\0'; i++)
		to[i] = (char)(o->value[i] < ' ' || o->value[i] == 0x7f ? '?' : o->value[i]);
	to[i] = '\0';
}

static bool
iface_options(struct capture *c, const struct ng_block *k, struct ng_iface *i, char *name, size_t size)
{
	struct option o;
	uint32_t at = 16;
	bool good = set_resolution(i, 6);

	while (next_option(k, c->swap, &at, &o)) {
		if (o.code == IF_NAME)
			copy_name(name, size, &o);
		else if (o.code == IF_TSRESOL && o.len >= 1)
			good = set_resolution(i, o.value[0]);
		else if (o.code == IF_TSOFFSET && o.len >= 8)
			i->offset = (wide_t)(int64_t)ld64(o.value, c->swap) * NS;
	}
	return good;
}

static int
grow_ifaces(struct capture *c)
{
	struct pcapng *g = &c->ng;
	size_t cap = g->cap > 0 ? 2 * g->cap : 4;
	struct ng_iface *p;

	if (c->facts.n_ifaces < g->cap)
		return 0;
	p = realloc(g->ifaces, cap * sizeof(*p));
	if (p == NULL)
		return ST_ENOMEM;
	g->ifaces = p;
	g->cap = cap;
	return 0;
}

static enum walk
take_iface(struct capture *c, const struct ng_block *k)
{
	size_t n = c->facts.n_ifaces;
	uint16_t link;

	if (k->len < 20)
		return too_short(c, k);
	if (n > UINT16_MAX)
		return capture_damaged(c, k->offset, "more than %u interfaces", UINT16_MAX + 1u);
	link = capture_link(ld16(k->p + 8, c->swap));
	if (grow_ifaces(c) < 0 || capture_add_iface(c, link, ld32(k->p + 12, c->swap)) < 0)
		return WALK_NOMEM;
	c->ng.ifaces[n] = (struct ng_iface){ .caplen_max = capture_caplen_max(link) };
	if (!iface_options(c, k, &c->ng.ifaces[n], c->ifaces[n].name, sizeof(c->ifaces[n].name)))
		return capture_damaged(c, k->offset, "interface %zu counts time in less than 10^-28 s", n - c->ng.section);
	return WALK_FULL;
}

/* What an interface lost: its statistics are totals, its packets tell what went before each; the larger is the better known. */
static void
count_lost(struct capture *c, size_t iface)
{
	const struct ng_iface *i = &c->ng.ifaces[iface];
	uint64_t lost = i->counted > i->dropped ? i->counted : i->dropped;

	c->facts.lost += lost - c->ifaces[iface].lost;
	c->ifaces[iface].lost = lost;
}

/* Blocks beside the packets are taken as far as they make sense: those after them can still be read. */
static void
take_stats(struct capture *c, const struct ng_block *k)
{
	uint64_t lost = 0;
	struct option o;
	uint32_t at = 20;
	size_t iface;

	if (k->len < 24)
		return;
	iface = c->ng.section + ld32(k->p + 8, c->swap);
	if (iface >= c->facts.n_ifaces)
		return;
	while (next_option(k, c->swap, &at, &o))
		if ((o.code == ISB_IFDROP || o.code == ISB_OSDROP) && o.len >= 8)
			lost += ld64(o.value, c->swap);
	if (lost > c->ng.ifaces[iface].counted)
		c->ng.ifaces[iface].counted = lost;
	count_lost(c, iface);
}

static void
take_secrets(struct capture *c, const struct ng_block *k)
{
	uint32_t len;

	if (k->len < 20 || c->secrets == NULL)
		return;
	len = ld32(k->p + 12, c->swap);
	c->secrets(c->secrets_ctx, ld32(k->p + 8, c->swap), k->p + 16, len < k->len - 20 ? len : k->len - 20);
}

/* The headers of the three packet blocks.  False if the block is too short for one. */
static bool
packet_header(const struct capture *c, const struct ng_block *k, struct ng_packet *p, uint64_t *ticks)
{
	const uint8_t *b = k->p;
	bool swap = c->swap;

	if (k->len < (k->type == BLOCK_SIMPLE ? 16u : 32u))
		return false;
	if (k->type == BLOCK_SIMPLE) {
		p->iface = 0;
		p->wirelen = ld32(b + 8, swap);
		p->caplen = p->wirelen < k->len - 16 ? p->wirelen : k->len - 16;
		p->data = b + 12;
		return true;
	}
	p->iface = k->type == BLOCK_PACKET ? ld32(b + 8, swap) : ld16(b + 8, swap);
	*ticks = (uint64_t)ld32(b + 12, swap) << 32 | ld32(b + 16, swap);
	p->caplen = ld32(b + 20, swap);
	p->wirelen = ld32(b + 24, swap);
	p->data = b + 28;
	return true;
}

static void
packet_losses(struct capture *c, const struct ng_block *k, const struct ng_packet *p, size_t iface)
{
	uint32_t at = 28 + ((p->caplen + 3) & ~3u);
	uint64_t lost = 0;
	struct option o;

	if (k->type == BLOCK_OLD_PACKET) {
		lost = ld16(k->p + 10, c->swap);
		lost = lost == UINT16_MAX ? 0 : lost;		/* not known */
	} else {
		while (next_option(k, c->swap, &at, &o))
			if (o.code == EPB_DROPCOUNT && o.len >= 8)
				lost += ld64(o.value, c->swap);
	}
	if (lost == 0)
		return;
	c->ng.ifaces[iface].dropped += lost;
	count_lost(c, iface);
}

static enum walk
take_packet(struct capture *c, const struct ng_block *k, struct block *b)
{
	const struct capture_iface *pub;
	const struct ng_iface *i;
	struct ng_packet p;
	uint64_t ticks = 0;
	size_t iface;

	if (!packet_header(c, k, &p, &ticks))
		return too_short(c, k);
	iface = c->ng.section + p.iface;
	if (iface >= c->facts.n_ifaces)
		return capture_damaged(c, k->offset, "packet %llu is of interface %u, and the section has described %zu",
		    (unsigned long long)c->facts.packets + 1, p.iface, c->facts.n_ifaces - c->ng.section);
	i = &c->ng.ifaces[iface];
	pub = &c->ifaces[iface];
	if (k->type == BLOCK_SIMPLE) {
		p.caplen = pub->snaplen != 0 && pub->snaplen < p.caplen ? pub->snaplen : p.caplen;
	} else {
		if (p.caplen > k->len - 32 || p.caplen > i->caplen_max)
			return capture_damaged(c, k->offset, "packet %llu says it has %u bytes, in a block of %u",
			    (unsigned long long)c->facts.packets + 1, p.caplen, k->len);
		c->ng.last = ticks_ns(i, ticks);
		if (k->type == BLOCK_OLD_PACKET || k->len - 32 - p.caplen >= 8)
			packet_losses(c, k, &p, iface);
	}
	if (++c->facts.packets > c->skip)
		b->recs[b->n++] = (struct rec){
			.ts_ns = c->ng.last,
			.number = c->facts.packets,
			.offset = k->offset,
			.data = p.data,
			.caplen = p.caplen,
			.wirelen = p.wirelen > p.caplen ? p.wirelen : p.caplen,
			.link = pub->link,
			.iface = (uint16_t)iface,
		};
	return WALK_FULL;
}

/* WALK_FULL: taken, go on with the next. */
static enum walk
take_block(struct capture *c, const struct ng_block *k, struct block *b)
{
	switch (k->type) {
	case BLOCK_PACKET:
	case BLOCK_SIMPLE:
	case BLOCK_OLD_PACKET:
		return take_packet(c, k, b);
	case BLOCK_IFACE:
		return take_iface(c, k);
	case BLOCK_STATS:
		take_stats(c, k);
		return WALK_FULL;
	case BLOCK_SECRETS:
		take_secrets(c, k);
		return WALK_FULL;
	default:
		return take_section(c, k);
	}
}

static bool
is_wanted(uint32_t type)
{
	return type == BLOCK_PACKET || type == BLOCK_SIMPLE || type == BLOCK_OLD_PACKET || type == BLOCK_IFACE ||
	    type == BLOCK_STATS || type == BLOCK_SECRETS || type == BLOCK_SECTION;
}

/* Type and length of the block at p, which has 12 bytes.  A section header says first in which byte order. */
static enum walk
block_header(struct capture *c, const struct span *s, const uint8_t *p, struct ng_block *k)
{
	k->p = p;
	k->offset = span_offset(s, p);
	k->type = ld32(p, c->swap);
	if (k->type == BLOCK_SECTION) {
		c->swap = ld32(p + 8, false) != ORDER_MAGIC;
		if (ld32(p + 8, c->swap) != ORDER_MAGIC)
			return capture_damaged(c, k->offset, "section of no known byte order");
	}
	k->len = ld32(p + 4, c->swap);
	if (k->len < 12 || k->len % 4 != 0 || (k->len > BLOCK_MAX && is_wanted(k->type)))
		return capture_damaged(c, k->offset, "block of type %#x says it has %u bytes", k->type, k->len);
	return WALK_FULL;
}

static enum walk
pcapng_walk(struct capture *c, struct span *s, struct block *b)
{
	struct ng_block k = { .p = NULL };
	enum walk rc;
	size_t left;

	while (b->n < BLOCK_RECS) {
		left = (size_t)(s->end - s->p);
		if (left < 12)
			return span_more(s, 12);
		if (block_header(c, s, s->p, &k) == WALK_STOP)
			return WALK_STOP;
		if (!is_wanted(k.type)) {
			c->jump = k.len > left ? k.len - left : 0;
			s->p += k.len > left ? left : k.len;
			continue;
		}
		if (left < k.len)
			return span_more(s, k.len);
		if (k.offset > 0 && ld32(s->p + k.len - 4, c->swap) != k.len)	/* libpcap too lets the first one pass */
			return capture_damaged(c, k.offset, "block of type %#x has two lengths, %u and %u", k.type, k.len,
			    ld32(s->p + k.len - 4, c->swap));
		rc = take_block(c, &k, b);
		if (rc != WALK_FULL)
			return rc;
		s->p += k.len;
	}
	return WALK_FULL;
}

bool
pcapng_magic(const uint8_t *p, size_t n)
{
	return n >= 12 && ld32(p, false) == BLOCK_SECTION &&
	    (ld32(p + 8, false) == ORDER_MAGIC || ld32(p + 8, true) == ORDER_MAGIC);
}

/* The section header is a block like others and will be walked as the first; here only what makes the file none of ours. */
int
pcapng_start(struct capture *c, const uint8_t *p, size_t n, struct err *err)
{
	bool swap = ld32(p + 8, false) != ORDER_MAGIC;

	c->facts.format = "pcapng";
	c->walk = pcapng_walk;
	if (n < 28)
		return err_set(err, ST_EFORMAT, "%s: ends inside the section header of a pcapng capture: nothing in it can be read",
		    c->shown);
	if (ld16(p + 12, swap) != 1)
		return err_set(err, ST_EFORMAT, "%s: is a pcapng capture of version %u.%u, and only version 1 is known; "
		    "convert it with: editcap -F pcapng IN OUT", c->shown, ld16(p + 12, swap), ld16(p + 14, swap));
	return 0;
}
