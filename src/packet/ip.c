/* The IPv4 header (RFC 791 3.1) and the fixed header of IPv6 (RFC 8200 3). */
#include "packet/decode_int.h"

/* A second IP header: what an outer one said is no more of interest, but for the space it is in. */
static void
begin(struct dec *d)
{
	struct pkt *p = d->p;

	if (p->ip != NULL) {
		struct pkt kept = { .scope = p->scope };

		memcpy(kept.smac, p->smac, sizeof kept.smac);
		*p = kept;
	}
}

static void
limit(struct dec *d, size_t n)
{
	if (!d->firm || n < d->c.wire)
		dec_limit(d, n);
	d->firm = false;
}

/* Behind the options of an IPv4 header; of the fragments only the last may end off an 8-byte border, which is frag.c's
 * to check. */
static enum why
v4_payload(struct dec *d, const uint8_t *h)
{
	uint16_t frag = be16(h + 6);
	size_t options = (size_t)(h[0] & 15) * 4 - 20;

	if (options > 0) {
		cur_skip(&d->c, options);
		if (!cur_ok(&d->c))
			return dec_short(d, WHY_CUT_IP, WHY_BAD_IP);
	}
	if ((frag & 0x3fff) == 0) {
		d->id = h[9];
		return proto_any(d);
	}
	d->p->frag = true;
	d->p->frag_more = (frag & 0x2000) != 0;
	d->p->frag_off = (uint16_t)((frag & 0x1fff) * 8);
	return dec_done(d);
}

enum why
ip_v4(struct dec *d)
{
	struct pkt *p = d->p;
	const uint8_t *h = cur_take(&d->c, 20);
	size_t header, total;

	if (h == NULL)
		return dec_short(d, WHY_CUT_IP, WHY_BAD_IP);
	header = (size_t)(h[0] & 15) * 4;
	total = be16(h + 2);
	if (h[0] >> 4 != 4 || header < 20 || (total < header && total != 0))
		return WHY_BAD_IP;
	if (total != 0)			/* 0: the sending host leaves it to its network card */
		limit(d, total - 20);
	begin(d);
	d->v6 = false;
	v4_fields(p, h);
	return v4_payload(d, h);
}

enum why
ip_v6(struct dec *d)
{
	struct pkt *p = d->p;
	const uint8_t *h = cur_take(&d->c, 40);
	size_t payload;

	if (h == NULL)
		return dec_short(d, WHY_CUT_IP, WHY_BAD_IP);
	if (h[0] >> 4 != 6)
		return WHY_BAD_IP;
	payload = be16(h + 4);
	if (payload != 0)		/* 0: a jumbogram (RFC 2675), or left to the network card; all of the rest */
		limit(d, payload);
	begin(d);
	d->v6 = true;
	p->ip = h;
	p->src = addr_v6(h + 8);
	p->dst = addr_v6(h + 24);
	p->proto = h[6];
	p->ttl = h[7];
	d->id = h[6];
	return proto_any(d);
}

enum why
ip_either(struct dec *d)
{
	if (d->c.have == 0)
		return d->c.wire == 0 ? WHY_BAD_LINK : WHY_CUT_LINK;
	return d->c.p[0] >> 4 == 6 ? ip_v6(d) : ip_v4(d);
}
