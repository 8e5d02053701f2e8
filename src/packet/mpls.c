/* MPLS label stacks (RFC 3032 2.1).  Nothing says what is below the last label: the first four bits are IP's version by
 * agreement (RFC 4928 3), else it is a pseudowire, most often of Ethernet, with a control word (RFC 4385 3) or without. */
#include "packet/tunnel_int.h"

enum { LABELS_IN_UDP = 16 };

/* A header whose lengths agree with what there is: a MAC address may begin with a 4 or a 6 too. */
static bool
looks_like_ip(const struct dec *d, size_t at)
{
	const uint8_t *h = dec_peek(d, at + 6);
	size_t left;

	if (h == NULL || d->c.wire < at + 20)
		return false;
	h += at;
	left = d->c.wire - at;
	if (h[0] >> 4 == 4) {
		size_t header = (size_t)(h[0] & 15) * 4, total = be16(h + 2);

		return header >= 20 && total >= header && total <= left;
	}
	return h[0] >> 4 == 6 && (size_t)be16(h + 4) + 40 <= left;
}

static bool
looks_like_ethernet(const struct dec *d, size_t at)
{
	const uint8_t *h = dec_peek(d, at + 14);

	return h != NULL && link_reads(be16(h + at + 12));
}

enum why
mpls_labels(struct dec *d)
{
	const uint8_t *h;

	do {
		h = cur_take(&d->c, 4);
		if (h == NULL)
			return dec_short(d, WHY_CUT_LINK, WHY_BAD_LINK);
	} while ((h[2] & 1) == 0);
	if (looks_like_ip(d, 0))
		return dec_goto(d, NEXT_IP_EITHER, 0);
	if (dec_peek(d, 4) != NULL && d->c.p[0] >> 4 == 0 && looks_like_ethernet(d, 4)) {
		cur_skip(&d->c, 4);
		return dec_goto(d, NEXT_ETHERNET, 0);
	}
	if (looks_like_ethernet(d, 0))
		return dec_goto(d, NEXT_ETHERNET, 0);
	return d->c.have < d->c.wire ? WHY_CUT_LINK : WHY_TUNNEL_OTHER;
}

/* In UDP (RFC 7510) only what is plainly IP below its labels is believed. */
void
mpls_guess(struct dec *d)
{
	size_t at = 0;

	for (int i = 0; i < LABELS_IN_UDP; i++, at += 4) {
		const uint8_t *h = dec_peek(d, at + 4);

		if (h == NULL)
			return;
		if ((h[at + 2] & 1) == 0)
			continue;
		if (looks_like_ip(d, at + 4)) {
			cur_skip(&d->c, at + 4);
			(void)dec_goto(d, NEXT_IP_EITHER, 0);
		}
		return;
	}
}
