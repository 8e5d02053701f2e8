/* judge/scan.h - what reaches a listed address and is no client (FIELD 3.2, background.scan).
 *
 * A scanner tries many neighbours of the address, or many of its ports, in a minute.  Backscatter is the address's answer to a SYN that
 * somebody else sent in a stranger's name.  Neither sends data, a name, or a question; and who used a listed address before it tried
 * many is a client whose servers are gone.
 * Bound     SCAN_SOURCES hosts that opened something to a listed address, the longest silent goes first.
 * Hot path  One look-up for each connection that opens, to whatever address, once a listed one was reached. */
#ifndef JUDGE_SCAN_H
#define JUDGE_SCAN_H

#include "judge/judge.h"

#define SCAN_SOURCES 8192
#define SCAN_WINDOW (60 * TM_SEC)
#define SCAN_MANY 16			/* addresses and ports of one network in a minute: more than a client's pool spreads over */
#define SCAN_FLOWS 1024			/* so many of the latest flows are looked at for what a source did before */

struct scan_key { struct addr client; uint32_t scope, zero; };
struct scan_source {
	struct entry e;
	struct scan_key key;
	struct addr about;		/* the listed address that it reached */
	usec_t since;			/* of what is counted in tried */
	uint32_t tried[SCAN_MANY];	/* addresses and ports, hashed */
	uint8_t n;
	bool scans;
	bool used;			/* before that it had exchanged data with a listed address: a client that finds none of its servers any more */
};

/* A TCP connection has just opened; listed: to a listed address. */
void scan_opened(struct judge *j, const struct flow *f, bool listed);
/* A connection to a listed address is over. */
void scan_ended(struct judge *j, const struct flow *f);
/* Whether the connection is background, as far as is known now. */
bool scan_background(const struct judge *j, const struct conn *c);

#endif
