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
	ps->sum = 0;
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
	ps->hops_at[i] = (uint8_t)hops;
	ps->hash[i] = hash;
}

/* A name's hash and where it ends; the hash is 0 if there is none, and ps->why says why.  By value: both stay in registers. */
struct named { uint64_t hash; size_t next; };

static __attribute__((noinline)) struct named
expanded_name(struct dns_pass *ps, size_t pos, size_t end)
{
	uint8_t name[DNS_NAME_MAX];
	struct named got = { 0, pos };
	size_t len = dns_name_expand(ps, &got.next, end, name);

	if (len != 0)
		got.hash = dns_hash_name(&ps->key, name, len);
	return got;
}

/* A name that is only a pointer, as most are that are compressed: it is likely that another one led there before. */
static __attribute__((noinline)) struct named
pointer_name(struct dns_pass *ps, size_t pos, size_t end)
{
	size_t target = u16(ps->msg + pos) & 0x3fff;
	unsigned i = slot(target);
	struct named got;

	if (target == DNS_HEADER && ps->qhash != 0) {
		ps->hops = 1;
		return (struct named){ ps->qhash, pos + 2 };
	}
	if ((ps->cached >> i & 1) != 0 && ps->at[i] == target && ps->hops_at[i] < DNS_HOPS_MAX) {
		ps->hops = ps->hops_at[i] + 1u;
		return (struct named){ ps->hash[i], pos + 2 };
	}
	got = expanded_name(ps, pos, end);
	if (got.hash != 0)
		remember(ps, target, ps->hops - 1, got.hash);
	return got;
}

/* The name at pos, which ends before `end`. */
static inline __attribute__((always_inline)) struct named
name_at(struct dns_pass *ps, size_t pos, size_t end)
{
	const uint8_t *name = ps->msg + pos;
	size_t len;

	if (end - pos >= 2 && name[0] >= 0xc0)
		return pointer_name(ps, pos, end);
	len = dns_name_flat(name, end - pos);
	if (len == 0)
		return expanded_name(ps, pos, end);
	ps->hops = 0;
	return (struct named){ dns_hash_name(&ps->key, name, len), pos + len };
}

/* The data is a name, and other records are likely to point to it. */
static uint64_t
hash_alias(struct dns_pass *ps, size_t pos, size_t len)
{
	struct named name = name_at(ps, pos, pos + len);

	if (name.hash == 0 || name.next != pos + len)
		return dns_hash_bytes(&ps->key, ps->msg + pos, len);
	remember(ps, pos, ps->hops, name.hash);
	return name.hash;
}

/* Data with names in it, hashed as if they were not compressed: what comes before them, each name, what follows. */
static uint64_t
hash_named(struct dns_pass *ps, const struct dns_layout *lay, size_t pos, size_t len)
{
	size_t end = pos + len, prefix = dns_layout_prefix(lay, ps->msg + pos, len);
	struct named name = { 0, pos + prefix };
	uint64_t hash;

	if (prefix == SIZE_MAX)
		return dns_hash_bytes(&ps->key, ps->msg + pos, len);
	hash = dns_hash_bytes(&ps->key, ps->msg + pos, prefix);
	for (unsigned i = 0; i < lay->names; i++) {
		name = name_at(ps, name.next, end);
		if (name.hash == 0)
			return dns_hash_bytes(&ps->key, ps->msg + pos, len);
		hash = dns_hash_pair(&ps->key, hash, name.hash);
	}
	return dns_hash_pair(&ps->key, hash, dns_hash_bytes(&ps->key, ps->msg + name.next, end - name.next));
}

/* Data that is not as its type says is hashed as the bytes it is; the decode will refuse it. */
static __attribute__((noinline)) uint64_t
hash_other(struct dns_pass *ps, unsigned type, size_t pos, size_t len)
{
	const struct dns_layout *lay = dns_layout((uint16_t)type);

	if (lay->names == 0 || len == 0)
		return dns_hash_bytes(&ps->key, ps->msg + pos, len);
	if (type == DNS_CNAME || type == DNS_NS || type == DNS_PTR || type == DNS_DNAME)
		return hash_alias(ps, pos, len);
	return hash_named(ps, lay, pos, len);
}

