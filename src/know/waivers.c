#include "know/waivers.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/esc.h"
#include "base/name.h"
#include "know/field_int.h"

#define DAY (24 * 3600 * TM_SEC)

enum { FINDING, ADDRESS, CLIENT, NAME, REASON, OWNER, APPROVED_BY, EXPIRES, COLUMNS };
static const struct csv_column columns[COLUMNS] = {
	[FINDING] = { "finding", false }, [ADDRESS] = { "address", false }, [CLIENT] = { "client", false }, [NAME] = { "name", false },
	[REASON] = { "reason", true }, [OWNER] = { "owner", false }, [APPROVED_BY] = { "approved_by", false }, [EXPIRES] = { "expires", true },
};

static void
waiver_clear(struct waiver *w)
{
	free(w->finding);
	free(w->address);
	free(w->client);
	free(w->name);
	free(w->reason);
	free(w->owner);
	free(w->approved_by);
}

void
waivers_free(struct waivers *w)
{
	for (size_t i = 0; i < w->n; i++)
		waiver_clear(&w->v[i]);
	free(w->v);
	*w = (struct waivers){ .v = NULL };
}

/* ---- read ---- */

static int
keep(const struct csv *c, const char *text, char **to, struct err *err)
{
	*to = *text != '\0' ? strdup(text) : NULL;
	return *text == '\0' || *to != NULL ? 0 : err_set(err, ST_ENOMEM, "%s: out of memory", c->name);
}

static int
read_finding(const struct csv *c, const char *text, struct waiver *w, struct err *err)
{
	char id[WAIVER_ID + 1] = "", shown[ESC_SHORT];
	size_t n = strlen(text);

	if (n == 0)
		return 0;
	if (n < WAIVER_PREFIX || n > WAIVER_ID || strspn(text, "0123456789abcdefABCDEF") != n)
		return csv_fault(c, err, "finding: \"%s\" is no finding's id; write its 16 hexadecimal digits, or the first %d or more",
		                 esc_short(text, shown), WAIVER_PREFIX);
	for (size_t i = 0; i < n; i++)
		id[i] = (char)tolower((unsigned char)text[i]);
	return keep(c, id, &w->finding, err);
}

static int
read_prefix(const struct csv *c, unsigned column, const char *text, struct prefix *to, char **kept, struct err *err)
{
	char canonical[ADDR_TEXT];
	int rc = *text != '\0' ? field_prefix(c, columns[column].name, text, to, err) : 0;

	return rc == 0 ? keep(c, *text != '\0' ? prefix_text(to, canonical) : "", kept, err) : rc;
}

static int
read_name(const struct csv *c, const char *text, struct waiver *w, struct err *err)
{
	bool below = strncmp(text, "*.", 2) == 0;
	char shown[ESC_SHORT], plain[NAME_TEXT + 2] = "*.";
	uint8_t name[NAME_WIRE];
	const char *fault;

	if (*text == '\0')
		return 0;
	if (strchr(text + below, '*') != NULL)
		return csv_fault(c, err, "name: \"%s\": a * stands only before a whole name; write www.example.com or *.example.com",
		                 esc_short(text, shown));
	if (name_parse(text + 2 * below, name, &fault) == 0)
		return csv_fault(c, err, "name: \"%s\" %s; write www.example.com or *.example.com", esc_short(text, shown), fault);
	name_text(name, plain + 2);
	return keep(c, plain + 2 * !below, &w->name, err);
}

static int
read_reason(const struct csv *c, const char *text, struct waiver *w, struct err *err)
{
	if (*text == '\0')
		return csv_fault(c, err, "reason is empty; write why this is accepted");
	return keep(c, text, &w->reason, err);
}

/* "2026-06-01" ends when the next day begins. */
static int
read_expires(const struct csv *c, const char *text, struct waiver *w, struct err *err)
{
	char day[TM_TEXT];

	if (*text == '\0')
		return csv_fault(c, err, "expires is empty; write until when this is accepted, as 2026-06-30");
	if (strlen(text) == 10) {
		snprintf(day, sizeof(day), "%sT00:00:00Z", text);
		if (tm_parse(day, &w->expires)) {
			w->expires += DAY;
			return 0;
		}
	}
	return field_time(c, "expires", text, &w->expires, err);
}

/* What a finding is known by. */
static int
read_what(const struct csv *c, const char *const *field, struct waiver *w, struct err *err)
{
	int rc;

	if (*field[FINDING] == '\0' && *field[ADDRESS] == '\0' && *field[CLIENT] == '\0' && *field[NAME] == '\0')
		return csv_fault(c, err, "finding, address, client and name are all empty; give one of them at least, for nothing is waived as a whole");
	rc = read_finding(c, field[FINDING], w, err);
	if (rc == 0)
		rc = read_prefix(c, ADDRESS, field[ADDRESS], &w->on, &w->address, err);
	if (rc == 0)
		rc = read_prefix(c, CLIENT, field[CLIENT], &w->by, &w->client, err);
	if (rc == 0)
		rc = read_name(c, field[NAME], w, err);
	if (rc == 0)
		rc = read_reason(c, field[REASON], w, err);
	if (rc == 0)
		rc = keep(c, field[OWNER], &w->owner, err);
	return rc == 0 ? keep(c, field[APPROVED_BY], &w->approved_by, err) : rc;
}

