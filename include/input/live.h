/* input/live.h - packets as they come, from one or several interfaces.
 *
 * libpcap opens the interface and owns the ring that it shares with the kernel.  We wait ourselves: pcap_dispatch() with a time limit can wait for
 * ever on an idle interface, and an interface that goes down says so to poll() alone.
 *
 * Owner     The caller owns the blocks.  Packets are copied out of the ring once, so that it is the kernel's again at once.
 * Bound     A ring of the size asked for, for each interface. */
#ifndef INPUT_LIVE_H
#define INPUT_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "input/block.h"

#define LIVE_MOST 16			/* interfaces */

struct live;

struct live_opts {
	char *const *iface;
	size_t n;
	int snaplen;			/* bytes kept of a packet; 0: all */
	int64_t ring;			/* bytes of the ring of each; 0: libpcap's own choice */
	bool promiscuous;
};

enum live_state {
	LIVE_UP,
	LIVE_DOWN,			/* nothing comes, but it may come back */
	LIVE_GONE			/* deleted: it will not */
};

struct live_facts {
	const char *name;		/* as asked for */
	uint16_t link;			/* LINKTYPE_ value */
	enum live_state state;
	uint64_t seen;			/* packets handed out */
	uint64_t lost;			/* dropped in the kernel, for want of room in the ring */
	uint64_t lost_before;		/* dropped by the interface or its driver */
	bool filtered;			/* the kernel filters */
	bool nano;			/* its times have nanoseconds */
};

/* Open and start all of them.  Returns 0, ST_ESYNTAX (no such interface, no permission: the text says what to do), ST_ENOMEM. */
int live_open(const struct live_opts *o, struct live **out, struct err *err);
void live_close(struct live *l);	/* NULL is welcome */
size_t live_count(const struct live *l);
/* Counters as of the last live_look(). */
const struct live_facts *live_facts(const struct live *l, size_t i);
/* Ask the kernel for its counters, and whether the interfaces are up. */
void live_look(struct live *l);

/* Let the kernel hand on only what the expression (pcap-filter(7)) wants.  *size is the number of its instructions.  Returns 0;
 * ST_ESYNTAX with libpcap's words; ST_ELIMIT if the kernel cannot take it (over 4,096 instructions): nothing has changed then. */
int live_filter(struct live *l, const char *expression, unsigned *size, struct err *err);

/* Wait up to ms milliseconds (0: not at all) for packets, and fill b with what is there.  A signal ends the wait.  Returns how many, 0 if
 * none came, ST_EIO if an interface was deleted or cannot be read further. */
int live_block(struct live *l, struct block *b, int ms, struct err *err);

/* Its descriptors, to forbid writing to them. */
int live_fd(const struct live *l, size_t i);

/* Call back with each interface there is; returns 0 or ST_EIO. */
int live_list(void (*each)(void *ctx, const char *name, const char *what, bool up), void *ctx, struct err *err);

#endif
