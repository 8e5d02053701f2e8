/* base/why.h - why a packet, or a part of it, was not used.
 *
 * Nothing is skipped silently: each decoder that gives up returns one of these, and whoever called it counts it.
 * A new reason is one row.  The names are shown by -v and kept in v_coverage.unread. */
#ifndef BASE_WHY_H
#define BASE_WHY_H

#include <stdint.h>

#define WHY_TABLE(X) \
	X(OK,			"ok") \
	/* cut by the snap length, or broken */ \
	X(CUT_LINK,		"cut-link") \
	X(CUT_IP,		"cut-ip") \
	X(CUT_TRANSPORT,	"cut-transport") \
	X(BAD_LINK,		"bad-link") \
	X(BAD_IP,		"bad-ip") \
	X(BAD_TRANSPORT,	"bad-transport") \
	/* not read, by name */ \
	X(LINK_UNKNOWN,		"link-type-not-read") \
	X(ETHERTYPE_OTHER,	"ethertype-not-read") \
	X(ARP,			"arp") \
	X(PROTO_OTHER,		"ip-protocol-not-read") \
	X(TUNNEL_DEPTH,		"tunnel-too-deep") \
	X(TUNNEL_OTHER,		"tunnel-not-read") \
	X(ICMP_OTHER,		"icmp-other") \
	X(DOT11,		"802.11-not-read") \
	X(TEREDO,		"teredo-not-read") \
	X(GTPU,			"gtp-u-not-read") \
	/* fragments */ \
	X(FRAG_WAIT,		"fragment-waits") \
	X(FRAG_OVERLAP,		"fragment-overlap") \
	X(FRAG_EXPIRED,		"fragment-expired") \
	X(FRAG_EVICTED,		"fragment-evicted") \
	X(FRAG_BAD,		"fragment-bad") \
	/* DNS */ \
	X(DNS_SHORT,		"dns-short") \
	X(DNS_CUT,		"dns-cut") \
	X(DNS_BAD_NAME,		"dns-bad-name") \
	X(DNS_BAD_RECORD,	"dns-bad-record") \
	X(DNS_UPDATE,		"dns-update") \
	X(DNS_NOTIFY,		"dns-notify") \
	X(DNS_OPCODE,		"dns-opcode-not-read") \
	X(DNS_WRONG_WAY,	"dns-wrong-way") \
	X(MDNS,			"mdns") \
	X(LLMNR,		"llmnr") \
	/* TCP streams, TLS, HTTP/2, QUIC */ \
	X(STREAM_GAP,		"stream-gap") \
	X(STREAM_EVICTED,	"stream-evicted") \
	X(STREAM_OVERLAP,	"stream-overlap") \
	X(STREAM_LATE,		"stream-late") \
	X(TLS_SEALED,		"tls-sealed") \
	X(TLS_BAD,		"tls-bad") \
	X(H2_BAD,		"http2-bad") \
	X(H2_HEADERS_LOST,	"http2-headers-lost") \
	X(H2_LIMIT,		"http2-limit") \
	X(HTTP_BAD,		"http-bad") \
	X(QUIC_SEALED,		"quic-sealed") \
	X(QUIC_VERSION,		"quic-version-not-read") \
	X(QUIC_BAD,		"quic-bad") \
	/* what was given up to stay inside --memory */ \
	X(COPY,			"copy-of-a-packet") \
	X(EVICTED_FLOW,		"evicted-flow") \
	X(EVICTED_CONN,		"settled-early") \
	X(EVICTED_QUERY,	"evicted-query") \
	X(EVICTED_LEDGER,	"evicted-ledger") \
	X(EVICTED_SERVICE,	"evicted-service")

enum why {
#define WHY_ENUM(id, text) WHY_##id,
	WHY_TABLE(WHY_ENUM)
#undef WHY_ENUM
	WHY_COUNT
};

struct why_counts { uint64_t n[WHY_COUNT]; };

const char *why_name(enum why w);
/* The reason of this name, or WHY_COUNT. */
enum why why_find(const char *name);

#endif
