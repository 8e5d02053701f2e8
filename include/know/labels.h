/* know/labels.h - what the user says of clients: clients.csv (DESIGN section 3).
 *
 *	prefix,label,owner,site,host,role
 *
 * The most specific prefix speaks for an address.  Roles are told, not guessed.
 * Owner     The texts are the list's.  Errors name file and line. */
#ifndef KNOW_LABELS_H
#define KNOW_LABELS_H

#include "base/addr.h"
#include "base/err.h"

enum client_role { ROLE_NONE, ROLE_NAT, ROLE_PROXY, ROLE_FORWARDER, ROLE_RESOLVER, ROLE_SCANNER, ROLE_MONITOR, ROLE_COUNT };

struct label {
	struct prefix prefix;
	char *label, *owner, *site, *host;	/* NULL: not given */
	enum client_role role;
};
struct labels { struct label *v; size_t n; };

/* Read the file; what was there before goes, unless it fails.  Returns 0 or ST_*. */
int labels_load(struct labels *l, const char *path, struct err *err);
void labels_free(struct labels *l);
const char *role_name(enum client_role r);	/* as in the file; NULL for ROLE_NONE */
const struct label *labels_find(const struct labels *l, const struct addr *a);	/* NULL if nothing is said of it */

#endif
