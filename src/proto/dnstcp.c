#include "proto/dnstcp.h"

#define PREFIX 2
#define HEADER 12

static uint32_t
length_at(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

/* While lost, n bytes that begin with a segment: 1 a message begins here, 0 none does, -1 they are too few to say. */
static int
begins(const uint8_t *p, size_t n, enum dns_side side)
{
	uint32_t len;

	if (n < PREFIX)
		return -1;
	len = length_at(p);
	if (len < HEADER)
		return 0;
	if (n < PREFIX + HEADER)
		return -1;
	return dns_looks(p + PREFIX, len, n - PREFIX < len ? n - PREFIX : len, side);
}

/* Find the beginning of a message at that of a segment.  Returns how many bytes are before it; all n if there is none. */
static size_t
find(struct dnstcp *d, const uint8_t *p, size_t n, enum dns_side side)
{
	size_t at = 0;
	int found;

	while ((found = begins(p + at, n - at, side)) == 0) {
		at = d->first > 0 ? d->first : n;	/* those of the second segment */
		d->first = 0;
		if (at == n)
			return n;
	}
	if (found > 0) {
		d->sync = DNSTCP_FOUND;
		d->first = 0;
	} else if (d->first == 0) {
		d->first = (uint32_t)(n - at);
	}
	return at;
}

size_t
dnstcp_data(struct dnstcp *d, const uint8_t *p, size_t n, enum dns_side side, dnstcp_fn *fn, void *ctx)
{
	size_t at = d->skip < n ? d->skip : n;

	d->skip -= (uint32_t)at;
	while (n - at >= PREFIX || (d->sync == DNSTCP_LOST && at < n)) {
		uint32_t len;

		if (d->sync == DNSTCP_LOST) {
			at += find(d, p + at, n - at, side);
			if (d->sync == DNSTCP_LOST)
				break;
		}
		len = length_at(p + at);
		if (n - at - PREFIX < len)
			break;
		if (d->sync == DNSTCP_FOUND && !dns_looks(p + at + PREFIX, len, len, side)) {
			d->sync = DNSTCP_LOST;
			at = n;
			break;
		}
		fn(ctx, p + at + PREFIX, len, len);
		at += PREFIX + len;
	}
	return at;
}

void
dnstcp_gap(struct dnstcp *d, const uint8_t *p, size_t n, uint32_t lost, dnstcp_fn *fn, void *ctx)
{
	d->first = 0;
	if (d->sync == DNSTCP_LOST)
		return;
	if (n >= PREFIX) {
		uint32_t len = length_at(p);

		if (n >= PREFIX + HEADER)
			fn(ctx, p + PREFIX, len, (uint32_t)n - PREFIX);
		d->skip = PREFIX + len - (uint32_t)n;
	} else if (n > 0) {
		d->skip = 0;
	}
	if (lost > d->skip) {
		d->sync = DNSTCP_LOST;
		d->skip = 0;
	} else {
		d->skip -= lost;
	}
}
