#include "base/pack.h"

#include <stdlib.h>
#include <string.h>

static void
pack_number(struct buf *out, enum pack_kind kind, const unsigned char *p)
{
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	switch (kind) {
	case PACK_U8:
		buf_u8(out, *p);
		break;
	case PACK_U16:
		memcpy(&v16, p, 2);
		buf_u16(out, v16);
		break;
	case PACK_U32:
		memcpy(&v32, p, 4);
		buf_u32(out, v32);
		break;
	default:
		memcpy(&v64, p, 8);
		buf_u64(out, v64);
		break;
	}
}

/* Groups nest as deep as our own descriptions do, which are constants. */
void
pack(struct buf *out, const struct pack_field *f, const void *from)
{
	for (; f->size != 0; f++) {
		const unsigned char *p = (const unsigned char *)from + f->at;

		for (uint32_t i = 0; i < f->count; i++, p += f->size) {
			if (f->kind == PACK_BYTES)
				buf_put(out, p, f->size);
			else if (f->kind == PACK_GROUP)
				pack(out, f->group, p);
			else
				pack_number(out, f->kind, p);
		}
	}
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
	buf_u32(out, t->n);
	for (const struct entry *e = table_oldest(t); e != NULL; e = table_newer(t, e))
		pack(out, f, e);
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
