#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "judge/finding.h"
#include "packet/pkt.h"
#include "packet/scope.h"

#define HOUR (3600 * TM_SEC)
#define DAY (24 * HOUR)

static struct addr
of(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return a;
}

static const struct dep_entry *
entry(struct deplist *l, const char *spec)
{
	struct err err;

	assert_int_equal(deplist_add_spec(l, spec, &err), 0);
	return deplist_at(l, deplist_count(l) - 1);
}

/* Each id: printf '%s' TEXT | sha256sum, its first 16 digits. */
static void
an_id_is_the_hash_of_its_text(void **state)
{
	const struct { const char *text, *entry, *client, *addr, *id; uint32_t scope; uint16_t port; uint8_t proto, kind; } cases[] = {
		{ "connection|10.0.0.7|192.0.2.10|443|tcp|www.example.com", "192.0.2.10,www.example.com", "10.0.0.7", "192.0.2.10", "67886c260e81de36",
		  0, 443, IPP_TCP, FINDING_CONNECTION },
		{ "connection|10.0.0.7%vlan7|192.0.2.10|443|quic|", "192.0.2.0/24", "10.0.0.7", "192.0.2.10", "0bcc3d4fe8274f2c",
		  SCOPE_VLAN << 24 | 7, 443, CONN_QUIC, FINDING_CONNECTION },
		{ "answer|10.0.0.7|192.0.2.10|0||", "192.0.2.10", "10.0.0.7", "192.0.2.10", "9c3ab24c16ddfaba", 0, 0, 0, FINDING_ANSWER },
		{ "zone||2001:db8::1|0||*.example.com", "2001:db8::/64,*.example.com", "::", "2001:db8::1", "81caf552bf70f1f2", 0, 0, 0, FINDING_ZONE },
	};
	char id[17];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct deplist *l = deplist_new();
		struct finding_key k = { .client = of(cases[i].client), .addr = of(cases[i].addr), .scope = cases[i].scope, .port = cases[i].port,
			.proto = cases[i].proto, .kind = cases[i].kind };

		finding_id(&k, entry(l, cases[i].entry), id);
		if (strcmp(id, cases[i].id) != 0)
			fail_msg("%s: %s, not %s", cases[i].text, id, cases[i].id);
		deplist_free(l);
	}
}

struct fixture { struct spans always; struct silence silence; struct tally t; };

static int
setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .silence = { &f.always, DAY } };
	spans_add(&f.always, 0, 100 * DAY);
	tally_clear(&f.t);
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	spans_free(&((struct fixture *)*state)->always);
	return 0;
}

/* One that opens at t. */
static void
meet(struct fixture *f, usec_t t, enum cause cause, bool draining, enum flow_outcome outcome)
{
	const struct conn c = { .t = t, .last = t + 5, .last_data = t + 5, .outcome = (uint8_t)outcome, .bytes_to = 10, .bytes_from = 200 };
	const struct finding_of o = { .verdict = { .cause = cause }, .draining = draining, .legit = { .until = 2 * HOUR } };

	tally_conn(&f->t, &c, &o, &f->silence);
}

static void
connections_are_draining_or_stale(void **state)
{
	struct fixture *f = *state;

	meet(f, 3 * HOUR, CAUSE_APP_CACHE, false, OUT_REFUSED);
	meet(f, HOUR, CAUSE_CLIENT_WITHIN_TTL, true, OUT_ESTABLISHED);		/* settled later, opened before */
	meet(f, 4 * HOUR, CAUSE_APP_CACHE, false, OUT_ESTABLISHED);
	assert_int_equal(f->t.connections, 3);
	assert_int_equal(f->t.draining, 1);
	assert_int_equal(f->t.stale, 2);
	assert_int_equal(f->t.by_cause[CAUSE_APP_CACHE], 2);
	assert_int_equal(f->t.outcome[OUT_ESTABLISHED], 2);
	assert_int_equal(f->t.outcome[OUT_REFUSED], 1);
	assert_int_equal(f->t.bytes_from, 600);
	assert_true(f->t.first == HOUR && f->t.standing.last == 4 * HOUR && f->t.standing.last_stale == 4 * HOUR);
	assert_true(f->t.drains_by == 2 * HOUR);
	meet(f, 5 * HOUR, CAUSE_RESOLVER_WITHIN_TTL, true, OUT_ESTABLISHED);
	assert_true(f->t.standing.last == 5 * HOUR && f->t.standing.last_stale == 4 * HOUR);
}

