/* The decode: a message not seen before, record by record, into a set that no longer depends on how it was written.
 *
 * Each record is written out flat (no compression, names in lower case), and ldns judges whether that is a record of its type.
 * So ldns never follows a pointer, of which it would follow 65535 a name, and what it refuses costs one record and not the message. */
#include "proto/dnsmsg_int.h"

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/name.h"

#define FLAT_FIXED 10			/* type, class, TTL, length */
#define FEW 32				/* records that most messages have no more of */

/* A record of the set, while the bytes can still move. */
struct draft { size_t owner, rdata; struct dns_rec rec; };

struct decoder {
	struct dns_pass ps;
	struct buf bytes;		/* owners and data, flat */
	struct draft *drafts;
	uint32_t ndrafts, nanswer;
	size_t qname, qname_len;	/* in bytes; length 0: no question */
	enum why why;
	uint8_t flat[DNS_NAME_MAX + FLAT_FIXED + DNS_MESSAGE_MAX];
};

static size_t
flat_name(struct decoder *d, size_t *pos, size_t end, uint8_t *out)
{
	size_t len = dns_name_expand(&d->ps, pos, end, out);

	return len != 0 ? name_fold(out, len, out) : 0;
}

enum { CLASS_NONE = 254, CLASS_ANY = 255 };

/* In an UPDATE, what must or must not be there and what is to go are records without data (RFC 2136 2.4, 2.5). */
static bool
names_records_only(const struct dns_rec *rec)
{
	return rec->rdlen == 0 && (rec->class_ == CLASS_ANY || rec->class_ == CLASS_NONE);
}

/* The data of a record, flat, into out (DNS_MESSAGE_MAX bytes).  False if it is not as its type says. */
static bool
flat_rdata(struct decoder *d, const struct dns_rec *rec, uint8_t *out, size_t *len)
{
	const struct dns_layout *lay = dns_layout(rec->type);
	size_t at = rec->rdata, end = at + rec->rdlen, n = 0, part;

	if (lay->names > 0 && !names_records_only(rec)) {
		n = dns_layout_prefix(lay, d->ps.msg + at, rec->rdlen);
		if (n == SIZE_MAX)
			return false;
		memcpy(out, d->ps.msg + at, n);
		at += n;
	}
	for (unsigned i = 0; i < lay->names && !names_records_only(rec); i++) {
		if (n + DNS_NAME_MAX > DNS_MESSAGE_MAX)
			return false;
		part = flat_name(d, &at, end, out + n);
		if (part == 0)
			return false;
		n += part;
	}
	if (n + (end - at) > DNS_MESSAGE_MAX)
		return false;
	memcpy(out + n, d->ps.msg + at, end - at);
	*len = n + (end - at);
	return true;
}

