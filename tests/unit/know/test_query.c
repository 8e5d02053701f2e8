#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "know/query.h"

static struct query_key
key(uint16_t id)
{
	const struct addr client = addr_v4((const uint8_t[]){ 10, 0, 0, 7 }), server = addr_v4((const uint8_t[]){ 10, 53, 0, 1 });

	return query_key(&client, &server, 0, 4000, id);
}

static void
ask(struct query_table *q, uint16_t id, uint32_t client, usec_t t)
{
	struct query_key k = key(id);

	query_ask(q, &k, client, t);
}

static usec_t
answer(struct query_table *q, uint16_t id, uint32_t *client)
{
	struct query_key k = key(id);

	return query_answer(q, &k, client);
}

static void
an_answer_takes_its_question(void **state)
{
	struct why_counts counts = { 0 };
	struct query_table q;
	struct query_key other = key(1);
	uint32_t client = 99;

	(void)state;
	assert_true(query_init(&q, 10, &counts, 3));
	ask(&q, 1, 5, 100);
	other.which += 1 << 16;			/* another port */
	assert_true(query_answer(&q, &other, &client) == TM_NONE);
	assert_true(answer(&q, 2, &client) == TM_NONE);
	assert_int_equal(client, 99);
	assert_true(answer(&q, 1, &client) == 100);
	assert_int_equal(client, 5);
	assert_true(answer(&q, 1, &client) == TM_NONE);		/* once only */
	assert_int_equal(q.asked, 1);
	assert_int_equal(q.answered, 1);
	assert_int_equal(q.unasked, 3);
	query_free(&q);
}

static void
a_retry_waits_from_its_first(void **state)
{
	struct why_counts counts = { 0 };
	struct query_table q;
	uint32_t client;

	(void)state;
	assert_true(query_init(&q, 10, &counts, 3));
	ask(&q, 1, 5, 0);
	ask(&q, 1, 5, 5 * TM_SEC);
	assert_int_equal(q.asked, 2);
	assert_int_equal(q.repeated, 1);
	query_tick(&q, QUERY_WAIT);
	assert_int_equal(q.unanswered, 0);
	query_tick(&q, QUERY_WAIT + 1);
	assert_int_equal(q.unanswered, 1);
	assert_true(answer(&q, 1, &client) == TM_NONE);
	query_free(&q);
}

static void
at_the_bound_the_oldest_goes(void **state)
{
	struct why_counts counts = { 0 };
	struct query_table q;
	uint32_t client;

	(void)state;
	assert_true(query_init(&q, 2, &counts, 3));
	for (uint16_t id = 1; id <= 3; id++)
		ask(&q, id, id, id);
	assert_int_equal(counts.n[WHY_EVICTED_QUERY], 1);
	assert_true(answer(&q, 1, &client) == TM_NONE);
	assert_true(answer(&q, 2, &client) == 2 && answer(&q, 3, &client) == 3);
	query_free(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_takes_its_question),
		cmocka_unit_test(a_retry_waits_from_its_first),
		cmocka_unit_test(at_the_bound_the_oldest_goes),
	};

	return cmocka_run_group_tests_name("know/query", tests, NULL, NULL);
}
