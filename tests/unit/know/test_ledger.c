#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "know/ledger.h"
#include "packet/pkt.h"

enum { WWW = 3, API, MX, FTP, OTHER };

struct fixture { struct why_counts counts; struct kept_table kept; struct ledger l; struct addr d; };

static int
setup(void **state)
{
	static struct fixture f;
	const uint8_t d[4] = { 192, 0, 2, 10 };

	f = (struct fixture){ .d = addr_v4(d) };
	*state = &f;
	return kept_init(&f.kept, 20, 3) && ledger_init(&f.l, 2, &f.kept, &f.counts, 3) ? 0 : -1;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	ledger_free(&f->l);
	kept_free(&f->kept);
	return 0;
}

static struct addr
client(uint8_t i)
{
	const uint8_t b[4] = { 10, 0, 0, i };

	return addr_v4(b);
}

/* Packets by their time, so that each answer has one of its own. */
static struct frame
frame_at(usec_t t)
{
	static const uint8_t bytes[60];

	return (struct frame){ .t = t, .number = (uint64_t)t / TM_SEC + 1, .data = bytes, .have = 60, .wire = 60 };
}

static struct told *
tell(struct fixture *f, uint8_t who, uint32_t name, usec_t t, uint32_t ttl)
{
	const struct frame frame = frame_at(t);
	const struct ledger_answer a = { .client = client(who), .addr = f->d, .ttl = ttl, .server = ttl, .path = &name, .npath = 1, .t = t, .frame = &frame };

	return ledger_told(&f->l, &a);
}

static const struct ledger_entry *
of(struct fixture *f, uint8_t who)
{
	struct addr c = client(who);

	return ledger_find(&f->l, &c, 0, &f->d);
}

static void
the_answer_that_runs_longest_counts(void **state)
{
	struct fixture *f = *state;
	struct told *t = tell(f, 1, WWW, 0, 300);

	assert_true(t->expiry == 300 * TM_SEC);
	t = tell(f, 1, WWW, 10 * TM_SEC, 60);			/* ends sooner */
	assert_true(t->expiry == 300 * TM_SEC && t->t == 0 && t->server == 300);
	assert_true(t->first == 0 && t->last == 10 * TM_SEC && t->n == 2);
	t = tell(f, 1, WWW, 20 * TM_SEC, 290);			/* ends later */
	assert_true(t->expiry == 310 * TM_SEC && t->server == 290);
	t = tell(f, 1, WWW, 400 * TM_SEC, 5);			/* what ran longer has run out */
	assert_true(t->expiry == 405 * TM_SEC && t->ttl == 5);
	assert_int_equal(f->kept.t.n, 1);			/* its packet alone is kept */
	assert_null(of(f, 2));
}

static void
asks_as(struct fixture *f, const struct addr *c, usec_t t, uint32_t number, bool audible)
{
	const struct ledger_question q = { .client = *c, .addr = f->d, .server = client(9), .name = WWW, .number = number, .audible = audible, .t = t };

	ledger_asked(&f->l, &q);
}

static void
asks(struct fixture *f, const struct addr *c, usec_t t)
{
	asks_as(f, c, t, (uint32_t)t, true);
}

static void
questions_wait_until_they_are_answered(void **state)
{
	struct fixture *f = *state;
	struct addr c = client(1);
	const struct frame frame = frame_at(90 * TM_SEC);
	const struct told *t;

	asks(f, &c, 10);
	asks(f, &c, 20);
	t = ledger_name(of(f, 1), WWW);
	assert_true(t->n == 0 && t->waits == 10 && t->asked == 20 && t->unanswered == 2 && t->answered == TM_NONE);
	ledger_answered(&f->l, &c, 0, &f->d, WWW, 30);
	assert_true(t->waits == TM_NONE && t->unanswered == 0 && t->answered == 30 && t->other == TM_NONE);
	asks(f, &c, 40);
	ledger_told_other(&f->l, &c, 0, &f->d, WWW, 50, &frame);
	assert_true(t->waits == TM_NONE && t->unanswered == 0 && t->other == 50 && t->answered == 50);
	assert_true(t->kept_other != KEPT_NONE && t->kept == KEPT_NONE);
	ledger_failed(&f->l, &c, 0, &f->d, WWW, 60);
	assert_true(t->failed == 60 && t->answered == 50);
}

/* A mirror may show a question once more, when it is answered; who asks again had no answer. */
static void
copies_are_no_questions(void **state)
{
	struct fixture *f = *state;
	struct addr c = client(1);
	const struct told *t;

	asks_as(f, &c, 10, 7, true);
	asks_as(f, &c, 20, 7, true);
	t = ledger_name(of(f, 1), WWW);
	assert_true(t->asked == 20);
	ledger_answered(&f->l, &c, 0, &f->d, WWW, 30);
	asks_as(f, &c, 40, 7, true);
	assert_true(t->asked == 20 && t->waits == TM_NONE);
	asks_as(f, &c, 50, 8, true);
	assert_true(t->asked == 50);
}

