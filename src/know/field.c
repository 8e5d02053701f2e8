#include "know/field_int.h"

#include <stdio.h>
#include <string.h>

#include "base/esc.h"

/* Whether the text would be a prefix, had it no bits beyond its length. */
static bool
has_host_bits(const char *text)
{
	const char *slash = strchr(text, '/');
	char host[ADDR_TEXT], all[ADDR_TEXT];
	struct prefix p;
	struct addr a;

	if (slash == NULL || (size_t)(slash - text) >= sizeof(host))
		return false;
	snprintf(host, sizeof(host), "%.*s", (int)(slash - text), text);
	snprintf(all, sizeof(all), "%s%.4s", strchr(host, ':') != NULL ? "::" : "0.0.0.0", slash);
	return addr_parse(host, &a) && prefix_parse(all, &p);
}

int
field_prefix(const struct csv *c, const char *column, const char *text, struct prefix *out, struct err *err)
{
	char shown[ESC_SHORT];

	if (prefix_parse(text, out))
		return ST_OK;
	esc_short(text, shown);
	if (has_host_bits(text))
		return csv_fault(c, err, "%s: \"%s\" has bits set beyond %s; write the network's own address, or leave %s out", column,
		                 shown, strchr(text, '/'), strchr(text, '/'));
	return csv_fault(c, err, "%s: \"%s\" is not an address; write 192.0.2.1, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/32", column,
	                 shown);
}

/* What the user may have meant by a time without an offset: fixed gets "2026-03-01T02:00:00".  NULL, or what is missing. */
static const char *
missing(const char *text, char *fixed, size_t size)
{
	static const struct { const char *tail, *what; } tries[] = {
		{ "", "has no offset" }, { ":00", "has no offset" }, { "T00:00:00", "has no time of day" },
	};

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		if ((size_t)snprintf(fixed, size, "%s%s", text, tries[i].tail) >= size || !tm_lacks_offset(fixed))
			continue;
		fixed[10] = 'T';
		return tries[i].what;
	}
	return NULL;
}

int
field_time(const struct csv *c, const char *column, const char *text, usec_t *out, struct err *err)
{
	char shown[ESC_SHORT], fixed[TM_TEXT];
	const char *what;

	*out = TM_NONE;
	if (*text == '\0' || tm_parse(text, out))
		return ST_OK;
	esc_short(text, shown);
	what = missing(text, fixed, sizeof(fixed));
	if (what != NULL)
		return csv_fault(c, err, "%s: \"%s\" %s; write %sZ or %s+01:00", column, shown, what, fixed, fixed);
	return csv_fault(c, err, "%s: \"%s\" is not a time; write 2026-03-01T02:00:00Z or 2026-03-01T02:00:00+01:00", column, shown);
}