static inline uint64_t
hash_rdata(struct dns_pass *ps, unsigned type, size_t pos, size_t len)
{
	const uint8_t *p = ps->msg + pos;

	if (type == DNS_A && len == 4)
		return dns_load32(p);
	if (type == DNS_AAAA && len == 16)
		return dns_hash_pair(&ps->key, dns_load(p), dns_load(p + 8));
	return hash_other(ps, type, pos, len);
}

/* The second multiplication keeps a sum of records from being a sum of their addresses. */
static inline uint64_t
mix_record(const struct dns_pass *ps, uint64_t owner, uint64_t what, uint64_t rdata)
{
	return dns_mul(dns_hash_pair(&ps->key, owner ^ what, rdata) ^ ps->key.c, ps->key.b);
}

static inline size_t
give_up(struct dns_pass *ps, enum why why)
{
	ps->why = why;
	return 0;
}

size_t
dns_pass_record(struct dns_pass *ps, size_t pos, enum dns_section section, struct dns_rec *rec)
{
	struct named owner = name_at(ps, pos, ps->have);
	const uint8_t *p;
	uint32_t what, ttl;
	size_t next;

	if (owner.hash == 0)
		return 0;
	if (ps->have < owner.next + 10)
		return give_up(ps, ps->past);
	p = ps->msg + owner.next;
	what = u32(p);
	ttl = u32(p + 4);
	rec->owner = pos;
	rec->rdata = owner.next + 10;
	rec->type = (uint16_t)(what >> 16);
	rec->class_ = (uint16_t)what;
	rec->ttl = ttl <= INT32_MAX ? ttl : 0;
	rec->rdlen = u16(p + 8);
	rec->section = (uint8_t)section;
	next = rec->rdata + rec->rdlen;
	if (ps->have < next)
		return give_up(ps, ps->past);
	rec->mix = mix_record(ps, owner.hash, (uint64_t)section << 32 | what, hash_rdata(ps, rec->type, rec->rdata, rec->rdlen));
	return ps->steps <= ps->budget ? next : give_up(ps, WHY_DNS_BAD_NAME);
}

static inline size_t
read_question(struct dns_pass *ps, size_t pos)
{
	struct named name = name_at(ps, pos, ps->have);

	if (name.hash == 0)
		return 0;
	if (ps->have < name.next + 4)
		return give_up(ps, ps->past);
	if (pos == DNS_HEADER)
		ps->qhash = name.hash;
	return name.next + 4;
}

