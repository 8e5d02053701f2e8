/* Who names which server, and whose sessions are sealed DNS. */
#include <string.h>

#include "proto/pick_int.h"

#define PORT_HTTPS 443

/* Names that stand for DNS over HTTPS and nothing else, each with all names below it. */
static const char *const doh_names[] = {
	"dns.google", "dns64.dns.google", "cloudflare-dns.com", "one.one.one.one", "dns.quad9.net", "dns9.quad9.net",
	"dns10.quad9.net", "dns11.quad9.net", "dns12.quad9.net", "doh.opendns.com", "doh.familyshield.opendns.com",
	"doh.sandbox.opendns.com", "doh.umbrella.com", "dns.nextdns.io", "dns.adguard.com", "dns.adguard-dns.com",
	"dns-family.adguard.com", "dns-unfiltered.adguard.com", "doh.cleanbrowsing.org", "dns.controld.com",
	"freedns.controld.com", "dns.mullvad.net", "doh.mullvad.net", "dns0.eu", "doh.dns.sb", "doh.xfinity.com",
	"dns.alidns.com", "doh.pub", "doh.360.cn", "odvr.nic.cz", "doh.libredns.gr", "dns.switch.ch", "dns.twnic.tw",
	"public.dns.iij.jp", "doh.applied-privacy.net", "dns.digitale-gesellschaft.ch", "doh.dns.apple.com",
};

static bool
doh_name(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(doh_names) / sizeof(doh_names[0]); i++) {
		size_t m = strlen(doh_names[i]);

		if (n >= m && strcmp(name + n - m, doh_names[i]) == 0 && (n == m || name[n - m - 1] == '.'))
			return true;
	}
	return false;
}

/* "doq", or one of its drafts, "doq-i02". */
static bool
alpn_doq(const struct hello *h)
{
	for (size_t at = 0; at < h->alpn_len; at += 1 + (size_t)h->alpn[at])
		if (h->alpn[at] >= 3 && memcmp(h->alpn + at + 1, "doq", 3) == 0)
			return true;
	return false;
}

static enum dns_way
sealed_way(const struct hello *h)
{
	if (h->way == HELLO_QUIC && (h->sport == PORT_SEALED_DNS || alpn_doq(h)))
		return DNS_DOQ;
	if (h->sport == PORT_SEALED_DNS || tls_alpn_has(h->alpn, h->alpn_len, "dot"))
		return DNS_DOT;
	if (h->sport == PORT_HTTPS && h->name != NULL && doh_name(h->name))
		return DNS_DOH;
	return DNS_WAYS;
}

static struct sealed
sealed_flow(const struct hello *flow, enum dns_way way)
{
	return (struct sealed){ .t = flow->t, .client = flow->client, .server = flow->server, .sport = flow->sport, .scope = flow->scope, .way = way };
}

void
pick_sealed(struct pick *k, const struct hello *flow, enum dns_way way, const uint8_t smac[6])
{
	struct sealed x = sealed_flow(flow, way);

	memcpy(x.smac, smac, sizeof(x.smac));
	if (k->sinks.sealed != NULL)
		k->sinks.sealed(k->sinks.ctx, &x);
}

void
pick_sealed_answer(struct pick *k, const struct hello *flow, enum dns_way way)
{
	struct sealed x = sealed_flow(flow, way);

	if (k->sinks.sealed_answer != NULL)
		k->sinks.sealed_answer(k->sinks.ctx, &x);
}

void
pick_name(struct pick *k, const struct hello *h)
{
	k->counts.hellos[h->way]++;
	k->counts.named[h->way] += h->name != NULL;
	if (k->sinks.hello != NULL)
		k->sinks.hello(k->sinks.ctx, h);
}

enum dns_way
pick_hello(struct pick *k, struct hello *h, const struct tls_hello *t, const uint8_t smac[6])
{
	enum dns_way way;

	h->name = t->name[0] != '\0' ? t->name : NULL;
	h->alpn = t->alpn;
	h->alpn_len = t->alpn_len;
	h->version = t->version;
	h->ech = t->ech;
	pick_name(k, h);
	way = sealed_way(h);
	if (way != DNS_WAYS) {
		k->counts.sealed[way]++;
		pick_sealed(k, h, way, smac);
	}
	return way;
}
