/* `ready` as text and as JSON. */
#include "base/json.h"
#include "report/ready_int.h"

#define SHOWN 20		/* clients of one kind in text; JSON has them all */

static const char *const why_text[READY_WHYS] = {
	[READY_LONG_LIVED] = "would keep a connection open",
	[READY_KEEPS] = "would go on with an answer that has run out",
	[READY_NEVER_ASKS] = "do not ask for it: an address in their configuration, or told by somebody else",
	[READY_HIDDEN] = "cannot be foretold: their DNS is not seen here (encrypted, or elsewhere)",
};

static const char *
host_text(const struct ready_of *r, uint32_t id, char *buf)
{
	return addr_text(&r->hosts->at[id].addr, buf);
}

static void
put_time(struct buf *b, usec_t t)
{
	char text[TM_TEXT];

	buf_fmt(b, "%.19s", t != TM_NONE ? tm_human(t, text) : "-");
}

/* A line so far in; what does not fit goes on two columns further. */
static void
put_line(struct out *o, int in, struct buf *b)
{
	out_fmt(o, "%*s", in, "");
	out_wrap(o, in + 2, in, buf_cstr(b));
	buf_free(b);
}

static void
client_line(struct out *o, const struct ready_of *r, uint32_t id, enum ready_why why)
{
	const struct ready_client *c = &r->clients[id];
	struct buf b = { 0 };
	char addr[ADDR_TEXT];

	buf_fmt(&b, "%s: %llu connection%s, last ", host_text(r, id, addr), (unsigned long long)c->connections, c->connections == 1 ? "" : "s");
	put_time(&b, c->met);
	if (why == READY_KEEPS)
		buf_fmt(&b, ", up to %lld s after its answer had run out", (long long)(c->beyond / TM_SEC));
	else if (why == READY_LONG_LIVED)
		buf_fmt(&b, ", %s %lld s", c->open ? "open for" : "one lasted", (long long)(c->lasted / TM_SEC));
	put_line(o, 6, &b);
}

static void
clients_text(struct out *o, const struct ready_of *r, enum ready_why why, const uint8_t *dns_seen)
{
	uint64_t n = 0;

	if (r->why[why] == 0)
		return;
	out_fmt(o, "    %llu %s\n", (unsigned long long)r->why[why], why_text[why]);
	for (uint32_t i = 0; i < r->hosts->n; i++) {
		if (ready_why(r, &r->clients[i], dns_seen[i]) != why || ++n > SHOWN)
			continue;
		client_line(o, r, i, why);
	}
	if (n > SHOWN)
		out_fmt(o, "      and %llu more\n", (unsigned long long)(n - SHOWN));
}

static void
ttl_text(struct out *o, const struct ready_of *r)
{
	struct buf b = { 0 };

	if (r->ttl < 0) {
		out_str(o, "    no answer with its addresses was seen\n");
		return;
	}
	buf_fmt(&b, "TTL %lld s, by %s", (long long)r->ttl, r->zone_seen ? "the zone's servers" : "what resolvers hand out (the zone's servers are not seen)");
	if (r->long_ttl > r->ttl) {
		buf_fmt(&b, "; %lld s until ", (long long)r->long_ttl);
		put_time(&b, r->long_last);
		buf_str(&b, r->long_last + r->long_ttl * TM_SEC <= r->now ? ": lowered in time" : ": lowered, but such answers still run until ");
		if (r->long_last + r->long_ttl * TM_SEC > r->now)
			put_time(&b, r->long_last + r->long_ttl * TM_SEC);
	}
	put_line(o, 4, &b);
}

static void
servers_text(struct out *o, const struct ready_of *r)
{
	char addr[ADDR_TEXT];

	for (uint32_t i = 0; i < r->hosts->n; i++) {
		const struct ready_server *s = &r->servers[i];

		if (s->expiry == TM_NONE || s->zone || (s->expiry < r->now && !ready_stretches(r, s)))
			continue;
		out_fmt(o, "    resolver %s: ", host_text(r, i, addr));
		if (s->expiry >= r->now) {
			out_str(o, "answers run until ");
			out_time(o, s->expiry);
		} else {
			out_str(o, "no answer runs");
		}
		if (ready_stretches(r, s))
			out_fmt(o, "; it stretches: TTL %lu s", (unsigned long)s->ttl);
		out_str(o, "\n");
	}
}

