/* The lists that a report rests on, written back from the database in the form that they are read in. */
#include "report/lists.h"

#include <string.h>

#include "base/addr.h"
#include "base/esc.h"

static void
put_text(struct out *o, const char *text, char end)
{
	if (text != NULL)
		esc_csv(&o->buf, text, strlen(text));
	buf_u8(&o->buf, (uint8_t)end);
}

static void
put_time(struct out *o, usec_t t, char end)
{
	char text[TM_TEXT];

	put_text(o, t != TM_NONE ? tm_text(t, text) : NULL, end);
}

/* Columns first to last as they are. */
static void
put_texts(struct out *o, struct rows *r, int first, int last)
{
	for (; first <= last; first++)
		put_text(o, rows_text(r, first), ',');
}

/* What is listed if it is an address; an entry for a name alone has the name there. */
static void
put_address(struct out *o, const char *listed)
{
	struct prefix p;

	put_text(o, listed != NULL && prefix_parse(listed, &p) ? listed : NULL, ',');
}

int
lists_deprecated(struct reader *rd, struct out *o, int64_t *n, struct err *err)
{
	struct rows r;

	*n = 0;
	out_str(o, "address,name,clients,deprecated_at,reinstated_at,ttl,replacement,owner,ticket,note\n");
	rows_open(&r, rd, "SELECT listed,name,clients,deprecated_at_us,reinstated_at_us,ttl,replacement,owner,ticket,note FROM v_deprecated "
	    "WHERE deprecated_at_us NOT NULL ORDER BY deprecated_at_us,listed,name,clients");
	for (; rows_next(&r); (*n)++) {
		put_address(o, rows_text(&r, 0));
		put_texts(o, &r, 1, 2);
		put_time(o, rows_time(&r, 3), ',');
		put_time(o, rows_time(&r, 4), ',');
		if (rows_int(&r, 5, -1) >= 0)
			out_fmt(o, "%lld", (long long)rows_int(&r, 5, 0));
		out_str(o, ",");
		put_texts(o, &r, 6, 8);
		put_text(o, rows_text(&r, 9), '\n');
		out_more(o);
	}
	return rows_close(&r, err);
}

int
lists_before(struct reader *rd, struct out *o, int64_t *n, struct err *err)
{
	struct rows r;

	*n = 0;
	rows_open(&r, rd, "SELECT listed,name FROM v_deprecated WHERE deprecated_at_us IS NULL ORDER BY listed,name");
	for (; rows_next(&r); (*n)++) {
		put_address(o, rows_text(&r, 0));
		put_text(o, rows_text(&r, 1), '\n');
		out_more(o);
	}
	return rows_close(&r, err);
}

int
lists_clients(struct reader *rd, struct out *o, int64_t *n, struct err *err)
{
	struct rows r;

	*n = 0;
	out_str(o, "prefix,label,owner,site,host,role\n");
	/* databases of before kept what was said of clients with findings alone */
	rows_open(&r, rd, "SELECT prefix,label,owner,site,host,role FROM client UNION ALL SELECT a.text,l.label,l.owner,l.site,NULL,NULL FROM label l "
	    "JOIN addr a ON a.id=l.addr_id WHERE NOT EXISTS(SELECT 1 FROM client) ORDER BY 1");
	for (; rows_next(&r); (*n)++) {
		put_texts(o, &r, 0, 4);
		put_text(o, rows_text(&r, 5), '\n');
		out_more(o);
	}
	return rows_close(&r, err);
}

int
lists_waivers(struct reader *rd, struct out *o, int64_t *n, struct err *err)
{
	struct rows r;

	*n = 0;
	out_str(o, "finding,address,client,name,reason,owner,approved_by,expires\n");
	rows_open(&r, rd, "SELECT finding,address,client,name,reason,owner,approved_by,expires_us FROM v_waivers ORDER BY waiver");
	for (; rows_next(&r); (*n)++) {
		put_texts(o, &r, 0, 6);
		put_time(o, rows_time(&r, 7), '\n');
		out_more(o);
	}
	return rows_close(&r, err);
}
