/* A report on a store that a test has filled, as one text. */
#ifndef TEST_REPORT_SHOWN_H
#define TEST_REPORT_SHOWN_H

#include "../store/fill.h"
#include "report/format.h"
#include "store/book.h"

/* Names as nobody should have them: quotes, controls, an escape sequence, no UTF-8, a text that runs backwards (U+202E). */
#define HOSTILE "a\"b\\c'd<e>&f\ng\x1b[31mh\x07i\xffj\xe2\x80\xaek"

static inline struct reader *
shown_reader(const struct fill *f)
{
	struct reader *rd;
	struct err err = { 0 };

	if (reader_open(f->path, &rd, &err) < 0)
		fail_msg("%s", err.text);
	return rd;
}

/* All of it as the book that reports are made from. */
static inline struct reader *
shown_book(const struct fill *f)
{
	const struct book_opts opts = { .since = TM_NONE, .until = TM_NONE, .as_of = TM_NONE, .resolve_after = policy_default.resolve_after,
		.min_coverage = policy_default.min_coverage };
	const char *path = f->path;
	struct reader *rd;
	struct err err = { 0 };

	if (book_open(&path, 1, &opts, &rd, &err) < 0)
		fail_msg("%s", err.text);
	return rd;
}

/* The output of a format's findings ('f') or report ('r'); the caller frees it with buf_free(). */
static inline struct buf
shown(const struct fill *f, const char *format, char which, const struct report_opts *opts, bool color)
{
	const struct format *form = format_find(format);
	struct reader *rd = which == 'f' ? shown_reader(f) : shown_book(f);
	struct report_opts what = *opts;
	struct out o = { .color = color };
	struct err err = { 0 };

	if (what.since == 0 && what.until == 0)
		what.since = what.until = TM_NONE;
	assert_non_null(form);
	if ((which == 'f' ? form->findings : form->report)(rd, &what, &o, &err) < 0 || out_end(&o, &err) < 0)
		fail_msg("%s", err.text);
	reader_close(rd);
	(void)buf_cstr(&o.buf);
	return o.buf;
}

/* Of drawings the wide ones: each has a slim one behind it, of the same. */
static inline void
shown_wide(struct buf *b)
{
	static const char slim[] = "<figure class=\"plot slim\">", end[] = "</figure>\n";
	int n = 0;

	for (char *at; (at = strstr((char *)(uintptr_t)buf_cstr(b), slim)) != NULL; n--) {
		char *behind = strstr(at, end);

		assert_non_null(behind);
		behind += sizeof(end) - 1;
		memmove(at, behind, (size_t)((char *)b->p + b->len - behind));
		b->len -= (size_t)(behind - at);
	}
	for (const char *at = buf_cstr(b); (at = strstr(at, end)) != NULL; at++)
		n++;
	assert_int_equal(n, 0);
}

static inline void
shown_has(struct buf *b, const char *words)
{
	if (strstr(buf_cstr(b), words) == NULL)
		fail_msg("no \"%s\" in:\n%s", words, buf_cstr(b));
}

static inline void
shown_lacks(struct buf *b, const char *words)
{
	if (strstr(buf_cstr(b), words) != NULL)
		fail_msg("\"%s\" in:\n%s", words, buf_cstr(b));
}

/* Nothing in it moves a cursor: printable ASCII and line ends only. */
static inline void
shown_is_plain(struct buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (b->p[i] != '\n' && (b->p[i] < 0x20 || b->p[i] > 0x7e))
			fail_msg("byte %02x at %zu in:\n%s", b->p[i], i, buf_cstr(b));
}

/* The sample, and a finding in which every text is hostile. */
static inline void
shown_fill(const struct fill *f, bool hostile)
{
	struct store *st = fill_open(f->path);
	struct row_finding r = fill_finding("00000000000000ff", HOSTILE, 1);

	fill_begin(st);
	fill_sample(st);
	if (hostile) {
		r.mode = r.scope = r.name = r.chain = r.listed = r.deprecated_ip = r.proto = r.legit_basis = HOSTILE;
		r.reused = r.server_name = r.resolver = r.dns_transport = HOSTILE;
		store_finding(st, &r);
		store_run(st, &(struct row_run){ .sensor = HOSTILE });
		store_coverage(st, &(struct row_coverage){ .source = 1, .link = HOSTILE, .started = FILL_T, .ended = FILL_T, .packets = 1,
		    .lost = 0, .unread = HOSTILE, .seen = HOSTILE, .reason = HOSTILE });
		store_deprecated(st, &(struct row_deprecated){ .listing = store_listing(st, &(struct row_listing){ .listed = HOSTILE,
		    .name = HOSTILE, .deprecated_at = FILL_T, .reinstated_at = TM_NONE, .ttl = -1 }), .state = HOSTILE, .why = HOSTILE,
		    .legit_until = TM_NONE, .last_connection = TM_NONE, .last_stale_answer = TM_NONE, .covered = -1 });
		store_evidence(st, &(struct row_evidence){ .finding = "00000000000000ff", .seq = 1, .at = FILL_T, .role = HOSTILE,
		    .what = HOSTILE, .server = HOSTILE, .ttl = 1, .expires = TM_NONE, .frame = 1, .flow = -1 });
		store_flow(st, &(struct row_flow){ .id = 9, .finding = "00000000000000ff", .started = FILL_T, .ended = FILL_T,
		    .client = HOSTILE, .server = HOSTILE, .proto = HOSTILE, .name = HOSTILE, .outcome = HOSTILE, .confidence = CONF_LIKELY });
		store_answer(st, &(struct row_answer){ .name = "www.example.com", .type = HOSTILE, .data = HOSTILE, .server = HOSTILE,
		    .server_role = HOSTILE, .count = 1, .after_legit = -1 });
	}
	fill_commit(st);
	store_close(st);
}

#endif
