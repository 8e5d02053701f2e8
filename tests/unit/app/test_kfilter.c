#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pcap/pcap.h>

#include "app/kfilter.h"

#define KERNEL_MOST 4096		/* BPF_MAXINSNS of linux/bpf_common.h */

static const int links[] = { DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_RAW };

static struct deplist *
list_of(unsigned n)
{
	struct deplist *l = deplist_new();
	struct err err;
	char spec[64];

	for (unsigned i = 0; i < n; i++) {
		snprintf(spec, sizeof(spec), i % 2 ? "2001:db8::%x" : "10.0.%u.%u", i % 2 ? i : i / 256, i % 256);
		assert_int_equal(deplist_add_spec(l, spec, &err), 0);
	}
	assert_int_equal(deplist_finish(l, &err), 0);
	return l;
}

static struct bpf_program
compiled(const struct deplist *l, const char *user, bool all, int link)
{
	struct buf text = { 0 };
	struct bpf_program p;
	pcap_t *dead = pcap_open_dead(link, 65535);

	kfilter_text(l, user, all, link != DLT_RAW, &text);
	if (pcap_compile(dead, &p, buf_cstr(&text), 1, PCAP_NETMASK_UNKNOWN) < 0)
		fail_msg("link type %d: %s", link, pcap_geterr(dead));
	pcap_close(dead);
	buf_free(&text);
	return p;
}

/* Up to 256 addresses by name; more than the kernel takes are not written. */
static void
fits_into_the_kernel(void **state)
{
	static const unsigned sizes[] = { 1, KFILTER_ADDRS, 1000 };

	(void)state;
	for (size_t s = 0; s < 3; s++) {
		struct deplist *l = list_of(sizes[s]);

		for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
			struct bpf_program p = compiled(l, NULL, true, links[i]);

			assert_in_range(p.bf_len, 1, KERNEL_MOST);
			pcap_freecode(&p);
		}
		deplist_free(l);
	}
}

/* An Ethernet frame with an IPv4 header and this behind it. */
static size_t
frame(uint8_t *f, uint8_t proto, const char *dst, const uint8_t *pay, size_t n)
{
	static const uint8_t head[] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 0, 0, 1, 0x40, 0, 64, 0, 0, 0, 10, 9, 9, 9 };
	unsigned a, b, c, d;

	memcpy(f, head, sizeof(head));
	f[23] = proto;
	f[17] = (uint8_t)(20 + n);
	assert_int_equal(sscanf(dst, "%u.%u.%u.%u", &a, &b, &c, &d), 4);
	f[30] = (uint8_t)a, f[31] = (uint8_t)b, f[32] = (uint8_t)c, f[33] = (uint8_t)d;
	memcpy(f + 34, pay, n);
	return 34 + n;
}

static bool
passes(const struct bpf_program *p, uint8_t proto, const char *dst, const uint8_t *pay, size_t n)
{
	uint8_t f[256] = { 0 };
	struct pcap_pkthdr h = { .caplen = (bpf_u_int32)frame(f, proto, dst, pay, n) };

	h.len = h.caplen;
	return pcap_offline_filter(p, &h, f) != 0;
}

#define TCP(sport, dport, flags, ...) (uint8_t[]){ (sport) >> 8, (sport) & 255, (dport) >> 8, (dport) & 255, 1, 2, 3, 4, 0, 0, 0, 0, 0x50, flags, 1, 0, 0, 0, 0, 0, __VA_ARGS__ }
#define UDP(sport, dport, ...) (uint8_t[]){ (sport) >> 8, (sport) & 255, (dport) >> 8, (dport) & 255, 0, 12, 0, 0, __VA_ARGS__ }

static void
lets_through_what_is_needed(void **state)
{
	struct deplist *l = list_of(1);		/* 10.0.0.0 */
	struct bpf_program p = compiled(l, NULL, true, DLT_EN10MB), some = compiled(l, NULL, false, DLT_EN10MB);

	(void)state;
	assert_true(passes(&p, 17, "10.1.1.1", UDP(4000, 53, 0, 0, 0, 0), 12));
	assert_true(passes(&p, 6, "10.1.1.1", TCP(4000, 53, 0x10, 0), 21));
	assert_true(passes(&p, 6, "10.1.1.1", TCP(4000, 443, 0x02, 0), 20));		/* SYN */
	assert_true(passes(&p, 6, "10.1.1.1", TCP(4000, 443, 0x11, 0), 20));		/* FIN */
	assert_true(passes(&p, 6, "10.1.1.1", TCP(4000, 443, 0x14, 0), 20));		/* RST */
	assert_true(passes(&p, 6, "10.1.1.1", TCP(4000, 443, 0x18, 22, 3, 1, 0, 50, 1), 26));	/* ClientHello */
	assert_true(passes(&p, 17, "10.1.1.1", UDP(4000, 443, 0xc0, 0, 0, 1), 12));	/* QUIC Initial */
	assert_true(passes(&p, 6, "10.0.0.0", TCP(4000, 443, 0x10, 1), 21));		/* listed */
	assert_true(passes(&p, 1, "10.1.1.1", (uint8_t[]){ 3, 1, 0, 0, 0, 0, 0, 0 }, 8));	/* unreachable */
	assert_true(passes(&p, 47, "10.1.1.1", (uint8_t[]){ 0, 0, 8, 0 }, 4));		/* GRE */
	/* and the mass of what there is, not */
	assert_false(passes(&p, 6, "10.1.1.1", TCP(4000, 443, 0x10, 23, 3, 3, 1, 0, 0), 26));
	assert_false(passes(&p, 17, "10.1.1.1", UDP(4000, 443, 0x40, 0, 0, 1), 12));
	assert_false(passes(&p, 1, "10.1.1.1", (uint8_t[]){ 8, 0, 0, 0, 0, 0, 0, 0 }, 8));	/* ping */
	assert_false(passes(&some, 6, "10.0.0.0", TCP(4000, 443, 0x10, 1), 21));	/* sequence number ...03: not of the sample */
	pcap_freecode(&p);
	pcap_freecode(&some);
	deplist_free(l);
}

static void
users_filter_narrows(void **state)
{
	struct deplist *l = list_of(1);
	struct bpf_program p = compiled(l, "host 10.1.1.1 or host 10.2.2.2", true, DLT_EN10MB);

	(void)state;
	assert_true(passes(&p, 17, "10.1.1.1", UDP(4000, 53, 0, 0, 0, 0), 12));
	assert_false(passes(&p, 17, "10.1.1.2", UDP(4000, 53, 0, 0, 0, 0), 12));
	assert_false(passes(&p, 17, "10.2.2.2", UDP(4000, 54, 0, 0, 0, 0), 12));
	pcap_freecode(&p);
	deplist_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_into_the_kernel),
		cmocka_unit_test(lets_through_what_is_needed),
		cmocka_unit_test(users_filter_narrows),
	};

	return cmocka_run_group_tests_name("app/kfilter", tests, NULL, NULL);
}
