/* Names in messages: RFC 1035 4.1.4 compression, with pointers that only lead backwards. */
#include "proto/dnsmsg_int.h"

#include <string.h>

#include "proto/dnshash_int.h"

/* The bytes of whole labels from p on, at most up to the one that begins at or reaches beyond max. */
static size_t
run_of_labels(const uint8_t *p, size_t max, uint32_t *steps)
{
	size_t i = 0;

	for (; i < max && p[i] - 1u < 63; ++*steps)
		i += (size_t)p[i] + 1;
	return i;
}

/* Where the pointer at `at` leads, or 0.  It must be to before the part of the name that it ends, so that no loop is possible. */
static size_t
follow(struct dns_pass *ps, size_t at, size_t part)
{
	size_t target = (size_t)(ps->msg[at] & 0x3f) << 8 | ps->msg[at + 1];

	return target < part && target >= DNS_HEADER && ++ps->hops <= DNS_HOPS_MAX ? target : 0;
}

/* A name in parts: each is a run of labels and the root or a pointer.  ps->why is set before each way out. */
size_t
dns_name_expand(struct dns_pass *ps, size_t *pos, size_t end, uint8_t *out)
{
	size_t part = *pos, n = 0, run;

	ps->hops = 0;
	ps->why = WHY_DNS_BAD_NAME;
	for (;;) {
		const uint8_t *p = ps->msg + part;
		bool root, pointer;

		run = run_of_labels(p, end - part, &ps->steps);
		if (++ps->steps > ps->budget || n + run + 1 > DNS_NAME_MAX)
			return 0;
		root = run < end - part && p[run] == 0;
		pointer = run + 1 < end - part && p[run] >= 0xc0;
		if (!root && !pointer)
			break;
		memcpy(out + n, p, run + 1);
		n += run + 1;
		if (ps->hops == 0)
			*pos = part + run + (root ? 1 : 2);
		if (root)
			return n;
		n--;				/* the pointer's first byte */
		part = follow(ps, part + run, part);
		if (part == 0)
			return 0;
		end = ps->have;
	}
	if (end == ps->have && (run >= end - part || ps->msg[part + run] >= 0xc0))
		ps->why = ps->past;
	return 0;
}

uint64_t
dns_name_hash(const uint8_t *name, uint64_t seed)
{
	struct dns_key key = dns_key_make(seed);

	return dns_hash_name(&key, name, dns_name_flat(name, DNS_NAME_MAX));
}
