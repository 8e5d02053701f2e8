#include "app/list_cmd.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/esc.h"
#include "know/deplist.h"

static void
entry_line(const struct dep_entry *d)
{
	char subject[DEP_TEXT], from[TM_TEXT], to[TM_TEXT], shown[ESC_SHORT];

	printf("%s: retired ", dep_entry_subject(d, subject));
	if (d->deprecated_at == TM_NONE)
		printf("before the data begins");
	else
		printf("at %s", tm_human(d->deprecated_at, from));
	if (d->reinstated_at != TM_NONE)
		printf(", back at %s", tm_human(d->reinstated_at, to));
	if (d->ttl >= 0)
		printf(", TTL %" PRId64 " s", d->ttl);
	if (d->clients_text != NULL)
		printf(", for clients %s", esc_short(d->clients_text, shown));
	if (d->replacement != NULL)
		printf(", replaced by %s", esc_short(d->replacement, shown));
	putchar('\n');
}

/* What is allowed and yet costs certainty. */
static unsigned
warnings(const struct dep_entry *d)
{
	char place[DEP_TEXT], subject[DEP_TEXT];
	const char *what[4];
	unsigned n = 0;

	if (d->ttl < 0)
		what[n++] = "no ttl: where no authoritative answer is seen, 86400 s is assumed and no verdict is better than possible";
	if (d->deprecated_at == TM_NONE)
		what[n++] = "no time: it was retired before the data begins, and nothing is draining";
	if (!d->has_addr)
		what[n++] = "no address: the name itself is retired";
	else if (d->name_len == 0 && d->prefix.len < 128)
		what[n++] = "a prefix for every name: any name still published on it is a finding";
	for (unsigned i = 0; i < n; i++)
		fprintf(stderr, "staletap: %s: %s: %s\n", dep_entry_place(d, place), dep_entry_subject(d, subject), what[i]);
	return n;
}

int
list_check(const struct options *opt, int *status, struct err *err)
{
	struct deplist *list = deplist_new();
	unsigned n = 0;
	int rc = list != NULL ? 0 : err_set(err, ST_ENOMEM, "out of memory");

	(void)status;
	for (size_t i = 1; i < opt->args.n && rc == 0; i++)
		rc = deplist_load(list, opt->args.v[i], err);
	if (rc == 0)
		rc = deplist_finish(list, err);
	for (size_t i = 0; rc == 0 && i < deplist_count(list); i++) {
		entry_line(deplist_at(list, i));
		n += warnings(deplist_at(list, i));
	}
	if (rc == 0)
		printf("%zu entries, %u warning%s\n", deplist_count(list), n, n == 1 ? "" : "s");
	deplist_free(list);
	return rc;
}
