#include "proto/dnsev.h"

const char *
dns_way_name(enum dns_way w)
{
	static const char *const names[DNS_WAYS] = {
		[DNS_UDP] = "udp", [DNS_TCP] = "tcp", [DNS_DOT] = "dot", [DNS_DOH] = "doh", [DNS_DOQ] = "doq",
	};

	return names[w];
}
