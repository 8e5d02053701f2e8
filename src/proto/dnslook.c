#include "proto/dnslook.h"

#include "base/cur.h"
#include "proto/dnsmsg.h"

#define HEADER 12
#define QUESTION 5		/* the least a question takes: the root, a type and a class */
#define RECORD 11		/* and a record */

static bool
class_known(unsigned c)
{
	return c == 1 || c == 3 || c == 4 || c == 254 || c == 255;	/* IN, CH, HS, NONE, ANY */
}

/* Skip a name.  `whole`: one that no other is before, so that it has no pointers. */
static bool
skip_name(struct cur *c, bool whole)
{
	size_t total = 1;
	unsigned n;

	while ((n = cur_u8(c)) != 0) {
		if (n >= 0xc0 && !whole) {
			cur_skip(c, 1);
			return true;
		}
		total += n + 1;
		if (n > 63 || total > DNS_NAME_MAX)
			return false;
		cur_skip(c, n);
	}
	return true;
}

static bool
good_question(struct cur *c)
{
	unsigned type, class_;

	if (!skip_name(c, true))
		return false;
	type = cur_u16(c);
	class_ = cur_u16(c);
	return c->st == CUR_CUT || (cur_ok(c) && type != 0 && class_known(class_));
}

static bool
good_record(struct cur *c)
{
	unsigned type, class_, len;

	if (!skip_name(c, false))
		return false;
	type = cur_u16(c);
	class_ = cur_u16(c);
	cur_u32(c);
	len = cur_u16(c);
	if (c->st == CUR_CUT)
		return true;
	return cur_ok(c) && type != 0 && (class_known(class_) || type == DNS_OPT) && len <= cur_left(c);
}

static bool
good_flags(unsigned flags, enum dns_side side)
{
	unsigned opcode = flags >> 11 & 15;
	bool response = (flags & DNS_QR) != 0;

	if ((side == DNS_ASKS && response) || (side == DNS_ANSWERS && !response))
		return false;
	if ((flags & 0x0040) != 0)			/* must be zero */
		return false;
	if (opcode != 0 && opcode != 4 && opcode != 5)	/* query, NOTIFY, UPDATE */
		return false;
	return response || ((flags & (DNS_TC | DNS_RA | 15)) == 0 && (opcode != 0 || (flags & DNS_AA) == 0));
}

bool
dns_looks(const uint8_t *p, size_t wire, size_t have, enum dns_side side)
{
	struct cur c = cur_make(p, wire, have);
	unsigned flags, qd, an, ns, ar;

	if (wire < HEADER || have < HEADER)
		return false;
	cur_skip(&c, 2);
	flags = cur_u16(&c);
	qd = cur_u16(&c);
	an = cur_u16(&c);
	ns = cur_u16(&c);
	ar = cur_u16(&c);
	if (!good_flags(flags, side) || qd > 1)
		return false;
	if (HEADER + qd * QUESTION + (an + ns + ar) * RECORD > wire)
		return false;
	if (qd == 1)
		return good_question(&c);
	if ((flags & DNS_QR) == 0)
		return false;
	if (an + ns + ar > 0)				/* a later message of a zone transfer */
		return good_record(&c);
	return wire == HEADER && (flags & 15) != 0;	/* a refusal */
}
