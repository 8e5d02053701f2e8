/* know/learn_int.h - the parts of learning from an answer that have a file of their own. */
#ifndef KNOW_LEARN_INT_H
#define KNOW_LEARN_INT_H

#include "know/know.h"

/* What an answer tells of the server's ways, and of its client's if that answers others too (know/profile.h).  ms may be NULL. */
void learn_profile(struct know *k, const struct dns_event *ev, const struct dns_walk *w, const struct memo_set *ms,
                   struct client *c, struct server *s);

#endif
