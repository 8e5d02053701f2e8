/* app/recall.h - judges kept history by entries of the list that were not there, or were others, when it was written.
 *
 * What is kept is read in the order of time and told to the same tables as packets are: answers as messages, connections as their
 * handshakes.  What it cannot tell is not known, and nothing that rests on an absence is more than possible (judge/verdict.c). */
#ifndef APP_RECALL_H
#define APP_RECALL_H

#include "app/engine.h"

/* The engine has its list and its state, and has seen no packet.  again[]: by index in the list, the entries to judge; what the state
 * holds of their addresses is forgotten first.  Returns 0 or ST_*. */
int recall(struct engine *e, const bool *again, struct err *err);

#endif
