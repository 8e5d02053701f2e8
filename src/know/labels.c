#include "know/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/esc.h"

enum { PREFIX, LABEL, OWNER, SITE, HOST, ROLE, COLUMNS };
static const struct csv_column columns[COLUMNS] = {
	[PREFIX] = { "prefix", true }, [LABEL] = { "label", false }, [OWNER] = { "owner", false }, [SITE] = { "site", false },
	[HOST] = { "host", false }, [ROLE] = { "role", false },
};
static const char *const roles[ROLE_COUNT] = { "", "nat", "proxy", "forwarder", "resolver", "scanner", "monitor" };

void
labels_free(struct labels *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].label);
		free(l->v[i].owner);
		free(l->v[i].site);
		free(l->v[i].host);
	}
	free(l->v);
	*l = (struct labels){ .v = NULL };
}

static int
read_role(const struct csv *c, enum client_role *out, struct err *err)
{
	const char *text = csv_field(c, ROLE);
	char shown[ESC_SHORT];

	for (int i = 0; i < ROLE_COUNT; i++) {
		if (strcmp(text, roles[i]) == 0) {
			*out = (enum client_role)i;
			return 0;
		}
	}
	return csv_fault(c, err, "role: \"%s\" is none of nat, proxy, forwarder, resolver, scanner, monitor; write one of them or leave it empty",
	                 esc_short(text, shown));
}

static bool
keep(const struct csv *c, unsigned column, char **to)
{
	const char *text = csv_field(c, column);

	*to = *text != '\0' ? strdup(text) : NULL;
	return *text == '\0' || *to != NULL;
}

static int
add(struct labels *l, const struct csv *c, struct err *err)
{
	struct label *v = realloc(l->v, (l->n + 1) * sizeof(*v)), *one;
	const char *prefix = csv_field(c, PREFIX);
	char shown[ESC_SHORT];
	bool ok;

	if (v == NULL)
		return err_set(err, ST_ENOMEM, "%s: out of memory", c->name);
	l->v = v;
	one = &v[l->n++];
	*one = (struct label){ .role = ROLE_NONE };
	if (!prefix_parse(prefix, &one->prefix))
		return csv_fault(c, err, "prefix: \"%s\" is no address or network; write 10.0.0.7 or 10.0.0.0/24", esc_short(prefix, shown));
	ok = keep(c, LABEL, &one->label);
	ok = keep(c, OWNER, &one->owner) && ok;
	ok = keep(c, SITE, &one->site) && ok;
	ok = keep(c, HOST, &one->host) && ok;
	return ok ? read_role(c, &one->role, err) : err_set(err, ST_ENOMEM, "%s: out of memory", c->name);
}

int
labels_load(struct labels *l, const char *path, struct err *err)
{
	struct labels read = { .v = NULL };
	struct csv c;
	int rc = csv_open(&c, path, err);

	if (rc == 0)
		rc = csv_header(&c, columns, COLUMNS, err);
	while (rc == 0 && (rc = csv_next(&c, err)) > 0)
		rc = add(&read, &c, err);
	csv_close(&c);
	if (rc < 0) {
		labels_free(&read);
		return rc;
	}
	labels_free(l);
	*l = read;
	return 0;
}

const char *
role_name(enum client_role r)
{
	return r != ROLE_NONE ? roles[r] : NULL;
}

const struct label *
labels_find(const struct labels *l, const struct addr *a)
{
	const struct label *best = NULL;

	for (size_t i = 0; i < l->n; i++)
		if (prefix_has(&l->v[i].prefix, a) && (best == NULL || l->v[i].prefix.len > best->prefix.len))
			best = &l->v[i];
	return best;
}
