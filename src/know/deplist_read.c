/* From the user's text to entries. */
#include "know/deplist_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/esc.h"
#include "know/field_int.h"

enum { ADDRESS, NAME, CLIENTS, DEPRECATED_AT, REINSTATED_AT, TTL, REPLACEMENT, OWNER, TICKET, NOTE, COLUMNS };

static const struct csv_column by_name[COLUMNS] = {
	[ADDRESS] = { "address", true }, [NAME] = { "name", false }, [CLIENTS] = { "clients", false },
	[DEPRECATED_AT] = { "deprecated_at", true }, [REINSTATED_AT] = { "reinstated_at", false }, [TTL] = { "ttl", false },
	[REPLACEMENT] = { "replacement", false }, [OWNER] = { "owner", false }, [TICKET] = { "ticket", false },
	[NOTE] = { "note", false },
};
static const struct csv_column in_order[] = { { "address", true }, { "name", false }, { "time", false } };
#define IN_ORDER 3

static int
read_name(const struct csv *c, const char *text, struct dep_entry *e, struct err *err)
{
	char shown[ESC_SHORT], plain[NAME_TEXT];
	const char *fault, *rest = text;
	struct prefix p;

	if (*text == '\0')
		return ST_OK;
	e->wildcard = strncmp(text, "*.", 2) == 0;
	if (e->wildcard)
		rest += 2;
	if (strchr(rest, '*') != NULL || strstr(rest, "\\042") != NULL || (e->wildcard && rest[strspn(rest, ".")] == '\0'))
		return csv_fault(c, err, "name: \"%s\": a * stands only before a whole name (*.example.com); for every name leave it empty",
		                 esc_short(text, shown));
	e->name_len = (uint8_t)name_parse(rest, e->name, &fault);
	if (e->name_len == 0)
		return csv_fault(c, err, "name: \"%s\" %s", esc_short(text, shown), fault);
	if (prefix_parse(name_text(e->name, plain), &p))	/* also, a store tells listed names and addresses apart by their text */
		return csv_fault(c, err, "name: \"%s\" is an address; write it into the column address", esc_short(text, shown));
	return ST_OK;
}

/* The clients' prefixes, with blanks, semicolons or commas between them. */
static int
read_clients(const struct csv *c, const char *text, struct dep_entry *e, struct err *err)
{
	static const char between[] = " \t\r\n;,";
	char one[ADDR_TEXT];

	e->clients = calloc(strlen(text) / 2 + 1, sizeof(*e->clients));	/* each has a byte and one before the next */
	if (e->clients == NULL)
		return err_set(err, ST_ENOMEM, "%s: out of memory", c->name);
	for (text += strspn(text, between); *text != '\0'; text += strspn(text, between)) {
		size_t n = strcspn(text, between);
		int rc;

		snprintf(one, sizeof(one), "%.*s", (int)(n < sizeof(one) ? n : sizeof(one)), text);
		rc = field_prefix(c, "clients", one, &e->clients[e->nclients], err);
		if (rc < 0)
			return rc;
		e->nclients++;
		text += n;
	}
	dep_entry_sort_clients(e);
	return ST_OK;
}

static int
read_times(const struct csv *c, const char *const *field, struct dep_entry *e, struct err *err)
{
	int rc;

	if (c->header && *field[DEPRECATED_AT] == '\0')
		return csv_fault(c, err, "deprecated_at is empty; write when it was retired, as 2026-03-01T02:00:00Z");
	rc = field_time(c, c->header ? "deprecated_at" : "time", field[DEPRECATED_AT], &e->deprecated_at, err);
	if (rc == ST_OK)
		rc = field_time(c, "reinstated_at", field[REINSTATED_AT], &e->reinstated_at, err);
	if (rc == ST_OK && e->reinstated_at != TM_NONE && e->reinstated_at <= e->deprecated_at)
		return csv_fault(c, err, "reinstated_at is not after deprecated_at; it is the moment of the rollback");
	return rc;
}

static int
read_ttl(const struct csv *c, const char *text, int64_t *out, struct err *err)
{
	char shown[ESC_SHORT];
	int64_t v = 0;

	*out = -1;
	if (*text == '\0')
		return ST_OK;
	for (const char *p = text; *p != '\0'; p++) {
		v = v * 10 + (*p - '0');
		if (*p < '0' || *p > '9' || v > INT32_MAX)
			return csv_fault(c, err, "ttl: \"%s\" is not a number of seconds; write 300, at most 2147483647",
			                 esc_short(text, shown));
	}
	*out = v;
	return ST_OK;
}

/* What is kept as it is written. */
static int
read_texts(const struct csv *c, const char *const *field, struct dep_entry *e, struct err *err)
{
	char **text[COLUMNS] = {
		[CLIENTS] = &e->clients_text, [REPLACEMENT] = &e->replacement, [OWNER] = &e->owner, [TICKET] = &e->ticket,
		[NOTE] = &e->note,
	};

	for (unsigned i = 0; i < COLUMNS; i++) {
		if (text[i] == NULL || *field[i] == '\0')
			continue;
		*text[i] = strdup(field[i]);
		if (*text[i] == NULL)
			return err_set(err, ST_ENOMEM, "%s: out of memory", c->name);
	}
	return ST_OK;
}

