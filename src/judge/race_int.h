/* judge/race_int.h - a client that tries two addresses at once and keeps one (Happy Eyeballs, RFC 8305).
 *
 * The connection to the retired address is not counted if another address won: opened by the same client to the same port within
 * RACE_WINDOW, before or after, and answered, while the client let go of the retired one without a second SYN and without data. */
#ifndef JUDGE_RACE_INT_H
#define JUDGE_RACE_INT_H

#include "judge/judge.h"

#define RACE_WINDOW (300 * TM_SEC / 1000)
#define RACE_FLOWS 256			/* so many of the latest flows are looked at */

/* A TCP connection has just opened, to a listed address or to any other. */
void race_opened(struct judge *j, const struct flow *f);
bool race_abandoned(const struct flow *f);
bool race_lost(const struct judge *j, const struct conn *c);

#endif