void
ready_text(struct out *o, const struct ready_of *r, const uint8_t *dns_seen)
{
	struct buf b = { 0 };
	uint64_t stale = 0;

	for (int w = READY_FINE + 1; w < READY_WHYS; w++)
		stale += r->why[w];
	out_str(o, "\n  ");
	out_term(o, r->name);
	out_fmt(o, ": %llu client%s, %llu of them would be stale\n", (unsigned long long)r->nclients, r->nclients == 1 ? "" : "s", (unsigned long long)stale);
	ttl_text(o, r);
	servers_text(o, r);
	for (int w = READY_FINE + 1; w < READY_WHYS; w++)
		clients_text(o, r, (enum ready_why)w, dns_seen);
	buf_str(&b, "changed at ");
	put_time(&b, r->now);
	buf_str(&b, stale > 0 ? ", others are done by " : ", it is safe to switch off at ");
	put_time(&b, r->safe);
	buf_str(&b, stale == 0 ? "" : stale == 1 ? "; the one above is not" : "; those above are not");
	put_line(o, 4, &b);
}

static void
json_time(struct json *j, const char *key, usec_t t)
{
	char text[TM_TEXT];

	json_key(j, key);
	json_str(j, t == TM_NONE ? NULL : tm_text(t, text));
}

static void
json_number(struct json *j, const char *key, int64_t v)
{
	json_key(j, key);
	if (v < 0)
		json_null(j);
	else
		json_int(j, v);
}

static void
clients_json(struct json *j, const struct ready_of *r, const uint8_t *dns_seen)
{
	char addr[ADDR_TEXT];

	json_key(j, "stale");
	json_array(j);
	for (uint32_t i = 0; i < r->hosts->n; i++) {
		const struct ready_client *c = &r->clients[i];
		enum ready_why why = ready_why(r, c, dns_seen[i]);

		if (why == READY_FINE)
			continue;
		json_object(j);
		json_key(j, "client");
		json_str(j, host_text(r, i, addr));
		json_key(j, "why");
		json_str(j, ready_why_name(why));
		json_number(j, "connections", (int64_t)c->connections);
		json_time(j, "last_connection", c->met);
		json_number(j, "beyond_s", c->told == TM_NONE ? -1 : c->beyond / TM_SEC);
		json_number(j, "longest_s", c->lasted / TM_SEC);
		json_key(j, "open");
		json_bool(j, c->open);
		json_end(j);
	}
	json_end(j);
}

static void
servers_json(struct json *j, const struct ready_of *r)
{
	char addr[ADDR_TEXT];

	json_key(j, "resolvers");
	json_array(j);
	for (uint32_t i = 0; i < r->hosts->n; i++) {
		const struct ready_server *s = &r->servers[i];

		if (s->expiry == TM_NONE || s->zone)
			continue;
		json_object(j);
		json_key(j, "resolver");
		json_str(j, host_text(r, i, addr));
		json_time(j, "answers_until", s->expiry >= r->now ? s->expiry : TM_NONE);
		json_number(j, "ttl_max", s->ttl);
		json_key(j, "stretches");
		json_bool(j, ready_stretches(r, s));
		json_end(j);
	}
	json_end(j);
}

void
ready_json(struct out *o, const struct ready_of *r, const uint8_t *dns_seen)
{
	struct json j;

	json_begin(&j, &o->buf);
	json_object(&j);
	json_key(&j, "kind");
	json_str(&j, "ready");
	json_key(&j, "name");
	json_str(&j, r->name);
	json_time(&j, "now", r->now);
	json_number(&j, "clients", (int64_t)r->nclients);
	json_number(&j, "ttl", r->ttl);
	json_number(&j, "ttl_before", r->long_ttl > r->ttl ? r->long_ttl : -1);
	json_time(&j, "ttl_before_until", r->long_ttl > r->ttl ? r->long_last : TM_NONE);
	json_key(&j, "zone_seen");
	json_bool(&j, r->zone_seen);
	json_time(&j, "answers_until", r->live);
	json_time(&j, "safe_at", r->safe);
	servers_json(&j, r);
	clients_json(&j, r, dns_seen);
	json_end(&j);
	out_str(o, "\n");
}
