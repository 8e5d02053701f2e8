/* store/page.h - an hour of who was told what, or who connected where, in few bytes.
 *
 * An event is three numbers that say who and what (ids of rows), when, and a value.  Those of equal key stand together as one entry,
 * sorted by key, delta coded: a single event takes 8 to 10 bytes.  Of more than PAGE_TIMES events of one key in an hour the first and the
 * last are kept, and how many there were between.
 *
 *	        key[0]          key[1]              key[2]   value                        flags
 *	told    set of records  server              client   TTL in seconds               PAGE_WAY, PAGE_AA, PAGE_RA
 *	met     server          port << 8 | proto   client   how long, in PAGE_UNITs      PAGE_OUTCOME, PAGE_SURE, PAGE_DATA
 *
 * What is read is not trusted: a page is whole or refused. */
#ifndef STORE_PAGE_H
#define STORE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/tm.h"

#define PAGE_HOUR (3600 * TM_SEC)
#define PAGE_UNIT (TM_SEC / 100)	/* what times are rounded down to */
#define PAGE_SHARDS 256			/* an hour is cut into so many pages, by the low bits of key[0] */
#define PAGE_TIMES 32

enum page_kind { PAGE_TOLD = 1, PAGE_MET, PAGE_LIVE };	/* live: open when the data ended; in one page, of hour 0, the value is the opening in seconds since 1970 */

#define PAGE_WAY(flags)		((flags) & 7)		/* enum dns_way */
#define PAGE_AA 8
#define PAGE_RA 16
#define PAGE_OUTCOME(flags)	((flags) & 7)		/* enum flow_outcome */
#define PAGE_SURE 8			/* its opening was seen: who is the client is no guess */
#define PAGE_DATA 16			/* `how long` is until its last data; else until its last packet */
#define PAGE_FLAGS 31

struct page_event {
	uint32_t key[3];
	uint32_t at;			/* PAGE_UNITs since the hour began */
	uint32_t value;
	uint32_t more;			/* so many between this one and the next are not kept */
	uint8_t flags;
};

struct page_list { struct page_event *e; size_t n, cap; bool failed; };
void page_list_free(struct page_list *l);
void page_list_add(struct page_list *l, const struct page_event *e);	/* without memory: failed */

/* By shard, key and time. */
int page_order(const struct page_event *a, const struct page_event *b);
void page_sort(struct page_event *e, size_t n);
/* Both in order, and so is the result.  Into an empty list. */
void page_merge(struct page_list *out, const struct page_event *a, size_t na, const struct page_event *b, size_t nb);
/* Events of one shard, in order.  Gives the number of entries. */
size_t page_encode(const struct page_event *e, size_t n, struct buf *out);
/* Add the events of a page to the list.  False: it is not one of ours, or there is no memory. */
bool page_decode(const void *p, size_t n, struct page_list *out);

#endif
