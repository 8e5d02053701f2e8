/* Over other people's captures ($STALETAP_CAPTURES, else ../shared/captures): the innermost addresses, ports and payload
 * lengths of every packet are those that tshark sees.  The packets go to tshark in one file a link type, since starting
 * it takes longer than reading.  Skipped where there are no captures or no tshark. */
#include "bytes.h"

#include <fts.h>
#include <pcap/pcap.h>
#include <unistd.h>

enum { LINKS = 512, LINE = 65536 };

struct row { uint32_t file, number; enum why why; struct pkt p; };
struct group { pcap_dumper_t *dump; pcap_t *dead; struct row *row; size_t n, cap; };

static struct group groups[LINKS];
static char *files[1024];
static size_t nfiles;
static char folder[256];

/* What tshark says of one packet. */
struct seen {
	char src[64], dst[64];
	const char *proto;		/* "tcp", "udp", "icmp", "" for others */
	long sport, dport, len;
	bool frag;			/* some IP header is a fragment's */
	enum why left_out;		/* below a layer that is not read, by the name that the packet must have then */
};

/* Where ours is right, or is left out on purpose: so many packets of this file and reason, and why. */
#define DAMAGED "UDP length beyond the IP payload, TCP offset beyond the segment: no host takes that"
#define ROUTED "segments left in a routing header: its last address is who answers"
#define LINK "link type that is not read"
static struct { const char *file; enum why why; size_t packets; const char *reason; size_t seen; } known[] = {
	{ "damaged/fuzz_2006_a.pcap", WHY_BAD_TRANSPORT, 26, DAMAGED, 0 },
	{ "damaged/fuzz_2020.pcap", WHY_BAD_TRANSPORT, 17, DAMAGED, 0 },
	{ "damaged/fuzz_2006_a.pcap", WHY_OK, 3, "IP length beyond the frame: counted as cut, tshark shortens it", 0 },
	{ "damaged/fuzz_2006_a.pcap", WHY_BAD_IP, 1, "EtherType of IPv6, another version", 0 },
	{ "damaged/fuzz_2020.pcap", WHY_BAD_IP, 1, "EtherType of IPv6, another version", 0 },
	{ "damaged/udp_length.pcap", WHY_CUT_TRANSPORT, 1, "cut inside the UDP header", 0 },
	{ "frag/malformed_v6_28.pcap", WHY_BAD_TRANSPORT, 1, "ICMPv6 of one byte", 0 },
	{ "tunnel/mpls_6in6_invalid.pcap", WHY_CUT_IP, 1, "the third IP header is cut: the second one's addresses", 0 },
	{ "ipv6/extension_headers.pcap", WHY_OK, 1, ROUTED, 0 },
	{ "ipv6/extension_headers.pcap", WHY_PROTO_OTHER, 1, ROUTED, 0 },
	{ "ipv6/extension_headers.pcap", WHY_ICMP_OTHER, 1, ROUTED, 0 },
	{ "ipv6/hbh_routing.pcap", WHY_OK, 1, ROUTED, 0 },
	{ "link/arcnet_dns_http.pcap", WHY_LINK_UNKNOWN, 22, LINK, 0 },
	{ "link/fddi_dns_tcp.pcap", WHY_LINK_UNKNOWN, 11, LINK, 0 },
	{ "link/framerelay_icmp.pcap", WHY_LINK_UNKNOWN, 10, LINK, 0 },
	{ "link/nflog_dns.pcap", WHY_LINK_UNKNOWN, 4, LINK, 0 },
	{ "link/pktap_dns.pcap", WHY_LINK_UNKNOWN, 1, LINK, 0 },
};

enum field { F_PROTOCOLS, F_IP_SRC, F_IP_DST, F_IP6_SRC, F_IP6_DST, F_TCP_SPORT, F_TCP_DPORT, F_TCP_LEN, F_UDP_SPORT,
	F_UDP_DPORT, F_UDP_LEN, F_IP_MORE, F_IP_OFF, F_IP6_MORE, F_IP6_OFF, F_COUNT };

#define TSHARK "tshark -n -r '%s' -o ip.defragment:FALSE -o ipv6.defragment:FALSE -o tcp.desegment_tcp_streams:FALSE" \
	" -T fields -E occurrence=a -e frame.protocols -e ip.src -e ip.dst -e ipv6.src -e ipv6.dst -e tcp.srcport" \
	" -e tcp.dstport -e tcp.len -e udp.srcport -e udp.dstport -e udp.length" \
	" -e ip.flags.mf -e ip.frag_offset -e ipv6.fraghdr.more -e ipv6.fraghdr.offset 2>/dev/null"

static void
group_path(char *path, size_t size, int link)
{
	snprintf(path, size, "%s/%d.pcap", folder, link);
}

