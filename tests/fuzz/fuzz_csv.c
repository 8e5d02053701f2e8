/* Lists: every field ends inside the text, and what esc_csv() writes reads back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/esc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct csv_column columns[] = { { "address", true }, { "name", false }, { "note", false } };

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* Nothing in it that esc_csv() changes but by quotes. */
static bool
is_plain(const char *field)
{
	if (*field != '\0' && strchr("=+-@'\n", *field) != NULL)
		return false;
	for (; *field != '\0'; field++)
		if ((*field < ' ' && *field != '\n') || *field == 0x7f)
			return false;
	return true;
}

/* What esc_csv() makes of a field is one field again, also at the end of a record, and nothing behind it moves. */
static void
write_and_read(const char *field)
{
	struct buf out = { 0 };
	struct err err;
	struct csv c;

	buf_str(&out, "x,");
	esc_csv(&out, field, strlen(field));
	buf_str(&out, ",y\r\nz,,");
	esc_csv(&out, field, strlen(field));
	must(csv_open_text(&c, "again", buf_cstr(&out), out.len, &err) == 0);
	csv_positional(&c, columns, 3);
	must(csv_next(&c, &err) == 1);
	must(strcmp(csv_field(&c, 0), "x") == 0 && strcmp(csv_field(&c, 2), "y") == 0);
	if (is_plain(field))
		must(strcmp(csv_field(&c, 1), field) == 0);
	must(csv_next(&c, &err) == 1);
	must(strcmp(csv_field(&c, 0), "z") == 0);
	must(csv_next(&c, &err) == 0);
	csv_close(&c);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err;
	struct csv c;
	int rc;

	rc = csv_open_text(&c, "fuzz", (const char *)data, size, &err);
	if (rc == 0)
		rc = csv_has_header(&c, columns, 3, &err);
	if (rc > 0)
		rc = csv_header(&c, columns, 3, &err);
	else if (rc == 0)
		csv_positional(&c, columns, 3);
	while (rc >= 0 && (rc = csv_next(&c, &err)) > 0)
		for (unsigned i = 0; i < 3; i++)
			write_and_read(csv_field(&c, i));
	must(rc == 0 || (rc == err.code && err.text[0] != '\0'));
	csv_close(&c);
	return 0;
}
