#include "app/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/version.h"
#include "base/esc.h"
#include "store/read.h"

/* ---- the text format (Prometheus, "Exposition formats") ---- */

static void
family(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_fmt(b, "# HELP staletap_%s %s\n# TYPE staletap_%s %s\n", name, help, name, type);
}

/* A label's value: backslash, quote and line feed are escaped; what else could do harm is made visible first. */
static void
label(struct buf *b, const char *name, const char *value)
{
	struct buf shown = { 0 };
	const char *text = value != NULL ? value : "";

	esc_term(&shown, text, strlen(text));
	buf_fmt(b, "%s=\"", name);
	for (size_t i = 0; i < shown.len; i++) {
		if (shown.p[i] == '\\' || shown.p[i] == '"')
			buf_u8(b, '\\');
		buf_u8(b, shown.p[i]);
	}
	buf_str(b, "\"");
	buf_free(&shown);
}

/* One sample: up to two labels besides the sensor, NULL where there are fewer. */
static void
sample(struct buf *b, const struct engine *e, const char *name, const char *k1, const char *v1, const char *k2, const char *v2, double value)
{
	buf_fmt(b, "staletap_%s{", name);
	label(b, "sensor", e->opt->sensor);
	if (k1 != NULL) {
		buf_str(b, ",");
		label(b, k1, v1);
	}
	if (k2 != NULL) {
		buf_str(b, ",");
		label(b, k2, v2);
	}
	buf_fmt(b, "} %.15g\n", value);
}

/* ---- what was seen ---- */

static void
interfaces(struct buf *b, const struct engine *e, const struct live *live)
{
	family(b, "packets_total", "counter", "Packets that the kernel handed on.");
	for (size_t i = 0; i < live_count(live); i++)
		sample(b, e, "packets_total", "interface", live_facts(live, i)->name, NULL, NULL, (double)live_facts(live, i)->seen);
	family(b, "packets_lost_total", "counter", "Packets lost, by where.");
	for (size_t i = 0; i < live_count(live); i++) {
		const struct live_facts *f = live_facts(live, i);

		sample(b, e, "packets_lost_total", "interface", f->name, "where", "kernel", (double)f->lost);
		sample(b, e, "packets_lost_total", "interface", f->name, "where", "interface", (double)f->lost_before);
	}
	family(b, "interface_up", "gauge", "Whether the interface can be listened to.");
	for (size_t i = 0; i < live_count(live); i++)
		sample(b, e, "interface_up", "interface", live_facts(live, i)->name, NULL, NULL, live_facts(live, i)->state == LIVE_UP);
}

static void
not_used(struct buf *b, const struct engine *e)
{
	family(b, "packets_not_used_total", "counter", "Packets or parts of them that were not used, by reason.");
	for (int w = 1; w < WHY_COUNT; w++) {
		uint64_t n = 0;

		for (uint32_t i = 0; i < e->nsources; i++)
			n += e->sources[i].live ? e->sources[i].why.n[w] : 0;
		if (n > 0)
			sample(b, e, "packets_not_used_total", "reason", why_name((enum why)w), NULL, NULL, (double)n);
	}
}

static void
dns(struct buf *b, const struct engine *e)
{
	uint64_t sealed = 0;

	family(b, "dns_messages_total", "counter", "DNS messages read, by transport.");
	for (int w = 0; w < DNS_WAYS; w++) {
		uint64_t q = 0, a = 0;

		for (uint32_t i = 0; i < e->nsources; i++) {
			q += e->sources[i].live ? e->sources[i].dns.queries[w] : 0;
			a += e->sources[i].live ? e->sources[i].dns.answers[w] : 0;
		}
		sample(b, e, "dns_messages_total", "kind", "query", "transport", dns_way_name((enum dns_way)w), (double)q);
		sample(b, e, "dns_messages_total", "kind", "answer", "transport", dns_way_name((enum dns_way)w), (double)a);
	}
	family(b, "dns_one_sided_total", "counter", "Questions without their answer, and answers without their question.");
	sample(b, e, "dns_one_sided_total", NULL, NULL, NULL, NULL, (double)(e->know.queries.unanswered + e->know.queries.unasked));
	for (uint32_t i = 0; i < e->nsources; i++)
		sealed += e->sources[i].live ? e->sources[i].sealed : 0;
	family(b, "dns_encrypted_sessions_total", "counter", "Sessions of DNS that could not be read.");
	sample(b, e, "dns_encrypted_sessions_total", NULL, NULL, NULL, NULL, (double)sealed);
}

