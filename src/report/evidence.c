/* The packets kept, as a capture that any other tool can read. */
#include "base/esc.h"
#include "report/explain.h"
#include "report/explain_int.h"

#define FRAMES "FROM frame p WHERE p.id IN (SELECT e.frame_id FROM evidence e JOIN finding f ON f.id=e.finding_id " \
	"JOIN v_findings v ON v.id=f.fid WHERE ?4 OR " ABOUT ")"
#define LINKS_MAX 64

/* Numbers in a capture are little-endian, as most are. */
static void
put16(struct out *o, unsigned v)
{
	buf_u8(&o->buf, (uint8_t)v);
	buf_u8(&o->buf, (uint8_t)(v >> 8));
}

static void
put32(struct out *o, uint32_t v)
{
	put16(o, v & 0xffff);
	put16(o, v >> 16);
}

/* draft-ietf-opsawg-pcap: the file header. */
static void
pcap_header(struct out *o, uint32_t link)
{
	put32(o, 0xa1b2c3d4);
	put16(o, 2);
	put16(o, 4);
	put32(o, 0);
	put32(o, 0);
	put32(o, 262144);
	put32(o, link);
}

static void
pcap_packet(struct out *o, usec_t t, const void *p, size_t n, uint32_t wire)
{
	put32(o, (uint32_t)(t / TM_SEC));
	put32(o, (uint32_t)(t % TM_SEC));
	put32(o, (uint32_t)n);
	put32(o, wire);
	buf_put(&o->buf, p, n);
}

/* draft-ietf-opsawg-pcapng: section header, then an interface for each link type. */
static void
pcapng_header(struct out *o, const uint32_t *links, size_t n)
{
	put32(o, 0x0a0d0d0a);
	put32(o, 28);
	put32(o, 0x1a2b3c4d);
	put16(o, 1);
	put16(o, 0);
	put32(o, UINT32_MAX);
	put32(o, UINT32_MAX);
	put32(o, 28);
	for (size_t i = 0; i < n; i++) {
		put32(o, 1);
		put32(o, 20);
		put16(o, links[i]);
		put16(o, 0);
		put32(o, 262144);
		put32(o, 20);
	}
}

static void
pcapng_packet(struct out *o, uint32_t interface, usec_t t, const void *p, size_t n, uint32_t wire)
{
	uint32_t padded = (uint32_t)(n + 3) & ~UINT32_C(3);

	put32(o, 6);
	put32(o, 32 + padded);
	put32(o, interface);
	put32(o, (uint32_t)((uint64_t)t >> 32));
	put32(o, (uint32_t)t);
	put32(o, (uint32_t)n);
	put32(o, wire);
	buf_put(&o->buf, p, n);
	buf_put(&o->buf, "\0\0\0", padded - n);
	put32(o, 32 + padded);
}

/* The link types, in order; *narrow: all times fit classic pcap.  How many, or ST_*. */
static int
find_links(struct reader *rd, const struct about *about, bool all, uint32_t *links, bool *narrow, struct err *err)
{
	struct rows r;
	int n = 0, rc;

	*narrow = true;
	rows_open(&r, rd, "SELECT p.link,min(p.at_us),max(p.at_us) " FRAMES " GROUP BY p.link ORDER BY p.link");
	bind_about(&r, about);
	rows_bind_int(&r, 4, all);
	while (n < LINKS_MAX && rows_next(&r)) {
		links[n++] = (uint32_t)rows_int(&r, 0, 0);
		if (rows_time(&r, 1) < 0 || rows_time(&r, 2) / TM_SEC > UINT32_MAX)
			*narrow = false;
	}
	rc = rows_close(&r, err);
	return rc < 0 ? rc : n;
}

static uint32_t
index_of(const uint32_t *links, int n, uint32_t link)
{
	int i;

	for (i = 0; i < n - 1 && links[i] != link; i++)
		;
	return (uint32_t)i;
}

int
explain_pcap(struct reader *rd, const char *what, struct out *o, int64_t *packets, struct err *err)
{
	uint32_t links[LINKS_MAX];
	struct about about = { 0 };
	char shown[ESC_SHORT];
	struct rows r;
	bool classic = false;
	int n;

	*packets = 0;
	n = what != NULL ? about_find(rd, what, &about, err) : 0;
	if (n == 0)
		n = find_links(rd, &about, what == NULL, links, &classic, err);
	if (n < 0)
		return n;
	if (n == 0 && what == NULL)
		return 0;
	if (n == 0)
		return err_set(err, ST_ESYNTAX, "%s: no packet is kept for it in %s", esc_short(what, shown), reader_shown(rd));
	classic = classic && n == 1;
	if (classic)
		pcap_header(o, links[0]);
	else
		pcapng_header(o, links, (size_t)n);
	rows_open(&r, rd, "SELECT p.at_us,p.link,p.wire,p.bytes " FRAMES " ORDER BY p.at_us,p.source_id,p.number,p.id");
	bind_about(&r, &about);
	rows_bind_int(&r, 4, what == NULL);
	for (; rows_next(&r); (*packets)++) {
		size_t have;
		const void *p = rows_blob(&r, 3, &have);
		usec_t t = rows_time(&r, 0);
		uint32_t wire = (uint32_t)rows_int(&r, 2, 0);

		t = t == TM_NONE ? 0 : t;
		wire = wire < have ? (uint32_t)have : wire;
		if (classic)
			pcap_packet(o, t, p, have, wire);
		else
			pcapng_packet(o, index_of(links, n, (uint32_t)rows_int(&r, 1, 0)), t, p, have, wire);
		out_more(o);
	}
	return rows_close(&r, err);
}
