#include "app/times.h"

#include <stdio.h>

#define FAR (10 * 60 * TM_SEC)		/* the zone's change is seen at the next question only, and clocks differ */
#define HOUR (3600 * TM_SEC)
#define AT_MOST 3			/* entries named of each kind */

/* When the zone was first seen to answer without the address, if that is far from T; else TM_NONE. */
static usec_t
change_elsewhen(const struct zone_rec *z, usec_t T)
{
	if (z->with_after == TM_NONE)		/* before T already, and it stayed so */
		return z->other_before != TM_NONE && T - z->other_before >= FAR ? z->other_before : TM_NONE;
	/* it still gave the address long after T, and then no more */
	return z->first_without > z->with_after && z->with_after - T >= FAR ? z->first_without : TM_NONE;
}

/* How many whole hours it is off, if that is what it looks like; else 0. */
static int
whole_hours(usec_t off)
{
	usec_t size = off < 0 ? -off : off, hours = (size + HOUR / 2) / HOUR, rest = size - hours * HOUR;

	return (rest < 0 ? -rest : rest) <= FAR / 2 ? (int)hours : 0;
}

static void
say_change(const struct dep_entry *d, usec_t at)
{
	char place[DEP_TEXT], entry[DEP_TEXT], T[TM_TEXT], text[TM_TEXT], hours[40] = "";
	int n = whole_hours(at - d->deprecated_at);

	if (n > 0)
		snprintf(hours, sizeof(hours), n == 1 ? "an hour? " : "%d hours? ", n);
	fprintf(stderr, "staletap: %s: %s: the zone changed %s, the list says %s: %scheck deprecated_at and its offset\n",
	        dep_entry_place(d, place), dep_entry_subject(d, entry), tm_human(at, text), tm_human(d->deprecated_at, T), hours);
}

static bool
concerns(const struct engine *e, const struct dep_entry *d, const struct zone_rec *z)
{
	return d->has_addr && prefix_has(&d->prefix, &z->key.addr) && dep_entry_names(d, names_at(&e->know.names, z->key.name)->wire);
}

static usec_t
zone_change(const struct engine *e, const struct dep_entry *d)
{
	usec_t at = TM_NONE;

	for (const struct zone_rec *z = table_oldest(&e->know.zones.t); z != NULL && at == TM_NONE; z = table_newer(&e->know.zones.t, z))
		if (concerns(e, d, z))
			at = change_elsewhen(z, d->deprecated_at);
	return at;
}

/* Entries of one kind: the first of them by name, the others by number. */
struct said { unsigned n; const char *kind, *advice; };

static void
say_outside(const struct dep_entry *d, struct said *s, usec_t edge)
{
	char place[DEP_TEXT], entry[DEP_TEXT], T[TM_TEXT], at[TM_TEXT];

	if (s->n++ < AT_MOST)
		fprintf(stderr, "staletap: %s: %s is retired %s, %s (%s): %s\n", dep_entry_place(d, place), dep_entry_subject(d, entry),
		        tm_human(d->deprecated_at, T), s->kind, tm_human(edge, at), s->advice);
}

static void
say_others(const struct said *s)
{
	if (s->n > AT_MOST)
		fprintf(stderr, "staletap: %u more entries are retired %s\n", s->n - AT_MOST, s->kind);
}

void
times_say(const struct engine *e)
{
	struct said early = { .kind = "before the data begin",
		.advice = "what clients were told before was not seen; check the time and its offset, or replay earlier captures too" };
	struct said late = { .kind = "after the data end", .advice = "nothing is judged by it yet; check the time and its offset" };
	struct said other = { .kind = "at another time than the zone changed" };
	struct store_holds h;
	struct err err;

	if (store_holds(e->store, &h, &err) < 0 || h.first == TM_NONE)
		return;
	for (size_t i = 0; i < deplist_count(e->list); i++) {
		const struct dep_entry *d = deplist_at(e->list, i);
		usec_t T = d->deprecated_at, change;

		if (T == TM_NONE || (d->reinstated_at != TM_NONE && d->reinstated_at <= h.first))
			continue;
		change = T >= h.first && T <= h.last ? zone_change(e, d) : TM_NONE;
		if (T < h.first)
			say_outside(d, &early, h.first);
		else if (T > h.last)
			say_outside(d, &late, h.last);
		else if (change != TM_NONE && other.n++ < AT_MOST)
			say_change(d, change);
	}
	say_others(&early);
	say_others(&late);
	say_others(&other);
}
