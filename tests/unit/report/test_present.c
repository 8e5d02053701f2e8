/* What is said of the present: who goes on connecting, and what is open but over.  The sentences are typed by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/present_int.h"

#define T INT64_C(1767225600000000)	/* 2026-01-01T00:00:00Z (date -u -d 2026-01-01 +%s) */
#define HOUR (3600 * TM_SEC)

#define SAYS(b, text) do { \
		assert_string_equal(buf_cstr(b), text); \
		buf_clear(b); \
	} while (0)

static void
a_report_in_a_sentence(void **state)
{
	struct present p = { .entries = 4, .used = 1, .quiet = 1, .clean = 1, .unproven = 1, .clients = 2, .never = 1, .ends = T + HOUR, .waived = 1,
		.last = T, .resolves = T + 24 * HOUR };
	struct buf b = { 0 };

	(void)state;
	present_title(&p, &b);
	SAYS(&b, "One of the four retired addresses is still in use, by two clients.");
	present_lead(&p, &b);
	SAYS(&b, "One of the clients will not stop by itself. The other ends by itself by 2026-01-01 01:00:00. One more address was in use: open, but not contacted "
	    "since 2026-01-01 00:00:00; if that stays so, it is resolved at 2026-01-02 00:00:00. One client is waived. Of the others, one is clean and "
	    "one cannot be proven from here.");
	p = (struct present){ .entries = 1, .quiet = 1, .last = T, .resolves = T + 24 * HOUR };
	present_title(&p, &b);
	SAYS(&b, "The retired address was in use, and has not been silent for long enough since.");
	present_lead(&p, &b);
	SAYS(&b, "Not contacted since 2026-01-01 00:00:00; if that stays so, it is resolved at 2026-01-02 00:00:00.");
	p = (struct present){ .entries = 3, .told = 2, .clean = 1 };
	present_title(&p, &b);
	SAYS(&b, "Two of the three retired addresses are still handed out; no client was seen to go on connecting.");
	p = (struct present){ .entries = 2, .clean = 1, .unproven = 1 };
	present_title(&p, &b);
	SAYS(&b, "None of the two retired addresses was seen with a stale contact; for one of them that is no proof.");
	p = (struct present){ .entries = 1, .used = 1, .clients = 2, .untold = 2, .ends = TM_NONE };
	present_lead(&p, &b);
	SAYS(&b, "Whether that ends by itself, and when, cannot be told.");
	buf_free(&b);
}

static void
a_finding_that_is_open(void **state)
{
	struct present_finding f = { .state = "open", .present = "over", .cause = "connection.opened-before", .last = T,
		.drains = T + HOUR, .resolves = T + 24 * HOUR, .now = T + 2 * HOUR };
	struct buf b = { 0 };

	(void)state;
	present_ends(&f, &b);
	SAYS(&b, "open, but not contacted since 2026-01-01 00:00:00; resolved at 2026-01-02 00:00:00 if that stays so");
	f.state = "resolved";
	present_ends(&f, &b);
	SAYS(&b, "");
	f.state = "open";
	f.present = "connects";
	f.drains = T + 3 * HOUR;
	present_ends(&f, &b);
	SAYS(&b, "ends by 2026-01-01 03:00:00");
	f.drains = TM_NONE;
	present_ends(&f, &b);
	SAYS(&b, "will not end by itself");
	f.cause = "unknown.dns-not-seen";
	present_ends(&f, &b);
	SAYS(&b, "whether it ends by itself cannot be told");
	f.cause = "resolver.ttl-floor";
	f.drains = T + HOUR;	/* that one has run out, another still runs */
	present_ends(&f, &b);
	SAYS(&b, "ends when its answer runs out");
	buf_free(&b);
}

static void
who_is_behind_an_entry(void **state)
{
	struct present_entry e = { .connects = 2, .waived = 1, .last = TM_NONE, .resolves = TM_NONE };
	struct buf b = { 0 };

	(void)state;
	present_who(&e, &b);
	SAYS(&b, "2 clients stale, 1 of them waived");
	e = (struct present_entry){ .over = 1, .draining = 3, .last = T, .resolves = T + 24 * HOUR };
	present_who(&e, &b);
	SAYS(&b, "1 client gone since 2026-01-01 00:00:00: resolved at 2026-01-02 00:00:00 if that stays so, 3 draining");
	e = (struct present_entry){ .draining = 1 };
	present_who(&e, &b);
	SAYS(&b, "1 client draining");
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_in_a_sentence),
		cmocka_unit_test(a_finding_that_is_open),
		cmocka_unit_test(who_is_behind_an_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
