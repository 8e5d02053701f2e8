#include "input/order.h"

#include <assert.h>
#define XXH_INLINE_ALL
#include <xxhash.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "input/block_int.h"

/* A source sleeps (looked at, then closed), is awake (in the heap), or is done.  While only one is awake its blocks go
 * straight to the caller and it has no packets waiting; else each that is awake has some, in a block of its own. */
struct source {
	struct order_source pub;	/* first: order_source() gives it out */
	size_t given;			/* its place on the command line */
	bool sleeps;
	XXH128_hash_t head;		/* of its first head_len bytes: is it still the same when it wakes? */
	size_t head_len;
	struct block block;		/* bytes NULL: has none */
	uint32_t at;			/* packets up to here are handed out */
	int64_t *keys;			/* when each packet of the block is due; NULL if there is no block */
};

struct order {
	struct source *sources;		/* by time */
	size_t n, next;			/* those before next were woken */
	struct source *heap[ORDER_OPEN];	/* the awake ones, the next packet's first */
	size_t awake;
	capture_secrets_fn *secrets;
	void *secrets_ctx;
};

static const char *
shown(const struct source *s)
{
	return capture_facts(s->pub.capture)->shown;
}

static bool
has_packets(const struct source *s)
{
	return s->at < s->block.n;
}

static int64_t
due(const struct source *s)
{
	assert(has_packets(s));
	return s->keys[s->at];
}

/* Sources lie in memory in their order, which decides ties. */
static bool
goes_before(const struct source *a, const struct source *b)
{
	return due(a) != due(b) ? due(a) < due(b) : a < b;
}

static void
sift_down(struct order *o)
{
	struct source *s = o->heap[0];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < o->awake) {
		if (child + 1 < o->awake && goes_before(o->heap[child + 1], o->heap[child]))
			child++;
		if (!goes_before(o->heap[child], s))
			break;
		o->heap[i] = o->heap[child];
		i = child;
	}
	o->heap[i] = s;
}

