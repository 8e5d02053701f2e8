#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "know/deplist.h"

#define HEADER "address,name,clients,deprecated_at,reinstated_at,ttl,replacement,owner,ticket,note\n"
#define T1 "2026-03-01T02:00:00Z"
#define T2 "2026-03-02T02:00:00Z"
#define T3 "2026-03-03T02:00:00Z"
#define T1_US 1772330400000000	/* date -u -d 2026-03-01T02:00:00Z +%s */

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

/* The finished list of these files' texts (a.csv, b.csv) and, where not NULL, one -D.  NULL and *err if anything is refused. */
static struct deplist *
try_list(const char *a, const char *b, const char *spec, struct err *err)
{
	struct deplist *l = deplist_new();
	int rc = 0;

	assert_non_null(l);
	if (a != NULL) {
		write_file("a.csv", a);
		rc = deplist_load(l, "a.csv", err);
	}
	if (rc == 0 && b != NULL) {
		write_file("b.csv", b);
		rc = deplist_load(l, "b.csv", err);
	}
	if (rc == 0 && spec != NULL)
		rc = deplist_add_spec(l, spec, err);
	if (rc == 0)
		rc = deplist_finish(l, err);
	if (rc == 0)
		return l;
	assert_int_equal(rc, err->code);
	deplist_free(l);
	return NULL;
}

static struct deplist *
list(const char *a, const char *b, const char *spec)
{
	struct err err = { 0 };
	struct deplist *l = try_list(a, b, spec, &err);

	if (l == NULL)
		fail_msg("%s", err.text);
	return l;
}

static void
refused(const char *a, const char *b, const char *spec, const char *why)
{
	struct err err = { 0 };

	assert_null(try_list(a, b, spec, &err));
	assert_string_equal(err.text, why);
	assert_int_equal(err.code, ST_ESYNTAX);
}

static const char *
canonical(const struct deplist *l)
{
	static struct buf out;

	buf_clear(&out);
	deplist_canonical(l, &out);
	return buf_cstr(&out);
}

static void
all_columns(void **state)
{
	struct deplist *l = list("note,ticket,owner,replacement,ttl,reinstated_at,deprecated_at,clients,name,address\n"
	                         "\"old, \"\"vip\"\"\",OPS-1,web team,198.51.100.7,300," T2 ",2026-03-01T03:00:00+01:00,"
	                         "192.168.0.0/16;10.0.0.0/8 10.0.0.0/8,WWW.Example.com.,192.0.2.0/24\n", NULL, NULL);
	const struct dep_entry *e = deplist_at(l, 0);
	char buf[NAME_TEXT];

	(void)state;
	assert_int_equal(deplist_count(l), 1);
	assert_true(e->has_addr);
	assert_int_equal(e->prefix.len, 96 + 24);
	assert_string_equal(dep_entry_name_text(e, buf), "www.example.com");
	assert_string_equal(dep_entry_listed(e, buf), "192.0.2.0/24");
	assert_false(e->wildcard);
	assert_int_equal(e->nclients, 2);
	assert_string_equal(e->clients_text, "192.168.0.0/16;10.0.0.0/8 10.0.0.0/8");
	assert_true(e->deprecated_at == T1_US);
	assert_true(e->reinstated_at == T1_US + 86400 * TM_SEC);
	assert_int_equal(e->ttl, 300);
	assert_string_equal(e->replacement, "198.51.100.7");
	assert_string_equal(e->owner, "web team");
	assert_string_equal(e->ticket, "OPS-1");
	assert_string_equal(e->note, "old, \"vip\"");
	assert_string_equal(e->file, "a.csv");
	assert_int_equal(e->line, 2);
	assert_string_equal(canonical(l), "192.0.2.0/24,www.example.com,192.168.0.0/16 10.0.0.0/8,2026-03-01T02:00:00.000000Z,"
	                                  "2026-03-02T02:00:00.000000Z,300,198.51.100.7,web team,OPS-1,\"old, \"\"vip\"\"\"\n");
	deplist_free(l);
}

