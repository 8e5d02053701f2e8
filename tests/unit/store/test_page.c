/* Pages of kept history: bytes by hand, back and forth, what is given up, and damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "store/page.h"

static struct page_event
event(uint32_t a, uint32_t b, uint32_t c, uint32_t at, uint32_t value, uint8_t flags)
{
	return (struct page_event){ .key = { a, b, c }, .at = at, .value = value, .flags = flags };
}

/* Two clients of one server, then another set: seven bits a byte, the lowest first, differences to the entry before. */
static void
bytes_by_hand(void **state)
{
	const struct page_event e[] = {
		event(0x100, 3, 5, 300, 120, 16), event(0x100, 3, 5, 310, 110, 16), event(0x100, 3, 7, 0, 60, 0), event(0x200, 1, 5, 1, 1, 9),
	};
	static const uint8_t want[] = {
		1,				/* the format */
		0x80, 0x02, 3, 5,		/* 256, 3, 5 */
		1 << 5 | 16, 0xac, 0x02, 120,	/* two events, flags 16; at 300, value 120 */
		10, 19 << 1,			/* 10 later, 10 less: zigzag(-10) is 19; flags as before */
		0, 0, 2, 0, 0, 60,		/* the same set and server, client 7; one event */
		0x80, 0x02, 1, 5, 9, 1, 1,	/* another set: server and client as they are */
	};
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(page_encode(e, 4, &b), 3);
	assert_int_equal(b.len, sizeof(want));
	assert_memory_equal(b.p, want, sizeof(want));
	buf_free(&b);
}

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 8;
}

/* Some thousand events of any kind, sorted: what comes back is what went in, as long as no key has more than PAGE_TIMES. */
static void
there_and_back(void **state)
{
	struct page_event *e = calloc(4000, sizeof(*e));
	struct page_list back = { 0 };
	struct buf b = { 0 };
	uint32_t seed = 7;

	(void)state;
	for (int i = 0; i < 4000; i++)
		e[i] = event((next(&seed) % 50) << 8, next(&seed) % 5, next(&seed) * (i % 100 == 0 ? 256 : 1) % 4000000000u, next(&seed) % 360000,
		    i % 10 == 0 ? UINT32_MAX - next(&seed) : next(&seed) % 86400, (uint8_t)(next(&seed) & PAGE_FLAGS));
	page_sort(e, 4000);
	page_encode(e, 4000, &b);
	assert_true(page_decode(b.p, b.len, &back));
	assert_int_equal(back.n, 4000);
	for (size_t i = 0; i < 4000; i++)
		assert_memory_equal(&back.e[i], &e[i], sizeof(*e));
	page_list_free(&back);
	buf_free(&b);
	free(e);
}

/* Of many events of one key: the first and the last, and how many there were; merged with more, the number stays right. */
static void
many_of_one_key(void **state)
{
	struct page_event e[100], more[3];
	struct page_list back = { 0 }, all = { 0 }, again = { 0 };
	struct buf b = { 0 };
	uint64_t n = 0;

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		e[i] = event(1, 2, 3, i * 10, 300, 0);
	for (uint32_t i = 0; i < 3; i++)
		more[i] = event(1, 2, 3, 2000 + i, 300, 0);
	assert_int_equal(page_encode(e, 100, &b), 1);
	assert_true(page_decode(b.p, b.len, &back));
	assert_int_equal(back.n, PAGE_TIMES);
	assert_int_equal(back.e[0].at, 0);
	assert_int_equal(back.e[PAGE_TIMES - 2].at, (PAGE_TIMES - 2) * 10);
	assert_int_equal(back.e[PAGE_TIMES - 2].more, 100 - PAGE_TIMES);
	assert_int_equal(back.e[PAGE_TIMES - 1].at, 990);
	page_merge(&all, back.e, back.n, more, 3);
	buf_clear(&b);
	page_encode(all.e, all.n, &b);
	assert_true(page_decode(b.p, b.len, &again));
	for (size_t i = 0; i < again.n; i++)
		n += 1 + again.e[i].more;
	assert_int_equal(n, 103);
	assert_int_equal(again.e[again.n - 1].at, 2002);
	page_list_free(&back);
	page_list_free(&all);
	page_list_free(&again);
	buf_free(&b);
}

static void
shards_come_first(void **state)
{
	struct page_event e[] = { event(256, 0, 0, 0, 0, 0), event(1, 0, 0, 0, 0, 0), event(0, 9, 9, 9, 0, 0) };

	(void)state;
	page_sort(e, 3);
	assert_int_equal(e[0].key[0], 0);	/* shard 0 */
	assert_int_equal(e[1].key[0], 256);	/* too */
	assert_int_equal(e[2].key[0], 1);
}

static void
damage_is_refused(void **state)
{
	const struct page_event e[] = { event(256, 3, 5, 300, 120, 16), event(256, 3, 5, 310, 110, 16) };
	static const uint8_t late[] = { 1, 1, 1, 1, 0, 0xc0, 0xfc, 0x15, 0 };	/* at 360000: the next hour */
	static const uint8_t other[] = { 2, 1, 1, 1, 0, 0, 0 };
	static const uint8_t long_one[] = { 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 1, 0, 0, 0 };
	struct page_list l = { 0 };
	struct buf b = { 0 };

	(void)state;
	page_encode(e, 2, &b);
	for (size_t n = 0; n < b.len; n++)
		assert_int_equal(page_decode(b.p, n, &l), n == 1);	/* cut anywhere but before the first entry */
	assert_false(page_decode(late, sizeof(late), &l));
	assert_false(page_decode(other, sizeof(other), &l));
	assert_false(page_decode(long_one, sizeof(long_one), &l));
	page_list_free(&l);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_by_hand),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(many_of_one_key),
		cmocka_unit_test(shards_come_first),
		cmocka_unit_test(damage_is_refused),
	};

	return cmocka_run_group_tests_name("store/page", tests, NULL, NULL);
}
