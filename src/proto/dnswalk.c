/* The walk: once over each message, and no more than that. */
#include "proto/dnsmsg_int.h"

#include <string.h>

#include "proto/dnshash_int.h"

static inline uint16_t
u16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void
dns_pass_init(struct dns_pass *ps, const uint8_t *msg, size_t wire, size_t have, uint64_t seed, unsigned steps_a_byte)
{
	if (have > wire)
		have = wire;
	ps->msg = msg;
	ps->have = have < DNS_MESSAGE_MAX ? have : DNS_MESSAGE_MAX;
	ps->past = have < wire ? WHY_DNS_CUT : WHY_DNS_SHORT;
	ps->key = dns_key_make(seed);
	ps->steps = 0;
	ps->budget = (uint32_t)ps->have * steps_a_byte;
	ps->qhash = 0;
	ps->cached = 0;
}

static inline unsigned
slot(size_t at)
{
	return (unsigned)(at ^ at >> 5) % DNS_CACHE;
}

static inline void
remember(struct dns_pass *ps, size_t at, unsigned hops, uint64_t hash)
{
	unsigned i = slot(at);

	ps->cached |= UINT32_C(1) << i;
	ps->at[i] = (uint16_t)at;
	ps->hops[i] = (uint8_t)hops;
	ps->hash[i] = hash;
}

/* A name with a pointer in it.  One that is only a pointer, which most are, is looked up first. */
static uint64_t
compressed_name(struct dns_pass *ps, size_t *pos, size_t end, unsigned *hops, enum why *why)
{
	const uint8_t *p = ps->msg + *pos;
	uint8_t name[DNS_NAME_MAX];
	size_t target = SIZE_MAX, len;
	uint64_t hash;

	if (end - *pos >= 2 && p[0] >= 0xc0) {
		unsigned i;

		target = u16(p) & 0x3fff;
		i = slot(target);
		if ((ps->cached >> i & 1) != 0 && ps->at[i] == target && target < *pos && ps->hops[i] < DNS_HOPS_MAX) {
			*pos += 2;
			*hops = ps->hops[i] + 1u;
			return ps->hash[i];
		}
	}
	*hops = 0;
	len = dns_name_expand(ps, pos, end, name, hops, why);
	if (len == 0)
		return 0;
	hash = dns_hash_name(&ps->key, name, len);
	if (target != SIZE_MAX)
		remember(ps, target, *hops - 1, hash);
	return hash;
}

/* The hash of the name at *pos, which ends before `end`; *pos moves past it.  0 and *why if there is none. */
static inline uint64_t
name_at(struct dns_pass *ps, size_t *pos, size_t end, unsigned *hops, enum why *why)
{
	size_t len = dns_name_flat(ps->msg + *pos, end - *pos);
	const uint8_t *name = ps->msg + *pos;

	if (len == 0)
		return compressed_name(ps, pos, end, hops, why);
	*hops = 0;
	*pos += len;
	return dns_hash_name(&ps->key, name, len);
}

/* Data with names in it, hashed as if they were not compressed: what comes before them, each name, what follows.  Data that is not
 * as its type says is hashed as the bytes it is; the decode will refuse it. */
static uint64_t
hash_named(struct dns_pass *ps, struct dns_layout lay, size_t pos, size_t len)
{
	size_t at, end = pos + len, prefix = dns_layout_prefix(lay, ps->msg + pos, len);
	uint64_t hash = 0, name;
	unsigned hops;
	enum why why;

	if (prefix == SIZE_MAX)
		return dns_hash_bytes(&ps->key, ps->msg + pos, len);
	if (prefix > 0)
		hash = dns_hash_bytes(&ps->key, ps->msg + pos, prefix);
	at = pos + prefix;
	for (unsigned i = 0; i < lay.names; i++) {
		name = at < end ? name_at(ps, &at, end, &hops, &why) : 0;
		if (name == 0)
			return dns_hash_bytes(&ps->key, ps->msg + pos, len);
		hash = hash != 0 ? dns_hash_pair(&ps->key, hash, name) : name;
	}
	if (at < end)
		hash = dns_hash_pair(&ps->key, hash, dns_hash_bytes(&ps->key, ps->msg + at, end - at));
	else if (prefix == 0 && lay.names == 1)
		remember(ps, pos, hops, hash);
	return hash;
}

static inline uint64_t
hash_rdata(struct dns_pass *ps, const struct dns_rec *rec)
{
	const uint8_t *p = ps->msg + rec->rdata;
	struct dns_layout lay;

	if (rec->type == DNS_A && rec->rdlen == 4)
		return dns_load32(p);
	if (rec->type == DNS_AAAA && rec->rdlen == 16)
		return dns_hash_pair(&ps->key, dns_load(p), dns_load(p + 8));
	lay = dns_layout(rec->type);
	if (lay.names != 0)
		return hash_named(ps, lay, rec->rdata, rec->rdlen);
	return dns_hash_bytes(&ps->key, p, rec->rdlen);
}

bool
dns_rec_is_meta(const struct dns_rec *rec)
{
	return rec->type == DNS_OPT || rec->type == DNS_TSIG;
}

/* The last multiplication keeps a sum of records from being a sum of their addresses. */
static inline uint64_t
mix_record(const struct dns_pass *ps, uint64_t owner, uint64_t rdata, const struct dns_rec *rec)
{
	uint64_t what = (uint64_t)rec->section << 32 | (uint32_t)rec->class_ << 16 | rec->type;

	return dns_mul(dns_hash_pair(&ps->key, owner ^ what, rdata) ^ ps->key.c, ps->key.b);
}