static void
empty_columns_are_not_known(void **state)
{
	struct deplist *l = list("address,deprecated_at\n2001:db8::10," T1 "\n", NULL, NULL);
	const struct dep_entry *e = deplist_at(l, 0);

	(void)state;
	assert_int_equal(e->name_len, 0);
	assert_int_equal(e->nclients, 0);
	assert_true(e->reinstated_at == TM_NONE);
	assert_int_equal(e->ttl, -1);
	assert_null(e->replacement);
	assert_null(e->owner);
	assert_null(e->ticket);
	assert_null(e->note);
	assert_null(e->clients_text);
	assert_string_equal(canonical(l), "2001:db8::10,,,2026-03-01T02:00:00.000000Z,,,,,,\n");
	deplist_free(l);
	l = list(HEADER, NULL, NULL);
	assert_int_equal(deplist_count(l), 0);
	deplist_free(l);
}

static void
without_a_header_line(void **state)
{
	struct deplist *l = list("# retired in March\n\n192.0.2.10\n192.0.2.11,www.example.com\r\n192.0.2.12,," T1 "\n,old.example.com",
	                         NULL, "2001:db8::/32,*.example.com,2026-03-01T02:00:00Z");

	(void)state;
	assert_string_equal(canonical(l), "192.0.2.10,,,,,,,,,\n"
	                                  "192.0.2.11,www.example.com,,,,,,,,\n"
	                                  "192.0.2.12,,,2026-03-01T02:00:00.000000Z,,,,,,\n"
	                                  "2001:db8::/32,*.example.com,,2026-03-01T02:00:00.000000Z,,,,,,\n"
	                                  ",old.example.com,,,,,,,,\n");
	assert_true(deplist_at(l, 0)->deprecated_at == TM_NONE);
	assert_int_equal(deplist_at(l, 1)->line, 4);
	assert_string_equal(deplist_at(l, 3)->file, "-D");
	assert_int_equal(deplist_at(l, 3)->line, 0);
	deplist_free(l);
}

static void
addresses_that_are_refused(void **state)
{
	(void)state;
	refused("10.0.0\n", NULL, NULL,
	        "a.csv:1: address: \"10.0.0\" is not an address; write 192.0.2.1, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/32");
	refused(NULL, NULL, "192.0.2.1/33",
	        "-D: address: \"192.0.2.1/33\" is not an address; write 192.0.2.1, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/32");
	refused(NULL, NULL, "192.0.2/24",
	        "-D: address: \"192.0.2/24\" is not an address; write 192.0.2.1, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/32");
	refused(NULL, NULL, "192.0.2.1/24",
	        "-D: address: \"192.0.2.1/24\" has bits set beyond /24; write the network's own address, or leave /24 out");
	refused(NULL, NULL, "2001:db8::1/32",
	        "-D: address: \"2001:db8::1/32\" has bits set beyond /32; write the network's own address, or leave /32 out");
	refused(HEADER ",,," T1 ",,,,,,\n", NULL, NULL, "a.csv:2: address and name are both empty; give one of them");
}

