/* The walk, the decode and the text of any message; the first byte says how many of the last bytes were not captured.
 * Beyond memory errors it looks for work beyond the budget, and for a set that is another one when it is written anew. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "proto/dnsmsg.h"

#define SEED 42
#define FLAT 65535

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dns_tag tags[DNS_RRS_MAX];

static void
read_records(const struct dns_set *set)
{
	struct buf text = { 0 };
	struct addr a;
	char type[16];

	for (uint32_t i = 0; i < set->nrr; i++) {
		const struct dns_rr *rr = &set->rr[i];
		const uint8_t *target = dns_rr_target(rr);

		assert(name_len(rr->owner) <= DNS_NAME_MAX);
		if (target != NULL)
			assert(target + name_len(target) <= rr->rdata + rr->rdlen);
		(void)dns_rr_addr(rr, &a);
		for (unsigned k = 0; dns_rr_hint(rr, k, &a); k++)
			assert(k <= UINT16_MAX / 4);
		dns_rr_text(rr, &text);
		buf_str(&text, dns_type_text(rr->type, type));
	}
	for (size_t i = 0; i < text.len; i++)
		assert(text.p[i] >= 0x20 && text.p[i] <= 0x7e);
	buf_free(&text);
}

static void
put_record(struct buf *out, const struct dns_rr *rr)
{
	buf_put(out, rr->owner, name_len(rr->owner));
	buf_u16(out, rr->type);
	buf_u16(out, rr->class_);
	buf_u32(out, 0);
	buf_u16(out, rr->rdlen);
	buf_put(out, rr->rdata, rr->rdlen);
}

/* The same set without compression, its records in another order. */
static void
rewrite(const struct dns_set *set, const struct dns_walk *w)
{
	struct buf out = { 0 };
	struct dns_walk again = { .rr = tags };
	unsigned counts[3] = { 0 };

	for (uint32_t i = 0; i < set->nrr; i++)
		counts[set->rr[i].section]++;
	buf_u16(&out, w->id);
	buf_u16(&out, w->flags);
	buf_u16(&out, set->qname != NULL);
	for (int s = 0; s < 3; s++)
		buf_u16(&out, (uint16_t)counts[s]);
	if (set->qname != NULL) {
		buf_put(&out, set->qname, name_len(set->qname));
		buf_u16(&out, w->qtype);
		buf_u16(&out, w->qclass);
	}
	for (int s = 0; s < 3; s++)
		for (uint32_t i = set->nrr; i-- > 0;)
			if (set->rr[i].section == s)
				put_record(&out, &set->rr[i]);
	if (out.len <= FLAT) {
		assert(dns_walk(out.p, out.len, out.len, SEED, &again));
		assert(again.why == WHY_OK && again.steps == 0);
		assert(again.nrr == set->nrr && again.nanswer == set->nanswer);
		assert(again.set == w->set && again.qhash == w->qhash);
	}
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_walk w = { .rr = tags };
	struct dns_set *set;
	size_t have;

	if (size == 0)
		return 0;
	size--;
	have = size - (data[0] < size ? data[0] : size);
	data++;
	if (!dns_walk(data, size, have, SEED, &w))
		return 0;
	assert(w.nrr <= DNS_RRS_MAX && w.nanswer <= w.nrr);
	assert(w.steps <= 4 * have + 256);
	set = dns_decode(data, size, have, &w, SEED);
	assert(set != NULL && set->hash == w.set && set->nrr <= w.nrr);
	assert(set->size <= 64 * have + 1024);
	assert((set->nrr == w.nrr) == (set->why != WHY_DNS_BAD_RECORD));
	read_records(set);
	if (set->nrr == w.nrr)
		rewrite(set, &w);
	free(set);
	return 0;
}