static void
keep(int link, const struct pcap_pkthdr *h, const uint8_t *data, uint32_t number)
{
	struct frame f = { .link = (uint16_t)link, .data = data, .have = h->caplen, .wire = h->len };
	struct group *g = &groups[link];
	struct row *r;

	if (g->dump == NULL) {
		char path[512];

		group_path(path, sizeof path, link);
		g->dead = pcap_open_dead(link, 262144);
		g->dump = pcap_dump_open(g->dead, path);
		assert_non_null(g->dump);
	}
	if (g->n == g->cap) {
		g->cap = g->cap > 0 ? g->cap * 2 : 1024;
		g->row = realloc(g->row, g->cap * sizeof *g->row);
		assert_non_null(g->row);
	}
	r = &g->row[g->n++];
	r->file = (uint32_t)nfiles;
	r->number = number;
	r->why = decode_frame(&f, &r->p);
	pcap_dump((u_char *)g->dump, h, data);
}

static void
read_capture(const char *path, const char *name)
{
	char err[PCAP_ERRBUF_SIZE];
	pcap_t *in = pcap_open_offline(path, err);
	struct pcap_pkthdr *h;
	const u_char *data;
	uint32_t n = 0;

	if (in == NULL)
		return;			/* compressed, or of several link types: the reader's tests have them */
	if (pcap_datalink(in) < LINKS && nfiles < sizeof files / sizeof files[0]) {
		while (pcap_next_ex(in, &h, &data) == 1)
			keep(pcap_datalink(in), h, data, ++n);
		files[nfiles++] = strdup(name);
	}
	pcap_close(in);
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void
read_all(const char *root)
{
	char *const roots[] = { strdup(root), NULL };
	FTS *fts = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	FTSENT *e;

	assert_non_null(fts);
	while ((e = fts_read(fts)) != NULL)
		if (e->fts_info == FTS_F)
			read_capture(e->fts_path, e->fts_path + strlen(root) + 1);
	fts_close(fts);
	free(roots[0]);
	for (int i = 0; i < LINKS; i++)
		if (groups[i].dump != NULL) {
			pcap_dump_close(groups[i].dump);
			pcap_close(groups[i].dead);
		}
}

/* The n-th (from 1) of values between commas. */
static void
nth(const char *list, int n, char *out, size_t size)
{
	size_t len;

	for (; n > 1 && list != NULL; n--) {
		list = strchr(list, ',');
		if (list != NULL)
			list++;
	}
	len = list != NULL ? strcspn(list, ",") : 0;
	if (len >= size)
		len = size - 1;
	memcpy(out, list != NULL ? list : "", len);
	out[len] = '\0';
}

static long
number(const char *list, int n)
{
	char text[32];

	nth(list, n, text, sizeof text);
	return text[0] != '\0' ? strtol(text, NULL, 0) : -1;
}

/* What a packet with this layer must be counted as, or WHY_COUNT for a layer that is read. */
static enum why
left_out(const char *token)
{
	static const struct { const char *token; enum why why; } layer[] = {
		{ "wlan", WHY_DOT11 }, { "teredo", WHY_TEREDO }, { "gtp", WHY_GTPU }, { "wg", WHY_OK },
	};

	for (size_t i = 0; i < sizeof layer / sizeof layer[0]; i++)
		if (strcmp(token, layer[i].token) == 0)
			return layer[i].why;
	return WHY_COUNT;
}

/* Walk the protocol names down to the innermost transport; what an ICMP error quotes is no packet. */
static void
interpret(char *field[F_COUNT], struct seen *s)
{
	int ip4 = 0, ip6 = 0, tcp = 0, udp = 0;

	memset(s, 0, sizeof *s);
	s->proto = "";
	s->left_out = WHY_COUNT;
	for (int i = F_IP_MORE; i <= F_IP6_OFF; i++)
		s->frag |= strpbrk(field[i], "123456789") != NULL;
	for (char *t = strtok(field[F_PROTOCOLS], ":"); t != NULL; t = strtok(NULL, ":")) {
		s->left_out = left_out(t);
		if (s->left_out != WHY_COUNT)
			return;
		if (strcmp(t, "ip") == 0) {
			ip4++;
			nth(field[F_IP_SRC], ip4, s->src, sizeof s->src);
			nth(field[F_IP_DST], ip4, s->dst, sizeof s->dst);
			s->proto = "";
		} else if (strcmp(t, "ipv6") == 0) {
			ip6++;
			nth(field[F_IP6_SRC], ip6, s->src, sizeof s->src);
			nth(field[F_IP6_DST], ip6, s->dst, sizeof s->dst);
			s->proto = "";
		} else if (strcmp(t, "tcp") == 0) {
			tcp++;
			s->proto = "tcp";
			s->sport = number(field[F_TCP_SPORT], tcp);
			s->dport = number(field[F_TCP_DPORT], tcp);
			s->len = number(field[F_TCP_LEN], tcp);
			return;
		} else if (strcmp(t, "udp") == 0) {
			udp++;
			s->proto = "udp";
			s->sport = number(field[F_UDP_SPORT], udp);
			s->dport = number(field[F_UDP_DPORT], udp);
			s->len = number(field[F_UDP_LEN], udp) - 8;
		} else if (strcmp(t, "icmp") == 0 || strcmp(t, "icmpv6") == 0) {
			s->proto = "icmp";
			return;
		}
	}
}

static const char *
our_proto(const struct row *r)
{
	if (r->why == WHY_ICMP_OTHER)
		return "icmp";
	if (r->why != WHY_OK || r->p.frag)
		return "";
	switch (r->p.proto) {
	case IPP_TCP:
		return "tcp";
	case IPP_UDP:
		return "udp";
	case IPP_ICMP:
	case IPP_ICMP6:
		return "icmp";
	}
	return "";
}

static bool
same(const struct row *r, const struct seen *s)
{
	static const struct addr none;
	char src[ADDR_TEXT] = "", dst[ADDR_TEXT] = "";
	const char *proto = our_proto(r);

	if (s->left_out != WHY_COUNT)
		return r->why == s->left_out;
	if (!addr_eq(&r->p.src, &none) || !addr_eq(&r->p.dst, &none)) {
		addr_text(&r->p.src, src);
		addr_text(&r->p.dst, dst);
	}
	if (r->why == WHY_OK && r->p.frag)	/* tshark looks into the first one all the same */
		return s->frag;
	if (strcmp(src, s->src) != 0 || strcmp(dst, s->dst) != 0)
		return false;
	if (strcmp(proto, s->proto) != 0)
		return false;
	if (strcmp(proto, "tcp") != 0 && strcmp(proto, "udp") != 0)
		return true;
	return r->p.sport == s->sport && r->p.dport == s->dport && (long)r->p.pay_wire == s->len;
}

static bool
is_known(const struct row *r)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(known[i].file, files[r->file]) == 0 && known[i].why == r->why)
			return ++known[i].seen <= known[i].packets;
	return false;
}