static void
names_that_are_refused(void **state)
{
	(void)state;
	refused(NULL, NULL, "192.0.2.1,a..b", "-D: name: \"a..b\" has an empty label");
	refused(NULL, NULL, "192.0.2.1,b\303\274cher.example",
	        "-D: name: \"b\303\274cher.example\" has letters beyond ASCII; write the A-label (xn--...)");
	refused(NULL, NULL, "192.0.2.1,*",
	        "-D: name: \"*\": a * stands only before a whole name (*.example.com); for every name leave it empty");
	refused(NULL, NULL, "192.0.2.1,a*.example.com",
	        "-D: name: \"a*.example.com\": a * stands only before a whole name (*.example.com); for every name leave it empty");
	refused(NULL, NULL, "192.0.2.1,\\042.example.com",
	        "-D: name: \"\\042.example.com\": a * stands only before a whole name (*.example.com); for every name leave it empty");
	refused(NULL, NULL, "www.example.com,192.0.2.1", "-D: address: \"www.example.com\" is not an address; write 192.0.2.1, "
	        "192.0.2.0/24, 2001:db8::1 or 2001:db8::/32");
	refused(NULL, NULL, ",192.0.2.1.", "-D: name: \"192.0.2.1.\" is an address; write it into the column address");
	refused(NULL, NULL, "192.0.2.1,*.",
	        "-D: name: \"*.\": a * stands only before a whole name (*.example.com); for every name leave it empty");
	refused(NULL, NULL, "192.0.2.1,*..",
	        "-D: name: \"*..\": a * stands only before a whole name (*.example.com); for every name leave it empty");
}

static void
times_that_are_refused(void **state)
{
	(void)state;
	refused("address,deprecated_at\n\n192.0.2.1,2026-03-01 02:00\n", NULL, NULL, "a.csv:3: deprecated_at: \"2026-03-01 02:00\" has no "
	        "offset; write 2026-03-01T02:00:00Z or 2026-03-01T02:00:00+01:00");
	refused(NULL, NULL, "192.0.2.1,,2026-03-01T02:00:00.5",
	        "-D: time: \"2026-03-01T02:00:00.5\" has no offset; write 2026-03-01T02:00:00.5Z or 2026-03-01T02:00:00.5+01:00");
	refused(NULL, NULL, "192.0.2.1,,2026-03-01",
	        "-D: time: \"2026-03-01\" has no time of day; write 2026-03-01T00:00:00Z or 2026-03-01T00:00:00+01:00");
	refused(NULL, NULL, "192.0.2.1,,yesterday",
	        "-D: time: \"yesterday\" is not a time; write 2026-03-01T02:00:00Z or 2026-03-01T02:00:00+01:00");
	refused("address,deprecated_at\n192.0.2.1,\n", NULL, NULL,
	        "a.csv:2: deprecated_at is empty; write when it was retired, as 2026-03-01T02:00:00Z");
	refused("address,deprecated_at,reinstated_at\n192.0.2.1," T2 "," T2 "\n", NULL, NULL,
	        "a.csv:2: reinstated_at is not after deprecated_at; it is the moment of the rollback");
	refused("address,deprecated_at,reinstated_at\n192.0.2.1," T1 ",soon\n", NULL, NULL,
	        "a.csv:2: reinstated_at: \"soon\" is not a time; write 2026-03-01T02:00:00Z or 2026-03-01T02:00:00+01:00");
}

static void
ttls_and_clients_that_are_refused(void **state)
{
	struct deplist *l = list("address,deprecated_at,ttl\n192.0.2.1," T1 ",2147483647\n192.0.2.2," T1 ",0\n", NULL, NULL);

	(void)state;
	assert_int_equal(deplist_at(l, 0)->ttl, 2147483647);
	assert_int_equal(deplist_at(l, 1)->ttl, 0);
	deplist_free(l);
	refused("address,deprecated_at,ttl\n192.0.2.1," T1 ",2147483648\n", NULL, NULL,
	        "a.csv:2: ttl: \"2147483648\" is not a number of seconds; write 300, at most 2147483647");
	refused("address,deprecated_at,ttl\n192.0.2.1," T1 ",5m\n", NULL, NULL,
	        "a.csv:2: ttl: \"5m\" is not a number of seconds; write 300, at most 2147483647");
	refused("address,deprecated_at,ttl\n192.0.2.1," T1 ",-1\n", NULL, NULL,
	        "a.csv:2: ttl: \"-1\" is not a number of seconds; write 300, at most 2147483647");
	refused("address,deprecated_at,clients\n192.0.2.1," T1 ",10.0.0.0/8 office\n", NULL, NULL, "a.csv:2: clients: \"office\" is not "
	        "an address; write 192.0.2.1, 192.0.2.0/24, 2001:db8::1 or 2001:db8::/32");
}

