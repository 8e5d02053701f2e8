#include "app/options.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/esc.h"

enum type { TEXT, TEXTS, MAYBE_DATE, FLAG, LOUDER, QUIETER, SECONDS, SIZE, NUMBER, PERCENT, CLOCK, HOURS, TIME, CHOICE };

static const struct option_row {
	char letter;			/* 0: none */
	const char *name;		/* also the key in the INI file, but for what only a command line can say */
	enum type type;
	size_t at;
	unsigned commands;
	const char *arg;		/* of a CHOICE: the words */
	const char *initial;
	const char *help;
} rows[] = {
#define AT(f) offsetof(struct options, f)
	{ 'o', "db", TEXT, AT(db), CMD_RUN, "FILE", "staletap.db", "the SQLite database to write; appended to, never replaced" },
	{ 'd', "deprecated", TEXTS, AT(deprecated), CMD_RUN, "FILE", NULL, "list of retired addresses (CSV); may be given more than once" },
	{ 'D', "deprecate", TEXTS, AT(deprecate), CMD_RUN, "ADDR[,NAME[,TIME]]", NULL, "one retired address" },
	{ 0, "clients", TEXT, AT(clients), CMD_RUN, "FILE", NULL, "who the clients are (CSV): names, owners, and which are nat, scanner, monitor" },
	{ 0, "waivers", TEXT, AT(waivers), CMD_RUN | CMD_BOOK, "FILE", NULL, "findings that somebody answers for, and until when (CSV)" },
	{ 0, "sensor", TEXT, AT(sensor), CMD_RUN, "NAME", NULL, "who saw it, kept in every row (replay: file; capture: this host's name)" },
	{ 0, "grace", SECONDS, AT(grace), CMD_RUN | CMD_LIST, "SECONDS", "5", "how long after an answer ran out a connection still counts as inside it" },
	{ 0, "resolve-after", SECONDS, AT(resolve_after), CMD_RUN | CMD_LIST | CMD_BOOK, "SECONDS", "86400", "silence that resolves a finding, while a sensor is there" },
	{ 0, "min-coverage", PERCENT, AT(min_coverage), CMD_RUN | CMD_LIST | CMD_BOOK, "PERCENT", "95", "of the period; with less an entry is unproven" },
	{ 0, "day-start", CLOCK, AT(day_start), CMD_RUN | CMD_LIST | CMD_BOOK, "HH:MM", "00:00Z", "when days begin, in UTC" },
	{ 0, "quiet-hours", HOURS, AT(quiet_from), CMD_REPORT, "HH:MM-HH:MM", NULL, "stale contacts in these hours (UTC) alone fail nothing" },
	{ 0, "memory", SIZE, AT(memory), CMD_RUN | CMD_LIST, "SIZE", "256M", "bound on memory; what is given up to stay inside is counted" },
	{ 0, "history", CHOICE, AT(history), CMD_RUN, "all|findings", "all", "keep also what was answered and who connected where, for later lists" },
	{ 0, "retain", NUMBER, AT(retain), CMD_RUN, "DAYS", "30", "forget that after so many days of packet time; findings stay" },
	{ 0, "format", CHOICE, AT(format), CMD_RUN | CMD_LIST | CMD_READY, "text|json|none", "text", "what to print" },
	{ 0, "format", CHOICE, AT(format), CMD_DRAIN, "text|json|csv|none", "text", "what to print" },
	{ 0, "format", CHOICE, AT(format), CMD_REPORT, "text|html|json|csv|none", "text", "what to print" },
	{ 'o', "output", TEXT, AT(output), CMD_REPORT | CMD_DRAIN, "FILE", NULL, "where to (standard output); a file that is there is replaced as a whole" },
	{ 0, "evidence", TEXT, AT(evidence), CMD_REPORT, "DIR", NULL, "the report with all that it rests on, into a directory that is new or empty" },
	{ 0, "fail-on", CHOICE, AT(fail_on), CMD_RUN | CMD_REPORT | CMD_LIST | CMD_READY | CMD_DRAIN, "info|low|medium|high|critical", NULL, "exit 1 on an open finding of at least that severity, or an entry unproven" },
	{ 0, "since", TIME, AT(since), CMD_REPLAY, "TIME", NULL, "judge connections from here on" },
	{ 0, "until", TIME, AT(until), CMD_REPLAY, "TIME", NULL, "judge connections before this" },
	{ 0, "since", TIME, AT(since), CMD_BOOK, "TIME", NULL, "the period begins here" },
	{ 0, "until", TIME, AT(until), CMD_BOOK, "TIME", NULL, "and ends before this" },
	{ 0, "day", MAYBE_DATE, AT(day), CMD_BOOK, "[DATE]", NULL, "the period is that day, or the last whole one of the data" },
	{ 0, "week", MAYBE_DATE, AT(week), CMD_BOOK, "[DATE]", NULL, "the week, from Monday on, with that day, or the last whole one" },
	{ 0, "as-of", TIME, AT(as_of), CMD_BOOK, "TIME", NULL, "as it stood then: nothing later is looked at" },
	{ 0, "flush-packets", NUMBER, AT(flush_packets), CMD_REPLAY, "N", "4000000", "store what is known after so many packets" },
	{ 'i', "interface", TEXTS, AT(iface), CMD_CAPTURE, "IFACE", NULL, "where to listen; may be given more than once; \"any\" is all" },
	{ 'L', "list-interfaces", FLAG, AT(list_interfaces), CMD_CAPTURE, NULL, NULL, "list them" },
	{ 'B', "buffer-size", NUMBER, AT(ring), CMD_CAPTURE, "SIZE", "64M", "the ring between kernel and program, for each interface" },
	{ 's', "snapshot-length", NUMBER, AT(snaplen), CMD_CAPTURE, "BYTES", "262144", "bytes kept of a packet" },
	{ 'p', "no-promiscuous-mode", FLAG, AT(no_promiscuous), CMD_CAPTURE, NULL, NULL, "only what is for this machine" },
	{ 'Z', "user", TEXT, AT(user), CMD_CAPTURE, "USER", NULL, "become USER once the interfaces are open (root: staletap)" },
	{ 0, "allow-root", FLAG, AT(allow_root), CMD_CAPTURE, NULL, NULL, "stay root" },
	{ 0, "no-kernel-filter", FLAG, AT(no_kernel_filter), CMD_CAPTURE, NULL, NULL, "let every packet come up from the kernel" },
	{ 0, "metrics", TEXT, AT(metrics), CMD_CAPTURE, "FILE", NULL, "write a file for Prometheus at each flush" },
	{ 0, "flush", SECONDS, AT(flush), CMD_CAPTURE, "SECONDS", "60", "store what is known so often" },
	{ 0, "pcap", TEXT, AT(pcap), CMD_EXPLAIN, "FILE", NULL, "write the packets that a finding rests on" },
	{ 0, "config", TEXT, AT(config), CMD_RUN | CMD_REPORT | CMD_DRAIN, "FILE", NULL, "the same settings in an INI file" },
	{ 'q', "quiet", QUIETER, AT(verbose), CMD_RUN | CMD_LIST, NULL, NULL, "quieter" },
	{ 'v', "verbose", LOUDER, AT(verbose), CMD_RUN, NULL, NULL, "more detail" },
	{ 'h', "help", FLAG, AT(help), ~0u, NULL, NULL, "this text" },
#undef AT
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static int
bad(struct err *err, const char *where, const char *name, const char *value, const char *remedy)
{
	char shown[ESC_SHORT];

	return err_set(err, ST_ESYNTAX, "%s%s: \"%s\" %s", where, name, esc_short(value, shown), remedy);
}

static int
bad_choice(struct err *err, const char *where, const struct option_row *r, const char *value)
{
	char remedy[100];

	snprintf(remedy, sizeof(remedy), "is none of its values, which are %s", r->arg);
	return bad(err, where, r->name, value, remedy);
}

static int
unknown(struct err *err, const char *given)
{
	char shown[ESC_SHORT];

	return err_set(err, ST_ESYNTAX, "\"%s\" is no option of this command; --help lists them", esc_short(given, shown));
}

static bool
set_text(char **to, const char *value)
{
	free(*to);
	*to = strdup(value);
	return *to != NULL;
}

static bool
add_text(struct texts *to, const char *value)
{
	char **v = realloc(to->v, (to->n + 1) * sizeof(*v));

	if (v == NULL)
		return false;
	to->v = v;
	v[to->n] = strdup(value);
	return v[to->n++] != NULL;
}

static bool
one_of(const char *words, const char *value)
{
	size_t n = strlen(value);

	for (const char *w = words; ; w++) {
		if (n > 0 && strncmp(w, value, n) == 0 && (w[n] == '|' || w[n] == '\0'))
			return true;
		w = strchr(w, '|');
		if (w == NULL)
			return false;
	}
}

/* "64M": a number with K, M, G (1024). */
static bool
read_size(const char *text, int64_t *out)
{
	static const char units[] = "KMG";
	char *end;
	double v = strtod(text, &end);

	if (end == text || v < 0)
		return false;
	if (*end != '\0') {
		const char *u = strchr(units, toupper((unsigned char)*end));

		if (u == NULL || end[1] != '\0')
			return false;
		for (; u >= units; u--)
			v *= 1024;
	}
	if (v > 1e15)
		return false;
	*out = (int64_t)v;
	return true;
}

/* "22:30" or "22:30Z". */
static bool
read_clock(const char *text, usec_t *out)
{
	char moment[32];

	size_t n = strlen(text);

	if (n != 5 && !(n == 6 && text[5] == 'Z'))
		return false;
	snprintf(moment, sizeof(moment), "1970-01-01T%.5s:00Z", text);
	return tm_parse(moment, out);
}

/* "22:00-04:30", into two moments, one behind the other. */
static bool
read_hours(const char *text, usec_t *out)
{
	const char *dash = strchr(text, '-');
	char from[8];

	if (dash == NULL || (size_t)(dash - text) >= sizeof(from))
		return false;
	snprintf(from, sizeof(from), "%.*s", (int)(dash - text), text);
	return read_clock(from, out) && read_clock(dash + 1, out + 1);
}

/* "2026-03-01", and such a day there is. */
static bool
is_date(const char *text)
{
	char whole[40];
	usec_t t;

	snprintf(whole, sizeof(whole), "%.10sT00:00:00Z", text);
	return strlen(text) == 10 && tm_parse(whole, &t);
}

static int
set_value(struct options *o, const struct option_row *r, const char *where, const char *value, struct err *err)
{
	void *at = (char *)o + r->at;
	char *end;
	double v;
	bool ok = true;

	switch (r->type) {
	case TEXT:
		ok = set_text(at, value);
		break;
	case MAYBE_DATE:
		if (*value != '\0' && !is_date(value))
			return bad(err, where, r->name, value, "is no date; write for example 2026-03-01, or nothing for the last whole one");
		ok = set_text(at, value);
		break;
	case TEXTS:
		ok = add_text(at, value);
		break;
	case CHOICE:
		if (!one_of(r->arg, value))
			return bad_choice(err, where, r, value);
		ok = set_text(at, value);
		break;
	case FLAG:
		*(bool *)at = true;
		break;
	case LOUDER:
		++*(int *)at;
		break;
	case QUIETER:
		--*(int *)at;
		break;
	case SECONDS:
		v = strtod(value, &end);
		if (end == value || *end != '\0' || !(v >= 0 && v <= 86400 * 366))
			return bad(err, where, r->name, value, "is no number of seconds; write for example 5 or 0.5");
		*(usec_t *)at = (usec_t)(v * 1e6 + 0.5);
		break;
	case SIZE:
		if (!read_size(value, at) || *(int64_t *)at < 16 << 20)
			return bad(err, where, r->name, value, "is no size of at least 16M; write for example 256M or 2G");
		break;
	case NUMBER:
		if (!read_size(value, at) || *(int64_t *)at < 1)
			return bad(err, where, r->name, value, "is no number of at least 1");
		break;
	case PERCENT:
		v = strtod(value, &end);
		if (end == value || *end != '\0' || !(v >= 0 && v <= 100))
			return bad(err, where, r->name, value, "is no share of 100; write for example 95 or 99.5");
		*(double *)at = v / 100;
		break;
	case CLOCK:
		if (!read_clock(value, at))
			return bad(err, where, r->name, value, "is no time of day in UTC; write for example 00:00 or 22:30Z");
		break;
	case HOURS:
		if (!read_hours(value, at))
			return bad(err, where, r->name, value, "is no span of hours; write for example 02:00-04:30");
		break;
	case TIME:
		if (!tm_parse(value, at))
			return bad(err, where, r->name, value, "is no time with an offset; write for example 2026-03-01T02:00:00Z");
		break;
	}
	return ok ? 0 : err_set(err, ST_ENOMEM, "out of memory");
}

static bool
takes_value(const struct option_row *r)
{
	return r->type != FLAG && r->type != LOUDER && r->type != QUIETER;
}

static const struct option_row *
find_row(unsigned command, const char *name, size_t n, char letter)
{
	for (size_t i = 0; i < ROWS; i++) {
		const struct option_row *r = &rows[i];

		if (!(r->commands & command))
			continue;
		if (letter != 0 ? r->letter == letter : strlen(r->name) == n && strncmp(r->name, name, n) == 0)
			return r;
	}
	return NULL;
}

/* argv[*i] is an option: "--name=value", "--name value", "-x value", "-xvalue", or letters in a row ("-vv"). */
static int
read_option(struct options *o, unsigned command, int argc, char **argv, int *i, struct err *err)
{
	char *a = argv[*i];
	const struct option_row *r;
	const char *value = NULL;

	if (a[1] == '-') {
		size_t n = strcspn(a + 2, "=");

		r = find_row(command, a + 2, n, 0);
		if (r != NULL && takes_value(r))
			value = a[2 + n] == '=' ? a + 3 + n : ++*i < argc ? argv[*i] : NULL;
		if (r != NULL && !takes_value(r) && a[2 + n] == '=')
			return bad(err, "--", r->name, a + 3 + n, "is a value, but the option takes none");
	} else {
		for (a++; ; a++) {
			r = find_row(command, NULL, 0, *a);
			if (r == NULL || takes_value(r) || a[1] == '\0')
				break;
			set_value(o, r, "-", "", err);
		}
		if (r != NULL && takes_value(r))
			value = a[1] != '\0' ? a + 1 : ++*i < argc ? argv[*i] : NULL;
	}
	if (r == NULL)
		return unknown(err, argv[*i]);
	if (r->type == MAYBE_DATE && (value == NULL || !is_date(value)) && a[2 + strcspn(a + 2, "=")] != '=') {
		*i -= value != NULL;	/* what comes next is something else */
		value = "";
	}
	if (takes_value(r) && value == NULL)
		return err_set(err, ST_ESYNTAX, "--%s: needs a value: %s", r->name, r->arg);
	return set_value(o, r, "--", value != NULL ? value : "", err);
}

struct ini_ctx { FILE *f; struct options *o; unsigned command; const char *shown; unsigned line; struct err *err; int rc; bool given[ROWS]; };

/* The row that a key of an INI file means, the command's own before another's of that name; _ stands for - too. */
static const struct option_row *
find_key(unsigned command, const char *name)
{
	const struct option_row *r;
	char key[40];

	snprintf(key, sizeof(key), "%s", name);
	for (char *p = key; *p != '\0'; p++)
		*p = *p == '_' ? '-' : *p;
	r = find_row(command, key, strlen(key), 0);
	return r != NULL ? r : find_row(~0u, key, strlen(key), 0);
}

/* As fgets(), and counts lines: inih hands each on before it reads the next. */
static char *
next_line(char *line, int size, void *ctx)
{
	struct ini_ctx *c = ctx;
	char *got = fgets(line, size, c->f);

	c->line += got != NULL;
	return got;
}

static int
take_setting(void *ctx, const char *section, const char *name, const char *value)
{
	struct ini_ctx *c = ctx;
	char where[ESC_SHORT + 20];
	const struct option_row *r = find_key(c->command, name);

	(void)section;
	snprintf(where, sizeof(where), "%s:%u: ", c->shown, c->line);
	if (c->rc < 0)
		return 1;
	if (r == NULL || !takes_value(r))
		c->rc = bad(c->err, where, "setting", name, "is not known; --help lists those with a value");
	else if ((r->commands & c->command) && !c->given[r - rows])
		c->rc = set_value(c->o, r, where, value, c->err);
	return 1;
}

static int
read_ini(struct options *o, unsigned command, const bool *given, struct err *err)
{
	char shown[ESC_SHORT];
	struct ini_ctx c = { .f = fopen(o->config, "r"), .o = o, .command = command, .shown = esc_short(o->config, shown), .err = err };
	int rc;

	if (c.f == NULL)
		return err_set(err, err_path(errno), "%s: cannot be opened: %s; give --config an INI file", shown, strerror(errno));
	memcpy(c.given, given, sizeof(c.given));
	rc = ini_parse_stream(next_line, &c, take_setting, &c);
	if (ferror(c.f))
		c.rc = err_set(err, err_path(errno), "%s: cannot be read: %s; give --config an INI file", shown, strerror(errno));
	else if (c.rc == 0 && rc < 0)
		c.rc = err_set(err, ST_ENOMEM, "out of memory");
	else if (c.rc == 0 && rc > 0)
		c.rc = err_set(err, ST_ESYNTAX, "%s:%d: is no \"key = value\" line; write one, or put # before it", shown, rc);
	fclose(c.f);
	return c.rc;
}

/* What stands behind "--": for what reads packets a filter, else arguments as those before it, but that none is an option. */
static int
take_rest(struct options *o, unsigned command, int argc, char **argv, struct err *err)
{
	struct buf b = { 0 };

	if (argc == 0)
		return 0;
	for (int i = 0; !(command & CMD_RUN) && i < argc; i++)
		if (!add_text(&o->args, argv[i]))
			return err_set(err, ST_ENOMEM, "out of memory");
	if (!(command & CMD_RUN))
		return 0;
	for (int i = 0; i < argc; i++)
		buf_fmt(&b, "%s%s", i > 0 ? " " : "", argv[i]);
	o->filter = strdup(buf_cstr(&b));
	buf_free(&b);
	return o->filter != NULL ? 0 : err_set(err, ST_ENOMEM, "out of memory");
}

static int
name_sensor(struct options *o, unsigned command, struct err *err)
{
	char host[256] = "file";

	if (o->sensor != NULL)
		return 0;
	if (command == CMD_CAPTURE)
		gethostname(host, sizeof(host) - 1);
	return set_text(&o->sensor, host) ? 0 : err_set(err, ST_ENOMEM, "out of memory");
}

int
options_read(struct options *o, unsigned command, int argc, char **argv, struct err *err)
{
	bool given[ROWS] = { false };
	int rc = 0;

	memset(o, 0, sizeof(*o));
	o->since = o->until = o->as_of = TM_NONE;
	for (size_t i = 0; i < ROWS && rc == 0; i++)
		if (rows[i].initial != NULL)
			rc = set_value(o, &rows[i], "", rows[i].initial, err);
	for (int i = 0; i < argc && rc == 0; i++) {
		if (strcmp(argv[i], "--") == 0) {
			rc = take_rest(o, command, argc - i - 1, argv + i + 1, err);
			break;
		}
		if (argv[i][0] == '-' && argv[i][1] != '\0') {
			const char *a = argv[i];
			const struct option_row *r = a[1] == '-' ? find_row(command, a + 2, strcspn(a + 2, "="), 0)
			                                         : find_row(command, NULL, 0, a[1]);

			if (r != NULL)
				given[r - rows] = true;
			rc = read_option(o, command, argc, argv, &i, err);
		} else if (!add_text(&o->args, argv[i])) {
			rc = err_set(err, ST_ENOMEM, "out of memory");
		}
	}
	if (rc == 0 && o->config != NULL)
		rc = read_ini(o, command, given, err);
	return rc == 0 ? name_sensor(o, command, err) : rc;
}

static void
text_free(char **at)
{
	free(*at);
	*at = NULL;	/* two commands may have a row each for it */
}

static void
texts_free(struct texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->v[i]);
	free(t->v);
}

