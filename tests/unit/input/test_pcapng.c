/* pcapng: sections, interfaces, times, every kind of packet block, losses, secrets, damage. */
#include "make.h"

static void
each_section_has_its_byte_order_and_interfaces(void **state)
{
	struct buf b = { .p = NULL };
	struct all a;

	(void)state;
	ng_section(&b, false);
	ng_iface(&b, false, 1, 65535, -1, 0);
	ng_iface(&b, false, 276, 96, 9, 0);
	ng_packet(&b, false, 1, UINT64_C(1700000000123456789), 5, 60, 'a', 0);
	ng_packet(&b, false, 0, UINT64_C(1700000000123456), 4, 4, 'q', 0);
	ng_section(&b, true);
	ng_iface(&b, true, 101, 0, -1, 0);
	ng_packet(&b, true, 0, UINT64_C(1700000001000000), 3, 3, 'x', 0);
	a = read_buf("sections.pcapng", &b);
	assert_int_equal(a.n, 3);
	assert_string_equal(facts_of(&a)->format, "pcapng");
	assert_int_equal(facts_of(&a)->n_ifaces, 3);
	assert_int_equal(facts_of(&a)->ifaces[1].snaplen, 96);

	assert_int_equal(a.recs[0].ts_ns, INT64_C(1700000000123456789));
	assert_int_equal(a.recs[0].link, 276);
	assert_int_equal(a.recs[0].iface, 1);
	assert_int_equal(a.recs[0].offset, 28 + 20 + 32);
	assert_int_equal(a.recs[0].caplen, 5);
	assert_int_equal(a.recs[0].wirelen, 60);
	assert_memory_equal(a.recs[0].data, "abcde", 5);

	assert_int_equal(a.recs[1].ts_ns, INT64_C(1700000000123456000));
	assert_int_equal(a.recs[1].link, 1);
	assert_int_equal(a.recs[1].iface, 0);

	assert_int_equal(a.recs[2].ts_ns, INT64_C(1700000001000000000));
	assert_int_equal(a.recs[2].link, 101);
	assert_int_equal(a.recs[2].iface, 2);		/* the first of the second section */
	assert_int_equal(a.recs[2].number, 3);
	free_all(&a);
}