static void
files_that_are_refused(void **state)
{
	(void)state;
	refused("", NULL, NULL,
	        "a.csv:1: holds no entry; write ADDR[,NAME[,TIME]] on each line, or a header line alone for an empty list");
	refused("address,name\n192.0.2.1,\n", NULL, NULL, "a.csv:1: column \"deprecated_at\" is missing; add it to the header line");
	refused("address,when,deprecated_at\n", NULL, NULL, "a.csv:1: unknown column \"when\"; the columns are: "
	        "address,name,clients,deprecated_at,reinstated_at,ttl,replacement,owner,ticket,note");
	refused(NULL, NULL, "", "-D: holds no entry; write one ADDR[,NAME[,TIME]]");
	refused(NULL, NULL, "192.0.2.1\n192.0.2.2", "-D: holds more than one entry; write one ADDR[,NAME[,TIME]]");
	refused(NULL, NULL, "192.0.2.1,a,b,c", "-D: has 4 fields; at most 3 are read without a header line");
}

static void
twice_the_same_is_once(void **state)
{
	struct deplist *l = list(HEADER "192.0.2.1,WWW.example.com,10.0.0.0/8 192.168.0.0/16," T1 ",,300,,,,\n"
	                         "192.0.2.1/32,www.example.com.,192.168.0.0/16;10.0.0.0/8,2026-03-01T03:00:00+01:00,,0300,,,,\n",
	                         "192.0.2.2\n", "192.0.2.2");

	(void)state;
	assert_int_equal(deplist_count(l), 2);
	assert_string_equal(deplist_at(l, 0)->file, "a.csv");
	deplist_free(l);
}

static void
contradictions_are_refused(void **state)
{
	(void)state;
	refused("address,deprecated_at,ttl\n192.0.2.1," T1 ",300\n", "address,deprecated_at,ttl\n\n192.0.2.1," T1 ",600\n", NULL,
	        "b.csv:3: 192.0.2.1 is also in a.csv:2, with another ttl; remove one of the two");
	refused("\n\naddress,deprecated_at,ttl\n192.0.2.1," T1 ",300\n", "address,deprecated_at,ttl\n192.0.2.1," T1 ",600\n", NULL,
	        "b.csv:2: 192.0.2.1 is also in a.csv:4, with another ttl; remove one of the two");
	refused("address,name,deprecated_at,owner\n192.0.2.1,a.example," T1 ",x\n192.0.2.1,A.example," T1 ",y\n", NULL, NULL,
	        "a.csv:3: 192.0.2.1 for a.example is also in a.csv:2, with another owner; remove one of the two");
	refused("address,deprecated_at,reinstated_at\n192.0.2.1," T1 "," T2 "\n192.0.2.1," T1 "," T3 "\n", NULL, NULL,
	        "a.csv:3: 192.0.2.1 is also in a.csv:2, with another reinstated_at; remove one of the two");
	refused("192.0.2.1,," T1 "\n", NULL, "192.0.2.1",
	        "a.csv:1: 192.0.2.1 is retired from 2026-03-01T02:00:00.000000Z, but -D has it retired from before the data begins on; "
	        "remove one of the two, or end the earlier one with reinstated_at");
	refused("address,deprecated_at,reinstated_at\n192.0.2.1," T2 ",\n192.0.2.1," T1 "," T3 "\n", NULL, NULL,
	        "a.csv:2: 192.0.2.1 is retired from 2026-03-02T02:00:00.000000Z, but a.csv:3 has it retired from "
	        "2026-03-01T02:00:00.000000Z on; remove one of the two, or end the earlier one with reinstated_at");
}

