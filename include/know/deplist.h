/* know/deplist.h - the lists of deprecated addresses (DESIGN section 3).
 *
 * Owner     The list owns its entries; they stay valid and keep their index until deplist_free().
 * Errors    name the file, the line, what is wrong and what to do: "x.csv:7: deprecated_at: ... has no offset; write ...". */
#ifndef KNOW_DEPLIST_H
#define KNOW_DEPLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/name.h"
#include "base/tm.h"

struct dep_entry {
	bool has_addr;			/* else the name itself is retired */
	struct prefix prefix;
	uint8_t name[NAME_WIRE];	/* wire format, lower-case; of a wildcard what is behind "*." */
	uint8_t name_len;		/* 0: every name */
	bool wildcard;
	struct prefix *clients;		/* for whom; nclients 0: for all */
	size_t nclients;
	usec_t deprecated_at;		/* TM_NONE: before the data begins */
	usec_t reinstated_at;		/* TM_NONE: not */
	int64_t ttl;			/* seconds; -1: not known */
	char *replacement, *owner, *ticket, *note;	/* NULL where empty */
	char *clients_text;		/* as given; NULL where empty */
	const char *file;
	unsigned line;
};

struct deplist;

struct deplist *deplist_new(void);			/* NULL: no memory */
void deplist_free(struct deplist *l);
/* Add a file (with a header line, or one ADDR[,NAME[,TIME]] a line), or one such entry.  On failure the list is as it was. */
int deplist_load(struct deplist *l, const char *path, struct err *err);
int deplist_add_spec(struct deplist *l, const char *spec, struct err *err);
/* Add an entry as deplist_at() describes it, by its texts (from a database; NULL where empty). */
int deplist_add_stored(struct deplist *l, const char *listed, const char *name, const char *clients, usec_t deprecated_at,
                       usec_t reinstated_at, int64_t ttl, const char *replacement, const char *owner, const char *ticket,
                       const char *note, struct err *err);
/* To be called once after the last addition and before any look-up: contradictions between entries, order. */
int deplist_finish(struct deplist *l, struct err *err);

size_t deplist_count(const struct deplist *l);
const struct dep_entry *deplist_at(const struct deplist *l, size_t i);
size_t deplist_index(const struct deplist *l, const struct dep_entry *e);
/* The i-th entry (from 0) whose prefix holds the address, the most specific prefix first, then those with a name, then by time; NULL when
 * there are no more.  An IPv4 entry holds its NAT64 form (64:ff9b::/96) too. */
const struct dep_entry *deplist_match(const struct deplist *l, const struct addr *a, size_t i);
/* The prefixes of all entries, in the order of their index, for base/watch.h; name-only entries are left out.  Returns how many; out has room for
 * deplist_count(). */
size_t deplist_prefixes(const struct deplist *l, struct prefix *out);

bool dep_entry_for_client(const struct dep_entry *e, const struct addr *client);
/* Whether the entry is for this name (wire format); an entry without a name is for every one. */
bool dep_entry_names(const struct dep_entry *e, const uint8_t *name);
/* Of the entry's name as text; the same in every run; 0 if it has none. */
uint64_t dep_entry_name_hash(const struct dep_entry *e);
/* "www.example.com", "*.example.com", "" ; buf has NAME_TEXT bytes; returns buf. */
char *dep_entry_name_text(const struct dep_entry *e, char *buf);
/* What stands for the entry: its address or prefix, or its name; buf has NAME_TEXT bytes; returns buf. */
char *dep_entry_listed(const struct dep_entry *e, char *buf);
/* For messages: "x.csv:7" or "-D", cut if very long; "192.0.2.10 for www.example.com", escaped.  buf has DEP_TEXT bytes; return buf. */
#define DEP_TEXT 200
char *dep_entry_place(const struct dep_entry *e, char *buf);
char *dep_entry_subject(const struct dep_entry *e, char *buf);
/* The whole list as text, sorted, one entry a line: equal lists give equal bytes. */
void deplist_canonical(const struct deplist *l, struct buf *out);

#endif