static void
show(const struct row *r, const struct seen *s)
{
	char a[ADDR_TEXT], b[ADDR_TEXT];

	print_error("%s packet %u: %s: %s %s %s %u %u %u%s\n\ttshark: %s %s %s %ld %ld %ld\n", files[r->file], r->number,
	    why_name(r->why), addr_text(&r->p.src, a), addr_text(&r->p.dst, b), our_proto(r), r->p.sport, r->p.dport,
	    r->p.pay_wire, r->p.frag ? " fragment" : "", s->src, s->dst, s->proto, s->sport, s->dport, s->len);
}

static size_t
compare_group(int link)
{
	static char line[LINE];
	struct group *g = &groups[link];
	char path[512], cmd[1024];
	size_t n = 0, bad = 0;
	FILE *in;

	group_path(path, sizeof path, link);
	snprintf(cmd, sizeof cmd, TSHARK, path);
	in = popen(cmd, "r");
	assert_non_null(in);
	for (; n < g->n && fgets(line, sizeof line, in) != NULL; n++) {
		char *field[F_COUNT], *at = line;
		struct seen s;
		const struct row *r = &g->row[n];

		line[strcspn(line, "\n")] = '\0';
		for (int i = 0; i < F_COUNT; i++)
			field[i] = at != NULL ? strsep(&at, "\t") : line + strlen(line);
		interpret(field, &s);
		if (same(r, &s) || is_known(r))
			continue;
		show(r, &s);
		bad++;
	}
	pclose(in);
	assert_int_equal(n, g->n);
	unlink(path);
	return bad;
}

static void
as_tshark_sees_it(void **state)
{
	const char *root = getenv("STALETAP_CAPTURES");
	size_t bad = 0, packets = 0;

	(void)state;
	if (root == NULL)
		root = "../shared/captures";
	if (access(root, R_OK) != 0) {
		print_message("no captures at %s: skipped\n", root);
		skip();
	}
	if (system("tshark --version >/dev/null 2>&1") != 0) {
		print_message("no tshark: skipped\n");
		skip();
	}
	snprintf(folder, sizeof folder, "%s/captures-XXXXXX", getenv("TMP") != NULL ? getenv("TMP") : "/tmp");
	assert_non_null(mkdtemp(folder));
	read_all(root);
	for (int i = 0; i < LINKS; i++)
		if (groups[i].n > 0) {
			packets += groups[i].n;
			bad += compare_group(i);
		}
	rmdir(folder);
	print_message("%zu captures, %zu packets, %zu differ without a known reason\n", nfiles, packets, bad);
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		print_message("  %s: %zu as %s: %s\n", known[i].file, known[i].seen, why_name(known[i].why), known[i].reason);
		assert_int_equal(known[i].seen, known[i].packets);
	}
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_tshark_sees_it),
	};

	return cmocka_run_group_tests_name("packet/captures", tests, NULL, NULL);
}
