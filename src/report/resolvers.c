/* What is known of a resolver's ways, in words. */
#include "report/explain_int.h"

enum { R_SENSOR, R_LABEL, R_ROLE, R_CLIENTS, R_ANSWERS, R_AFTER, R_FLOOR, R_CAP, R_STALE, R_OPTIMISTIC, R_PREFETCH, R_CACHES, R_UPSTREAMS, R_SAMPLES,
	R_SCOPE, R_LAST };

/* A number, where it is known, and what it means. */
static void
put_number(struct out *o, struct rows *r, int column, const char *before, const char *after)
{
	if (rows_int(r, column, -1) >= 0)
		out_fmt(o, "  %s %lld%s\n", before, (long long)rows_int(r, column, 0), after);
}

static void
put_ways(struct out *o, struct rows *r)
{
	put_number(o, r, R_FLOOR, "hands out a TTL of at least", " s, however small the zone's");
	put_number(o, r, R_CAP, "hands out a TTL of at most", " s, however large the zone's");
	put_number(o, r, R_STALE, "puts a TTL of", " s on what has run out");
	if (rows_int(r, R_OPTIMISTIC, -1) == 1)
		out_str(o, "  answers first with what has run out, and asks then\n");
	else if (rows_int(r, R_OPTIMISTIC, -1) == 0)
		out_str(o, "  asks before it answers, where its entry has run out\n");
	if (rows_int(r, R_PREFETCH, -1) == 1)
		out_str(o, "  fetches names anew shortly before they run out\n");
	if (rows_int(r, R_CACHES, -1) > 1)
		put_number(o, r, R_CACHES, "is a pool: at least", " caches answer in turn");
	else
		put_number(o, r, R_CACHES, "answers from", " cache");
	put_number(o, r, R_UPSTREAMS, "asks other resolvers, as far as was seen:", rows_int(r, R_UPSTREAMS, 0) >= 8 ? " or more" : "");
}

static void
put_resolver(struct out *o, struct rows *r)
{
	int64_t clients = rows_int(r, R_CLIENTS, 0), after = rows_int(r, R_AFTER, 0);

	out_str(o, "  ");
	out_term(o, rows_text(r, R_ROLE));
	if (rows_text(r, R_LABEL) != NULL) {
		out_str(o, " ");
		out_term(o, rows_text(r, R_LABEL));
	}
	if (rows_text(r, R_SCOPE) != NULL) {
		out_str(o, " in ");
		out_term(o, rows_text(r, R_SCOPE));
	}
	out_fmt(o, ", %lld answer%s to %lld client%s at ", (long long)rows_int(r, R_ANSWERS, 0), rows_int(r, R_ANSWERS, 0) == 1 ? "" : "s",
	    (long long)clients, clients == 1 ? "" : "s");
	out_term(o, rows_text(r, R_SENSOR));
	out_str(o, "\n");
	if (after > 0) {
		out_fmt(o, "  %lld of them with a retired address after legit until, the last at\n    ", (long long)after);
		out_time(o, rows_time(r, R_LAST));
		out_str(o, "\n");
	}
	put_ways(o, r);
	out_fmt(o, "  learned from %lld answer%s about all names; what is not said is not known\n", (long long)rows_int(r, R_SAMPLES, 0),
	    rows_int(r, R_SAMPLES, 0) == 1 ? "" : "s");
}

int
resolver_lines(struct reader *rd, const char *address, struct out *o, int64_t *n, struct err *err)
{
	struct rows r;

	*n = 0;
	rows_open(&r, rd, "SELECT sensor,label,role,clients,answers,after_legit,ttl_floor,ttl_cap,stale_ttl,optimistic,prefetch,caches,upstreams,samples,"
	    "scope,last_after_legit_us FROM v_resolvers WHERE resolver=?1 ORDER BY sensor,scope");
	rows_bind(&r, 1, address);
	for (; rows_next(&r); (*n)++) {
		out_str(o, *n == 0 ? "\nAs a resolver\n" : "");
		put_resolver(o, &r);
	}
	return rows_close(&r, err);
}
