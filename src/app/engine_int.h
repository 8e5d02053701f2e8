/* app/engine_int.h - the parts of the engine: made (engine_make.c), fed with events (engine_take.c), led through blocks, days and flushes (engine.c). */
#ifndef APP_ENGINE_INT_H
#define APP_ENGINE_INT_H

#include "app/engine.h"

/* Hot path: one event, in order. */
void take_event(struct engine *e, struct event *ev);

/* Hot path: have fetched what the events of the batch will need. */
void take_ahead(struct engine *e);

/* For the sinks of flows, of what is known, and of streams; ctx is the engine. */
void take_flow_opened(void *ctx, struct flow *f, const struct frame *frame);
void take_flow_ended(void *ctx, struct flow *f);
void take_told(void *ctx, const struct told_event *t);
void take_picked(void *ctx, const struct dns_event *ev);
void take_hello(void *ctx, const struct hello *h);
void take_sealed(void *ctx, const struct sealed *x);
void take_sealed_answer(void *ctx, const struct sealed *x);

#endif
