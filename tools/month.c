/* month - what some sensors store in a month, for measurements of reports: the same rows for the same arguments.
 *
 *	month [-f FINDINGS] [-a ANSWERS] [-s SENSORS] FOLDER
 *
 * Writes FOLDER/tap1.db ... as captures would, a flush a day: FINDINGS (10000) with connections on ten days each, evidence, packets and
 * history, each tenth finding seen by two sensors; ANSWERS (5000000) records of passive DNS; resolvers, list, labels, coverage. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gen/rnd.h"
#include "store/write.h"

#define DAY    (86400 * TM_SEC)
#define BEGIN  INT64_C(1767225600000000)	/* 2026-01-01T00:00:00Z */
#define T      (BEGIN + 5 * DAY)		/* all of the list was retired then */
enum { DAYS = 30, ACTIVE = 10, EACH_DAY = 2, ENTRIES = 40, CLIENTS = 4000, SERVERS = 50, TTL = 3600, MEMORY = 64 << 20, PACKET = 96 };

struct month {
	uint32_t findings, answers, sensors;
	const char *folder;
};
struct sensor {
	const struct month *m;
	struct store *st;
	uint32_t number;
	char name[16];
	int64_t listing[ENTRIES], source;
	int64_t flows, frames;		/* ids given so far */
	uint32_t *seen;			/* how many connections of each finding */
};
struct who { char id[17], client[16], address[16], name[40], resolver[16]; uint32_t entry; enum cause cause; };

static usec_t
moment(uint32_t finding, uint32_t nth)
{
	uint32_t first = finding % (DAYS - ACTIVE - 5) + 5;
	usec_t day = BEGIN + (usec_t)(first + nth / EACH_DAY) * DAY;

	return day + (usec_t)(rnd_mix(finding * 1000u + nth) % (DAY - TM_SEC)) + TM_SEC;
}

static struct who
who_is(uint32_t finding)
{
	static const enum cause causes[] = { CAUSE_APP_CACHE, CAUSE_APP_CACHE, CAUSE_HARD_CODED, CAUSE_TTL_FLOOR, CAUSE_SERVE_STALE, CAUSE_STUB_OVERRUN,
		CAUSE_STILL_PUBLISHED, CAUSE_CLIENT_WITHIN_TTL, CAUSE_ENCRYPTED_DNS, CAUSE_DNS_NOT_SEEN };
	struct who w = { .entry = finding % ENTRIES, .cause = causes[rnd_mix(finding) % (sizeof(causes) / sizeof(causes[0]))] };
	uint32_t client = finding / ENTRIES % CLIENTS, resolver = client % SERVERS;

	snprintf(w.id, sizeof(w.id), "%016llx", (unsigned long long)rnd_mix(finding + 1));
	snprintf(w.client, sizeof(w.client), "10.%u.%u.%u", client >> 16 & 255, client >> 8 & 255, client & 255);
	snprintf(w.address, sizeof(w.address), "192.0.2.%u", w.entry + 10);
	snprintf(w.name, sizeof(w.name), "service%u.example.com", w.entry);
	snprintf(w.resolver, sizeof(w.resolver), "10.53.0.%u", resolver + 1);
	return w;
}

static void
put_list(struct sensor *s)
{
	for (uint32_t i = 0; i < ENTRIES; i++) {
		char address[16], name[40], owner[16];
		const struct row_listing l = { .listed = address, .name = name, .owner = owner, .ticket = "CHG-1", .replacement = "198.51.100.1",
			.deprecated_at = T, .reinstated_at = TM_NONE, .ttl = TTL };

		snprintf(address, sizeof(address), "192.0.2.%u", i + 10);
		snprintf(name, sizeof(name), "service%u.example.com", i);
		snprintf(owner, sizeof(owner), "team%u", i % 7);
		s->listing[i] = store_listing(s->st, &l);
	}
}

static void
put_source(struct sensor *s, uint32_t day)
{
	const struct row_run run = { .version = "month", .options = "capture", .lists_sha256 = "", .sensor = s->name };
	char file[32];
	struct row_source r = { .id = -1, .file = file, .head_len = 65536, .packets = 10000000, .bytes = 2000000000, .whole = 1,
		.first_seen = BEGIN + day * DAY, .last_seen = BEGIN + (day + 1) * DAY - 1 };
	struct row_coverage c = { .link = "eth0", .started = r.first_seen, .ended = r.last_seen, .packets = 10000000, .lost = 0, .unread = "{}",
		.queries = 400000, .answers = 400000, .one_sided = 10, .encrypted = 3, .seen = "client-dns:both upstream:both flows:both" };

	snprintf(file, sizeof(file), "day%02u.pcap", day + 1);
	memcpy(r.head, &day, sizeof(day));
	store_run(s->st, &run);
	s->source = c.source = store_source(s->st, &r);
	store_coverage(s->st, &c);
}

