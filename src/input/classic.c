/* Classic pcap: draft-ietf-opsawg-pcap.
 *
 * Seconds are unsigned: until 2106.  A fraction that is none (a second or more, negative) counts as Wireshark
 * counts it, and libpcap in a file of its own byte order: as a signed number of its unit. */
#include "input/capture_int.h"

#define FILE_HEADER 24

#define MAGIC_MICRO   0xa1b2c3d4u
#define MAGIC_NANO    0xa1b23c4du
#define MAGIC_PATCHED 0xa1b2cd34u	/* A. Kuznetzov: interface, protocol and direction after the lengths */

#define LINK_ETHERNET 1
#define FAKED_HEADER 14			/* an Ethernet header that those patches put before what the snap length let pass */

enum lengths { LENGTHS_PLAIN, LENGTHS_SWAPPED, LENGTHS_EITHER };	/* which of the two comes first; version 2.3 had both */

static bool
known_magic(uint32_t magic)
{
	return magic == MAGIC_MICRO || magic == MAGIC_NANO || magic == MAGIC_PATCHED;
}

bool
classic_magic(const uint8_t *p, size_t n)
{
	return n >= 4 && (known_magic(ld32(p, false)) || known_magic(ld32(p, true)));
}

/* The lengths of a record in the order of this file's version. */
static inline void
order_lengths(uint8_t lengths, uint32_t *caplen, uint32_t *wirelen)
{
	uint32_t first = *caplen;

	if (lengths == LENGTHS_PLAIN || (lengths == LENGTHS_EITHER && *caplen <= *wirelen))
		return;
	*caplen = *wirelen;
	*wirelen = first;
}

static enum walk
classic_walk(struct capture *c, struct span *s, struct block *b)
{
	const struct classic k = c->classic;
	const bool swap = c->swap;
	const uint8_t *p = s->p;
	uint64_t number = c->facts.packets;
	enum walk rc = WALK_FULL;
	uint32_t caplen, wirelen, kept, n = b->n;

	while (n < BLOCK_RECS) {
		if ((size_t)(s->end - p) < k.header) {
			rc = span_more(s, k.header);
			break;
		}
		caplen = ld32(p + 8, swap);
		wirelen = ld32(p + 12, swap);
		if (k.lengths != LENGTHS_PLAIN)
			order_lengths(k.lengths, &caplen, &wirelen);
		if (caplen > k.caplen_max) {
			c->facts.packets = number;
			rc = capture_damaged(c, span_offset(s, p), "packet %llu says it has %u bytes, more than %u",
			    (unsigned long long)number + 1, caplen, k.caplen_max);
			break;
		}
		if ((size_t)(s->end - p) - k.header < caplen) {
			rc = span_more(s, k.header + caplen);
			break;
		}
		kept = caplen < k.snaplen ? caplen : k.snaplen;
		if (++number > c->skip)
			b->recs[n++] = (struct rec){
				.ts_ns = (int64_t)ld32(p, swap) * 1000000000 + (int64_t)(int32_t)ld32(p + 4, swap) * k.unit,
				.number = number,
				.offset = span_offset(s, p),
				.data = p + k.header,
				.caplen = kept,
				.wirelen = wirelen > kept ? wirelen : kept,
				.link = k.link,
			};
		p += k.header + caplen;
	}
	s->p = p;
	b->n = n;
	c->facts.packets = number;
	return rc;
}

/* Versions before 2.4 had the lengths of a record the other way round; DG/UX writes 543.0 and does so too. */
static bool
version_lengths(uint16_t major, uint16_t minor, uint8_t *lengths)
{
	*lengths = LENGTHS_PLAIN;
	if (major == 543 && minor == 0)
		*lengths = LENGTHS_SWAPPED;
	else if (major != 2 || minor > 4)
		return false;
	else if (minor < 3)
		*lengths = LENGTHS_SWAPPED;
	else if (minor == 3)
		*lengths = LENGTHS_EITHER;
	return true;
}

int
classic_start(struct capture *c, const uint8_t *p, size_t n, struct err *err)
{
	struct classic *k = &c->classic;
	uint32_t magic = ld32(p, false);
	uint16_t major, minor;
	uint32_t snaplen;

	if (n < FILE_HEADER)
		return err_set(err, ST_EFORMAT, "%s: ends inside the file header of a pcap capture: nothing in it can be read",
		    c->shown);
	c->facts.format = "pcap";
	c->walk = classic_walk;
	c->swap = !known_magic(magic);
	magic = ld32(p, c->swap);
	k->unit = magic == MAGIC_NANO ? 1 : 1000;
	k->header = magic == MAGIC_PATCHED ? 24 : 16;
	major = ld16(p + 4, c->swap);
	minor = ld16(p + 6, c->swap);
	if (!version_lengths(major, minor, &k->lengths))
		return err_set(err, ST_EFORMAT, "%s: is a pcap capture of version %u.%u, and only 2.0 to 2.4 are known; "
		    "convert it with: editcap -F pcap IN OUT", c->shown, major, minor);
	k->link = capture_link(ld32(p + 20, c->swap));
	k->caplen_max = capture_caplen_max(k->link);
	snaplen = ld32(p + 16, c->swap);
	k->snaplen = snaplen == 0 || snaplen > k->caplen_max ? k->caplen_max : snaplen;
	if (magic == MAGIC_PATCHED && k->link == LINK_ETHERNET)
		k->snaplen += FAKED_HEADER;
	return capture_add_iface(c, k->link, snaplen) < 0 ? err_set(err, ST_ENOMEM, "%s: out of memory", c->shown) : FILE_HEADER;
}
