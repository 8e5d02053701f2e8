#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/esc.h"

void
json_begin(struct json *j, struct buf *out)
{
	*j = (struct json){ .out = out };
}

static bool
in_array(const struct json *j)
{
	return j->depth > 0 && (j->arrays >> (j->depth - 1) & 1) != 0;
}

/* What goes before any value. */
static void
value(struct json *j)
{
	assert(j->depth == 0 || in_array(j) || j->keyed);
	if (in_array(j) && j->comma)
		buf_u8(j->out, ',');
	j->comma = true;
	j->keyed = false;
}

static void
begin(struct json *j, bool array)
{
	value(j);
	assert(j->depth < JSON_DEPTH);
	buf_u8(j->out, array ? '[' : '{');
	j->arrays &= ~(UINT64_C(1) << j->depth);
	j->arrays |= (uint64_t)array << j->depth;
	j->depth++;
	j->comma = false;
}

void
json_object(struct json *j)
{
	begin(j, false);
}

void
json_array(struct json *j)
{
	begin(j, true);
}

void
json_end(struct json *j)
{
	assert(j->depth > 0 && !j->keyed);
	buf_u8(j->out, in_array(j) ? ']' : '}');
	j->depth--;
	j->comma = true;
}

void
json_key(struct json *j, const char *key)
{
	assert(j->depth > 0 && !in_array(j) && !j->keyed);
	buf_fmt(j->out, "%s\"%s\":", j->comma ? "," : "", key);
	j->keyed = true;
}

void
json_str(struct json *j, const char *s)
{
	if (s == NULL)
		json_null(j);
	else
		json_strn(j, s, strlen(s));
}

void
json_strn(struct json *j, const void *p, size_t n)
{
	value(j);
	buf_u8(j->out, '"');
	esc_json(j->out, p, n);
	buf_u8(j->out, '"');
}

void
json_int(struct json *j, int64_t v)
{
	value(j);
	buf_fmt(j->out, "%" PRId64, v);
}

void
json_uint(struct json *j, uint64_t v)
{
	value(j);
	buf_fmt(j->out, "%" PRIu64, v);
}

void
json_real(struct json *j, double v)
{
	value(j);
	if (v - v == 0)
		buf_fmt(j->out, "%.6g", v);
	else
		buf_str(j->out, "null");
}

void
json_bool(struct json *j, bool v)
{
	value(j);
	buf_str(j->out, v ? "true" : "false");
}

void
json_null(struct json *j)
{
	value(j);
	buf_str(j->out, "null");
}
