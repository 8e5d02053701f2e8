/* Tables of a busy link do not fit into the processor's caches, and each message needs lines of three of them: fetched for a batch at a time, they
 * come while others are waited for.  Nothing is changed, and what is guessed wrong costs time only. */
#include "app/engine_int.h"

/* A question looks up its client, whose entry the answer then finds as it left it; an answer its set of records. */
static inline __attribute__((always_inline)) uint32_t
ahead(const struct engine *e, struct event *ev)
{
	const struct client_key who = { .addr = ev->pkt.src, .scope = ev->pkt.scope };
	const struct table *clients = &e->know.clients.t, *sets = &e->memo.t;
	uint32_t hash;

	ev->slot = copy_slot(&e->copies, &ev->pkt);
	__builtin_prefetch(ev->slot, 1);
	__builtin_prefetch(&ev->slot->source, 1);	/* it may lie across two lines */
	if (ev->walk.flags & DNS_QR) {
		hash = table_hash(sets, &ev->walk.set, sizeof(ev->walk.set));
		table_ahead(sets, hash);
	} else {
		hash = table_hash(clients, &who, sizeof(who));
		table_ahead(clients, hash);
	}
	return hash;
}

void
take_ahead(struct engine *e)
{
	struct event *events = e->batch->events;
	uint32_t n = e->batch->n, hash[EXTRACT_BATCH];

	for (uint32_t i = 0; i < n; i++)
		if (events[i].kind == EVENT_DNS && events[i].dns) {
			hash[i] = ahead(e, &events[i]);
		} else {
			events[i].slot = NULL;
			events[i].hint = TABLE_NIL;
		}
	for (uint32_t i = 0; i < n; i++)
		if (events[i].slot != NULL && (events[i].walk.flags & DNS_QR) != 0)
			events[i].hint = table_near(&e->memo.t, hash[i], sizeof(struct memo_set));
		else if (events[i].slot != NULL)
			events[i].hint = table_near(&e->know.clients.t, hash[i], CLIENT_BUSY);
}
