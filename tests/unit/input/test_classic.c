/* Classic pcap: every variation of the header, damage, and cuts at every byte. */
#include "make.h"

#define SEC 1700000000u

static void
either_byte_order_and_unit(void **state)
{
	static const struct { bool big; uint32_t magic; uint32_t frac; int64_t ns; } t[] = {
		{ false, MICRO, 123456, 123456000 }, { true, MICRO, 123456, 123456000 },
		{ false, NANO, 123456789, 123456789 }, { true, NANO, 123456789, 123456789 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct buf b = { .p = NULL };
		struct all a;

		classic_file(&b, t[i].big, t[i].magic, 4, 65535, 1);
		classic_rec(&b, t[i].big, SEC, t[i].frac, 5, 60, 'a');
		classic_rec(&b, t[i].big, SEC + 1, 0, 0, 0, 0);
		a = read_buf("order.pcap", &b);
		assert_int_equal(a.n, 2);
		assert_int_equal(a.recs[0].ts_ns, (int64_t)SEC * 1000000000 + t[i].ns);
		assert_int_equal(a.recs[0].number, 1);
		assert_int_equal(a.recs[0].offset, 24);
		assert_int_equal(a.recs[0].caplen, 5);
		assert_int_equal(a.recs[0].wirelen, 60);
		assert_int_equal(a.recs[0].link, 1);
		assert_int_equal(a.recs[0].iface, 0);
		assert_memory_equal(a.recs[0].data, "abcde", 5);
		assert_int_equal(a.recs[1].offset, 24 + 16 + 5);
		assert_int_equal(a.recs[1].number, 2);
		assert_string_equal(facts_of(&a)->format, "pcap");
		assert_string_equal(facts_of(&a)->packing, "");
		assert_int_equal(facts_of(&a)->n_ifaces, 1);
		assert_int_equal(facts_of(&a)->ifaces[0].snaplen, 65535);
		assert_int_equal(facts_of(&a)->end, CAPTURE_WHOLE);
		assert_null(facts_of(&a)->warning);
		assert_int_equal(facts_of(&a)->offset, 24 + 16 + 5 + 16);
		assert_int_equal(facts_of(&a)->total, 24 + 16 + 5 + 16);
		assert_int_equal(facts_of(&a)->done, 24 + 16 + 5 + 16);
		free_all(&a);
	}
}

/* 2106-02-07T06:28:15Z; a fraction of more than a second; one of -1. */
static void
seconds_are_unsigned_and_fractions_carry(void **state)
{
	struct buf b = { .p = NULL };
	struct all a;

	(void)state;
	classic_file(&b, false, NANO, 4, 65535, 1);
	classic_rec(&b, false, UINT32_MAX, 999999999, 0, 0, 0);
	classic_rec(&b, false, 10, 2000000001u, 0, 0, 0);
	classic_rec(&b, false, 10, UINT32_MAX, 0, 0, 0);
	a = read_buf("late.pcap", &b);
	assert_int_equal(a.recs[0].ts_ns, INT64_C(4294967295999999999));
	assert_int_equal(a.recs[1].ts_ns, INT64_C(12000000001));
	assert_int_equal(a.recs[2].ts_ns, INT64_C(9999999999));
	free_all(&a);
}

/* Kuznetzov's header has 8 bytes more, packets begin after them; an Ethernet header does not count to the snap length. */
static void
patched_headers_are_longer(void **state)
{
	struct buf b = { .p = NULL };
	struct all a;
	int i;

	(void)state;
	classic_file(&b, true, PATCHED, 4, 3, 1);
	for (i = 0; i < 2; i++) {
		put(&b, true, 4, SEC);
		put(&b, true, 4, 7);
		put(&b, true, 4, 20);
		put(&b, true, 4, 20);
		put(&b, true, 8, 0x1122334455667788);
		put_data(&b, 'a', 20);
	}
	a = read_buf("patched.pcap", &b);
	assert_int_equal(a.n, 2);
	assert_int_equal(a.recs[1].caplen, 17);
	assert_memory_equal(a.recs[1].data, "abcdefghijklmnopq", 17);
	assert_int_equal(a.recs[1].offset, 24 + 24 + 20);
	assert_int_equal(a.recs[1].ts_ns, INT64_C(1700000000000007000));
	free_all(&a);
}

/* Bits 26 and up say how long the FCS is; 12 is what some systems wrote for raw IP. */
static void
link_types_as_libpcap_takes_them(void **state)
{
	static const uint32_t t[][2] = {
		{ 0x24000001, 1 }, { 0x30000065, 101 }, { 12, 101 }, { 276, 276 }, { 0x12345, 0xffff },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct buf b = { .p = NULL };
		struct all a;

		classic_file(&b, false, MICRO, 4, 65535, t[i][0]);
		classic_rec(&b, false, SEC, 0, 1, 1, 0);
		a = read_buf("link.pcap", &b);
		assert_int_equal(a.recs[0].link, t[i][1]);
		assert_int_equal(facts_of(&a)->ifaces[0].link, t[i][1]);
		free_all(&a);
	}
}

/* Until version 2.3 the length on the wire came first; 2.3 itself had both. */
static void
old_versions_swap_the_lengths(void **state)
{
	struct buf b = { .p = NULL };
	struct all a;

	(void)state;
	classic_file(&b, false, MICRO, 2, 65535, 1);
	put(&b, false, 8, SEC);
	put(&b, false, 4, 100);
	put(&b, false, 4, 4);
	put_data(&b, 'a', 4);
	a = read_buf("v22.pcap", &b);
	assert_int_equal(a.n, 1);
	assert_int_equal(a.recs[0].caplen, 4);
	assert_int_equal(a.recs[0].wirelen, 100);
	free_all(&a);

	classic_file(&b, false, MICRO, 3, 65535, 1);
	put(&b, false, 8, SEC);
	put(&b, false, 4, 100);
	put(&b, false, 4, 4);
	put_data(&b, 'a', 4);
	classic_rec(&b, false, SEC, 0, 3, 50, 'b');
	a = read_buf("v23.pcap", &b);
	assert_int_equal(a.n, 2);
	assert_int_equal(a.recs[0].caplen, 4);
	assert_int_equal(a.recs[1].caplen, 3);
	assert_int_equal(a.recs[1].wirelen, 50);
	free_all(&a);

	classic_file(&b, false, MICRO, 5, 65535, 1);
	a = read_buf("v25.pcap", &b);
	assert_null(a.capture);
	assert_int_equal(a.err.code, ST_EFORMAT);
	assert_has(a.err.text, "version 2.5");
	free_all(&a);
}

/* As libpcap: what is beyond the file's own snap length is not handed out, 0 is none. */
static void
packets_are_cut_to_the_snap_length(void **state)
{
	struct buf b = { .p = NULL };
	struct all a;

	(void)state;
	classic_file(&b, false, MICRO, 4, 4, 1);
	classic_rec(&b, false, SEC, 0, 10, 10, 'a');
	classic_rec(&b, false, SEC, 0, 2, 2, 'q');
	a = read_buf("snap.pcap", &b);
	assert_int_equal(a.n, 2);
	assert_int_equal(a.recs[0].caplen, 4);
	assert_int_equal(a.recs[0].wirelen, 10);
	assert_memory_equal(a.recs[1].data, "qr", 2);
	free_all(&a);

	classic_file(&b, false, MICRO, 4, 0, 1);
	classic_rec(&b, false, SEC, 0, 10, 3, 'a');
	a = read_buf("snap0.pcap", &b);
	assert_int_equal(a.recs[0].caplen, 10);
	assert_int_equal(a.recs[0].wirelen, 10);		/* never less than was captured */
	free_all(&a);
}

static void
absurd_length_is_damage(void **state)
{
	struct buf b = { .p = NULL };
	struct all a;

	(void)state;
	classic_file(&b, false, MICRO, 4, 65535, 1);
	classic_rec(&b, false, SEC, 0, 10, 10, 'a');
	put(&b, false, 8, SEC);
	put(&b, false, 4, 262145);
	put(&b, false, 4, 262145);
	put_data(&b, 0, 262145);
	a = read_buf("damage.pcap", &b);
	assert_int_equal(a.n, 1);
	assert_int_equal(facts_of(&a)->end, CAPTURE_DAMAGED);
	assert_has(facts_of(&a)->warning, "damage.pcap: damaged at byte 50: packet 2 says it has 262145 bytes");
	assert_has(facts_of(&a)->warning, "the 1 packet was read before it");
	free_all(&a);
}

/* The largest packet to believe in, and one of D-Bus that is larger than a block. */
static void
large_packets_pass(void **state)
{
	struct buf b = { .p = NULL };
	struct all a;
	int i;

	(void)state;
	classic_file(&b, false, MICRO, 4, 262144, 1);
	for (i = 0; i < 3; i++)
		classic_rec(&b, false, SEC, 0, 262144, 262144, (uint8_t)i);
	a = read_buf("large.pcap", &b);
	assert_int_equal(a.n, 3);
	assert_int_equal(a.recs[2].data[262143], (uint8_t)(2 + 262143));
	free_all(&a);

	classic_file(&b, false, MICRO, 4, 128 << 20, 231);
	classic_rec(&b, false, SEC, 0, 3, 3, 'a');
	classic_rec(&b, false, SEC, 0, 3 << 20, 3 << 20, 9);
	classic_rec(&b, false, SEC, 0, 3, 3, 'b');
	a = read_buf("dbus.pcap", &b);
	assert_int_equal(a.n, 3);
	assert_int_equal(a.recs[1].caplen, 3 << 20);
	assert_int_equal(a.recs[1].data[(3 << 20) - 1], (uint8_t)(9 + (3 << 20) - 1));
	assert_memory_equal(a.recs[2].data, "bcd", 3);
	free_all(&a);
}

/* The room that a large packet needed is given back. */
static void
blocks_shrink_again(void **state)
{
	struct buf b = { .p = NULL };
	struct capture *c;
	struct block blk;
	struct err err;

	(void)state;
	classic_file(&b, false, MICRO, 4, 128 << 20, 231);
	classic_rec(&b, false, SEC, 0, 1 << 20, 1 << 20, 9);
	classic_rec(&b, false, SEC, 0, 3, 3, 'b');
	assert_int_equal(capture_open(save("shrink.pcap", &b), &c, &err), 0);
	buf_free(&b);
	assert_int_equal(block_init(&blk, &err), 0);
	assert_int_equal(capture_block(c, &blk, &err), 1);
	assert_true(blk.size > 1 << 20);
	assert_int_equal(capture_block(c, &blk, &err), 1);
	assert_int_equal(blk.size, BLOCK_BYTES);
	block_free(&blk);
	capture_close(c);
}

/* Cut anywhere: the packets that are whole come out, and the warning says where the rest begins. */
static void
cut_at_every_byte(void **state)
{
	struct buf b = { .p = NULL };
	size_t n, ends[4] = { 24 };
	int i;

	(void)state;
	classic_file(&b, true, NANO, 4, 65535, 1);
	for (i = 1; i < 4; i++) {
		classic_rec(&b, true, SEC, 0, (uint32_t)i * 7, 100, 'a');
		ends[i] = b.len;
	}
	for (n = 0; n <= b.len; n++) {
		struct all a = read_all(save_bytes("cut.pcap", b.p, n));
		char where[40];

		if (n < 24) {
			assert_null(a.capture);
			assert_int_equal(a.err.code, ST_EFORMAT);
			continue;
		}
		for (i = 3; ends[i] > n; i--)
			;
		assert_int_equal(a.n, i);
		assert_int_equal(facts_of(&a)->packets, i);
		assert_int_equal(facts_of(&a)->end, ends[i] == n ? CAPTURE_WHOLE : CAPTURE_CUT);
		snprintf(where, sizeof(where), "cut off at byte %zu:", ends[i]);
		if (ends[i] != n)
			assert_has(facts_of(&a)->warning, where);
		free_all(&a);
	}
	buf_free(&b);
}

static void
skipped_packets_count(void **state)
{
	struct buf b = { .p = NULL };
	struct capture *c;
	struct block blk;
	struct err err;
	int i;

	(void)state;
	classic_file(&b, false, MICRO, 4, 65535, 1);
	for (i = 0; i < 10; i++)
		classic_rec(&b, false, SEC, (uint32_t)i, 1, 1, 0);
	assert_int_equal(capture_open(save("skip.pcap", &b), &c, &err), 0);
	buf_free(&b);
	assert_int_equal(block_init(&blk, &err), 0);
	capture_skip(c, 7);
	assert_int_equal(capture_block(c, &blk, &err), 3);
	assert_int_equal(blk.recs[0].number, 8);
	assert_int_equal(blk.recs[0].offset, 24 + 7 * 17);
	assert_int_equal(capture_block(c, &blk, &err), 0);
	assert_int_equal(capture_facts(c)->packets, 10);
	block_free(&blk);
	capture_close(c);
}

/* More packets than a block holds, of sizes that straddle blocks at many places: a small linear generator, and its sum. */
static void
many_blocks_lose_nothing(void **state)
{
	struct buf b = { .p = NULL };
	uint32_t i, n = 20000, len;
	struct all a;

	(void)state;
	classic_file(&b, false, MICRO, 4, 65535, 1);
	for (i = 0; i < n; i++) {
		len = i % 3 == 0 ? 0 : (i * 2654435761u >> 20) % 300;
		classic_rec(&b, false, i, 0, len, len, (uint8_t)i);
	}
	a = read_buf("many.pcap", &b);
	assert_int_equal(a.n, n);
	for (i = 0; i < n; i++) {
		len = i % 3 == 0 ? 0 : (i * 2654435761u >> 20) % 300;
		assert_int_equal(a.recs[i].ts_ns, (int64_t)i * 1000000000);
		assert_int_equal(a.recs[i].caplen, len);
		if (len > 0)
			assert_int_equal(a.recs[i].data[len - 1], (uint8_t)(i + len - 1));
	}
	free_all(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(either_byte_order_and_unit),
		cmocka_unit_test(seconds_are_unsigned_and_fractions_carry),
		cmocka_unit_test(patched_headers_are_longer),
		cmocka_unit_test(link_types_as_libpcap_takes_them),
		cmocka_unit_test(old_versions_swap_the_lengths),
		cmocka_unit_test(packets_are_cut_to_the_snap_length),
		cmocka_unit_test(absurd_length_is_damage),
		cmocka_unit_test(large_packets_pass),
		cmocka_unit_test(blocks_shrink_again),
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(skipped_packets_count),
		cmocka_unit_test(many_blocks_lose_nothing),
	};

	return cmocka_run_group_tests_name("input/classic", tests, make_dir, drop_dir);
}
