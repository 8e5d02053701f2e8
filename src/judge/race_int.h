/* judge/race_int.h - a client that tries two addresses at once and keeps one (Happy Eyeballs, RFC 8305).
 *
 * The connection to the retired address is not counted if another address won: opened by the same client to the same port within
 * RACE_WINDOW, before or after, and answered, while the client let go of the retired one: no second SYN, no handshake of three.  A browser that
 * connects ahead and does not use it finishes its handshake: that is no race.  As long as it may turn out to be one, nothing is said of it. */
#ifndef JUDGE_RACE_INT_H
#define JUDGE_RACE_INT_H

#include "judge/judge.h"

#define RACE_WINDOW (300 * TM_SEC / 1000)
#define RACE_FLOWS 256			/* so many of the latest flows are looked at */

/* A TCP connection has just opened, to a listed address or to any other. */
void race_opened(struct judge *j, const struct flow *f);
/* So far its client did not do more than to send one SYN, or let go of it, and nobody refused it. */
bool race_abandoned(const struct flow *f);
/* Once a second: decide what is FLOW_SYN_WAIT old. */
void race_tick(struct judge *j, usec_t now);
/* Whether it may be counted: it was no race that it lost, and is none that it may lose yet. */
bool race_counts(const struct judge *j, const struct conn *c);

#endif