static void
put_flow(struct sensor *s, const struct who *w, uint32_t finding, uint32_t nth)
{
	usec_t t = moment(finding, nth);
	const struct row_flow f = { .id = ++s->flows, .finding = w->id, .started = t, .ended = t + 3 * TM_SEC, .client = w->client, .server = w->address,
		.proto = "tcp", .name = w->name, .server_name = w->name, .outcome = "established", .client_port = 20000 + (int)nth, .port = 443,
		.stale = w->cause != CAUSE_CLIENT_WITHIN_TTL, .cause = w->cause, .confidence = CONF_LIKELY, .gap_us = 7000 * TM_SEC,
		.bytes_to = 900, .bytes_from = 4000, .tag = rnd_mix(finding * 64u + nth) & UINT32_MAX };

	store_flow(s->st, &f);
}

static void
put_finding(struct sensor *s, const struct who *w, uint32_t finding, uint32_t n)
{
	bool stale = w->cause != CAUSE_CLIENT_WITHIN_TTL;
	struct row_finding f = { .id = w->id, .kind = KIND_CONNECTION, .mode = "F1", .severity = cause_severity(w->cause),
		.state = stale ? STATE_OPEN : STATE_DRAINING, .cause = w->cause, .confidence = CONF_LIKELY, .client = w->client, .name = w->name,
		.listed = w->address, .deprecated_ip = w->address, .proto = "tcp", .port = 443, .listing = s->listing[w->entry],
		.legit_until = T + TTL * TM_SEC, .legit_basis = "authoritative", .first_seen = moment(finding, 0), .last_seen = moment(finding, n - 1),
		.drains_by = TM_NONE, .longest = 3600 * TM_SEC, .connections = n, .draining = stale ? 0 : n, .stale = stale ? n : 0, .established = n,
		.bytes_to = 900 * (int64_t)n, .bytes_from = 4000 * (int64_t)n, .server_name = w->name, .resolver = w->resolver, .dns_transport = "udp",
		.answers = -1 };

	f.by_cause[w->cause] = n;
	store_finding(s->st, &f);
}

static void
put_evidence(struct sensor *s, const struct who *w, uint32_t finding, uint32_t nth)
{
	static const char *const roles[] = { "answer", "replacement", "opening", "end" };
	static const unsigned char bytes[PACKET];

	store_evidence_clear(s->st, w->id);
	for (int i = 0; i < 4; i++) {
		usec_t t = moment(finding, nth) + i * TM_SEC;
		const struct row_frame f = { .id = ++s->frames, .source = s->source, .t = t, .number = (uint64_t)s->frames, .offset = (uint64_t)s->frames * 200,
			.link = 1, .wire = PACKET, .bytes = bytes, .have = PACKET };
		const struct row_evidence e = { .finding = w->id, .seq = i + 1, .at = t, .role = roles[i], .what = "the client is told: the name is the address",
			.server = w->resolver, .ttl = TTL, .expires = t + TTL * TM_SEC, .frame = f.id, .flow = -1 };

		store_frame(s->st, &f);
		store_evidence(s->st, &e);
	}
}

/* What of a finding falls on this day. */
static void
put_day_of(struct sensor *s, uint32_t finding, usec_t begin)
{
	const struct who w = who_is(finding);
	uint32_t n = s->seen[finding], first = n;

	while (n < ACTIVE * EACH_DAY && moment(finding, n) < begin + DAY)
		n++;
	if (n == first)
		return;
	put_finding(s, &w, finding, n);
	for (uint32_t i = first; i < n; i++)
		put_flow(s, &w, finding, i);
	put_evidence(s, &w, finding, n - 1);
	store_label(s->st, w.client, w.client, "web", finding % 3 == 0 ? "berlin" : "oslo");
	s->seen[finding] = n;
}

/* A record and its server; by name, as that is how they lie in the database. */
static void
put_answers(struct sensor *s)
{
	for (uint32_t i = s->number; i < s->m->answers; i += s->m->sensors) {
		char name[40], data[16], server[16];
		const struct row_answer a = { .name = name, .type = "A", .data = data, .server = server, .server_role = "resolver", .ttl_min = 5, .ttl_max = 300,
			.count = 40, .first = BEGIN, .last = BEGIN + DAYS * DAY - 1, .after_legit = -1 };

		snprintf(name, sizeof(name), "host%08u.example.net", i / 8);
		snprintf(data, sizeof(data), "100.%u.%u.%u", i >> 19 & 255, i >> 11 & 255, i >> 3 & 255);
		snprintf(server, sizeof(server), "10.53.0.%u", i % 8 + 1);
		store_answer(s->st, &a);
	}
}