static void
side_by_side_they_stand(void **state)
{
	struct deplist *l = list(HEADER "192.0.2.1,,," T1 "," T2 ",,,,,\n"
	                         "192.0.2.1,,," T2 ",,,,,,\n"		/* again, from the rollback on */
	                         "192.0.2.1,a.example,," T1 ",,,,,,\n"
	                         "192.0.2.1,*.a.example,," T1 ",,,,,,\n"
	                         "192.0.2.1,,10.0.0.0/8," T1 ",,,,,,\n"
	                         "192.0.2.0/24,,," T1 ",,,,,,\n"
	                         ",a.example,," T1 ",,,,,,\n", NULL, NULL);

	(void)state;
	assert_int_equal(deplist_count(l), 7);
	deplist_free(l);
}

/* Which lines of a.csv match, in their order. */
static void
check_match(const struct deplist *l, const char *address, const char *lines)
{
	const struct dep_entry *e;
	char got[100] = "";
	struct addr a;

	assert_true(addr_parse(address, &a));
	for (size_t i = 0; (e = deplist_match(l, &a, i)) != NULL; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%u ", e->line);
	assert_string_equal(got, lines);
}

static void
most_specific_first(void **state)
{
	struct deplist *l = list(HEADER
	                         "192.0.0.0/16,,," T1 ",,,,,,\n"			/* 2 */
	                         ",gone.example,," T1 ",,,,,,\n"			/* 3 */
	                         "192.0.2.0/24,,," T2 ",,,,,,\n"			/* 4 */
	                         "192.0.2.0/24,,," T1 "," T2 ",,,,,\n"			/* 5 */
	                         "192.0.2.10,,," T1 ",,,,,,\n"				/* 6 */
	                         "192.0.2.10,*.example,," T1 ",,,,,,\n"			/* 7 */
	                         "192.0.2.10,*.a.example,," T1 ",,,,,,\n"		/* 8 */
	                         "192.0.2.10,b.example,," T1 ",,,,,,\n"			/* 9 */
	                         "192.0.2.10,,10.0.0.0/8," T1 ",,,,,,\n"		/* 10 */
	                         "2001:db8::/32,,," T1 ",,,,,,\n", NULL, NULL);		/* 11 */

	(void)state;
	check_match(l, "192.0.2.10", "9 8 7 10 6 5 4 2 ");
	check_match(l, "192.0.2.11", "5 4 2 ");
	check_match(l, "192.0.3.1", "2 ");
	check_match(l, "192.1.0.0", "");
	check_match(l, "2001:db8::1", "11 ");
	check_match(l, "64:ff9b::192.0.2.11", "5 4 2 ");
	for (size_t i = 0; i < deplist_count(l); i++)
		assert_int_equal(deplist_index(l, deplist_at(l, i)), i);
	deplist_free(l);
}

static void
prefixes_are_in_the_order_of_entries(void **state)
{
	struct deplist *l = list(HEADER ",gone.example,," T1 ",,,,,,\n192.0.2.0/24,,," T1 ",,,,,,\n192.0.2.1,,," T1 ",,,,,,\n", NULL, NULL);
	struct prefix out[3];

	(void)state;
	assert_int_equal(deplist_prefixes(l, out), 2);
	for (size_t i = 0; i < 2; i++)
		assert_memory_equal(&out[i], &deplist_at(l, i)->prefix, sizeof(out[i]));
	assert_false(deplist_at(l, 2)->has_addr);
	deplist_free(l);
}

static bool
names(const char *spec, const char *name)
{
	struct deplist *l = list(NULL, NULL, spec);
	uint8_t wire[NAME_WIRE];
	const char *fault;
	bool yes;

	assert_true(name_parse(name, wire, &fault) > 0);
	yes = dep_entry_names(deplist_at(l, 0), wire);
	deplist_free(l);
	return yes;
}

static void
names_match(void **state)
{
	(void)state;
	assert_true(names("192.0.2.1", "anything.example"));
	assert_true(names("192.0.2.1", "."));
	assert_true(names("192.0.2.1,www.example.com", "WWW.example.com"));
	assert_false(names("192.0.2.1,www.example.com", "a.www.example.com"));
	assert_false(names("192.0.2.1,www.example.com", "example.com"));
	assert_true(names("192.0.2.1,*.example.com", "www.example.com"));
	assert_true(names("192.0.2.1,*.example.com", "a.b.example.com"));
	assert_false(names("192.0.2.1,*.example.com", "example.com"));
	assert_false(names("192.0.2.1,*.example.com", "badexample.com"));
	assert_true(names(",old.example.com", "old.example.com"));
}

static void
clients_match(void **state)
{
	struct deplist *l = list("address,clients,deprecated_at\n192.0.2.1,\"10.0.0.0/8, 2001:db8::/32\"," T1 "\n192.0.2.2,," T1 "\n",
	                         NULL, NULL);
	struct addr in, in6, out;

	(void)state;
	addr_parse("10.255.0.1", &in);
	addr_parse("2001:db8::7", &in6);
	addr_parse("11.0.0.1", &out);
	assert_true(dep_entry_for_client(deplist_at(l, 0), &in));
	assert_true(dep_entry_for_client(deplist_at(l, 0), &in6));
	assert_false(dep_entry_for_client(deplist_at(l, 0), &out));
	assert_true(dep_entry_for_client(deplist_at(l, 1), &out));
	deplist_free(l);
}

/* Finding ids rest on it: the hash is of the text, told by another program (xxhsum -H3). */
static void
name_hash_is_of_the_text(void **state)
{
	struct deplist *l = list("192.0.2.1,www.example.com\n192.0.2.2,*.Example.com\n192.0.2.3\n", NULL, NULL);

	(void)state;
	assert_true(dep_entry_name_hash(deplist_at(l, 0)) == UINT64_C(0x41284eb5bfdf32e5));
	assert_true(dep_entry_name_hash(deplist_at(l, 1)) == UINT64_C(0xa73646d206260f1b));
	assert_true(dep_entry_name_hash(deplist_at(l, 2)) == 0);
	deplist_free(l);
}

static void
canonical_does_not_depend_on_order(void **state)
{
	struct deplist *a = list("address,deprecated_at,note\n192.0.2.1," T1 ",=x\n192.0.2.2," T1 ",\n", "2001:db8::1\n", NULL);
	struct deplist *b = list("2001:DB8:0::1\n", "note,deprecated_at,address\n,2026-03-01T01:00:00-01:00,192.0.2.2\n=x," T1 ",192.0.2.1\n",
	                         NULL);
	struct deplist *c = list("address,deprecated_at\n192.0.2.1," T1 "\n192.0.2.2," T1 "\n", "2001:db8::1\n", NULL);
	char first[1000];

	(void)state;
	snprintf(first, sizeof(first), "%s", canonical(a));
	assert_string_equal(canonical(b), first);
	assert_string_not_equal(canonical(c), first);
	deplist_free(a);
	deplist_free(b);
	deplist_free(c);
}

/* What a list says, put into a database as texts and taken back, is the same list. */
static void
stored_and_taken_back(void **state)
{
	struct deplist *l = list(HEADER "192.0.2.0/24,*.example.com,10.0.0.0/8;192.168.0.0/16," T1 "," T2 ",300,r,o,t,n\n"
	                         ",old.example.com,," T1 ",,,,,,\n,*.old.example.com,," T1 ",,,,,,\n", "192.0.2.1\n", NULL);
	struct deplist *back = deplist_new();
	struct err err;
	char want[1000];

	(void)state;
	for (size_t i = 0; i < deplist_count(l); i++) {
		const struct dep_entry *e = deplist_at(l, i);
		char listed[NAME_TEXT], name[NAME_TEXT];

		assert_int_equal(deplist_add_stored(back, dep_entry_listed(e, listed), e->name_len > 0 ? dep_entry_name_text(e, name) : NULL,
		                                    e->clients_text, e->deprecated_at, e->reinstated_at, e->ttl, e->replacement,
		                                    e->owner, e->ticket, e->note, &err), 0);
	}
	assert_int_equal(deplist_finish(back, &err), 0);
	snprintf(want, sizeof(want), "%s", canonical(l));
	assert_string_equal(canonical(back), want);
	deplist_free(l);
	deplist_free(back);
}

static void
stored_nonsense_is_refused(void **state)
{
	struct deplist *l = deplist_new();
	struct err err;

	(void)state;
	assert_int_equal(deplist_add_stored(l, "x", NULL, NULL, 0, TM_NONE, -1, NULL, NULL, NULL, NULL, &err), ST_ESYNTAX);
	assert_string_equal(err.text, "the list in the database: address: \"x\" is not an address; write 192.0.2.1, 192.0.2.0/24, "
	                              "2001:db8::1 or 2001:db8::/32");
	assert_int_equal(deplist_add_stored(l, NULL, NULL, NULL, 0, TM_NONE, -1, NULL, NULL, NULL, NULL, &err), ST_ESYNTAX);
	assert_int_equal(deplist_count(l), 0);
	deplist_free(l);
}

static void
a_failure_leaves_the_list_as_it_was(void **state)
{
	struct deplist *l = deplist_new();
	struct err err;

	(void)state;
	assert_int_equal(deplist_add_spec(l, "192.0.2.1", &err), 0);
	write_file("a.csv", "192.0.2.2\n192.0.2.3\nx\n");
	assert_int_equal(deplist_load(l, "a.csv", &err), ST_ESYNTAX);
	assert_int_equal(deplist_count(l), 1);
	assert_int_equal(deplist_add_spec(l, "192.0.2.2\n192.0.2.3", &err), ST_ESYNTAX);
	assert_int_equal(deplist_count(l), 1);
	assert_int_equal(deplist_finish(l, &err), 0);
	assert_string_equal(canonical(l), "192.0.2.1,,,,,,,,,\n");
	deplist_free(l);
}

static int
enter_folder(void **state)
{
	static char folder[] = "/tmp/test_deplist.XXXXXX";

	*state = mkdtemp(folder);
	return *state == NULL ? -1 : chdir(*state);
}

static int
remove_folder(void **state)
{
	unlink("a.csv");
	unlink("b.csv");
	return chdir("/") < 0 ? -1 : rmdir(*state);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_columns),
		cmocka_unit_test(empty_columns_are_not_known),
		cmocka_unit_test(without_a_header_line),
		cmocka_unit_test(addresses_that_are_refused),
		cmocka_unit_test(names_that_are_refused),
		cmocka_unit_test(times_that_are_refused),
		cmocka_unit_test(ttls_and_clients_that_are_refused),
		cmocka_unit_test(files_that_are_refused),
		cmocka_unit_test(twice_the_same_is_once),
		cmocka_unit_test(contradictions_are_refused),
		cmocka_unit_test(side_by_side_they_stand),
		cmocka_unit_test(most_specific_first),
		cmocka_unit_test(prefixes_are_in_the_order_of_entries),
		cmocka_unit_test(names_match),
		cmocka_unit_test(clients_match),
		cmocka_unit_test(name_hash_is_of_the_text),
		cmocka_unit_test(canonical_does_not_depend_on_order),
		cmocka_unit_test(stored_and_taken_back),
		cmocka_unit_test(stored_nonsense_is_refused),
		cmocka_unit_test(a_failure_leaves_the_list_as_it_was),
	};

	return cmocka_run_group_tests_name("know/deplist", tests, enter_folder, remove_folder);
}