size_t
dns_pass_questions(struct dns_pass *ps, unsigned count, size_t pos)
{
	for (; count > 0 && pos != 0; count--)
		pos = read_question(ps, pos);
	return pos;
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

/* OPT as everyone writes it, at the root: nearly every message has one, and no hash is needed of it. */
static inline size_t
read_opt(const struct dns_pass *ps, size_t pos, struct dns_walk *w)
{
	const uint8_t *p = ps->msg + pos;
	size_t end;

	if (ps->have < pos + 11 || p[0] != 0 || u16(p + 1) != DNS_OPT)
		return 0;
	end = pos + 11 + u16(p + 9);
	if (ps->have < end)
		return 0;
	if (!w->edns)
		read_options(p + 11, end - pos - 11, w);
	return end;
}

#define FIXED 12		/* bytes of a record before its data, where the owner is a pointer */

/* Hot: nearly all records have an owner that is a pointer, at first that to the name asked, and most are addresses.  Walks at most `count`
 * of these and returns where the first record begins that is another or broken: walk_record() takes it, and hashes as is done here. */
static inline __attribute__((always_inline)) const uint8_t *
walk_pointed(struct dns_pass *ps, const uint8_t *p, enum dns_section section, unsigned count, struct dns_walk *w)
{
	const uint8_t *end = ps->msg + ps->have;
	struct dns_tag *out = w->rr + w->nrr, *stop = out + count;
	unsigned at = 0xc000 | DNS_HEADER;
	uint64_t owner = ps->qhash, sum = 0;

	for (; out < stop && end - p >= FIXED; out++) {
		unsigned type = u16(p + 2), len = u16(p + 10);
		uint64_t rdata, mix;
		uint32_t ttl;

		if (u16(p) != at || owner == 0) {
			at = u16(p);
			owner = at >= 0xc000 ? pointer_name(ps, (size_t)(p - ps->msg), ps->have).hash : 0;
			if (owner == 0)
				break;
		}
		if (end - p - FIXED < (ptrdiff_t)len || type == DNS_OPT || type == DNS_TSIG)
			break;
		rdata = hash_rdata(ps, type, (size_t)(p + FIXED - ps->msg), len);
		if (ps->steps > ps->budget)
			break;
		ttl = u32(p + 6);
		mix = mix_record(ps, owner, (uint64_t)section << 32 | u32(p + 2), rdata);
		*out = (struct dns_tag){ .tag = (uint32_t)(mix >> 32), .ttl = ttl <= INT32_MAX ? ttl : 0 };
		sum += mix;
		p += FIXED + len;
	}
	ps->sum += sum;
	w->nrr = (uint32_t)(out - w->rr);
	return p;
}

/* Any record. */
static size_t
walk_record(struct dns_pass *ps, size_t pos, enum dns_section section, struct dns_walk *w)
{
	size_t next = section == DNS_ADDITIONAL ? read_opt(ps, pos, w) : 0;
	struct dns_rec rec;

	if (next != 0)
		return next;
	next = dns_pass_record(ps, pos, section, &rec);
	if (next == 0) {
		w->why = ps->why;
	} else if (!dns_rec_is_meta(&rec)) {
		w->rr[w->nrr++] = (struct dns_tag){ .tag = (uint32_t)(rec.mix >> 32), .ttl = rec.ttl };
		ps->sum += rec.mix;
	}
	return next;
}

static __attribute__((noinline)) size_t
walk_section(struct dns_pass *ps, size_t pos, enum dns_section section, unsigned count, struct dns_walk *w)
{
	while (count > 0 && pos != 0) {
		uint32_t before = w->nrr;

		pos = (size_t)(walk_pointed(ps, ps->msg + pos, section, count, w) - ps->msg);
		count -= w->nrr - before;
		if (count > 0) {
			pos = walk_record(ps, pos, section, w);
			count--;
		}
	}
	return pos;
}

/* Most messages have nothing but OPT behind their answers. */
static inline void
walk_records(struct dns_pass *ps, size_t pos, struct dns_walk *w)
{
	unsigned an = u16(ps->msg + 6), ns = u16(ps->msg + 8), ar = u16(ps->msg + 10);

	if (an > 0)
		pos = walk_section(ps, pos, DNS_ANSWER, an, w);
	w->nanswer = w->nrr;
	if (ns > 0 && pos != 0)
		pos = walk_section(ps, pos, DNS_AUTHORITY, ns, w);
	if (ar > 0 && pos != 0 && (ar > 1 || read_opt(ps, pos, w) == 0))
		walk_section(ps, pos, DNS_ADDITIONAL, ar, w);
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

/* False if the first question cannot be read.  *pos is then past the questions, or 0 if a later one cannot be. */
static inline bool
walk_question(struct dns_pass *ps, size_t *pos, struct dns_walk *w)
{
	*pos = DNS_HEADER;
	if (w->qdcount == 0)
		return true;
	*pos = read_question(ps, DNS_HEADER);
	if (*pos == 0) {
		w->why = ps->why;
		return false;
	}
	w->qhash = ps->qhash;
	w->qtype = u16(ps->msg + *pos - 4);
	w->qclass = u16(ps->msg + *pos - 2);
	if (w->qdcount > 1) {
		*pos = dns_pass_questions(ps, w->qdcount - 1u, *pos);
		if (*pos == 0)
			w->why = ps->why;
	}
	return true;
}

bool
dns_walk(const uint8_t *msg, size_t wire, size_t have, uint64_t seed, struct dns_walk *w)
{
	struct dns_pass ps;
	size_t pos;
	uint64_t what;

	*w = (struct dns_walk){ .rr = w->rr, .ede = -1, .why = WHY_OK };
	dns_pass_init(&ps, msg, wire, have, seed, DNS_WALK_STEPS);
	if (ps.have < DNS_HEADER) {
		w->why = ps.past;
		return false;
	}
	read_header(msg, w);
	if (!walk_question(&ps, &pos, w))
		return false;
	if (pos != 0)
		walk_records(&ps, pos, w);
	what = (uint64_t)(w->flags & (0xf << 11 | DNS_TC | 0xf)) << 32 | (uint32_t)w->qtype << 16 | w->qclass;
	w->set = dns_hash_pair(&ps.key, ps.sum ^ what, w->qhash);
	w->steps = ps.steps;
	return true;
}
