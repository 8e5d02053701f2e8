/* `drain` as CSV: a line for each client that is left, or may return. */
#include <string.h>

#include "base/esc.h"
#include "report/drain_int.h"

static void
put_text(struct out *o, const char *s, char before)
{
	if (before != 0)
		buf_u8(&o->buf, (uint8_t)before);
	if (s != NULL)
		esc_csv(&o->buf, s, strlen(s));
}

static void
put_moment(struct out *o, usec_t t)
{
	char text[TM_TEXT];

	put_text(o, t != TM_NONE ? tm_text(t, text) : NULL, ',');
}

static void
put_client(struct out *o, const struct drain_client *c, const struct drain_of *d)
{
	struct buf why = { 0 };

	drain_why(c, d, &why);
	put_text(o, d->listed, 0);
	put_text(o, d->name, ',');
	put_text(o, c->client, ',');
	put_text(o, c->scope, ',');
	put_text(o, c->label, ',');
	put_text(o, drain_end_name(c->end), ',');
	put_moment(o, c->from);
	put_moment(o, c->until);
	put_text(o, c->cause != CAUSE_COUNT ? cause_name(c->cause) : NULL, ',');
	put_text(o, c->cause != CAUSE_COUNT ? confidence_name(c->confidence) : NULL, ',');
	put_moment(o, c->last);
	put_moment(o, c->expires);
	put_text(o, c->by, ',');
	put_moment(o, c->again);
	put_moment(o, c->open);
	put_text(o, buf_cstr(&why), ',');
	put_moment(o, c->waived);
	out_str(o, "\n");
	out_more(o);
	buf_free(&why);
}

struct lines { struct out *o; int64_t left; };

static int
each(void *ctx, struct drain_of *d, struct err *err)
{
	struct lines *l = ctx;

	(void)err;
	drain_sort(d);
	for (size_t i = 0; i < d->n && d->client[i].end != DRAIN_OVER; i++)
		put_client(l->o, &d->client[i], d);
	l->left += drain_left(d) - d->waived;
	return 0;
}

int
drain_csv(struct reader *rd, const struct report_opts *opts, struct out *o, int64_t *left, struct err *err)
{
	struct lines l = { .o = o };
	int rc;

	out_str(o, "listed,name,client,scope,client_label,end,earliest,until,cause,confidence,last_contact,answer_until,resolver,told_again_until,"
	    "open_since,why,waived_until\n");
	rc = drain_each(rd, opts, each, &l, err);
	*left = l.left;
	return rc;
}