/* if_tsresol and if_tsoffset; the expected times by hand. */
static void
times_in_any_unit(void **state)
{
	static const struct { int resol; int64_t offset; uint64_t ticks; int64_t ns; } t[] = {
		{ -1, 0, 1, 1000 },
		{ 0, 0, 1700000000, INT64_C(1700000000000000000) },
		{ 3, 0, 1500, INT64_C(1500000000) },
		{ 9, 0, UINT64_C(4351060860123456789), INT64_C(4351060860123456789) },
		{ 12, 0, UINT64_C(1000000123456999), INT64_C(1000000123456) },		/* down, not to the nearest */
		{ 28, 0, UINT64_C(10000000000000000000), 1 },
		{ 0x80 | 1, 0, 3, INT64_C(1500000000) },
		{ 0x80 | 32, 0, UINT64_C(0x6553f10080000000), INT64_C(1700000000500000000) },
		{ 0x80 | 64, 0, UINT64_C(1) << 63, 500000000 },
		{ 0x80 | 127, 0, UINT64_MAX, 0 },
		{ 6, 1700000000, 5, INT64_C(1700000000000005000) },
		{ 9, -10, 1, INT64_C(-9999999999) },
		{ 6, 0, UINT64_MAX, INT64_MAX },					/* year 586524: the limit */
		{ 0, INT64_MAX, UINT64_MAX, INT64_MAX },
		{ 0, INT64_MIN, 0, INT64_MIN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct buf b = { .p = NULL };
		struct all a;
		bool big = i % 2;

		ng_section(&b, big);
		ng_iface(&b, big, 1, 65535, t[i].resol, t[i].offset);
		ng_packet(&b, big, 0, t[i].ticks, 1, 1, 'a', 0);
		a = read_buf("times.pcapng", &b);
		assert_int_equal(a.n, 1);
		if (a.recs[0].ts_ns != t[i].ns)
			fail_msg("row %zu: %lld", i, (long long)a.recs[0].ts_ns);
		free_all(&a);
	}
}

static void
a_tick_too_short_to_count_is_damage(void **state)
{
	struct buf b = { .p = NULL };
	struct all a;

	(void)state;
	ng_section(&b, false);
	ng_iface(&b, false, 1, 65535, 29, 0);
	a = read_buf("tick.pcapng", &b);
	assert_int_equal(facts_of(&a)->end, CAPTURE_DAMAGED);
	assert_has(facts_of(&a)->warning, "damaged at byte 28: interface 0 counts time");
	free_all(&a);
}

/* A simple packet block has no time of its own, no interface, and is as long as the wire or the snap length says. */
static void
simple_and_obsolete_packets(void **state)
{
	struct buf b = { .p = NULL }, body = { .p = NULL };
	struct all a;

	(void)state;
	ng_section(&b, true);
	ng_iface(&b, true, 1, 6, -1, 0);
	put(&body, true, 4, 5);
	put_data(&body, 'a', 5);
	ng_block(&b, true, 3, &body);
	buf_clear(&body);
	ng_packet(&b, true, 0, 7000000, 2, 2, 'q', 0);
	put(&body, true, 4, 1000);
	put_data(&body, 'a', 8);				/* 6 and padding */
	ng_block(&b, true, 3, &body);
	buf_clear(&body);
	put(&body, true, 2, 0);
	put(&body, true, 2, 9);					/* drops */
	put(&body, true, 8, 8000000);
	put(&body, true, 4, 3);
	put(&body, true, 4, 33);
	put_data(&body, 'x', 3);
	ng_block(&b, true, 2, &body);
	buf_free(&body);
	a = read_buf("simple.pcapng", &b);
	assert_int_equal(a.n, 4);
	assert_int_equal(a.recs[0].ts_ns, 0);
	assert_int_equal(a.recs[0].caplen, 5);
	assert_int_equal(a.recs[0].wirelen, 5);
	assert_memory_equal(a.recs[0].data, "abcde", 5);
	assert_int_equal(a.recs[2].ts_ns, INT64_C(7000000000));	/* that of the packet before */
	assert_int_equal(a.recs[2].caplen, 6);
	assert_int_equal(a.recs[2].wirelen, 1000);
	assert_int_equal(a.recs[3].ts_ns, INT64_C(8000000000));
	assert_int_equal(a.recs[3].caplen, 3);
	assert_int_equal(a.recs[3].wirelen, 33);
	assert_memory_equal(a.recs[3].data, "xyz", 3);
	assert_int_equal(facts_of(&a)->lost, 9);
	free_all(&a);
}

static void
put_stats(struct buf *b, uint32_t iface, uint64_t ifdrop, uint64_t osdrop)
{
	struct buf body = { .p = NULL };

	put(&body, false, 4, iface);
	put(&body, false, 8, 0);
	ng_option(&body, false, 4, 8, 1000);		/* received: no loss */
	ng_option(&body, false, 5, 8, ifdrop);
	ng_option(&body, false, 7, 8, osdrop);
	ng_option(&body, false, 0, 0, 0);
	ng_block(b, false, 5, &body);
	buf_free(&body);
}

/* Statistics are totals, packets say what was lost before each: of two sources for one interface the larger counts. */
static void
losses_are_counted_once(void **state)
{
	struct buf b = { .p = NULL };
	struct all a;

	(void)state;
	ng_section(&b, false);
	ng_iface(&b, false, 1, 0, -1, 0);
	ng_iface(&b, false, 1, 0, -1, 0);
	ng_packet(&b, false, 0, 1, 3, 3, 'a', 4);
	ng_packet(&b, false, 0, 2, 4, 4, 'a', 3);
	ng_packet(&b, false, 1, 2, 5, 5, 'a', 2);
	put_stats(&b, 0, 10, 1);
	put_stats(&b, 0, 20, 2);
	put_stats(&b, 7, 1000, 0);			/* no such interface */
	a = read_buf("lost.pcapng", &b);
	assert_int_equal(a.n, 3);
	assert_int_equal(facts_of(&a)->ifaces[0].lost, 22);
	assert_int_equal(facts_of(&a)->ifaces[1].lost, 2);
	assert_int_equal(facts_of(&a)->lost, 24);
	free_all(&a);
}

/* An option says where it ends; one that lies about it ends the options, not the reading. */
static void
names_are_shortened_and_harmless(void **state)
{
	struct buf b = { .p = NULL }, body = { .p = NULL };
	struct all a;
	int i;

	(void)state;
	ng_section(&b, false);
	for (i = 0; i < 2; i++) {
		put(&body, false, 4, 1);
		put(&body, false, 4, 0);
		put(&body, false, 2, 2);
		put(&body, false, 2, i == 0 ? 6 : 40);
		buf_put(&body, "et\033h0\n0123456789012345678901234567890123456789", i == 0 ? 8 : 40);
		if (i == 0)
			ng_option(&body, false, 9, 1, 9);
		put(&body, false, 4, 0x40000009);	/* if_tsresol of 16,384 bytes */
		ng_block(&b, false, 1, &body);
		buf_clear(&body);
	}
	buf_free(&body);
	ng_packet(&b, false, 0, 5, 1, 1, 'a', 0);
	ng_packet(&b, false, 1, 5, 1, 1, 'a', 0);
	a = read_buf("names.pcapng", &b);
	assert_int_equal(a.n, 2);
	assert_string_equal(facts_of(&a)->ifaces[0].name, "et?h0?");
	assert_string_equal(facts_of(&a)->ifaces[1].name, "et?h0?0123456789012345678901234");
	assert_int_equal(a.recs[0].ts_ns, 5);
	assert_int_equal(a.recs[1].ts_ns, 5000);
	free_all(&a);
}

static void
take_secrets(void *ctx, uint32_t type, const uint8_t *data, size_t len)
{
	struct buf *to = ctx;

	assert_int_equal(type, 0x544c534b);
	buf_put(to, data, len);
}

static void
secrets_are_handed_on(void **state)
{
	struct buf b = { .p = NULL }, body = { .p = NULL }, got = { .p = NULL };
	struct capture *c;
	struct block blk;
	struct err err;

	(void)state;
	ng_section(&b, true);
	put(&body, true, 4, 0x544c534b);
	put(&body, true, 4, 6);
	buf_put(&body, "SECRET", 6);
	ng_block(&b, true, 10, &body);
	ng_iface(&b, true, 1, 0, -1, 0);
	ng_packet(&b, true, 0, 1, 1, 1, 'a', 0);
	body.p[7] = 0xff;				/* more than there is: what there is */
	ng_block(&b, true, 10, &body);
	buf_free(&body);
	assert_int_equal(capture_open(save("secrets.pcapng", &b), &c, &err), 0);
	assert_int_equal(block_init(&blk, &err), 0);
	capture_secrets(c, take_secrets, &got);
	assert_int_equal(capture_block(c, &blk, &err), 1);
	assert_int_equal(capture_block(c, &blk, &err), 0);
	assert_int_equal(got.len, 6 + 8);
	assert_memory_equal(got.p, "SECRETSECRET\0", 14);
	block_free(&blk);
	capture_close(c);
	buf_free(&b);
	buf_free(&got);
}

/* Blocks of other types are passed over, however long. */
static void
unknown_blocks_are_skipped(void **state)
{
	struct buf b = { .p = NULL }, body = { .p = NULL };
	struct all a;

	(void)state;
	ng_section(&b, false);
	ng_iface(&b, false, 1, 0, -1, 0);
	put_data(&body, 0, 3 << 20);
	ng_block(&b, false, 0x0bad, &body);
	ng_packet(&b, false, 0, 1, 4, 4, 'a', 0);
	ng_block(&b, false, 4, &body);
	ng_packet(&b, false, 0, 1, 4, 4, 'b', 0);
	ng_block(&b, false, 0x40000001, &body);
	a = read_all(save("unknown.pcapng", &b));
	assert_int_equal(a.n, 2);
	assert_int_equal(a.recs[0].offset, 28 + 20 + 12 + (3 << 20));
	assert_memory_equal(a.recs[1].data, "bcde", 4);
	assert_int_equal(facts_of(&a)->end, CAPTURE_WHOLE);
	assert_int_equal(facts_of(&a)->offset, b.len);
	free_all(&a);

	a = read_all(save_bytes("unknown-cut.pcapng", b.p, b.len - 1000));
	assert_int_equal(a.n, 2);
	assert_int_equal(facts_of(&a)->end, CAPTURE_CUT);
	assert_has(facts_of(&a)->warning, "the last block lacks 1000 bytes");
	free_all(&a);
	buf_free(&b);
	buf_free(&body);
}

/* One byte or word of a good file changed; the packet before the change is still read, the one after is not. */
static void
damage_stops_and_says_where(void **state)
{
	enum { SECOND = 28 + 20 + 36 };			/* where the second packet's block begins */
	static const struct { size_t at; uint32_t v; const char *says; } t[] = {
		{ SECOND + 4, 13, "block of type 0x6 says it has 13 bytes" },
		{ SECOND + 4, 8, "block of type 0x6 says it has 8 bytes" },
		{ SECOND + 4, 0xfffffffc, "block of type 0x6 says it has 4294967292 bytes" },
		{ SECOND + 32, 40, "block of type 0x6 has two lengths, 36 and 40" },
		{ SECOND + 8, 1, "packet 2 is of interface 1, and the section has described 1" },
		{ SECOND + 20, 5, "packet 2 says it has 5 bytes, in a block of 36" },
		{ SECOND + 20, 0xffffffff, "packet 2 says it has 4294967295 bytes" },
		{ SECOND, 0x0a0d0d0a, "section of no known byte order" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct buf b = { .p = NULL }, v = { .p = NULL };
		struct all a;

		ng_section(&b, false);
		ng_iface(&b, false, 1, 0, -1, 0);
		ng_packet(&b, false, 0, UINT64_C(0x1100000000), 4, 4, 'a', 0);
		assert_int_equal(b.len, SECOND);
		ng_packet(&b, false, 0, UINT64_C(0x1100000000), 4, 4, 'a', 0);
		put(&v, false, 4, t[i].v);
		memcpy(b.p + t[i].at, v.p, 4);
		buf_free(&v);
		a = read_buf("damage.pcapng", &b);
		assert_int_equal(a.n, 1);
		assert_int_equal(facts_of(&a)->end, CAPTURE_DAMAGED);
		assert_has(facts_of(&a)->warning, "damaged at byte 84");
		assert_has(facts_of(&a)->warning, t[i].says);
		free_all(&a);
	}
}

/* The draft wants 28 bytes; libpcap lets the second length of the first section pass, and so do we. */
static void
short_and_odd_sections(void **state)
{
	struct buf b = { .p = NULL }, body = { .p = NULL };
	struct all a;

	(void)state;
	ng_section(&b, false);
	b.p[24] = 32;
	ng_iface(&b, false, 1, 0, -1, 0);
	ng_packet(&b, false, 0, 1, 1, 1, 'a', 0);
	put(&body, false, 4, 0x1a2b3c4d);
	ng_block(&b, false, 0x0a0d0d0a, &body);
	a = read_buf("section.pcapng", &b);
	assert_int_equal(a.n, 1);
	assert_int_equal(facts_of(&a)->end, CAPTURE_DAMAGED);
	assert_has(facts_of(&a)->warning, "block of type 0xa0d0d0a has only 16 bytes");
	free_all(&a);
	buf_free(&body);
}

/* Given twice, the last resolution counts. */
static void
the_last_option_counts(void **state)
{
	struct buf b = { .p = NULL }, body = { .p = NULL };
	struct all a;

	(void)state;
	ng_section(&b, false);
	put(&body, false, 8, 1);
	ng_option(&body, false, 9, 1, 0x80 | 10);
	ng_option(&body, false, 9, 1, 9);
	ng_block(&b, false, 1, &body);
	ng_packet(&b, false, 0, 7, 1, 1, 'a', 0);
	a = read_buf("twice.pcapng", &b);
	assert_int_equal(a.recs[0].ts_ns, 7);
	free_all(&a);
	buf_free(&body);
}

/* Every block type with every length up to that of a packet header: never a read beyond the block. */
static void
short_blocks_never_read_too_far(void **state)
{
	static const uint32_t types[] = { 1, 2, 3, 5, 6, 10, 0x0a0d0d0a };
	size_t i, len;
	bool big;

	(void)state;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		for (len = 0; len <= 40; len += 4)
			for (big = false;; big = true) {
				struct buf b = { .p = NULL }, body = { .p = NULL };
				struct all a;

				ng_section(&b, big);
				ng_iface(&b, big, 1, 0, -1, 0);
				put_data(&body, 0xf0, len);
				ng_block(&b, big, types[i], &body);
				a = read_buf("short.pcapng", &b);
				assert_non_null(a.capture);
				assert_int_equal(a.n, types[i] == 3 && len >= 4 ? 1 : 0);
				free_all(&a);
				buf_free(&body);
				if (big)
					break;
			}
}

static void
cut_at_every_byte(void **state)
{
	struct buf b = { .p = NULL };
	size_t n, ends[6];
	int i, blocks;

	(void)state;
	ng_section(&b, true);
	ends[0] = b.len;
	ng_iface(&b, true, 1, 0, 9, 5);
	ends[1] = b.len;
	for (blocks = 2; blocks < 5; blocks++) {
		ng_packet(&b, true, 0, 1, (uint32_t)blocks, 9, 'a', 3);
		ends[blocks] = b.len;
	}
	for (n = 0; n <= b.len; n++) {
		struct all a = read_all(save_bytes("cut.pcapng", b.p, n));

		if (n < 28) {
			assert_null(a.capture);
			assert_int_equal(a.err.code, ST_EFORMAT);
			continue;
		}
		for (i = 4; ends[i] > n; i--)
			;
		assert_int_equal(a.n, i < 2 ? 0 : i - 1);
		assert_int_equal(facts_of(&a)->end, ends[i] == n ? CAPTURE_WHOLE : CAPTURE_CUT);
		free_all(&a);
	}
	buf_free(&b);
}

static void
other_versions_are_refused(void **state)
{
	struct buf b = { .p = NULL };
	struct all a;

	(void)state;
	ng_section(&b, true);
	b.p[13] = 2;
	a = read_buf("version.pcapng", &b);
	assert_null(a.capture);
	assert_int_equal(a.err.code, ST_EFORMAT);
	assert_has(a.err.text, "version 2.0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_section_has_its_byte_order_and_interfaces),
		cmocka_unit_test(times_in_any_unit),
		cmocka_unit_test(a_tick_too_short_to_count_is_damage),
		cmocka_unit_test(simple_and_obsolete_packets),
		cmocka_unit_test(losses_are_counted_once),
		cmocka_unit_test(names_are_shortened_and_harmless),
		cmocka_unit_test(secrets_are_handed_on),
		cmocka_unit_test(unknown_blocks_are_skipped),
		cmocka_unit_test(damage_stops_and_says_where),
		cmocka_unit_test(short_and_odd_sections),
		cmocka_unit_test(the_last_option_counts),
		cmocka_unit_test(short_blocks_never_read_too_far),
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(other_versions_are_refused),
	};

	return cmocka_run_group_tests_name("input/pcapng", tests, make_dir, drop_dir);
}