void
options_free(struct options *o)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].type == TEXT || rows[i].type == CHOICE || rows[i].type == MAYBE_DATE)
			text_free((char **)(void *)((char *)o + rows[i].at));
		else if (rows[i].type == TEXTS)
			texts_free((struct texts *)(void *)((char *)o + rows[i].at));
	}
	texts_free(&o->args);
	free(o->filter);
}

static void
put_clock(struct buf *out, usec_t t)
{
	buf_fmt(out, "%02d:%02d", (int)(t / (3600 * TM_SEC)), (int)(t / (60 * TM_SEC) % 60));
}

/* As set_value() reads it; what was not given is nothing. */
static void
put_value(const struct option_row *r, const void *at, struct buf *out)
{
	const char *const *text = at;
	const usec_t *t = at;
	char moment[TM_TEXT];

	switch (r->type) {
	case CHOICE:
	case MAYBE_DATE:
		if (*text != NULL)
			buf_fmt(out, "%s = %s\n", r->name, *text);
		break;
	case TIME:
		if (*t != TM_NONE)
			buf_fmt(out, "%s = %s\n", r->name, tm_text(*t, moment));
		break;
	case SECONDS:
		buf_fmt(out, "%s = %.15g\n", r->name, (double)*t / 1e6);
		break;
	case PERCENT:
		buf_fmt(out, "%s = %.15g\n", r->name, *(const double *)at * 100);
		break;
	case CLOCK:
	case HOURS:
		if (r->type == HOURS && t[0] == t[1])
			break;
		buf_fmt(out, "%s = ", r->name);
		put_clock(out, t[0]);
		if (r->type == HOURS) {
			buf_str(out, "-");
			put_clock(out, t[1]);
		}
		buf_str(out, "\n");
		break;
	default:
		break;
	}
}

void
options_ini(const struct options *o, unsigned command, struct buf *out)
{
	for (size_t i = 0; i < ROWS; i++)
		if ((rows[i].commands & command) && strcmp(rows[i].name, "format") != 0)
			put_value(&rows[i], (const char *)o + rows[i].at, out);
}

#define LEFT 34		/* columns for the option itself */

void
options_help(FILE *out, unsigned command)
{
	for (size_t i = 0; i < ROWS; i++) {
		const struct option_row *r = &rows[i];
		char left[80];

		if (!(r->commands & command))
			continue;
		snprintf(left, sizeof(left), "%s%c%s--%s%s%s", r->letter != 0 ? "-" : " ", r->letter != 0 ? r->letter : ' ',
		         r->letter != 0 ? ", " : "  ", r->name, r->arg != NULL ? " " : "", r->arg != NULL ? r->arg : "");
		if (strlen(left) > LEFT) {	/* on a line of its own */
			fprintf(out, "  %s\n", left);
			left[0] = '\0';
		}
		fprintf(out, "  %-*s %s", LEFT, left, r->help);
		fprintf(out, r->initial != NULL ? " (%s)\n" : "\n", r->initial);
	}
}
