#include "packet/decode.h"

#include <string.h>

#include "packet/decode_int.h"

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
decode_frame(const struct frame *f, struct pkt *p)
{
	struct dec d = { .p = p, .c = cur_make(f->data, f->wire > f->have ? f->wire : f->have, f->have) };
	enum why w;

	memset(p, 0, sizeof *p);
	w = link_start(&d, f->link);
	return w == WHY_OK ? dec_run(&d) : w;
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
