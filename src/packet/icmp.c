/* ICMP (RFC 792) and ICMPv6 (RFC 4443): only errors are of use, for the packet they quote. */
#include "packet/decode.h"
#include "packet/decode_int.h"

enum { ND_SOLICIT = 135 };

static bool
is_error(uint8_t proto, uint8_t type)
{
	if (proto == IPP_ICMP6)
		return type >= 1 && type <= 4;
	return type == 3 || type == 4 || type == 11 || type == 12;
}

/* RFC 4861 4.3, sent from nowhere: duplicate address detection (RFC 4862 5.4.2). */
static void
solicits(struct dec *d)
{
	static const struct addr nowhere = { { 0 } };
	const uint8_t *h = addr_eq(&d->p->src, &nowhere) ? cur_take(&d->c, 20) : NULL;

	if (h == NULL)
		return;
	d->p->pay = h + 4;
	d->p->probes = true;
}

static enum why
icmp(struct dec *d, uint8_t proto)
{
	const uint8_t *h = cur_take(&d->c, 4);

	if (h == NULL)
		return dec_short(d, WHY_CUT_TRANSPORT, WHY_BAD_TRANSPORT);
	d->p->icmp_type = h[0];
	d->p->icmp_code = h[1];
	if (proto == IPP_ICMP6 && h[0] == ND_SOLICIT)
		solicits(d);
	if (!is_error(proto, h[0]))
		return WHY_ICMP_OTHER;
	cur_skip(&d->c, 4);
	if (!cur_ok(&d->c))
		return dec_short(d, WHY_CUT_TRANSPORT, WHY_BAD_TRANSPORT);
	return dec_done(d);
}

/* In the other family the number is no ICMP. */
enum why
icmp_v4(struct dec *d)
{
	return d->v6 ? WHY_PROTO_OTHER : icmp(d, IPP_ICMP);
}

enum why
icmp_v6(struct dec *d)
{
	return d->v6 ? icmp(d, IPP_ICMP6) : WHY_PROTO_OTHER;
}

/* A first fragment is quoted with its ports, any other cannot be told from its brothers. */
static void
fragment_ports(struct dec *d)
{
	struct pkt *p = d->p;

	if (p->frag_off != 0)
		return;
	d->c = cur_make(p->pay, p->pay_wire, p->pay_have);
	(void)dec_goto(d, NEXT_PROTO, p->proto);
	(void)dec_run(d);
}

/* What is quoted is cut after 8 bytes of transport as a rule, and its lengths may be as a router on the way left them:
 * that its ports could be read is all that is asked. */
bool
decode_quoted(const struct pkt *p, struct pkt *quoted)
{
	struct dec d = { .p = quoted, .c = cur_make(p->pay, p->pay_wire, p->pay_have) };

	*quoted = (struct pkt){ .scope = p->scope };
	if ((p->proto != IPP_ICMP && p->proto != IPP_ICMP6) || !is_error(p->proto, p->icmp_type))
		return false;
	(void)dec_goto(&d, p->proto == IPP_ICMP6 ? NEXT_IPV6 : NEXT_IPV4, 0);
	if (dec_run(&d) == WHY_OK && quoted->frag)
		fragment_ports(&d);
	return d.ports;
}
