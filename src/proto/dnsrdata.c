/* What is inside the data of a record: names, addresses, service parameters. */
#include "proto/dnsmsg_int.h"

/* Types with names in them.  RFC 1035, 1183, 2163, 2230, 2782, 3403, 4034, 6672, 6742, 9460: some may be compressed, and
 * all are read as if they were (RFC 3597 4), because old software compresses more than it may. */
const struct dns_layout dns_layouts[DNS_LAYOUTS] = {
	[DNS_NS] = { 0, 0, 1 },
	[3] = { 0, 0, 1 },		/* MD */
	[4] = { 0, 0, 1 },		/* MF */
	[DNS_CNAME] = { 0, 0, 1 },
	[DNS_SOA] = { 0, 0, 2 },
	[7] = { 0, 0, 1 },		/* MB */
	[8] = { 0, 0, 1 },		/* MG */
	[9] = { 0, 0, 1 },		/* MR */
	[DNS_PTR] = { 0, 0, 1 },
	[14] = { 0, 0, 2 },		/* MINFO */
	[DNS_MX] = { 2, 0, 1 },
	[17] = { 0, 0, 2 },		/* RP */
	[18] = { 2, 0, 1 },		/* AFSDB */
	[21] = { 2, 0, 1 },		/* RT */
	[24] = { 18, 0, 1 },		/* SIG */
	[26] = { 2, 0, 2 },		/* PX */
	[30] = { 0, 0, 1 },		/* NXT */
	[DNS_SRV] = { 6, 0, 1 },
	[35] = { 4, 3, 1 },		/* NAPTR */
	[36] = { 2, 0, 1 },		/* KX */
	[DNS_DNAME] = { 0, 0, 1 },
	[DNS_RRSIG] = { 18, 0, 1 },
	[47] = { 0, 0, 1 },		/* NSEC */
	[58] = { 0, 0, 2 },		/* TALINK */
	[DNS_SVCB] = { 2, 0, 1 },
	[DNS_HTTPS] = { 2, 0, 1 },
	[107] = { 2, 0, 1 },		/* LP */
	[249] = { 0, 0, 1 },		/* TKEY */
};

size_t
dns_layout_prefix(const struct dns_layout *lay, const uint8_t *rdata, size_t len)
{
	size_t n = lay->skip;

	for (unsigned i = 0; i < lay->strings && n < len; i++)
		n += (size_t)rdata[n] + 1;
	return n < len ? n : SIZE_MAX;
}

bool
dns_rr_addr(const struct dns_rr *rr, struct addr *out)
{
	if (rr->type == DNS_A && rr->rdlen == 4)
		*out = addr_v4(rr->rdata);
	else if (rr->type == DNS_AAAA && rr->rdlen == 16)
		*out = addr_v6(rr->rdata);
	else
		return false;
	return true;
}

static bool
leads_somewhere(uint16_t type)
{
	switch (type) {
	case DNS_NS: case DNS_CNAME: case DNS_PTR: case DNS_MX: case DNS_SRV: case DNS_DNAME: case DNS_SVCB: case DNS_HTTPS:
		return true;
	default:
		return false;
	}
}

const uint8_t *
dns_rr_target(const struct dns_rr *rr)
{
	size_t skip = dns_layout(rr->type)->skip;

	if (!leads_somewhere(rr->type) || skip >= rr->rdlen || dns_name_flat(rr->rdata + skip, rr->rdlen - skip) == 0)
		return NULL;
	return rr->rdata + skip;
}

enum { SVC_IPV4HINT = 4, SVC_IPV6HINT = 6 };

/* The data of service parameter `key` (RFC 9460 2.2: key, length, value; ascending), or NULL. */
static const uint8_t *
svc_param(const struct dns_rr *rr, uint16_t key, size_t *len)
{
	const uint8_t *p = dns_rr_target(rr), *end = rr->rdata + rr->rdlen;
	size_t n;

	if (p == NULL)
		return NULL;
	for (p += dns_name_flat(p, (size_t)(end - p)); end - p >= 4; p += n + 4) {
		n = (size_t)p[2] << 8 | p[3];
		if (n > (size_t)(end - p) - 4)
			return NULL;
		if ((p[0] << 8 | p[1]) == key) {
			*len = n;
			return p + 4;
		}
	}
	return NULL;
}

bool
dns_rr_hint(const struct dns_rr *rr, unsigned i, struct addr *out)
{
	const uint8_t *p;
	size_t len, v4 = 0;

	if (rr->type != DNS_SVCB && rr->type != DNS_HTTPS)
		return false;
	p = svc_param(rr, SVC_IPV4HINT, &len);
	if (p != NULL) {
		v4 = len / 4;
		if (i < v4) {
			*out = addr_v4(p + (size_t)i * 4);
			return true;
		}
	}
	p = svc_param(rr, SVC_IPV6HINT, &len);
	if (p == NULL || i - v4 >= len / 16)
		return false;
	*out = addr_v6(p + (i - v4) * 16);
	return true;
}
