/* gen - make a capture for measurements and tests, the same bytes for the same arguments, with the truth about it.
 *
 *	gen [-p resolver|gateway] [-m MIB] [-s SEED] [-n PERCENT] [-c CLIENTS] [-r CONNECTIONS] FOLDER
 *
 * Writes FOLDER/capture.pcap, deprecated.csv and truth.json.  -n: of 100 responses so many hold an answer set not seen
 * before; -r: connections to retired addresses after they were retired.  A capture lasts one hour whatever its size.
 *
 *	resolver	beside a resolver: 95 % DNS, its own queries to authorities too, 155 bytes a packet
 *	gateway		where a site meets the network: 4 % DNS, 700 bytes a packet */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gen/pairs.h"
#include "gen/retired.h"
#include "gen/visit.h"

enum { VISITS = 64, CLIENT = 0x0a000001, CLIENTS_MAX = 50000 };
#define START    1767225600000000ull	/* 2026-01-01T00:00:00Z */
#define DURATION 3600000000ull

struct profile {
	const char *name;
	int sees_upstream;
	uint32_t new_percent;
	uint32_t both_ppm;	/* of visits: asks for AAAA too */
	uint32_t connect_ppm;	/* of visits: connects */
	uint32_t segments;	/* of an answer, on average */
};

static const struct profile profiles[] = {
	{ "resolver", 1, 2, 600000, 5500, 16 },
	{ "gateway", 0, 30, 100000, 1000000, 30 },
};

struct options {
	const struct profile *profile;
	uint64_t mib, seed;
	uint32_t new_percent, clients, connections;
	const char *folder;
};

/* Sizes of what servers send: many short ones, few long ones, the given mean. */
static uint32_t
some_segments(struct rnd *r, uint32_t mean)
{
	uint32_t n = 1 + rnd_below(r, mean);

	return rnd_chance(r, 100000) ? n + rnd_below(r, mean * 10) : n;
}

static int
begin_visit(struct world *w, struct visit *v, const struct options *opt, struct pairs *pairs)
{
	uint32_t client = rnd_below(&w->rnd, opt->clients);
	int32_t name = zone_pick(&w->zone, &w->rnd, client);

	if (name < 0 || pairs_add(pairs, client, (uint32_t)name) != 0)
		return -1;
	memset(v, 0, sizeof(*v));
	v->client = CLIENT + client;
	v->name = (uint32_t)name;
	v->ask = rnd_chance(&w->rnd, opt->profile->both_ppm) ? ASK_BOTH : ASK_A;
	v->connect = rnd_chance(&w->rnd, opt->profile->connect_ppm);
	v->flow.segments = some_segments(&w->rnd, opt->profile->segments);
	visit_begin(w, v);
	return 0;
}

/* -1 if there is no memory. */
static int
run(struct world *w, const struct options *opt, struct retired *retired, struct pairs *pairs)
{
	struct visit visits[VISITS] = { { 0 } };
	struct visit *v;

	while (w->out.written < w->out.size && !w->out.failed) {
		if (w->out.packets % 2 == 0)
			retired_step(retired, w);
		v = &visits[rnd_below(&w->rnd, VISITS)];
		if (!visit_busy(v) && begin_visit(w, v, opt, pairs) != 0)
			return -1;
		visit_step(w, v);
	}
	return 0;
}

static FILE *
create(const char *folder, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return fopen(path, "w");
}

static int
write_list(const struct options *opt, uint64_t retired_at)
{
	FILE *f = create(opt->folder, "deprecated.csv");

	if (f == NULL)
		return -1;
	retired_list(f, retired_at);
	return fclose(f);
}

