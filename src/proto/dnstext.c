/* Records as people read them, by ldns; what ldns cannot print is written in hex (RFC 3597 5). */
#include "proto/dnsmsg_int.h"

#include <arpa/inet.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_TEXT 16
/* More than any byte of data becomes.  ldns 1.8.3 makes room as it prints, but not everywhere for service parameters: without
 * room it stops the program. */
#define TEXT_ROOM(rdlen) (64 + 16 * (size_t)(rdlen))

bool
dns_ldns_reads(uint16_t type)
{
	return type != DNS_HIP && type != DNS_WKS;
}

const char *
dns_type_text(uint16_t type, char *buf)
{
	const ldns_rr_descriptor *known = ldns_rr_descript(type);

	switch (type) {
	case DNS_ANY:
		return "ANY";
	case DNS_AXFR:
		return "AXFR";
	case DNS_IXFR:
		return "IXFR";
	}
	if (known != NULL && known->_name != NULL)
		return known->_name;
	snprintf(buf, TYPE_TEXT, "TYPE%u", type);
	return buf;
}

static void
put_hex(const struct dns_rr *rr, struct buf *out)
{
	buf_fmt(out, "\\# %u", rr->rdlen);
	for (unsigned i = 0; i < rr->rdlen; i++)
		buf_fmt(out, "%s%02x", i == 0 ? " " : "", rr->rdata[i]);
}

/* One field into `text`; false if ldns cannot print it.  Names lose their last dot, but for the root. */
static bool
print_field(const ldns_rdf *rdf, ldns_buffer *text)
{
	size_t before = ldns_buffer_position(text), len;
	const char *p;

	if (ldns_rdf2buffer_str(text, rdf) != LDNS_STATUS_OK)
		return false;
	len = ldns_buffer_position(text) - before;
	p = (const char *)ldns_buffer_at(text, before);
	if (len > 1 && (p[len - 1] == ' ' || (ldns_rdf_get_type(rdf) == LDNS_RDF_TYPE_DNAME && p[len - 1] == '.')))
		ldns_buffer_skip(text, -1);
	return true;
}

static bool
print_fields(const ldns_rr *rr, ldns_buffer *text)
{
	for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
		if (i > 0 && ldns_buffer_printf(text, " ") != 1)
			return false;
		if (!print_field(ldns_rr_rdf(rr, i), text))
			return false;
	}
	return ldns_buffer_status_ok(text);
}

/* ldns reads a whole record: an owner (the root), type, class, TTL 0 and the data. */
static ldns_rr *
to_ldns(const struct dns_rr *rr)
{
	size_t len = 11 + (size_t)rr->rdlen, pos = 0;
	uint8_t *flat = calloc(1, len);
	ldns_rr *out = NULL;

	if (flat == NULL)
		return NULL;
	ldns_write_uint16(flat + 1, rr->type);
	ldns_write_uint16(flat + 3, rr->class_);
	ldns_write_uint16(flat + 9, rr->rdlen);
	memcpy(flat + 11, rr->rdata, rr->rdlen);
	if (ldns_wire2rr(&out, flat, len, &pos, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
		out = NULL;
	free(flat);
	return out;
}

/* ldns writes a tab in a string as it is. */
static void
put_printable(const uint8_t *p, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] >= 0x20 && p[i] <= 0x7e)
			buf_u8(out, p[i]);
		else
			buf_fmt(out, "\\%03u", p[i]);
	}
}

/* Addresses without ldns, which writes them in the same way: they are most of all records. */
static bool
put_address(const struct dns_rr *rr, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];
	bool v4 = rr->type == DNS_A && rr->rdlen == 4, v6 = rr->type == DNS_AAAA && rr->rdlen == 16;

	if ((!v4 && !v6) || inet_ntop(v4 ? AF_INET : AF_INET6, rr->rdata, text, sizeof(text)) == NULL)
		return false;
	buf_str(out, text);
	return true;
}

void
dns_rr_text(const struct dns_rr *rr, struct buf *out)
{
	ldns_rr *parsed;
	ldns_buffer *text;

	if (put_address(rr, out))
		return;
	parsed = dns_ldns_reads(rr->type) && rr->rdlen > 0 ? to_ldns(rr) : NULL;
	text = parsed != NULL ? ldns_buffer_new(TEXT_ROOM(rr->rdlen)) : NULL;

	if (text != NULL && print_fields(parsed, text))
		put_printable(ldns_buffer_begin(text), ldns_buffer_position(text), out);
	else
		put_hex(rr, out);
	if (text != NULL)
		ldns_buffer_free(text);
	if (parsed != NULL)
		ldns_rr_free(parsed);
}
