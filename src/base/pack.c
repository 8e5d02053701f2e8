#include "base/pack.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

/* What one struct takes as bytes. */
static size_t
packed_size(const struct pack_field *f)
{
	size_t n = 0;

	for (; f->size != 0; f++)
		n += f->count * (f->kind == PACK_GROUP ? packed_size(f->group) : f->size);
	return n;
}

/* Numbers are big-endian, so that base/cur.h reads them back. */
static inline uint8_t *
put_number(uint8_t *to, enum pack_kind kind, const unsigned char *p)
{
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	switch (kind) {
	case PACK_U8:
		*to = *p;
		return to + 1;
	case PACK_U16:
		memcpy(&v16, p, 2);
		v16 = htobe16(v16);
		memcpy(to, &v16, 2);
		return to + 2;
	case PACK_U32:
		memcpy(&v32, p, 4);
		v32 = htobe32(v32);
		memcpy(to, &v32, 4);
		return to + 4;
	default:
		memcpy(&v64, p, 8);
		v64 = htobe64(v64);
		memcpy(to, &v64, 8);
		return to + 8;
	}
}

/* Into packed_size() bytes; returns their end.  Groups nest as deep as our own descriptions do, which are constants. */
static uint8_t *
put(uint8_t *to, const struct pack_field *f, const void *from)
{
	for (; f->size != 0; f++) {
		const unsigned char *p = (const unsigned char *)from + f->at;

		for (uint32_t i = 0; i < f->count; i++, p += f->size) {
			if (f->kind == PACK_BYTES) {
				memcpy(to, p, f->size);
				to += f->size;
			} else if (f->kind == PACK_GROUP) {
				to = put(to, f->group, p);
			} else {
				to = put_number(to, f->kind, p);
			}
		}
	}
	return to;
}

void
pack(struct buf *out, const struct pack_field *f, const void *from)
{
	uint8_t *to = buf_room(out, packed_size(f));

	if (to != NULL)
		put(to, f, from);
}

static bool
unpack_number(struct cur *c, const struct pack_field *f, unsigned char *p)
{
	uint64_t v = f->kind == PACK_U8 ? cur_u8(c) : f->kind == PACK_U16 ? cur_u16(c) : f->kind == PACK_U32 ? cur_u32(c) : cur_u64(c);
	uint16_t v16 = (uint16_t)v;
	uint32_t v32 = (uint32_t)v;

	if (!cur_ok(c) || v > f->max)
		return false;
	switch (f->kind) {
	case PACK_U8:
		*p = (unsigned char)v;
		break;
	case PACK_U16:
		memcpy(p, &v16, 2);
		break;
	case PACK_U32:
		memcpy(p, &v32, 4);
		break;
	default:
		memcpy(p, &v, 8);
		break;
	}
	return true;
}

bool
unpack(struct cur *c, const struct pack_field *f, void *to)
{
	for (; f->size != 0; f++) {
		unsigned char *p = (unsigned char *)to + f->at;

		for (uint32_t i = 0; i < f->count; i++, p += f->size) {
			const uint8_t *bytes;

			if (f->kind == PACK_GROUP) {
				if (!unpack(c, f->group, p))
					return false;
			} else if (f->kind == PACK_BYTES) {
				bytes = cur_take(c, f->size);
				if (bytes == NULL)
					return false;
				memcpy(p, bytes, f->size);
			} else if (!unpack_number(c, f, p)) {
				return false;
			}
		}
	}
	return true;
}

void
pack_table(struct buf *out, const struct pack_field *f, const struct table *t)
{
	size_t size = packed_size(f);
	uint8_t *to;

	buf_u32(out, t->n);
	to = buf_room(out, t->n * size);
	if (to == NULL)
		return;
	for (const struct entry *e = table_oldest(t); e != NULL; e = table_newer(t, e))
		to = put(to, f, e);
}

bool
unpack_table(struct cur *c, const struct pack_field *f, struct table *t)
{
	uint32_t n = cur_u32(c);
	unsigned char *one = calloc(1, t->entry_size);
	bool ok = one != NULL;

	for (uint32_t i = 0; ok && i < n; i++) {
		struct entry *e;

		memset(one, 0, t->entry_size);
		ok = unpack(c, f, one) && table_find(t, one + sizeof(struct entry)) == NULL;
		e = ok ? table_add(t, one + sizeof(struct entry)) : NULL;
		ok = e != NULL;
		if (ok)
			memcpy((unsigned char *)e + sizeof(*e), one + sizeof(*e), t->entry_size - sizeof(*e));
	}
	free(one);
	return ok && cur_ok(c);
}
