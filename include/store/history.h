/* store/history.h - kept history: who was told what and who connected where, for lists that come later.
 *
 * Hosts and sets of records stand once and have numbers; events (store/page.h) refer to them and are kept by the hour. */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "base/addr.h"
#include "store/page.h"
#include "store/read.h"
#include "store/write.h"

#define HISTORY_SETS 64		/* so many different answers to a question are kept apart; of more, only that there was another one */

/* ---- for the writer, inside a flush (store/write.h); ids count from 1, 0 after a failure ---- */

uint32_t store_host(struct store *st, const struct addr *a, uint32_t scope);
/* An answer as a DNS message: its question and answer section, names written out, TTLs 0.  always: however many there are already. */
struct row_said { const char *name; uint16_t type; const void *message; size_t len; bool always; };
uint32_t store_said(struct store *st, const struct row_said *s);
/* Add events to an hour (hours since 1970); they are in order (page_order()).  Gives the number of entries in the pages written. */
size_t store_page(struct store *st, enum page_kind kind, int64_t hour, const struct page_event *e, size_t n);
/* The one page of what is open when the data ends: replaced. */
void store_live(struct store *st, const struct page_event *e, size_t n);
/* Forget the pages before this hour. */
void store_retain(struct store *st, int64_t hour);
/* Count the day's connections by server from its pages, but to those that are listed (v_traffic). */
void store_traffic(struct store *st, int64_t day, bool (*listed)(void *ctx, const struct addr *a), void *ctx);

/* ---- for readers (store/read.h) ---- */

/* Each page of a kind, by time: what it holds is valid during the call.  0 or ST_*. */
struct page_from { int64_t hour, sensor, database; };	/* sensor: an id; database: its place in a book, else 0 */
int history_pages(struct reader *rd, enum page_kind kind, void (*each)(void *ctx, const struct page_from *from, const struct page_event *e, size_t n),
    void *ctx, struct err *err);
/* The hosts by their ids: at[0..n), made by the call, freed by the caller. */
struct host { struct addr addr; uint32_t scope; };
struct hosts { struct host *at; uint32_t n; };
int history_hosts(struct reader *rd, struct hosts *out, struct err *err);
/* Each answer by its id: its message has no byte where it stands for those that are not kept apart. */
int history_said(struct reader *rd, void (*each)(void *ctx, uint32_t id, const void *message, size_t n), void *ctx, struct err *err);
/* When what is kept begins, and the times in which it was kept without a gap: each() gets them in order. */
int history_spans(struct reader *rd, usec_t gap, void (*each)(void *ctx, usec_t first, usec_t last), void *ctx, struct err *err);

#endif