static inline enum why
read_record(struct dns_pass *ps, size_t *pos, enum dns_section section, struct dns_rec *rec)
{
	const uint8_t *p = ps->msg + *pos;
	enum why why = WHY_OK;
	uint64_t owner;
	unsigned hops;

	rec->owner = *pos;
	if (ps->have - *pos < 2 || ps->qhash == 0 || u16(p) != (0xc000 | DNS_HEADER)) {
		owner = name_at(ps, pos, ps->have, &hops, &why);
		if (owner == 0)
			return why;
	} else {				/* the name asked, as most are */
		owner = ps->qhash;
		*pos += 2;
	}
	if (ps->have - *pos < 10)
		return ps->past;
	p = ps->msg + *pos;
	rec->type = u16(p);
	rec->class_ = u16(p + 2);
	rec->ttl = u32(p + 4);
	if (rec->ttl > INT32_MAX)
		rec->ttl = 0;
	rec->rdlen = u16(p + 8);
	rec->section = (uint8_t)section;
	rec->rdata = *pos + 10;
	if (ps->have - rec->rdata < rec->rdlen)
		return ps->past;
	*pos = rec->rdata + rec->rdlen;
	rec->mix = mix_record(ps, owner, hash_rdata(ps, rec), rec);
	return ps->steps <= ps->budget ? WHY_OK : WHY_DNS_BAD_NAME;
}

enum why
dns_pass_record(struct dns_pass *ps, size_t *pos, enum dns_section section, struct dns_rec *rec)
{
	return read_record(ps, pos, section, rec);
}

enum why
dns_pass_questions(struct dns_pass *ps, unsigned count, size_t *pos)
{
	enum why why = WHY_OK;
	unsigned hops;

	for (; count > 0; count--) {
		uint64_t hash = name_at(ps, pos, ps->have, &hops, &why);

		if (hash == 0)
			return why;
		if (ps->have - *pos < 4)
			return ps->past;
		if (ps->qhash == 0)
			ps->qhash = hash;
		*pos += 4;
	}
	return WHY_OK;
}

enum { OPTION_ECS = 8, OPTION_EDE = 15 };

/* RFC 6891 6.1.2: options of code, length, data.  The first of a kind counts; what is broken ends the reading. */
static void
read_options(const uint8_t *p, size_t left, struct dns_walk *w)
{
	size_t len;

	w->edns = true;
	for (; left >= 4; p += len, left -= len) {
		unsigned code = u16(p);

		len = u16(p + 2);
		p += 4;
		left -= 4;
		if (len > left)
			return;
		if (code == OPTION_EDE && len >= 2 && w->ede < 0)
			w->ede = u16(p);		/* RFC 8914 2 */
		if (code == OPTION_ECS && len >= 4 && !w->ecs) {
			w->ecs = true;
			w->ecs_scope = p[3];		/* RFC 7871 6: family, source, scope, address */
		}
	}
}

/* Returns the sum of the records' hashes: it does not depend on their order, and knows how often each is there. */
static uint64_t
walk_section(struct dns_pass *ps, size_t *pos, enum dns_section section, unsigned count, struct dns_walk *w)
{
	struct dns_rec rec;
	uint64_t sum = 0;

	for (; count > 0; count--) {
		w->why = read_record(ps, pos, section, &rec);
		if (w->why != WHY_OK)
			break;
		if (dns_rec_is_meta(&rec)) {
			if (rec.type == DNS_OPT && !w->edns)
				read_options(ps->msg + rec.rdata, rec.rdlen, w);
			continue;
		}
		w->rr[w->nrr].tag = (uint32_t)(rec.mix >> 32);
		w->rr[w->nrr].ttl = rec.ttl;
		w->nrr++;
		sum += rec.mix;
	}
	return sum;
}

static void
read_header(const uint8_t *msg, struct dns_walk *w)
{
	w->id = u16(msg);
	w->flags = u16(msg + 2);
	w->opcode = w->flags >> 11 & 15;
	w->rcode = w->flags & 15;
	w->qdcount = u16(msg + 4);
}

static bool
walk_question(struct dns_pass *ps, size_t *pos, struct dns_walk *w)
{
	if (w->qdcount == 0)
		return true;
	w->why = dns_pass_questions(ps, 1, pos);
	if (w->why != WHY_OK)
		return false;
	w->qhash = ps->qhash;
	w->qtype = u16(ps->msg + *pos - 4);
	w->qclass = u16(ps->msg + *pos - 2);
	if (w->qdcount > 1)
		w->why = dns_pass_questions(ps, w->qdcount - 1u, pos);
	return true;
}

bool
dns_walk(const uint8_t *msg, size_t wire, size_t have, uint64_t seed, struct dns_walk *w)
{
	struct dns_pass ps;
	size_t pos = DNS_HEADER;
	uint64_t sum = 0;
	uint32_t what;

	*w = (struct dns_walk){ .rr = w->rr, .ede = -1, .why = WHY_OK };
	dns_pass_init(&ps, msg, wire, have, seed, DNS_WALK_STEPS);
	if (ps.have < DNS_HEADER) {
		w->why = ps.past;
		return false;
	}
	read_header(msg, w);
	if (!walk_question(&ps, &pos, w))
		return false;
	for (enum dns_section s = DNS_ANSWER; s <= DNS_ADDITIONAL && w->why == WHY_OK; s++) {
		sum += walk_section(&ps, &pos, s, u16(msg + 6 + 2 * s), w);
		if (s == DNS_ANSWER)
			w->nanswer = w->nrr;
	}
	w->steps = ps.steps;
	what = (uint32_t)w->qtype << 16 ^ w->qclass;
	w->set = dns_hash_pair(&ps.key, sum ^ ((uint64_t)(w->opcode << 8 | w->rcode << 1 | (w->flags & DNS_TC) >> 9) << 32 | what), w->qhash);
	return true;
}
