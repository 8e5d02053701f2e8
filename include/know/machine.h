/* know/machine.h - machines with several addresses: what one of them was told, the others know too.
 *
 * The user says which they are: rows of clients.csv with an equal `host` (know/labels.h).  The address of the first of these rows stands for the
 * machine wherever something is known of a client; connections keep the address that they come from.
 * Bound     MACHINE_MAX addresses that were looked up, the longest unused goes.
 * Hot path  Nothing where no row has a host; else one look-up. */
#ifndef KNOW_MACHINE_H
#define KNOW_MACHINE_H

#include "base/table.h"
#include "know/labels.h"

#define MACHINE_MAX 65536

struct machines {
	const struct labels *labels;	/* the caller's; NULL: no machine has two addresses */
	struct table t;			/* what was looked up */
};

bool machines_init(struct machines *m, uint64_t seed);
/* What the user says, from here on; NULL: nothing. */
void machines_use(struct machines *m, const struct labels *labels);
void machines_free(struct machines *m);
const struct addr *machine_other(struct machines *m, const struct addr *a);

/* The address that stands for the machine which has this one; itself for most.  Valid until the next call.  m may be NULL. */
static inline const struct addr *
machine_of(struct machines *m, const struct addr *a)
{
	return m == NULL || m->labels == NULL ? a : machine_other(m, a);
}

#endif
