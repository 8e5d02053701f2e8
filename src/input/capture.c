#include "input/capture.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "input/block_int.h"
#include "input/capture_int.h"
#include "input/shown_int.h"

/* The largest packets to believe in; the values are libpcap's. */
#define CAPLEN_MAX (256u << 10)
#define CAPLEN_MAX_EBHSCR (8u << 20)
#define CAPLEN_MAX_BUS (128u << 20)

#define LINK_RAW 101
#define LINK_DBUS 231
#define LINK_USBPCAP 249
#define LINK_EBHSCR 279
#define LINK_NONE 0xffff		/* no type of ours: the file's does not fit the field */

uint32_t
capture_caplen_max(uint16_t link)
{
	switch (link) {
	case LINK_DBUS:
	case LINK_USBPCAP:
		return CAPLEN_MAX_BUS;
	case LINK_EBHSCR:
		return CAPLEN_MAX_EBHSCR;
	default:
		return CAPLEN_MAX;
	}
}

/* Some systems wrote their own number of raw IP, 12, into the file; libpcap takes it for LINKTYPE_RAW too. */
uint16_t
capture_link(uint32_t type)
{
	type &= 0x03ffffff;
	if (type == 12)
		return LINK_RAW;
	return type < LINK_NONE ? (uint16_t)type : LINK_NONE;
}

int
capture_add_iface(struct capture *c, uint16_t link, uint32_t snaplen)
{
	size_t n = c->facts.n_ifaces;
	struct capture_iface *p = c->ifaces;

	if ((n & (n - 1)) == 0)
		p = realloc(c->ifaces, (n > 0 ? 2 * n : 1) * sizeof(*p));
	if (p == NULL)
		return ST_ENOMEM;
	p[n] = (struct capture_iface){ .link = link, .snaplen = snaplen };
	c->ifaces = p;
	c->facts.ifaces = p;
	c->facts.n_ifaces = n + 1;
	return 0;
}

static void
warn(struct capture *c, enum capture_end end, uint64_t offset, const char *what)
{
	const char *one = c->facts.packets == 1 ? " was" : "s were";

	snprintf(c->warning, sizeof(c->warning), "%s: %s at byte %llu%s: %s; the %llu packet%s read before it%s", c->shown,
	    end == CAPTURE_CUT ? "cut off" : "damaged", (unsigned long long)offset,
	    c->facts.packing[0] != '\0' ? " (unpacked)" : "", what, (unsigned long long)c->facts.packets, one,
	    end == CAPTURE_CUT ? "" : ", what follows was not; if the original is whole, copy it again");
	c->facts.end = end;
	c->facts.warning = c->warning;
}

