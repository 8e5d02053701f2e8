/* base/pack.h - tables as bytes and back, by a description of their entries.
 *
 * A description names the members that are kept, so that the bytes do not depend on compiler, padding or byte order.  What comes
 * back is not trusted: each number has a largest value, and one beyond it refuses the whole.
 * Entries are written from the longest untouched to the newest, and come back in that order: in a table from which nothing was
 * removed or touched they get the same ids. */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include "base/buf.h"
#include "base/cur.h"
#include "base/table.h"

enum pack_kind { PACK_U8, PACK_U16, PACK_U32, PACK_U64, PACK_BYTES, PACK_GROUP };

struct pack_field {
	size_t at, size;		/* offset in its struct; bytes of one element */
	uint32_t count;			/* elements: an array */
	enum pack_kind kind;
	uint64_t max;			/* of U8 to U64: the largest value that is taken back */
	const struct pack_field *group;	/* of GROUP: its members, ended by size 0 */
};

#define PACK_(s, m, k, n, top, g)	{ offsetof(s, m), sizeof(((s *)0)->m) / (n), n, k, top, g }
#define PACK8(s, m, top)		PACK_(s, m, PACK_U8, 1, top, NULL)
#define PACK16(s, m)			PACK_(s, m, PACK_U16, 1, UINT16_MAX, NULL)
#define PACK32(s, m)			PACK_(s, m, PACK_U32, 1, UINT32_MAX, NULL)
#define PACK64(s, m)			PACK_(s, m, PACK_U64, 1, UINT64_MAX, NULL)	/* signed ones too */
#define PACK32S(s, m, n)		PACK_(s, m, PACK_U32, n, UINT32_MAX, NULL)
#define PACK64S(s, m, n)		PACK_(s, m, PACK_U64, n, UINT64_MAX, NULL)
#define PACKRAW(s, m)			PACK_(s, m, PACK_BYTES, 1, 0, NULL)
#define PACKSUB(s, m, n, g)		PACK_(s, m, PACK_GROUP, n, 0, g)
#define PACK_END			{ 0, 0, 0, PACK_U8, 0, NULL }

void pack(struct buf *out, const struct pack_field *f, const void *from);
/* False: the bytes end early or a value is beyond its largest.  *to is then partly filled. */
bool unpack(struct cur *c, const struct pack_field *f, void *to);

void pack_table(struct buf *out, const struct pack_field *f, const struct table *t);
/* Add the entries to an empty table.  The description must hold the key.  False as unpack(), or at the bound, or a key twice. */
bool unpack_table(struct cur *c, const struct pack_field *f, struct table *t);

#endif