/* In no other count; stale once it carries data after `legit until`. */
static void
what_is_held_is_counted_apart(void **state)
{
	struct fixture *f = *state;
	struct conn c = { .t = HOUR, .last_data = 2 * HOUR, .bytes_to = 7 };
	const struct finding_of o = { .held = true, .legit = { .until = 2 * HOUR } };

	tally_conn(&f->t, &c, &o, &f->silence);
	assert_int_equal(f->t.held, 1);
	assert_int_equal(f->t.connections + f->t.draining + f->t.stale, 0);
	assert_true(f->t.standing.last == 2 * HOUR && f->t.standing.last_stale == TM_NONE);
	c.last_data = 3 * DAY;
	tally_conn(&f->t, &c, &o, &f->silence);
	assert_true(f->t.first == HOUR && f->t.standing.last == 3 * DAY && f->t.standing.last_stale == 3 * DAY);
	assert_int_equal(f->t.standing.returned, 0);
	assert_int_equal(f->t.bytes_to, 14);
}

static void
an_answer_is_stale_and_no_connection(void **state)
{
	struct fixture *f = *state;
	struct speaker a = { .t = HOUR, .verdict.cause = CAUSE_SERVE_STALE, .nevidence = 1, .evidence = { { .role = EV_ANSWER, .expiry = 2 * HOUR } } };

	tally_answer(&f->t, &a, &f->silence);
	a.t = 30 * HOUR;
	tally_answer(&f->t, &a, &f->silence);
	assert_int_equal(f->t.answers, 2);
	assert_int_equal(f->t.connections, 0);
	assert_int_equal(f->t.by_cause[CAUSE_SERVE_STALE], 2);
	assert_true(f->t.first == HOUR && f->t.standing.last_stale == 30 * HOUR);
	assert_int_equal(f->t.standing.returned, 1);	/* after 29 hours of silence */
	assert_true(f->t.drains_by == TM_NONE);		/* as long as the zone is not reached */
}

static void
a_stretched_answer_ends_with_its_ttl(void **state)
{
	struct fixture *f = *state;
	struct speaker a = { .t = HOUR, .verdict.cause = CAUSE_TTL_FLOOR, .nevidence = 2, .evidence = { { .role = EV_ZONE_WITHOUT, .expiry = 9 * HOUR },
	    { .role = EV_ANSWER, .expiry = 3 * HOUR } } };

	tally_answer(&f->t, &a, &f->silence);
	a.evidence[1].expiry = 2 * HOUR;		/* from another of its caches */
	tally_answer(&f->t, &a, &f->silence);
	assert_true(f->t.drains_by == 3 * HOUR);
}

static void
the_latest_stale_one_speaks(void **state)
{
	const struct speaker nobody = { .t = TM_NONE }, draining = { .t = 5 }, stale = { .t = 5, .stale = true };

	(void)state;
	assert_true(speaks(&nobody, 1, false));
	assert_true(speaks(&draining, 6, false) && speaks(&draining, 5, false) && !speaks(&draining, 4, false));
	assert_true(speaks(&draining, 1, true));
	assert_true(speaks(&stale, 6, true) && !speaks(&stale, 4, true) && !speaks(&stale, 9, false));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_is_the_hash_of_its_text),
		cmocka_unit_test_setup_teardown(connections_are_draining_or_stale, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_held_is_counted_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(an_answer_is_stale_and_no_connection, setup, teardown),
		cmocka_unit_test_setup_teardown(a_stretched_answer_ends_with_its_ttl, setup, teardown),
		cmocka_unit_test(the_latest_stale_one_speaks),
	};

	return cmocka_run_group_tests_name("judge/finding", tests, NULL, NULL);
}