static int
write_truth(const struct options *opt, const struct world *w, const struct retired *retired, const struct pairs *pairs)
{
	const struct truth *t = &w->truth;
	FILE *f = create(opt->folder, "truth.json");
	uint64_t connections = 0;
	int i;

	if (f == NULL)
		return -1;
	for (i = 0; i < RETIRED_CLIENTS; i++)
		connections += retired->seen[i].connections;
	fprintf(f, "{\"profile\": \"%s\", \"seed\": %llu, \"bytes\": %llu, \"packets\": %llu,\n", opt->profile->name,
	    (unsigned long long)opt->seed, (unsigned long long)w->out.written, (unsigned long long)w->out.packets);
	fprintf(f, " \"queries\": %llu, \"responses\": %llu, \"a\": %llu, \"aaaa\": %llu, \"cname\": %llu,\n",
	    (unsigned long long)t->queries, (unsigned long long)t->responses, (unsigned long long)t->a,
	    (unsigned long long)t->aaaa, (unsigned long long)t->cname);
	fprintf(f, " \"answer_sets\": %llu, \"client_names\": %llu, \"flows\": %llu, \"connections\": %llu,\n",
	    (unsigned long long)w->zone.sets, (unsigned long long)pairs->count, (unsigned long long)t->flows,
	    (unsigned long long)connections);
	fputs(" \"retired\": [\n", f);
	retired_truth(retired, f);
	fputs(" ]}\n", f);
	return fclose(f);
}

static int
generate(const struct options *opt)
{
	uint64_t retired_at = START + DURATION / 4;
	struct retired retired = { 0 };
	struct pairs pairs = { 0 };
	struct world w = { 0 };
	char path[4096];
	int rc = -1;

	snprintf(path, sizeof(path), "%s/capture.pcap", opt->folder);
	w.rnd.state = rnd_mix(opt->seed + 1);
	w.sees_upstream = opt->profile->sees_upstream;
	if (zone_init(&w.zone, retired_at, opt->new_percent * 10000) == 0 &&
	    retired_plan(&retired, START, DURATION, opt->connections) == 0 &&
	    out_open(&w.out, path, opt->mib << 20, START, DURATION) == 0) {
		rc = run(&w, opt, &retired, &pairs);
		rc |= out_close(&w.out);
	}
	if (rc == 0 && !retired_over(&retired)) {
		fputs("gen: so small a capture has no room for so many connections\n", stderr);
		rc = -2;
	}
	if (rc == 0 && (write_list(opt, retired_at) != 0 || write_truth(opt, &w, &retired, &pairs) != 0))
		rc = -1;
	if (rc == -1)
		fprintf(stderr, "gen: %s: %s\n", opt->folder, strerror(errno));
	pairs_free(&pairs);
	retired_free(&retired);
	zone_free(&w.zone);
	return rc;
}

static int
number(const char *text, uint64_t max, uint64_t *out)
{
	char *rest;

	*out = strtoull(text, &rest, 10);
	return *text != '\0' && *rest == '\0' && *out <= max ? 0 : -1;
}

static int
read_options(int argc, char **argv, struct options *opt)
{
	uint64_t n = 0;
	size_t i;
	int c;

	while ((c = getopt(argc, argv, "p:m:s:n:c:r:")) != -1) {
		if (c == 'p') {
			for (i = 0; i < 2 && strcmp(optarg, profiles[i].name) != 0; i++)
				;
			if (i == 2)
				return -1;
			opt->profile = &profiles[i];
			continue;
		}
		if (c == '?' || number(optarg, c == 's' ? UINT64_MAX : c == 'n' ? 100 : 1000000, &n) != 0)
			return -1;
		if (c == 'm')
			opt->mib = n;
		else if (c == 's')
			opt->seed = n;
		else if (c == 'n')
			opt->new_percent = (uint32_t)n;
		else if (c == 'c')
			opt->clients = (uint32_t)n;
		else
			opt->connections = (uint32_t)n;
	}
	opt->folder = argv[optind];
	return argc == optind + 1 && opt->mib > 0 && opt->clients > 0 && opt->clients <= CLIENTS_MAX ? 0 : -1;
}

int
main(int argc, char **argv)
{
	struct options opt = { &profiles[0], 64, 1, UINT32_MAX, 20000, 100, NULL };

	if (read_options(argc, argv, &opt) != 0) {
		fputs("usage: gen [-p resolver|gateway] [-m MIB] [-s SEED] [-n PERCENT] [-c CLIENTS (50000 at most)] "
		    "[-r CONNECTIONS] FOLDER\n", stderr);
		return 2;
	}
	if (opt.new_percent == UINT32_MAX)
		opt.new_percent = opt.profile->new_percent;
	return generate(&opt) == 0 ? 0 : 1;
}
