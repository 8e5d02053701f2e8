#include "app/kfilter.h"

#include <stdlib.h>

/* Everything else is known from these.  `ip6[40:...]` is TCP or UDP where nothing stands between: with extension headers in between the packet
 * is let through by the line for them. */
static const char *const wanted[] = {
	/* DNS in the clear and sealed, whole: streams need every segment */
	"port 53", "port 853", "port 5353", "port 5355",
	/* how TCP connections open and end */
	"tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0", "(ip6 and ip6[6] == 6 and ip6[53] & 7 != 0)",
	/* the first bytes of TLS: a handshake record that holds a hello */
	"(tcp[(tcp[12] & 0xf0) >> 2] = 22 and (tcp[((tcp[12] & 0xf0) >> 2) + 5] = 1 or tcp[((tcp[12] & 0xf0) >> 2) + 5] = 2))",
	("(ip6 and ip6[6] == 6 and ip6[40 + ((ip6[52] & 0xf0) >> 2)] == 22 and (ip6[45 + ((ip6[52] & 0xf0) >> 2)] == 1 or "
	    "ip6[45 + ((ip6[52] & 0xf0) >> 2)] == 2))"),
	/* QUIC's long headers (RFC 9000 17.2) */
	"(udp[8] & 0xc0 == 0xc0)", "(ip6 and ip6[6] == 17 and ip6[48] & 0xc0 == 0xc0)",
	/* errors, and later fragments: which flow they are of is in what came before */
	"(icmp and icmp[0] != 0 and icmp[0] != 8)", "(icmp6 and ip6[40] < 128)", "(ip[6:2] & 0x1fff != 0)",
	/* IPv6 with extension headers; SCTP and others are of no use */
	"(ip6 and (ip6[6] == 0 or ip6[6] == 43 or ip6[6] == 44 or ip6[6] == 51 or ip6[6] == 60))",
	/* tunnels whole: the filter cannot look inside */
	"ip proto 4", "ip proto 41", "ip proto 47", "ip6 proto 4", "ip6 proto 41", "ip6 proto 47", "udp port 4789", "udp port 8472",
	"udp port 4790", "udp port 6081", "udp port 4754", "udp port 6635",
	/* who has which address */
	"arp", "(icmp6 and ip6[40] >= 133 and ip6[40] <= 137)", "udp port 67", "udp port 68",
};
/* Frames inside which it cannot look; only where the link has them, elsewhere libpcap refuses the words. */
static const char links[] = "ether proto 0x8100 or ether proto 0x88a8 or ether proto 0x8847 or ether proto 0x8848 or ether proto 0x8864";
/* One TCP segment in 256, by a byte of the sequence number that moves: a connection under way is seen to live. */
static const char sample[] = "tcp[6] = 0 or (ip6 and ip6[6] == 6 and ip6[46] == 0)";

static void
listed(const struct deplist *list, struct buf *out)
{
	struct prefix *p = malloc((deplist_count(list) + 1) * sizeof(*p));
	size_t n = p != NULL ? deplist_prefixes(list, p) : 0;
	char text[ADDR_TEXT + 4];

	for (size_t i = 0; i < n; i++)
		buf_fmt(out, " or net %s", prefix_text(&p[i], text));
	free(p);
}

void
kfilter_text(const struct deplist *list, const char *user, bool all_listed, bool ether, struct buf *out)
{
	if (user != NULL)
		buf_fmt(out, "(%s) and (", user);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		buf_fmt(out, "%s%s", i > 0 ? " or " : "", wanted[i]);
	if (ether)
		buf_fmt(out, " or %s", links);
	if (all_listed && deplist_count(list) <= KFILTER_ADDRS)
		listed(list, out);
	else
		buf_fmt(out, " or %s", sample);
	if (user != NULL)
		buf_str(out, ")");
}
