#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "know/service.h"

enum { LDAP = 3, MAIL, DC1 = 10 };

struct fixture { struct why_counts counts; struct kept_table kept; struct service_table s; };

static int
setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ 0 };
	*state = &f;
	return kept_init(&f.kept, 20, 3) && service_init(&f.s, &f.kept, &f.counts, 3) ? 0 : -1;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	service_free(&f->s);
	kept_free(&f->kept);
	return 0;
}

static struct service_key
key(uint32_t scope, uint32_t name)
{
	const uint8_t b[4] = { 10, 0, 0, 1 };

	return (struct service_key){ .client = addr_v4(b), .scope = scope, .name = name, .type = DNS_SRV };
}

static void
leads(struct fixture *f, struct service *s, uint32_t target, uint16_t port, usec_t t, usec_t expiry)
{
	static const uint8_t bytes[60];
	const struct frame frame = { .t = t, .number = (uint64_t)t / TM_SEC + 1, .data = bytes, .have = 60, .wire = 60 };
	const struct service_target to = { .name = target, .port = port, .t = t, .expiry = expiry };

	service_leads(&f->s, s, &to, &frame);
}

static struct dns_rr
record(uint16_t type, const char *rdata, size_t n)
{
	return (struct dns_rr){ .owner = (const uint8_t *)"\3www\7example\3com", .rdata = (const uint8_t *)rdata, .rdlen = (uint16_t)n, .type = type };
}

/* RFC 2782, 1035 3.3.9, 9460 2.2: where the name stands; RFC 7505 and 9460 2.5.1: a root says that there is nothing, or that it is the owner. */
static void
records_that_lead_on(void **state)
{
	const struct {
		uint16_t type, port;
		const char *rdata;
		size_t n;
		const char *to;
	} rows[] = {
		{ DNS_SRV, 389, "\0\1\0\2\1\205\3dc1\7example\0", 19, "\3dc1\7example" },
		{ DNS_SRV, 0, "\0\0\0\0\0\0\0", 7, NULL },
		{ DNS_MX, 25, "\0\12\4mail\7example\0", 16, "\4mail\7example" },
		{ DNS_MX, 25, "\0\0\0", 3, NULL },
		{ DNS_HTTPS, 0, "\0\0\3svc\7example\0", 15, "\3svc\7example" },
		{ DNS_HTTPS, 0, "\0\1\3svc\7example\0\0\3\0\2\1\273", 21, "\3svc\7example" },
		{ DNS_SVCB, 0, "\0\1\3svc\7example\0", 15, "\3svc\7example" },
		{ DNS_HTTPS, 0, "\0\1\0", 3, NULL },
		{ DNS_HTTPS, 0, "\0\1\3www\7example\3com\0", 19, NULL },
		{ DNS_CNAME, 0, "\3svc\7example\0", 13, NULL },
		{ DNS_NS, 0, "\3svc\7example\0", 13, NULL },
		{ DNS_SRV, 0, "\0\1\0", 3, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct dns_rr rr = record(rows[i].type, rows[i].rdata, rows[i].n);
		const uint8_t *to = service_next(&rr);

		assert_int_equal(to != NULL, rows[i].to != NULL);
		if (to != NULL)
			assert_string_equal((const char *)to, rows[i].to);
		assert_int_equal(service_port(&rr), rows[i].port);
	}
}

static void
an_answer_tells_its_targets(void **state)
{
	struct fixture *f = *state;
	const struct service_key k = key(0, LDAP), other = key(7, LDAP);
	struct service *s;

	assert_null(service_answer(&f->s, &k, 5, false));
	s = service_answer(&f->s, &k, 10 * TM_SEC, true);
	leads(f, s, DC1, 389, 10 * TM_SEC, 70 * TM_SEC);
	assert_ptr_equal(service_find(&f->s, &k), s);
	assert_null(service_find(&f->s, &other));		/* the same client in another scope is another */
	assert_int_equal(service_to(s, DC1, 10 * TM_SEC)->port, 389);
	assert_null(service_to(s, DC1, 9 * TM_SEC));		/* not told yet */
	assert_null(service_to(s, DC1 + 1, 10 * TM_SEC));
	leads(f, s, DC1, 636, 10 * TM_SEC, 70 * TM_SEC);
	assert_int_equal(service_to(s, DC1, 10 * TM_SEC)->port, 0);	/* two ports in one answer */
	leads(f, s, DC1, 389, 20 * TM_SEC, 80 * TM_SEC);
	assert_int_equal(service_to(s, DC1, 20 * TM_SEC)->port, 389);
	assert_true(service_to(s, DC1, 20 * TM_SEC)->expiry == 80 * TM_SEC);
	assert_int_equal(f->kept.t.n, 1);			/* the packet of the last answer alone */
}

static void
at_the_bound_the_target_told_longest_ago_goes(void **state)
{
	struct fixture *f = *state;
	const struct service_key k = key(0, LDAP);
	struct service *s = service_answer(&f->s, &k, 0, true);

	for (uint32_t i = 0; i < SERVICE_TARGETS; i++)
		leads(f, s, DC1 + i, 389, i * TM_SEC, 600 * TM_SEC);
	leads(f, s, DC1, 389, 50 * TM_SEC, 600 * TM_SEC);
	leads(f, s, 99, 389, 60 * TM_SEC, 600 * TM_SEC);
	assert_int_equal(s->n, SERVICE_TARGETS);
	assert_non_null(service_to(s, DC1, 60 * TM_SEC));
	assert_null(service_to(s, DC1 + 1, 60 * TM_SEC));
	assert_non_null(service_to(s, 99, 60 * TM_SEC));
	assert_int_equal(f->kept.t.n, SERVICE_TARGETS);
}

static void
at_the_bound_the_longest_unused_goes(void **state)
{
	struct fixture *f = *state;
	const struct service_key first = key(0, LDAP), second = key(1, LDAP);

	for (uint32_t i = 0; i < SERVICES; i++) {
		const struct service_key k = key(i, LDAP);
		struct service *s = service_answer(&f->s, &k, 0, true);

		assert_non_null(s);
		if (i == 1)
			leads(f, s, DC1, 389, 0, TM_SEC);
	}
	assert_non_null(service_answer(&f->s, &first, 1, false));	/* used again */
	assert_non_null(service_answer(&f->s, &(struct service_key){ .name = MAIL }, 2, true));
	assert_non_null(service_find(&f->s, &first));
	assert_null(service_find(&f->s, &second));
	assert_int_equal(f->counts.n[WHY_EVICTED_SERVICE], 1);
	assert_int_equal(f->kept.t.n, 0);			/* its packet went with it */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_that_lead_on),
		cmocka_unit_test_setup_teardown(an_answer_tells_its_targets, setup, teardown),
		cmocka_unit_test_setup_teardown(at_the_bound_the_target_told_longest_ago_goes, setup, teardown),
		cmocka_unit_test_setup_teardown(at_the_bound_the_longest_unused_goes, setup, teardown),
	};

	return cmocka_run_group_tests_name("know/service", tests, NULL, NULL);
}
