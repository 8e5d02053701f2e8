/* base/buf.h - bytes or text that grow.
 *
 * A failure (no memory) sticks: `failed` is set, later writes do nothing, and the caller checks once at the end.
 * Numbers are written big-endian, so that base/cur.h reads them back.  Owner frees with buf_free(). */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf { uint8_t *p; size_t len, cap; bool failed; };

void buf_free(struct buf *b);		/* and ready to be used again */
void buf_clear(struct buf *b);		/* keeps the memory */
void buf_put(struct buf *b, const void *p, size_t n);
/* Room for n more bytes, which count as written: the caller fills them in.  NULL after a failure. */
uint8_t *buf_room(struct buf *b, size_t n);
void buf_u8(struct buf *b, uint8_t v);
void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
void buf_str(struct buf *b, const char *s);
void buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The bytes as a C string; valid until the next write.  "" after a failure. */
const char *buf_cstr(struct buf *b);

#endif
