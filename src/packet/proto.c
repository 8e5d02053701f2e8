/* What an IP protocol number leads to: TCP (RFC 9293 3.1), UDP (RFC 768), others that begin with their ports; IP in IP (RFC
 * 2003), 6in4 (RFC 4213 3), GRE, MPLS (RFC 4023). */
#include "packet/tunnel_int.h"

enum { PROTO_IPV4 = 4, PROTO_DCCP = 33, PROTO_IPV6 = 41, PROTO_UDPLITE = 136, PROTO_MPLS = 137 };

/* The ports are the first thing in all of them: kept even if the rest of the header is not there. */
static const uint8_t *
take_with_ports(struct dec *d, size_t n)
{
	const uint8_t *h = d->c.p;

	if (d->c.have >= 4) {
		port_fields(d->p, h);
		d->ports = true;
	}
	return cur_take(&d->c, n);
}

static enum why
tcp(struct dec *d)
{
	struct pkt *p = d->p;
	size_t have = d->c.have;
	const uint8_t *h = take_with_ports(d, 20);
	size_t options;

	if (h == NULL) {
		if (have >= 8)		/* as much as an ICMP error of RFC 792 quotes */
			p->seq = be32(d->c.p + 4);
		return dec_short(d, WHY_CUT_TRANSPORT, WHY_BAD_TRANSPORT);
	}
	tcp_fields(p, h);
	options = (size_t)(h[12] >> 4) * 4;
	if (options < 20 || options - 20 > d->c.wire)
		return WHY_BAD_TRANSPORT;
	options -= 20;
	if (options > d->c.have) {	/* cut inside its options: of the payload the length at least is known */
		d->c.p += d->c.have;
		d->c.have = 0;
		d->c.wire -= options;
	} else {
		cur_skip(&d->c, options);
	}
	return dec_done(d);
}

/* UDP's own length rules the payload; IPv6 allows 0 for all of the rest (RFC 2675 4). */
static enum why
udp(struct dec *d)
{
	const uint8_t *h = take_with_ports(d, 8);
	size_t len;
	enum why w;

	if (h == NULL)
		return dec_short(d, WHY_CUT_TRANSPORT, WHY_BAD_TRANSPORT);
	len = be16(h + 4);
	if (len == 0 && d->v6)
		len = d->c.wire + 8;
	if (len < 8 || len - 8 > d->c.wire)
		return WHY_BAD_TRANSPORT;
	dec_limit(d, len - 8);
	if (!udp_may_be_tunnel(d->p))
		return dec_done(d);
	d->next = NEXT_DONE;
	w = udp_tunnel(d);
	if (w == WHY_OK && d->next == NEXT_DONE)
		return dec_done(d);
	d->ports = false;
	return w;
}

static enum why
ports_only(struct dec *d, size_t header)
{
	if (take_with_ports(d, header) == NULL)
		return dec_short(d, WHY_CUT_TRANSPORT, WHY_BAD_TRANSPORT);
	return dec_done(d);
}

enum why
proto_any(struct dec *d)
{
	switch (d->id) {
	case IPP_TCP:
		return tcp(d);
	case IPP_UDP:
		return udp(d);
	case IPP_ICMP:
		return icmp_v4(d);
	case IPP_ICMP6:
		return icmp_v6(d);
	case PROTO_IPV4:
		return dec_goto(d, NEXT_IPV4, 0);
	case PROTO_IPV6:
		return dec_goto(d, NEXT_IPV6, 0);
	case PROTO_GRE:
		return gre_header(d);
	case PROTO_MPLS:
		return mpls_labels(d);
	case IPP_SCTP:
	case PROTO_DCCP:
		return ports_only(d, 12);
	case PROTO_UDPLITE:
		return ports_only(d, 8);
	}
	return ext_is(d) ? ext_headers(d) : WHY_PROTO_OTHER;
}