static void
put_resolvers(struct sensor *s)
{
	for (uint32_t i = 0; i < SERVERS; i++) {
		char server[16];
		const struct row_resolver r = { .server = server, .role = "resolver", .clients = 80, .answers = 1000000, .after_legit = i, .ttl_floor = -1,
			.ttl_cap = 86400, .stale_ttl = -1, .optimistic = 0, .prefetch = -1, .caches = 1, .upstreams = -1, .samples = 5000, .last_after = TM_NONE };

		snprintf(server, sizeof(server), "10.53.0.%u", i + 1);
		store_resolver(s->st, &r);
	}
}

static void
put_entries(struct sensor *s)
{
	for (uint32_t i = 0; i < ENTRIES; i++) {
		const struct row_deprecated d = { .listing = s->listing[i], .state = "contacted", .legit_until = T + TTL * TM_SEC, .legit_basis = "authoritative",
			.clients_open = s->m->findings / ENTRIES, .clients_draining = 3, .seen_before = 1, .last_connection = BEGIN + DAYS * DAY - 1,
			.last_stale_answer = TM_NONE, .unattributed = 0, .covered = 1, .grace = 5 * TM_SEC };

		store_deprecated(s->st, &d);
	}
}

/* A finding is one sensor's; each tenth another's too. */
static bool
sees(const struct sensor *s, uint32_t finding)
{
	uint32_t of = finding % s->m->sensors;

	return of == s->number || (finding % 10 == 0 && (of + 1) % s->m->sensors == s->number);
}

static int
flush(struct sensor *s, struct err *err)
{
	int rc = store_commit(s->st, err);

	return rc < 0 ? rc : store_begin(s->st, err);
}

static int
write_all(struct sensor *s, struct err *err)
{
	int rc = store_begin(s->st, err);

	for (uint32_t day = 0; rc == 0 && day < DAYS; day++) {
		put_source(s, day);
		if (day == 0)
			put_list(s);
		for (uint32_t f = 0; f < s->m->findings; f++)
			if (sees(s, f))
				put_day_of(s, f, BEGIN + day * DAY);
		put_entries(s);
		store_day(s->st, BEGIN + (day + 1) * DAY, BEGIN / DAY + day, 1);
		rc = flush(s, err);
	}
	if (rc < 0)
		return rc;
	put_answers(s);
	put_resolvers(s);
	return store_commit(s->st, err);
}

static int
write_sensor(const struct month *m, uint32_t number, struct err *err)
{
	struct sensor s = { .m = m, .number = number, .seen = calloc(m->findings, sizeof(*s.seen)) };
	char path[4096];
	int rc;

	snprintf(s.name, sizeof(s.name), "tap%u", number + 1);
	snprintf(path, sizeof(path), "%s/%s.db", m->folder, s.name);
	rc = s.seen != NULL ? store_open(path, MEMORY, &s.st, err) : err_set(err, ST_ENOMEM, "out of memory");
	if (rc == 0)
		rc = write_all(&s, err);
	store_close(s.st);
	free(s.seen);
	return rc;
}

static uint32_t
number_of(const char *text, uint32_t least, uint32_t most)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || n < least || n > most) {
		fprintf(stderr, "month: %s: a number from %u to %u\n", text, least, most);
		exit(2);
	}
	return (uint32_t)n;
}

int
main(int argc, char **argv)
{
	struct month m = { .findings = 10000, .answers = 5000000, .sensors = 3 };
	struct err err = { 0 };
	int c, rc = 0;

	while ((c = getopt(argc, argv, "f:a:s:")) != -1) {
		if (c == 'f')
			m.findings = number_of(optarg, 1, 10000000);
		else if (c == 'a')
			m.answers = number_of(optarg, 0, 100000000);
		else if (c == 's')
			m.sensors = number_of(optarg, 1, 9);
		else
			return 2;
	}
	if (optind + 1 != argc) {
		fprintf(stderr, "usage: month [-f FINDINGS] [-a ANSWERS] [-s SENSORS] FOLDER\n");
		return 2;
	}
	m.folder = argv[optind];
	for (uint32_t i = 0; rc == 0 && i < m.sensors; i++)
		rc = write_sensor(&m, i, &err);
	if (rc < 0)
		fprintf(stderr, "month: %s\n", err.text);
	return rc < 0 ? 3 : 0;
}