enum walk
capture_damaged(struct capture *c, uint64_t offset, const char *fmt, ...)
{
	char what[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	warn(c, CAPTURE_DAMAGED, offset, what);
	return WALK_STOP;
}

/* The input is at its end, `left` bytes of it in no record. */
static void
note_cut(struct capture *c, const struct span *s)
{
	size_t left = (size_t)(s->end - s->p);
	const char *trouble = unpack_trouble(c->in);
	char what[300];

	if (trouble != NULL)
		snprintf(what, sizeof(what), "its %s data are cut or damaged there (%s)", c->facts.packing, trouble);
	else if (left == 0 && c->jump == 0)
		return;
	else if (c->jump > 0)
		snprintf(what, sizeof(what), "the last block lacks %llu bytes", (unsigned long long)c->jump);
	else
		snprintf(what, sizeof(what), "the record after packet %llu has %zu of %s%zu bytes",
		    (unsigned long long)c->facts.packets, left, s->want < 32 ? "at least " : "", s->want);
	warn(c, CAPTURE_CUT, span_offset(s, s->p), what);
}

static void
note_progress(struct capture *c)
{
	c->facts.done = unpack_done(c->in);
	c->facts.total = unpack_total(c->in);
}

static int
read_head(struct capture *c, struct err *err)
{
	ssize_t got;

	c->head = malloc(CAPTURE_HEAD);
	if (c->head == NULL)
		return err_set(err, ST_ENOMEM, "%s: out of memory", c->shown);
	got = unpack_read(c->in, c->head, CAPTURE_HEAD, err);
	if (got < 0)
		return (int)got;
	c->head_len = (size_t)got;
	note_progress(c);
	return 0;
}

/* Which format it is.  Returns the length of the file header. */
static int
start_format(struct capture *c, struct err *err)
{
	const char *trouble = unpack_trouble(c->in);

	if (pcapng_magic(c->head, c->head_len))
		return pcapng_start(c, c->head, c->head_len, err);
	if (classic_magic(c->head, c->head_len))
		return classic_start(c, c->head, c->head_len, err);
	if (trouble != NULL)
		return err_set(err, ST_EFORMAT, "%s: is packed with %s and cannot be unpacked: %s; copy it again", c->shown,
		    c->facts.packing, trouble);
	if (c->head_len == 0)
		return err_set(err, ST_EFORMAT, "%s: is empty, not even a file header is in it; see why its writer stopped", c->shown);
	return err_set(err, ST_EFORMAT, "%s: %s", c->shown, foreign_guess(c->head, c->head_len));
}

static int
start(struct capture *c, struct err *err)
{
	int rc;

	c->facts.path = c->path;
	c->facts.shown = c->shown;
	c->facts.packing = "";
	rc = unpack_open(c->path, &c->in, err);
	if (rc < 0)
		return rc;
	c->facts.packing = unpack_packing(c->in);
	c->facts.regular = unpack_regular(c->in);
	rc = read_head(c, err);
	if (rc == 0)
		rc = start_format(c, err);
	if (rc < 0)
		return rc;
	c->carry = malloc(BLOCK_BYTES);
	if (c->carry == NULL)
		return err_set(err, ST_ENOMEM, "%s: out of memory", c->shown);
	c->carry_cap = BLOCK_BYTES;
	c->carry_len = c->head_len - (size_t)rc;
	memcpy(c->carry, c->head + rc, c->carry_len);
	c->facts.offset = c->head_len;
	return 0;
}

int
capture_open(const char *path, struct capture **out, struct err *err)
{
	struct capture *c;
	int rc;

	*out = NULL;
	c = calloc(1, sizeof(*c));
	if (c != NULL) {
		c->path = strdup(path);
		c->shown = path_shown(path);
	}
	if (c == NULL || c->path == NULL || c->shown == NULL)
		rc = err_set(err, ST_ENOMEM, "out of memory to open a capture");
	else
		rc = start(c, err);
	if (rc < 0)
		capture_close(c);
	else
		*out = c;
	return rc;
}

void
capture_rest(struct capture *c)
{
	unpack_close(c->in);
	free(c->head);
	free(c->carry);
	free(c->ng.ifaces);
	c->in = NULL;
	c->head = c->carry = NULL;
	c->head_len = c->carry_len = c->carry_cap = 0;
	c->ng.ifaces = NULL;
}

int
capture_wake(struct capture *c, struct err *err)
{
	struct capture fresh = {
		.path = c->path, .shown = c->shown, .skip = c->skip, .secrets = c->secrets, .secrets_ctx = c->secrets_ctx,
	};
	int rc;

	free(c->ifaces);
	*c = fresh;
	rc = start(c, err);
	if (rc < 0)
		capture_rest(c);
	return rc;
}

void
capture_close(struct capture *c)
{
	if (c == NULL)
		return;
	capture_rest(c);
	free(c->ifaces);
	free(c->path);
	free(c->shown);
	free(c);
}

/* Read past what nobody wants.  The block serves as a bin. */
static int
jump(struct capture *c, struct block *b, struct err *err)
{
	size_t n;
	ssize_t got;

	while (c->jump > 0) {
		n = c->jump < b->size ? (size_t)c->jump : b->size;
		got = unpack_read(c->in, b->bytes, n, err);
		if (got < 0)
			return (int)got;
		c->jump -= (uint64_t)got;
		c->facts.offset += (uint64_t)got;
		if ((size_t)got < n)
			break;
	}
	return 0;
}

/* What was left over, and then new bytes: `want` in all, fewer only at the end of the input. */
static int
refill(struct capture *c, struct block *b, size_t want, struct span *s, bool *last, struct err *err)
{
	ssize_t got;
	int rc;

	rc = jump(c, b, err);
	if (rc == 0)
		rc = block_resize(b, want, err);
	if (rc < 0)
		return rc;
	assert(c->carry_len <= want);
	memcpy(b->bytes, c->carry, c->carry_len);
	got = unpack_read(c->in, b->bytes + c->carry_len, want - c->carry_len, err);
	if (got < 0)
		return (int)got;
	c->facts.offset += (uint64_t)got;
	*last = (size_t)got < want - c->carry_len;
	*s = (struct span){ .p = b->bytes, .end = b->bytes + c->carry_len + got, .offset = c->facts.offset };
	note_progress(c);
	return 0;
}

static int
keep_rest(struct capture *c, const struct span *s, struct err *err)
{
	size_t n = (size_t)(s->end - s->p);
	uint8_t *p;

	if (n > c->carry_cap) {
		p = realloc(c->carry, n);
		if (p == NULL)
			return err_set(err, ST_ENOMEM, "%s: out of memory", c->shown);
		c->carry = p;
		c->carry_cap = n;
	}
	memcpy(c->carry, s->p, n);
	c->carry_len = n;
	return 0;
}

int
capture_block(struct capture *c, struct block *b, struct err *err)
{
	size_t want = BLOCK_BYTES;
	struct span s;
	enum walk how;
	bool last = false;
	int rc;

	b->n = 0;
	while (b->n == 0 && !c->ended) {
		rc = refill(c, b, want, &s, &last, err);
		if (rc < 0)
			return rc;
		how = c->walk(c, &s, b);
		if (how == WALK_NOMEM)
			return err_set(err, ST_ENOMEM, "%s: out of memory for an interface", c->shown);
		if (how == WALK_MORE && last)
			note_cut(c, &s);
		c->ended = how == WALK_STOP || (how == WALK_MORE && last);
		rc = keep_rest(c, &s, err);
		if (rc < 0)
			return rc;
		want = how == WALK_MORE && s.want > BLOCK_BYTES ? s.want : BLOCK_BYTES;
	}
	return (int)b->n;
}

void
capture_skip(struct capture *c, uint64_t number)
{
	c->skip = number;
}

void
capture_secrets(struct capture *c, capture_secrets_fn *fn, void *ctx)
{
	c->secrets = fn;
	c->secrets_ctx = ctx;
}

const uint8_t *
capture_head(const struct capture *c, size_t *n)
{
	*n = c->head_len;
	return c->head;
}

const struct capture_facts *
capture_facts(const struct capture *c)
{
	return &c->facts;
}
