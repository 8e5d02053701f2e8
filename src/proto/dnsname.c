/* Names in messages: RFC 1035 4.1.4 compression, with pointers that only lead backwards. */
#include "proto/dnsmsg_int.h"

#include <string.h>

#include "proto/dnshash_int.h"

size_t
dns_name_flat(const uint8_t *p, size_t max)
{
	size_t i = 0;

	if (max > DNS_NAME_MAX)
		max = DNS_NAME_MAX;
	while (i < max) {
		if (p[i] == 0)
			return i + 1;
		if (p[i] > 63)
			return 0;
		i += (size_t)p[i] + 1;
	}
	return 0;
}

void
dns_name_fold(uint8_t *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] |= 0x20;
}

/* Where the name goes on: *pos has a pointer in it.  Each must lead to before the part that it ends, so no loop is possible. */
static bool
follow(struct dns_pass *ps, size_t *pos, size_t *part, unsigned *hops)
{
	size_t target = (size_t)(ps->msg[*pos] & 0x3f) << 8 | ps->msg[*pos + 1];

	if (target >= *part || target < DNS_HEADER || ++*hops > DNS_HOPS_MAX)
		return false;
	*pos = *part = target;
	return true;
}

size_t
dns_name_expand(struct dns_pass *ps, size_t *pos, size_t end, uint8_t *out, unsigned *hops, enum why *why)
{
	size_t at = *pos, part = at, n = 0, len;
	bool away = false;

	*why = WHY_DNS_BAD_NAME;
	for (;;) {
		if (++ps->steps > ps->budget)
			return 0;
		if (at >= end)
			break;
		len = ps->msg[at];
		if (len >= 0xc0) {
			if (at + 2 > end)
				break;
			if (!away)
				*pos = at + 2;
			away = true;
			end = ps->have;
			if (!follow(ps, &at, &part, hops))
				return 0;
			continue;
		}
		if (len > 63 || n + len + 1 + (len > 0) > DNS_NAME_MAX)
			return 0;
		if (at + len + 1 > end)
			break;
		memcpy(out + n, ps->msg + at, len + 1);
		n += len + 1;
		at += len + 1;
		if (len == 0) {
			if (!away)
				*pos = at;
			return n;
		}
	}
	if (end == ps->have)
		*why = ps->past;
	return 0;
}

uint64_t
dns_name_hash(const uint8_t *name, uint64_t seed)
{
	struct dns_key key = dns_key_make(seed);

	return dns_hash_name(&key, name, dns_name_flat(name, DNS_NAME_MAX));
}