/* Of this process, from the kernel's page count. */
static double
resident(void)
{
	FILE *f = fopen("/proc/self/statm", "re");
	long all, pages = 0;

	if (f != NULL && fscanf(f, "%ld %ld", &all, &pages) != 2)
		pages = 0;
	if (f != NULL)
		fclose(f);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void
self(struct buf *b, const struct engine *e, bool stored)
{
	family(b, "build_info", "gauge", "Always 1; the version stands in the label.");
	sample(b, e, "build_info", "version", STALETAP_VERSION, NULL, NULL, 1);
	family(b, "clock_timestamp_seconds", "gauge", "How far the sensor has seen.");
	sample(b, e, "clock_timestamp_seconds", NULL, NULL, NULL, NULL, (double)e->know.now / 1e6);
	family(b, "store_up", "gauge", "Whether the last flush was stored.");
	sample(b, e, "store_up", NULL, NULL, NULL, NULL, stored);
	family(b, "resident_memory_bytes", "gauge", "Memory of the sensor.");
	sample(b, e, "resident_memory_bytes", NULL, NULL, NULL, NULL, resident());
}

/* ---- what was found ---- */

static int
findings(struct buf *b, const struct engine *e, struct reader *rd, struct err *err)
{
	struct rows r;

	family(b, "findings", "gauge", "Findings in the database, by state and severity.");
	rows_open(&r, rd, "SELECT state,severity,count(*) FROM v_findings GROUP BY 1,2 ORDER BY 1,2");
	while (rows_next(&r))
		sample(b, e, "findings", "severity", rows_text(&r, 1), "state", rows_text(&r, 0), (double)rows_int(&r, 2, 0));
	return rows_close(&r, err);
}

/* One sample of an entry: address, name and change (its ticket) tell which; alerts group by them. */
static void
entry(struct buf *b, const struct engine *e, struct rows *r, const char *metric, const char *extra, const char *value, double n)
{
	buf_fmt(b, "staletap_%s{", metric);
	label(b, "sensor", e->opt->sensor);
	buf_str(b, ",");
	label(b, "listed", rows_text(r, 0));
	buf_str(b, ",");
	label(b, "name", rows_text(r, 1));
	buf_str(b, ",");
	label(b, "change", rows_text(r, 2));
	buf_str(b, ",");
	label(b, "owner", rows_text(r, 3));
	if (extra != NULL) {
		buf_str(b, ",");
		label(b, extra, value);
	}
	buf_fmt(b, "} %.15g\n", n);
}

enum { STATE = 4, OPEN, DRAINING, COVERED };
#define ENTRIES "SELECT listed,name,ticket,owner,state,clients_open,clients_draining,covered FROM v_deprecated WHERE state NOT NULL " \
	"ORDER BY clients_open DESC,clients_draining DESC,listed,name LIMIT ?1"

static int
entries(struct buf *b, const struct engine *e, struct reader *rd, struct err *err)
{
	static const char *const states[] = { "contacted", "draining", "clean", "unproven" };
	struct buf clients = { 0 }, state = { 0 }, covered = { 0 };
	struct rows r;

	family(&clients, "deprecated_clients", "gauge", "Clients that still connect to a retired address, by state: stale or draining.");
	family(&state, "deprecated_state", "gauge", "1 for the state that the entry is in.");
	family(&covered, "deprecated_covered_ratio", "gauge", "Share of the time since it was retired that was covered.");
	rows_open(&r, rd, ENTRIES);
	rows_bind_int(&r, 1, METRICS_ENTRIES);
	while (rows_next(&r)) {
		const char *is = rows_text(&r, STATE);

		entry(&clients, e, &r, "deprecated_clients", "state", "stale", (double)rows_int(&r, OPEN, 0));
		entry(&clients, e, &r, "deprecated_clients", "state", "draining", (double)rows_int(&r, DRAINING, 0));
		for (size_t i = 0; is != NULL && i < sizeof(states) / sizeof(states[0]); i++)
			entry(&state, e, &r, "deprecated_state", "state", states[i], strcmp(is, states[i]) == 0);
		if (rows_real(&r, COVERED, -1) >= 0)
			entry(&covered, e, &r, "deprecated_covered_ratio", NULL, NULL, rows_real(&r, COVERED, 0));
	}
	buf_put(b, clients.p, clients.len);
	buf_put(b, state.p, state.len);
	buf_put(b, covered.p, covered.len);
	b->failed = b->failed || clients.failed || state.failed || covered.failed;
	buf_free(&clients);
	buf_free(&state);
	buf_free(&covered);
	return rows_close(&r, err);
}

/* ---- the file ---- */

static int
put_file(const char *path, const struct buf *b, struct err *err)
{
	char shown[ESC_SHORT], *beside;
	FILE *f;
	int fd;
	bool ok;

	if (asprintf(&beside, "%s.%d", path, (int)getpid()) < 0)
		return err_set(err, ST_ENOMEM, "out of memory");
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	f = fd >= 0 ? fdopen(fd, "w") : NULL;
	ok = f != NULL && fwrite(b->p, 1, b->len, f) == b->len;
	ok = f != NULL && fclose(f) == 0 && ok && rename(beside, path) == 0;
	if (!ok) {
		err_set(err, err_path(errno), "%s: cannot be written: %s; give --metrics a file in a folder that this user may write to",
		        esc_short(path, shown), strerror(errno));
		unlink(beside);
	}
	free(beside);
	return ok ? 0 : err->code;
}

int
metrics_write(const char *path, const struct engine *e, const struct live *live, bool stored, struct err *err)
{
	struct reader *rd = NULL;
	struct buf b = { 0 };
	int rc = reader_open(e->opt->db, &rd, err);

	interfaces(&b, e, live);
	not_used(&b, e);
	dns(&b, e);
	self(&b, e, stored);
	if (rc == 0)
		rc = findings(&b, e, rd, err);
	if (rc == 0)
		rc = entries(&b, e, rd, err);
	if (rc == 0 && b.failed)
		rc = err_set(err, ST_ENOMEM, "out of memory");
	if (rc == 0)
		rc = put_file(path, &b, err);
	buf_free(&b);
	reader_close(rd);
	return rc;
}
