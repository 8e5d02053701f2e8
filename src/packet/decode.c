#include "packet/decode.h"

#include <stddef.h>

#include "packet/decode_int.h"
#include "packet/tunnel_int.h"

static enum why
step(struct dec *d)
{
	switch (d->next) {
	case NEXT_ETHERNET:	return link_ethernet(d);
	case NEXT_ETHERTYPE:	return link_ethertype(d);
	case NEXT_IPV4:		return ip_v4(d);
	case NEXT_IPV6:		return ip_v6(d);
	case NEXT_IP_EITHER:	return ip_either(d);
	case NEXT_PROTO:	return proto_any(d);
	case NEXT_DONE:		break;
	}
	return WHY_OK;
}

enum why
dec_run(struct dec *d)
{
	for (int depth = 0; depth < DECODE_DEPTH; depth++) {
		enum why w = step(d);

		if (w != WHY_OK || d->next == NEXT_DONE)
			return w;
	}
	return WHY_TUNNEL_DEPTH;
}

enum why
dec_frame(const struct frame *f, struct pkt *p)
{
	struct dec d = { .p = p, .c = cur_make(f->data, f->wire > f->have ? f->wire : f->have, f->have) };
	enum why w;

	*p = (struct pkt){ .scope = 0 };
	w = link_start(&d, f->link);
	return w == WHY_OK && d.next != NEXT_DONE ? dec_run(&d) : w;
}

/* After the transport header of the usual frame: `header` bytes of it, then payload. */
static bool
usual_payload(struct pkt *p, const uint8_t *h, size_t header, size_t have, size_t wire)
{
	if (header > have || header > wire)
		return false;
	p->pay = h + header;
	p->pay_have = (uint32_t)(have - header);
	p->pay_wire = (uint32_t)(wire - header);
	return true;
}

static bool
usual_transport(struct pkt *p, const uint8_t *h, size_t have, size_t wire)
{
	if (have > wire)
		have = wire;
	if (p->proto == IPP_UDP && have >= 8) {
		size_t len = be16(h + 4);

		port_fields(p, h);
		return len <= wire && !udp_may_be_tunnel(p) && usual_payload(p, h, 8, have < len ? have : len, len);
	}
	if (p->proto == IPP_TCP && have >= 20) {
		size_t header = (size_t)(h[12] >> 4) * 4;

		port_fields(p, h);
		tcp_fields(p, h);
		return header >= 20 && usual_payload(p, h, header, have, wire);
	}
	return false;
}

enum { BETWEEN = offsetof(struct pkt, sport) };

/* Nearly every frame in a straight line: Ethernet, IPv4 without options and in one piece, UDP or TCP, all headers there.
 * False if it is another, or if anything is wrong with it: the steps then say what.  The fuzz target sees that they would
 * have said the same. */
static bool
usual(const struct frame *f, struct pkt *p)
{
	const uint8_t *ip;
	size_t total;

	if (f->link != LT_ETHERNET || f->have < 14 + 20 || be16(f->data + 12) != ET_IPV4)
		return false;
	ip = f->data + 14;
	total = be16(ip + 2);
	if (ip[0] != 0x45 || (be16(ip + 6) & 0x3fff) != 0 || total < 20)
		return false;
	memset((uint8_t *)p + BETWEEN, 0, sizeof(*p) - BETWEEN);	/* the addresses before are set in full */
	ethernet_fields(p, f->data);
	v4_fields(p, ip);
	return usual_transport(p, ip + 20, f->have - 14 - 20, total - 20);
}

enum why
decode_frame(const struct frame *f, struct pkt *p)
{
	return usual(f, p) ? WHY_OK : dec_frame(f, p);
}

enum why
decode_payload(struct pkt *p, uint8_t proto, const uint8_t *pay, uint32_t have, uint32_t wire)
{
	struct dec d = { .p = p, .c = cur_make(pay, wire, have), .next = NEXT_PROTO, .id = proto };

	d.v6 = !addr_is_v4(&p->src);
	p->proto = proto;
	p->frag = p->frag_more = false;
	p->frag_off = 0;
	return dec_run(&d);
}
