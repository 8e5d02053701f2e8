#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../proto/make_dns.h"
#include "know/memo.h"

struct fixture { struct memo m; struct watch *watch; };

static int
setup(void **state)
{
	static struct fixture f;
	struct prefix listed;

	assert_true(prefix_parse("192.0.2.1", &listed));
	f.watch = watch_new(&listed, 1);
	*state = &f;
	return f.watch != NULL && memo_init(&f.m, 3, 1 << 20, f.watch, SEED) ? 0 : -1;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	memo_free(&f->m);
	watch_free(f->watch);
	return 0;
}

static struct memo_set *
get(struct fixture *f, const struct msg *m)
{
	struct dns_walk w = m_walk(m);

	return memo_get(&f->m, TABLE_NIL, m->b, m->n, m->n, &w);
}

/* www.example.com is at 192.0.2.`last`. */
static struct memo_set *
get_a(struct fixture *f, uint8_t last, uint32_t ttl)
{
	static struct msg m;
	const uint8_t data[4] = { 192, 0, 2, last };

	m_header(&m, DNS_QR | DNS_RA, 1, 1, 0, 0);
	m_question(&m, "www.example.com", DNS_A);
	m_rr(&m, 12, NULL, DNS_A, ttl, data, 4);
	return get(f, &m);
}

static void
what_differs_in_ttls_alone_is_decoded_once(void **state)
{
	struct fixture *f = *state;
	struct memo_set *s = get_a(f, 1, 300);

	assert_non_null(s);
	assert_ptr_equal(get_a(f, 1, 299), s);
	assert_int_equal(f->m.decoded, 1);
	assert_ptr_not_equal(get_a(f, 2, 300), s);
	assert_int_equal(f->m.decoded, 2);
}

static void
a_set_is_described(void **state)
{
	static struct msg m;
	struct fixture *f = *state;
	struct memo_set *s = get_a(f, 1, 300);

	assert_true(s->listed && s->plain && !s->ns);
	assert_int_equal(s->na, 1);
	assert_false(get_a(f, 2, 300)->listed);
	m_alias_answer(&m, 60);			/* an alias, then 192.0.2.1 and 192.0.2.2 */
	s = get(f, &m);
	assert_true(s->listed && !s->plain);
	assert_int_equal(s->na, 2);
	assert_int_equal(s->ncname, 1);
	assert_int_equal(s->naaaa, 0);
}

/* The address in another section than the answer is not what was asked for. */
static void
glue_is_not_listed(void **state)
{
	static struct msg m;
	struct fixture *f = *state;
	const struct memo_set *s;

	m_header(&m, DNS_QR, 1, 0, 1, 1);
	m_question(&m, "www.example.com", DNS_A);
	m_rr(&m, 16, NULL, DNS_NS, 60, "\2ns\300\20", 5);
	m_rr(&m, 0, "ns.example.com", DNS_A, 60, "\300\0\2\1", 4);
	s = get(f, &m);
	assert_true(s->ns && !s->listed && !s->plain);
	assert_int_equal(s->na, 0);
}

/* At the bound what was not used since it became the oldest goes, but never what others lead to. */
static void
at_the_bound_the_unused_goes(void **state)
{
	struct fixture *f = *state;
	struct memo_set *one = get_a(f, 1, 300);

	get_a(f, 2, 300);
	get_a(f, 3, 300);
	get_a(f, 1, 300);			/* used again: the second is the one to go */
	get_a(f, 4, 300);
	assert_int_equal(f->m.t.n, 3);
	assert_int_equal(f->m.decoded, 4);
	assert_ptr_equal(get_a(f, 1, 300), one);
	assert_int_equal(f->m.decoded, 4);
	get_a(f, 2, 300);
	assert_int_equal(f->m.decoded, 5);
}

static void
what_is_held_stays(void **state)
{
	struct fixture *f = *state;

	for (uint8_t i = 1; i <= 3; i++)
		get_a(f, i, 300)->holders = 1;
	assert_null(get_a(f, 4, 300));
	assert_int_equal(f->m.t.n, 3);
	get_a(f, 1, 300)->holders = 0;
	assert_null(get_a(f, 5, 300));		/* it was just used: another turn */
	get_a(f, 2, 300)->holders = get_a(f, 3, 300)->holders = 0;
	assert_non_null(get_a(f, 5, 300));
}

static void
bytes_are_bounded_too(void **state)
{
	struct fixture *f = *state;
	size_t one;

	get_a(f, 1, 300);
	one = f->m.bytes;
	assert_true(one > sizeof(struct memo_set));
	f->m.max_bytes = one;			/* one more may go beyond it; the next makes room */
	get_a(f, 2, 300);
	get_a(f, 3, 300);
	assert_int_equal(f->m.t.n, 2);
	assert_int_equal(f->m.bytes, 2 * one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_differs_in_ttls_alone_is_decoded_once, setup, teardown),
		cmocka_unit_test_setup_teardown(a_set_is_described, setup, teardown),
		cmocka_unit_test_setup_teardown(glue_is_not_listed, setup, teardown),
		cmocka_unit_test_setup_teardown(at_the_bound_the_unused_goes, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_held_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(bytes_are_bounded_too, setup, teardown),
	};

	return cmocka_run_group_tests_name("know/memo", tests, NULL, NULL);
}