static void
push(struct order *o, struct source *s)
{
	size_t i = o->awake++;

	while (i > 0 && goes_before(s, o->heap[(i - 1) / 2])) {
		o->heap[i] = o->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	o->heap[i] = s;
}

static void
drop_block(struct source *s)
{
	block_free(&s->block);
	free(s->keys);
	s->keys = NULL;
	s->at = 0;
}

/* The first of the heap has no more packets. */
static void
pop(struct order *o)
{
	struct source *s = o->heap[0];

	capture_rest(s->pub.capture);
	drop_block(s);
	o->heap[0] = o->heap[--o->awake];
	if (o->awake > 0)
		sift_down(o);
}

static int
need_block(struct source *s, struct err *err)
{
	if (s->keys != NULL)
		return 0;
	s->keys = malloc(BLOCK_RECS * sizeof(*s->keys));
	if (s->keys == NULL)
		return err_set(err, ST_ENOMEM, "%s: out of memory", shown(s));
	return block_init(&s->block, err);
}

/* A packet is due at its time, but never later than one that follows it in the block. */
static void
set_keys(struct source *s)
{
	int64_t least = INT64_MAX;
	uint32_t i;

	for (i = s->block.n; i-- > 0;) {
		if (s->block.recs[i].ts_ns < least)
			least = s->block.recs[i].ts_ns;
		s->keys[i] = least;
	}
	s->at = 0;
}

/* The next packets of a source into its own block: how many, 0 at its end. */
static int
load(struct source *s, struct err *err)
{
	int rc;

	rc = need_block(s, err);
	if (rc == 0)
		rc = capture_block(s->pub.capture, &s->block, err);
	if (rc > 0)
		set_keys(s);
	return rc;
}

/* Does it begin with the bytes that were there at the first look?  It may have grown since. */
static bool
has_same_head(const struct source *s)
{
	const uint8_t *p;
	size_t n;

	p = capture_head(s->pub.capture, &n);
	return n >= s->head_len && XXH128_isEqual(XXH3_128bits(p, s->head_len), s->head);
}

/* Open again what was closed after a look at it. */
static int
reopen(struct order *o, struct source *s, struct err *err)
{
	int rc;

	rc = capture_wake(s->pub.capture, err);
	if (rc < 0)
		return rc;
	if (!has_same_head(s))
		return err_set(err, ST_EIO, "%s: was replaced by another file while it was read; leave the captures alone and start "
		    "again", shown(s));
	s->sleeps = false;
	capture_secrets(s->pub.capture, o->secrets, o->secrets_ctx);
	return 0;
}

/* The next source joins.  Where it is alone it needs no packets yet. */
static int
wake(struct order *o, struct err *err)
{
	struct source *s = &o->sources[o->next];
	int rc = 0;

	if (o->awake == ORDER_OPEN)
		return err_set(err, ST_ELIMIT, "%s: more than %d captures overlap in time; join some of them first with: "
		    "mergecap -w OUT IN...", shown(s), ORDER_OPEN);
	if (s->sleeps)
		rc = reopen(o, s, err);
	if (rc < 0)
		return rc;
	o->next++;
	if (o->awake > 0 && !has_packets(s))
		rc = load(s, err);
	if (rc < 0)
		return rc;
	if (o->awake == 0 || has_packets(s))
		push(o, s);
	else
		capture_rest(s->pub.capture);
	return 0;
}

/* Is a source that sleeps due before time t? */
static bool
one_is_due(const struct order *o, int64_t t)
{
	return o->next < o->n && o->sources[o->next].pub.first_ns < t;
}

/* Copy the first packet of s to the end of b.  False if there is no room for it. */
static bool
copy_packet(struct source *s, struct block *b, size_t *used)
{
	const struct rec *from = &s->block.recs[s->at];
	struct rec *to = &b->recs[b->n];

	if (b->n == BLOCK_RECS || b->size - *used < from->caplen)
		return false;
	*to = *from;
	to->data = memcpy(b->bytes + *used, from->data, from->caplen);
	*used += from->caplen;
	b->n++;
	s->at++;
	return true;
}

static void
set_source(const struct order *o, const struct source *s, struct block *b)
{
	uint32_t i, source = (uint32_t)(s - o->sources);

	for (i = 0; i < b->n; i++)
		b->recs[i].source = source;
}

/* The first of the heap has moved on to its next packet, or to its end. */
static void
settle(struct order *o)
{
	if (has_packets(o->heap[0]))
		sift_down(o);
	else if (o->awake > 1)
		pop(o);
}

/* Packets of those awake, in turn, until b is full, another is due, or all that were waiting are gone. */
static int
merge(struct order *o, struct block *b, struct err *err)
{
	struct source *s = o->heap[0];
	size_t used = 0, first = s->block.recs[s->at].caplen;
	int rc;

	rc = block_resize(b, first > BLOCK_BYTES ? first : BLOCK_BYTES, err);
	while (rc == 0 && o->awake > 0 && has_packets(s = o->heap[0]) && !one_is_due(o, due(s)) && copy_packet(s, b, &used)) {
		b->recs[b->n - 1].source = (uint32_t)(s - o->sources);
		if (!has_packets(s) && o->awake > 1)
			rc = load(s, err);
		if (rc >= 0)
			settle(o);
		rc = rc < 0 ? rc : 0;
	}
	return rc;
}

static int64_t
latest(const struct block *b)
{
	int64_t t = INT64_MIN;
	uint32_t i;

	for (i = 0; i < b->n; i++)
		if (b->recs[i].ts_ns > t)
			t = b->recs[i].ts_ns;
	return t;
}

/* The only source awake fills b itself.  If another is due amid these packets they wait in the source's own block. */
static int
pass_on(struct order *o, struct block *b, struct err *err)
{
	struct source *s = o->heap[0];
	struct block own;
	int rc;

	rc = capture_block(s->pub.capture, b, err);
	if (rc == 0)
		pop(o);
	if (rc <= 0)
		return rc;
	set_source(o, s, b);
	if (o->next == o->n || !one_is_due(o, latest(b))) {
		drop_block(s);
		return 0;
	}
	rc = need_block(s, err);
	if (rc < 0)
		return rc;
	own = s->block;
	s->block = *b;
	*b = own;
	b->n = 0;
	set_keys(s);
	return 0;
}

int
order_block(struct order *o, struct block *b, struct err *err)
{
	int rc = 0;

	b->n = 0;
	while (rc == 0 && b->n == 0 && (o->awake > 0 || o->next < o->n)) {
		if (o->awake == 0 || (has_packets(o->heap[0]) && one_is_due(o, due(o->heap[0]))))
			rc = wake(o, err);
		else if (has_packets(o->heap[0]))
			rc = merge(o, b, err);
		else
			rc = pass_on(o, b, err);
	}
	return rc < 0 ? rc : (int)b->n;
}

static void
send_to_sleep(struct source *s)
{
	const uint8_t *head = capture_head(s->pub.capture, &s->head_len);

	s->head = XXH3_128bits(head, s->head_len);
	capture_rest(s->pub.capture);
	drop_block(s);
}

/* Read the first packets.  What can be opened again is closed; a pipe is kept with them. */
static int
look(struct order *o, struct source *s, const char *path, struct err *err)
{
	int rc;

	rc = capture_open(path, &s->pub.capture, err);
	if (rc < 0)
		return rc;
	s->sleeps = capture_facts(s->pub.capture)->regular;
	if (!s->sleeps)
		capture_secrets(s->pub.capture, o->secrets, o->secrets_ctx);
	rc = load(s, err);
	if (rc < 0)
		return rc;
	s->pub.first_ns = rc > 0 ? s->block.recs[0].ts_ns : INT64_MIN;
	if (s->sleeps)
		send_to_sleep(s);
	return 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct source *x = a, *y = b;
	int names;

	if (x->pub.first_ns != y->pub.first_ns)
		return x->pub.first_ns < y->pub.first_ns ? -1 : 1;
	names = strcmp(capture_facts(x->pub.capture)->path, capture_facts(y->pub.capture)->path);
	if (names != 0)
		return names;
	return x->given < y->given ? -1 : 1;
}

int
order_open(char *const *path, size_t n, capture_secrets_fn *secrets, void *ctx, struct order **out, struct err *err)
{
	struct order *o;
	size_t i;
	int rc = 0;

	*out = NULL;
	o = calloc(1, sizeof(*o));
	if (o != NULL)
		o->sources = calloc(n + 1, sizeof(*o->sources));
	if (o == NULL || o->sources == NULL) {
		order_close(o);
		return err_set(err, ST_ENOMEM, "out of memory for %zu captures", n);
	}
	o->n = n;
	o->secrets = secrets;
	o->secrets_ctx = ctx;
	for (i = 0; i < n && rc == 0; i++) {
		o->sources[i].given = i;
		rc = look(o, &o->sources[i], path[i], err);
	}
	if (rc < 0) {
		order_close(o);
		return rc;
	}
	qsort(o->sources, n, sizeof(*o->sources), by_time);
	*out = o;
	return 0;
}

void
order_close(struct order *o)
{
	size_t i;

	if (o == NULL)
		return;
	for (i = 0; i < o->n; i++) {
		drop_block(&o->sources[i]);
		capture_close(o->sources[i].pub.capture);
	}
	free(o->sources);
	free(o);
}

size_t
order_count(const struct order *o)
{
	return o->n;
}

const struct order_source *
order_source(const struct order *o, size_t i)
{
	assert(i < o->n);
	return &o->sources[i].pub;
}

void
order_skip(struct order *o, size_t i, uint64_t number)
{
	struct source *s = &o->sources[i];

	assert(o->next == 0);
	capture_skip(s->pub.capture, number);
	while (has_packets(s) && s->block.recs[s->at].number <= number)
		s->at++;
}
