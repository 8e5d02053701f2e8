/* know/referral.h - which host was sent which listed address by another one, written out in the clear (proto/addrtext.h).
 *
 * Bound     At most `max` (host, address); the one heard of longest ago goes first. */
#ifndef KNOW_REFERRAL_H
#define KNOW_REFERRAL_H

#include "base/addr.h"
#include "base/table.h"
#include "base/tm.h"

struct referral_key { struct addr client, addr; uint32_t scope, zero; };
struct referral { struct entry e; struct referral_key key; struct addr by; usec_t first; };
struct referral_table { struct table t; };

bool referral_init(struct referral_table *r, uint32_t max, uint64_t seed);
void referral_free(struct referral_table *r);
/* `by` sent it to the client at t. */
void referral_note(struct referral_table *r, const struct addr *client, uint32_t scope, const struct addr *a, const struct addr *by, usec_t t);
/* NULL: never. */
const struct referral *referral_find(const struct referral_table *r, const struct addr *client, uint32_t scope, const struct addr *a);

#endif