/* Of which questions an answer was seen, and of which not. */
static void
some_questions_are_never_heard_of_again(void **state)
{
	struct fixture *f = *state;
	struct addr c = client(1);
	const struct told *t;

	for (int i = 1; i <= 4; i++)
		asks(f, &c, i * 60 * TM_SEC);
	t = ledger_name(of(f, 1), WWW);
	for (int i = 1; i <= 4; i++)
		assert_false(told_heard_back(t, i * 60 * TM_SEC));
	ledger_answered(&f->l, &c, 0, &f->d, WWW, 240 * TM_SEC + 5);
	assert_true(told_heard_back(t, 240 * TM_SEC));
	asks(f, &c, 300 * TM_SEC);
	assert_false(told_heard_back(t, 180 * TM_SEC));
	assert_true(told_heard_back(t, 240 * TM_SEC));
	assert_false(told_heard_back(t, 300 * TM_SEC));
	ledger_failed(&f->l, &c, 0, &f->d, WWW, 300 * TM_SEC + 5);
	assert_true(told_heard_back(t, 300 * TM_SEC));
}

/* A server that is never heard may have said anything, until the client turns to another because it did not. */
static void
a_server_may_answer_by_another_way(void **state)
{
	struct fixture *f = *state;
	struct addr c = client(1);
	const struct told *t;

	asks_as(f, &c, 10, 1, false);
	asks_as(f, &c, 20, 2, true);
	t = ledger_name(of(f, 1), WWW);
	assert_true(t->deaf == 10);
	asks_as(f, &c, 10 + 2 * TM_SEC, 3, true);
	assert_true(t->deaf == TM_NONE);
}

/* A hint that goes says nothing to whom an address record told it. */
static void
hints_speak_of_hints(void **state)
{
	struct fixture *f = *state;
	struct addr c = client(1);
	const struct frame frame = frame_at(90 * TM_SEC);
	struct told *t = tell(f, 1, WWW, 0, 300);

	ledger_hint_other(&f->l, &c, 0, &f->d, WWW, 50, &frame);
	ledger_hint_other(&f->l, &c, 0, &f->d, API, 50, &frame);
	assert_true(t->other == TM_NONE && of(f, 1)->n == 1);
	t->by = ZONE_HINT;
	ledger_hint_other(&f->l, &c, 0, &f->d, WWW, 60, &frame);
	assert_true(t->other == 60);
}

static void
of_many_names_the_one_told_longest_ago_makes_room(void **state)
{
	struct fixture *f = *state;

	tell(f, 1, WWW, 5 * TM_SEC, 9);
	tell(f, 1, API, 1 * TM_SEC, 9);
	tell(f, 1, MX, 2 * TM_SEC, 9);
	tell(f, 1, FTP, 3 * TM_SEC, 9);
	tell(f, 1, OTHER, 4 * TM_SEC, 9);
	assert_int_equal(of(f, 1)->n, LEDGER_NAMES);
	assert_null(ledger_name(of(f, 1), API));
	assert_non_null(ledger_name(of(f, 1), WWW));
	assert_non_null(ledger_name(of(f, 1), OTHER));
	assert_int_equal(f->kept.t.n, LEDGER_NAMES);
}

static void
at_the_bound_the_longest_unused_goes(void **state)
{
	struct fixture *f = *state;

	tell(f, 1, WWW, 1 * TM_SEC, 9);
	tell(f, 2, WWW, 2 * TM_SEC, 9);
	tell(f, 1, WWW, 3 * TM_SEC, 9);
	tell(f, 3, WWW, 4 * TM_SEC, 9);
	assert_null(of(f, 2));
	assert_non_null(of(f, 1));
	assert_non_null(of(f, 3));
	assert_int_equal(f->counts.n[WHY_EVICTED_LEDGER], 1);
	assert_int_equal(f->kept.t.n, 2);			/* and its packet with it */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_answer_that_runs_longest_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(questions_wait_until_they_are_answered, setup, teardown),
		cmocka_unit_test_setup_teardown(copies_are_no_questions, setup, teardown),
		cmocka_unit_test_setup_teardown(some_questions_are_never_heard_of_again, setup, teardown),
		cmocka_unit_test_setup_teardown(a_server_may_answer_by_another_way, setup, teardown),
		cmocka_unit_test_setup_teardown(hints_speak_of_hints, setup, teardown),
		cmocka_unit_test_setup_teardown(of_many_names_the_one_told_longest_ago_makes_room, setup, teardown),
		cmocka_unit_test_setup_teardown(at_the_bound_the_longest_unused_goes, setup, teardown),
	};

	return cmocka_run_group_tests_name("know/ledger", tests, NULL, NULL);
}
