/* Lists of deprecated addresses: what is accepted survives a database, and every entry is found by its own address. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "know/deplist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
must_be_found(const struct deplist *l, const struct dep_entry *e)
{
	const struct dep_entry *found;
	size_t i = 0;

	if (!e->has_addr)
		return;
	while ((found = deplist_match(l, &e->prefix.addr, i)) != NULL && found != e)
		i++;
	must(found == e);
}

/* The same list again, by way of its texts. */
static void
must_survive(const struct deplist *l)
{
	struct deplist *back = deplist_new();
	struct buf a = { 0 }, b = { 0 };
	struct err err;

	must(back != NULL);
	for (size_t i = 0; i < deplist_count(l); i++) {
		const struct dep_entry *e = deplist_at(l, i);
		char listed[NAME_TEXT], name[NAME_TEXT];

		must_be_found(l, e);
		must(deplist_add_stored(back, dep_entry_listed(e, listed), dep_entry_name_text(e, name), e->clients_text, e->deprecated_at,
		                        e->reinstated_at, e->ttl, e->replacement, e->owner, e->ticket, e->note, &err) == 0);
	}
	must(deplist_finish(back, &err) == 0);
	deplist_canonical(l, &a);
	deplist_canonical(back, &b);
	must(strcmp(buf_cstr(&a), buf_cstr(&b)) == 0);
	buf_free(&a);
	buf_free(&b);
	deplist_free(back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct deplist *l = deplist_new();
	struct err err = { 0 };
	char path[32];
	int fd, rc;

	fd = memfd_create("list", 0);
	must(l != NULL && fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	rc = deplist_load(l, path, &err);
	if (rc == 0)
		rc = deplist_finish(l, &err);
	if (rc == 0)
		must_survive(l);
	else
		must(rc == err.code && strncmp(err.text, path, strlen(path)) == 0);
	deplist_free(l);
	close(fd);
	return 0;
}