/* Does ldns take the flat record, the whole of it, and find all its fields? */
static bool
ldns_accepts(const uint8_t *flat, size_t len, uint16_t type)
{
	size_t pos = 0;
	ldns_rr *rr = NULL;
	bool good;

	if (ldns_wire2rr(&rr, flat, len, &pos, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
		return false;
	good = pos == len && ldns_rr_rd_count(rr) >= ldns_rr_descriptor_minimum(ldns_rr_descript(type));
	ldns_rr_free(rr);
	return good;
}

/* Data that can have no fault: as long as an address. */
static bool
is_address(uint16_t type, size_t rdlen)
{
	return (type == DNS_A && rdlen == 4) || (type == DNS_AAAA && rdlen == 16);
}

static void
put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* Is this the owner of the record before, or the name asked?  Most are, and are kept once. */
static bool
same_bytes(const struct decoder *d, size_t at, const uint8_t *p, size_t len)
{
	return at + len <= d->bytes.len && memcmp(d->bytes.p + at, p, len) == 0;
}

static size_t
keep_owner(struct decoder *d, const uint8_t *owner, size_t len)
{
	size_t at;

	if (d->ndrafts > 0 && same_bytes(d, d->drafts[d->ndrafts - 1].owner, owner, len))
		return d->drafts[d->ndrafts - 1].owner;
	if (d->qname_len == len && same_bytes(d, d->qname, owner, len))
		return d->qname;
	at = d->bytes.len;
	buf_put(&d->bytes, owner, len);
	return at;
}

static bool
decode_record(struct decoder *d, const struct dns_rec *rec)
{
	size_t at = rec->owner, owner = flat_name(d, &at, d->ps.have, d->flat), rdlen;
	uint8_t *fixed = d->flat + owner;
	struct draft *draft = &d->drafts[d->ndrafts];

	if (owner == 0 || !flat_rdata(d, rec, fixed + FLAT_FIXED, &rdlen))
		return false;
	put16(fixed, rec->type);
	put16(fixed + 2, rec->class_);
	memset(fixed + 4, 0, 4);
	put16(fixed + 8, (unsigned)rdlen);
	if (dns_ldns_reads(rec->type) && !names_records_only(rec) && !is_address(rec->type, rdlen) && !ldns_accepts(d->flat, owner + FLAT_FIXED + rdlen, rec->type))
		return false;
	draft->rec = *rec;
	draft->rec.rdlen = (uint16_t)rdlen;
	draft->owner = keep_owner(d, d->flat, owner);
	draft->rdata = d->bytes.len;
	buf_put(&d->bytes, fixed + FLAT_FIXED, rdlen);
	d->ndrafts++;
	return true;
}

/* The same records that the walk found: w->nrr of them, and those about the message between them. */
static void
decode_records(struct decoder *d, size_t pos, const struct dns_walk *w)
{
	struct dns_rec rec;
	uint32_t seen = 0;

	for (enum dns_section s = DNS_ANSWER; s <= DNS_ADDITIONAL; s++) {
		unsigned count = (unsigned)(d->ps.msg[6 + 2 * s] << 8 | d->ps.msg[7 + 2 * s]);

		for (; count > 0 && seen < w->nrr; count--) {
			pos = dns_pass_record(&d->ps, pos, s, &rec);
			if (pos == 0)
				return;
			if (dns_rec_is_meta(&rec))
				continue;
			seen++;
			if (!decode_record(d, &rec))
				d->why = WHY_DNS_BAD_RECORD;
		}
		if (s == DNS_ANSWER)
			d->nanswer = d->ndrafts;
	}
}

static int
compare_bytes(const uint8_t *a, size_t alen, const uint8_t *b, size_t blen)
{
	int diff = memcmp(a, b, alen < blen ? alen : blen);

	return diff != 0 ? diff : (alen > blen) - (alen < blen);
}

static int
compare_records(const void *pa, const void *pb)
{
	const struct dns_rr *a = pa, *b = pb;
	int diff = 0;

	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	if (a->owner != b->owner)
		diff = compare_bytes(a->owner, name_len(a->owner), b->owner, name_len(b->owner));
	if (diff != 0)
		return diff;
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (a->class_ != b->class_)
		return a->class_ < b->class_ ? -1 : 1;
	return compare_bytes(a->rdata, a->rdlen, b->rdata, b->rdlen);
}

/* One block: the set, its records, their bytes. */
static struct dns_set *
make_set(const struct decoder *d, const struct dns_walk *w)
{
	size_t size = sizeof(struct dns_set) + d->ndrafts * sizeof(struct dns_rr) + d->bytes.len;
	struct dns_set *set = malloc(size);
	uint8_t *bytes;

	if (set == NULL)
		return NULL;
	bytes = (uint8_t *)&set->rr[d->ndrafts];
	if (d->bytes.len > 0)
		memcpy(bytes, d->bytes.p, d->bytes.len);
	*set = (struct dns_set){ .size = size, .hash = w->set, .qhash = w->qhash, .qname = d->qname_len > 0 ? bytes + d->qname : NULL,
	    .qtype = w->qtype, .rcode = w->rcode, .why = d->why, .nrr = d->ndrafts, .nanswer = d->nanswer };
	for (uint32_t i = 0; i < d->ndrafts; i++) {
		const struct draft *draft = &d->drafts[i];

		set->rr[i] = (struct dns_rr){ .owner = bytes + draft->owner, .rdata = bytes + draft->rdata,
		    .tag = (uint32_t)(draft->rec.mix >> 32), .rdlen = draft->rec.rdlen, .type = draft->rec.type,
		    .class_ = draft->rec.class_, .section = draft->rec.section };
	}
	qsort(set->rr, set->nrr, sizeof(set->rr[0]), compare_records);
	return set;
}

static struct dns_set *
decode_message(struct decoder *d, const struct dns_walk *w)
{
	size_t pos = DNS_HEADER;

	if (w->qdcount > 0) {
		d->qname_len = flat_name(d, &pos, d->ps.have, d->flat);
		buf_put(&d->bytes, d->flat, d->qname_len);
	}
	pos = dns_pass_questions(&d->ps, w->qdcount, DNS_HEADER);
	if (pos != 0)
		decode_records(d, pos, w);
	return d->bytes.failed ? NULL : make_set(d, w);
}

struct dns_set *
dns_decode(const uint8_t *msg, size_t wire, size_t have, const struct dns_walk *w, uint64_t seed)
{
	struct decoder d;		/* 65 KiB, of which a few hundred bytes are touched: free() of so much would tidy up the heap each time */
	struct draft few[FEW];
	struct dns_set *set = NULL;

	dns_pass_init(&d.ps, msg, wire, have, seed, DNS_DECODE_STEPS);
	d.bytes = (struct buf){ 0 };
	d.ndrafts = d.nanswer = 0;
	d.qname = d.qname_len = 0;
	d.why = w->why;
	d.drafts = w->nrr < FEW ? few : malloc((w->nrr + 1) * sizeof(d.drafts[0]));
	if (d.drafts != NULL)
		set = decode_message(&d, w);
	if (d.drafts != few)
		free(d.drafts);
	buf_free(&d.bytes);
	return set;
}