/* Takes over what is in w, also where it fails. */
static int
push(struct waivers *to, struct waiver *w, int rc, struct err *err)
{
	struct waiver *v = rc == 0 ? realloc(to->v, (to->n + 1) * sizeof(*v)) : NULL;

	if (v == NULL) {
		waiver_clear(w);
		return rc < 0 ? rc : err_set(err, ST_ENOMEM, "out of memory for waivers");
	}
	to->v = v;
	v[to->n++] = *w;
	return 0;
}

static int
add(struct waivers *to, const struct csv *c, struct err *err)
{
	struct waiver w = { .line = c->line };
	const char *field[COLUMNS];
	int rc;

	for (unsigned i = 0; i < COLUMNS; i++)
		field[i] = csv_field(c, i);
	rc = read_what(c, field, &w, err);
	if (rc == 0)
		rc = read_expires(c, field[EXPIRES], &w, err);
	return push(to, &w, rc, err);
}

int
waivers_load(struct waivers *w, const char *path, struct err *err)
{
	struct waivers read = { .v = NULL };
	struct csv c;
	int rc = csv_open(&c, path, err);

	if (rc == 0)
		rc = csv_header(&c, columns, COLUMNS, err);
	while (rc == 0 && (rc = csv_next(&c, err)) > 0)
		rc = add(&read, &c, err);
	csv_close(&c);
	if (rc < 0) {
		waivers_free(&read);
		return rc;
	}
	waivers_free(w);
	*w = read;
	return 0;
}

int
waivers_add(struct waivers *w, const char *finding, const char *address, const char *client, const char *name, const char *reason,
            const char *owner, const char *approved_by, usec_t expires, struct err *err)
{
	const char *field[COLUMNS] = { finding, address, client, name, reason, owner, approved_by, NULL };
	char place[] = "the waivers in the database";
	const struct csv c = { .name = place };
	struct waiver one = { .expires = expires };

	for (unsigned i = 0; i < COLUMNS; i++)
		field[i] = field[i] != NULL ? field[i] : "";
	return push(w, &one, read_what(&c, field, &one, err), err);
}

/* ---- match ---- */

static int
complete(struct waiver *w, const char *id, struct err *err)
{
	char *whole = strdup(id);

	if (whole == NULL)
		return err_set(err, ST_ENOMEM, "out of memory for waivers");
	free(w->finding);
	w->finding = whole;
	return 0;
}

int
waivers_complete(struct waivers *w, int (*known)(void *ctx, const char *begin, char id[WAIVER_ID + 1]), void *ctx, const char *path,
                 struct err *err)
{
	char id[WAIVER_ID + 1], shown[ESC_SHORT];
	int rc = 0;

	for (size_t i = 0; i < w->n; i++) {
		const char *begin = w->v[i].finding;
		int n = begin != NULL && strlen(begin) < WAIVER_ID ? known(ctx, begin, id) : 0;

		if (n == 1 && complete(&w->v[i], id, err) < 0)
			return err->code;
		if (n > 1 && rc == 0)
			rc = err_set(err, ST_ESYNTAX, "%s:%u: finding: \"%s\" is the beginning of several findings' ids; write more of its digits",
			             esc_short(path, shown), (unsigned)w->v[i].line, begin);
	}
	return rc;
}

static bool
inside(const struct prefix *p, const char *text)
{
	struct addr a;

	return text != NULL && addr_parse(text, &a) && prefix_has(p, &a);
}

static bool
names(const char *want, const char *text)
{
	uint8_t below[NAME_WIRE], apex[NAME_WIRE];
	const char *fault;

	if (text == NULL)
		return false;
	if (strncmp(want, "*.", 2) != 0 || strcmp(want, text) == 0)
		return strcmp(want, text) == 0;
	return name_parse(want + 2, apex, &fault) > 0 && name_parse(text, below, &fault) > 0 && name_below(below, apex);
}

bool
waiver_fits(const struct waiver *w, const struct waivable *f)
{
	return (w->finding == NULL || (f->id != NULL && strcmp(w->finding, f->id) == 0)) && (w->address == NULL || inside(&w->on, f->address)) &&
	       (w->client == NULL || inside(&w->by, f->client)) && (w->name == NULL || names(w->name, f->name) || names(w->name, f->listed_name));
}
