/* The five packings: the same packets, whole, in several members, cut and damaged. */
#include "make.h"

#include <archive.h>
#include <archive_entry.h>

static const char *const packings[] = { "gzip", "bzip2", "xz", "lz4", "zstd" };
#define PACKINGS (sizeof(packings) / sizeof(packings[0]))

/* Append these bytes, packed. */
static void
pack(struct buf *to, const char *packing, const uint8_t *p, size_t n)
{
	struct archive_entry *e = archive_entry_new();
	struct archive *a = archive_write_new();
	size_t room = n + 65536, used = 0;
	uint8_t *out = malloc(room);

	assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
	assert_int_equal(archive_write_add_filter_by_name(a, packing), ARCHIVE_OK);
	assert_int_equal(archive_write_set_bytes_per_block(a, 0), ARCHIVE_OK);
	assert_int_equal(archive_write_open_memory(a, out, room, &used), ARCHIVE_OK);
	archive_entry_set_filetype(e, AE_IFREG);
	assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, p, n), n);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	archive_entry_free(e);
	buf_put(to, out, used);
	free(out);
}

static void
some_packets(struct buf *b, uint32_t n)
{
	uint32_t i;

	classic_file(b, false, MICRO, 4, 65535, 1);
	for (i = 0; i < n; i++)
		classic_rec(b, false, i, 0, i * 7 % 400, 400, (uint8_t)(i * i));
}

/* Three blocks of packets, each packing, in one piece and as two files joined with cat. */
static void
the_same_packets(void **state)
{
	struct buf b = { .p = NULL };
	struct all plain, a;
	const uint8_t *head;
	size_t i, n;

	(void)state;
	some_packets(&b, 4000);
	plain = read_all(save("plain.pcap", &b));
	assert_int_equal(plain.n, 4000);
	for (i = 0; i < PACKINGS; i++) {
		struct buf one = { .p = NULL }, two = { .p = NULL };

		pack(&one, packings[i], b.p, b.len);
		a = read_buf("one", &one);
		assert_same(&a, &plain);
		assert_string_equal(facts_of(&a)->packing, packings[i]);
		assert_int_equal(facts_of(&a)->end, CAPTURE_WHOLE);
		assert_int_equal(facts_of(&a)->done, facts_of(&a)->total);
		head = capture_head(a.capture, &n);
		assert_int_equal(n, CAPTURE_HEAD);
		assert_memory_equal(head, b.p, n);
		free_all(&a);

		pack(&two, packings[i], b.p, 100001);
		pack(&two, packings[i], b.p + 100001, b.len - 100001);
		a = read_buf("two", &two);
		assert_same(&a, &plain);
		free_all(&a);
	}
	free_all(&plain);
	buf_free(&b);
}

/* Fewer packets than there were never go without a warning. */
static void
cut_at_every_byte(void **state)
{
	struct buf b = { .p = NULL };
	struct all plain, a;
	size_t i, n;

	(void)state;
	some_packets(&b, 8);
	plain = read_all(save("plain.pcap", &b));
	for (i = 0; i < PACKINGS; i++) {
		struct buf packed = { .p = NULL };

		pack(&packed, packings[i], b.p, b.len);
		for (n = 0; n < packed.len; n++) {
			a = read_all(save_bytes("cut", packed.p, n));
			assert_true(a.n <= plain.n);
			if (a.capture == NULL)
				assert_int_equal(a.err.code, ST_EFORMAT);
			else if (a.n < plain.n)
				assert_int_equal(facts_of(&a)->end, CAPTURE_CUT);
			free_all(&a);
		}
		buf_free(&packed);
	}
	free_all(&plain);
	buf_free(&b);
}

/* Half of a longer one: the packets that can be unpacked come out. */
static void
half_a_file_gives_half_the_packets(void **state)
{
	struct buf b = { .p = NULL };
	size_t i, n;

	(void)state;
	classic_file(&b, false, MICRO, 4, 65535, 1);
	for (n = 0; n < 40000; n++)
		classic_rec(&b, false, (uint32_t)n, 0, 100, 100, (uint8_t)(n * 2654435761u >> 24));
	for (i = 0; i < PACKINGS; i++) {
		struct buf packed = { .p = NULL };
		struct all a;

		pack(&packed, packings[i], b.p, b.len);
		packed.len = packed.len * 3 / 4;
		a = read_buf("half", &packed);
		print_message("# %s: %zu of 40000 packets; %s\n", packings[i], a.n,
		    a.capture != NULL ? facts_of(&a)->warning : a.err.text);
		if (a.capture != NULL) {
			assert_int_equal(facts_of(&a)->end, CAPTURE_CUT);
			assert_has(facts_of(&a)->warning, packings[i]);
			assert_has(facts_of(&a)->warning, "(unpacked)");
		}
		free_all(&a);
	}
	buf_free(&b);
}

static void
damaged_bytes_do_no_harm(void **state)
{
	struct buf b = { .p = NULL };
	size_t i, n;

	(void)state;
	some_packets(&b, 8);
	for (i = 0; i < PACKINGS; i++) {
		struct buf packed = { .p = NULL };

		pack(&packed, packings[i], b.p, b.len);
		for (n = 0; n < packed.len; n++) {
			struct all a;

			packed.p[n] ^= 0x55;
			a = read_all(save("damaged", &packed));
			packed.p[n] ^= 0x55;
			assert_true(a.capture != NULL || a.err.code == ST_EFORMAT);
			free_all(&a);
		}
		buf_free(&packed);
	}
	buf_free(&b);
}

/* Nothing, as each of the usual programs packs it. */
static void
packed_but_empty(void **state)
{
	static const struct { uint8_t bytes[32]; size_t n; } t[] = {
		{ { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00,
		    0x00, 0x00, 0x00, 0x00 }, 20 },
		{ { 0x42, 0x5a, 0x68, 0x39, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0x00, 0x00, 0x00, 0x00 }, 14 },
		{ { 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x00, 0x00, 0x00, 0x00,
		    0x1c, 0xdf, 0x44, 0x21, 0x1f, 0xb6, 0xf3, 0x7d, 0x01, 0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5a }, 32 },
		{ { 0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7, 0x00, 0x00, 0x00, 0x00, 0x05, 0x5d, 0xcc, 0x02 }, 15 },
		{ { 0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x00, 0x01, 0x00, 0x00, 0x99, 0xe9, 0xd8, 0x51 }, 13 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < PACKINGS; i++) {
		struct all a = read_all(save_bytes("empty", t[i].bytes, t[i].n));

		assert_null(a.capture);
		assert_int_equal(a.err.code, ST_EFORMAT);
		assert_has(a.err.text, "is empty");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_packets),
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(half_a_file_gives_half_the_packets),
		cmocka_unit_test(damaged_bytes_do_no_harm),
		cmocka_unit_test(packed_but_empty),
	};

	return cmocka_run_group_tests_name("input/unpack", tests, make_dir, drop_dir);
}
