#include "bytes.h"

#include "packet/begin.h"

enum { ETHERNET = 1 };

#define PROBE "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 00000000 000000000000 c0000207"
#define SOLICIT "3333ff000007 020000000001 86dd 60000000 0018 3a ff 00000000000000000000000000000000 ff0200000000000000000001ff000007" \
	"87 00 0000 00000000 20010db8000000000000000000000007"
/* BOOTREPLY to a client with this ciaddr, yiaddr 192.0.2.9; the options begin behind the cookie (RFC 2131 2). */
#define DHCP_HEAD "ffffffffffff 020000000001 0800 45 00 0114 0001 0000 40 11 0000 c0000201 ffffffff 0043 0044 0100 0000" \
	"02 01 06 00 12345678 0000 0000"

/* Whether somebody takes up an address with this frame, and which. */
static bool
begins(const struct bytes *x, size_t have, struct addr *a)
{
	struct pkt p;
	enum why why = decode_cut(ETHERNET, x, have, x->n, &p);

	return pkt_begins(&p, why, a);
}

static struct bytes
dhcp(const char *ciaddr, const char *options)
{
	struct bytes x = bytes(DHCP_HEAD);
	size_t options_at = 14 + 20 + 8 + 240;

	add(&x, ciaddr);
	add(&x, "c0000209");
	while (x.n < options_at - 4)
		x.b[x.n++] = 0;
	add(&x, "63825363");
	add(&x, options);
	x.b[17] = (uint8_t)(x.n - 14);
	x.b[16] = (uint8_t)((x.n - 14) >> 8);
	x.b[39] = (uint8_t)(x.n - 34);
	x.b[38] = (uint8_t)((x.n - 34) >> 8);
	return x;
}

static void
a_probe_asks_for_its_address(void **state)
{
	struct bytes x = bytes(PROBE);
	struct addr a;

	(void)state;
	assert_true(begins(&x, x.n, &a));
	assert_addr(&a, "192.0.2.7");
	for (size_t n = 0; n < x.n; n++)
		assert_false(begins(&x, n, &a));
	x.b[31] = 10;			/* a sender with an address asks for another host */
	assert_false(begins(&x, x.n, &a));
	x = bytes(PROBE);
	x.b[21] = 2;			/* a reply */
	assert_false(begins(&x, x.n, &a));
}

static void
so_does_a_solicitation_from_nowhere(void **state)
{
	struct bytes x = bytes(SOLICIT);
	struct addr a;

	(void)state;
	assert_true(begins(&x, x.n, &a));
	assert_addr(&a, "2001:db8::7");
	for (size_t n = 0; n < x.n; n++)
		assert_false(begins(&x, n, &a));
	x.b[22] = 0xfe;			/* from somewhere: it looks for another host */
	assert_false(begins(&x, x.n, &a));
}

static void
an_acknowledgement_to_a_host_without_address(void **state)
{
	struct bytes x = dhcp("00000000", "00 3604c0000201 350105 ff");
	struct addr a;

	(void)state;
	assert_true(begins(&x, x.n, &a));
	assert_addr(&a, "192.0.2.9");
	for (size_t n = 0; n + 2 < x.n; n++)
		assert_false(begins(&x, n, &a));
	x = dhcp("c0000209", "350105 ff");	/* it renews what it has */
	assert_false(begins(&x, x.n, &a));
	x = dhcp("00000000", "350102 ff");	/* an offer is no lease */
	assert_false(begins(&x, x.n, &a));
	x = dhcp("00000000", "ff 350105");	/* behind the end */
	assert_false(begins(&x, x.n, &a));
	x = dhcp("00000000", "36ff");		/* longer than what there is */
	assert_false(begins(&x, x.n, &a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_probe_asks_for_its_address),
		cmocka_unit_test(so_does_a_solicitation_from_nowhere),
		cmocka_unit_test(an_acknowledgement_to_a_host_without_address),
	};

	return cmocka_run_group_tests_name("packet/begin", tests, NULL, NULL);
}