/* All but the times and the TTL. */
static int
read_what(const struct csv *c, const char *const *field, struct dep_entry *e, struct err *err)
{
	int rc;

	e->line = c->line;
	e->has_addr = *field[ADDRESS] != '\0';
	if (!e->has_addr && *field[NAME] == '\0')
		return csv_fault(c, err, "address and name are both empty; give one of them");
	rc = e->has_addr ? field_prefix(c, "address", field[ADDRESS], &e->prefix, err) : ST_OK;
	if (rc == ST_OK)
		rc = read_name(c, field[NAME], e, err);
	if (rc == ST_OK)
		rc = read_clients(c, field[CLIENTS], e, err);
	return rc == ST_OK ? read_texts(c, field, e, err) : rc;
}

static int
add_record(struct deplist *l, const struct csv *c, const char *file, struct err *err)
{
	static const unsigned position[COLUMNS] = { [ADDRESS] = 1, [NAME] = 2, [DEPRECATED_AT] = 3 };	/* from 1 */
	const char *field[COLUMNS];
	struct dep_entry e = { .file = file };
	int rc;

	for (unsigned i = 0; i < COLUMNS; i++)
		field[i] = c->header ? csv_field(c, i) : position[i] > 0 ? csv_field(c, position[i] - 1) : "";
	rc = read_what(c, field, &e, err);
	if (rc == ST_OK)
		rc = read_times(c, field, &e, err);
	if (rc == ST_OK)
		rc = read_ttl(c, field[TTL], &e.ttl, err);
	if (rc == ST_OK)
		rc = deplist_push(l, &e, err);
	dep_entry_clear(&e);
	return rc;
}

/* Add all records.  Returns how many, or the error; then the list is as it was. */
static int
add_all(struct deplist *l, struct csv *c, struct err *err)
{
	const char *file = deplist_file(l, c->name);
	size_t before = l->n;
	int rc;

	if (file == NULL)
		return err_set(err, ST_ENOMEM, "%s: out of memory", c->name);
	while ((rc = csv_next(c, err)) > 0) {
		rc = add_record(l, c, file, err);
		if (rc < 0)
			break;
	}
	if (rc < 0) {
		deplist_cut(l, before);
		return rc;
	}
	return (int)(l->n - before);
}

int
deplist_load(struct deplist *l, const char *path, struct err *err)
{
	struct csv c;
	int rc;

	rc = csv_open(&c, path, err);
	if (rc == ST_OK)
		rc = csv_has_header(&c, by_name, COLUMNS, err);
	if (rc == 1) {
		rc = csv_header(&c, by_name, COLUMNS, err);
	} else if (rc == 0) {
		csv_positional(&c, in_order, IN_ORDER);
	}
	if (rc == ST_OK)
		rc = add_all(l, &c, err);
	if (rc == 0 && !c.header)
		rc = csv_fault(&c, err, "holds no entry; write ADDR[,NAME[,TIME]] on each line, or a header line alone for an empty list");
	csv_close(&c);
	return rc < 0 ? rc : ST_OK;
}

int
deplist_add_spec(struct deplist *l, const char *spec, struct err *err)
{
	size_t before = l->n;
	struct csv c;
	int rc;

	rc = csv_open_text(&c, "-D", spec, strlen(spec), err);
	if (rc == ST_OK) {
		csv_positional(&c, in_order, IN_ORDER);
		rc = add_all(l, &c, err);
	}
	if (rc == 0 || rc > 1) {
		deplist_cut(l, before);
		rc = csv_fault(&c, err, "holds %s; write one ADDR[,NAME[,TIME]]", rc == 0 ? "no entry" : "more than one entry");
	}
	csv_close(&c);
	return rc < 0 ? rc : ST_OK;
}

int
deplist_add_stored(struct deplist *l, const char *listed, const char *name, const char *clients, usec_t deprecated_at,
                   usec_t reinstated_at, int64_t ttl, const char *replacement, const char *owner, const char *ticket,
                   const char *note, struct err *err)
{
	const char *field[COLUMNS] = {
		[ADDRESS] = listed, [NAME] = name, [CLIENTS] = clients, [REPLACEMENT] = replacement, [OWNER] = owner, [TICKET] = ticket,
		[NOTE] = note,
	};
	struct dep_entry e = { .deprecated_at = deprecated_at, .reinstated_at = reinstated_at, .ttl = ttl < 0 || ttl > INT32_MAX ? -1 : ttl };
	char place[] = "the list in the database";
	const struct csv c = { .name = place };
	int rc;

	for (unsigned i = 0; i < COLUMNS; i++)
		field[i] = field[i] != NULL ? field[i] : "";
	if (strcmp(field[ADDRESS], field[NAME]) == 0)	/* the name itself is listed */
		field[ADDRESS] = "";
	e.file = deplist_file(l, place);
	rc = e.file != NULL ? read_what(&c, field, &e, err) : err_set(err, ST_ENOMEM, "%s: out of memory", place);
	if (rc == ST_OK)
		rc = deplist_push(l, &e, err);
	dep_entry_clear(&e);
	return rc;
}
